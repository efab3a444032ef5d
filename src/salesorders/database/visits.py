"""Who is at a database, and nobody while the process forks.

SQLite takes a file's locks for a process. A child that inherits an open connection, used or not, and the parent
do not see each other's: the one deletes the log that the other goes on writing, and what was answered is gone.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep
from weakref import WeakSet

from salesorders.database.manner import BUSY_SECONDS

__all__ = ["Visits"]

PAUSE = 0.001
_ALL: WeakSet[Visits] = WeakSet()


class _Fork:
    """The fork that is going on, if one is: one at a time, and the thread that forks may come in."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.forker = 0
        self.reopened()

    def reopened(self) -> None:
        """Begin with an open gate."""
        self.gate = threading.Event()
        self.gate.set()

    def over(self) -> None:
        """Let everybody in again."""
        self.forker = 0
        self.gate.set()
        if self.turn.locked():
            self.turn.release()


_FORK = _Fork()


class Visits:
    """Threads that are at a database. ``put_away`` closes what connections lie ready, before a fork.

    A process forks when nobody is inside any file, or after half a minute, which is how long one waits for a writer.
    Whoever is inside one already is let into others: they may be what it waits for.
    """

    def __init__(self, put_away: Callable[[], None] | None = None) -> None:
        self._put_away = put_away
        self._inside: list[int] = []
        if put_away is not None:
            _ALL.add(self)

    @property
    def alone(self) -> bool:
        """Whether whoever asks is inside alone."""
        return len(self._inside) == 1

    def come(self) -> None:
        """Be inside, once no fork is going on."""
        me = threading.get_ident()
        self._inside.append(me)
        if self._put_away is None:
            return
        while not (_FORK.gate.is_set() or me == _FORK.forker or _is_elsewhere(me, self)):
            self._inside.remove(me)
            _FORK.gate.wait()
            self._inside.append(me)

    def go(self) -> None:
        """Be outside again."""
        with suppress(ValueError):  # interrupted on the way in
            self._inside.remove(threading.get_ident())

    def others(self) -> set[int]:
        """The threads that are inside, but for the one that asks."""
        return set(self._inside) - {threading.get_ident()}

    def put_away(self) -> None:
        """Close what connections lie ready."""
        if self._put_away is not None:
            self._put_away()

    def begin(self) -> None:
        """Begin anew in a child, where only the thread that forked is left."""
        me = threading.get_ident()
        self._inside = [one for one in self._inside if one == me]


def _everywhere() -> tuple[Visits, ...]:
    while True:
        with suppress(RuntimeError):  # another thread opened a store meanwhile
            return tuple(_ALL)


def _is_elsewhere(me: int, here: Visits) -> bool:
    """Whether a thread is inside besides, here or at another file."""
    return here._inside.count(me) > 1 or any(
        me in one._inside for one in _everywhere() if one is not here
    )


def _before() -> None:
    _FORK.turn.acquire()
    _FORK.forker = threading.get_ident()
    _FORK.gate.clear()
    until = monotonic() + BUSY_SECONDS
    try:
        while any(one.others() for one in _everywhere()) and monotonic() < until:
            sleep(PAUSE)
    finally:
        # Also where the wait was interrupted, which Python tells and forgets: it forks all the same.
        for visits in _everywhere():
            visits.put_away()


def _in_child() -> None:
    for visits in _everywhere():
        visits.begin()
    _FORK.reopened()
    _FORK.over()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_FORK.over, after_in_child=_in_child)

"""Who is at a database, and nobody while the process forks.

SQLite takes a file's locks for a process. A child that inherits an open connection, used or not, and the parent
do not see each other's: the one deletes the log that the other goes on writing, and what was answered is gone.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from time import monotonic, sleep
from weakref import WeakSet

from salesorders.database.manner import BUSY_SECONDS

__all__ = ["Visits"]

PAUSE = 0.001
_ALL: WeakSet[Visits] = WeakSet()
_LISTED = threading.Lock()


class Visits:
    """Threads that are at a database. ``put_away`` closes what connections lie ready, before a fork.

    A process forks when nobody is inside, or after half a minute, which is how long one waits for a writer.
    """

    def __init__(self, put_away: Callable[[], None] | None = None) -> None:
        self._put_away = put_away
        self._inside: list[int] = []
        self._gate = threading.Event()
        self._gate.set()
        if put_away is not None:
            with _LISTED:
                _ALL.add(self)

    @property
    def alone(self) -> bool:
        """Whether whoever asks is inside alone."""
        return len(self._inside) == 1

    def come(self) -> None:
        """Be inside, once no fork is going on."""
        me = threading.get_ident()
        inside_already = me in self._inside
        self._inside.append(me)
        while not (self._gate.is_set() or inside_already):
            self._inside.remove(me)
            self._gate.wait()
            self._inside.append(me)

    def go(self) -> None:
        """Be outside again."""
        self._inside.remove(threading.get_ident())

    def stop(self) -> None:
        """Let nobody in, wait until the others have left, and put away what lies ready."""
        self._gate.clear()
        until = monotonic() + BUSY_SECONDS
        while set(self._inside) - {threading.get_ident()} and monotonic() < until:
            sleep(PAUSE)
        if self._put_away is not None:
            self._put_away()

    def go_on(self) -> None:
        """Let everybody in again."""
        self._gate.set()

    def begin(self) -> None:
        """Begin anew in a child, where only the thread that forked is left."""
        me = threading.get_ident()
        self._inside = [one for one in self._inside if one == me]
        self._gate = threading.Event()
        self._gate.set()


def _before() -> None:
    _LISTED.acquire()
    for visits in tuple(_ALL):
        visits.stop()


def _in_parent() -> None:
    for visits in tuple(_ALL):
        visits.go_on()
    _LISTED.release()


def _in_child() -> None:
    for visits in tuple(_ALL):
        visits.begin()
    _LISTED.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)

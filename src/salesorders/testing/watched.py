"""A store that counts how often its commands were outrun, and lets a hook stand between reading and writing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from salesorders.kernel.errors import StaleVersion
from salesorders.storage import Entry

__all__ = ["WatchedStore"]


class WatchedStore:
    """A blocking store over ``inner``.

    ``commits`` counts what was written, ``outrun`` the commits that met a newer version, each of which
    made a command be decided again. ``before_commit`` is called between what a command read and what
    it writes: a pause there makes two commands meet.
    """

    def __init__(self, inner: Any, *, before_commit: Callable[[], None] = lambda: None) -> None:
        self._inner = inner
        self._before_commit = before_commit
        self._lock = threading.Lock()
        self.commits = 0
        self.outrun = 0

    def __getattribute__(self, name: str) -> Any:
        if name == "decide" and not hasattr(self._inner, "decide"):
            raise AttributeError(name)
        return super().__getattribute__(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def commit(self, tenant: str, entry: Entry) -> None:
        """Write a command, after the hook."""
        self._before_commit()
        self._counted(self._inner.commit, tenant, entry)

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Callable[[Any], Entry]) -> None:
        """Decide a command with its documents in hand, the hook between reading and writing."""

        def slowly(reader: Any) -> Entry:
            entry = decision(reader)
            self._before_commit()
            return entry

        self._counted(self._inner.decide, tenant, asked, refs, slowly)

    def _counted(self, call: Callable[..., Any], *args: Any) -> Any:
        try:
            answer = call(*args)
        except StaleVersion:
            with self._lock:
                self.outrun += 1
            raise
        with self._lock:
            self.commits += 1
        return answer

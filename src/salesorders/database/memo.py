"""Remembering what texts mean: a document that was just written is not read letter by letter again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

__all__ = ["Memo"]

MOST = 32 * 1024 * 1024


class Memo:
    """Values by the text they are written as, bounded by the length of the texts; the oldest goes first.

    A text means one frozen value for ever, so what is remembered is never wrong, whoever wrote since.
    """

    def __init__(self, most: int = MOST) -> None:
        self._lock = threading.Lock()
        self._values: OrderedDict[str, Any] = OrderedDict()
        self._most = most
        self._size = 0

    def unlock(self) -> None:
        """Begin with a free lock in a child process: whoever held it is not there."""
        self._lock = threading.Lock()

    def of(self, text: str, read: Callable[[str], Any]) -> Any:
        """Return what ``text`` means; ``read`` says it where it is not known."""
        value = self._values.get(text)
        if value is None:
            value = read(text)
            self.keep(text, value)
        return value

    def keep(self, text: str, value: Any) -> None:
        """Remember what ``text`` means."""
        with self._lock:
            if text in self._values:
                return
            self._values[text] = value
            self._size += len(text)
            while self._size > self._most:
                gone, _ = self._values.popitem(last=False)
                self._size -= len(gone)

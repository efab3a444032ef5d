"""Where commands were outrun lately: who comes next stands in line at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable

__all__ = ["Crowds"]

# So many commands stand in line before one tries again whether it has to, and so many references are remembered.
IN_LINE = 16
MOST = 256


class Crowds:
    """References at which a command was outrun, each good for 16 commands that do not try first.

    Only a guess at what is faster: a command is decided from the same documents either way. The oldest of 256 is
    forgotten.
    """

    def __init__(self) -> None:
        self._left: OrderedDict[str, int] = OrderedDict()
        self._kinds: dict[str, frozenset[str]] = {}

    def met(self, verb: str, over: Collection[str], at: str = "") -> None:
        """Note that somebody was faster than a command that writes ``over`` documents, ``at`` one of them or at any.

        One that writes over none, as a refusal does, stands in no line.
        """
        if not over:
            return
        self._kinds[verb] = frozenset(_kind(ref) for ref in over)
        for ref in [at] if at in over else over:
            self._left.pop(ref, None)
            self._left[ref] = IN_LINE
            if len(self._left) > MOST:
                self._left.popitem(last=False)

    def line(self, verb: str, seen: Collection[str]) -> list[str]:
        """Return what a command that has ``seen`` documents had better have in hand; nothing where nobody is faster."""
        if not self._left:
            return []
        kinds = self._kinds.get(verb, ())
        written = [ref for ref in seen if _kind(ref) in kinds]
        crowded = next((ref for ref in written if ref in self._left), None)
        if crowded is None:
            return []
        left = self._left.pop(crowded, 1)
        if left > 1:
            self._left[crowded] = left - 1
        return written

    def over(self, refs: Iterable[str]) -> None:
        """Note that nothing is written any more over ``refs``: who comes next tries first."""
        for ref in refs:
            self._left.pop(ref, None)


def _kind(ref: str) -> str:
    return ref.partition("/")[0]

"""Which documents are wanted behind which: read together, they take one way to the store instead of two."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from salesorders.storage.values import Versioned

__all__ = ["Ahead"]

MOST = 4_096


class Ahead:
    """What documents led to when they were seen last: those that have ``leads_to``, references of others.

    Only a guess at what will be asked for next: where it is wrong, something is read in vain, and what was not
    thought of is read as it ever was. The oldest of 4,096 is forgotten.
    """

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[object, tuple[str, ...]]] = OrderedDict()

    def behind(self, refs: Iterable[str]) -> set[str]:
        """Return what was wanted behind ``refs``."""
        found: set[str] = set()
        for ref in refs:
            last = self._last.get(ref)
            if last is not None:
                found.update(last[1])
        return found

    def learn(self, refs: Iterable[str], there: Mapping[str, Versioned]) -> None:
        """Note what documents of ``refs`` lead to."""
        for ref in refs:
            document, last = getattr(there.get(ref), "document", None), self._last.get(ref)
            if last is not None and last[0] is document:
                continue
            leads = getattr(document, "leads_to", ())
            if leads or last is not None:
                self._last[ref] = (document, leads)
                if len(self._last) > MOST:
                    self._last.popitem(last=False)

"""Everything that must hold, and the store as the checks see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from salesorders.testing.simulation.model import Model, Now

__all__ = ["Holding", "Invariant", "Violation", "checked"]

Invariant = Callable[[Model, "Holding", Now], None]


class Violation(BaseException):
    """Something that must hold does not; the text says what, and after which step.

    No ``Exception``: it may be found inside a gateway, and a relay takes whatever a gateway raises as its own.
    """


class Holding:
    """All documents of a tenant as they lie in the store now, read without any fault."""

    def __init__(self, store: Any, tenant: str, names: Mapping[str, str]) -> None:
        self._store = store
        self._tenant = tenant
        self._kept: dict[str, list[tuple[int, Any]]] = {}
        self.names = names

    def versioned(self, kind: str) -> list[tuple[int, Any]]:
        """Return every document of a kind with its version."""
        if kind not in self._kept:
            self._kept[kind] = list(self._read(kind))
        return self._kept[kind]

    def _read(self, kind: str) -> Iterator[tuple[int, Any]]:
        after = ""
        while True:
            page = self._store.find(self._tenant, kind, "all", "", after=after, limit=1_000)
            yield from ((held.version, held.document) for held in page.items)
            if page.after is None:
                return
            after = page.after

    def documents(self, kind: str) -> list[Any]:
        """Return every document of a kind."""
        return [document for _, document in self.versioned(kind)]


def checked(invariant: Invariant, model: Model, holding: Holding, now: Now) -> None:
    """Check an invariant; what it finds is told with its first sentence."""
    try:
        invariant(model, holding, now)
    except (AssertionError, KeyError, IndexError) as error:
        said = (invariant.__doc__ or invariant.__name__).split("\n", maxsplit=1)[0]
        raise Violation(f"{said} ({error})") from error

"""How requests name what is there: a document as its user saw it, an invoice by its id or its number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from salesorders.kernel.change import Ask, Loaded, Loading
from salesorders.kernel.errors import InvalidValue, NotFound, StaleVersion, shown
from salesorders.kernel.ids import text_of
from salesorders.orders import Order
from salesorders.receivables import OpenItem

__all__ = ["as_seen", "by_line", "item_seen", "items_named", "order_seen"]

L = TypeVar("L")


class Seen(Protocol):
    """A document that a person looks at before something is done with it."""

    @property
    def ref(self) -> str:
        """The text key."""

    @property
    def fingerprint(self) -> str:
        """A short text that differs as soon as anything of it does."""


def order_seen(value: Order | str | None) -> str:
    """Read what the user saw: an order, its fingerprint, or nothing (``""``)."""
    return _fingerprint(value, Order)


def item_seen(value: OpenItem | str | None) -> str:
    """Read what the user saw: a receivable, its fingerprint, or nothing (``""``)."""
    return _fingerprint(value, OpenItem)


def _fingerprint(value: object, kind: type[Seen]) -> str:
    if isinstance(value, kind):
        return value.fingerprint
    return "" if value is None else text_of(value, "seen", most=64)


def as_seen(document: Seen, seen: str) -> None:
    """Raise ``version.stale`` where a document is not any more what the user saw."""
    if seen and seen != document.fingerprint:
        raise StaleVersion(None, "seen", f"{document.ref} changed since it was seen; look again")


def by_line(lines: Mapping[Any, Any], made: Callable[[Any, Any], L]) -> tuple[L, ...]:
    """Return what is ``made`` of quantities by line id, in the order of the ids: a dict in any order is one command.

    Raises what ``made`` raises of one that is wrong, with its path; paths count the lines in that order.
    """
    pairs = sorted(
        lines.items(),
        key=lambda pair: (len(pair[0]), pair[0]) if isinstance(pair[0], str) else (0, ""),
    )
    read = []
    for index, pair in enumerate(pairs):
        try:
            read.append(made(*pair))
        except InvalidValue as error:
            raise error.within(f"lines[{index}]") from None
    return tuple(read)


def items_named(
    names: Sequence[str], loaded: Loaded, paths: Sequence[str]
) -> Loading[tuple[OpenItem, ...]]:
    """Return the items of invoices by id, of which ``loaded`` has those that are there, or else by number.

    Raises ``receivable.unknown`` with the name's path; a number that two items bear names none of them.
    """
    items = {name: loaded.get(OpenItem, f"receivable/{name}") for name in names}
    finds = {name: ("receivable", "number", name) for name, item in items.items() if item is None}
    if finds:
        numbered = yield Ask(finds=tuple(finds.values()))
        for name, find in finds.items():
            found = numbered.all(OpenItem, *find)
            items[name] = found[0] if len(found) == 1 else None
    chosen = []
    for name, path in zip(names, paths, strict=True):
        item = items[name]
        if item is None:
            raise NotFound("receivable.unknown", path, f"{shown(name)} is no open item")
        chosen.append(item)
    return tuple(chosen)

"""Facts and documents with explicit, versioned stored names.

A name such as ``orders.placed/1`` is stored for ever; the class behind it may move or be renamed.
When the shape changes, the number goes up and an upcaster turns the old record into the new one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from salesorders.kernel.errors import SalesOrdersError

__all__ = ["name_of", "stored", "stored_class", "stored_names", "upcast", "upcaster"]

T = TypeVar("T", bound=type)
Record = dict[str, Any]

_CLASSES: dict[str, type] = {}
_NAMES: dict[type, str] = {}
_UPCASTERS: dict[str, tuple[str, Callable[[Record], Record]]] = {}


def stored(name: str) -> Callable[[T], T]:
    """Give a class the name under which its records are stored, such as ``"orders.order/1"``."""

    def register(cls: T) -> T:
        if _CLASSES.get(name, cls) is not cls and _CLASSES[name].__qualname__ != cls.__qualname__:
            raise SalesOrdersError("stored.taken", name, "two classes claim one stored name")
        _CLASSES[name] = cls
        _NAMES[cls] = name
        return cls

    return register


def upcaster(
    old: str, new: str
) -> Callable[[Callable[[Record], Record]], Callable[[Record], Record]]:
    """Register how a record of ``old`` becomes one of ``new``; steps are chained."""

    def register(function: Callable[[Record], Record]) -> Callable[[Record], Record]:
        _UPCASTERS[old] = (new, function)
        return function

    return register


def upcast(name: str, record: Record) -> tuple[str, Record]:
    """Return the newest name and record that a stored one leads to."""
    while name in _UPCASTERS:
        name, step = _UPCASTERS[name]
        record = step(record)
    return name, record


def name_of(cls: type) -> str:
    """Return the stored name of a class; raises ``stored.unknown``."""
    try:
        return _NAMES[cls]
    except KeyError:
        raise SalesOrdersError(
            "stored.unknown", cls.__name__, "the class has no stored name"
        ) from None


def stored_class(name: str) -> type:
    """Return the class of a stored name; raises ``stored.unknown``."""
    try:
        return _CLASSES[name]
    except KeyError:
        raise SalesOrdersError(
            "stored.unknown", name[:80], "no class of this release has that stored name"
        ) from None


def stored_names() -> dict[str, type]:
    """Return every stored name with its class, for tests and references."""
    return dict(_CLASSES)

"""The kinds of document that are compared, and how a room adds one of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from salesorders.testing.simulation import model, seen

__all__ = ["MADE", "SHARED", "document_kinds", "register_document"]

# Kinds whose id comes from the command that made them; the model calls them by its key.
MADE = ["order", "shipment", "invoice", "payment"]
# Kinds that bear the id of one of those.
SHARED = ["receivable"]


def document_kinds() -> Iterable[str]:
    """Return every kind of document that a tenant may have."""
    return tuple(model.VIEWS)


def register_document(
    kind: str,
    expected: Callable[[model.Model, str], tuple[Any, ...]],
    read: Callable[[Any, Mapping[str, str]], tuple[Any, ...]],
    *,
    made: bool = True,
) -> None:
    """Add a kind: what the model wants of one by its name, and what the library's document says.

    With ``made`` its id comes from the command that made it. A room calls this once, when it is imported, and
    keeps its part of the model in ``model.books[kind]``.
    """
    model.VIEWS[kind] = expected
    seen.VIEWS[kind] = read
    if made and kind not in MADE:
        MADE.append(kind)

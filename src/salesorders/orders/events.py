"""Facts about orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.kernel.events import stored

__all__ = ["OrderDeclined", "OrderHeld", "OrderPlaced", "OrderReleased"]


@stored("orders.placed/1")
@attrs.frozen
class OrderPlaced:
    """An order was placed and goes on, or is held by the gates named."""

    order: str
    customer: str
    reference: str
    on: date
    currency: str
    gross: Decimal
    held_by: tuple[str, ...] = ()


@stored("orders.held/1")
@attrs.frozen
class OrderHeld:
    """A gate holds an order, for these codes."""

    order: str
    gate: str
    codes: tuple[str, ...]


@stored("orders.released/1")
@attrs.frozen
class OrderReleased:
    """A hold was let go by a person, with a reason."""

    order: str
    gate: str
    by: str
    reason: str


@stored("orders.declined/1")
@attrs.frozen
class OrderDeclined:
    """A held order was turned down."""

    order: str
    by: str
    reason: str

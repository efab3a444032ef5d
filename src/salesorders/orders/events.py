"""Facts about orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.kernel.events import stored

__all__ = [
    "OrderAmended",
    "OrderCancelled",
    "OrderClosed",
    "OrderDeclined",
    "OrderHeld",
    "OrderPlaced",
    "OrderReleased",
    "OrderReopened",
]


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


@stored("orders.amended/1")
@attrs.frozen
class OrderAmended:
    """An order was changed and is worth ``gross_by`` more (or less, below 0).

    ``lines`` are (id, quantity in force) of those that differ.
    """

    order: str
    customer: str
    by: str
    reason: str
    on: date
    gross_by: Decimal
    lines: tuple[tuple[str, Decimal], ...] = ()


@stored("orders.cancelled/1")
@attrs.frozen
class OrderCancelled:
    """So much of each line was cancelled; the order is worth ``gross`` less."""

    order: str
    customer: str
    by: str
    reason: str
    on: date
    gross: Decimal
    lines: tuple[tuple[str, Decimal], ...]


@stored("orders.closed/1")
@attrs.frozen
class OrderClosed:
    """What was still open will not come; the order is worth ``gross`` less."""

    order: str
    customer: str
    by: str
    reason: str
    on: date
    gross: Decimal
    lines: tuple[tuple[str, Decimal], ...]


@stored("orders.reopened/1")
@attrs.frozen
class OrderReopened:
    """What was cancelled or closed is wanted again; the order is worth ``gross`` more."""

    order: str
    customer: str
    by: str
    reason: str
    on: date
    gross: Decimal
    lines: tuple[tuple[str, Decimal], ...]

"""Cash that was paid ahead for an order: it waits for that order, and counts for as much as the order does."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from salesorders.credit import Accounts, CashFreed, CashReserved
from salesorders.kernel.change import changed
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import CONTEXT, LIMITS, exact
from salesorders.orders import Order
from salesorders.receivables import OpenItem, Payment

__all__ = [
    "freed_by",
    "is_live",
    "paid_for",
    "taken_elsewhere",
    "waiting",
    "waits",
    "with_cash",
    "with_own_cash",
]

ZERO = Decimal(0)


def is_live(order: Order) -> bool:
    """Whether money may still be paid ahead for an order: something of it is to leave."""
    return any(line.open for line in order.lines)


@exact
def paid_for(order: Order) -> Decimal:
    """Return what was paid ahead for what of an order is to leave; what has left is paid for first."""
    if not order.paid_ahead:
        return ZERO
    return max(order.paid_ahead - (order.amounts.gross - order.amounts_open), ZERO)


def with_cash(order: Order, amount: Decimal) -> Order:
    """Return an order for which so much more (or less) is paid ahead; there and back again is the same order.

    Raises ``number.range`` for more than any store keeps.
    """
    if not amount:
        return order
    after = CONTEXT.add(order.paid_ahead, amount)
    if after >= 10**LIMITS.magnitude:
        invalid("number.range", "paid_ahead", f"below 10**{LIMITS.magnitude} is wanted")
    return changed(order, paid_ahead=after or ZERO)


@exact
def taken_elsewhere(payment: Payment, items: Mapping[str, OpenItem]) -> Decimal:
    """Return what of a payment that was made for an order settled invoices of other orders."""
    return sum(
        [
            part.amount
            for part in payment.allocations
            if part.invoice in items and items[part.invoice].order != payment.order
        ],
        ZERO,
    )


def waits(order: Order) -> Decimal:
    """Return how much cash waits for an order: all while it is held, then what it is not worth, until it is over."""
    if not order.paid_ahead or order.holds:
        return order.paid_ahead
    return (
        max(CONTEXT.subtract(order.paid_ahead, order.amounts.gross), ZERO)
        if is_live(order)
        else ZERO
    )


def freed_by(before: Order, after: Order) -> Decimal | None:
    """Return how much cash that waits is taken off the exposure once ``after`` goes on; ``None`` without any."""
    if not after.paid_ahead:
        return None
    going_on = changed(after, holds=()) if after.holds else after
    return max(CONTEXT.subtract(waits(before), waits(going_on)), ZERO)


def waiting(before: Order, after: Order, accounts: Accounts) -> tuple[Accounts, tuple[object, ...]]:
    """Return the accounts in which as much cash waits as ``after`` makes wait, and the fact.

    Nobody else buys with it meanwhile: it counts against the exposure once the order does for as much, or is over.
    """
    if not before.paid_ahead and not after.paid_ahead:
        return accounts, ()
    more = CONTEXT.subtract(waits(after), waits(before))
    if more > 0:
        fact = CashReserved(after.customer, after.id, more)
        return accounts.earmark(more), (fact,)
    if more < 0:
        return accounts.free(-more), (CashFreed(after.customer, after.id, -more),)
    return accounts, ()


def with_own_cash(before: Order, after: Order, accounts: Accounts) -> Accounts:
    """Return the accounts as they are once an order goes on as ``after``: the cash for it counts as far as it does."""
    return waiting(before, changed(after, holds=()), accounts)[0]

"""The days for which open value counts in credit accounts: planned from an order's lines, kept with the order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any

from salesorders.credit import Accounts
from salesorders.credit.days import Days, DayTotal, days_of, negated
from salesorders.kernel.change import changed
from salesorders.kernel.limits import exact
from salesorders.kernel.money import exponent_of, split
from salesorders.lifecycle.ahead import paid_for, waiting
from salesorders.orders import Order, OrderLine

__all__ = ["cash_moved", "counted_days", "planned_days", "redated", "ships_on", "with_days"]

ZERO = Decimal(0)
HUNDRED = Decimal(100)
FINE = 10**28


def ships_on(order: Order) -> date:
    """Return the first planned goods issue of what is open: as promised, or as asked for where nothing is."""
    lines = [line for line in order.lines if line.open] or order.lines
    return min(
        min((entry.on for entry in line.claimed), default=line.requested_on) for line in lines
    )


@exact
def planned_days(order: Order, value: Decimal) -> Days:
    """Return for which days what is open of an order counts, with ``value`` split over them.

    Each line counts for its own worth with tax: what is promised for the day it is promised for, the rest
    for the day it is wanted. What is paid ahead counts for the day of the order, as its cash does at once; that is
    what leaves first. The shares add up to ``value``, to the minor unit.
    """
    days = _leaving(order, value)
    cover = min(paid_for(order), value)
    if cover <= 0 or not days:
        return days
    left, rest = cover, list[tuple[date | None, Decimal]]()
    for day in days:
        taken = min(left, day.amount)
        left -= taken
        rest.append((day.on, day.amount - taken))
    return days_of([(order.placed_on, cover), *rest])


def _leaving(order: Order, value: Decimal) -> Days:
    parts = [
        (line, on, quantity)
        for line in order.lines
        if line.open
        for on, quantity in _scheduled(line)
    ]
    days = {on for _, on, _ in parts}
    if len(days) < 2:
        return tuple([DayTotal(on, value) for on in days if value])
    weights = dict.fromkeys(sorted(days), Fraction(0))
    for line, on, quantity in parts:
        worth = order.amounts.line(line.id)
        gross = max(worth.net, ZERO) * (HUNDRED + worth.tax.rate)
        weights[on] += Fraction(gross * quantity) / Fraction(line.in_base(line.in_force))
    if not any(weights.values()):
        weights[min(days)] = Fraction(1)  # all is free: what there is falls on the first day
    shares = split(value, _whole(weights.values()), exponent_of(order.amounts.currency))
    return days_of(zip(weights, shares, strict=True))


def _whole(weights: Iterable[Fraction]) -> list[Decimal]:
    """Return weights as whole numbers, in the same proportion unless they are endless: a third decides no cent."""
    known = list(weights)
    common = lcm(*(weight.denominator for weight in known))
    whole = [int(weight * common) for weight in known]
    less = max(whole) // FINE + 1
    return [Decimal(weight // less) for weight in whole]


def _scheduled(line: OrderLine) -> Iterator[tuple[date, Decimal]]:
    left = line.in_base(line.open)
    for entry in line.claimed:
        left -= entry.quantity
        yield entry.on, entry.quantity
    if left > 0:
        yield line.requested_on, left


def counted_days(order: Order) -> Days:
    """Return the days for which an order's open value stands in its accounts."""
    if order.credit_days:
        return tuple([DayTotal(on, amount) for on, amount in order.credit_days])
    value = order.amounts_open
    return (DayTotal(order.credit_on, value),) if value else ()


def with_days(order: Order) -> Order:
    """Return an order with the days on which what is open of it is planned to leave."""
    days = planned_days(order, order.amounts_open)
    on: Any = days[0].on if days else order.credit_on
    several = tuple([(day.on, day.amount) for day in days]) if len(days) > 1 else ()
    if (on, several) == (order.credit_on, order.credit_days):
        return order
    return changed(order, credit_on=on, credit_days=several)


def redated(before: Order, after: Order, accounts: Accounts) -> tuple[Order, Days | None]:
    """Return a changed order with its days, and by day what more of it is open than ``before``."""
    if not accounts.is_dated:
        return after, None
    after = with_days(after)
    was = negated(counted_days(before))
    return after, days_of([(day.on, day.amount) for day in (*was, *counted_days(after))])


def cash_moved(
    before: Order, after: Order, accounts: Accounts
) -> tuple[Order, Accounts, tuple[object, ...]]:
    """Return an order for which more or less cash is there than ``before``, with its accounts and the fact."""
    accounts, moves = waiting(before, after, accounts)
    if after.holds or after is before:
        return after, accounts, moves
    after, days = redated(before, after, accounts)
    return after, accounts.claim(ZERO, days) if days else accounts, moves

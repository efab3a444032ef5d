"""Totals by day: what of an amount falls on which day. They grow with days, never with documents."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import attrs

from salesorders.kernel.change import changed
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import CONTEXT, exact, tuple_of

__all__ = [
    "DayTotal",
    "Days",
    "day_plus",
    "days_of",
    "days_read",
    "negated",
    "paid_oldest_first",
    "planned",
    "total",
    "up_to",
]

ZERO = Decimal(0)


@attrs.frozen
class DayTotal:
    """What of a bucket falls on a day; ``None`` where the day is not known."""

    on: date | None
    amount: Decimal


Days = tuple[DayTotal, ...]


def _place(day: DayTotal) -> date:
    return day.on or date.min


def day_plus(days: Days, on: date | None, amount: Decimal) -> Days:
    """Return the totals with so much more (or less) on a day; a day without anything is left out.

    The unknown day stands first, then the others in order.
    """
    at = bisect_left(days, on or date.min, key=_place)
    there = at < len(days) and days[at].on == on
    after = CONTEXT.add(days[at].amount if there else ZERO, amount)
    middle = (DayTotal(on, after),) if after else ()
    return (*days[:at], *middle, *days[at + there :])


def planned(days: Days, on: date | Days | None, amount: Decimal) -> Days:
    """Return the totals with ``amount`` more (or less) on one day, or as ``on`` says by day.

    Raises ``credit.days_sum`` where what it says by day is another amount.
    """
    if not isinstance(on, tuple):
        return day_plus(days, on, amount) if amount else days
    if total(on) != amount:
        invalid("credit.days_sum", "on", f"by day it is {total(on)}, in all {amount}")
    for day in on:
        days = day_plus(days, day.on, day.amount)
    return days


def negated(days: Days) -> Days:
    """Return the same days with what is more as less."""
    return tuple([DayTotal(day.on, CONTEXT.minus(day.amount)) for day in days])


@exact
def total(days: Days) -> Decimal:
    """Return what falls on all days together."""
    return sum([day.amount for day in days], ZERO)


@exact
def up_to(days: Days, last: date) -> Decimal:
    """Return what falls on days up to ``last``, the unknown one among them."""
    until = bisect_right(days, last, key=_place)
    return sum([day.amount for day in days[:until]], ZERO)


@exact
def paid_oldest_first(days: Days, amount: Decimal) -> Days:
    """Return what is left of day totals when ``amount`` pays the oldest first."""
    left = []
    for day in days:
        used = min(amount, day.amount)
        amount -= used
        if day.amount > used:
            left.append(changed(day, amount=day.amount - used))
    return tuple(left)


@exact
def days_of(amounts: Iterable[tuple[date | None, Decimal]]) -> Days:
    """Add amounts up by day, in order of days; what comes to nothing is left out."""
    totals: dict[date | None, Decimal] = {}
    for on, amount in amounts:
        totals[on] = totals.get(on, ZERO) + amount
    days = [DayTotal(on, amount) for on, amount in totals.items() if amount]
    return tuple(sorted(days, key=_place))


def days_read(value: object, path: str) -> Days:
    """Read totals by day, one a day, in order; raises ``value.type`` and ``credit.days``."""
    days: Days = tuple_of(value, path)
    for index, day in enumerate(days):
        if not isinstance(day, DayTotal):
            invalid("value.type", f"{path}[{index}]", "a DayTotal is wanted")
        if index and _place(day) <= _place(days[index - 1]):
            invalid("credit.days", f"{path}[{index}]", "days stand once, in order")
    return days

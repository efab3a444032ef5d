"""How far ahead orders count, for the model: on which days what is open of one leaves, and the last day that counts.

What counts on which day is a dict from days to cents; what comes to nothing stands in none.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from math import lcm
from typing import Any

import attrs

from salesorders.testing.simulation.arithmetic import shared_out
from salesorders.testing.simulation.resizing import open_worth
from salesorders.testing.simulation.units import in_base

__all__ = [
    "CLOSED",
    "HORIZONS",
    "Ahead",
    "Days",
    "apart",
    "is_open",
    "last_day",
    "planned",
    "plus",
    "up_to",
    "worth",
]

Days = Mapping[date, int]
ONE = timedelta(days=1)


@attrs.frozen
class Ahead:
    """A horizon: months and then days ahead, ``working`` ones where it says so."""

    days: int = 0
    months: int = 0
    working: bool = False


# By risk class; in any other class everything counts, however far ahead.
HORIZONS = {"A": Ahead(days=3), "B": Ahead(days=3, working=True), "M": Ahead(months=1)}
# Month and day of every holiday. The first is the fourth day of a run, a Thursday, so that what counts on
# the first day of a run reaches over it.
CLOSED = ((3, 5), (5, 1), (12, 25), (12, 26))


def is_open(day: date) -> bool:
    """Whether a day is a working day."""
    return day.weekday() < 5 and (day.month, day.day) not in CLOSED


def last_day(risk_class: str, today: date) -> date | None:
    """Return the last day on which goods leave that count; ``None`` where all do."""
    ahead = HORIZONS.get(risk_class)
    if ahead is None:
        return None
    years, month = divmod(today.month - 1 + ahead.months, 12)
    year, month = today.year + years, month + 1
    day = date(year, month, min(today.day, monthrange(year, month)[1]))
    if not ahead.working:
        return day + timedelta(days=ahead.days)
    left = ahead.days
    while left:
        day += ONE
        left -= is_open(day)
    return day


def planned(order: Mapping[str, Any], value: int) -> Days:
    """Return on which days what is open of an order counts, with ``value`` split over them.

    A line counts for its own worth with tax: what is promised on the day for which it is promised, the rest on
    the day on which it is wanted. What is paid ahead counts from the day of the order, the first to leave.
    """
    days, ahead = _leaving(order, value), order.get("ahead", 0)
    if not ahead or not days:
        return days
    left = paid = min(value, ahead - (order["sums"].gross - open_worth(order)))
    if paid <= 0:
        return days
    counts = {order["placed_on"]: paid}
    for on in sorted(days):
        first = min(left, days[on])
        left -= first
        counts[on] = counts.get(on, 0) + days[on] - first
    return {on: amount for on, amount in counts.items() if amount}


def _leaving(order: Mapping[str, Any], value: int) -> Days:
    parts = []
    for line in order["lines"]:
        left = line["q"] - line["shipped"] - line["cancelled"]
        if left > 0:
            left = in_base(line, left)
            for _, on, q in line["claimed"]:
                left -= q
                parts.append((line, on, q))
            if left > 0:
                parts.append((line, line["on"], left))
    days = {on for _, on, _ in parts}
    if len(days) < 2:
        return dict.fromkeys(days, value) if value else {}
    weights = dict.fromkeys(sorted(days), 0)
    wanted = {line["id"]: in_base(line, line["q"] - line["cancelled"]) for line, _, _ in parts}
    common = lcm(*wanted.values())
    for line, on, q in parts:
        each = common // wanted[line["id"]]
        weights[on] += max(line["net"], 0) * (100 + line["tax"][1]) * q * each
    if not any(weights.values()):
        weights[min(days)] = 1
    sign = -1 if value < 0 else 1
    shares = shared_out(abs(value), list(weights.values()))
    return {on: sign * share for on, share in zip(weights, shares, strict=True) if share}


def plus(days: Days, more: Days, sign: int = 1) -> Days:
    """Return both together, or the first without the other (``sign`` -1)."""
    if not more:
        return days
    sums = dict(days)
    for on, amount in more.items():
        sums[on] = sums.get(on, 0) + sign * amount
    return {on: amount for on, amount in sums.items() if amount}


def apart(after: Days, before: Days) -> Days:
    """Return by how much more, or less, each day counts."""
    return plus(after, before, -1)


def worth(days: Days) -> int:
    """Return what falls on all days."""
    return sum(days.values())


def up_to(days: Days, last: date | None) -> int:
    """Return what falls on days up to the last that counts."""
    if last is None:
        return sum(days.values())
    return sum(amount for on, amount in days.items() if on <= last)

"""What a host may set about stock, and how much may be promised for a day.

``proj(d) = on hand - safety + receipts(<= d) - firm claims(<= d) - live reservations(<= d)`` and
``ATP(d) = max(0, least proj(e) over e >= d)``: cumulative, with look-ahead.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta
from decimal import Decimal

import attrs

from salesorders.inventory.model import StockLevel
from salesorders.kernel.limits import exact
from salesorders.kernel.messages import register
from salesorders.kernel.policy import PolicyVersion, version_of

__all__ = ["InventoryPolicy", "Running", "atp", "atp_curve"]

ZERO = Decimal(0)
VERSION = PolicyVersion("inventory")

messages = {
    "stock.short": "Of {asked} {sku} {confirmed} can be confirmed.",
    "stock.short/cure": "The next receipt is due on {next_receipt}.",
    "stock.none": "No site holds {sku}; {asked} stays open.",
    "stock.horizon": "{requested_on} is after {horizon_on}, the last day that is promised.",
    "stock.horizon/cure": "Ask again on or after {ask_on}.",
    "date.past": "{requested_on} has passed; checked from {checked_from} on.",
}
register(messages)


@attrs.frozen
class InventoryPolicy:
    """How stock is promised.

    ``hold_hours``: how long a held order keeps its reservations, 72. ``horizon_days``: how far
    ahead of today anything is promised, 365. ``past_due_receipt_days``: how many days a receipt may
    be late and still count as due today, 7; after that it counts no more. ``partial``: whether part
    of a line may be confirmed, or a line in several parts. ``backorders``: whether what can't be
    confirmed by the horizon stays open; where it may not, such an order is rejected.
    """

    version: PolicyVersion = attrs.field(default=VERSION, converter=version_of)
    hold_hours: int = 72
    horizon_days: int = 365
    past_due_receipt_days: int = 7
    partial: bool = True
    backorders: bool = True

    def last_day(self, today: date) -> date:
        """Return the last day that is promised; inclusive."""
        return today + timedelta(days=self.horizon_days)

    def hold_until(self, at: datetime) -> datetime:
        """Return when a reservation made at ``at`` expires; exclusive."""
        return at + timedelta(hours=self.hold_hours)


class Running:
    """The balance of one level while several lines draw on it; lives inside one computation.

    What is past due, claims and receipts alike, counts as of today.
    """

    __slots__ = ("_days", "_free")

    def __init__(
        self, level: StockLevel, today: date, at: datetime, policy: InventoryPolicy
    ) -> None:
        oldest = today - timedelta(days=policy.past_due_receipt_days)
        changes: dict[date, Decimal] = {today: level.on_hand - level.safety}
        for receipt in level.receipts:
            if receipt.on >= oldest:
                day = max(receipt.on, today)
                changes[day] = changes.get(day, ZERO) + receipt.quantity
        for demand in level.demand:
            day = max(demand.on, today)
            changes[day] = changes.get(day, ZERO) - demand.quantity
        for held in level.reservations:
            if held.live(at):
                day = max(held.on, today)
                changes[day] = changes.get(day, ZERO) - held.quantity
        self._days = days = sorted(changes)
        balance = ZERO
        for day in days:
            balance += changes[day]
            changes[day] = balance
        least = balance
        free = []
        for day in reversed(days):
            if changes[day] < least:
                least = changes[day]
            free.append(least)
        free.reverse()
        self._free = free

    def on(self, day: date) -> Decimal:
        """Return ATP of a day; of today for an earlier one."""
        return max(ZERO, self._free[max(0, bisect_right(self._days, day) - 1)])

    def from_day(self, first: date, last: date) -> list[tuple[date, Decimal]]:
        """Return ATP on ``first`` and on each later day up to ``last`` on which it is higher."""
        days, free = self._days, self._free
        best = self.on(first)
        rising = [(first, best)]
        for index in range(bisect_right(days, first), bisect_right(days, last)):
            if free[index] > best:
                best = free[index]
                rising.append((days[index], best))
        return rising

    def draw(self, day: date, quantity: Decimal) -> None:
        """Take what was promised for a day off the balance of that and every later day."""
        days, free = self._days, self._free
        index = bisect_left(days, day)
        if index == len(days) or days[index] != day:
            days.insert(index, day)
            free.insert(index, free[index - 1])
        free[index:] = [least - quantity for least in free[index:]]
        # The running least never falls from day to day: earlier ones are capped until one fits.
        least = free[index]
        while index and free[index - 1] > least:
            index -= 1
            free[index] = least

    def curve(self) -> list[tuple[date, Decimal]]:
        """Return every day on which something changes, with its ATP."""
        return [(day, max(ZERO, free)) for day, free in zip(self._days, self._free, strict=True)]


@exact
def atp(
    level: StockLevel, day: date, today: date, at: datetime, policy: InventoryPolicy
) -> Decimal:
    """Return what may be promised for ``day`` without breaking a promise already given.

    A day before today answers as today does. 0 where safety stock is above what is on hand, and
    for a day beyond the horizon.
    """
    if day > policy.last_day(today):
        return ZERO
    return Running(level, today, at, policy).on(day)


@exact
def atp_curve(
    level: StockLevel, today: date, at: datetime, policy: InventoryPolicy
) -> tuple[tuple[date, Decimal], ...]:
    """Return (day, ATP) from today to the horizon for each day on which supply or claims change.

    Between two days the earlier one's figure holds; it never falls from one day to the next.
    """
    last = policy.last_day(today)
    curve = Running(level, today, at, policy).curve()
    return tuple((day, free) for day, free in curve if day <= last)

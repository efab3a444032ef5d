"""Exposure: what a customer owes or will owe, gross of tax, in disjoint buckets that are kept as running totals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from salesorders.credit.days import Days, DayTotal, days_of
from salesorders.kernel.change import changed
from salesorders.kernel.errors import Conflict, invalid, shown
from salesorders.kernel.limits import CONTEXT, LIMITS, exact
from salesorders.kernel.money import Money
from salesorders.tables import Table, Tabled

__all__ = ["BUCKETS", "DayTotal", "Exposure", "ExposureEntry", "Position", "recomputed"]

ZERO = Decimal(0)
MOST = Decimal(10**LIMITS.magnitude)
ADDED = (
    "open_orders",
    "allocated",
    "delivered_unbilled",
    "billed_unposted",
    "open_items",
    "disputed",
)
TAKEN_OFF = ("unapplied", "credit_notes")
# Cash that waits for an order is neither: nobody may buy with it.
BUCKETS = (*ADDED, *TAKEN_OFF, "paid_ahead")


@attrs.frozen
class Exposure(Tabled):
    """What a customer owes or will owe, gross of tax, in one currency, by disjoint buckets.

    ``open_orders``: released and not shipped; ``allocated``: picked for shipping; ``delivered_unbilled``:
    shipped and not invoiced; ``billed_unposted``: invoiced and not in the ledger; ``open_items``: invoiced
    and open; ``disputed``: open and contested. Taken off: ``unapplied``, cash received and not yet applied,
    and ``credit_notes`` not yet applied. ``paid_ahead`` does not count: cash that waits for an order.
    """

    currency: str
    open_orders: Decimal = ZERO
    delivered_unbilled: Decimal = ZERO
    open_items: Decimal = ZERO
    unapplied: Decimal = ZERO
    allocated: Decimal = ZERO
    billed_unposted: Decimal = ZERO
    disputed: Decimal = ZERO
    credit_notes: Decimal = ZERO
    paid_ahead: Decimal = ZERO

    @property
    @exact
    def total(self) -> Decimal:
        """Everything that counts, less unapplied cash and credit notes (FINANCE 1, static)."""
        orders = self.open_orders + self.allocated + self.delivered_unbilled + self.billed_unposted
        return orders + self.open_items + self.disputed - self.unapplied - self.credit_notes

    def plus(self, bucket: str, amount: Decimal) -> Exposure:
        """Return the exposure with ``amount`` (may be negative) more in a bucket.

        Raises ``credit.bucket_negative`` below 0, and ``number.range`` for more than any store keeps.
        """
        after = CONTEXT.add(getattr(self, bucket), amount)
        if after < 0:
            raise Conflict("credit.bucket_negative", bucket, f"{bucket} would fall to {after}")
        if after >= MOST:
            invalid("number.range", bucket, f"below 10**{LIMITS.magnitude} is wanted")
        return changed(self, **{bucket: after})

    @exact
    def combined(self, other: Exposure, sign: int = 1) -> Exposure:
        """Return both exposures in one, or this one without the other (``sign`` -1)."""
        added: dict[str, Any] = {}
        for bucket in BUCKETS:
            amount = getattr(other, bucket)
            if amount:
                added[bucket] = getattr(self.plus(bucket, sign * amount), bucket)
        return changed(self, **added) if added else self

    def table(self) -> Table:
        """Return the buckets as a table."""
        rows = [(name.replace("_", " "), getattr(self, name)) for name in ADDED]
        rows += [
            (f"less {name.replace('_', ' ')}", CONTEXT.minus(getattr(self, name)))
            for name in TAKEN_OFF
        ]
        columns = ("bucket", self.currency)
        notes = (waits(self.paid_ahead, self.currency),) if self.paid_ahead else ()
        return Table("Exposure", columns, (*rows, ("total", self.total)), notes)


def waits(amount: Decimal, currency: str) -> str:
    """Say how much cash waits."""
    return f"{Money(amount, currency)} were paid ahead for orders and wait for them."


@attrs.frozen
class ExposureEntry:
    """What one document adds to a bucket; ``on`` is the planned goods issue of an order, the due day of an item."""

    bucket: str
    amount: Decimal
    document: str = ""
    on: date | None = None


@exact
def recomputed(currency: str, shares: Iterable[tuple[str, Decimal] | ExposureEntry]) -> Exposure:
    """Add an exposure up from scratch, from what every document adds to which bucket; it must agree."""
    totals = dict.fromkeys(BUCKETS, ZERO)
    for share in shares:
        if isinstance(share, tuple):
            bucket, amount = share
        else:
            bucket, amount = share.bucket, share.amount
        if bucket not in totals:
            invalid("credit.bucket", "bucket", f"{shown(bucket)} is none")
        totals[bucket] += amount
    return Exposure(currency, **totals)


def day_totals(entries: Iterable[ExposureEntry], bucket: str) -> Days:
    """Add one bucket up by day, from scratch."""
    return days_of((entry.on, entry.amount) for entry in entries if entry.bucket == bucket)


@attrs.frozen
class Position(Tabled):
    """An exposure as it counts on a day: open items split by due date, orders by horizon, what is secured.

    ``beyond_horizon`` is told and not counted. ``disputed`` counts unless the policy leaves it out. Where
    ``overdue`` is not known, it is 0 and all that is open stands in ``open_items``.
    """

    currency: str
    on: date
    horizon_on: date | None = None
    open_orders: Decimal = ZERO
    allocated: Decimal = ZERO
    delivered_unbilled: Decimal = ZERO
    billed_unposted: Decimal = ZERO
    open_items: Decimal = ZERO
    overdue: Decimal = ZERO
    disputed: Decimal = ZERO
    unapplied: Decimal = ZERO
    credit_notes: Decimal = ZERO
    secured: Decimal = ZERO
    beyond_horizon: Decimal = ZERO
    disputed_counts: bool = True
    overdue_known: bool = True
    paid_ahead: Decimal = ZERO

    @exact
    def with_overdue(self, late: Decimal) -> Position:
        """Return the position with so much of its open items overdue, where the account keeps no days."""
        open_items = self.open_items + self.overdue - late
        return changed(self, open_items=open_items, overdue=late, overdue_known=True)

    @property
    @exact
    def total(self) -> Decimal:
        """E of FINANCE 1: what counts, less unapplied cash, credit notes and what is secured."""
        orders = self.open_orders + self.allocated + self.delivered_unbilled + self.billed_unposted
        items = self.open_items + self.overdue + (self.disputed if self.disputed_counts else ZERO)
        return orders + items - self.unapplied - self.credit_notes - self.secured

    def table(self) -> Table:
        """Return the buckets as a table, what is taken off as negative amounts."""
        off = ("unapplied", "credit_notes", "secured")
        names: tuple[str, ...] = (*ADDED[:4], "open_items")
        if self.overdue_known:
            names = (*names, "overdue")
        rows = [(name.replace("_", " "), getattr(self, name)) for name in names]
        if self.disputed_counts:
            rows.append(("disputed", self.disputed))
        rows += [
            (f"less {name.replace('_', ' ')}", CONTEXT.minus(getattr(self, name))) for name in off
        ]
        notes = []
        if not self.overdue_known:
            notes.append("What of the open items is overdue is not known here.")
        if self.horizon_on is not None:
            amount = Money(self.beyond_horizon, self.currency)
            notes.append(f"{amount} of open orders leave after {self.horizon_on}.")
        if self.paid_ahead:
            notes.append(waits(self.paid_ahead, self.currency))
        if not self.disputed_counts and self.disputed:
            notes.append(f"{Money(self.disputed, self.currency)} are disputed and do not count.")
        columns = ("bucket", self.currency)
        return Table(
            f"Exposure on {self.on}", columns, (*rows, ("total", self.total)), tuple(notes)
        )

"""What people look at: the sheet of one account, how much of its limit was used over time, the held orders by rank."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import escape
from typing import Any

import attrs

from salesorders.credit.asking import percent_used
from salesorders.credit.evidence import NO_EVIDENCE, Evidence, ExchangeRate
from salesorders.credit.model import CreditAccount, ExposureEntry, Position, TemporaryLimit
from salesorders.kernel.decision import Decision
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import CONTEXT, added, exact
from salesorders.kernel.money import Money
from salesorders.tables import Table, Tabled, new_figure

__all__ = ["AccountSheet", "HeldOrder", "Usage", "UsagePoint", "Worklist"]

ZERO = Decimal(0)
SHOWN = 50


@attrs.frozen
class HeldOrder:
    """An order that credit holds: its value, why, since when, and the payment that would release it.

    ``payment`` is ``None`` where no payment would.
    """

    order: str
    customer: str
    value: Money
    decision: Decision
    held_at: datetime
    payment: Money | None = None

    @property
    def why(self) -> str:
        """The codes that hold it."""
        return ", ".join(sorted(self.decision.codes))


@attrs.frozen
class _Left:
    """What one limit leaves in its own currency, and what that is worth in the books'; no amount without a rate."""

    account: CreditAccount
    amount: Money | None = None
    worth: Decimal = ZERO
    percent: Decimal | None = None
    rate: ExchangeRate | None = None


def _in_full(amount: Decimal, account: CreditAccount) -> str:
    return f"{Money(amount, account.currency).amount:f}"


@attrs.frozen
class AccountSheet:
    """One credit account on a day: buckets, limits, holds, and the documents behind each number.

    Of a group or pool, the holds and documents are those of everybody who counts in it. ``evidence`` holds
    the rates at which limits in other currencies than the books' are compared.
    """

    account: CreditAccount
    position: Position
    above: tuple[CreditAccount, ...] = ()
    held: tuple[HeldOrder, ...] = ()
    documents: tuple[ExposureEntry, ...] = ()
    evidence: Evidence = NO_EVIDENCE

    @exact
    def _left(self) -> tuple[_Left, ...]:
        """What each limit of the day that is an amount leaves, the account's own first."""
        at = self.position
        left = []
        for one in (self.account, *self.above):
            limit = one.limit_on(at.on)
            if limit.kind != "amount":
                continue
            counted = at.total
            if one is not self.account:
                counted = one.counted(at.on, at.horizon_on, disputed=at.disputed_counts)
            if not one.limit_currency:
                worth = limit.amount - counted
                used = percent_used(counted, limit.amount)
                left.append(_Left(one, Money(worth, at.currency), worth, used))
                continue
            rate = self.evidence.rate(at.currency, one.currency)
            if rate is None:
                left.append(_Left(one))
                continue
            counted = rate.converted(counted)
            rest = limit.amount - counted
            used = percent_used(counted, limit.amount)
            left.append(_Left(one, Money(rest, one.currency), rest / rate.rate, used, rate))
        return tuple(left)

    def _tightest(self) -> _Left | None:
        """Of all limits the one that leaves least; ``None`` where there is none or one can't be compared."""
        left = self._left()
        if not left or any(one.amount is None for one in left):
            return None
        return min(left, key=lambda one: one.worth)

    @property
    def headroom(self) -> Money | None:
        """What the limits of the day leave, the account's own and those above it: the least counts.

        It is in the currency of the limit that leaves it. ``None`` where no limit is an amount, or one can't
        be compared for want of a rate.
        """
        found = self._tightest()
        return None if found is None else found.amount

    @property
    def percent_used(self) -> Decimal | None:
        """How much is used of the limit that leaves least; ``None`` as for ``headroom``, or of a limit of 0."""
        found = self._tightest()
        return None if found is None else found.percent

    def limits(self) -> Table:
        """Return every limit that counts, with its days."""
        account, on = self.account, self.position.on
        rows: list[tuple[Any, ...]] = [("base", str(account.limit), None, account.limit.until)]
        rows += [
            ("temporary", _in_full(one.amount, account), one.since, one.until)
            for one in account.temporary
            if one.until >= on
        ]
        rows += [
            (one.bucket, _in_full(one.amount, account), None, None) for one in account.bucket_limits
        ]
        for one in self.above:
            limit = one.limit_on(on)
            foreign = limit.kind == "amount" and one.currency != account.currency
            amount = f"{one.currency} {limit}" if foreign else str(limit)
            rows.append((f"within {one.customer}", amount, None, None))
        columns = ("limit", account.currency, "from", "to")
        return Table(f"Limits of {account.customer}", columns, tuple(rows))

    def holds(self) -> Table:
        """Return the orders that credit holds, and what payment would release each."""
        rows = tuple((one.order, one.value, one.why, one.payment) for one in self.held)
        return Table(
            "Held orders", ("order", "value", "why", "payment that would release it"), rows
        )

    def behind(self, bucket: str = "") -> Table:
        """Return the documents behind one bucket, or behind all."""
        rows = [
            (one.bucket, one.document, one.on, one.amount)
            for one in self.documents
            if one.amount and bucket in ("", one.bucket)
        ]
        columns = ("bucket", "document", "on", self.position.currency)
        return Table("Documents", columns, tuple(rows))

    def to_records(self) -> list[dict[str, Any]]:
        """Return the buckets, one dict each."""
        return self.position.table().to_records()

    def _headline(self) -> str:
        found = self._tightest()
        if found is not None:
            left = f"{found.amount} left"
            left += "" if found.account is self.account else f" within {found.account.customer}"
            left += "" if found.rate is None else f" at {found.rate.rate:f} of {found.rate.on}"
            left += "" if found.percent is None else f", {found.percent} % used"
        else:
            wanted = sorted({one.account.currency for one in self._left() if one.amount is None})
            left = f"no rate from {self.position.currency} to {', '.join(wanted)}"
            left = left if wanted else "no amount to compare with"
        marks = [self.account.status.replace("_", " ")] * (self.account.status != "open")
        marks += ["watched: no goods leave unasked"] * self.account.watched
        return f"Credit account {self.account.customer}: {'; '.join([left, *marks])}"

    def __str__(self) -> str:
        head = self._headline()
        tables = [self.position.table(), self.limits(), self.holds(), self._shown()]
        return "\n\n".join([head, *(str(table) for table in tables if len(table))])

    def _shown(self) -> Table:
        table = self.behind()
        if len(table) <= SHOWN:
            return table
        note = f"{len(table) - SHOWN} more: behind() has all."
        return attrs.evolve(table, rows=table.rows[:SHOWN], notes=(note,))

    def _repr_html_(self) -> str:
        head = f"<h3>{escape(self._headline())}</h3>"
        tables = [self.position.table(), self.limits(), self.holds(), self._shown()]
        return head + "".join(table._repr_html_() for table in tables if len(table))


@attrs.frozen
class Worklist(Tabled):
    """Held orders for a credit clerk, ranked by value at risk or by how little would release them."""

    held: tuple[HeldOrder, ...]
    by: str = "value"

    @property
    def ranked(self) -> tuple[HeldOrder, ...]:
        """The orders by rank; those that no payment would release come last by ``payment``."""
        if self.by == "value":
            return tuple(sorted(self.held, key=lambda one: (-one.value.amount, one.held_at)))
        return tuple(
            sorted(
                self.held,
                key=lambda one: (
                    one.payment is None,
                    one.payment.amount if one.payment is not None else ZERO,
                    -one.value.amount,
                    one.held_at,
                ),
            )
        )

    def table(self) -> Table:
        """Return one row an order."""
        rows = tuple(
            (rank, one.order, one.customer, one.value, one.payment, one.held_at.date(), one.why)
            for rank, one in enumerate(self.ranked, 1)
        )
        columns = ("rank", "order", "customer", "value at risk", "payment", "since", "why")
        return Table(f"Held orders by {self.by}", columns, rows)


def worklist_order(value: object) -> str:
    """Return by what a worklist is ranked; raises ``credit.rank``."""
    if value not in ("value", "payment"):
        invalid("credit.rank", "by", "value or payment is wanted")
    return str(value)


@attrs.frozen
class UsagePoint:
    """The exposure and the limit of the day, temporary ones among it (``None`` unless an amount), as the day ends."""

    on: date
    exposure: Decimal
    limit: Decimal | None


@attrs.frozen
class Usage(Tabled):
    """How much of its limit an account used, by day on which something changed."""

    account: str
    currency: str
    points: tuple[UsagePoint, ...]
    notes: tuple[str, ...] = ()

    def table(self) -> Table:
        """Return one row a day."""
        rows = tuple(
            (
                point.on,
                point.exposure,
                point.limit,
                None if point.limit is None else percent_used(point.exposure, point.limit),
            )
            for point in self.points
        )
        columns = ("on", f"exposure {self.currency}", f"limit {self.currency}", "% used")
        return Table(f"Use of the limit of {self.account}", columns, rows, self.notes)

    def plot(self) -> Any:
        """Return a matplotlib figure; raises ``plot.missing`` with the install line where that is not there."""
        figure = new_figure()
        axes = figure.add_subplot()
        days = [point.on for point in self.points]
        axes.step(days, [point.exposure for point in self.points], where="post", label="exposure")
        if any(point.limit is not None for point in self.points):
            # A day without a limit is a gap in the line.
            limits = [Decimal("NaN") if p.limit is None else p.limit for p in self.points]
            axes.step(days, limits, where="post", label="limit", linestyle="--")
        axes.set_title(f"Use of the limit of {self.account}")
        axes.set_ylabel(self.currency)
        axes.legend()
        figure.autofmt_xdate()
        return figure


@attrs.frozen
class UsageChange:
    """What one fact did: so much more (or less) exposure, another base limit, or a temporary one.

    ``limit`` ends with ``until``; it is in ``currency`` where that is not the books' own.
    """

    on: date
    amount: Decimal = ZERO
    limit: str | None = None
    until: date | None = None
    currency: str = ""
    temporary: TemporaryLimit | None = None


def usage_of(
    account: str, currency: str, changes: Iterable[UsageChange], today: date | None = None
) -> Usage:
    """Add changes up by day, to ``today`` where it is said; a limit begins and ends on its own days too."""
    told = list(changes)
    days = {change.on for change in told}
    for change in told:
        extra = change.temporary
        days |= set() if extra is None else {extra.since, extra.until + timedelta(days=1)}
        days |= set() if change.until is None else {change.until + timedelta(days=1)}
    if told:
        first, last = told[0].on, max(today or told[-1].on, told[-1].on)
        days = {day for day in days | {last} if first <= day <= last}
    exposure, base = ZERO, UsageChange(date.min, limit="not set")
    extras: dict[date, TemporaryLimit] = {}
    points, at = [], 0
    for day in sorted(days):
        while at < len(told) and told[at].on <= day:
            change, at = told[at], at + 1
            exposure = CONTEXT.add(exposure, change.amount)
            base = base if change.limit is None else change
            if change.temporary is not None:
                extras[change.temporary.since] = change.temporary
        points.append(UsagePoint(day, exposure, _limit_of(day, base, extras.values())))
    foreign = sorted({change.currency for change in told if change.currency})
    notes = tuple(f"Limits in {code} are not shown beside {currency}." for code in foreign)
    return Usage(account, currency, tuple(points), notes)


def _limit_of(on: date, base: UsageChange, extras: Iterable[TemporaryLimit]) -> Decimal | None:
    """Return the limit of a day; ``None`` unless it is an amount in the books' currency."""
    ended = base.until is not None and on > base.until
    if ended or base.currency or base.limit in (None, "unlimited", "not set"):
        return None
    return added([Decimal(base.limit or 0), *(one.amount for one in extras if one.counts(on))])

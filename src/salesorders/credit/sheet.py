"""What people look at: the sheet of one account, how much of its limit was used over time, the held orders by rank."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from html import escape
from importlib import import_module
from typing import Any

import attrs

from salesorders.credit.asking import percent_used
from salesorders.credit.model import CreditAccount, ExposureEntry, Position
from salesorders.kernel.decision import Decision
from salesorders.kernel.errors import SalesOrdersError, invalid
from salesorders.kernel.limits import CONTEXT, exact
from salesorders.kernel.money import Money
from salesorders.tables import Table

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
class AccountSheet:
    """One credit account on a day: buckets, limits, holds, and the documents behind each number."""

    account: CreditAccount
    position: Position
    above: tuple[CreditAccount, ...] = ()
    held: tuple[HeldOrder, ...] = ()
    documents: tuple[ExposureEntry, ...] = ()

    @property
    @exact
    def headroom(self) -> Money | None:
        """What the limit of the day leaves; ``None`` unless it is an amount in the books' currency."""
        limit = self.account.limit_on(self.position.on)
        if limit.kind != "amount" or self.account.limit_currency:
            return None
        return Money(limit.amount - self.position.total, self.position.currency)

    @property
    def percent_used(self) -> Decimal | None:
        """How much of the limit of the day is used; ``None`` as for ``headroom``, or of a limit of 0."""
        if self.headroom is None:
            return None
        return percent_used(self.position.total, self.account.limit_on(self.position.on).amount)

    def limits(self) -> Table:
        """Return every limit that counts, with its days."""
        account, on = self.account, self.position.on
        rows: list[tuple[Any, ...]] = [("base", str(account.limit), None, account.limit.until)]
        rows += [
            ("temporary", f"{one.amount:f}", one.since, one.until)
            for one in account.temporary
            if one.until >= on
        ]
        rows += [(one.bucket, f"{one.amount:f}", None, None) for one in account.bucket_limits]
        rows += [
            (f"within {one.customer}", str(one.limit_on(on)), None, None) for one in self.above
        ]
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

    def __str__(self) -> str:
        used = "" if self.percent_used is None else f", {self.percent_used} % used"
        left = "no amount to compare with" if self.headroom is None else f"{self.headroom} left"
        marks = [self.account.status.replace("_", " ")] * (self.account.status != "open")
        marks += ["watched: no goods leave unasked"] * self.account.watched
        head = f"Credit account {self.account.customer}: {'; '.join([left + used, *marks])}"
        tables = [self.position.table(), self.limits(), self.holds(), self._shown()]
        return "\n\n".join([head, *(str(table) for table in tables if len(table))])

    def _shown(self) -> Table:
        table = self.behind()
        if len(table) <= SHOWN:
            return table
        note = f"{len(table) - SHOWN} more: behind() has all."
        return attrs.evolve(table, rows=table.rows[:SHOWN], notes=(note,))

    def _repr_html_(self) -> str:
        head = f"<h3>Credit account {escape(self.account.customer)}</h3>"
        tables = [self.position.table(), self.limits(), self.holds(), self._shown()]
        return head + "".join(table._repr_html_() for table in tables if len(table))


@attrs.frozen
class Worklist:
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

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict an order, by rank."""
        return self.table().to_records()

    def __str__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def worklist_order(value: object) -> str:
    """Return by what a worklist is ranked; raises ``credit.rank``."""
    if value not in ("value", "payment"):
        invalid("credit.rank", "by", "value or payment is wanted")
    return str(value)


@attrs.frozen
class UsagePoint:
    """The exposure and the base limit (``None`` unless an amount) at the end of a day."""

    on: date
    exposure: Decimal
    limit: Decimal | None


@attrs.frozen
class Usage:
    """How much of its limit an account used, by day on which something changed."""

    account: str
    currency: str
    points: tuple[UsagePoint, ...]

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
        return Table(f"Use of the limit of {self.account}", columns, rows)

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict a day."""
        return self.table().to_records()

    def __str__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def plot(self) -> Any:
        """Return a matplotlib figure; raises ``plot.missing`` with the install line where that is not there."""
        figure = new_figure()
        axes = figure.add_subplot()
        days = [point.on for point in self.points]
        axes.step(days, [point.exposure for point in self.points], where="post", label="exposure")
        limits = [(p.on, p.limit) for p in self.points if p.limit is not None]
        if limits:
            on, amounts = zip(*limits, strict=True)
            axes.step(on, amounts, where="post", label="limit", linestyle="--")
        axes.set_title(f"Use of the limit of {self.account}")
        axes.set_ylabel(self.currency)
        axes.legend()
        figure.autofmt_xdate()
        return figure


def new_figure() -> Any:
    """Return an empty matplotlib figure, without any global state."""
    try:
        return import_module("matplotlib.figure").Figure(layout="constrained")
    except ModuleNotFoundError as missing:
        raise SalesOrdersError("plot.missing", "", "pip install 'salesorders[plot]'") from missing


@attrs.frozen
class UsageChange:
    """What one fact did: so much more (or less) exposure, or another base limit."""

    on: date
    amount: Decimal = ZERO
    limit: str | None = None


def usage_of(account: str, currency: str, changes: Iterable[UsageChange]) -> Usage:
    """Add changes up, in order of day."""
    exposure, limit = ZERO, None
    points: dict[date, UsagePoint] = {}
    for change in changes:
        exposure = CONTEXT.add(exposure, change.amount)
        if change.limit is not None:
            known = change.limit not in ("unlimited", "not set")
            limit = Decimal(change.limit) if known else None
        points[change.on] = UsagePoint(change.on, exposure, limit)
    return Usage(account, currency, tuple(points.values()))

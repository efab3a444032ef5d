"""Views over facts: what was sold, how long it took, what is in the books. Pure functions of events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs

from salesorders.billing import InvoiceIssued
from salesorders.fulfilment import ShipmentIssued
from salesorders.kernel.calendar import FIRST, LAST, date_of
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import exact, round_to
from salesorders.ledger import Entry
from salesorders.orders import (
    Order,
    OrderAmended,
    OrderCancelled,
    OrderClosed,
    OrderPlaced,
    OrderReopened,
)
from salesorders.receivables import (
    Allocation,
    Application,
    Kpi,
    OpenItem,
    Payment,
    PaymentApplied,
    PaymentReceived,
    PaymentReversed,
    PaymentUnapplied,
    dso,
    dso_best_possible,
)
from salesorders.tables import Table

__all__ = [
    "Fact",
    "Kpis",
    "backlog",
    "entries_of",
    "items_as_of",
    "kpis",
    "open_holds",
    "payments_as_of",
    "period_of",
]

ZERO = Decimal(0)
SECOND = timedelta(seconds=1)


@attrs.frozen
class Fact:
    """An event with the moment of the command that recorded it."""

    at: datetime
    on: date
    event: Any


@attrs.frozen
class Kpis:
    """Key figures of a period; each says its formula, and why it has no value where it has none."""

    first: date
    last: date
    figures: tuple[Kpi, ...]

    def __getitem__(self, name: str) -> Kpi:
        for figure in self.figures:
            if figure.name == name:
                return figure
        raise KeyError(name)

    @property
    def table(self) -> Table:
        """The figures as a table."""
        rows = tuple(
            (k.name, k.value, k.unit, k.formula if k.value is not None else k.reason)
            for k in self.figures
        )
        title = f"Key figures {self.first.isoformat()} to {self.last.isoformat()}, amounts with tax"
        return Table(title, ("figure", "value", "unit", "formula"), rows)

    def __str__(self) -> str:
        return str(self.table)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict a figure."""
        return self.table.to_records()


def period_of(first: object = None, last: object = None) -> tuple[date, date]:
    """Return a period, both days included; ``None`` leaves a side open. Raises ``period.order`` and ``date.*``."""
    begin = FIRST if first is None else date_of(first, "first")
    end = LAST if last is None else date_of(last, "last")
    if end < begin:
        invalid("period.order", "last", "the period ends before it begins")
    return begin, end


def entries_of(facts: Iterable[Fact], first: date = date.min, last: date = date.max) -> list[Entry]:
    """Return the ledger entries among the facts whose posting date lies in the period, both days included."""
    return [
        fact.event
        for fact in facts
        if isinstance(fact.event, Entry) and first <= fact.event.on <= last
    ]


def _standing(facts: Iterable[Fact], as_of: date) -> dict[tuple[str, str], list[PaymentApplied]]:
    """What was applied by the end of a day and not undone by then, by (invoice, payment)."""
    kept: dict[tuple[str, str], list[PaymentApplied]] = {}
    for fact in facts:
        event = fact.event
        if fact.on <= as_of and isinstance(event, (PaymentApplied, PaymentUnapplied)):
            key = (event.invoice, event.payment)
            if isinstance(event, PaymentApplied):
                kept.setdefault(key, []).append(event)
            else:
                kept.pop(key, None)
    return kept


def items_as_of(items: Iterable[OpenItem], facts: Iterable[Fact], as_of: date) -> list[OpenItem]:
    """Return the items as they stood at the end of a day: what was issued by then, with what was applied by then."""
    settled: dict[str, list[Application]] = {}
    for (invoice, payment), applied in _standing(facts, as_of).items():
        settled.setdefault(invoice, []).extend(
            Application(payment, part.amount, part.discount, part.on) for part in applied
        )
    return [
        attrs.evolve(item, applications=tuple(settled.get(item.invoice, ())))
        for item in items
        if item.issued_on <= as_of
    ]


def payments_as_of(
    payments: Iterable[Payment], facts: Iterable[Fact], as_of: date
) -> list[Payment]:
    """Return the payments that were recorded by the end of a day, with what was applied of them by then."""
    facts = list(facts)
    known = {
        fact.event.payment
        for fact in facts
        if isinstance(fact.event, PaymentReceived) and fact.on <= as_of
    }
    back = {
        fact.event.payment
        for fact in facts
        if isinstance(fact.event, PaymentReversed) and fact.on <= as_of
    }
    used: dict[str, list[Allocation]] = {}
    for (invoice, payment), applied in _standing(facts, as_of).items():
        used.setdefault(payment, []).extend(
            Allocation(invoice, part.amount) for part in applied if part.amount
        )
    return [
        attrs.evolve(
            payment,
            allocations=tuple(used.get(payment.id, ())),
            reversed_on=payment.reversed_on if payment.id in back else None,
        )
        for payment in payments
        if payment.id in known
    ]


@exact
def kpis(facts: Sequence[Fact], items: Sequence[OpenItem], first: date, last: date) -> Kpis:
    """Return the key figures of a period, both days included.

    Receivables are those at the end of ``last``; sales are what was invoiced in the period, with tax on
    both sides of every ratio. Order cycle time is from placing to the last shipment so far, in days.
    """
    days = (last - first).days + 1
    standing = items_as_of(items, facts, last)
    receivables = sum((item.open for item in standing), ZERO)
    current = sum((item.open for item in standing if item.due_on >= last), ZERO)
    issued = [
        fact.event
        for fact in facts
        if isinstance(fact.event, InvoiceIssued) and first <= fact.event.on <= last
    ]
    sales = sum((event.gross for event in issued), ZERO)
    placed = [
        fact
        for fact in facts
        if isinstance(fact.event, OrderPlaced) and first <= fact.event.on <= last
    ]
    bookings = sum((fact.event.gross for fact in placed), _changed_since(facts, first, last))
    figures = (
        dso(receivables, sales, days),
        dso_best_possible(current, sales, days),
        _cycle_time(facts, first, last),
        Kpi("invoiced", sales, "sum of invoices issued in the period, with tax", "currency"),
        Kpi(
            "booked",
            bookings,
            "sum of orders placed in the period, more or less what orders were changed by, with tax",
            "currency",
        ),
        _ratio("book_to_bill", bookings, sales, "booked / invoiced"),
    )
    return Kpis(first, last, figures)


def _changed_since(facts: Sequence[Fact], first: date, last: date) -> Decimal:
    """What amending, cancelling, closing and reopening added to orders or took off in a period."""
    total = ZERO
    for fact in facts:
        event = fact.event
        if isinstance(event, OrderAmended) and first <= event.on <= last:
            total += event.gross_by
        elif isinstance(event, OrderReopened) and first <= event.on <= last:
            total += event.gross
        elif isinstance(event, (OrderCancelled, OrderClosed)) and first <= event.on <= last:
            total -= event.gross
    return total


def _ratio(name: str, over: Decimal, under: Decimal, formula: str) -> Kpi:
    if not under:
        return Kpi(name, None, formula, "ratio", "nothing was invoiced")
    return Kpi(name, round_to(over / under, 2), formula, "ratio")


def _cycle_time(facts: Sequence[Fact], first: date, last: date) -> Kpi:
    formula = "median of days from order placed to its last shipment, orders shipped in the period"
    placed = {fact.event.order: fact.at for fact in facts if isinstance(fact.event, OrderPlaced)}
    left: dict[str, datetime] = {}
    for fact in facts:
        if isinstance(fact.event, ShipmentIssued) and first <= fact.event.on <= last:
            left[fact.event.order] = max(fact.at, left.get(fact.event.order, fact.at))
    hours = sorted(
        Decimal((moment - placed[order]) // SECOND)
        for order, moment in left.items()
        if order in placed
    )
    if not hours:
        return Kpi("order_cycle_time", None, formula, "days", "nothing was shipped")
    middle = len(hours) // 2
    median = hours[middle] if len(hours) % 2 else (hours[middle - 1] + hours[middle]) / 2
    return Kpi("order_cycle_time", round_to(median / 86_400, 2), formula, "days")


@exact
def backlog(orders: Iterable[Order]) -> Table:
    """Return the open lines of orders: what is still to be shipped, and when it was promised."""
    rows = []
    for order in orders:
        for line in order.lines:
            if line.open:
                promised = min((claim.on for claim in line.claimed), default=None)
                rows.append(
                    (order.id, line.id, line.sku, line.open, line.unit, line.requested_on, promised)
                )
    columns = ("order", "line", "item", "open", "unit", "requested", "promised")
    return Table("Backlog", columns, tuple(rows))


def open_holds(orders: Iterable[Order]) -> Table:
    """Return the held orders: by which gate, for which codes, worth how much."""
    rows = tuple(
        (
            order.id,
            order.customer,
            hold.gate,
            ", ".join(sorted(hold.decision.codes)),
            order.total,
            order.held_until and order.held_until.date(),
        )
        for order in orders
        for hold in order.holds
    )
    return Table(
        "Open holds", ("order", "customer", "gate", "why", "total", "stock reserved until"), rows
    )

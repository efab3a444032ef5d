"""The order: what was asked, promised, shipped and invoiced; its status is counted, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

import attrs

from salesorders.amounts import Amounts, first_units, line_at, portion, resized, with_lines
from salesorders.catalog import Address
from salesorders.kernel.building import built_open
from salesorders.kernel.change import changed
from salesorders.kernel.codec import digest, encode
from salesorders.kernel.decision import Decision, Finding
from salesorders.kernel.errors import invalid, shown
from salesorders.kernel.events import stored
from salesorders.kernel.limits import CONTEXT, exact
from salesorders.kernel.money import Money
from salesorders.orders.lines import OrderLine
from salesorders.tables import Table

__all__ = ["Ending", "Hold", "Order", "Release"]

ZERO = Decimal(0)


@attrs.frozen
class Ending:
    """What one ``cancel`` or ``close`` took off, by line, so that ``reopen`` brings back exactly that.

    ``holds`` are those that stood when nothing was left; an order that was held comes back held.
    """

    kind: str
    lines: tuple[tuple[str, Decimal], ...]
    on: date
    by: str
    reason: str
    holds: tuple[Hold, ...] = ()


@attrs.frozen
class Hold:
    """Why an order does not go on: a gate (``credit``, ``authority``, ``price``) and what it decided."""

    gate: str
    decision: Decision


@attrs.frozen
class Release:
    """Who let a hold go, why, up to which gross value and until when (exclusive); for goods leaving from which day."""

    gate: str
    decision: Decision
    by: str
    amount: Decimal
    expires_at: datetime | None = None
    ships_from: date | None = None


@stored("orders.order/1")
@built_open
@attrs.frozen(kw_only=True)
class Order:
    """A sales order.

    ``makers`` are all who made or changed it: none of them may approve or release it. ``amounts`` are
    what is in force: ordered and not cancelled. Where quantities changed, ``agreed`` keeps the terms for the
    quantities for which they were agreed on; once something has left, ``cut_from`` keeps the amounts of which
    every shipment is a part, so that all shipments add up. ``endings`` are what was cancelled or closed and
    not opened again. While a hold stands, the order claims no credit and holds stock only until ``held_until``.
    ``credit_on`` is the first day for which its open value stands in the credit account, where that keeps days;
    ``credit_days`` says what stands for which day, where that is more than one. A ``prepaid`` order is paid
    before its goods leave; ``paid_ahead`` is the cash that came in for it, prepaid or not.
    """

    id: str
    customer: str
    reference: str = ""
    buyer_reference: str = ""
    placed_at: datetime
    placed_on: date
    makers: tuple[str, ...]
    amounts: Amounts
    lines: tuple[OrderLine, ...]
    holds: tuple[Hold, ...] = ()
    releases: tuple[Release, ...] = ()
    held_until: datetime | None = None
    complete: bool = False
    ship_to: Address | None = None
    ship_to_name: str = ""
    channel: str = ""
    note: str = ""
    findings: tuple[Finding, ...] = ()
    agreed: Amounts | None = None
    cut_from: Amounts | None = None
    endings: tuple[Ending, ...] = ()
    credit_on: date | None = None
    credit_days: tuple[tuple[date, Decimal], ...] = ()
    prepaid: bool = False
    paid_ahead: Decimal = ZERO

    @property
    def ref(self) -> str:
        """The text key under which the order is stored."""
        return f"order/{self.id}"

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Names under which the order is found."""
        names = [("customer", self.customer)]
        if self.reference:
            names.append(("reference", self.reference))
        names.append(("held" if self.holds else "backlog" if self.is_open else "done", ""))
        if self.holds:
            names.append(("held", self.customer))
        return tuple(names)

    @property
    def total(self) -> Money:
        """The order's total with tax; every complete invoicing adds up to it."""
        return self.amounts.total

    @property
    def is_open(self) -> bool:
        """Whether anything is still to be shipped or invoiced."""
        return any(line.open or line.invoiced < line.shipped for line in self.lines)

    @property
    def is_held(self) -> bool:
        """Whether a gate holds the order."""
        return bool(self.holds)

    @property
    def is_closed(self) -> bool:
        """Whether the rest was closed and not opened again."""
        return bool(self.endings) and self.endings[-1].kind == "closed"

    @property
    def is_started(self) -> bool:
        """Whether anything of it has left."""
        return any(line.shipped for line in self.lines)

    @property
    def fingerprint(self) -> str:
        """A short text that differs as soon as anything of the order does; verbs take it as ``seen``."""
        return digest(encode(self))[:32]

    @property
    def amounts_open(self) -> Decimal:
        """The worth, with tax, of what is still to be shipped; so much the order counts for credit."""
        if not self.is_started:
            return self.amounts.gross
        shipped = {line.id: line.shipped for line in self.lines}
        left = portion(self.cut_from or self.amounts, {}, shipped).gross
        return CONTEXT.subtract(self.amounts.gross, left)

    @property
    def fulfilment(self) -> str:
        """``unshipped``, ``partly shipped`` or ``shipped``, counted from exact quantities."""
        return _progress(
            ((line.shipped, line.ordered - line.cancelled) for line in self.lines), "shipped"
        )

    @property
    def billing(self) -> str:
        """``uninvoiced``, ``partly invoiced`` or ``invoiced``, counted from exact quantities."""
        return _progress(
            ((line.invoiced, line.ordered - line.cancelled) for line in self.lines), "invoiced"
        )

    @property
    def status(self) -> str:
        """One word for people: ``held``, ``cancelled`` or ``closed``, else how far fulfilment and billing are."""
        if self.holds:
            return "held"
        if all(line.cancelled == line.ordered for line in self.lines):
            return "cancelled"
        if self.is_closed:
            return "closed"
        if self.billing == "invoiced":
            return "invoiced"
        return self.fulfilment if self.fulfilment != "unshipped" else "open"

    @property
    def promised(self) -> Table:
        """The confirmed schedule lines: date, quantity in base units, site."""
        rows = [
            (line.id, line.sku, line.requested_on, schedule.on, schedule.quantity, schedule.site)
            for line in self.lines
            for schedule in line.confirmed
        ]
        return Table(
            f"Promised for {self.id}",
            ("line", "item", "requested", "leaves on", "quantity", "site"),
            tuple(rows),
        )

    def line(self, line_id: str) -> OrderLine:
        """Return the line of that id; raises ``line.unknown``."""
        for line in self.lines:
            if line.id == line_id:
                return line
        invalid("line.unknown", "line", f"{shown(line_id)} is no line of {self.id}")

    def with_lines(self, others: Mapping[str, OrderLine]) -> Order:
        """Return the order with these lines in place of those of the same id."""
        return changed(self, lines=tuple([others.get(line.id, line) for line in self.lines]))

    @property
    def terms(self) -> Amounts:
        """What shipments are cut from or, until something has left, what was agreed."""
        return (self.cut_from if self.is_started else self.agreed) or self.amounts

    def may_hold(self, line_id: str, quantity: Decimal) -> bool:
        """Whether so much of a line can be in force.

        Parts that were cut from allowances and charges have to add up with what is cut later, so these
        can't grow any more.
        """
        there = self.terms.line(line_id)
        if not self.is_started or quantity <= there.quantity:
            return True
        cut = self.line(line_id).shipped > 0 and bool(there.adjustments)
        return not (cut or self.terms.adjustments)

    def resized(self, others: Mapping[str, OrderLine]) -> Order:
        """Return the order with these lines, and with the amounts of what is then in force.

        Until something has left, the amounts are the agreed terms at the new quantities. From then on
        they are the first units of what shipments are cut from, which grows where it has to: ask
        :meth:`may_hold` first.
        """
        order = self.with_lines(others)
        quantities = {line.id: line.in_force for line in order.lines}
        whole = self.terms
        if not self.is_started:
            amounts = resized(whole, quantities)
            return changed(order, amounts=amounts, agreed=None if amounts == whole else whole)
        larger = [
            line_at(line, quantities[line.id], whole.currency)
            for line in whole.lines
            if quantities[line.id] > line.quantity
        ]
        whole = with_lines(whole, larger) if larger else whole
        amounts = first_units(whole, quantities)
        return changed(order, amounts=amounts, cut_from=None if amounts == whole else whole)

    def without_hold(self, gate: str, release: Release) -> Order:
        """Return the order after one gate's hold was let go."""
        holds = tuple(hold for hold in self.holds if hold.gate != gate)
        return changed(self, holds=holds, releases=(*self.releases, release))


@exact
def _progress(pairs: Iterable[tuple[Decimal, Decimal]], word: str) -> str:
    done = [(part, whole) for part, whole in pairs]
    if all(part >= whole for part, whole in done):
        return word
    return f"partly {word}" if any(part for part, _ in done) else f"un{word}"

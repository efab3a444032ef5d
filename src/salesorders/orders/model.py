"""The order: what was asked, promised, shipped and invoiced; its status is counted, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import attrs

from salesorders.amounts import Amounts, first_units, line_at, portion, resized, with_lines
from salesorders.catalog import Address
from salesorders.kernel.change import changed
from salesorders.kernel.codec import digest, encode
from salesorders.kernel.decision import Decision, Finding
from salesorders.kernel.errors import Conflict, invalid, shown
from salesorders.kernel.events import stored
from salesorders.kernel.limits import CONTEXT, exact
from salesorders.kernel.money import Money
from salesorders.tables import Table

__all__ = ["Ending", "Hold", "Order", "OrderLine", "Release", "ScheduleLine"]

ZERO = Decimal(0)


@attrs.frozen
class ScheduleLine:
    """So much of a line, in base units, leaving ``site`` on a day. ``site`` is empty for services."""

    site: str
    on: date
    quantity: Decimal


@attrs.frozen
class OrderLine:
    """What happened to one line so far, in its own unit; what it is worth stands in the order's amounts.

    ``factor``: base units in one unit. ``confirmed`` is the promise as it was given, ``claimed`` what of it
    is still claimed on stock. ordered = open + shipped + cancelled, each at least 0 (I09).
    """

    id: str
    sku: str
    ordered: Decimal
    unit: str
    factor: Fraction
    requested_on: date
    confirmed: tuple[ScheduleLine, ...] = ()
    claimed: tuple[ScheduleLine, ...] = ()
    shipped: Decimal = ZERO
    invoiced: Decimal = ZERO
    cancelled: Decimal = ZERO
    complete: bool = False
    stocked: bool = True

    @property
    def open(self) -> Decimal:
        """What is still to be shipped."""
        return CONTEXT.subtract(CONTEXT.subtract(self.ordered, self.shipped), self.cancelled)

    @exact
    def ship(self, quantity: Decimal, base: Decimal, site: str, on: date) -> OrderLine:
        """Return the line after ``quantity`` (``base`` in base units) of the claim at ``site`` and day left."""
        if quantity <= 0 or quantity > self.open:
            raise Conflict("shipment.over", f"lines[{self.id}].quantity", f"{self.open} is open")
        left, claimed = base, []
        for claim in self.claimed:
            used = min(left, claim.quantity) if (claim.site, claim.on) == (site, on) else ZERO
            left -= used
            if claim.quantity > used:
                claimed.append(changed(claim, quantity=claim.quantity - used))
        if left:
            raise Conflict(
                "shipment.unclaimed",
                f"lines[{self.id}].quantity",
                "more than is claimed for that site and day",
            )
        return changed(self, shipped=self.shipped + quantity, claimed=tuple(claimed))

    @exact
    def invoice(self, quantity: Decimal) -> OrderLine:
        """Return the line after ``quantity`` was invoiced; never more than was shipped (I22)."""
        if quantity < 0 or self.invoiced + quantity > self.shipped:
            raise Conflict(
                "invoice.over",
                f"lines[{self.id}].quantity",
                f"{self.shipped - self.invoiced} is to be invoiced",
            )
        return changed(self, invoiced=self.invoiced + quantity)

    @property
    @exact
    def in_force(self) -> Decimal:
        """What was ordered and not cancelled."""
        return self.ordered - self.cancelled

    @exact
    def cancel(self, quantity: Decimal) -> OrderLine:
        """Return the line after so much of what is open was cancelled; the latest promises go first."""
        if quantity <= 0 or quantity > self.open:
            raise Conflict("cancel.over", f"lines[{self.id}].quantity", f"{self.open} is open")
        line = changed(self, cancelled=self.cancelled + quantity)
        return changed(
            line,
            confirmed=_earliest(self.confirmed, line.in_base(line.in_force)),
            claimed=_earliest(self.claimed, line.in_base(line.open)),
        )

    @exact
    def reopen(self, quantity: Decimal) -> OrderLine:
        """Return the line after so much of what was cancelled is wanted again; it has no promise yet."""
        if quantity <= 0 or quantity > self.cancelled:
            raise Conflict(
                "reopen.over", f"lines[{self.id}].quantity", f"{self.cancelled} is cancelled"
            )
        return changed(self, cancelled=self.cancelled - quantity)

    @exact
    def unclaimed(self) -> OrderLine:
        """Return the line without the promises for what is open."""
        left = _earliest(self.confirmed, self.in_base(self.shipped))
        return changed(self, confirmed=left, claimed=())

    @exact
    def with_claims(self, schedule: Iterable[ScheduleLine]) -> OrderLine:
        """Return the line with further promises, which are claimed."""
        more = tuple(schedule)
        return changed(
            self, confirmed=_joined(self.confirmed, more), claimed=_joined(self.claimed, more)
        )

    @exact
    def in_base(self, quantity: Decimal) -> Decimal:
        """Return a quantity of this line in base units."""
        return quantity * self.factor.numerator / self.factor.denominator


def _earliest(schedule: tuple[ScheduleLine, ...], most: Decimal) -> tuple[ScheduleLine, ...]:
    """Keep ``most`` of a schedule, from its first day on."""
    if sum((entry.quantity for entry in schedule), ZERO) <= most:
        return schedule
    kept = []
    for entry in sorted(schedule, key=lambda entry: entry.on):
        quantity = min(entry.quantity, most)
        most -= quantity
        if quantity > 0:
            kept.append(changed(entry, quantity=quantity))
    return tuple(kept)


def _joined(
    schedule: tuple[ScheduleLine, ...], more: tuple[ScheduleLine, ...]
) -> tuple[ScheduleLine, ...]:
    """One entry a site and day, in the order of days."""
    sums: dict[tuple[str, date], ScheduleLine] = {}
    for entry in (*schedule, *more):
        there = sums.get((entry.site, entry.on))
        sums[entry.site, entry.on] = (
            entry if there is None else changed(there, quantity=there.quantity + entry.quantity)
        )
    return tuple(sorted(sums.values(), key=lambda entry: entry.on))


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

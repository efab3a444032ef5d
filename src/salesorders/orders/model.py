"""The order: what was asked, promised, shipped and invoiced; its status is counted, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import attrs

from salesorders.amounts import Amounts
from salesorders.catalog import Address
from salesorders.kernel.change import changed
from salesorders.kernel.decision import Decision, Finding
from salesorders.kernel.errors import Conflict, invalid, shown
from salesorders.kernel.events import stored
from salesorders.kernel.limits import CONTEXT, exact
from salesorders.kernel.money import Money
from salesorders.tables import Table

__all__ = ["Hold", "Order", "OrderLine", "Release", "ScheduleLine"]

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

    ``makers`` are all who made or changed it: none of them may approve or release it. ``amounts``
    are frozen when it is placed. While a hold stands, the order claims no credit and holds stock only until
    ``held_until``. ``credit_on`` is the day for which its open value stands in the credit account, where
    that keeps days.
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
    credit_on: date | None = None

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
        """One word for people: ``held``, else how far fulfilment and billing are."""
        if self.holds:
            return "held"
        if all(line.cancelled == line.ordered for line in self.lines):
            return "cancelled"
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

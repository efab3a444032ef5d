"""A line of an order: what was promised, shipped, invoiced and cancelled of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs

from salesorders.kernel.building import built_open
from salesorders.kernel.change import changed
from salesorders.kernel.errors import Conflict
from salesorders.kernel.limits import CONTEXT, decimal_of, exact

__all__ = ["OrderLine", "ScheduleLine"]

ZERO = Decimal(0)


@attrs.frozen
class ScheduleLine:
    """So much of a line, in base units, leaving ``site`` on a day. ``site`` is empty for services."""

    site: str
    on: date
    quantity: Decimal


@built_open
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

    def ship(self, quantity: Decimal, base: Decimal, site: str, on: date) -> OrderLine:
        """Return the line after ``quantity`` (``base`` in base units) of the claim at ``site`` and day left."""
        if quantity <= 0 or quantity > self.open:
            raise Conflict("shipment.over", f"lines[{self.id}].quantity", f"{self.open} is open")
        left, claimed = base, []
        for claim in self.claimed:
            used = min(left, claim.quantity) if (claim.site, claim.on) == (site, on) else ZERO
            left = CONTEXT.subtract(left, used)
            if claim.quantity > used:
                rest = CONTEXT.subtract(claim.quantity, used)
                claimed.append(changed(claim, quantity=rest))
        if left:
            raise Conflict(
                "shipment.unclaimed",
                f"lines[{self.id}].quantity",
                "more than is claimed for that site and day",
            )
        shipped = CONTEXT.add(self.shipped, quantity)
        return changed(self, shipped=shipped, claimed=tuple(claimed))

    def invoice(self, quantity: Decimal) -> OrderLine:
        """Return the line after ``quantity`` was invoiced; never more than was shipped (I22)."""
        invoiced = CONTEXT.add(self.invoiced, quantity)
        if quantity < 0 or invoiced > self.shipped:
            left = CONTEXT.subtract(self.shipped, self.invoiced)
            raise Conflict(
                "invoice.over", f"lines[{self.id}].quantity", f"{left} is to be invoiced"
            )
        return changed(self, invoiced=invoiced)

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
        line = changed(self, cancelled=decimal_of(self.cancelled + quantity))
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
        # There and back again is the same line, to the letter: 0.042 less 0.042 is 0, not 0.000.
        return changed(self, cancelled=decimal_of(self.cancelled - quantity))

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

    def in_base(self, quantity: Decimal) -> Decimal:
        """Return a quantity of this line in base units."""
        several = CONTEXT.multiply(quantity, self.factor.numerator)
        return CONTEXT.divide(several, self.factor.denominator)


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

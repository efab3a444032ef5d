"""Stock of one item at one site: supply, firm claims by day, reservations that expire.

Laws: at every claim, what is claimed up to any day never exceeds what is there or planned up to
that day; release and ``release_holder`` restore what was before the claim; a reservation stops counting
at ``expires_at`` itself, whether or not anybody tidied.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

import attrs

from salesorders.inventory.model.parts import (
    ZERO,
    DayDemand,
    PlannedReceipt,
    Reservation,
    aware,
    level_ref,
    positive,
    site_of,
    sku_of,
)
from salesorders.kernel.building import built_open
from salesorders.kernel.change import changed
from salesorders.kernel.errors import Conflict, NotFound, invalid, shown
from salesorders.kernel.events import stored
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import CONTEXT, decimal_of, exact

__all__ = ["StockLevel"]


def _on_hand(value: object) -> Decimal:
    quantity = decimal_of(value, "on_hand", code="quantity")
    if quantity < 0:
        invalid("stock.negative", "on_hand", "what is on hand is not negative")
    return quantity


def _safety(value: object) -> Decimal:
    quantity = decimal_of(value, "safety", code="quantity")
    if quantity < 0:
        invalid("quantity.negative", "safety", "safety stock is not negative")
    return quantity


def _receipts(values: Iterable[PlannedReceipt]) -> tuple[PlannedReceipt, ...]:
    return tuple(sorted(values, key=lambda receipt: (receipt.on, receipt.id)))


def _demand(values: Iterable[DayDemand]) -> tuple[DayDemand, ...]:
    days = tuple(sorted(values, key=lambda day: day.on))
    if any(first.on == then.on for first, then in pairwise(days)):
        invalid("stock.day_twice", "demand", "the claims of a day are one sum")
    return days


def _reservations(values: Iterable[Reservation]) -> tuple[Reservation, ...]:
    return tuple(values)


@stored("inventory.stock_level/1")
@built_open
@attrs.frozen
class StockLevel:
    """What one site has of one item, in base units, and what of it is claimed.

    ``on_hand`` is unrestricted stock, never negative; ``safety`` is kept back from promises.
    ``demand`` holds firm claims, one sum a goods-issue day; who has which share stands with the
    claiming orders. ``reservations`` are only those that expire.
    """

    sku: str = attrs.field(converter=sku_of)
    site: str = attrs.field(converter=site_of)
    on_hand: Decimal = attrs.field(default=ZERO, converter=_on_hand)
    safety: Decimal = attrs.field(default=ZERO, converter=_safety)
    receipts: tuple[PlannedReceipt, ...] = attrs.field(default=(), converter=_receipts)
    demand: tuple[DayDemand, ...] = attrs.field(default=(), converter=_demand)
    reservations: tuple[Reservation, ...] = attrs.field(default=(), converter=_reservations)

    @property
    def ref(self) -> str:
        """The text key under which the level is stored."""
        return level_ref(self.sku, self.site)

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Names under which levels are found: ``sku`` and ``site``."""
        return (("sku", self.sku), ("site", self.site))

    @property
    @exact
    def claimed(self) -> Decimal:
        """All firm claims."""
        return sum((day.quantity for day in self.demand), ZERO)

    @exact
    def reserved(self, at: datetime) -> Decimal:
        """Return all reservations that count at ``at``."""
        return sum((part.quantity for part in self.reservations if part.live(at)), ZERO)

    @exact
    def claimed_on(self, on: date) -> Decimal:
        """Return the firm claims of one goods-issue day."""
        return next((day.quantity for day in self.demand if day.on == on), ZERO)

    # --- supply

    @exact
    def receive(self, quantity: object) -> StockLevel:
        """Return the level after so much came in."""
        return attrs.evolve(self, on_hand=self.on_hand + positive(quantity))

    @exact
    def adjust(self, delta: object) -> StockLevel:
        """Return the level after a count differed by ``delta``; never below 0 (``stock.short``).

        A loss may leave promises uncovered: they stand, and nothing more is promised meanwhile.
        """
        on_hand = self.on_hand + decimal_of(delta, "delta", code="quantity")
        if on_hand < 0:
            raise Conflict("stock.short", "delta", f"{self.on_hand} is on hand")
        return attrs.evolve(self, on_hand=on_hand)

    def keep_safety(self, quantity: object) -> StockLevel:
        """Return the level with another safety stock."""
        return attrs.evolve(self, safety=_safety(quantity))

    def plan_receipt(self, receipt_id: str, on: date, quantity: object) -> StockLevel:
        """Return the level with an expected receipt; raises ``receipt.taken`` for a known id."""
        if any(receipt.id == receipt_id for receipt in self.receipts):
            raise Conflict("receipt.taken", "receipt", f"{shown(receipt_id)} is planned already")
        planned = PlannedReceipt(ident_of(receipt_id, "receipt"), on, positive(quantity))
        return attrs.evolve(self, receipts=(*self.receipts, planned))

    @exact
    def arrive(self, receipt_id: str, quantity: object = None) -> StockLevel:
        """Return the level after a planned receipt came in, whole unless ``quantity`` says less.

        What is missing stays planned. What came beyond the plan is on hand too. Raises
        ``receipt.unknown``.
        """
        planned = self._receipt(receipt_id)
        came = planned.quantity if quantity is None else positive(quantity)
        others = tuple(receipt for receipt in self.receipts if receipt.id != receipt_id)
        if came < planned.quantity:
            others = (*others, attrs.evolve(planned, quantity=planned.quantity - came))
        return attrs.evolve(self, on_hand=self.on_hand + came, receipts=others)

    def cancel_receipt(self, receipt_id: str) -> StockLevel:
        """Return the level without a planned receipt; raises ``receipt.unknown``."""
        planned = self._receipt(receipt_id)
        others = tuple(receipt for receipt in self.receipts if receipt is not planned)
        return attrs.evolve(self, receipts=others)

    def _receipt(self, receipt_id: str) -> PlannedReceipt:
        for receipt in self.receipts:
            if receipt.id == receipt_id:
                return receipt
        raise NotFound("receipt.unknown", "receipt", f"{shown(receipt_id)} is not planned here")

    # --- claims

    @exact
    def uncommitted(self, on: date, *, at: datetime | None = None) -> Decimal:
        """Return what of all supply, safety stock included, no claim up to any day needs.

        This is the bound of I04: the least, over ``on`` and every later day, of on hand plus
        receipts less claims up to that day. It is negative where promises are uncovered. Without
        ``at`` every reservation counts.
        """
        steps = self._steps(at)
        steps.append((on, ZERO))
        steps.sort()
        balance, least = self.on_hand, None
        for index, (day, change) in enumerate(steps):
            balance += change
            last_of_day = index + 1 == len(steps) or steps[index + 1][0] != day
            if day >= on and last_of_day and (least is None or balance < least):
                least = balance
        assert least is not None  # the day itself is among the steps
        return least

    @exact
    def spare(self, today: date, at: datetime) -> tuple[tuple[date, Decimal], ...]:
        """Return (day, balance) from today on: what is left there once all claims up to it are met.

        On hand plus receipts after today less firm claims and live reservations, safety stock
        included; receipts that are due but not here do not count. Goods that are claimed for a
        later day may leave today as far as every balance before that day covers them.
        """
        changes: dict[date, Decimal] = {today: self.on_hand}
        for day, change in self._steps(at):
            if change < 0 or day > today:
                day = max(day, today)
                changes[day] = changes.get(day, ZERO) + change
        balance = ZERO
        curve = []
        for day in sorted(changes):
            balance += changes[day]
            curve.append((day, balance))
        return tuple(curve)

    def _steps(self, at: datetime | None) -> list[tuple[date, Decimal]]:
        steps = [(receipt.on, receipt.quantity) for receipt in self.receipts]
        steps += [(day.on, -day.quantity) for day in self.demand]
        steps += [(r.on, -r.quantity) for r in self.reservations if at is None or r.live(at)]
        return steps

    def claim(self, on: date, quantity: object, *, at: datetime | None = None) -> StockLevel:
        """Return the level with so much claimed firmly for a goods-issue day.

        Raises ``stock.short`` where a promise would then be uncovered. Reservations that have
        expired count unless ``at`` tells the moment.
        """
        asked = self._covered(on, quantity, at)
        return self.with_claims(((on, asked),))

    def reserve(
        self,
        holder: str,
        line: str,
        on: date,
        quantity: object,
        expires_at: datetime,
        *,
        at: datetime | None = None,
    ) -> StockLevel:
        """Return the level with so much held until ``expires_at`` (exclusive); else as a claim."""
        asked = self._covered(on, quantity, at)
        held = Reservation(holder, line, on, asked, aware(expires_at, "expires_at"))
        return self.with_reservations((held,))

    @exact
    def _covered(self, on: date, quantity: object, at: datetime | None) -> Decimal:
        asked = positive(quantity)
        free = self.uncommitted(on, at=at)
        if asked > free:
            raise Conflict(
                "stock.short", "quantity", f"{asked} is asked and {max(ZERO, free)} is free"
            )
        return asked

    def with_claims(self, claims: Iterable[tuple[date, Decimal]]) -> StockLevel:
        """Return the level with claims whose cover the caller has checked, as a promise has."""
        sums = {day.on: day for day in self.demand}
        for on, quantity in claims:
            if on in sums:
                quantity = CONTEXT.add(sums[on].quantity, quantity)
            sums[on] = DayDemand(on, quantity)
        return changed(self, demand=tuple(sums[on] for on in sorted(sums)))

    def with_reservations(self, held: Iterable[Reservation]) -> StockLevel:
        """Return the level with reservations whose cover the caller has checked."""
        return changed(self, reservations=(*self.reservations, *held))

    def confirm(self, holder: str, at: datetime) -> tuple[StockLevel, tuple[Reservation, ...]]:
        """Return the level with the holder's live reservations made firm, and which those were.

        What had expired is gone: the caller compares, and asks again for the rest.
        """
        live = tuple(r for r in self.reservations if r.holder == holder and r.live(at))
        level = self.release_holder(holder)
        return (level.with_claims((r.on, r.quantity) for r in live) if live else level), live

    def release(self, on: date, quantity: object) -> StockLevel:
        """Return the level after so much of a day's firm claims was given back.

        Raises ``stock.unclaimed`` where that day has less.
        """
        return changed(self, demand=self._without(on, positive(quantity)))

    def release_holder(self, holder: str) -> StockLevel:
        """Return the level without the holder's reservations; a second time changes nothing."""
        rest = tuple(part for part in self.reservations if part.holder != holder)
        return self if len(rest) == len(self.reservations) else changed(self, reservations=rest)

    def issue(self, on: date, quantity: object, *, over: object = 0) -> StockLevel:
        """Return the level after goods left that were claimed for ``on``.

        ``quantity`` falls from stock and from that day's claims; ``over`` left beyond any claim.
        Raises ``stock.short`` for more than is on hand, ``stock.unclaimed`` for more than that day
        has claims.
        """
        claimed = positive(quantity)
        beyond = decimal_of(over, "over", code="quantity")
        if beyond < 0:
            invalid("quantity.negative", "over", "at least 0 is wanted")
        leaving = CONTEXT.add(claimed, beyond)
        if leaving > self.on_hand:
            detail = f"{leaving} should leave and {self.on_hand} is on hand"
            raise Conflict("stock.short", "quantity", detail)
        demand = self._without(on, claimed)
        left = CONTEXT.subtract(self.on_hand, leaving)
        return changed(self, on_hand=_on_hand(left), demand=demand)

    def _without(self, on: date, quantity: Decimal) -> tuple[DayDemand, ...]:
        index = bisect_left(self.demand, on, key=lambda day: day.on)
        has = self.demand[index] if index < len(self.demand) else None
        if has is None or has.on != on or quantity > has.quantity:
            there = has.quantity if has is not None and has.on == on else ZERO
            detail = f"{there} is claimed firmly for {on.isoformat()}"
            raise Conflict("stock.unclaimed", "quantity", detail)
        rest = CONTEXT.subtract(has.quantity, quantity)
        # Made anew, not changed: 17.0 is kept as 17, as it would be read back.
        kept = (DayDemand(has.on, rest),) if rest else ()
        return (*self.demand[:index], *kept, *self.demand[index + 1 :])

    def tidy(self, at: datetime) -> StockLevel:
        """Return the level without expired reservations; what counts stays the same."""
        live = tuple(part for part in self.reservations if part.live(at))
        return self if len(live) == len(self.reservations) else changed(self, reservations=live)

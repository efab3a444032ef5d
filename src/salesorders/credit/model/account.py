"""The credit account: limits, standing and one running total per bucket, gross of tax.

No verb of the desk takes these steps yet: ``allocate`` and ``deallocate``, ``deliver(picked=True)``,
``bill(posted=False)`` and ``post``, ``credit`` and ``settle_credit``: nothing is picked before it is shipped, an
invoice is posted in the step that issues it, and credit notes have no verb. They stand here because the laws
of exposure are proved over all buckets; a host that keeps accounts itself may take them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs

from salesorders.credit.days import (
    Days,
    DayTotal,
    day_plus,
    negated,
    paid_oldest_first,
    planned,
    up_to,
)
from salesorders.credit.evidence import Collateral
from salesorders.credit.model.exposure import Exposure, Position
from salesorders.credit.model.limit import NOT_SET, BucketLimit, CreditLimit, TemporaryLimit
from salesorders.credit.requests import CreditTerms
from salesorders.kernel.change import changed
from salesorders.kernel.errors import invalid
from salesorders.kernel.events import stored
from salesorders.kernel.limits import CONTEXT, added, exact
from salesorders.kernel.money import Money

__all__ = ["CreditAccount"]

ZERO = Decimal(0)
STATUSES = ("open", "on_hold", "blocked")
KEPT_BY_DAY: Mapping[str | None, str] = {
    "open_orders": "orders_by_day",
    "open_items": "items_by_day",
}


def _status(value: str) -> str:
    if value not in STATUSES:
        invalid("credit.status", "status", f"one of {', '.join(STATUSES)} is wanted")
    return value


@stored("credit.account/1")
@attrs.frozen
class CreditAccount:
    """The account of one paying customer, of a group or of a pool that several share.

    ``limit_currency`` is the limits' own currency where it is not that of the books. ``within`` names the
    groups and pools in whose limits this account counts too. ``status`` is ``open``, ``on_hold`` (every
    order waits) or ``blocked`` (every order is refused). ``terms`` are those that credit agreed to;
    ``closed_at`` is when an account that is not open got its status.

    ``orders_by_day`` and ``items_by_day`` are kept where a rule asks by date, ``None`` where none did;
    they grow with days, never with documents. While ``watched``, the exposure grew over the limit without
    an order's doing, and no goods leave unasked.
    """

    customer: str
    limit: CreditLimit
    exposure: Exposure
    limit_currency: str = ""
    temporary: tuple[TemporaryLimit, ...] = ()
    bucket_limits: tuple[BucketLimit, ...] = ()
    within: tuple[str, ...] = ()
    status: str = attrs.field(default="open", converter=_status)
    risk_class: str = ""
    collateral: tuple[Collateral, ...] = ()
    terms: CreditTerms | None = None
    orders_by_day: tuple[DayTotal, ...] | None = None
    items_by_day: tuple[DayTotal, ...] | None = None
    watched: bool = False
    closed_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.limit, CreditLimit):
            invalid("value.type", "limit", "a CreditLimit is wanted")
        if not isinstance(self.exposure, Exposure):
            invalid("value.type", "exposure", "an Exposure is wanted")

    @property
    def ref(self) -> str:
        """The text key under which the account is stored."""
        return f"credit/{self.customer}"

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """An account is found by its id, and ``within`` each group or pool."""
        return tuple([("within", name) for name in self.within]) if self.within else ()

    @property
    def leads_to(self) -> tuple[str, ...]:
        """References of the groups and pools that are mostly wanted next."""
        return tuple([f"credit/{name}" for name in self.within]) if self.within else ()

    @property
    def accounts(self) -> tuple[CreditAccount, ...]:
        """This account alone; a chain has those above too."""
        return (self,)

    @property
    def above(self) -> tuple[CreditAccount, ...]:
        """Nothing; a chain has what lies above."""
        return ()

    @property
    def own(self) -> CreditAccount:
        """This account itself."""
        return self

    def inherits_limit(self, on: date) -> bool:
        """Whether it lives on a limit above: there is none; a chain may."""
        return False

    def watch(self, *, over: bool) -> CreditAccount:
        """Return the account watched, or not."""
        return changed(self, watched=over)

    @property
    def is_dated(self) -> bool:
        """Whether totals by day are kept."""
        return self.items_by_day is not None

    def dated(self) -> CreditAccount:
        """Return an empty account that keeps totals by day from now on."""
        return changed(self, orders_by_day=(), items_by_day=())

    # --- limits

    @property
    @exact
    def headroom(self) -> Money | None:
        """What the base limit leaves (negative when over); ``None`` unless it is an amount in the books' currency.

        No temporary limit, collateral, horizon, last day or limit above counts here. What the tightest limit
        leaves today is the ``headroom`` of ``desk.credit.sheet(customer)``; with an order counted in, that of
        ``desk.credit.what_if(order)``.
        """
        if self.limit.kind != "amount" or self.limit_currency:
            return None
        return Money(self.limit.amount - self.exposure.total, self.exposure.currency)

    @property
    def currency(self) -> str:
        """The currency of the limits."""
        return self.limit_currency or self.exposure.currency

    def limit_on(self, on: date) -> CreditLimit:
        """Return the limit of a day: the base, while it runs, and every temporary one that counts."""
        limit = self.limit
        if limit.until is not None and on > limit.until:
            return NOT_SET
        if not self.temporary or limit.kind != "amount":
            return limit
        more = added(extra.amount for extra in self.temporary if extra.counts(on))
        return changed(limit, amount=CONTEXT.add(limit.amount, more))

    # --- what counts

    @exact
    def secured(self, on: date) -> Decimal:
        """Return how much of the open items is secured on a day, in the books' currency."""
        if not self.collateral:
            return ZERO
        currency = self.exposure.currency
        worth = sum((one.secures(on, currency) for one in self.collateral), ZERO)
        return min(self.exposure.open_items, worth)

    def counted(self, on: date, last: date | None = None, *, disputed: bool = True) -> Decimal:
        """Return E on a day, with open orders up to the horizon ``last`` where one is given and days are kept."""
        total = self.exposure.total
        if self.collateral:
            total = CONTEXT.subtract(total, self.secured(on))
        if not disputed:
            total = CONTEXT.subtract(total, self.exposure.disputed)
        if last is not None and self.orders_by_day is not None:
            total = CONTEXT.subtract(total, self.exposure.open_orders)
            total = CONTEXT.add(total, up_to(self.orders_by_day, last))
        return total

    @exact
    def position(self, on: date, last: date | None = None, *, disputed: bool = True) -> Position:
        """Return every bucket as it counts on a day; open items and overdue are disjoint."""
        exposure = self.exposure
        within = exposure.open_orders
        if last is not None and self.orders_by_day is not None:
            within = up_to(self.orders_by_day, last)
        late = up_to(self.items_by_day or (), on - timedelta(days=1))
        return Position(
            exposure.currency,
            on,
            last,
            within,
            exposure.allocated,
            exposure.delivered_unbilled,
            exposure.billed_unposted,
            exposure.open_items - late,
            late,
            exposure.disputed,
            exposure.unapplied,
            exposure.credit_notes,
            self.secured(on),
            exposure.open_orders - within,
            disputed,
            self.is_dated or not exposure.open_items,
            exposure.paid_ahead,
        )

    # --- steps: each moves an amount from one bucket into another. Of open orders ``on`` is the planned goods
    # issue, or what falls on which day where it is planned for several; it adds up to the amount.

    def claim(self, amount: Decimal, on: date | Days | None = None) -> CreditAccount:
        """An order is released: its open value counts, for its planned goods issue."""
        return self._moved(None, "open_orders", amount, on)

    def unclaim(self, amount: Decimal, on: date | Days | None = None) -> CreditAccount:
        """An order's open value no longer counts: cancelled or reduced."""
        return self._moved("open_orders", None, amount, on)

    def allocate(self, amount: Decimal, on: date | Days | None = None) -> CreditAccount:
        """Goods are picked: open order becomes allocated and counts within any horizon."""
        return self._moved("open_orders", "allocated", amount, on)

    def deallocate(self, amount: Decimal, on: date | Days | None = None) -> CreditAccount:
        """Goods were put back: the exact inverse of :meth:`allocate`."""
        return self._moved("allocated", "open_orders", amount, on)

    def deliver(
        self, amount: Decimal, on: date | Days | None = None, *, picked: bool = False
    ) -> CreditAccount:
        """Goods left: open order (or what was ``picked``) becomes delivered, not invoiced."""
        return self._moved(
            "allocated" if picked else "open_orders", "delivered_unbilled", amount, on
        )

    def bill(
        self, amount: Decimal, due_on: date | None = None, *, posted: bool = True
    ) -> CreditAccount:
        """An invoice was issued: delivered becomes an open item, or billed and not ``posted``."""
        target = "open_items" if posted else "billed_unposted"
        return self._moved("delivered_unbilled", target, amount, due_on)

    def post(self, amount: Decimal, due_on: date | None = None) -> CreditAccount:
        """A billed document reached the ledger: it becomes an open item."""
        return self._moved("billed_unposted", "open_items", amount, due_on)

    def dispute(self, amount: Decimal, due_on: date | None = None) -> CreditAccount:
        """An open item is contested."""
        return self._moved("open_items", "disputed", amount, due_on)

    def undispute(self, amount: Decimal, due_on: date | None = None) -> CreditAccount:
        """A contested item is agreed: the exact inverse of :meth:`dispute`."""
        return self._moved("disputed", "open_items", amount, due_on)

    def receive(self, amount: Decimal) -> CreditAccount:
        """Cash came in and is not applied yet."""
        return self._moved(None, "unapplied", amount)

    def unreceive(self, amount: Decimal) -> CreditAccount:
        """A payment was reversed: the exact inverse of :meth:`receive`."""
        return self._moved("unapplied", None, amount)

    def earmark(self, amount: Decimal) -> CreditAccount:
        """Cash was paid ahead for an order and is not needed yet: it waits for that order."""
        return self._moved("unapplied", "paid_ahead", amount)

    def free(self, amount: Decimal) -> CreditAccount:
        """The order for which cash waited counts for as much, or is over: the exact inverse of :meth:`earmark`."""
        return self._moved("paid_ahead", "unapplied", amount)

    def credit(self, amount: Decimal) -> CreditAccount:
        """A credit note was issued and is not applied yet."""
        return self._moved(None, "credit_notes", amount)

    def settle(
        self, amount: Decimal, discount: Decimal = ZERO, due_on: date | None = None
    ) -> CreditAccount:
        """Cash was applied, with what was granted for early payment."""
        return self._settled("unapplied", amount, discount, due_on, -1)

    def unsettle(
        self, amount: Decimal, discount: Decimal = ZERO, due_on: date | None = None
    ) -> CreditAccount:
        """An application was undone: the exact inverse of :meth:`settle`."""
        return self._settled("unapplied", amount, discount, due_on, 1)

    def settle_credit(self, amount: Decimal, due_on: date | None = None) -> CreditAccount:
        """A credit note was applied to an open item."""
        return self._settled("credit_notes", amount, ZERO, due_on, -1)

    def paid(self, amount: Decimal) -> CreditAccount:
        """Return the account as if ``amount`` were paid today, oldest item first; for asking "what if"."""
        settled = min(amount, self.exposure.open_items)
        exposure = self.exposure.plus("open_items", -settled).plus("unapplied", amount - settled)
        days = self.items_by_day
        left = None if days is None else paid_oldest_first(days, settled)
        return changed(self, exposure=exposure, items_by_day=left)

    @exact
    def combined(self, other: CreditAccount, sign: int = 1) -> CreditAccount:
        """Return the account with another one's exposure counted in, or out again (``sign`` -1)."""
        more: dict[str, Any] = {"exposure": self.exposure.combined(other.exposure, sign)}
        for name in ("orders_by_day", "items_by_day"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine is None:
                continue
            for day in theirs or ():
                mine = day_plus(mine, day.on, sign * day.amount)
            more[name] = mine if theirs is not None else None
        return changed(self, **more)

    @exact
    def _settled(
        self, source: str, amount: Decimal, discount: Decimal, due_on: date | None, sign: int
    ) -> CreditAccount:
        if amount < 0 or discount < 0:
            invalid("money.negative", "amount", "a step has an amount of at least 0")
        settled = sign * (amount + discount)
        exposure = self.exposure.plus(source, sign * amount).plus("open_items", settled)
        if self.items_by_day is None:
            return changed(self, exposure=exposure)
        days = day_plus(self.items_by_day, due_on, settled)
        return changed(self, exposure=exposure, items_by_day=days)

    @exact
    def _moved(
        self, source: str | None, target: str | None, amount: Decimal, on: date | Days | None = None
    ) -> CreditAccount:
        if amount < 0:
            invalid("money.negative", "amount", "a step has an amount of at least 0")
        exposure = self.exposure if source is None else self.exposure.plus(source, -amount)
        exposure = exposure if target is None else exposure.plus(target, amount)
        if self.items_by_day is None:
            return changed(self, exposure=exposure)
        days: dict[str, Any] = {}
        if source in KEPT_BY_DAY:
            less = negated(on) if isinstance(on, tuple) else on
            days[KEPT_BY_DAY[source]] = planned(getattr(self, KEPT_BY_DAY[source]), less, -amount)
        if target in KEPT_BY_DAY:
            days[KEPT_BY_DAY[target]] = planned(getattr(self, KEPT_BY_DAY[target]), on, amount)
        return changed(self, exposure=exposure, **days)

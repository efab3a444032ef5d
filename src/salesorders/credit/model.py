"""The credit account: a limit of three kinds and one running total per bucket, gross of tax."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import attrs

from salesorders.kernel.change import changed
from salesorders.kernel.claim import unexpired
from salesorders.kernel.errors import Conflict, invalid
from salesorders.kernel.events import stored
from salesorders.kernel.limits import CONTEXT, exact
from salesorders.kernel.money import Money, amount_of

__all__ = ["NOT_SET", "UNLIMITED", "CreditAccount", "CreditLimit", "Exposure"]

ZERO = Decimal(0)
BUCKETS = ("open_orders", "delivered_unbilled", "open_items", "unapplied")


@attrs.frozen
class CreditLimit:
    """A limit: an amount (0 means nothing on credit), ``unlimited``, or ``not set``. Three things.

    >>> CreditLimit.of("0", "EUR") == UNLIMITED
    False
    """

    kind: str
    amount: Decimal = ZERO

    @classmethod
    def of(cls, value: object, currency: str, path: str = "limit") -> CreditLimit:
        """Read an amount, ``"unlimited"``, or ``None`` for "not set"; raises ``money.negative``."""
        if value is None:
            return NOT_SET
        if value == "unlimited":
            return UNLIMITED
        amount = amount_of(value, currency, path)
        if amount < 0:
            invalid("money.negative", path, "a limit is not negative")
        return cls("amount", amount)

    def __str__(self) -> str:
        return f"{self.amount:f}" if self.kind == "amount" else self.kind.replace("_", " ")


UNLIMITED = CreditLimit("unlimited")
NOT_SET = CreditLimit("not_set")


@attrs.frozen
class Exposure:
    """What a customer owes or will owe, gross of tax, in one currency, by disjoint buckets.

    ``open_orders``: released and not shipped; ``delivered_unbilled``: shipped and not invoiced;
    ``open_items``: invoiced and open; ``unapplied``: cash received and not yet applied, taken off.
    """

    currency: str
    open_orders: Decimal = ZERO
    delivered_unbilled: Decimal = ZERO
    open_items: Decimal = ZERO
    unapplied: Decimal = ZERO

    @property
    @exact
    def total(self) -> Decimal:
        """E = open orders + delivered unbilled + open items - unapplied cash (FINANCE 1)."""
        return self.open_orders + self.delivered_unbilled + self.open_items - self.unapplied

    def plus(self, bucket: str, amount: Decimal) -> Exposure:
        """Return the exposure with ``amount`` (may be negative) more in a bucket; none goes below 0."""
        after = CONTEXT.add(getattr(self, bucket), amount)
        if after < 0:
            raise Conflict("credit.bucket_negative", bucket, f"{bucket} would fall to {after}")
        return changed(self, **{bucket: after})


@stored("credit.account/1")
@attrs.frozen
class CreditAccount:
    """The account of one paying customer. Every step but a claim leaves the exposure as it is or lowers it."""

    customer: str
    limit: CreditLimit
    exposure: Exposure

    @property
    def ref(self) -> str:
        """The text key under which the account is stored."""
        return f"credit/{self.customer}"

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """An account is found by its customer only."""
        return ()

    @property
    @exact
    def headroom(self) -> Money | None:
        """What may still be bought on credit (negative when over); ``None`` unless the limit is an amount."""
        if self.limit.kind != "amount":
            return None
        return Money(self.limit.amount - self.exposure.total, self.exposure.currency)

    def claim(self, amount: Decimal) -> CreditAccount:
        """An order is released: its open value counts."""
        return self._moved(None, "open_orders", amount)

    def unclaim(self, amount: Decimal) -> CreditAccount:
        """An order's open value no longer counts: cancelled or reduced."""
        return self._moved("open_orders", None, amount)

    def deliver(self, amount: Decimal) -> CreditAccount:
        """Goods left: open order becomes delivered, not invoiced."""
        return self._moved("open_orders", "delivered_unbilled", amount)

    def bill(self, amount: Decimal) -> CreditAccount:
        """An invoice was issued: delivered becomes an open item."""
        return self._moved("delivered_unbilled", "open_items", amount)

    def receive(self, amount: Decimal) -> CreditAccount:
        """Cash came in and is not applied yet."""
        return self._moved(None, "unapplied", amount)

    def unreceive(self, amount: Decimal) -> CreditAccount:
        """Cash that came in was taken back: the exact inverse of :meth:`receive`."""
        return self._moved("unapplied", None, amount)

    def settle(self, amount: Decimal, discount: Decimal = ZERO) -> CreditAccount:
        """Cash was applied, with what was granted for early payment."""
        return self._settled(amount, discount, -1)

    def unsettle(self, amount: Decimal, discount: Decimal = ZERO) -> CreditAccount:
        """An application was undone: the exact inverse of :meth:`settle`."""
        return self._settled(amount, discount, 1)

    @exact
    def _settled(self, amount: Decimal, discount: Decimal, sign: int) -> CreditAccount:
        if amount < 0 or discount < 0:
            invalid("money.negative", "amount", "a step has an amount of at least 0")
        exposure = self.exposure.plus("unapplied", sign * amount)
        return changed(self, exposure=exposure.plus("open_items", sign * (amount + discount)))

    @exact
    def _moved(self, source: str | None, target: str | None, amount: Decimal) -> CreditAccount:
        if amount < 0:
            invalid("money.negative", "amount", "a step has an amount of at least 0")
        exposure = self.exposure if source is None else self.exposure.plus(source, -amount)
        return changed(self, exposure=exposure if target is None else exposure.plus(target, amount))


@exact
def recomputed(currency: str, shares: Iterable[tuple[str, Decimal]]) -> Exposure:
    """Add an exposure up from scratch, from (bucket, amount) of every document; it must agree."""
    totals = dict.fromkeys(BUCKETS, ZERO)
    for bucket, amount in shares:
        totals[bucket] += amount
    return Exposure(currency, **totals)


@attrs.frozen
class Envelope:
    """How far a release reaches: up to ``amount`` gross, before ``expires_at`` (exclusive)."""

    amount: Decimal
    expires_at: datetime
    released_on: date

    def covers(self, amount: Decimal, at: datetime) -> bool:
        """Whether a value at a moment is inside."""
        return amount <= self.amount and unexpired(self.expires_at, at)

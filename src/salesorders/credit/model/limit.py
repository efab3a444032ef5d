"""Limits: an amount, unlimited or not set, which are three things; temporary ones with dates; one per bucket."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.kernel.calendar import date_of
from salesorders.kernel.codec import Told
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import text_of
from salesorders.kernel.limits import decimal_of
from salesorders.kernel.money import amount_of

__all__ = ["NOT_SET", "UNLIMITED", "BucketLimit", "CreditLimit", "TemporaryLimit"]

ZERO = Decimal(0)
LIMITED = ("open_orders", "delivered_unbilled", "open_items")


@attrs.frozen
class CreditLimit(Told):
    """A limit: an amount (0 means nothing on credit), ``unlimited``, or ``not set``. Three things.

    ``until`` is its last day, where it ends.

    >>> CreditLimit.of("0", "EUR") == UNLIMITED
    False
    """

    kind: str
    amount: Decimal = ZERO
    until: date | None = None

    @classmethod
    def of(
        cls, value: object, currency: str, path: str = "limit", *, until: date | None = None
    ) -> CreditLimit:
        """Read an amount, ``"unlimited"``, or ``None`` for "not set"; raises ``money.negative``."""
        if value is None:
            return NOT_SET
        last = None if until is None else date_of(until, "until")
        if value == "unlimited":
            return cls("unlimited", ZERO, last)
        amount = amount_of(value, currency, path)
        if amount < 0:
            invalid("money.negative", path, "a limit is not negative")
        return cls("amount", amount, last)

    def __str__(self) -> str:
        return f"{self.amount:f}" if self.kind == "amount" else self.kind.replace("_", " ")


UNLIMITED = CreditLimit("unlimited")
NOT_SET = CreditLimit("not_set")


def _amount(value: object) -> Decimal:
    amount = decimal_of(value, "amount", code="money")
    if amount < 0:
        invalid("money.negative", "amount", "a limit is not negative")
    return amount


def _since(value: object) -> date:
    return date_of(value, "since")


def _until(value: object) -> date:
    # One without an end would be a base limit that nobody looks at again.
    if value is None:
        invalid("credit.endless", "until", "a temporary limit has a last day")
    return date_of(value, "until")


def _reason(value: str) -> str:
    return text_of(value, "reason", blank=True)


@attrs.frozen
class TemporaryLimit:
    """So much on top of the base limit, on every day from ``since`` to ``until``, both included."""

    amount: Decimal = attrs.field(converter=_amount)
    since: date = attrs.field(converter=_since)
    until: date = attrs.field(converter=_until)
    reason: str = attrs.field(default="", converter=_reason)

    def __attrs_post_init__(self) -> None:
        if self.until < self.since:
            invalid("credit.span", "until", "it ends before it begins")

    def counts(self, on: date) -> bool:
        """Whether it counts on a day; at 00:00 of the day after ``until`` it no longer does."""
        return self.since <= on <= self.until


def _bucket(value: str) -> str:
    if value not in LIMITED:
        invalid("credit.bucket", "bucket", f"one of {', '.join(LIMITED)} is wanted")
    return value


@attrs.frozen
class BucketLimit:
    """The most that one bucket may hold: ``open_orders``, ``delivered_unbilled`` or ``open_items``."""

    bucket: str = attrs.field(converter=_bucket)
    amount: Decimal = attrs.field(converter=_amount)

"""What is asked of credit."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import attrs

from salesorders.credit.days import Days, days_read, total, up_to
from salesorders.credit.evidence import NO_EVIDENCE, Evidence
from salesorders.kernel.building import built_open
from salesorders.kernel.calendar import date_of, moment_of
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import CONTEXT, decimal_of, flag_of, rate_of, whole_of
from salesorders.kernel.money import currency_of

__all__ = ["CHECKPOINTS", "LOWERING", "CreditRequest", "CreditTerms", "ReleaseRequest"]

ZERO = Decimal(0)
# Every moment at which credit may be asked; a policy says at which of them it is.
CHECKPOINTS = (
    "confirm",
    "allocate",
    "ship",
    "amend",
    "reopen",
    "pull_in",
    "currency_change",
    "payment_reversal",
    "limit_cut",
)
# Changes of an order that may lower what it counts for; one that does is never blocked.
LOWERING = ("amend", "pull_in", "currency_change")


def _positive(value: Decimal, name: str) -> Decimal:
    amount = decimal_of(value, name, code="money")
    if amount < 0:
        invalid("money.negative", name, "an order is worth at least 0")
    return amount


def _amount(value: Decimal) -> Decimal:
    return _positive(value, "amount")


def _claimed(value: Decimal) -> Decimal:
    return value if value is ZERO else _positive(value, "claimed")


def _authorised(value: Decimal) -> Decimal:
    return value if value is ZERO else _positive(value, "authorised")


def _leaving(value: Decimal | None) -> Decimal | None:
    return None if value is None else _positive(value, "leaving")


def _freed(value: Decimal | None) -> Decimal | None:
    return None if value is None else _positive(value, "freed")


def _open_items(value: Decimal | None) -> Decimal | None:
    return None if value is None else _positive(value, "open_items")


def _day(value: object, name: str) -> date | None:
    # Nearly all are plain dates of documents, which were checked when those were read.
    return value if value is None or type(value) is date else date_of(value, name)


def _ships_on(value: object) -> date | None:
    return _day(value, "ships_on")


def _on(value: object) -> date | None:
    return _day(value, "on")


def _claimed_on(value: object) -> date | None:
    return _day(value, "claimed_on")


def _by_day(value: object) -> Days:
    return () if value == () else days_read(value, "by_day")


def _claimed_by_day(value: object) -> Days:
    return () if value == () else days_read(value, "claimed_by_day")


def _days_net(value: object) -> int:
    return whole_of(value, "terms.days_net", most=3660)


def _discount(value: object) -> Decimal:
    return rate_of(value, "terms.discount_percent")


@attrs.frozen
class CreditTerms:
    """Terms of payment as credit looks at them: days until due, and the discount for paying early."""

    days_net: int = attrs.field(converter=_days_net)
    discount_percent: Decimal = attrs.field(default=ZERO, converter=_discount)


@built_open
@attrs.frozen
class CreditRequest:
    """May an order of ``amount`` (gross of tax, all that was ordered) be delivered on credit?

    ``currency`` is the account's where it is empty; ``ships_on`` the first planned goods issue, where one
    is known; ``checkpoint`` what happens to the order; ``on`` the business day, that of the moment by
    default. ``claimed`` is what of the order counts in the exposure already, for the day ``claimed_on``.
    ``leaving`` is what of it leaves now where goods do, all of it where none is said. Goods that leave on
    several days are said by ``by_day``, in order of days, and ``claimed_by_day``; each adds up to its amount.

    ``prepaid`` says that the order is paid before delivery. It needs no credit while ``authorised`` covers
    it before ``authorised_until`` (exclusive, ``None`` for paid already), and is asked like any other after.
    ``freed`` is what of that money is not taken off the exposure yet, all of it where ``None``: what is taken
    off already pays for no more than the order counts for already.
    ``terms`` are what the order will be invoiced on. ``evidence`` is what scores and exchange rates say.
    ``open_items`` is what the customer has open where a group is asked, which a payment would settle first; the
    account's own where ``None``.
    """

    order: str
    customer: str
    amount: Decimal = attrs.field(converter=_amount)
    ships_on: date | None = attrs.field(default=None, converter=_ships_on)
    prepaid: bool = False
    currency: str = ""
    checkpoint: str = "confirm"
    on: date | None = attrs.field(default=None, converter=_on)
    claimed: Decimal = attrs.field(default=ZERO, converter=_claimed)
    claimed_on: date | None = attrs.field(default=None, converter=_claimed_on)
    authorised: Decimal = attrs.field(default=ZERO, converter=_authorised)
    authorised_until: datetime | None = None
    terms: CreditTerms | None = None
    evidence: Evidence = NO_EVIDENCE
    leaving: Decimal | None = attrs.field(default=None, converter=_leaving)
    by_day: Days = attrs.field(default=(), converter=_by_day)
    claimed_by_day: Days = attrs.field(default=(), converter=_claimed_by_day)
    freed: Decimal | None = attrs.field(default=None, converter=_freed)
    open_items: Decimal | None = attrs.field(default=None, converter=_open_items)

    def __attrs_post_init__(self) -> None:
        if self.prepaid is not False:
            flag_of(self.prepaid, "prepaid")
        if self.currency:
            currency_of(self.currency)
        if self.authorised_until is not None:
            moment_of(self.authorised_until, "authorised_until")
        if self.terms is not None and not isinstance(self.terms, CreditTerms):
            invalid("value.type", "terms", "CreditTerms are wanted")
        if self.evidence is not NO_EVIDENCE and not isinstance(self.evidence, Evidence):
            invalid("value.type", "evidence", "Evidence is wanted")
        if self.checkpoint != "confirm" and self.checkpoint not in CHECKPOINTS:
            invalid("credit.checkpoint", "checkpoint", f"one of {', '.join(CHECKPOINTS)} is wanted")
        for name, amount in (("by_day", self.amount), ("claimed_by_day", self.claimed)):
            days: Days = getattr(self, name)
            if days and total(days) != amount:
                invalid("credit.days_sum", name, f"by day it is {total(days)}, in all {amount}")

    def is_covered(self, at: datetime) -> bool:
        """Whether money that is there or promised pays for the whole order at a moment."""
        if not self.authorised or self.authorised < self.amount:
            return False
        return self.authorised_until is None or at < self.authorised_until

    def is_paid_for(self, at: datetime, last: date | None) -> bool:
        """Whether it is covered and adds no more to what counts than the money for it takes off."""
        if not self.is_covered(at):
            return False
        more = CONTEXT.subtract(self.amount_within(last), self.claimed_within(last))
        return self.freed is None or more <= self.freed

    def amount_within(self, last: date | None) -> Decimal:
        """Return what of the order counts where orders up to ``last`` do; all of it where ``None``."""
        return _within(self.amount, self.ships_on, self.by_day, last)

    def claimed_within(self, last: date | None) -> Decimal:
        """Return what of the order counts already where orders up to ``last`` do."""
        return _within(self.claimed, self.claimed_on, self.claimed_by_day, last)

    def lowers(self, last: date | None) -> bool:
        """Whether this change makes the order count for no more than it does, orders up to ``last`` counting.

        ``None`` where all count: then it does not matter when goods leave.
        """
        if self.checkpoint not in LOWERING or self.amount > self.claimed:
            return False
        return self.amount_within(last) <= self.claimed_within(last)


def _within(amount: Decimal, on: date | None, by_day: Days, last: date | None) -> Decimal:
    """What of an amount falls within the horizon ``last``; what is of an unknown day does."""
    if last is None:
        return amount
    if by_day:
        return up_to(by_day, last)
    return amount if on is None or on <= last else ZERO


@attrs.frozen
class ReleaseRequest:
    """May a held order be released by hand, for ``reason``?"""

    credit: CreditRequest
    reason: str
    makers: tuple[str, ...] = ()

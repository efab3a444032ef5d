"""What is asked of credit."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import attrs

from salesorders.credit.evidence import NO_EVIDENCE, Evidence
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import decimal_of

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
    if decimal_of(value, name, code="money") < 0:
        invalid("money.negative", name, "an order is worth at least 0")
    return value


def _amount(value: Decimal) -> Decimal:
    return _positive(value, "amount")


@attrs.frozen
class CreditTerms:
    """Terms of payment as credit looks at them: days until due, and the discount for paying early."""

    days_net: int
    discount_percent: Decimal = ZERO


@attrs.frozen
class CreditRequest:
    """May an order of ``amount`` (gross of tax, all that was ordered) be delivered on credit?

    ``currency`` is the account's where it is empty; ``ships_on`` the first planned goods issue, where one
    is known; ``checkpoint`` what happens to the order; ``on`` the business day, that of the moment by
    default. ``claimed`` is what of the order counts in the exposure already, for the day ``claimed_on``.
    ``leaving`` is what of it leaves now where goods do, all of it where none is said.

    ``prepaid`` says that the order is paid before delivery. It needs no credit while ``authorised`` covers
    it before ``authorised_until`` (exclusive, ``None`` for paid already), and is asked like any other after.
    ``terms`` are what the order will be invoiced on. ``evidence`` is what scores and exchange rates say.
    """

    order: str
    customer: str
    amount: Decimal = attrs.field(converter=_amount)
    ships_on: date | None = None
    prepaid: bool = False
    currency: str = ""
    checkpoint: str = "confirm"
    on: date | None = None
    claimed: Decimal = ZERO
    claimed_on: date | None = None
    authorised: Decimal = ZERO
    authorised_until: datetime | None = None
    terms: CreditTerms | None = None
    evidence: Evidence = NO_EVIDENCE
    leaving: Decimal | None = None

    def __attrs_post_init__(self) -> None:
        if self.claimed is not ZERO:
            _positive(self.claimed, "claimed")
        if self.authorised is not ZERO:
            _positive(self.authorised, "authorised")
        if self.leaving is not None:
            _positive(self.leaving, "leaving")
        if self.checkpoint != "confirm" and self.checkpoint not in CHECKPOINTS:
            invalid("credit.checkpoint", "checkpoint", f"one of {', '.join(CHECKPOINTS)} is wanted")

    def is_covered(self, at: datetime) -> bool:
        """Whether money that is there or promised pays for the whole order at a moment."""
        if not self.authorised or self.authorised < self.amount:
            return False
        return self.authorised_until is None or at < self.authorised_until

    def lowers(self, last: date | None) -> bool:
        """Whether this change makes the order count for no more than it does, orders up to ``last`` counting.

        ``None`` where all count: then it does not matter when goods leave.
        """
        if self.checkpoint not in LOWERING or self.amount > self.claimed:
            return False
        return reaches(self.claimed_on, last) or not reaches(self.ships_on, last)


def reaches(on: date | None, last: date | None) -> bool:
    """Whether goods of a day lie within the horizon ``last``; those of an unknown day do."""
    return last is None or on is None or on <= last


@attrs.frozen
class ReleaseRequest:
    """May a held order be released by hand, for ``reason``?"""

    credit: CreditRequest
    reason: str
    makers: tuple[str, ...] = ()

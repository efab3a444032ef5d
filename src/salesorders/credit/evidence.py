"""What others say about a customer: scores, exchange rates and collateral, each with its date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from salesorders.kernel.calendar import date_of
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import ident_of, text_of
from salesorders.kernel.limits import CONTEXT, decimal_of, rate_of
from salesorders.kernel.money import currency_of, rounded

if TYPE_CHECKING:
    from salesorders.credit.requests import CreditTerms

__all__ = ["NO_EVIDENCE", "Collateral", "Evidence", "ExchangeRate", "Score"]

HUNDRED = Decimal(100)


def _source(value: str) -> str:
    return text_of(value, "source", blank=True)


def _customer(value: str) -> str:
    return ident_of(value, "customer")


def _value(value: object) -> Decimal:
    return decimal_of(value, "value")


def _as_of(value: object) -> date:
    return date_of(value, "as_of")


def _expires_on(value: object) -> date:
    return date_of(value, "expires_on")


@attrs.frozen
class Score:
    """What a bureau says of a customer, on its own scale; higher is better. ``expires_on`` is its last good day."""

    customer: str = attrs.field(converter=_customer)
    value: Decimal = attrs.field(converter=_value)
    as_of: date = attrs.field(converter=_as_of)
    expires_on: date = attrs.field(converter=_expires_on)
    source: str = attrs.field(default="", converter=_source)

    def __attrs_post_init__(self) -> None:
        if self.expires_on < self.as_of:
            invalid("credit.span", "expires_on", "a score is good on its own day at least")

    def is_good(self, on: date) -> bool:
        """Whether the score may be used on a day."""
        return self.as_of <= on <= self.expires_on


def _of(value: object) -> str:
    return currency_of(value, "source_currency")


def _into(value: object) -> str:
    return currency_of(value, "target_currency")


def _on(value: object) -> date:
    return date_of(value, "on")


def _rate(value: object) -> Decimal:
    rate = decimal_of(value, "rate")
    if rate <= 0:
        invalid("credit.rate", "rate", "a rate is above 0")
    return rate


@attrs.frozen
class ExchangeRate:
    """One unit of ``source_currency`` is ``rate`` units of ``target_currency`` on a day, by a type of rate.

    >>> ExchangeRate("USD", "EUR", "0.9200", date(2026, 3, 2)).converted(Decimal(40000))
    Decimal('36800.00')
    """

    source_currency: str = attrs.field(converter=_of)
    target_currency: str = attrs.field(converter=_into)
    rate: Decimal = attrs.field(converter=_rate)
    on: date = attrs.field(converter=_on)
    kind: str = attrs.field(default="credit", converter=_source)

    def converted(self, amount: Decimal) -> Decimal:
        """Return an amount in the target's currency, rounded once, half up."""
        return rounded(CONTEXT.multiply(amount, self.rate), self.target_currency)


def _amount(value: object) -> Decimal:
    amount = decimal_of(value, "amount", code="money")
    if amount < 0:
        invalid("money.negative", "amount", "collateral is worth at least 0")
    return amount


def _coverage(value: object) -> Decimal:
    return rate_of(value, "coverage_percent")


def _valid_from(value: object) -> date:
    return date_of(value, "valid_from")


def _valid_to(value: object) -> date:
    return date_of(value, "valid_to")


def _id(value: str) -> str:
    return ident_of(value, "id")


@attrs.frozen
class Collateral:
    """A guarantee, deposit or insurance in the account's currency, good on every day of its span, ends included.

    ``coverage_percent`` (0 to 100) of ``amount`` secures open items.
    """

    id: str = attrs.field(converter=_id)
    amount: Decimal = attrs.field(converter=_amount)
    valid_from: date = attrs.field(converter=_valid_from)
    valid_to: date = attrs.field(converter=_valid_to)
    coverage_percent: Decimal = attrs.field(default=HUNDRED, converter=_coverage)
    note: str = attrs.field(default="", converter=_source)

    def __attrs_post_init__(self) -> None:
        if self.valid_to < self.valid_from:
            invalid("credit.span", "valid_to", "it ends before it begins")

    def secures(self, on: date, currency: str) -> Decimal:
        """Return what is secured on a day, 0 outside the span."""
        if not self.valid_from <= on <= self.valid_to:
            return Decimal(0)
        part = CONTEXT.divide(CONTEXT.multiply(self.amount, self.coverage_percent), HUNDRED)
        return rounded(part, currency)


@attrs.frozen
class Evidence:
    """What the sources answered for one question; what a rule used of it is among the facts of its finding.

    ``score_failure`` and ``rate_failure`` say why there is no answer where one was asked for:
    ``time_out``, ``failed``, ``no_source`` or ``unknown``; ``rate_failures`` say it by pair of currencies.
    ``terms`` are the customer's own of today, where a policy compares them with those that credit agreed to.
    """

    score: Score | None = None
    score_failure: str = ""
    rates: tuple[ExchangeRate, ...] = ()
    rate_failure: str = ""
    rate_failures: tuple[tuple[str, str, str], ...] = ()
    terms: CreditTerms | None = None

    def rate(self, source: str, target: str) -> ExchangeRate | None:
        """Return the rate from one currency into another; never turned round, never 1:1 where none is there."""
        for rate in self.rates:
            if (rate.source_currency, rate.target_currency) == (source, target):
                return rate
        return None

    def why_no_rate(self, source: str, target: str) -> str:
        """Return why there is no rate from one currency into another."""
        for one, other, why in self.rate_failures:
            if (one, other) == (source, target):
                return why
        return self.rate_failure or "unknown"


NO_EVIDENCE = Evidence()

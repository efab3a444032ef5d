"""What is asked of credit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import decimal_of

__all__ = ["CreditRequest", "ReleaseRequest"]


def _amount(value: Decimal) -> Decimal:
    amount = decimal_of(value, "amount", code="money")
    if amount < 0:
        invalid("money.negative", "amount", "an order is worth at least 0")
    return value


@attrs.frozen
class CreditRequest:
    """May an order of ``amount`` (gross of tax, in the account's currency) be delivered on credit?

    ``ships_on`` is the first planned goods issue, where one is known.
    """

    order: str
    customer: str
    amount: Decimal = attrs.field(converter=_amount)
    ships_on: date | None = None
    prepaid: bool = False


@attrs.frozen
class ReleaseRequest:
    """May a held order be released by hand, for ``reason``?"""

    credit: CreditRequest
    reason: str
    makers: tuple[str, ...] = ()

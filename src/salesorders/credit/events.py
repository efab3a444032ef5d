"""Facts about credit."""

from __future__ import annotations

from decimal import Decimal

import attrs

from salesorders.kernel.events import stored

__all__ = ["CreditClaimed", "CreditUnclaimed", "LimitSet"]


@stored("credit.claimed/1")
@attrs.frozen
class CreditClaimed:
    """An order's gross value counts against the customer's limit."""

    customer: str
    order: str
    amount: Decimal


@stored("credit.unclaimed/1")
@attrs.frozen
class CreditUnclaimed:
    """So much of an order's gross value no longer counts against the customer's limit."""

    customer: str
    order: str
    amount: Decimal


@stored("credit.limit_set/1")
@attrs.frozen
class LimitSet:
    """A limit was set; ``limit`` and ``before`` are amounts, ``unlimited`` or ``not set``."""

    customer: str
    limit: str
    before: str
    reason: str = ""

"""Facts about credit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.kernel.events import stored

__all__ = [
    "AccountArranged",
    "AccountOpened",
    "AccountRecounted",
    "CashFreed",
    "CashReserved",
    "CreditClaimed",
    "CreditUnclaimed",
    "LimitSet",
]


@stored("credit.claimed/1")
@attrs.frozen
class CreditClaimed:
    """An order's gross value counts against the customer's limit.

    It says what credit let pass: ``exposure`` is then the total of the customer's own account, ``limit`` the
    account's own of that day (an amount, ``unlimited`` or ``not set``), ``policy`` the one that was asked.
    """

    customer: str
    order: str
    amount: Decimal
    exposure: Decimal | None = None
    limit: str = ""
    policy: str = ""


@stored("credit.unclaimed/1")
@attrs.frozen
class CreditUnclaimed:
    """So much of an order's gross value no longer counts against the customer's limit."""

    customer: str
    order: str
    amount: Decimal


@stored("credit.cash_reserved/1")
@attrs.frozen
class CashReserved:
    """So much cash that was paid ahead for an order waits for it: nobody else buys with it."""

    customer: str
    order: str
    amount: Decimal


@stored("credit.cash_freed/1")
@attrs.frozen
class CashFreed:
    """So much cash that waited for an order counts against the exposure: so does the order, or it is over."""

    customer: str
    order: str
    amount: Decimal


@stored("credit.limit_set/1")
@attrs.frozen
class LimitSet:
    """A limit was set; ``limit`` and ``before`` are amounts, ``unlimited`` or ``not set``.

    ``kind`` is ``base``, ``temporary`` (with its days) or the bucket that it is for.
    """

    customer: str
    limit: str
    before: str
    reason: str = ""
    kind: str = "base"
    since: date | None = None
    until: date | None = None
    currency: str = ""


@stored("credit.account_opened/1")
@attrs.frozen
class AccountOpened:
    """A group's or pool's account was opened."""

    account: str
    limit: str


@stored("credit.account_arranged/1")
@attrs.frozen
class AccountArranged:
    """Something about an account was arranged; ``what`` names it."""

    account: str
    what: tuple[str, ...]
    reason: str = ""


@stored("credit.account_recounted/1")
@attrs.frozen
class AccountRecounted:
    """An account was counted from its documents; ``differences`` names the buckets that did not agree."""

    account: str
    documents: int
    differences: tuple[str, ...] = ()

"""Bugs of what stands around an account: collateral and its days, status, risk class, scores."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from salesorders.credit import Collateral
from salesorders.credit.model import CreditAccount
from salesorders.kernel.change import changed
from tests.simulation.planting import planted, replaced


@planted("collateral still counts on the day after its last")
def collateral_forever() -> Iterator[None]:
    real = Collateral.secures

    def secures(self: Any, on: Any, currency: str) -> Decimal:
        return real(self, min(on, self.valid_to), currency)

    with patch.object(Collateral, "secures", secures):
        yield


@planted("collateral counts before its first day")
def collateral_early() -> Iterator[None]:
    real = Collateral.secures

    def secures(self: Any, on: Any, currency: str) -> Decimal:
        return real(self, max(on, self.valid_from), currency)

    with patch.object(Collateral, "secures", secures):
        yield


@planted("collateral counts in full although it covers a part")
def coverage_ignored() -> Iterator[None]:
    real = Collateral.secures

    def secures(self: Any, on: Any, currency: str) -> Decimal:
        return real(changed(self, coverage_percent=Decimal(100)), on, currency)

    with patch.object(Collateral, "secures", secures):
        yield


@planted("collateral secures more than is open")
def secured_beyond_items() -> Iterator[None]:
    def secured(self: Any, on: Any) -> Decimal:
        currency = self.exposure.currency
        return sum((one.secures(on, currency) for one in self.collateral), Decimal(0))

    with patch.object(CreditAccount, "secured", secured):
        yield


@planted("a blocked account may order")
def blocked_may_order() -> Iterator[None]:
    from salesorders.credit.policy import RULES, CreditPolicy

    left = tuple(rule for rule in RULES if rule.__name__ != "account_is_open")
    real = CreditPolicy.__attrs_post_init__

    def without(self: Any) -> None:
        object.__setattr__(self, "rules", left)
        real(self)

    with patch.object(CreditPolicy, "__attrs_post_init__", without):
        yield


@planted("what a blocked account orders is held, and may be released")
def blocked_is_held() -> Iterator[None]:
    from salesorders.kernel.decision import Effect, Finding

    def refuse(code: str, path: str, **facts: Any) -> Finding:
        return Finding(code, Effect.REFER, path, facts)

    with replaced(("credit.policy.standing.refuse", refuse)):
        yield


@planted("who belongs to a group on hold, or blocked, orders as before")
def group_status_not_asked() -> Iterator[None]:
    from salesorders.credit import account_is_open
    from salesorders.credit.policy import CHAIN_RULES

    with replaced(("credit.decide.CHAIN_RULES", CHAIN_RULES - {account_is_open})):
        yield


@planted("a release covers an account that was put on hold after it")
def released_before_the_hold() -> Iterator[None]:
    closed = ("credit.account_blocked", "credit.account_on_hold")
    with replaced(("lifecycle.crediting._overrides", lambda given: closed)):
        yield


@planted("goods leave although their account was closed meanwhile")
def closed_meanwhile() -> Iterator[None]:
    def changed_since(accounts: Any, command: Any) -> bool:
        return any(
            one.watched or (one.limit.until is not None and command.today > one.limit.until)
            for one in accounts.accounts
        )

    with replaced(("lifecycle.crediting._changed_since", changed_since)):
        yield

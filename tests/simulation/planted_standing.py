"""Bugs of what stands around an account: collateral and its days, status, risk class, scores."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from salesorders.credit import Collateral, Exclusion, Score, account_is_open
from salesorders.credit.model import CreditAccount
from salesorders.credit.policy import CHAIN_RULES, RULES, score_is_enough
from salesorders.kernel.change import changed
from tests.simulation.planting import credit_rules, planted, replaced


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
    with credit_rules(tuple(rule for rule in RULES if rule is not account_is_open)):
        yield


@planted("what a blocked account orders is held, and may be released")
def blocked_is_held() -> Iterator[None]:
    from salesorders.kernel.decision import refer

    with replaced(("credit.policy.standing.refuse", refer)):
        yield


@planted("who belongs to a group on hold, or blocked, orders as before")
def group_status_not_asked() -> Iterator[None]:
    with replaced(("credit.decide.CHAIN_RULES", CHAIN_RULES - {account_is_open})):
        yield


@planted("a release covers an account that was put on hold after it")
def released_before_the_hold() -> Iterator[None]:
    with replaced(("lifecycle.crediting._overrides", lambda given, code, since: True)):
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


@planted("a stale score is as good as a fresh one")
def stale_is_fresh() -> Iterator[None]:
    with patch.object(Score, "is_good", lambda self, on: self.as_of <= on):
        yield


@planted("a score is stale on its last day")
def score_exclusive() -> Iterator[None]:
    with patch.object(Score, "is_good", lambda self, on: self.as_of <= on < self.expires_on):
        yield


@planted("a stale score holds although the policy wants to be told only")
def stale_always_holds() -> Iterator[None]:
    with patch.object(Exclusion, "fits", lambda self, request, account: False):
        yield


@planted("an exclusion lets pass what it does not name")
def exclusion_overrides_all() -> Iterator[None]:
    from salesorders.credit import decide

    real = decide._excluded

    def excluded(request: Any, account: Any, policy: Any, findings: Any) -> Any:
        wider = tuple(changed(one, overrides=()) for one in policy.exclusions)
        return real(request, account, changed(policy, exclusions=wider), findings)

    with patch.object(decide, "_excluded", excluded):
        yield


@planted("who is not scored passes as if he were")
def unknown_score_passes() -> Iterator[None]:
    def only_known(request: Any, account: Any, policy: Any) -> Any:
        return score_is_enough(request, account, policy) if request.evidence.score else None

    with credit_rules(tuple(only_known if rule is score_is_enough else rule for rule in RULES)):
        yield

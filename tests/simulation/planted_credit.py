"""Bugs of credit: groups, limits with dates, releases and their envelopes, held orders that go by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from salesorders.credit import within_bucket_limits
from salesorders.credit.model import CreditAccount, CreditChain, TemporaryLimit
from salesorders.credit.policy import RULES
from salesorders.kernel.change import changed
from tests.simulation.planting import credit_rules, planted, replaced


@planted("what lies above an account is not claimed")
def ancestor_not_claimed() -> Iterator[None]:
    def claim(self: Any, amount: Any, on: Any = None) -> Any:
        return changed(self, own=self.own.claim(amount, on))

    with patch.object(CreditChain, "claim", claim):
        yield


@planted("the limit of a group is not asked")
def group_not_asked() -> Iterator[None]:
    with replaced(("credit.decide.CHAIN_RULES", frozenset())):
        yield


@planted("an account that moves takes nothing of what it owes with it")
def moves_without_debts() -> Iterator[None]:
    with patch.object(CreditAccount, "combined", lambda self, other, sign=1: self):
        yield


@planted("a temporary limit counts on the day after its last")
def temporary_forever() -> Iterator[None]:
    def counts(self: Any, on: Any) -> bool:
        return bool(self.since <= on)

    with patch.object(TemporaryLimit, "counts", counts):
        yield


@planted("a limit of a bucket is not looked at")
def bucket_not_asked() -> Iterator[None]:
    with credit_rules(tuple(rule for rule in RULES if rule is not within_bucket_limits)):
        yield


@planted("an amount counts as it is where the limit is in another currency")
def one_to_one() -> Iterator[None]:
    from salesorders.credit import ExchangeRate

    with patch.object(ExchangeRate, "converted", lambda self, amount: amount):
        yield


@planted("a release covers whatever the order grows to")
def envelope_ignored() -> Iterator[None]:
    with _released_where(lambda given, order, command, leaving: _unexpired(given, command)):
        yield


@planted("a release is as good after its end")
def expired_still_good() -> Iterator[None]:
    with _released_where(lambda given, order, command, leaving: _inside(given, order)):
        yield


def _inside(given: Any, order: Any) -> bool:
    return bool(order.amounts.gross <= given.amount)


def _unexpired(given: Any, command: Any) -> bool:
    return given.expires_at is None or bool(command.at < given.expires_at)


def _released_where(covers: Any) -> Any:
    def instead(given: Any, order: Any, gate: str, command: Any, leaving: Any) -> bool:
        return given.gate == gate and bool(covers(given, order, command, leaving))

    return replaced(("lifecycle.crediting._covers", instead))


@planted("held orders go youngest first")
def youngest_first() -> Iterator[None]:
    from salesorders.lifecycle.rechecking import RecheckCase

    real = RecheckCase.__init__

    def turned(
        self: Any, setting: Any, accounts: Any, orders: Any, stock: Any, evidence: Any
    ) -> None:
        real(self, setting, accounts, orders[::-1], stock, evidence)

    with patch.object(RecheckCase, "__init__", turned):
        yield


@planted("a younger order passes an older one that waits for the same limit")
def passed_by_the_younger() -> Iterator[None]:
    from salesorders.credit import CreditPolicy

    with patch.object(CreditPolicy, "best_fit", property(lambda self: True, lambda self, v: None)):
        yield


@planted("room that a payment makes is told to nobody")
def nobody_is_told() -> Iterator[None]:
    with replaced(("lifecycle.paying.eased", lambda change, customer, policy: change)):
        yield

"""What a type checker has to see in credit: policies, rules, sources, replays; mypy reads this file, nobody runs it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import assert_type

import salesorders as so
from salesorders import aio
from salesorders.credit import CreditChain, Rule
from salesorders.credit.asking import WhatIf
from salesorders.credit.sheet import AccountSheet, Usage, Worklist


def a_rule(
    request: so.CreditRequest, account: so.CreditAccount, policy: so.CreditPolicy
) -> so.Finding | None:
    return None


def a_rule_without_its_policy(request: so.CreditRequest, account: so.CreditAccount) -> None:
    return None


def rules_are_functions_of_three_values() -> so.CreditPolicy:
    rule: Rule = a_rule
    other: Rule = a_rule_without_its_policy  # type: ignore[assignment]  # one value is missing
    return so.CreditPolicy(rules=(rule, other))


class Bureau:
    def score(self, customer: str) -> so.Score | None:
        return None


class AsyncBureau:
    async def score(self, customer: str) -> so.Score | None:
        return None


class Numbers:
    def score(self, customer: str) -> int:
        return 700


class Bank:
    def rate(self, source: str, target: str, on: date) -> so.ExchangeRate | None:
        return None


def sources_are_structural() -> None:
    so.Sources(scores=Bureau(), rates=Bank())
    aio.Sources(scores=AsyncBureau())
    so.Sources(scores=Numbers())  # type: ignore[arg-type]  # a bare number says nothing of its day
    so.Sources(scores=AsyncBureau())  # type: ignore[arg-type]  # a coroutine is no answer here
    aio.Sources(scores=Bureau())  # type: ignore[arg-type]  # nothing to await


def reading_credit(desk: so.Desk) -> None:
    assert_type(desk.credit.sheet("C7"), AccountSheet)
    assert_type(desk.credit.worklist(), Worklist)
    assert_type(desk.credit.usage("C7"), Usage)
    assert_type(desk.credit.what_if("SO-1", ships_on=date(2026, 5, 5)), WhatIf)


def steps_keep_their_kind(account: so.CreditAccount, chain: CreditChain) -> None:
    assert_type(account.claim(Decimal(1)), so.CreditAccount)
    assert_type(chain.claim(Decimal(1)), CreditChain)


def gentle(account: so.CreditAccount, request: so.CreditRequest) -> so.Finding | None:
    return None


def several(account: so.CreditAccount, request: so.CreditRequest) -> Iterator[so.Finding]:
    yield so.Finding("mine", so.Effect.REFER)


def wordy(account: so.CreditAccount, request: so.CreditRequest) -> str:
    return "no"


def policies_are_objects_or_functions(history: so.CreditHistory) -> None:
    replayed = so.replay(history, {"a": so.CreditPolicy(), "b": gentle, "c": several})
    assert_type(replayed, so.Replay)
    so.replay(history, {"d": wordy})  # type: ignore[dict-item]  # text is no finding

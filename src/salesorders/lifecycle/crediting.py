"""Where orders, shipments and cash meet credit: what is loaded for it, and how an order is told to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import attrs

from salesorders.catalog import Customer
from salesorders.credit import (
    NO_EVIDENCE,
    Accounts,
    CreditAccount,
    CreditChain,
    CreditPolicy,
    CreditRequest,
    CreditTerms,
    Envelope,
    Evidence,
    decide_credit,
    within_bucket_limits,
    within_limit,
)
from salesorders.kernel.change import Answer, Ask, Change, Command, GatewayEffect, Loading, changed
from salesorders.kernel.decision import Effect, Finding, refuse
from salesorders.kernel.messages import register
from salesorders.lifecycle.usecase import Setting
from salesorders.orders import Hold, Order

__all__ = [
    "all_with_above",
    "asked_at_shipping",
    "at_shipping",
    "credit_request",
    "eased",
    "load_evidence",
    "over_limit",
    "refusals",
    "released_for",
    "ships_on",
    "watched",
    "watched_all",
    "with_above",
]

ZERO = Decimal(0)
Out = TypeVar("Out")

register(
    {
        "shipment.credit": "Credit does not let {order} leave.",
    }
)


# --- what is loaded


def with_above(account: CreditAccount) -> Loading[Accounts]:
    """Ask for every group and pool above an account, one level at a time; most have none."""
    if not account.within:
        return account
    found: dict[str, CreditAccount] = {}
    wanted = set(account.within)
    while wanted:
        loaded = yield Ask(tuple(f"credit/{name}" for name in sorted(wanted)))
        level = {name: loaded.need(CreditAccount, f"credit/{name}") for name in sorted(wanted)}
        found |= level
        wanted = {name for one in level.values() for name in one.within} - set(found)
    return CreditChain(account, tuple(found[name] for name in sorted(found)))


def all_with_above(accounts: Mapping[str, CreditAccount]) -> Loading[dict[str, Accounts]]:
    """Ask for what lies above each of several accounts."""
    chains: dict[str, Accounts] = {}
    for name, account in accounts.items():
        chains[name] = yield from with_above(account)
    return chains


def load_evidence(
    accounts: Accounts, setting: Setting, command: Command, checkpoint: str = "confirm"
) -> Loading[Evidence]:
    """Ask the host's sources for a score and rates, where the policy or a limit's currency wants them."""
    policy = setting.policies.credit
    if policy.by_class:
        policy = policy.of(accounts.own.risk_class)
    if checkpoint == "ship" and not asked_at_shipping(accounts, policy):
        return NO_EVIDENCE
    terms = None
    if policy.terms_change_holds and accounts.own.terms is not None:
        terms = yield from _terms(accounts.own.customer, command)
    scores = policy.score_min is not None
    currencies = sorted({one.currency for one in accounts.accounts} - {setting.currency})
    if not scores and not currencies:
        return NO_EVIDENCE if terms is None else Evidence(terms=terms)
    score = ("score", accounts.own.customer)
    day = command.today.isoformat()
    rates = [("rate", setting.currency, currency, day) for currency in currencies]
    loaded = yield Ask(questions=(*([score] if scores else []), *rates))
    said = loaded.answers.get(score, Answer())
    answers = [loaded.answers[rate] for rate in rates]
    failures = [
        (setting.currency, currency, answer.failure)
        for currency, answer in zip(currencies, answers, strict=True)
        if answer.failure
    ]
    return Evidence(
        said.value,
        said.failure,
        tuple(answer.value for answer in answers if answer.value is not None),
        rate_failures=tuple(failures),
        terms=terms,
    )


def _terms(name: str, command: Command) -> Loading[CreditTerms | None]:
    """Ask for the terms on which a customer would be invoiced today; a group has none."""
    ref = f"customer/{name}"
    loaded = yield Ask((ref,))
    customer = loaded.get(Customer, ref)
    if customer is None:
        return None
    days = (customer.terms.due_on(command.today) - command.today).days
    return CreditTerms(days, customer.terms.discount_percent)


# --- an order, as credit sees it


def ships_on(order: Order) -> date:
    """Return the first planned goods issue: as promised, or as asked for where nothing is."""
    return min(
        min((entry.on for entry in line.confirmed), default=line.requested_on)
        for line in order.lines
    )


def credit_request(
    order: Order,
    command: Command,
    policy: CreditPolicy,
    evidence: Evidence = NO_EVIDENCE,
) -> CreditRequest:
    """Translate an order that claims nothing yet: the gross value of all that is ordered."""
    dated = policy.keeps_days or policy.release_window_days is not None
    return CreditRequest(
        order.id,
        order.customer,
        order.amounts.gross,
        ships_on(order) if dated else None,
        on=command.today,
        evidence=evidence,
    )


def released_for(order: Order, gate: str, command: Command, leaving: date | None = None) -> bool:
    """Whether a release or approval that was given before covers what is ordered, for goods ``leaving`` on a day."""
    return any(
        given.gate == gate
        and Envelope(given.amount, given.expires_at, given.ships_from).covers(
            order.amounts.gross, command.at, leaving
        )
        for given in order.releases
    )


def refusals(holds: tuple[Hold, ...]) -> tuple[Finding, ...]:
    """Return what refuses among the decisions of gates: no hold, for nobody may release it."""
    return tuple(
        finding
        for hold in holds
        for finding in hold.decision.findings
        if finding.effect is Effect.REFUSE
    )


# --- goods that leave


def asked_at_shipping(accounts: Accounts, policy: CreditPolicy) -> bool:
    """Whether credit is asked when goods leave: by policy, or because the account is watched."""
    if policy.by_class:
        policy = policy.of(accounts.own.risk_class)
    return "ship" in policy.checkpoints or accounts.watched or policy.horizon is not None


def at_shipping(
    order: Order,
    accounts: Accounts,
    policy: CreditPolicy,
    command: Command,
    evidence: Evidence = NO_EVIDENCE,
) -> tuple[Finding, ...]:
    """Return why goods of an order may not leave now, nothing where they may.

    Asked where the policy says so, where the account grew over its limit meanwhile, and where they leave
    sooner than planned, into the horizon. The order's own value is in the exposure already.
    """
    if not asked_at_shipping(accounts, policy) or released_for(
        order, "credit", command, command.today
    ):
        return ()
    policy = policy.of(accounts.own.risk_class)
    checkpoint = "ship" if accounts.watched or "ship" in policy.checkpoints else "pull_in"
    if checkpoint == "pull_in" and not _from_beyond(order, policy, command):
        return ()
    value = max(order.amounts_open, ZERO)
    request = CreditRequest(
        order.id,
        order.customer,
        value,
        command.today,
        checkpoint=checkpoint,
        on=command.today,
        claimed=value,
        claimed_on=order.credit_on,
        evidence=evidence,
    )
    if checkpoint not in policy.checkpoints:
        policy = attrs.evolve(policy, checkpoints=(*policy.checkpoints, checkpoint))
    decision = decide_credit(request, accounts, policy, command.at)
    if decision.allowed:
        return ()
    return (refuse("shipment.credit", "order", order=order.id), *decision.findings)


def _from_beyond(order: Order, policy: CreditPolicy, command: Command) -> bool:
    """Whether what leaves today was planned for a day on which it would not count yet."""
    if policy.horizon is None or order.credit_on is None:
        return False
    return order.credit_on > policy.horizon.last(command.today)


# --- an account by itself: something other than an order changed what it owes or may owe

OVER = frozenset({"credit.limit", "credit.bucket_limit", "credit.rate_missing"})


def over_limit(
    account: CreditAccount, policy: CreditPolicy, evidence: Evidence, command: Command
) -> tuple[Finding, ...]:
    """Return where an account by itself is over a limit, or where nobody can tell; no other rule is asked."""
    asked = CreditRequest("", account.customer, ZERO, on=command.today, evidence=evidence)
    rules = (within_limit, within_bucket_limits)
    found = [rule(asked, account, policy.of(account.risk_class)) for rule in rules]
    return tuple(one for one in found if one is not None and one.code in OVER)


def watched(
    account: CreditAccount, policy: CreditPolicy, evidence: Evidence, command: Command
) -> tuple[CreditAccount, tuple[Finding, ...]]:
    """Return the account, watched where it is over a limit, with why."""
    found = over_limit(account, policy, evidence, command)
    over = bool(found)
    return (account if account.watched is over else account.watch(over=over)), found


def watched_all(
    accounts: Accounts, policy: CreditPolicy, evidence: Evidence, command: Command, checkpoint: str
) -> Accounts:
    """Return accounts that something other than an order changed, watched where they are over a limit now.

    Nothing where the policy does not ask at that checkpoint.
    """
    if checkpoint not in policy.of(accounts.own.risk_class).checkpoints:
        return accounts
    own, *above = (watched(one, policy, evidence, command)[0] for one in accounts.accounts)
    return CreditChain(own, tuple(above)) if above else own


# --- room for held orders


def eased(change: Change[Out], customer: str, policy: CreditPolicy) -> Change[Out]:
    """Return the change with the wish that held orders be looked at again, where the policy releases by itself."""
    if not policy.releases_automatically or not customer or not change.puts:
        return change
    effect = GatewayEffect("credit", "credit.recheck", (("customer", customer),))
    effects: Any = (*change.effects, effect)
    return changed(change, effects=effects)

"""Where orders, shipments and cash meet credit: what is loaded for it, and how an order is told to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import attrs

from salesorders.catalog import Customer
from salesorders.credit import (
    NO_EVIDENCE,
    Accounts,
    CreditAccount,
    CreditChain,
    CreditClaimed,
    CreditPolicy,
    CreditRequest,
    CreditTerms,
    Envelope,
    Evidence,
    account_is_open,
    decide_credit,
)
from salesorders.credit.days import Days, days_of
from salesorders.kernel.change import Answer, Ask, Change, Command, GatewayEffect, Loading, changed
from salesorders.kernel.decision import Effect, Finding, refuse
from salesorders.kernel.limits import CONTEXT
from salesorders.kernel.messages import register
from salesorders.lifecycle.ahead import freed_by, paid_for
from salesorders.lifecycle.dating import counted_days, planned_days, ships_on
from salesorders.lifecycle.usecase import Setting
from salesorders.orders import Hold, Order, Release

__all__ = [
    "all_with_above",
    "asked_at_shipping",
    "at_shipping",
    "credit_claimed",
    "credit_released",
    "credit_request",
    "eased",
    "load_evidence",
    "refusals",
    "released_for",
    "with_above",
]

ZERO = Decimal(0)
BY_ITSELF = ("limit_cut", "payment_reversal")
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
    if checkpoint == "ship" and not asked_at_shipping(accounts, policy, command):
        return NO_EVIDENCE
    terms = None
    if policy.terms_change_holds and accounts.own.terms is not None:
        terms = yield from _terms(accounts.own.customer, command)
    # An account by itself is compared with its limits alone.
    scores = policy.score_min is not None and checkpoint not in BY_ITSELF
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


def credit_request(
    order: Order,
    command: Command,
    policy: CreditPolicy,
    evidence: Evidence = NO_EVIDENCE,
    before: Order | None = None,
) -> CreditRequest:
    """Translate an order that claims nothing yet: the gross value of all that is ordered.

    ``before`` is what it was, where that is something else.
    """
    dated = policy.keeps_days or policy.release_window_days is not None
    return CreditRequest(
        order.id,
        order.customer,
        order.amounts.gross,
        ships_on(order) if dated else None,
        on=command.today,
        evidence=evidence,
        by_day=planned_days(order, order.amounts.gross) if policy.keeps_days else (),
        prepaid=order.prepaid,
        authorised=paid_for(order),
        freed=freed_by(before or order, order),
    )


def released_for(order: Order, gate: str, command: Command, leaving: date | None = None) -> bool:
    """Whether a release or approval that was given before covers what is ordered, for goods ``leaving`` on a day."""
    return any(_covers(given, order, gate, command, leaving) for given in order.releases)


def _covers(
    given: Release, order: Order, gate: str, command: Command, leaving: date | None
) -> bool:
    envelope = Envelope(given.amount, given.expires_at, given.ships_from)
    return given.gate == gate and envelope.covers(order.amounts.gross, command.at, leaving)


def credit_released(
    order: Order,
    accounts: Accounts,
    policy: CreditPolicy,
    command: Command,
    leaving: date | None = None,
) -> bool:
    """Whether a release of credit covers an order.

    None covers an account that was blocked, or put on hold, after it was given, be it once more or a group above.
    """
    given = [one for one in order.releases if _covers(one, order, "credit", command, leaving)]
    if not given:
        return False
    policy = policy.of(accounts.own.risk_class)
    if account_is_open not in policy.rules:
        return True
    request = credit_request(order, command, policy)
    spoken = [(account_is_open(request, one, policy), one) for one in accounts.accounts]
    closed = [(finding.code, one.closed_at) for finding, one in spoken if finding is not None]
    return any(all(_overrides(release, *one) for one in closed) for release in given)


def _overrides(given: Release, code: str, since: datetime | None) -> bool:
    """Whether a release was given although an account was closed, which it was by then."""
    told: Any = given.decision.findings[0].fact("overrides") if given.decision.findings else None
    return code in (told or ()) and (since is None or since <= given.decision.asked_at)


def credit_claimed(
    order: Order, amount: Decimal, accounts: Accounts, policy: CreditPolicy, command: Command
) -> CreditClaimed:
    """Return the fact that so much of an order counts, with what it was measured by; ``accounts`` count it already."""
    own = accounts.own
    return CreditClaimed(
        order.customer,
        order.id,
        amount,
        own.exposure.total,
        str(own.limit_on(command.today)),
        str(policy.of(own.risk_class).version),
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


def asked_at_shipping(accounts: Accounts, policy: CreditPolicy, command: Command) -> bool:
    """Whether credit is asked when goods leave: by policy, or because of what became of an account."""
    if policy.by_class:
        policy = policy.of(accounts.own.risk_class)
    return (
        "ship" in policy.checkpoints
        or (policy.horizon is not None and "pull_in" in policy.checkpoints)
        or _changed_since(accounts, command)
    )


def _changed_since(accounts: Accounts, command: Command) -> bool:
    """Whether an account is watched, no longer open, or has a limit that ended."""
    return any(
        one.watched
        or one.status != "open"
        or (one.limit.until is not None and command.today > one.limit.until)
        for one in accounts.accounts
    )


def at_shipping(
    order: Order,
    after: Order,
    accounts: Accounts,
    policy: CreditPolicy,
    command: Command,
    leaving: Decimal,
    evidence: Evidence = NO_EVIDENCE,
) -> tuple[Finding, ...]:
    """Return why goods of an order, worth so much with tax, may not leave now; nothing where they may.

    ``after`` is the order once they have left.
    Asked of what is to be paid ahead, where the policy says so, where the account grew over its limit, was
    closed or lost its limit meanwhile, and where they leave sooner than planned, into the horizon. The order's
    own value is in the exposure already.
    """
    if not order.prepaid and not asked_at_shipping(accounts, policy, command):
        return ()
    if credit_released(order, accounts, policy, command, command.today):
        return ()
    policy = policy.of(accounts.own.risk_class)
    always = order.prepaid or "ship" in policy.checkpoints or _changed_since(accounts, command)
    checkpoint = "ship" if always else "pull_in"
    value, leaving = max(order.amounts_open, ZERO), max(leaving, ZERO)
    left = max(CONTEXT.subtract(value, leaving), ZERO)
    by_day: Days = ()
    claimed_by_day: Days = ()
    if order.credit_on is not None and left + leaving == order.amounts_open:
        rest = planned_days(after, left)
        by_day = days_of([(command.today, leaving), *[(day.on, day.amount) for day in rest]])
        claimed_by_day = counted_days(order)
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
        leaving=leaving,
        by_day=by_day,
        claimed_by_day=claimed_by_day,
        prepaid=order.prepaid,
        authorised=paid_for(order),
        freed=freed_by(order, after),
    )
    if checkpoint not in policy.checkpoints:
        policy = attrs.evolve(policy, checkpoints=(*policy.checkpoints, checkpoint))
    decision = decide_credit(request, accounts, policy, command.at)
    if decision.allowed:
        return ()
    return (refuse("shipment.credit", "order", order=order.id), *decision.findings)


# --- room for held orders


def eased(change: Change[Out], customer: str, policy: CreditPolicy) -> Change[Out]:
    """Return the change with the wish that held orders be looked at again, where the policy releases by itself."""
    if not policy.releases_automatically or not customer or not change.puts:
        return change
    effect = GatewayEffect("credit", "credit.recheck", (("customer", customer),))
    effects: Any = (*change.effects, effect)
    return changed(change, effects=effects)

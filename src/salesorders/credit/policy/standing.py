"""The rules on who asks: status of the account, risk class, score, terms, payment in advance."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from salesorders.credit.model import CreditAccount
from salesorders.credit.policy.limits import day_of, refer_back
from salesorders.credit.requests import CreditRequest
from salesorders.kernel.decision import Effect, Fact, Finding, refuse
from salesorders.kernel.limits import CONTEXT
from salesorders.kernel.messages import register
from salesorders.kernel.money import Money

if TYPE_CHECKING:
    from salesorders.credit.policy.settings import CreditPolicy

__all__ = [
    "account_is_open",
    "prepayment_covers",
    "risk_class_may_buy",
    "score_is_enough",
    "terms_as_agreed",
]

ZERO = Decimal(0)

register(
    {
        "credit.account_blocked": "The credit account of {customer} is blocked.",
        "credit.account_on_hold": "The credit account of {customer} is on hold.",
        "credit.account_on_hold/cure": "Open the account, or {approvers} may release it.",
        "credit.risk_class": "{customer} is of risk class {risk_class}.",
        "credit.risk_class/cure": "{approvers} may release it.",
        "credit.score": "{customer} scores {score} of {score_on}; {score_min} is wanted.",
        "credit.score/cure": "{approvers} may release it.",
        "credit.score_stale": "The score of {customer} was good from {score_on} to {expires_on} only.",
        "credit.score_stale/cure": "Ask the bureau again, or {approvers} may release it.",
        "credit.score_missing": "There is no score of {customer}: {why}.",
        "credit.score_missing/cure": "Ask the bureau again, or {approvers} may release it.",
        "credit.terms_changed": "{customer} would pay on other terms than agreed: net {days_net} days, "
        "{discount} %; agreed {days_agreed} days, {discount_agreed} %.",
        "credit.terms_changed/cure": "Agree to the terms, or {approvers} may release it.",
        "credit.prepayment": "The order is to be paid before delivery; {authorised} of {amount} is there.",
        "credit.prepayment/cure": "A payment of {missing} is enough for it; {approvers} may release it.",
    }
)


def account_is_open(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """An account on hold holds its orders, a blocked one refuses them."""
    if account.status == "open":
        return None
    if account.status == "blocked":
        return refuse("credit.account_blocked", "customer", customer=account.customer)
    return refer_back("credit.account_on_hold", policy, customer=account.customer)


def risk_class_may_buy(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """Some risk classes are always looked at by a person."""
    if account.risk_class not in policy.risk_classes_referred:
        return None
    return refer_back(
        "credit.risk_class", policy, customer=account.customer, risk_class=account.risk_class
    )


def score_is_enough(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """A bureau's score must be there, in its span, and high enough; a stale one is a finding, not a score."""
    if policy.score_min is None:
        return None
    score, on = request.evidence.score, day_of(request)
    facts: dict[str, Fact] = {"customer": account.customer}
    if score is None:
        why = (request.evidence.score_failure or "unknown").replace("_", " ")
        return refer_back("credit.score_missing", policy, **facts, why=why)
    facts |= {"score": score.value, "score_on": score.as_of, "expires_on": score.expires_on}
    facts["source"] = score.source
    if not score.is_good(on):
        return refer_back("credit.score_stale", policy, **facts)
    if score.value >= policy.score_min:
        return None
    return Finding(
        "credit.score",
        Effect.REFER,
        "customer",
        facts,
        {"score_min": policy.score_min},
        {"approvers": policy.approvers},
    )


def terms_as_agreed(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """Longer terms or a higher discount than credit agreed to are looked at by a person."""
    asked, agreed = request.terms or request.evidence.terms, account.terms
    if not policy.terms_change_holds or asked is None or agreed is None:
        return None
    if asked.days_net <= agreed.days_net and asked.discount_percent <= agreed.discount_percent:
        return None
    return refer_back(
        "credit.terms_changed",
        policy,
        "terms",
        customer=account.customer,
        days_net=asked.days_net,
        discount=asked.discount_percent,
        days_agreed=agreed.days_net,
        discount_agreed=agreed.discount_percent,
    )


def prepayment_covers(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """An order that is to be paid first waits for the money; while it is covered, nothing else is asked."""
    if not request.prepaid or not request.amount:
        return None
    currency = request.currency or account.exposure.currency
    # What was authorised and has run out is missing in full.
    good = request.authorised if request.authorised < request.amount else ZERO
    missing = CONTEXT.subtract(request.amount, good)
    return Finding(
        "credit.prepayment",
        Effect.REFER,
        "authorised",
        {
            "amount": Money(request.amount, currency),
            "authorised": Money(request.authorised, currency),
            "until": request.authorised_until,
        },
        {},
        {"missing": Money(missing, currency), "approvers": policy.approvers},
    )

"""The rules on what may be owed: the limit with or without a horizon, a limit per bucket, one document's maximum."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from salesorders.credit.evidence import ExchangeRate
from salesorders.credit.model import CreditAccount
from salesorders.credit.policy.curing import payment_for, smallest
from salesorders.credit.requests import CreditRequest
from salesorders.kernel.decision import Effect, Fact, Finding
from salesorders.kernel.limits import CONTEXT, exact
from salesorders.kernel.messages import register
from salesorders.kernel.money import Money, rounded

if TYPE_CHECKING:
    from salesorders.credit.policy.settings import CreditPolicy

__all__ = ["limit_is_set", "within_bucket_limits", "within_document_maximum", "within_limit"]

ZERO = Decimal(0)
# Asked of an account as it stands: nothing is ordered.
BY_ITSELF = ("limit_cut", "payment_reversal")
HUNDRED = Decimal(100)

register(
    {
        "credit.limit": "The exposure of {customer} comes to {exposure_after}; the limit is {limit}.",
        "credit.limit/cure": "A payment of {payment} or a limit higher by {excess} is enough for it; "
        "{approvers} may release it.",
        "credit.within": "The exposure of {customer} comes to {exposure_after}, inside the limit of {limit}.",
        "credit.unlimited": "The customer buys without a limit.",
        "credit.no_limit": "No credit limit is set for {customer}.",
        "credit.no_limit/cure": "Set a limit (0 is one), or {approvers} may release it.",
        "credit.limit_expired": "The limit of {customer} ended on {until}.",
        "credit.limit_expired/cure": "Set a limit, or {approvers} may release it.",
        "credit.bucket_limit": "{bucket} of {customer} come to {amount_after}; "
        "the limit of that bucket is {limit}.",
        "credit.bucket_limit/cure": "{excess} less in it is enough for it; {approvers} may release it.",
        "credit.document_maximum": "The order of {amount} is above {maximum} a document.",
        "credit.document_maximum/cure": "Split it or have it released by {approvers}.",
        "credit.rate_missing": "There is no rate from {source} to {target} on {on}: {why}.",
        "credit.rate_missing/cure": "Supply the rate, or {approvers} may release it.",
        "credit.rate_stale": "The rate from {source} to {target} is of {rate_on}, more than {days_max} days old.",
        "credit.rate_stale/cure": "Supply a newer rate, or {approvers} may release it.",
        "credit.exposure_unknown": "What {customer} owes by date is not known here.",
        "credit.exposure_unknown/cure": "Count it from the documents (credit.recount), or {approvers} may release it.",
    }
)


def day_of(request: CreditRequest) -> date:
    """Return the business day of a request; where none is said, before anything dated began."""
    return request.on or date.min


def refer_back(
    code: str, policy: CreditPolicy, path: str = "customer", /, **facts: Fact
) -> Finding:
    """Return a finding that holds the order, with who may release it."""
    return Finding(code, Effect.REFER, path, facts, {}, {"approvers": policy.approvers})


def limit_is_set(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """No limit set, or one that ended, holds the order: it is neither 0 nor unlimited."""
    limit = account.limit
    if limit.kind != "not_set" and limit.until is None:
        return None
    if limit.kind == "not_set":
        currency = request.currency or account.exposure.currency
        amount = Money(request.amount, currency)
        return refer_back("credit.no_limit", policy, customer=account.customer, amount=amount)
    if limit.until is not None and day_of(request) > limit.until:
        facts: dict[str, Fact] = {"customer": account.customer, "until": limit.until}
        return refer_back("credit.limit_expired", policy, **facts)
    return None


@exact
def within_limit(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """Exposure with this order must not be above the limit of the day, in the limit's own currency (FINANCE 1).

    Without a horizon the check is static; with one, open orders that leave after it do not count.
    """
    on = day_of(request)
    limit = account.limit_on(on)
    if limit.kind == "unlimited":
        return Finding("credit.unlimited", Effect.ALLOW, "customer", {"customer": account.customer})
    if limit.kind == "not_set":
        return None
    currency = account.currency
    last = None if policy.horizon is None else policy.horizon.last(on)
    before = account.counted(on, last, disputed=policy.disputed_counts)
    if request.claimed:
        before -= request.claimed_within(last)
    added = request.amount_within(last)
    shown = _in_limit_currency(before, added, request, account, policy)
    if isinstance(shown, Finding):
        return shown
    facts: dict[str, Fact] = {"customer": account.customer, **shown[2]}
    after = shown[0] + shown[1]
    facts |= {
        "exposure": Money(shown[0], currency),
        "amount": Money(shown[1], currency),
        "exposure_after": Money(after, currency),
    }
    allowed = limit.amount
    if policy.limit_percent != HUNDRED:
        allowed = rounded(allowed * policy.limit_percent / HUNDRED, currency)
    parameters: dict[str, Fact] = {"limit": Money(allowed, currency)}
    if last is not None:
        parameters["horizon_on"] = last
    if after <= allowed:
        return Finding("credit.within", Effect.ALLOW, "customer", facts, parameters)
    owed = _owed_less(after - allowed, before, added, request, account)
    cure = {
        "payment": None if owed is None else payment_for(owed, request, account, on),
        "excess": Money(after - allowed, currency),
        "approvers": policy.approvers,
    }
    return Finding("credit.limit", Effect.REFER, "customer", facts, parameters, cure)


def _owed_less(
    excess: Decimal,
    before: Decimal,
    added: Decimal,
    request: CreditRequest,
    account: CreditAccount,
) -> Decimal | None:
    """Return by how much less has to be owed, in the books' currency, so that ``excess`` in the limit's is gone."""
    books, currency = account.exposure.currency, account.currency
    if books == currency:
        return excess
    asked = request.currency or books
    rates = _rates(request, {books, asked} - {currency}, currency)
    over, more, told = _converted(before, added, books, asked, rates)
    most, rate = over + more - excess, told[f"rate_{books}"]
    assert isinstance(rate, Decimal)  # one that is missing or too old was told before

    def enough(less: Decimal) -> bool:
        over, more, _ = _converted(before - less, added, books, asked, rates)
        return over + more <= most

    return smallest(enough, (over + more) / rate, books)


Rates = dict[str, ExchangeRate | None]
Shown = tuple[Decimal, Decimal, dict[str, Fact]]


def _in_limit_currency(
    before: Decimal,
    added: Decimal,
    request: CreditRequest,
    account: CreditAccount,
    policy: CreditPolicy,
) -> Shown | Finding:
    """Return both amounts in the limits' currency with the rates that were used, or what is wrong with a rate."""
    books, currency = account.exposure.currency, account.currency
    asked = request.currency or books
    if books == currency == asked:
        return before, added, {}
    on = day_of(request)
    rates = _rates(request, {books, asked} - {currency}, currency)
    for source, rate in rates.items():
        problem = _rate_problem(request, policy, rate, source, currency, on)
        if problem is not None:
            return problem
    return _converted(before, added, books, asked, rates)


def _rates(request: CreditRequest, sources: set[str], target: str) -> Rates:
    return {source: request.evidence.rate(source, target) for source in sorted(sources)}


def _rate_problem(
    request: CreditRequest,
    policy: CreditPolicy,
    rate: ExchangeRate | None,
    source: str,
    target: str,
    on: date,
) -> Finding | None:
    """A rate that is missing or too old holds the order; it is never taken for 1, nor the amount for 0."""
    facts: dict[str, Fact] = {"source": source, "target": target, "on": on}
    if rate is None:
        why = request.evidence.why_no_rate(source, target).replace("_", " ")
        return refer_back("credit.rate_missing", policy, "rates", **facts, why=why)
    days_max = policy.rate_age_days_max
    if days_max is not None and abs((on - rate.on).days) > days_max:
        facts |= {"rate_on": rate.on, "days_max": days_max}
        return refer_back("credit.rate_stale", policy, "rates", **facts)
    return None


def _converted(before: Decimal, added: Decimal, books: str, asked: str, rates: Rates) -> Shown:
    """Return both amounts in the limit's currency, and the rates that were used with their days."""
    told: dict[str, Fact] = {}
    for source, rate in rates.items():
        if rate is not None:
            told[f"rate_{source}"] = rate.rate
            told[f"rate_{source}_on"] = rate.on
    ours, theirs = rates.get(books), rates.get(asked)
    first = before if ours is None else ours.converted(before)
    if ours is not None and ours is theirs:
        # One sum, rounded once: it is what the books would be in the limit's currency.
        return first, CONTEXT.subtract(ours.converted(before + added), first), told
    return first, added if theirs is None else theirs.converted(added), told


@exact
def within_bucket_limits(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """A bucket with a limit of its own holds what would make it larger, in the limits' own currency."""
    for limit in account.bucket_limits:
        before, added = _in_bucket(limit.bucket, request, account)
        if added is None:
            continue
        shown = _in_limit_currency(before, added, request, account, policy)
        if isinstance(shown, Finding):
            return shown
        amount, currency = shown[0] + shown[1], account.currency
        if amount <= limit.amount:
            continue
        facts = {
            "customer": account.customer,
            "bucket": limit.bucket,
            "amount_after": Money(amount, currency),
            **shown[2],
        }
        return Finding(
            "credit.bucket_limit",
            Effect.REFER,
            "customer",
            facts,
            {"limit": Money(limit.amount, currency)},
            {"excess": Money(amount - limit.amount, currency), "approvers": policy.approvers},
        )
    return None


def _in_bucket(
    bucket: str, request: CreditRequest, account: CreditAccount
) -> tuple[Decimal, Decimal | None]:
    """Return what a bucket holds and what would come to it; ``None`` where nothing does.

    An order comes to the open ones; goods that leave to what is delivered, and to the open items once they
    are billed, behind what waits to be. Of an account by itself every bucket is looked at.
    """
    exposure = account.exposure
    held: Decimal = getattr(exposure, bucket)
    if request.checkpoint in BY_ITSELF:
        return held, ZERO
    if bucket == "open_orders":
        # What is claimed is in the books' currency; an order in another one is never taken for less.
        same = request.currency in ("", exposure.currency)
        grows = request.amount > request.claimed if same else True
        return held - request.claimed, request.amount if grows else None
    if request.checkpoint != "ship":
        return held, None
    if bucket == "open_items":
        held += exposure.delivered_unbilled + exposure.billed_unposted
    leaving = request.amount if request.leaving is None else request.leaving
    return held, leaving or None


def within_document_maximum(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """One order may not be above the document maximum, where one is set."""
    if policy.document_maximum is None:
        return None
    currency = account.exposure.currency
    amount = request.amount
    if request.currency not in ("", currency):
        rate = request.evidence.rate(request.currency, currency)
        if rate is None:
            facts: dict[str, Fact] = {"source": request.currency, "target": currency}
            return refer_back("credit.rate_missing", policy, "rates", **facts, why="unknown")
        amount = rate.converted(amount)
    if amount <= policy.document_maximum:
        return None
    return Finding(
        "credit.document_maximum",
        Effect.REFER,
        "order",
        {"amount": Money(amount, currency)},
        {"maximum": Money(policy.document_maximum, currency)},
        {"approvers": policy.approvers},
    )


def exposure_is_known(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """Where a rule asks by date and the account does not say, the order is held: unknown is not nothing."""
    if not policy.asks_by_date or account.is_dated:
        return None
    if not account.exposure.open_orders and not account.exposure.open_items:
        return None
    return refer_back("credit.exposure_unknown", policy, customer=account.customer)

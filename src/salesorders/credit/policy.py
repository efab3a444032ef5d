"""What a host may set about credit, and the rules, one function each."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import attrs

from salesorders.credit.model import CreditAccount
from salesorders.credit.requests import CreditRequest
from salesorders.kernel.decision import Effect, Finding
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import decimal_of, exact, rate_of, whole_of
from salesorders.kernel.messages import register
from salesorders.kernel.money import Money
from salesorders.kernel.policy import PolicyVersion

__all__ = ["CreditPolicy", "limit_is_set", "within_document_maximum", "within_limit"]

register(
    {
        "credit.order": "May this order be delivered on credit?",
        "credit.release": "May this held order be released?",
        "credit.limit": "With this order the exposure is {exposure_after}; the limit is {limit}.",
        "credit.limit/cure": "A payment or a higher limit of {excess} would release it; {approvers} may release it.",
        "credit.within": "With this order the exposure is {exposure_after}, inside the limit of {limit}.",
        "credit.unlimited": "The customer buys without a limit.",
        "credit.no_limit": "No credit limit is set for {customer}.",
        "credit.no_limit/cure": "Set a limit (0 is one), or {approvers} may release it.",
        "credit.document_maximum": "The order of {amount} is above {maximum} a document.",
        "credit.document_maximum/cure": "Split it or have it released by {approvers}.",
        "credit.prepaid": "The order is paid before delivery and needs no credit.",
        "credit.released": "{actor} releases up to {amount} until {until}: {reason}",
    }
)


@attrs.frozen
class CreditPolicy:
    """How credit is checked.

    ``document_maximum``: largest gross value of one order, ``None`` for no bound;
    ``release_hours``: how long a release by hand stays good, 72; ``release_tolerance_percent``: how far
    the released value may be exceeded later, 0; ``approvers``: the roles named in cures.
    """

    version: PolicyVersion = PolicyVersion("credit")
    document_maximum: Decimal | None = None
    release_hours: int = 72
    release_tolerance_percent: Decimal = Decimal(0)
    approvers: tuple[str, ...] = ("credit",)

    def __attrs_post_init__(self) -> None:
        if (
            self.document_maximum is not None
            and decimal_of(self.document_maximum, "document_maximum") < 0
        ):
            invalid("money.negative", "document_maximum", "a maximum is at least 0")
        whole_of(self.release_hours, "release_hours", least=1, most=100_000)
        rate_of(self.release_tolerance_percent, "release_tolerance_percent")


Rule = Callable[[CreditRequest, CreditAccount, CreditPolicy], Finding | None]


def limit_is_set(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """No limit set holds the order: it is neither 0 nor unlimited."""
    if account.limit.kind != "not_set":
        return None
    facts = {
        "customer": account.customer,
        "amount": Money(request.amount, account.exposure.currency),
    }
    return Finding(
        "credit.no_limit", Effect.REFER, "customer", facts, {}, {"approvers": policy.approvers}
    )


@exact
def within_limit(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """Exposure with this order must not be above the limit: static check, E + order <= L (FINANCE 1)."""
    if account.limit.kind == "unlimited":
        return Finding("credit.unlimited", Effect.ALLOW, "customer", {"customer": account.customer})
    if account.limit.kind == "not_set":
        return None
    currency = account.exposure.currency
    after = account.exposure.total + request.amount
    facts = {
        "customer": account.customer,
        "exposure": Money(account.exposure.total, currency),
        "amount": Money(request.amount, currency),
        "exposure_after": Money(after, currency),
    }
    limit = {"limit": Money(account.limit.amount, currency)}
    if after <= account.limit.amount:
        return Finding("credit.within", Effect.ALLOW, "customer", facts, limit)
    cure = {"excess": Money(after - account.limit.amount, currency), "approvers": policy.approvers}
    return Finding("credit.limit", Effect.REFER, "customer", facts, limit, cure)


def within_document_maximum(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """One order may not be above the document maximum, where one is set."""
    if policy.document_maximum is None or request.amount <= policy.document_maximum:
        return None
    currency = account.exposure.currency
    facts = {"amount": Money(request.amount, currency)}
    parameters = {"maximum": Money(policy.document_maximum, currency)}
    return Finding(
        "credit.document_maximum",
        Effect.REFER,
        "order",
        facts,
        parameters,
        {"approvers": policy.approvers},
    )


RULES: tuple[Rule, ...] = (limit_is_set, within_limit, within_document_maximum)

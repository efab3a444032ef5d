"""The answers of credit: may an order be delivered on credit, may a held one be released."""

from __future__ import annotations

from datetime import datetime, timedelta

from salesorders.credit.model import CreditAccount, Envelope
from salesorders.credit.policy import RULES, CreditPolicy
from salesorders.credit.requests import CreditRequest, ReleaseRequest
from salesorders.governance import four_eyes
from salesorders.kernel.actors import Actor
from salesorders.kernel.decision import Decision, Effect, Finding, allow
from salesorders.kernel.limits import exact
from salesorders.kernel.money import Money, rounded

__all__ = ["decide_credit", "decide_release"]


def decide_credit(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy, asked_at: datetime
) -> Decision:
    """Answer whether the order may be delivered on credit; every rule reports."""
    if request.prepaid:
        findings: tuple[Finding, ...] = (allow("credit.prepaid", order=request.order),)
    else:
        found = (rule(request, account, policy) for rule in RULES)
        findings = tuple(finding for finding in found if finding is not None)
    return Decision("credit.order", f"order/{request.order}", policy.version, asked_at, findings)


@exact
def decide_release(
    request: ReleaseRequest,
    account: CreditAccount,
    policy: CreditPolicy,
    actor: Actor,
    asked_at: datetime,
) -> tuple[Decision, Envelope]:
    """Answer whether ``actor`` may release by hand, with the envelope inside which the release holds.

    What credit itself says is kept in the decision as facts; the release overrides it. A maker of
    the order never releases it.
    """
    currency = account.exposure.currency
    allowed = rounded(
        request.credit.amount * (100 + policy.release_tolerance_percent) / 100, currency
    )
    expires_at = asked_at + timedelta(hours=policy.release_hours)
    envelope = Envelope(allowed, expires_at, asked_at.date())
    findings = tuple(four_eyes(actor, request.makers))
    if not findings:
        over = decide_credit(request.credit, account, policy, asked_at)
        facts = {
            "actor": actor.id,
            "reason": request.reason,
            "exposure": Money(account.exposure.total, currency),
            "overrides": tuple(sorted(over.codes)),
        }
        parameters = {"amount": Money(allowed, currency), "until": expires_at}
        findings = (Finding("credit.released", Effect.ALLOW, "", facts, parameters),)
    decision = Decision(
        "credit.release", f"order/{request.credit.order}", policy.version, asked_at, findings
    )
    return decision, envelope

"""Who may: duties, discount authority, and approval by somebody who did not make the document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from salesorders.governance.policy import ANYONE, AuthorityPolicy, DutyPolicy
from salesorders.governance.requests import DiscountRequest
from salesorders.kernel.actors import Actor
from salesorders.kernel.decision import Decision, Effect, Finding, allow
from salesorders.kernel.errors import NotAllowed
from salesorders.kernel.limits import exact, round_to

__all__ = ["check_duty", "decide_approval", "decide_discount"]


def check_duty(actor: Actor, verb: str, policy: DutyPolicy) -> None:
    """Raise ``duty.missing`` unless one of the actor's roles holds the duty of ``verb``."""
    roles = policy.roles_for(verb)
    if ANYONE not in roles and not actor.roles.intersection(roles):
        who = " or ".join(roles) or "nobody"
        raise NotAllowed("duty.missing", "by", f"{verb} is the duty of {who}")


@exact
def decide_discount(
    request: DiscountRequest, actor: Actor, policy: AuthorityPolicy, asked_at: datetime
) -> Decision:
    """Answer whether ``actor`` may give these discounts; every line and the document are judged alone.

    discount % = 100 x (1 - net / list), to two decimals, half up (FINANCE 2; ERPNext's effective
    item discount).
    """
    most = policy.most(actor.roles)
    findings = [
        _judged(what, listed, given, actor, most, policy)
        for what, listed, given in request.measures()
    ]
    return Decision(
        "governance.discount", request.subject, policy.version, asked_at, tuple(findings)
    )


def _judged(
    what: str,
    listed: Decimal | None,
    given: Decimal,
    actor: Actor,
    most: Decimal | None,
    policy: AuthorityPolicy,
) -> Finding:
    facts = {"what": what, "actor": actor.id}
    if listed is None:
        effect = Effect.ALLOW if most is None else Effect.REFER
        return Finding(
            "discount.no_list_price", effect, what, facts, {}, {"approvers": policy.may_give(None)}
        )
    percent = round_to(100 * given / listed, 2) if listed else Decimal(0)
    within = most is None or percent <= most
    parameters = {"allowed": Decimal(100) if most is None else most}
    if within:
        return Finding(
            "discount.within", Effect.ALLOW, what, {**facts, "discount": percent}, parameters
        )
    cure = {"approvers": policy.may_give(percent), "to": most}
    return Finding(
        "discount.authority", Effect.REFER, what, {**facts, "discount": percent}, parameters, cure
    )


@exact
def decide_approval(
    request: DiscountRequest,
    approver: Actor,
    makers: Sequence[str],
    policy: AuthorityPolicy,
    asked_at: datetime,
    reason: str,
) -> Decision:
    """Answer whether ``approver`` may approve: never a maker, and only as far as the authority reaches."""
    judged = decide_discount(request, approver, policy, asked_at)
    findings = [finding for finding in judged.findings if finding.effect is not Effect.ALLOW]
    findings += four_eyes(approver, makers)
    if not findings:
        findings = [allow("approval.given", actor=approver.id, reason=reason)]
    return Decision(
        "governance.approval", request.subject, policy.version, asked_at, tuple(findings)
    )


def four_eyes(checker: Actor, makers: Sequence[str]) -> list[Finding]:
    """Refuse a checker who is among the makers: persons are compared, not roles (P05)."""
    if isinstance(makers, str):
        makers = (makers,)
    if checker.id not in makers:
        return []
    facts = {"actor": checker.id}
    return [Finding("approval.own", Effect.REFUSE, "by", facts, {}, {"who": "somebody else"})]

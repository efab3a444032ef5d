"""The answers of credit: may an order be delivered on credit, may a held one be released."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from salesorders.credit.model import Accounts, CreditAccount, Envelope
from salesorders.credit.policy import CHAIN_RULES, CreditPolicy, account_is_open, limit_is_set
from salesorders.credit.policy.limits import day_of
from salesorders.credit.requests import CreditRequest, ReleaseRequest
from salesorders.governance import four_eyes
from salesorders.kernel.actors import Actor
from salesorders.kernel.change import changed
from salesorders.kernel.decision import Decision, Effect, Finding, allow
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import exact
from salesorders.kernel.messages import register
from salesorders.kernel.money import Money, rounded

__all__ = ["decide_credit", "decide_release"]

register(
    {
        "credit.order": "May this order be delivered on credit?",
        "credit.release": "May this held order be released?",
        "credit.prepaid": "The order is paid before delivery and needs no credit.",
        "credit.lowered": "The change leaves the order counting for {amount} instead of {claimed}: nothing is asked.",
        "credit.excluded": "Exclusion {place}, {exclusion}, lets the order go on.",
        "credit.not_asked": "The policy does not ask for credit at {checkpoint}.",
        "credit.released": "{actor} releases up to {amount} until {until}: {reason}",
    }
)


def decide_credit(
    request: CreditRequest, account: Accounts, policy: CreditPolicy, asked_at: datetime
) -> Decision:
    """Answer whether the order may be delivered on credit; every rule reports, and none stops another.

    One function for every checkpoint: they differ by what the request says only. The account, and every
    group and pool above it, has to let pass. Raises ``credit.rule`` where a rule of the host's own answers
    with anything but a finding or ``None``.
    """
    own = account.own
    if request.customer != own.customer:
        invalid("credit.other_customer", "customer", f"this is the account of {own.customer}")
    if policy.by_class:
        policy = policy.of(own.risk_class)
    if request.on is None:
        request = changed(request, on=asked_at.date())
    subject = f"order/{request.order}" if request.order else own.ref
    findings = _found(request, account, policy, asked_at)
    return Decision("credit.order", subject, policy.version, asked_at, findings)


def _found(
    request: CreditRequest, account: Accounts, policy: CreditPolicy, asked_at: datetime
) -> tuple[Finding, ...]:
    own = account.own
    if request.checkpoint not in policy.checkpoints:
        return (allow("credit.not_asked", checkpoint=request.checkpoint),)
    last = None if policy.horizon is None else policy.horizon.last(day_of(request))
    if request.lowers(last) and request.currency in ("", own.exposure.currency):
        amount, claimed = request.amount, request.claimed
        return (allow("credit.lowered", order=request.order, amount=amount, claimed=claimed),)
    if request.authorised and request.is_paid_for(asked_at, last):
        closed = [account_is_open(request, one, policy) for one in account.accounts]
        refused = [one for one in closed if one is not None and one.effect is Effect.REFUSE]
        return (allow("credit.prepaid", order=request.order), *refused)
    if request.prepaid and request.is_covered(asked_at):
        request = changed(
            request, prepaid=False
        )  # the money is there; whether there is room is asked
    if account.above:
        findings = tuple(_spoken(request, account, policy))
    else:
        spoken = [rule(request, own, policy) for rule in policy.asked]
        findings = tuple([finding for finding in spoken if finding is not None])
    _check_spoken(findings)
    if policy.exclusions and any(finding.effect is not Effect.ALLOW for finding in findings):
        return _excluded(request, own, policy, findings)
    return findings


def _check_spoken(answers: tuple[object, ...]) -> None:
    """A host's rules are not type-checked by anybody else."""
    for answer in answers:
        if not isinstance(answer, Finding):
            told = f"a rule answers with one Finding or None, not {type(answer).__name__}"
            invalid("credit.rule", "rules", told)


def _spoken(request: CreditRequest, account: Accounts, policy: CreditPolicy) -> Iterator[Finding]:
    """What every rule says of the account, and some of each group and pool above it."""
    own, above = account.own, account.above
    inherits = account.inherits_limit(day_of(request))
    of_group = changed(request, open_items=own.exposure.open_items) if above else request
    for rule in policy.asked:
        if not (inherits and rule is limit_is_set):
            finding = rule(request, own, policy)
            if finding is not None:
                yield finding
        for one in above:
            # A group needs no limit; one that had a limit which ended is not unlimited now.
            if rule in CHAIN_RULES or (rule is limit_is_set and one.limit.kind != "not_set"):
                finding = rule(of_group, one, policy)
                if finding is not None:
                    yield finding


def _excluded(
    request: CreditRequest,
    account: CreditAccount,
    policy: CreditPolicy,
    findings: tuple[Finding, ...],
) -> tuple[Finding, ...]:
    """The first exclusion that fits decides; every rule still reports, with who overrode it."""
    for place, exclusion in enumerate(policy.exclusions, 1):
        if not exclusion.fits(request, account):
            continue
        overridden = []
        for finding in findings:
            meant = not exclusion.overrides or finding.code in exclusion.overrides
            if finding.effect is Effect.REFER and meant:
                told = (*finding.facts, ("overridden_by", exclusion.name))
                finding = changed(finding, effect=Effect.ALLOW, facts=told)
            overridden.append(finding)
        decided = allow("credit.excluded", place=place, exclusion=exclusion.name)
        return (decided, *overridden)
    return findings


@exact
def decide_release(
    request: ReleaseRequest,
    account: Accounts,
    policy: CreditPolicy,
    actor: Actor,
    asked_at: datetime,
) -> tuple[Decision, Envelope]:
    """Answer whether ``actor`` may release by hand, with the envelope inside which the release holds.

    What credit itself says is kept in the decision as facts; the release overrides it, unless the account
    is blocked. A maker of the order never releases it.
    """
    asked, policy = request.credit, policy.of(account.own.risk_class)
    currency = asked.currency or account.exposure.currency
    allowed = rounded(asked.amount * (100 + policy.release_tolerance_percent) / 100, currency)
    expires_at = asked_at + timedelta(hours=policy.release_hours)
    window, ships_from = policy.release_window_days, None
    if window is not None and asked.ships_on is not None:
        ships_from = asked.ships_on - timedelta(days=window)
    envelope = Envelope(allowed, expires_at, ships_from)
    over = decide_credit(asked, account, policy, asked_at)
    refused = (one for one in over.findings if one.effect is Effect.REFUSE)
    findings = (*four_eyes(actor, request.makers), *refused)
    if not findings:
        facts = {
            "actor": actor.id,
            "reason": request.reason,
            "exposure": Money(account.exposure.total, account.exposure.currency),
            "overrides": tuple(sorted(over.codes)),
        }
        parameters = {"amount": Money(allowed, currency), "until": expires_at}
        if ships_from is not None:
            parameters["ships_from"] = ships_from
        findings = (Finding("credit.released", Effect.ALLOW, "", facts, parameters),)
    decision = Decision(
        "credit.release", f"order/{asked.order}", policy.version, asked_at, findings
    )
    return decision, envelope

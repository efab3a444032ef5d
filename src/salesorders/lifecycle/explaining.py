"""What a command is explained by besides its findings: what was let go, set or arranged, and for what reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from salesorders.credit.events import AccountArranged, LimitSet
from salesorders.kernel.messages import register, sentence, shown_fact
from salesorders.orders import OrderReleased, Release

__all__ = ["reasons_told"]

# What is arranged in a word or two.
SHORT = ("risk_class", "status", "within")

register(
    {
        "audit.reason": "Reason: {reason}",
        "audit.overrides": "Overrides: {overrides}",
        "audit.since": "It begins on {since}.",
        "audit.until": "Its last day is {until}.",
        "credit.arranged": "Arranged for {account}: {what}.",
        "credit.limit_set": "The limit of {customer} ({kind}) was {before} and is {limit} now.",
    }
)


def reasons_told(outcome: Any, events: Sequence[object]) -> list[str]:
    """Return as lines what a command let go and what that overrode, what it set or arranged, and why it was given."""
    released = [event for event in events if isinstance(event, OrderReleased)]
    order = getattr(outcome, "order", None)
    lines = []
    if released and order is not None:
        # One decision may let several gates go.
        for given in {one.decision: one for one in order.releases[-len(released) :]}.values():
            lines += _release(given)
    lines += [_limit(event) for event in events if isinstance(event, LimitSet)]
    arranged = [event for event in events if isinstance(event, AccountArranged)]
    lines += [_arranged(event, getattr(outcome, "account", None)) for event in arranged]
    reasons = [
        getattr(event, "reason", "") for event in events if not isinstance(event, OrderReleased)
    ]
    lines += [sentence("audit.reason", {"reason": why}) for why in dict.fromkeys(reasons) if why]
    return lines


def _release(given: Release) -> list[str]:
    lines = []
    for finding in given.decision.findings:
        lines.append(f"{finding.code}: {finding.explain()}")
        if overrides := finding.fact("overrides"):
            lines.append(sentence("audit.overrides", {"overrides": overrides}))
    return lines


def _arranged(event: AccountArranged, account: Any) -> str:
    told = []
    for name in event.what:
        value = getattr(account, name, None) if name in SHORT else None
        told.append(name if value is None else f"{name} {shown_fact(value) or 'none'}")
    facts = {"account": event.account, "what": tuple(told)}
    return f"credit.arranged: {sentence('credit.arranged', facts)}"


def _limit(event: LimitSet) -> str:
    facts = attrs.asdict(event)
    days = [f"audit.{name}" for name in ("since", "until") if facts[name]]
    told = " ".join(sentence(code, facts) for code in ("credit.limit_set", *days))
    return f"credit.limit_set: {told}"

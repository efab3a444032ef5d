"""Answers that explain themselves: findings of rules, gathered into a decision.

Every rule reports a :class:`Finding`; nothing stops at the first. Facts looked at and parameters
applied are kept apart, so that the question can be asked again years later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from html import escape
from typing import Any

import attrs

from salesorders.kernel.building import built_open
from salesorders.kernel.messages import sentence, shown_fact
from salesorders.kernel.money import Money
from salesorders.kernel.policy import PolicyVersion

__all__ = ["Decision", "Effect", "Fact", "Finding", "allow", "refer", "refuse"]

Fact = str | int | bool | Decimal | date | datetime | Money | None | tuple[Any, ...]


class Effect(Enum):
    """What a finding does to the answer; the strongest one decides."""

    ALLOW = "allow"
    REFER = "refer"
    REFUSE = "refuse"

    @property
    def weight(self) -> int:
        """0 for ALLOW, 1 for REFER, 2 for REFUSE."""
        return _WEIGHTS[self]


_WEIGHTS = {Effect.ALLOW: 0, Effect.REFER: 1, Effect.REFUSE: 2}


def _pairs(values: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> tuple[tuple[str, Fact], ...]:
    if isinstance(values, tuple):
        return values
    # To ask an abstract class takes longer than all the rest.
    if values.__class__ is dict or isinstance(values, Mapping):
        return tuple(values.items())
    return tuple(values)


@built_open
@attrs.frozen
class Finding:
    """What one rule found.

    ``code`` is for ever; ``effect`` ALLOW lets pass, REFER asks somebody with more authority,
    REFUSE refuses. ``path`` leads to the field. ``facts`` were looked at, ``parameters`` were
    applied; ``cure`` says what would change the answer, by name and value.
    """

    code: str
    effect: Effect
    path: str = ""
    facts: tuple[tuple[str, Fact], ...] = attrs.field(default=(), converter=_pairs)
    parameters: tuple[tuple[str, Fact], ...] = attrs.field(default=(), converter=_pairs)
    cure: tuple[tuple[str, Fact], ...] = attrs.field(default=(), converter=_pairs)

    def fact(self, name: str) -> Fact:
        """Return a fact, parameter or cure by name, ``None`` where there is none."""
        for key, value in (*self.facts, *self.parameters, *self.cure):
            if key == name:
                return value
        return None

    def explain(self, locale: str = "en") -> str:
        """Return one sentence for people, numbers and dates by the locale; wording may change."""
        values = dict((*self.facts, *self.parameters, *self.cure))
        text = sentence(self.code, values, locale)
        cure = sentence(f"{self.code}/cure", values, locale) if self.cure else ""
        where = f" [{self.path}]" if self.path else ""
        return f"{text}{where} {cure}".strip()

    def to_record(self) -> dict[str, Any]:
        """Return plain values: text, numbers as text, lists and dicts."""
        return {
            "code": self.code,
            "effect": self.effect.value,
            "path": self.path,
            "facts": {name: _plain(value) for name, value in self.facts},
            "parameters": {name: _plain(value) for name, value in self.parameters},
            "cure": {name: _plain(value) for name, value in self.cure},
        }


def _plain(value: Fact) -> Any:
    if isinstance(value, (Decimal, Money)):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def allow(code: str, path: str = "", **facts: Fact) -> Finding:
    """Return a finding that lets pass."""
    return Finding(code, Effect.ALLOW, path, facts)


def refer(code: str, path: str = "", **facts: Fact) -> Finding:
    """Return a finding that asks somebody with more authority."""
    return Finding(code, Effect.REFER, path, facts)


def refuse(code: str, path: str = "", **facts: Fact) -> Finding:
    """Return a finding that refuses."""
    return Finding(code, Effect.REFUSE, path, facts)


@attrs.frozen
class Decision:
    """The answer to one question about one subject, with every reason.

    ``question`` is a stable name such as ``credit.release``; ``subject`` the reference of what was
    asked about; ``policy`` the version in force at ``asked_at``.
    """

    question: str
    subject: str
    policy: PolicyVersion
    asked_at: datetime
    findings: tuple[Finding, ...] = ()

    @property
    def effect(self) -> Effect:
        """The strongest effect among the findings; ALLOW where there is none."""
        return max(
            (finding.effect for finding in self.findings),
            key=lambda effect: effect.weight,
            default=Effect.ALLOW,
        )

    @property
    def allowed(self) -> bool:
        """Whether nothing refers or refuses."""
        return self.effect is Effect.ALLOW

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the findings that refer or refuse."""
        return frozenset(
            finding.code for finding in self.findings if finding.effect is not Effect.ALLOW
        )

    def again(self, rule: Callable[[Decision], Iterable[Finding]]) -> Decision:
        """Ask ``rule`` again with the stored facts; equal findings mean the answer still holds."""
        return attrs.evolve(self, findings=tuple(rule(self)))

    def explain(self, locale: str = "en") -> str:
        """Return the answer and every reason as lines of text."""
        head = f"{sentence(self.question, {}, locale)} {self.subject}: {self.effect.value}"
        asked = f"{self.policy}, asked {shown_fact(self.asked_at, locale)}"
        return "\n".join(
            [
                f"{head} ({asked})",
                *(f"  {f.effect.value:6} {f.code}: {f.explain(locale)}" for f in self.findings),
            ]
        )

    def to_record(self) -> dict[str, Any]:
        """Return plain values that say everything that was asked, looked at and found."""
        return {
            "question": self.question,
            "subject": self.subject,
            "policy": attrs.asdict(self.policy)
            | {"effective_from": self.policy.effective_from.isoformat()},
            "asked_at": self.asked_at.isoformat(),
            "effect": self.effect.value,
            "findings": [finding.to_record() for finding in self.findings],
        }

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(f.effect.value)}</td><td><code>{escape(f.code)}</code></td><td>{escape(f.explain())}</td></tr>"
            for f in self.findings
        )
        caption = escape(f"{self.question} {self.subject}: {self.effect.value} ({self.policy})")
        return f"<table><caption>{caption}</caption><tbody>{rows}</tbody></table>"

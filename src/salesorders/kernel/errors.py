"""What is raised: one base class, a stable code, a path to the field and a bounded message without secrets.

A refusal of well-formed business is a value (:class:`~salesorders.kernel.decision.Finding`), not an exception.
Exceptions are for broken promises: malformed values, unknown ids, an actor without the duty, a stale version.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from salesorders.kernel.decision import Finding

__all__ = [
    "ConcurrencyExhausted",
    "Conflict",
    "InvalidValue",
    "KeyReused",
    "NotAllowed",
    "NotFound",
    "Refused",
    "SalesOrdersError",
    "StaleVersion",
    "StoreError",
    "shown",
    "summed_up",
]

SHOWN_MAX = 80


def shown(value: object) -> str:
    """Return ``value`` as bounded text of printable characters, at most 80 of them.

    Numbers are shown without expanding their exponent, text is cut before it is escaped, and
    every other object only by the name of its type, so that an error never holds a secret.
    """
    if isinstance(value, str):
        cut = value[: SHOWN_MAX + 1]
        text = ascii(cut) if not cut.isprintable() else f"'{cut}'"
    elif value is None or isinstance(value, bool):
        text = repr(value)
    elif isinstance(value, int):
        text = str(value) if value.bit_length() < 256 else "a huge whole number"
    elif isinstance(value, Decimal):
        text = str(value) if len(value.as_tuple().digits) < SHOWN_MAX else "a huge number"
    elif isinstance(value, float):
        text = repr(value)
    else:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 3] + "..."


class SalesOrdersError(Exception):
    """Base of everything that this library raises.

    ``code`` is stable for ever (dotted lower case), ``path`` leads to the field that is at fault
    (``lines[2].quantity``), ``detail`` is a sentence for people and may change between releases.
    The text of an error ends with its ``anchor``: the place in the reference where the code stands.
    """

    code = "error"

    def __init__(self, code: str | None = None, path: str = "", detail: str = "") -> None:
        self.code = code or type(self).code
        self.path = path
        self.detail = detail
        super().__init__(self.code, path, detail)

    def __str__(self) -> str:
        where = f" at {self.path}" if self.path else ""
        why = f": {self.detail}" if self.detail else ""
        return f"{self.code}{where}{why} [{self.anchor}]"

    @property
    def anchor(self) -> str:
        """Where the reference tells of the code, such as ``errors.html#error-money-precision``."""
        return f"errors.html#error-{_dashed(self.code)}"

    def within(self, prefix: str) -> SalesOrdersError:
        """Return the same error with ``prefix`` before its path, for a value inside another."""
        joined = (
            f"{prefix}.{self.path}"
            if self.path and not self.path.startswith("[")
            else prefix + self.path
        )
        error = type(self).__new__(type(self))
        error.__dict__.update(self.__dict__)
        SalesOrdersError.__init__(error, self.code, joined, self.detail)
        return error


class InvalidValue(SalesOrdersError, ValueError):
    """A value that is malformed: out of range, of the wrong type, not finite, blank, too long."""

    code = "value.invalid"


class NotFound(SalesOrdersError, LookupError):
    """A document that this tenant does not have; another tenant's id answers exactly the same."""

    code = "document.unknown"


class NotAllowed(SalesOrdersError, PermissionError):
    """The actor is missing, belongs elsewhere or does not hold the verb's duty."""

    code = "duty.missing"


class Conflict(SalesOrdersError):
    """The command met a state that does not admit it."""

    code = "state.conflict"


class StaleVersion(Conflict):
    """A document changed since it was read; read again and decide again."""

    code = "version.stale"


class KeyReused(Conflict):
    """The command key was used before with another body."""

    code = "key.reused"


class ConcurrencyExhausted(Conflict):
    """The command met a newer version at every try; nothing was changed and it may be sent again."""

    code = "concurrency.exhausted"


class StoreError(SalesOrdersError):
    """The store could not do its work: ``store.unavailable``, ``store.read_only``, ``store.full``, ...

    ``store.unknown``: the connection was lost while a command was committed, so nobody knows whether
    it was; the same key may be sent again and gives the one answer.
    """

    code = "store.unavailable"


class Refused(SalesOrdersError):
    """Raised by ``unwrap`` on an outcome without a result; carries every finding.

    Its text is the first finding that refuses (or else refers), with the codes of the others.
    """

    code = "outcome.refused"

    def __init__(self, findings: tuple[Finding, ...], question: str = "") -> None:
        self.findings = findings
        self.question = question
        super().__init__(None, "", ": ".join(filter(None, (question, summed_up(findings)))))

    @property
    def anchor(self) -> str:
        """Where the reference tells of the first rule that refuses."""
        return (
            f"rules.html#rule-{_dashed(_gravest(self.findings)[0].code)}"
            if self.findings
            else super().anchor
        )

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Finding, ...], str]]:
        return (Refused, (self.findings, self.question))


def summed_up(findings: tuple[Finding, ...]) -> str:
    """Return the gravest finding as a sentence and the codes of the others, at most 600 characters."""
    if not findings:
        return ""
    first, *others = _gravest(findings)
    codes = ", ".join(dict.fromkeys(finding.code for finding in others))
    more = f" ({len(others)} more: {codes})" if others else ""
    return f"{first.code}: {first.explain()}"[:400] + more[:200]


def _gravest(findings: tuple[Finding, ...]) -> list[Finding]:
    order = {"refuse": 0, "refer": 1}
    return sorted(findings, key=lambda finding: order.get(finding.effect.value, 2))


def _dashed(code: str) -> str:
    return code.replace(".", "-").replace("_", "-")


def invalid(code: str, path: str, detail: str) -> NoReturn:
    """Raise :class:`InvalidValue`; short, because every door needs it."""
    raise InvalidValue(code, path, detail)

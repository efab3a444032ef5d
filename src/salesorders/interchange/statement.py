"""What a bank says of one account over some days: balances and booked movements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import attrs

from salesorders.kernel.decision import Effect, Finding
from salesorders.kernel.limits import exact

__all__ = ["Statement", "StatementLine"]

ZERO = Decimal(0)


@attrs.frozen(kw_only=True)
class StatementLine:
    """One booked movement. ``amount`` is positive where money came in.

    ``n`` counts from 1 in the statement. ``bank_ref`` names the movement for ever, so that it is
    booked once: the bank's own reference, else the entry's number or position within the named
    statement. ``payer_name`` and ``payer_iban`` are the other side's, whichever way money went.
    ``reference`` is the structured creditor reference, ``remittance`` the free text. A
    reversal undoes an earlier movement; its sign is that of the money.
    """

    n: int
    amount: Decimal
    currency: str
    booked_on: date
    value_on: date
    bank_ref: str
    end_to_end_id: str = ""
    payer_name: str = ""
    payer_iban: str = ""
    remittance: str = ""
    reference: str = ""
    is_reversal: bool = False
    code: str = ""


@attrs.frozen(kw_only=True)
class Statement:
    """One statement of one account; ``pending`` counts the entries that are not booked.

    ``findings`` says what is wrong with it: REFUSE means that its figures can't be relied on.
    """

    id: str
    account: str
    currency: str
    from_on: date | None = None
    to_on: date | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    lines: tuple[StatementLine, ...] = ()
    pending: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    @exact
    def turnover(self) -> Decimal:
        """What all lines add up to, money out being negative."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found that makes its figures unreliable."""
        return not any(finding.effect is Effect.REFUSE for finding in self.findings)

    def with_findings(self, findings: Iterable[Finding]) -> Statement:
        """Return the same statement with these findings."""
        return attrs.evolve(self, findings=tuple(findings))

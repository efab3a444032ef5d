"""Entries that balance: roles instead of accounts, lines with one side, values that never change.

An entry is a fact, stored as an event; there is no document that holds a balance. A wrong entry is
reversed, never edited.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.kernel.building import built_open
from salesorders.kernel.errors import invalid, shown
from salesorders.kernel.events import stored
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import added, exact
from salesorders.kernel.money import amount_of, currency_of, rounded

__all__ = ["ROLES", "Balance", "Entry", "Line"]

ZERO = Decimal(0)

AR = "AR"
REVENUE = "REVENUE"
TAX_OUT = "TAX_OUT"
COGS = "COGS"
INVENTORY = "INVENTORY"
UNBILLED_AR = "UNBILLED_AR"
CONTRACT_LIABILITY = "CONTRACT_LIABILITY"
REFUND_LIABILITY = "REFUND_LIABILITY"
RETURN_ASSET = "RETURN_ASSET"
CASH = "CASH"
CASH_CLEARING = "CASH_CLEARING"
UNAPPLIED = "UNAPPLIED"
DISCOUNT = "DISCOUNT"
WRITE_OFF = "WRITE_OFF"
ALLOWANCE = "ALLOWANCE"
BAD_DEBT = "BAD_DEBT"
FX_GAIN = "FX_GAIN"
FX_LOSS = "FX_LOSS"
BANK_FEE = "BANK_FEE"
REBATE_EXP = "REBATE_EXP"
REBATE_LIAB = "REBATE_LIAB"
INTEREST_INC = "INTEREST_INC"
ROUNDING = "ROUNDING"

ROLES = (
    AR,
    REVENUE,
    TAX_OUT,
    COGS,
    INVENTORY,
    UNBILLED_AR,
    CONTRACT_LIABILITY,
    REFUND_LIABILITY,
    RETURN_ASSET,
    CASH,
    CASH_CLEARING,
    UNAPPLIED,
    DISCOUNT,
    WRITE_OFF,
    ALLOWANCE,
    BAD_DEBT,
    FX_GAIN,
    FX_LOSS,
    BANK_FEE,
    REBATE_EXP,
    REBATE_LIAB,
    INTEREST_INC,
    ROUNDING,
)


_KNOWN = frozenset(ROLES)


@attrs.frozen
class Line:
    """One side of an entry: ``debit`` or ``credit``, never both, never below 0.

    ``party`` is the customer, ``tax`` the VAT category with its rate (``S19``), where there is
    one; a chart may map by either.
    """

    role: str
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    party: str = ""
    tax: str = ""

    def __attrs_post_init__(self) -> None:
        if self.role not in _KNOWN:
            invalid("ledger.role", "role", f"{shown(self.role)} is no account role")
        if self.debit < ZERO or self.credit < ZERO:
            invalid("ledger.negative", self.role, "a side is at least 0; use the other side")
        if self.debit and self.credit:
            invalid("ledger.both_sided", self.role, "a line is a debit or a credit")
        if not (self.debit or self.credit):
            invalid("ledger.empty_line", self.role, "a line carries an amount")

    @property
    @exact
    def signed(self) -> Decimal:
        """The debit, or the credit with a minus."""
        return self.debit - self.credit

    def mirrored(self) -> Line:
        """Return the line with its sides exchanged."""
        return attrs.evolve(self, debit=self.credit, credit=self.debit)


@stored("ledger.entry_posted/1")
@built_open
@attrs.frozen
class Entry:
    """A posting of one business fact, in one currency, balanced to the minor unit.

    ``source`` is the reference of the document behind it (``invoice/IN-1``), ``kind`` the fact's
    name, ``on`` the posting date, ``reverses`` the id of the entry that this one takes back. Raises
    ``ledger.empty``, ``ledger.unbalanced`` and what :class:`Line` raises.
    """

    id: str
    source: str
    kind: str
    on: date
    currency: str
    lines: tuple[Line, ...]
    reverses: str = ""

    def __attrs_post_init__(self) -> None:
        ident_of(self.id)
        currency_of(self.currency)
        if not self.lines:
            invalid("ledger.empty", "lines", "an entry has lines")
        for index, line in enumerate(self.lines):
            amount_of(line.debit or line.credit, self.currency, f"lines[{index}]")
        if self.total != added(line.credit for line in self.lines):
            invalid("ledger.unbalanced", "lines", "debits and credits differ")

    @property
    def total(self) -> Decimal:
        """The sum of the debits, which is that of the credits."""
        return added(line.debit for line in self.lines)

    @exact
    def amount(self, role: str) -> Decimal:
        """Return what the entry does to a role: debits less credits."""
        return rounded(
            added(line.signed for line in self.lines if line.role == role), self.currency
        )

    def reversal(self, id: str, on: date) -> Entry:  # noqa: A002  # the field's own name
        """Return the entry that takes this one back; it balances because this one does."""
        lines = tuple(line.mirrored() for line in self.lines)
        return Entry(id, self.source, self.kind, on, self.currency, lines, self.id)


@attrs.frozen
class Balance:
    """What was posted to one role in one currency."""

    currency: str
    role: str
    debit: Decimal
    credit: Decimal

    @property
    @exact
    def balance(self) -> Decimal:
        """Debits less credits."""
        return self.debit - self.credit

"""Which account a role means: a chart, mapped by the most specific key."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from salesorders.kernel.decision import Finding, refuse
from salesorders.kernel.errors import NotFound, invalid, shown
from salesorders.kernel.ids import ident_of, text_of
from salesorders.kernel.messages import register
from salesorders.ledger.model import ROLES, Entry, Line

__all__ = ["DEFAULT_CHART", "Account", "Chart"]

register({"ledger.unmapped": "The chart has no account for {role} (party {party}, tax {tax})."})


@attrs.frozen
class Account:
    """An account for a role; with ``tax`` (``S19``) or ``party`` only for lines that carry it."""

    role: str
    code: str
    name: str
    tax: str = ""
    party: str = ""

    def __attrs_post_init__(self) -> None:
        if self.role not in ROLES:
            invalid("ledger.role", "role", f"{shown(self.role)} is no account role")
        ident_of(self.code, "code")
        text_of(self.name, "name")

    def fits(self, line: Line) -> bool:
        """Whether the account may take the line."""
        return (
            self.role == line.role and self.tax in ("", line.tax) and self.party in ("", line.party)
        )

    @property
    def weight(self) -> tuple[bool, bool]:
        """How specific the key is: the party counts before the tax."""
        return bool(self.party), bool(self.tax)


def _by_key(accounts: Iterable[Account]) -> tuple[Account, ...]:
    listed = tuple(accounts)
    keys = [(account.role, account.tax, account.party) for account in listed]
    if len(set(keys)) != len(keys):
        invalid("chart.duplicate", "accounts", "a role with one tax and party has two accounts")
    return listed


@attrs.frozen
class Chart:
    """Accounts by role. Raises ``chart.duplicate`` where one key has two accounts."""

    accounts: tuple[Account, ...] = attrs.field(converter=_by_key)

    def find(self, line: Line) -> Account | None:
        """Return the account with the most specific key that fits, ``None`` where there is none."""
        fitting = (account for account in self.accounts if account.fits(line))
        return max(fitting, key=lambda account: account.weight, default=None)

    def account(self, line: Line) -> Account:
        """Return the account of a line; raises ``ledger.unmapped``."""
        account = self.find(line)
        if account is None:
            raise NotFound("ledger.unmapped", line.role, "the chart has no account for this line")
        return account

    def check(self, entry: Entry) -> tuple[Finding, ...]:
        """Return a refusal for every line without an account; an empty tuple lets post."""
        return tuple(
            refuse("ledger.unmapped", f"lines[{n}]", role=line.role, party=line.party, tax=line.tax)
            for n, line in enumerate(entry.lines)
            if self.find(line) is None
        )


DEFAULT_CHART = Chart(
    (
        Account("CASH", "1000", "Bank"),
        Account("CASH_CLEARING", "1010", "Cash in transit"),
        Account("AR", "1200", "Trade receivables"),
        Account("UNBILLED_AR", "1210", "Unbilled receivables"),
        Account("ALLOWANCE", "1290", "Allowance for doubtful receivables"),
        Account("INVENTORY", "1400", "Inventory"),
        Account("RETURN_ASSET", "1410", "Right to returned goods"),
        Account("UNAPPLIED", "2000", "Unapplied cash"),
        Account("TAX_OUT", "2200", "Output VAT"),
        Account("CONTRACT_LIABILITY", "2300", "Contract liabilities"),
        Account("REFUND_LIABILITY", "2310", "Refund liabilities"),
        Account("REBATE_LIAB", "2320", "Rebate liabilities"),
        Account("REVENUE", "4000", "Revenue"),
        Account("DISCOUNT", "4100", "Early payment discounts"),
        Account("REBATE_EXP", "4110", "Rebates"),
        Account("COGS", "5000", "Cost of goods sold"),
        Account("WRITE_OFF", "6000", "Small differences written off"),
        Account("BAD_DEBT", "6010", "Bad debt"),
        Account("BANK_FEE", "6100", "Bank fees"),
        Account("FX_LOSS", "6200", "Exchange losses"),
        Account("FX_GAIN", "7200", "Exchange gains"),
        Account("INTEREST_INC", "7300", "Interest income"),
        Account("ROUNDING", "7900", "Rounding"),
    )
)

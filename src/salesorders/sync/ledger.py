# Generated from salesorders/aio/ledger.py by tools/make_sync.py; edit that file and run the tool.
"""The ledger counter: journal and trial balance. Entries are facts; nothing here is stored twice."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from salesorders.sync.history import facts
from salesorders.kernel.errors import invalid
from salesorders.ledger import ROLES, Chart, Entry, control, journal, trial_balance
from salesorders.lifecycle import entries_of, period_of
from salesorders.tables import Table

if TYPE_CHECKING:
    from decimal import Decimal

    from salesorders.sync.desk import Desk

__all__ = ["Ledger"]


class Ledger:
    """The books."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def entries(self, first: date | None = None, last: date | None = None) -> list[Entry]:
        """Return the entries posted in a period, both days included, in order."""
        begin, end = period_of(first, last)
        return entries_of(facts(self._desk.engine), begin, end)

    def journal(self, first: date | None = None, last: date | None = None) -> Table:
        """Return the entries of a period as a table of debits and credits by account."""
        return journal(self.entries(first, last), self._chart())

    def trial_balance(self, as_of: date | None = None) -> Table:
        """Return every account's debits, credits and balance up to a day; debits equal credits."""
        return trial_balance(self.entries(last=as_of), self._chart())

    def balance(self, role: str, as_of: date | None = None) -> Decimal:
        """Return the balance (debit less credit) of an account role, such as ``AR``."""
        if role not in ROLES:
            invalid("ledger.role", "role", f"one of {', '.join(ROLES)} is wanted")
        return control(self.entries(last=as_of), role)

    def _chart(self) -> Chart:
        engine = self._desk.engine
        return engine.setting(engine.command(self._desk.actor_or_host(), "read")).policies.chart

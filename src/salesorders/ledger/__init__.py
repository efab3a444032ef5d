"""The ledger: balanced entries by account role, one builder a business fact, charts and balances.

Entries are events; balances are added up from them and never stored. Read ``model.py``,
``policy.py`` (charts), ``decide.py`` (builders), ``reports.py``.
"""

from salesorders.ledger.decide import (
    application_entry,
    credit_note_entry,
    invoice_entry,
    receipt_entry,
    refund_entry,
    reversal,
    shipment_entry,
    tax_label,
    write_off_entry,
)
from salesorders.ledger.model import ROLES, Balance, Entry, Line
from salesorders.ledger.policy import DEFAULT_CHART, Account, Chart
from salesorders.ledger.reports import balances, control, journal, reconcile, trial_balance

__all__ = [
    "DEFAULT_CHART",
    "ROLES",
    "Account",
    "Balance",
    "Chart",
    "Entry",
    "Line",
    "application_entry",
    "balances",
    "control",
    "credit_note_entry",
    "invoice_entry",
    "journal",
    "receipt_entry",
    "reconcile",
    "refund_entry",
    "reversal",
    "shipment_entry",
    "tax_label",
    "trial_balance",
    "write_off_entry",
]

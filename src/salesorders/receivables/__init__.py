"""Receivables: open items, payments, and matching one with the other without ever guessing.

Read ``model.py``, ``policy.py``, ``evidence.py`` (what a reference names), ``subsets.py`` (what
adds up), ``decide.py``, ``events.py``; then the reports, ``ageing.py`` and ``kpi.py``.
"""

from salesorders.receivables.ageing import ageing
from salesorders.receivables.decide import Match, match
from salesorders.receivables.events import (
    ItemClosed,
    ItemDisputed,
    ItemOpened,
    PaymentApplied,
    PaymentProposed,
    PaymentReceived,
    PaymentReversed,
    PaymentUnapplied,
)
from salesorders.receivables.kpi import (
    Kpi,
    average_days_delinquent,
    collection_effectiveness,
    dso,
    dso_best_possible,
    dso_countback,
)
from salesorders.receivables.model import (
    Allocation,
    Application,
    Candidate,
    OpenItem,
    Payment,
    Proposed,
)
from salesorders.receivables.policy import MatchingPolicy

__all__ = [
    "Allocation",
    "Application",
    "Candidate",
    "ItemClosed",
    "ItemDisputed",
    "ItemOpened",
    "Kpi",
    "Match",
    "MatchingPolicy",
    "OpenItem",
    "Payment",
    "PaymentApplied",
    "PaymentProposed",
    "PaymentReceived",
    "PaymentReversed",
    "PaymentUnapplied",
    "Proposed",
    "ageing",
    "average_days_delinquent",
    "collection_effectiveness",
    "dso",
    "dso_best_possible",
    "dso_countback",
    "match",
]

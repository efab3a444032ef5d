"""The verbs across capabilities, one file a stage; each is what it loads and what it decides.

Read ``usecase.py`` and ``outcomes.py``, then along an order's way: ``master.py``, ``stocking.py``,
``quoting.py``, ``gates.py``, ``placing.py``, ``releasing.py``, ``shipping.py``, ``invoicing.py``,
``paying.py``; ``reporting.py`` looks back.
"""

from salesorders.lifecycle.invoicing import ISSUE, IssueRequest
from salesorders.lifecycle.master import (
    ADD,
    CHANGE,
    RETIRE,
    SET_LIMIT,
    LimitRequest,
    MasterRequest,
    RetireRequest,
)
from salesorders.lifecycle.outcomes import (
    Added,
    Applied,
    Declined,
    Held,
    Issued,
    LimitChanged,
    Placed,
    Preview,
    Proposed,
    Rejected,
    Shipped,
    Stocked,
    Unapplied,
    Unidentified,
)
from salesorders.lifecycle.paying import (
    APPLY,
    RECEIVE_CASH,
    UNAPPLY,
    ApplyRequest,
    CashRequest,
    UnapplyRequest,
)
from salesorders.lifecycle.placing import PLACE, PlaceCase, PlaceRequest
from salesorders.lifecycle.quoting import QUOTE, Quote, quoted
from salesorders.lifecycle.releasing import APPROVE, DECLINE, RELEASE, HeldRequest
from salesorders.lifecycle.reporting import (
    Fact,
    Kpis,
    backlog,
    entries_of,
    items_as_of,
    kpis,
    open_holds,
)
from salesorders.lifecycle.shipping import SHIP
from salesorders.lifecycle.stocking import (
    ADJUST,
    PLAN_RECEIPT,
    RECEIVE,
    AdjustRequest,
    ReceiptRequest,
)
from salesorders.lifecycle.usecase import Policies, Setting, UseCase, dated_policies

__all__ = [
    "ADD",
    "ADJUST",
    "APPLY",
    "APPROVE",
    "CHANGE",
    "DECLINE",
    "ISSUE",
    "PLACE",
    "PLAN_RECEIPT",
    "QUOTE",
    "RECEIVE",
    "RECEIVE_CASH",
    "RELEASE",
    "RETIRE",
    "SET_LIMIT",
    "SHIP",
    "UNAPPLY",
    "Added",
    "AdjustRequest",
    "Applied",
    "ApplyRequest",
    "CashRequest",
    "Declined",
    "Fact",
    "Held",
    "HeldRequest",
    "IssueRequest",
    "Issued",
    "Kpis",
    "LimitChanged",
    "LimitRequest",
    "MasterRequest",
    "PlaceCase",
    "PlaceRequest",
    "Placed",
    "Policies",
    "Preview",
    "Proposed",
    "Quote",
    "ReceiptRequest",
    "Rejected",
    "RetireRequest",
    "Setting",
    "Shipped",
    "Stocked",
    "Unapplied",
    "UnapplyRequest",
    "Unidentified",
    "UseCase",
    "backlog",
    "dated_policies",
    "entries_of",
    "items_as_of",
    "kpis",
    "open_holds",
    "quoted",
]

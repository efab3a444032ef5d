"""The verbs across capabilities, one file a stage; each is what it loads and what it decides.

Read ``usecase.py`` and ``outcomes.py``, then along an order's way: ``master.py``, ``stocking.py``,
``quoting.py``, ``gates.py``, ``placing.py``, ``releasing.py``, ``changing.py`` with ``cancelling.py``,
``amending.py`` and ``reopening.py``, ``shipping.py``, ``invoicing.py``, ``paying.py``, ``applying.py``,
``reversing.py``, ``disputing.py``; ``setting_aside.py`` is for what no gateway takes, ``reporting.py`` looks
back.
"""

from salesorders.lifecycle.amending import AMEND, AmendRequest
from salesorders.lifecycle.applying import APPLY, ApplyRequest
from salesorders.lifecycle.arranging import ARRANGE, ArrangeRequest
from salesorders.lifecycle.cancelling import (
    CANCEL,
    CLOSE,
    CancelLine,
    CancelRequest,
    CloseRequest,
    cancel_lines,
)
from salesorders.lifecycle.disputing import DISPUTE, DisputeRequest
from salesorders.lifecycle.invoicing import ISSUE, IssueRequest
from salesorders.lifecycle.limiting import OPEN_ACCOUNT, SET_LIMIT, LimitRequest, OpenRequest
from salesorders.lifecycle.master import (
    ADD,
    CHANGE,
    RETIRE,
    MasterRequest,
    RetireRequest,
)
from salesorders.lifecycle.naming import by_line
from salesorders.lifecycle.outcomes import (
    Added,
    Amended,
    Applied,
    Cancelled,
    Closed,
    Declined,
    Disputed,
    Held,
    Issued,
    LimitChanged,
    Placed,
    Preview,
    Proposed,
    Rechecked,
    Recounted,
    Rejected,
    Reopened,
    Reversed,
    Shipped,
    Stocked,
    Unapplied,
    Unidentified,
)
from salesorders.lifecycle.paying import RECEIVE_CASH, CashRequest
from salesorders.lifecycle.placing import PLACE, PlaceCase, PlaceRequest
from salesorders.lifecycle.quoting import QUOTE, Quote, quoted
from salesorders.lifecycle.rechecking import RECHECK, RecheckRequest
from salesorders.lifecycle.recounting import RECOUNT, RecountRequest, exposure_entries
from salesorders.lifecycle.releasing import APPROVE, DECLINE, RELEASE, HeldRequest
from salesorders.lifecycle.reopening import REOPEN, ReopenRequest
from salesorders.lifecycle.reporting import (
    Fact,
    Kpis,
    backlog,
    entries_of,
    items_as_of,
    kpis,
    open_holds,
    payments_as_of,
    period_of,
)
from salesorders.lifecycle.reversing import REVERSE, UNAPPLY, ReverseRequest, UnapplyRequest
from salesorders.lifecycle.setting_aside import (
    DISMISS,
    RETRY,
    SET_ASIDE,
    Dismissed,
    LetterRequest,
    PutBack,
    SetAside,
    SetAsideRequest,
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
    "AMEND",
    "APPLY",
    "APPROVE",
    "ARRANGE",
    "CANCEL",
    "CHANGE",
    "CLOSE",
    "DECLINE",
    "DISMISS",
    "DISPUTE",
    "ISSUE",
    "OPEN_ACCOUNT",
    "PLACE",
    "PLAN_RECEIPT",
    "QUOTE",
    "RECEIVE",
    "RECEIVE_CASH",
    "RECHECK",
    "RECOUNT",
    "RELEASE",
    "REOPEN",
    "RETIRE",
    "RETRY",
    "REVERSE",
    "SET_ASIDE",
    "SET_LIMIT",
    "SHIP",
    "UNAPPLY",
    "Added",
    "AdjustRequest",
    "AmendRequest",
    "Amended",
    "Applied",
    "ApplyRequest",
    "ArrangeRequest",
    "CancelLine",
    "CancelRequest",
    "Cancelled",
    "CashRequest",
    "CloseRequest",
    "Closed",
    "Declined",
    "Dismissed",
    "DisputeRequest",
    "Disputed",
    "Fact",
    "Held",
    "HeldRequest",
    "IssueRequest",
    "Issued",
    "Kpis",
    "LetterRequest",
    "LimitChanged",
    "LimitRequest",
    "MasterRequest",
    "OpenRequest",
    "PlaceCase",
    "PlaceRequest",
    "Placed",
    "Policies",
    "Preview",
    "Proposed",
    "PutBack",
    "Quote",
    "ReceiptRequest",
    "RecheckRequest",
    "Rechecked",
    "RecountRequest",
    "Recounted",
    "Rejected",
    "ReopenRequest",
    "Reopened",
    "RetireRequest",
    "ReverseRequest",
    "Reversed",
    "SetAside",
    "SetAsideRequest",
    "Setting",
    "Shipped",
    "Stocked",
    "Unapplied",
    "UnapplyRequest",
    "Unidentified",
    "UseCase",
    "backlog",
    "by_line",
    "cancel_lines",
    "dated_policies",
    "entries_of",
    "exposure_entries",
    "items_as_of",
    "kpis",
    "open_holds",
    "payments_as_of",
    "period_of",
    "quoted",
]

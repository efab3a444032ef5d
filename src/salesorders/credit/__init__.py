"""Credit: exposure in disjoint buckets, limits of three kinds, holds and releases that explain themselves.

Read ``requests.py``, ``model.py``, ``policy.py``, ``decide.py``, ``events.py``.
"""

from salesorders.credit.decide import decide_credit, decide_release
from salesorders.credit.events import CreditClaimed, CreditUnclaimed, LimitSet
from salesorders.credit.model import (
    NOT_SET,
    UNLIMITED,
    CreditAccount,
    CreditLimit,
    Envelope,
    Exposure,
    recomputed,
)
from salesorders.credit.policy import (
    CreditPolicy,
    limit_is_set,
    within_document_maximum,
    within_limit,
)
from salesorders.credit.requests import CreditRequest, ReleaseRequest

__all__ = [
    "NOT_SET",
    "UNLIMITED",
    "CreditAccount",
    "CreditClaimed",
    "CreditLimit",
    "CreditPolicy",
    "CreditRequest",
    "CreditUnclaimed",
    "Envelope",
    "Exposure",
    "LimitSet",
    "ReleaseRequest",
    "decide_credit",
    "decide_release",
    "limit_is_set",
    "recomputed",
    "within_document_maximum",
    "within_limit",
]

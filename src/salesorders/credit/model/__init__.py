"""The nouns of credit. Read ``limit.py``, ``exposure.py``, ``account.py``, ``chain.py``, ``envelope.py``."""

from salesorders.credit.days import DayTotal
from salesorders.credit.model.account import CreditAccount
from salesorders.credit.model.chain import Accounts, CreditChain
from salesorders.credit.model.envelope import Envelope
from salesorders.credit.model.exposure import (
    BUCKETS,
    Exposure,
    ExposureEntry,
    Position,
    recomputed,
)
from salesorders.credit.model.limit import (
    NOT_SET,
    UNLIMITED,
    BucketLimit,
    CreditLimit,
    TemporaryLimit,
)

__all__ = [
    "BUCKETS",
    "NOT_SET",
    "UNLIMITED",
    "Accounts",
    "BucketLimit",
    "CreditAccount",
    "CreditChain",
    "CreditLimit",
    "DayTotal",
    "Envelope",
    "Exposure",
    "ExposureEntry",
    "Position",
    "TemporaryLimit",
    "recomputed",
]

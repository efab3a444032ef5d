"""Who may: duties by role, discount authority, four eyes.

Read ``requests.py``, ``policy.py``, then ``decide.py``.
"""

from salesorders.governance.decide import check_duty, decide_approval, decide_discount, four_eyes
from salesorders.governance.policy import (
    ANYONE,
    DEFAULT_DUTIES,
    AuthorityLevel,
    AuthorityPolicy,
    DutyPolicy,
)
from salesorders.governance.requests import DiscountedLine, DiscountRequest

__all__ = [
    "ANYONE",
    "DEFAULT_DUTIES",
    "AuthorityLevel",
    "AuthorityPolicy",
    "DiscountRequest",
    "DiscountedLine",
    "DutyPolicy",
    "check_duty",
    "decide_approval",
    "decide_discount",
    "four_eyes",
]

"""Who may: duties by role, discount authority, four eyes.

Read ``requests.py``, ``policy.py``, then ``decide.py``.
"""

from salesorders.governance.decide import check_duty, decide_approval, decide_discount, four_eyes
from salesorders.governance.policy import AuthorityLevel, AuthorityPolicy, DutyPolicy
from salesorders.governance.requests import DiscountedLine, DiscountRequest

__all__ = [
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

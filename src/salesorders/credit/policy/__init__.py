"""What a host may set about credit.

Read ``settings.py``, then the rules: ``limits.py``, ``ageing.py``, ``standing.py``.
"""

from salesorders.credit.policy.ageing import within_oldest_item, within_overdue_share
from salesorders.credit.policy.limits import (
    limit_is_set,
    within_bucket_limits,
    within_document_maximum,
    within_limit,
)
from salesorders.credit.policy.settings import (
    CHAIN_RULES,
    RULES,
    CreditPolicy,
    Exclusion,
    Horizon,
    Rule,
)
from salesorders.credit.policy.standing import (
    account_is_open,
    prepayment_covers,
    risk_class_may_buy,
    score_is_enough,
    terms_as_agreed,
)

__all__ = [
    "CHAIN_RULES",
    "RULES",
    "CreditPolicy",
    "Exclusion",
    "Horizon",
    "Rule",
    "account_is_open",
    "limit_is_set",
    "prepayment_covers",
    "risk_class_may_buy",
    "score_is_enough",
    "terms_as_agreed",
    "within_bucket_limits",
    "within_document_maximum",
    "within_limit",
    "within_oldest_item",
    "within_overdue_share",
]

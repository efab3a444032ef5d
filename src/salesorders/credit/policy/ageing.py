"""The rules on what is late: the overdue share of what is owed, and the oldest open item."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from salesorders.credit.days import up_to
from salesorders.credit.model import CreditAccount
from salesorders.credit.policy.limits import day_of
from salesorders.credit.requests import CreditRequest
from salesorders.kernel.decision import Effect, Finding
from salesorders.kernel.limits import exact, round_to
from salesorders.kernel.messages import register
from salesorders.kernel.money import Money

if TYPE_CHECKING:
    from salesorders.credit.policy.settings import CreditPolicy

__all__ = ["within_oldest_item", "within_overdue_share"]

HUNDRED = Decimal(100)

register(
    {
        "credit.overdue_share": "{share} % of what {customer} owes ({overdue} of {open_items}) is "
        "more than {days} days late; {share_max} % may be.",
        "credit.overdue_share/cure": "A payment of what is late is enough for it; {approvers} may release it.",
        "credit.oldest_item": "The oldest open item of {customer} was due on {due_on}, "
        "{days_late} days ago; {days_max} are allowed.",
        "credit.oldest_item/cure": "A payment of {late} is enough for it; {approvers} may release it.",
    }
)


@exact
def within_overdue_share(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """What is more than so many days late may only be a share of the open items; disputed ones are in neither."""
    share_max, open_items = policy.overdue_share_percent_max, account.exposure.open_items
    if share_max is None or not open_items or account.items_by_day is None:
        return None
    on = day_of(request)
    late_before = on - timedelta(days=policy.overdue_share_days + 1)
    overdue = up_to(account.items_by_day, late_before)
    if overdue * HUNDRED <= share_max * open_items:
        return None
    currency = account.exposure.currency
    return Finding(
        "credit.overdue_share",
        Effect.REFER,
        "customer",
        {
            "customer": account.customer,
            "overdue": Money(overdue, currency),
            "open_items": Money(open_items, currency),
            "share": round_to(overdue * HUNDRED / open_items, 2),
        },
        {"share_max": share_max, "days": policy.overdue_share_days},
        {"approvers": policy.approvers},
    )


def within_oldest_item(
    request: CreditRequest, account: CreditAccount, policy: CreditPolicy
) -> Finding | None:
    """No open item may be more than so many days late; disputed ones are not looked at."""
    days_max, days = policy.oldest_item_days_max, account.items_by_day
    if days_max is None or not days:
        return None
    on = day_of(request)
    due_on = days[0].on
    # Nobody knows when it fell due: it is as late as can be.
    days_late = (on - due_on).days if due_on is not None else None
    if days_late is not None and days_late <= days_max:
        return None
    late = up_to(days, on - timedelta(days=days_max + 1))
    facts = {"customer": account.customer, "due_on": due_on, "days_late": days_late}
    cure = {"late": Money(late, account.exposure.currency), "approvers": policy.approvers}
    parameters = {"days_max": days_max}
    return Finding("credit.oldest_item", Effect.REFER, "customer", facts, parameters, cure)

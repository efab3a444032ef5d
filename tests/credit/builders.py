"""Accounts, requests and decisions in which a test names only what matters."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from salesorders.credit import (
    CreditAccount,
    CreditChain,
    CreditLimit,
    CreditPolicy,
    CreditRequest,
    DayTotal,
    Exposure,
    decide_credit,
)
from salesorders.credit.model import BUCKETS
from salesorders.kernel.change import changed
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.limits import added

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def day_totals_of(days):
    pairs = sorted((on, Decimal(str(amount))) for on, amount in days.items())
    return tuple(DayTotal(on, amount) for on, amount in pairs)


def an_account(limit="250000", *, name="C7", orders=None, items=None, books="EUR", **more):
    """An account; ``orders`` and ``items`` by day make it keep days, bare buckets do not."""
    buckets = {name: Decimal(str(more.pop(name))) for name in BUCKETS if name in more}
    account = CreditAccount(
        name,
        CreditLimit.of(limit, more.get("limit_currency") or books),
        Exposure(books, **buckets),
        **more,
    )
    if orders is None and items is None:
        return account
    by_order, by_item = day_totals_of(orders or {}), day_totals_of(items or {})
    exposure = changed(
        account.exposure,
        open_orders=added(day.amount for day in by_order),
        open_items=added(day.amount for day in by_item),
    )
    return changed(account, exposure=exposure, orders_by_day=by_order, items_by_day=by_item)


def a_chain(own, *above):
    return CreditChain(own, tuple(sorted(above, key=lambda account: account.customer)))


def a_request(amount, **more):
    more.setdefault("on", TODAY)
    return CreditRequest("SO-1", "C7", Decimal(str(amount)), **more)


def decided(amount, account, policy=None, **request):
    return decide_credit(a_request(amount, **request), account, policy or CreditPolicy(), NOON)


def the_finding(decision, code):
    (finding,) = (one for one in decision.findings if one.code == code)
    return finding


def refused(function, *args, **kwargs):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path

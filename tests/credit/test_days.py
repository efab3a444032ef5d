"""An order that leaves on several days counts for each of them, and moves between them without a jump."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesorders.credit import CreditPolicy, DayTotal, Horizon
from salesorders.credit.days import days_of, negated, total
from tests.credit.builders import TODAY, an_account, decided, refused, the_finding

FAR = TODAY + timedelta(days=90)
MONTH = CreditPolicy(horizon=Horizon(days=30))


def by_day(near, far):
    return (DayTotal(TODAY, Decimal(near)), DayTotal(FAR, Decimal(far)))


def test_only_what_leaves_within_the_horizon_counts():
    account = an_account("100", orders={TODAY: 60})
    finding = the_finding(decided("100", account, MONTH, by_day=by_day(40, 60)), "credit.within")
    assert finding.fact("amount").amount == 40
    assert decided("100", account, MONTH, by_day=by_day(41, 59)).codes == {"credit.limit"}
    assert decided("100", account, CreditPolicy(), by_day=by_day(0, 100)).codes == {"credit.limit"}


def test_what_an_order_counts_for_already_is_taken_off_by_day():
    account = an_account("100", orders={TODAY: 90, FAR: 500})
    asked = {"claimed": Decimal(100), "claimed_by_day": by_day(50, 50), "checkpoint": "amend"}
    assert decided("120", account, MONTH, by_day=by_day(60, 60), **asked).allowed
    assert decided("120", account, MONTH, by_day=by_day(61, 59), **asked).codes == {"credit.limit"}


def test_p01_a_change_lowers_what_counts_only_where_less_lies_within_the_horizon():
    account = an_account("10", orders={TODAY: 50, FAR: 50})
    asked = {"claimed": Decimal(100), "claimed_by_day": by_day(50, 50), "checkpoint": "pull_in"}
    later = decided("100", account, MONTH, by_day=by_day(49, 51), **asked)
    assert [finding.code for finding in later.findings] == ["credit.lowered"]
    sooner = decided("100", account, MONTH, by_day=by_day(51, 49), **asked)
    assert sooner.codes == {"credit.limit"}


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (by_day(40, 59), ("credit.days_sum", "by_day")),
        (by_day(40, 60)[::-1], ("credit.days", "by_day[1]")),
        ((*by_day(40, 30)[:1], *by_day(60, 0)[:1]), ("credit.days", "by_day[1]")),
        (((TODAY, Decimal(100)),), ("value.type", "by_day[0]")),
        ("100", ("value.type", "by_day")),
        (5, ("value.type", "by_day")),
    ],
)
def test_days_that_make_no_sense_are_refused(days, said):
    assert refused(decided, "100", an_account(), MONTH, by_day=days) == said


def test_a_step_says_by_day_what_it_moves_in_all():
    account = an_account("100", orders={TODAY: 60})
    assert refused(account.claim, Decimal(11), by_day(5, 5)) == ("credit.days_sum", "on")


parts = st.dictionaries(st.integers(0, 5), st.decimals("0.01", "99", places=2), max_size=6)


@given(before=parts, after=parts)
def test_i20_claims_move_between_days_and_back_without_a_jump(before, after):
    was, now = (
        days_of((TODAY + timedelta(days=day), amount) for day, amount in one.items())
        for one in (before, after)
    )
    account = an_account(orders={}).claim(total(was), was)
    more = days_of((day.on, day.amount) for day in (*negated(was), *now))
    step = account.claim if total(more) >= 0 else account.unclaim
    moved = step(abs(total(more)), more if total(more) >= 0 else negated(more))
    assert (moved.orders_by_day, moved.exposure.open_orders) == (now, total(now))
    left = moved.deliver(total(now), now)
    assert (left.orders_by_day, left.exposure.total) == ((), total(now))

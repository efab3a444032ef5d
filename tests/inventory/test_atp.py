"""What may be promised for a day: the worked numbers, and the edges."""

from datetime import timedelta

import pytest

from salesorders.inventory import InventoryPolicy, PlannedReceipt, atp, atp_curve, availability
from tests.inventory.builders import NOON, POLICY, TODAY, a_level, atps, day

WORKED = {
    "on_hand": 100,
    "safety": 10,
    "receipts": {3: 50, 7: 80},
    "demand": {1: 30, 4: 70, 6: 25, 8: 20},
}


def test_the_worked_example_looks_ahead() -> None:
    assert atps(a_level(**WORKED), 10) == [15, 15, 15, 15, 15, 15, 15, 75, 75, 75]


def test_the_published_row_never_promises_more_than_projected() -> None:
    supply, demand = (6, 4, 2, 4, 8, 4, 4, 4), (6, 2, 3, 6, 6, 1, 2, 2)
    level = a_level(receipts=dict(enumerate(supply)), demand=dict(enumerate(demand)))
    assert atps(level, 8) == [0, 0, 0, 0, 1, 4, 6, 8]


def test_the_suffix_minimum_is_cumulative_atp() -> None:
    level = a_level(100, receipts={5: 50, 10: 80}, demand={3: 60, 8: 70, 12: 40})
    figures = atps(level, 13)
    assert [figures[number] for number in (0, 3, 5, 8, 10, 12)] == [20, 20, 20, 20, 60, 60]


def test_an_old_shortage_takes_a_new_receipt_first() -> None:
    assert atps(a_level(receipts={2: 8}, demand={1: 10}), 4) == [0, 0, 0, 0]


def test_safety_stock_above_what_is_there_gives_nothing_rather_than_less() -> None:
    assert atps(a_level(5, 10), 1) == [0]


def test_claims_before_today_count_as_of_today() -> None:
    assert atps(a_level(10, demand={-3: 4}), 1) == [6]


@pytest.mark.parametrize(("late", "free"), [(0, 5), (7, 5), (8, 0)])
def test_a_late_receipt_counts_as_due_today_for_so_many_days(late: int, free: int) -> None:
    assert atps(a_level(receipts={-late: 5}), 1) == [free]


def test_a_policy_may_ignore_every_late_receipt() -> None:
    assert atps(a_level(receipts={-1: 5}), 1, InventoryPolicy(past_due_receipt_days=0)) == [0]


def test_nothing_is_free_beyond_the_horizon() -> None:
    assert atps(a_level(9), 3, InventoryPolicy(horizon_days=1)) == [9, 9, 0]


def test_a_claim_beyond_the_horizon_still_holds_back() -> None:
    level = a_level(9, demand={5: 4})
    assert atps(level, 2, InventoryPolicy(horizon_days=1)) == [5, 5]


def test_a_reservation_stops_counting_at_its_very_expiry() -> None:
    level = a_level(10).reserve("SO-1", "1", TODAY, 6, NOON)
    before = atp(level, TODAY, TODAY, NOON - timedelta(microseconds=1), POLICY)
    assert (before, atp(level, TODAY, TODAY, NOON, POLICY)) == (4, 10)


def test_the_curve_names_the_days_on_which_something_changes() -> None:
    curve = atp_curve(a_level(5, receipts={3: 2}, demand={1: 4}), TODAY, NOON, POLICY)
    assert curve == ((TODAY, 1), (day(1), 1), (day(3), 3))


def test_the_table_has_a_row_for_each_rise_and_says_what_is_uncovered() -> None:
    short = a_level(0, demand={0: 2}, site="HAM")
    table = availability([short, a_level(5, receipts={3: 2})], TODAY, NOON, POLICY)
    rows = [(r["site"], r["from"], r["available"]) for r in table.to_records()]
    assert rows == [("BER", TODAY, 5), ("BER", day(3), 7), ("HAM", TODAY, 0)]
    assert len(table.notes) == 1


def test_receipts_are_sorted_however_they_are_given() -> None:
    later, sooner = PlannedReceipt("A", day(2), 1), PlannedReceipt("B", day(1), 1)
    level = a_level()
    level = level.plan_receipt(later.id, later.on, 1).plan_receipt(sooner.id, sooner.on, 1)
    assert level.receipts == (sooner, later)

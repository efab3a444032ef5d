"""Promises: wants against stock, one balance for each item and site."""

from datetime import timedelta
from decimal import Decimal

import pytest

from salesorders.inventory import InventoryPolicy, promise
from salesorders.kernel.errors import InvalidValue
from tests.inventory.builders import (
    NOON,
    POLICY,
    TODAY,
    a_level,
    a_want,
    codes,
    day,
    lines,
    promised,
)

SOON = NOON + timedelta(hours=72)
WORKED = a_level(100, 10, {3: 50, 7: 80}, {1: 30, 4: 70, 6: 25, 8: 20})


def test_the_worked_request_is_confirmed_in_two_lines() -> None:
    assert lines(promised([WORKED], [a_want(60, 2)])) == [("1", "BER", 2, 15), ("1", "BER", 7, 45)]


def test_what_is_not_covered_stays_open_and_says_so() -> None:
    answer = promised([WORKED], [a_want(100, 2)])
    (finding,) = answer.findings
    assert answer.confirmed("1") == 75
    assert (finding.code, finding.path) == ("stock.short", "lines[0].quantity")
    assert [finding.fact(name) for name in ("asked", "confirmed", "next_receipt")] == [
        100,
        75,
        day(3),
    ]


def test_where_nothing_comes_no_receipt_is_named() -> None:
    (finding,) = promised([a_level(10)], [a_want(100, 2)]).findings
    assert (finding.code, finding.cure) == ("stock.short", ())
    assert "None" not in finding.explain()


def test_the_second_worked_request_waits_for_the_receipt() -> None:
    level = a_level(100, receipts={5: 50, 10: 80}, demand={3: 60, 8: 70, 12: 40})
    assert lines(promised([level], [a_want(50, 4)])) == [("1", "BER", 4, 20), ("1", "BER", 10, 30)]


def test_lines_of_one_item_draw_on_one_balance() -> None:
    answer = promised([a_level(10)], [a_want(7, line="1"), a_want(7, line="2")])
    assert lines(answer) == [("1", "BER", 0, 7), ("2", "BER", 0, 3)]


def test_an_early_line_leaves_what_a_later_one_was_given() -> None:
    answer = promised([a_level(10)], [a_want(8, 5, line="1"), a_want(8, 0, line="2")])
    assert lines(answer) == [("1", "BER", 5, 8), ("2", "BER", 0, 2)]


def test_what_is_promised_is_claimed_on_its_day() -> None:
    answer = promised([WORKED], [a_want(60, 2)])
    level = answer.levels["stock/BOLT@BER"]
    assert (level.claimed_on(day(2)), level.claimed_on(day(7))) == (15, 45)
    assert promised([level], [a_want(1, 2)]).confirmed("1") == 1  # at day 7
    assert lines(promised([level], [a_want(1, 2)]))[0][2] == 7


def test_with_an_expiry_it_is_reserved_by_line() -> None:
    answer = promised([a_level(10)], [a_want(4, 2)], expires_at=SOON)
    (held,) = answer.levels["stock/BOLT@BER"].reservations
    assert (held.holder, held.line, held.on, held.quantity) == ("SO-1", "1", day(2), 4)
    assert answer.levels["stock/BOLT@BER"].demand == ()


def test_a_level_that_gives_nothing_is_not_changed() -> None:
    assert promised([a_level(0)], [a_want(4)]).levels == {}


def test_the_first_site_that_has_all_of_it_gives_it() -> None:
    levels = [a_level(5), a_level(20, site="HAM"), a_level(50, site="MUC")]
    assert lines(promised(levels, [a_want(10)])) == [("1", "HAM", 0, 10)]


def test_one_site_later_is_better_than_two_sites() -> None:
    levels = [a_level(5, receipts={9: 5}), a_level(6, receipts={4: 4}, site="HAM")]
    assert lines(promised(levels, [a_want(10)])) == [("1", "HAM", 0, 6), ("1", "HAM", 4, 4)]


def test_where_no_site_ever_has_all_the_fullest_gives_first() -> None:
    levels = [a_level(3), a_level(6, site="HAM"), a_level(6, site="MUC")]
    assert lines(promised(levels, [a_want(10)])) == [("1", "HAM", 0, 6), ("1", "MUC", 0, 4)]


def test_an_oversold_site_does_not_reduce_another() -> None:
    levels = [a_level(0, demand={0: 50}), a_level(6, site="HAM")]
    assert lines(promised(levels, [a_want(6)])) == [("1", "HAM", 0, 6)]


def test_a_complete_line_waits_until_one_site_has_it_at_once() -> None:
    levels = [a_level(5, receipts={9: 5}), a_level(6, receipts={4: 4}, site="HAM")]
    assert lines(promised(levels, [a_want(10, complete=True)])) == [("1", "HAM", 4, 10)]


def test_a_complete_line_holds_nothing_where_it_cannot_be_whole() -> None:
    answer = promised([a_level(9)], [a_want(10, complete=True), a_want(9, line="2")])
    assert lines(answer) == [("2", "BER", 0, 9)]
    assert codes(answer) == ["stock.short"]


def test_a_policy_without_parts_makes_every_line_complete() -> None:
    answer = promised([a_level(9)], [a_want(10)], policy=InventoryPolicy(partial=False))
    assert lines(answer) == []


def test_parts_are_whole_cartons_where_the_line_says_so() -> None:
    answer = promised([a_level(30, receipts={2: 10})], [a_want(60, step=12)])
    assert lines(answer) == [("1", "BER", 0, 24), ("1", "BER", 2, 12)]


def test_services_are_always_there_and_claim_nothing() -> None:
    answer = promised([], [a_want(3, 4, sku="VISIT", stocked=False)])
    assert (lines(answer), answer.levels, codes(answer)) == ([("1", "", 4, 3)], {}, [])


def test_an_item_that_no_site_holds_stays_open() -> None:
    answer = promised([a_level(3)], [a_want(1, sku="NUT")])
    assert (lines(answer), codes(answer)) == ([], ["stock.none"])


def test_a_day_that_has_passed_is_checked_from_today() -> None:
    answer = promised([a_level(3)], [a_want(1, -2)])
    assert (lines(answer), codes(answer)) == ([("1", "BER", 0, 1)], ["date.past"])


def test_nothing_is_promised_beyond_the_horizon() -> None:
    answer = promised([a_level(3)], [a_want(1, 366)])
    assert (lines(answer), codes(answer)) == ([], ["stock.horizon"])
    assert answer.findings[0].fact("ask_on") == day(1)
    assert codes(promised([a_level(3)], [a_want(1, 365)])) == []


def test_a_receipt_beyond_the_horizon_covers_nothing() -> None:
    assert codes(promised([a_level(receipts={366: 3})], [a_want(1)])) == ["stock.short"]


def test_a_path_of_the_callers_is_kept() -> None:
    answer = promised([a_level(0)], [a_want(1, path="lines[7]")])
    assert answer.findings[0].path == "lines[7].quantity"


def test_every_finding_lets_pass_and_has_a_sentence() -> None:
    wants = [a_want(9, -1), a_want(1, 400), a_want(1, sku="NUT")]
    for finding in promised([a_level(1)], wants).findings:
        assert finding.effect.value == "allow"
        assert finding.code not in finding.explain()


def test_expired_reservations_are_swept_from_what_changes() -> None:
    level = a_level(10).reserve("OLD", "1", TODAY, 6, NOON)
    answer = promised([level], [a_want(10)])
    assert answer.confirmed("1") == Decimal(10)
    assert answer.levels[level.ref].reservations == ()


def test_a_moment_has_a_zone() -> None:
    with pytest.raises(InvalidValue) as error:
        promise({}, [], {}, today=TODAY, at=NOON.replace(tzinfo=None), policy=POLICY, holder="SO-1")
    assert error.value.code == "moment.naive"

"""Transitions of one item at one site."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

import salesorders.inventory as inventory
from salesorders.inventory import StockLevel, StockSites, Want
from salesorders.kernel.codec import decode, encode
from salesorders.kernel.errors import Conflict, InvalidValue, NotFound, SalesOrdersError
from tests.inventory.builders import NOON, TODAY, a_level, day

SOON = NOON + timedelta(hours=1)
HELD = a_level(10, 1, {3: 5}, {1: 2}).reserve("SO-1", "1", day(2), "0.5", SOON)


def code_of(error: pytest.ExceptionInfo[SalesOrdersError]) -> str:
    return error.value.code


def test_a_level_is_stored_and_read_back_the_same() -> None:
    assert decode(encode(HELD)) == HELD


def test_a_level_is_found_by_item_and_by_site() -> None:
    assert (HELD.ref, HELD.lookups()) == ("stock/BOLT@BER", (("sku", "BOLT"), ("site", "BER")))


def test_sites_are_listed_once_in_the_order_they_came() -> None:
    sites = StockSites("BOLT").with_site("HAM").with_site("BER").with_site("HAM")
    assert (sites.ref, sites.sites) == ("sites/BOLT", ("HAM", "BER"))
    assert decode(encode(sites)) == sites


def test_received_goods_are_on_hand() -> None:
    assert a_level(1).receive("2.5").on_hand == Decimal("3.5")


def test_a_count_may_lower_stock_to_nothing_but_not_below() -> None:
    assert a_level(2).adjust(-2).on_hand == 0
    with pytest.raises(Conflict) as error:
        a_level(2).adjust(-3)
    assert code_of(error) == "stock.short"


def test_a_level_never_starts_below_zero() -> None:
    with pytest.raises(InvalidValue) as error:
        StockLevel("BOLT", "BER", -1)
    assert code_of(error) == "stock.negative"


@pytest.mark.parametrize("quantity", [0, -1, "NaN", 1.5, True, Decimal("Infinity"), None])
def test_a_quantity_is_a_number_above_nothing(quantity: object) -> None:
    with pytest.raises(InvalidValue):
        a_level(9).receive(quantity)


def test_an_arrived_receipt_is_on_hand_and_planned_no_more() -> None:
    level = a_level(1, receipts={3: 5}).arrive("R3")
    assert (level.on_hand, level.receipts) == (6, ())


def test_what_did_not_arrive_stays_planned() -> None:
    level = a_level(1, receipts={3: 5}).arrive("R3", 2)
    assert (level.on_hand, level.receipts[0].quantity) == (3, 3)


def test_what_arrived_beyond_the_plan_is_on_hand_too() -> None:
    level = a_level(receipts={3: 5}).arrive("R3", 7)
    assert (level.on_hand, level.receipts) == (7, ())


def test_a_receipt_is_planned_once() -> None:
    with pytest.raises(Conflict) as error:
        a_level(receipts={3: 5}).plan_receipt("R3", day(4), 1)
    assert code_of(error) == "receipt.taken"


@pytest.mark.parametrize("verb", ["arrive", "cancel_receipt"])
def test_an_unknown_receipt_is_refused(verb: str) -> None:
    with pytest.raises(NotFound) as error:
        getattr(a_level(), verb)("R9")
    assert code_of(error) == "receipt.unknown"


def test_a_cancelled_receipt_leaves_as_if_never_planned() -> None:
    assert a_level().plan_receipt("R1", day(1), 2).cancel_receipt("R1") == a_level()


def test_claims_of_one_day_are_one_sum() -> None:
    level = a_level(10).claim(day(1), 2).claim(day(1), 3)
    assert (len(level.demand), level.claimed_on(day(1)), level.claimed) == (1, 5, 5)


def test_a_claim_may_not_take_what_a_later_one_needs() -> None:
    with pytest.raises(Conflict) as error:
        a_level(10, demand={5: 8}).claim(day(1), 3)
    assert code_of(error) == "stock.short"


def test_a_later_receipt_does_not_cover_an_earlier_day() -> None:
    level = a_level(receipts={3: 5})
    assert level.claim(day(3), 5).claimed == 5
    with pytest.raises(Conflict):
        level.claim(day(2), 1)


def test_released_claims_leave_nothing_behind() -> None:
    level = a_level(10, demand={1: 2})
    assert level.claim(day(1), 3).release(day(1), 3) == level
    assert level.claim(day(4), 3).release(day(4), 3) == level


def test_no_more_is_released_than_the_day_has() -> None:
    with pytest.raises(Conflict) as error:
        a_level(10, demand={1: 2, 2: 5}).release(day(1), 3)
    assert code_of(error) == "stock.unclaimed"


def test_giving_reservations_back_twice_changes_nothing_more() -> None:
    once = HELD.release_holder("SO-1")
    assert once == a_level(10, 1, {3: 5}, {1: 2})
    assert once.release_holder("SO-1") == once


def test_confirming_makes_live_reservations_firm_on_their_day() -> None:
    level, live = HELD.confirm("SO-1", NOON)
    assert (level.claimed_on(day(2)), level.reservations) == (Decimal("0.5"), ())
    assert [part.line for part in live] == ["1"]


def test_an_expired_reservation_must_be_asked_for_again() -> None:
    eleven = NOON - timedelta(hours=1)
    level = a_level(10).reserve("A", "1", TODAY, 6, NOON).reserve("B", "1", TODAY, 4, SOON)
    with pytest.raises(Conflict):
        level.reserve("C", "1", TODAY, 1, SOON, at=NOON - timedelta(minutes=1))
    level = level.reserve("C", "1", TODAY, 1, SOON, at=NOON)
    level, live = level.confirm("A", NOON)
    assert live == ()
    assert level.uncommitted(TODAY, at=NOON) == 5
    assert level.reserved(eleven) == 5


def test_tidying_changes_nothing_that_counts() -> None:
    level = a_level(10).reserve("A", "1", TODAY, 6, NOON).reserve("B", "1", TODAY, 4, SOON)
    tidy = level.tidy(NOON)
    assert [part.holder for part in tidy.reservations] == ["B"]
    assert tidy.reserved(NOON) == level.reserved(NOON) == 4


def test_a_reservation_needs_a_moment_with_a_zone() -> None:
    with pytest.raises(InvalidValue) as error:
        a_level(10).reserve("A", "1", TODAY, 6, datetime(2026, 11, 24, 12))  # noqa: DTZ001 - refused
    assert code_of(error) == "moment.naive"


def test_issued_goods_leave_stock_and_the_claims_of_their_day() -> None:
    level = a_level(10, demand={1: 4, 2: 3}).issue(day(1), 3)
    assert (level.on_hand, level.claimed_on(day(1)), level.claimed_on(day(2))) == (7, 1, 3)


def test_no_more_leaves_than_is_there() -> None:
    with pytest.raises(Conflict) as error:
        a_level(2, receipts={1: 5}, demand={1: 4}).issue(day(1), 3)
    assert code_of(error) == "stock.short"


def test_goods_do_not_leave_on_another_days_claim() -> None:
    with pytest.raises(Conflict) as error:
        a_level(9, demand={1: 4}).issue(day(2), 3)
    assert code_of(error) == "stock.unclaimed"


def test_what_leaves_beyond_the_claim_is_named() -> None:
    level = a_level(9, demand={1: 4}).issue(day(1), 4, over=1)
    assert (level.on_hand, level.claimed) == (4, 0)


def test_spare_is_what_others_leave_on_each_day() -> None:
    level = a_level(20, receipts={0: 100, 4: 5}, demand={-1: 1, 3: 9, 5: 10})
    assert level.spare(TODAY, NOON) == ((TODAY, 19), (day(3), 10), (day(4), 15), (day(5), 5))


def test_a_want_is_above_nothing() -> None:
    with pytest.raises(InvalidValue) as error:
        Want("1", "BOLT", 0, TODAY)
    assert code_of(error) == "quantity.not_positive"


@pytest.mark.parametrize(
    "name",
    [n for n in inventory.__all__ if n.startswith("Stock") and n[5:].endswith("ed")]
    + ["ReceiptPlanned"],
)
def test_every_event_is_stored_and_read_back_the_same(name: str) -> None:
    event = getattr(inventory, name)("BOLT", "BER", Decimal("2.5"), TODAY, "SO-1")
    assert decode(encode(event)) == event

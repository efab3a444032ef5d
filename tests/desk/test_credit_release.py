"""Held orders that go by themselves when there is room, and views of those that wait."""

from datetime import timedelta
from decimal import Decimal

import pytest

import salesorders as so
from salesorders.credit import recomputed
from tests.builders import DAY, House, a_customer, a_house, codes
from tests.desk.conftest import MakeHouse
from tests.desk.credit_house import (
    EUR,
    ZERO,
    a_group,
    automatic,
    carried,
    euros,
    hundreds,
    policies,
    worth,
)

# --- releases by themselves


def test_a_payment_releases_the_oldest_held_orders_while_there_is_room(
    make_house: MakeHouse,
) -> None:
    house = hundreds(make_house(limit="300", policies=automatic()))
    house.sold(3, sku="HUNDRED")
    orders = [worth(house, n).order for n in (2, 1, 1)]
    seen = []
    for _ in range(3):
        house.kai.cash.receive("C7", euros(150))
        carried(house)
        carried(house)  # a second time changes nothing
        seen.append([house.desk.orders.get(order.id).status for order in orders])
    # 150 are not enough for the oldest, and nothing passes it.
    assert seen == [["held"] * 3, ["open", "open", "held"], ["open"] * 3]
    assert house.exposure().open_orders == 400


def test_no_later_order_passes_one_that_does_not_fit_unless_the_policy_says_so(
    make_house: MakeHouse,
) -> None:
    for best_fit, wanted in ((False, ["held", "held"]), (True, ["held", "open"])):
        house = hundreds(make_house(limit="0", policies=automatic(best_fit=best_fit)))
        orders = [worth(house, n).order for n in (3, 1)]
        house.ada.credit.set_limit("C7", "100")
        carried(house)
        assert [house.desk.orders.get(order.id).status for order in orders] == wanted


def test_a_release_by_rule_keeps_its_decision_and_overrides_nothing(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "0")
    order = worth(house).order
    house.ada.credit.set_limit("C7", "100")
    outcome = house.ben.credit.recheck("C7")
    assert outcome.unwrap() == (order.id,)
    (given,) = house.desk.orders.get(order.id).releases
    assert (given.gate, given.amount, given.decision.allowed) == ("credit", ZERO, True)


def test_money_of_one_member_releases_orders_of_another(make_house: MakeHouse) -> None:
    house = a_group(make_house(policies=automatic()), "100", "C7", "C8")
    worth(house)
    waits = worth(house, customer="C8").order
    house.kai.cash.receive("C7", euros(100))
    carried(house)
    assert house.desk.orders.get(waits.id).status == "open"
    assert house.exposure("GROUP").total == 100


@pytest.mark.parametrize("within", [[], ["OTHER"]])
def test_who_leaves_a_group_makes_room_for_those_who_stay(
    make_house: MakeHouse, within: list[str]
) -> None:
    house = a_group(make_house(policies=automatic()), "100", "C7", "C8")
    house.ada.credit.open("OTHER", "100").unwrap()
    worth(house)
    waits = worth(house, customer="C8").order
    carried(house)  # the notes of those who came
    house.ada.credit.arrange("C7", within=within).unwrap()
    carried(house)
    assert house.desk.orders.get(waits.id).status == "open"
    assert house.exposure("GROUP").total == 100


def test_nothing_releases_itself_by_default(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "0")
    order = worth(house).order
    house.kai.cash.receive("C7", euros(500))
    carried(house)
    assert house.desk.orders.get(order.id).status == "held"


def test_an_order_that_another_gate_holds_too_stays_held(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "0")
    order = worth(house, discount="50%").order
    house.ada.credit.set_limit("C7", "unlimited")
    house.ben.credit.recheck("C7")
    held = house.desk.orders.get(order.id)
    assert [hold.gate for hold in held.holds] == ["authority"]
    assert house.exposure().total == 0
    assert isinstance(house.bob.orders.approve(order.id, reason="r"), so.Placed)


def test_stock_that_was_reserved_is_promised_to_the_released_order(make_house: MakeHouse) -> None:
    house = make_house(limit="0")
    house.checked = True
    orders = [house.order(200).order for _ in range(3)]
    house.ada.credit.set_limit("C7", "unlimited")
    house.ben.credit.recheck("C7")
    claimed = [
        sum(claim.quantity for claim in house.desk.orders.get(order.id).lines[0].claimed)
        for order in orders
    ]
    assert claimed == [200, 200, 100]


# --- what if, sheets, worklist


def test_what_if_answers_without_writing(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "150")
    worth(house)
    held = worth(house).order
    before = house.state()
    answer = house.desk.credit.what_if(held.id)
    assert (answer.decision.allowed, answer.payment) == (False, euros("50.00"))
    assert house.desk.credit.what_if(held.id, pays=euros("50.00")).decision.allowed
    assert not house.desk.credit.what_if(held.id, pays=euros("49.99")).decision.allowed
    assert house.desk.credit.what_if(held.id, limit="200").decision.allowed
    assert house.desk.credit.what_if(held.id, amount=euros(50)).decision.allowed
    assert house.state() == before


def test_if_it_shipped_after_the_horizon_it_could_go() -> None:
    house = hundreds(a_house(limit="100", policies=policies(horizon=so.Horizon(days=30))))
    worth(house)
    held = worth(house).order
    late = DAY + timedelta(days=31)
    assert not house.desk.credit.what_if(held.id).decision.allowed
    assert house.desk.credit.what_if(held.id, ships_on=late).decision.allowed
    assert isinstance(worth(house, requested_on=late), so.Placed)


def test_goods_that_leave_sooner_than_planned_are_asked_for() -> None:
    house = hundreds(a_house(limit="100", policies=policies(horizon=so.Horizon(days=30))))
    worth(house)
    later = worth(house, requested_on=DAY + timedelta(days=60)).unwrap()
    assert codes(house.wim.shipments.ship(later.id)) >= {"shipment.credit", "credit.limit"}
    house.kai.cash.receive("C7", euros(100))
    assert isinstance(house.wim.shipments.ship(later.id), so.Shipped)


def test_a_sheet_shows_buckets_limits_holds_and_what_is_behind(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "400")
    house.ada.credit.set_limit("C7", "100", temporary=True, until=DAY)
    worth(house)
    house.shipped(worth(house).unwrap())
    house.sold(1, sku="HUNDRED")
    house.kai.cash.receive("C7", euros("30.00"))
    held = worth(house, 4).order
    sheet = house.desk.credit.sheet("C7")
    assert sheet.position.total == 270
    assert (sheet.headroom, sheet.percent_used) == (euros("230.00"), Decimal("54.00"))
    assert [one.order for one in sheet.held] == [held.id]
    assert sheet.held[0].payment == euros("170.00")
    behind = sheet.behind().to_records()
    assert {row["bucket"]: row["EUR"] for row in behind} == {
        "open_orders": 100,
        "delivered_unbilled": 100,
        "open_items": 100,
        "unapplied": 30,
    }
    assert recomputed(EUR, sheet.documents) == house.exposure()
    for text in (str(sheet), sheet._repr_html_()):
        assert held.id in text
        assert "temporary" in text


def test_the_worklist_ranks_by_value_and_by_what_would_do(house: House) -> None:
    hundreds(house, a_customer("C8", "0"), a_customer("C9", None))
    house.ada.credit.set_limit("C7", "450")
    big, small, hopeless = (
        worth(house, 5).order,
        worth(house, 1, "C8").order,
        worth(house, 2, "C9").order,
    )
    by_value = [one.order for one in house.desk.credit.worklist().ranked]
    assert by_value == [big.id, hopeless.id, small.id]
    work = house.desk.credit.worklist("payment")
    assert [one.order for one in work.ranked] == [big.id, small.id, hopeless.id]
    assert [one.payment for one in work.ranked] == [euros("50.00"), euros("100.00"), None]
    assert work.to_records()[0]["rank"] == 1
    assert big.id in str(work)
    assert big.id in work._repr_html_()


def test_use_over_time_ends_at_what_is_owed_now(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "500")
    worth(house, 2)
    house.clock.advance(days=1)
    invoice = house.sold(1, sku="HUNDRED")
    house.clock.advance(days=1)
    house.ada.credit.set_limit("C7", "600")
    house.kai.cash.receive("C7", euros("98.00"), reference=invoice.number)
    house.kai.cash.receive("", euros("10.00"), payer_name="Wer?")
    usage = house.desk.credit.usage("C7")
    assert [point.exposure for point in usage.points] == [200, 300, 200]
    assert usage.points[-1].exposure == house.exposure().total
    assert [point.limit for point in usage.points] == [500, 500, 600]
    assert usage.to_records()[1]["% used"] == Decimal("60.00")


def statuses(house: House, *orders: so.Order) -> list[str]:
    return [house.desk.orders.get(order.id).status for order in orders]


def test_declining_the_oldest_lets_those_behind_it_go(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="0", policies=automatic()))
    first, second = worth(house, 4).order, worth(house).order
    house.ada.credit.set_limit("C7", "100")
    carried(house)
    assert statuses(house, first, second) == ["held", "held"]
    house.bob.orders.decline(first.id, reason="too much")
    carried(house)
    assert statuses(house, second) == ["open"]


def test_an_order_that_only_a_person_can_let_go_holds_nobody_up(make_house: MakeHouse) -> None:
    rules = automatic(document_maximum=Decimal(300))
    house = hundreds(make_house(limit="0", policies=rules))
    large, small = worth(house, 6).order, worth(house).order
    house.ada.credit.set_limit("C7", "200")
    carried(house)
    assert statuses(house, large, small) == ["held", "open"]


def room_without_a_note(orders: int) -> tuple[House, list[so.Order]]:
    """A house that releases by itself, over a store with held orders and room that nobody told it of."""
    before = hundreds(a_house(limit="0"))
    held = [worth(before).order for _ in range(orders)]
    before.ada.credit.set_limit("C7", "1000")
    return House(store=before.store, policies=automatic(), prefix="later"), held


def notes(house: House) -> int:
    waiting = house.store.pending(house.tenant, limit=100)
    return [item.effect.kind for item in waiting].count("credit.recheck")


def test_what_one_run_leaves_over_goes_in_the_next() -> None:
    house, orders = room_without_a_note(5)
    first = house.ben.credit.recheck("C7", most=2)
    assert first.unwrap() == tuple(order.id for order in orders[:2])
    assert notes(house) == 1
    carried(house)
    assert statuses(house, *orders) == ["open"] * 5


def test_a_run_that_leaves_nothing_over_asks_for_no_other() -> None:
    house, orders = room_without_a_note(2)
    house.ben.credit.recheck("C7", most=2)
    assert statuses(house, *orders) == ["open"] * 2
    assert notes(house) == 0

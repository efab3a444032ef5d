"""Cancelling and closing: the exact inverse of what was claimed, and never more than what is open."""

from decimal import Decimal
from typing import Any

import pytest

import salesorders as so
from tests.builders import House, codes, refusal

ZERO = Decimal(0)


@pytest.fixture
def checked(house: House) -> House:
    house.checked = True
    return house


def test_p18_cancelling_is_the_exact_inverse_of_placing(checked: House) -> None:
    before = checked.exposure(), checked.level()
    order = checked.order(discount="10%").unwrap()
    assert checked.level().claimed == 120
    outcome = checked.ann.orders.cancel(order.id, reason="customer called")
    assert isinstance(outcome, so.Cancelled)
    assert (checked.exposure(), checked.level()) == before
    assert checked.desk.ledger.entries() == []
    assert (outcome.order.status, str(outcome.order.total)) == ("cancelled", "EUR 0.00")
    assert checked.desk.orders.find(backlog="").items == ()
    assert checked.desk.reports.backlog().to_records() == []


def test_what_is_cancelled_is_there_for_others(make_house: Any) -> None:
    house = make_house(stock=120)
    house.checked = True
    first = house.order().unwrap()
    second = house.order().unwrap()
    assert second.lines[0].claimed == ()
    house.ann.orders.cancel(first.id, reason="r").unwrap()
    third = house.order().unwrap()
    assert third.lines[0].claimed[0].on == third.placed_on
    house.shipped(third)


def test_a_second_time_there_is_nothing_to_cancel(checked: House) -> None:
    order = checked.order().unwrap()
    checked.ann.orders.cancel(order.id, reason="r").unwrap()
    before = checked.state()
    assert codes(checked.ann.orders.cancel(order.id, reason="r")) == {"order.nothing_open"}
    assert codes(checked.ann.orders.close(order.id, reason="r")) == {"order.nothing_open"}
    assert checked.state()[0] == before[0]


def test_a_part_of_a_line_is_cancelled_from_its_latest_promise(make_house: Any) -> None:
    house = make_house(stock=80)
    house.checked = True
    house.wim.stock.plan_receipt("BOLT", 100, site="BER", on="2026-12-01")
    order = house.order(120).unwrap()
    assert [entry.quantity for entry in order.lines[0].claimed] == [80, 40]
    order = house.ann.orders.cancel(order.id, {"1": 50}, reason="r").unwrap()
    assert [entry.quantity for entry in order.lines[0].claimed] == [70]
    assert order.lines[0].confirmed == order.lines[0].claimed
    assert (order.lines[0].open, order.lines[0].cancelled) == (70, 50)


def test_after_a_partial_shipment_the_earned_part_of_a_discount_is_billed(checked: House) -> None:
    """10 x 25.00 less 30.00: 4 shipped and 6 cancelled bill 88.00 and give 132.00 back, net."""
    checked.ada.catalog.add(
        so.Item("VASE", "Vase", prices=[so.Price("25.00")], tax="Z", cost="9.00")
    )
    checked.wim.stock.receive("VASE", 10, site="BER")
    request = so.OrderRequest("C7", [so.Line("VASE", 10)], adjustments=[so.allowance("30.00")])
    order = checked.ann.orders.place(request, by=checked_manager()).unwrap()
    checked.billed(checked.shipped(order, {"1": 4}))
    assert checked.exposure().open_orders == Decimal("132.00")
    order = checked.ann.orders.cancel(order.id, reason="r").unwrap()
    assert str(order.total) == "EUR 88.00"
    assert checked.exposure().total == checked.exposure().open_items == Decimal("88.00")
    assert (order.status, order.fulfilment, order.billing) == ("invoiced", "shipped", "invoiced")


def checked_manager() -> so.Actor:
    return so.Actor("bob", roles={"sales", "sales-manager"})


def test_parts_that_ship_after_a_cancellation_still_add_up(checked: House) -> None:
    checked.ada.catalog.add(so.Item("ODD", "Odd", prices=[so.Price("0.333")], tax="S19"))
    checked.wim.stock.receive("ODD", 100, site="BER")
    order = checked.order(10, sku="ODD", discount="0.07").unwrap()
    first = checked.shipped(order, {"1": 3})
    order = checked.ann.orders.cancel(order.id, {"1": 2}, reason="r").unwrap()
    second = checked.shipped(order, {"1": 1})
    third = checked.shipped(order)
    total = sum((s.amounts.gross for s in (first, second, third)), ZERO)
    assert total == order.amounts.gross
    assert checked.exposure().open_orders == 0
    for shipment in (first, second, third):
        checked.billed(shipment)
    assert checked.exposure().open_items == total


def test_shipments_before_and_after_a_cancellation_are_cut_from_the_same(checked: House) -> None:
    """1.00 off three is 0.33, 0.34 and 0.33: of two units 0.67, however they leave."""
    checked.ada.catalog.add(so.Item("VASE", "Vase", prices=[so.Price("4.00")], tax="Z"))
    checked.wim.stock.receive("VASE", 3, site="BER")
    order = checked.order(3, sku="VASE", discount="1.00").unwrap()
    first = checked.shipped(order, {"1": 1})
    order = checked.ann.orders.cancel(order.id, {"1": 1}, reason="r").unwrap()
    second = checked.shipped(order)
    assert [str(part.amounts.gross) for part in (first, second)] == ["3.67", "3.66"]
    assert order.amounts.gross == Decimal("7.33")


def test_more_than_is_open_is_not_cancelled(checked: House) -> None:
    """B77: what has left comes back as a return."""
    order = checked.order().unwrap()
    checked.shipped(order, {"1": 100})
    before = checked.state()
    outcome = checked.ann.orders.cancel(order.id, {"1": 21}, reason="r")
    assert codes(outcome) == {"cancel.over"}
    (finding,) = outcome.findings
    assert (finding.path, finding.fact("open")) == ("lines[0].quantity", Decimal(20))
    assert checked.state()[0] == before[0]


def test_every_reason_against_cancelling_is_told_at_once_by_line(checked: House) -> None:
    """Paths count the lines by id, as a dict in any order is one command."""
    order = checked.order().unwrap()
    outcome = checked.ann.orders.cancel(order.id, {"9": 1, "1": "0.5"}, reason="r")
    assert [(f.code, f.path) for f in outcome.findings] == [
        ("quantity.fractional_unit", "lines[0].quantity"),
        ("order.unknown_line", "lines[1].line"),
    ]


def test_a_held_order_is_cancelled_with_its_reservations(make_house: Any) -> None:
    house = make_house(limit=0)
    house.checked = True
    before = house.exposure(), house.level()
    order = house.order().order
    cancelled = house.ann.orders.cancel(order.id, reason="r").unwrap()
    assert (house.exposure(), house.level()) == before
    assert (cancelled.status, cancelled.holds, cancelled.held_until) == ("cancelled", (), None)
    assert codes(house.ben.orders.release(order.id, reason="r")) == {"order.not_held"}


def test_a_part_of_a_held_order_is_cancelled_and_the_rest_stays_reserved(make_house: Any) -> None:
    house = make_house(limit=0)
    house.checked = True
    order = house.order().order
    part = house.ann.orders.cancel(order.id, {"1": 20}, reason="r").unwrap()
    assert (part.status, part.held_until) == ("held", order.held_until)
    assert house.level().reserved(house.clock.now()) == 100
    assert house.exposure().total == 0
    house.shipped(house.ben.orders.release(order.id, reason="r").unwrap())


def test_who_made_a_held_order_smaller_does_not_release_it(make_house: Any) -> None:
    house = make_house(limit=0)
    house.checked = True
    order = house.order().order
    part = house.max.orders.cancel(order.id, {"1": 20}, reason="so that I may").unwrap()
    assert part.makers == ("ann", "max")
    assert codes(house.max.orders.release(order.id, reason="mine")) == {"approval.own"}
    assert house.ben.orders.release(order.id, reason="r").unwrap().status == "open"


def test_reservations_that_expired_meanwhile_are_no_matter(make_house: Any) -> None:
    house = make_house(limit=0, stock=120)
    house.checked = True
    order = house.order().order
    house.clock.advance(hours=72)
    house.ada.credit.set_limit("C7", "unlimited")
    other = house.order().unwrap()
    house.ann.orders.cancel(order.id, {"1": 20}, reason="r").unwrap()
    assert house.level().reservations == ()
    house.ann.orders.cancel(order.id, reason="r").unwrap()
    assert house.level().claimed == 120
    assert house.level().reservations == ()
    house.shipped(other)


def test_closing_takes_the_rest_off_and_leaves_what_has_left(checked: House) -> None:
    order = checked.order().unwrap()
    shipment = checked.shipped(order, {"1": 50})
    outcome = checked.ann.orders.close(order.id, reason="no more of it")
    assert isinstance(outcome, so.Closed)
    order = outcome.order
    assert (order.status, order.fulfilment, order.billing) == ("closed", "shipped", "uninvoiced")
    assert order.total == shipment.amounts.total
    assert checked.level().claimed == 0
    assert checked.exposure().open_orders == 0
    checked.billed(shipment)
    assert codes(checked.wim.shipments.ship(order.id)) == {"shipment.nothing"}
    assert checked.desk.orders.get(order.id).billing == "invoiced"


def test_a_reason_is_wanted(checked: House) -> None:
    order = checked.order().unwrap()
    for verb in ("cancel", "close", "reopen"):
        call = getattr(checked.ann.orders, verb)
        assert refusal(lambda call=call: call(order.id, reason=" ")) == {"text.blank"}


def test_who_saw_an_older_order_is_told(checked: House) -> None:
    """B78: a version that the user did not see is not changed."""
    seen = checked.order().unwrap()
    checked.shipped(seen, {"1": 1})
    before = checked.state()
    for given in (seen, seen.fingerprint):
        with pytest.raises(so.StaleVersion) as refused:
            checked.ann.orders.cancel(seen.id, reason="r", seen=given)
        assert (refused.value.code, refused.value.path) == ("version.stale", "seen")
    assert checked.state() == before
    now = checked.desk.orders.get(seen.id)
    assert isinstance(checked.ann.orders.cancel(seen.id, reason="r", seen=now), so.Cancelled)


def test_the_reason_of_a_cancellation_stays_with_the_facts(checked: House) -> None:
    order = checked.order().unwrap()
    checked.ann.orders.cancel(order.id, {"1": 20}, reason="too many")
    (event,) = [e for e in checked.events() if type(e).__name__ == "OrderCancelled"]
    assert (event.by, event.reason, event.lines) == ("ann", "too many", (("1", Decimal(20)),))
    assert event.gross == order.amounts.gross - checked.desk.orders.get(order.id).amounts.gross


def test_what_is_booked_counts_what_was_cancelled(checked: House) -> None:
    order = checked.order().unwrap()
    booked = order.amounts.gross
    day = order.placed_on
    assert checked.desk.reports.kpis(day, day)["booked"].value == booked
    checked.ann.orders.cancel(order.id, reason="r")
    assert checked.desk.reports.kpis(day, day)["booked"].value == 0


def test_two_lines_of_one_item_give_back_only_their_own(checked: House) -> None:
    request = so.OrderRequest("C7", [so.Line("BOLT", 30), so.Line("BOLT", 40)])
    order = checked.ann.orders.place(request).unwrap()
    checked.ann.orders.cancel(order.id, {"2": 40}, reason="r").unwrap()
    assert checked.level().claimed == 30

"""Stock is promised once: lines, sites, planned receipts, partial shipments, services and cartons."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

import salesorders as so
from salesorders.inventory import InventoryPolicy
from tests.builders import DAY, House, a_customer, a_line, a_request, an_item, codes, refusal

LATER = DAY + timedelta(days=10)


def claims(order: Any, line: int = 0) -> list[tuple[str, date, Decimal]]:
    return [(c.site, c.on, c.quantity) for c in order.lines[line].claimed]


def confirmed_now(order: Any) -> Decimal:
    return sum(
        (c.quantity for line in order.lines for c in line.claimed if c.on == DAY), Decimal(0)
    )


def test_two_lines_of_one_item_never_oversell(make_house: Any) -> None:
    house = make_house(stock=100)
    house.checked = True
    order = house.ann.orders.place(so.OrderRequest("C7", [a_line(60), a_line(60)])).unwrap()
    assert confirmed_now(order) == 100
    assert house.level().claimed <= 100 or house.level().receipts


def test_several_sites_serve_one_line(make_house: Any) -> None:
    house = make_house(stock=50)
    house.checked = True
    house.wim.stock.receive("BOLT", 80, site="HAM")
    order = house.order().unwrap()
    assert sorted((site, on) for site, on, _ in claims(order)) == [("BER", DAY), ("HAM", DAY)]
    first, second = house.shipped(order), house.shipped(order)
    assert {first.site, second.site} == {"BER", "HAM"}
    assert house.desk.orders.get(order.id).fulfilment == "shipped"
    assert house.level().on_hand + house.level(site="HAM").on_hand == 10


def test_a_planned_receipt_gives_a_later_schedule_line(make_house: Any) -> None:
    house = make_house(stock=100)
    house.checked = True
    house.wim.stock.plan_receipt("BOLT", 500, site="BER", on=LATER)
    order = house.order().unwrap()
    assert claims(order) == [("BER", DAY, Decimal(100)), ("BER", LATER, Decimal(20))]
    assert [row[3] for row in order.promised] == [DAY, LATER]


def test_what_is_planned_and_not_here_does_not_ship(make_house: Any) -> None:
    house = make_house(stock=100)
    house.wim.stock.plan_receipt("BOLT", 500, site="BER", on=LATER)
    order = house.order().unwrap()
    assert house.shipped(order).lines[0].quantity == 100
    assert isinstance(house.wim.shipments.ship(order.id), so.Rejected)
    house.clock.advance(days=10)
    assert isinstance(house.wim.shipments.ship(order.id), so.Rejected)


def test_an_item_without_any_stock_is_still_ordered(make_house: Any) -> None:
    house = make_house(stock=0)
    house.checked = True
    order = house.order().unwrap()
    assert confirmed_now(order) == 0
    assert isinstance(house.wim.shipments.ship(order.id), so.Rejected)
    assert house.exposure().open_orders == order.amounts.gross


def test_an_order_ships_in_parts_and_never_more_than_ordered(house: House) -> None:
    house.checked = True
    order = house.order().unwrap()
    house.shipped(order, {"1": 50})
    assert house.desk.orders.get(order.id).fulfilment == "partly shipped"
    before = house.state()[0]
    refused = house.wim.shipments.ship(order.id, {"1": 71})
    assert isinstance(refused, so.Rejected)
    assert codes(refused)
    assert house.state()[0] == before
    house.shipped(order, {"1": 70})
    assert house.desk.orders.get(order.id).fulfilment == "shipped"
    assert isinstance(house.wim.shipments.ship(order.id), so.Rejected)
    assert house.level().on_hand == 380


@pytest.mark.parametrize("lines", [{"1": 0}, {"1": -1}, {"9": 1}, {"1": 121}, {"1": "0.5"}])
def test_a_shipment_of_something_else_is_refused(house: House, lines: dict[str, object]) -> None:
    order = house.order().unwrap()
    before = house.state()[0]
    assert refusal(lambda: house.wim.shipments.ship(order.id, lines))
    assert house.state()[0] == before


def test_held_orders_do_not_ship(make_house: Any) -> None:
    house = make_house(limit=0)
    order = house.order().order
    before = house.state()[0]
    outcome = house.wim.shipments.ship(order.id)
    assert [(f.code, f.path) for f in outcome.findings] == [("order.held", "order")]
    assert house.state()[0] == before


def test_a_service_needs_no_stock(house: House) -> None:
    house.checked = True
    house.ada.catalog.add(an_item("HOUR", "90", stocked=False, unit="HUR"))
    request = so.OrderRequest("C7", [a_line(10), a_line("1.5", "HOUR")])
    order = house.ann.orders.place(request).unwrap()
    shipped = [house.shipped(order)]
    if house.desk.orders.get(order.id).fulfilment != "shipped":
        shipped.append(house.shipped(order))
    bills = [house.billed(shipment) for shipment in shipped]
    assert sum(bill.amounts.gross for bill in bills) == order.amounts.gross
    assert house.desk.orders.get(order.id).status == "invoiced"


def test_an_order_of_services_alone_ships_and_is_billed(house: House) -> None:
    house.checked = True
    house.ada.catalog.add(an_item("HOUR", "90", stocked=False, unit="HUR"))
    invoice = house.sold("1.5", sku="HOUR")
    assert invoice.amounts.net == 135


def test_a_service_has_no_stock_to_receive(house: House) -> None:
    house.ada.catalog.add(an_item("HOUR", "90", stocked=False))
    assert codes(house.wim.stock.receive("HOUR", 1, site="BER")) == {"item.not_stocked"}


def test_a_complete_order_ships_whole_or_not_at_all(make_house: Any) -> None:
    house = make_house(stock=100)
    house.wim.stock.plan_receipt("BOLT", 20, site="BER", on=LATER)
    order = house.order(complete=True).unwrap()
    assert isinstance(house.wim.shipments.ship(order.id), so.Rejected)
    assert isinstance(house.wim.shipments.ship(order.id, {"1": 50}), so.Rejected)
    house.wim.stock.receive("BOLT", 100, site="BER")
    house.clock.advance(days=10)
    assert house.shipped(order).lines[0].order_line == "1"
    assert house.desk.orders.get(order.id).fulfilment == "shipped"


def test_a_complete_line_ships_whole_or_not_at_all(make_house: Any) -> None:
    house = make_house(stock=100)
    house.ada.catalog.add(an_item("NUT"))
    house.wim.stock.receive("NUT", 10, site="BER")
    lines = [a_line(120, complete=True), a_line(10, "NUT")]
    order = house.ann.orders.place(so.OrderRequest("C7", lines)).unwrap()
    assert [line.order_line for line in house.shipped(order).lines] == ["2"]


def test_cartons_are_converted_exactly(make_house: Any) -> None:
    house = make_house(stock=0)
    house.checked = True
    house.ada.catalog.add(an_item("MUG", "0.99", units={"XCT": 12}))
    house.wim.stock.receive("MUG", 100, site="BER")
    order = house.ann.orders.place(so.OrderRequest("C7", [a_line(10, "MUG", unit="XCT")])).unwrap()
    assert order.amounts.net == Decimal("118.80")
    assert confirmed_now(order) == 96
    shipment = house.shipped(order)
    assert (shipment.lines[0].quantity, shipment.lines[0].base_quantity) == (8, 96)
    assert house.level("MUG").on_hand == 4


def test_a_unit_that_the_item_is_not_sold_in_is_rejected(house: House) -> None:
    outcome = house.ann.orders.place(so.OrderRequest("C7", [a_line(1, unit="KGM")]))
    assert [(f.code, f.path) for f in outcome.findings] == [("unit.mismatch", "lines[0].unit")]


def test_a_loss_does_not_go_below_nothing(house: House) -> None:
    before = house.state()[0]
    assert codes(house.wim.stock.adjust("BOLT", -501, site="BER", reason="fire")) == {
        "stock.below_zero"
    }
    assert house.state()[0] == before
    assert house.wim.stock.adjust("BOLT", -500, site="BER", reason="fire").unwrap().on_hand == 0


def test_goods_that_were_lost_do_not_ship(house: House) -> None:
    order = house.order().unwrap()
    house.wim.stock.adjust("BOLT", -450, site="BER", reason="fire")
    outcome = house.wim.shipments.ship(order.id)
    quantity = outcome.unwrap().lines[0].quantity if isinstance(outcome, so.Shipped) else 0
    assert quantity <= 50
    assert house.level().on_hand >= 0


def test_availability_never_breaks_a_promise(make_house: Any) -> None:
    house = make_house(stock=100)
    house.order(70).unwrap()
    records = house.desk.stock.availability("BOLT").to_records()
    assert [value for value in records[0].values() if value == 30]


def test_a_wish_for_later_is_promised_for_then(house: House) -> None:
    order = house.order(requested_on=LATER).unwrap()
    assert [on for _, on, _ in claims(order)] == [LATER]


def test_a_wish_for_yesterday_is_promised_from_today(house: House) -> None:
    order = house.order(requested_on=DAY - timedelta(days=5)).unwrap()
    assert [on for _, on, _ in claims(order)] == [DAY]


def test_fractions_of_pieces_are_refused(house: House) -> None:
    before = house.state()[0]
    (code,) = refusal(lambda: house.ann.orders.place(a_request("1.5")))
    assert code.startswith(("quantity.", "unit."))
    assert house.state()[0] == before


def without_backorders() -> so.Policies:
    return so.Policies(inventory=InventoryPolicy(backorders=False))


def test_without_backorders_what_is_not_there_is_rejected(make_house: Any) -> None:
    house = make_house(stock=100, policies=without_backorders())
    house.checked = True
    assert codes(house.order(101)) == {"stock.short"}
    assert house.level().claimed == 0
    assert isinstance(house.order(100), so.Placed)
    house.ada.catalog.add(an_item("RARE"))
    assert codes(house.order(1, sku="RARE")) == {"stock.none"}


def test_without_backorders_a_release_that_comes_too_late_for_the_stock_is_rejected(
    make_house: Any,
) -> None:
    house = make_house(stock=10, limit="5", policies=without_backorders())
    house.checked = True
    order = house.order(10).order
    house.clock.advance(days=4)
    house.ada.catalog.add(a_customer("C8", limit="unlimited"))
    house.order(1, customer="C8").unwrap()
    assert codes(house.ben.orders.release(order.id, reason="paid")) == {"stock.short"}
    assert house.desk.orders.get(order.id).is_held


def test_without_backorders_no_room_for_money_makes_up_for_stock_that_is_gone(
    make_house: Any,
) -> None:
    automatic = so.CreditPolicy(releases_automatically=True)
    policies = so.Policies(credit=automatic, inventory=InventoryPolicy(backorders=False))
    house = make_house(stock=10, limit="5", policies=policies)
    house.checked = True
    order = house.order(10).order
    house.clock.advance(days=4)
    house.ada.catalog.add(a_customer("C8", limit="unlimited"))
    other = house.order(1, customer="C8").unwrap()
    house.ada.credit.set_limit("C7", "5000")
    assert house.ben.credit.recheck("C7").waiting == (order.id,)
    waits = house.desk.orders.get(order.id)
    assert waits.is_held
    assert house.exposure().total == 0
    house.ann.orders.cancel(other.id, reason="not wanted")
    assert house.ben.credit.recheck("C7").released == (order.id,)
    assert sum(claim.quantity for claim in house.desk.orders.get(order.id).lines[0].claimed) == 10


def test_without_backorders_a_change_that_wants_more_than_there_is_is_rejected(
    make_house: Any,
) -> None:
    house = make_house(stock=10, policies=without_backorders())
    house.checked = True
    order = house.order(8).unwrap()
    more = house.ann.orders.amend(order.id, [so.LineChange("1", 11)], reason="more")
    assert isinstance(more, so.Rejected)
    assert codes(more) == {"stock.short"}
    assert house.desk.orders.get(order.id) == order
    fits = house.ann.orders.amend(order.id, [so.LineChange("1", 10)], reason="more")
    assert isinstance(fits, so.Amended)


def test_without_backorders_a_held_order_may_want_less_but_not_more_than_there_is(
    make_house: Any,
) -> None:
    house = make_house(stock=10, limit="0", policies=without_backorders())
    house.checked = True
    order = house.order(8).order
    more = house.ann.orders.amend(order.id, [so.LineChange("1", 11)], reason="more")
    assert codes(more) == {"stock.short"}
    less = house.ann.orders.amend(order.id, [so.LineChange("1", 4)], reason="less")
    assert isinstance(less, so.Amended)

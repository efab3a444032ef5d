"""Reopening undoes the last cancelling or closing, and asks every gate: it raises what is owed."""

from decimal import Decimal
from typing import Any

import pytest

import salesorders as so
from tests.builders import House, an_item, codes

ZERO = Decimal(0)


@pytest.fixture
def checked(house: House) -> House:
    house.checked = True
    return house


@pytest.mark.parametrize("verb", ["cancel", "close"])
@pytest.mark.parametrize("shipped", [0, 50])
def test_an_order_that_ended_comes_back_as_it_was(house: House, verb: str, shipped: int) -> None:
    house.checked = True
    order = house.order(discount="10%").unwrap()
    if shipped:
        house.shipped(order, {"1": shipped})
    before = house.desk.orders.get(order.id), house.exposure(), house.level()
    getattr(house.ann.orders, verb)(order.id, reason="r").unwrap()
    outcome = house.ann.orders.reopen(order.id, reason="after all")
    assert isinstance(outcome, so.Reopened)
    assert (outcome.order, house.exposure(), house.level()) == before
    house.shipped(outcome.order)
    assert house.exposure().open_orders == 0


def test_p02_the_limit_is_not_passed_by_closing_and_reopening(make_house: Any) -> None:
    house = make_house(limit="200")
    house.checked = True
    old = house.order().unwrap()
    house.ann.orders.close(old.id, reason="r").unwrap()
    house.order().unwrap()
    before = house.state()
    outcome = house.ann.orders.reopen(old.id, reason="r")
    assert isinstance(outcome, so.Held)
    assert codes(outcome) == {"credit.limit"}
    assert outcome.decision.question == "orders.reopen"
    assert outcome.order.status == "cancelled"
    assert house.state()[0] == before[0]
    house.kai.cash.receive("C7", so.Money("30.00", "EUR"))
    assert isinstance(house.ann.orders.reopen(old.id, reason="paid"), so.Reopened)


def test_one_ending_is_undone_at_a_time(checked: House) -> None:
    order = checked.order().unwrap()
    checked.ann.orders.cancel(order.id, {"1": 20}, reason="r").unwrap()
    checked.ann.orders.close(order.id, reason="r").unwrap()
    order = checked.ann.orders.reopen(order.id, reason="r").unwrap()
    assert (order.lines[0].open, order.lines[0].cancelled) == (100, 20)
    order = checked.ann.orders.reopen(order.id, reason="r").unwrap()
    assert (order.lines[0].open, order.lines[0].cancelled) == (120, 0)
    assert codes(checked.ann.orders.reopen(order.id, reason="r")) == {"order.nothing_to_reopen"}


def test_an_order_that_was_held_comes_back_held(make_house: Any) -> None:
    house = make_house(limit=0)
    house.checked = True
    order = house.order(discount="20%").order
    house.ann.orders.cancel(order.id, reason="r").unwrap()
    outcome = house.ann.orders.reopen(order.id, reason="r")
    assert isinstance(outcome, so.Reopened)
    assert sorted(hold.gate for hold in outcome.order.holds) == ["authority", "credit"]
    assert house.exposure().total == 0
    assert house.level().reserved(house.clock.now()) == 120


def test_a_price_that_nobody_agreed_on_does_not_get_lost_in_between(house: House) -> None:
    quote = house.ann.orders.price("C7", [so.Line("BOLT", 120)])
    house.ada.catalog.change(an_item("BOLT", "0.90"))
    order = house.ann.orders.place(quote).order
    house.ann.orders.cancel(order.id, reason="r").unwrap()
    again = house.ann.orders.reopen(order.id, reason="r").unwrap()
    assert [hold.gate for hold in again.holds] == ["price"]


def test_a_price_that_rose_meanwhile_is_a_discount_that_somebody_gives(checked: House) -> None:
    order = checked.order().unwrap()
    checked.ann.orders.cancel(order.id, reason="r").unwrap()
    checked.ada.catalog.change(an_item("BOLT", "1.00"))
    assert codes(checked.ann.orders.reopen(order.id, reason="r")) == {"discount.authority"}
    manager = so.Actor("bob", roles={"sales", "sales-manager"})
    order = checked.ann.orders.reopen(order.id, reason="r", by=manager).unwrap()
    assert order.amounts.line("1").price == Decimal("0.80")
    assert order.makers == ("ann", "bob")


def test_what_is_sold_no_more_is_not_opened_again(checked: House) -> None:
    order = checked.order().unwrap()
    checked.ann.orders.cancel(order.id, reason="r").unwrap()
    checked.ada.catalog.retire("item/BOLT")
    checked.ada.catalog.retire("customer/C7")
    outcome = checked.ann.orders.reopen(order.id, reason="r")
    assert codes(outcome) == {"item.retired", "customer.retired"}


def test_what_others_took_meanwhile_is_promised_for_later(make_house: Any) -> None:
    house = make_house(stock=120, limit="unlimited")
    house.checked = True
    order = house.order().unwrap()
    house.ann.orders.cancel(order.id, reason="r").unwrap()
    house.order().unwrap()
    outcome = house.ann.orders.reopen(order.id, reason="r")
    assert outcome.order.lines[0].claimed == ()
    assert "stock.short" in {finding.code for finding in outcome.findings}


def test_what_was_cancelled_before_a_shipment_is_opened_after_it(checked: House) -> None:
    order = checked.order().unwrap()
    checked.ann.orders.cancel(order.id, {"1": 20}, reason="r").unwrap()
    parts = [checked.shipped(order, {"1": 50})]
    order = checked.ann.orders.reopen(order.id, reason="r").unwrap()
    parts.append(checked.shipped(order))
    assert sum((part.amounts.gross for part in parts), ZERO) == Decimal("114.24")


def test_parts_that_were_cut_from_an_allowance_do_not_grow_by_reopening(checked: House) -> None:
    order = checked.order(discount="5%").unwrap()
    checked.ann.orders.cancel(order.id, {"1": 20}, reason="r").unwrap()
    checked.shipped(order, {"1": 50})
    assert codes(checked.ann.orders.reopen(order.id, reason="r")) == {"order.terms_fixed"}


def test_what_was_declined_is_not_opened_again_by_a_part_that_was_cancelled_before(
    make_house: Any,
) -> None:
    """Else its rest would come back as an order that nobody holds, past the gate that held it."""
    house = make_house(limit="10")
    house.checked = True
    held = house.order(discount="20%").order
    house.ann.orders.cancel(held.id, {"1": 119}, reason="r").unwrap()
    house.bob.orders.decline(held.id, reason="r").unwrap()
    before = house.state()
    assert codes(house.ann.orders.reopen(held.id, reason="r")) == {"order.nothing_to_reopen"}
    assert house.state()[0] == before[0]


def test_a_line_that_was_gone_before_the_first_parcel_comes_back_with_its_discount(
    checked: House,
) -> None:
    checked.ada.catalog.add(an_item("NUT", "10.00"))
    lines = [so.Line("BOLT", 10), so.Line("NUT", 2, discount="10%")]
    order = checked.ann.orders.place(so.OrderRequest("C7", lines)).unwrap()
    checked.ann.orders.cancel(order.id, {"2": 2}, reason="r").unwrap()
    checked.shipped(order)
    back = checked.ann.orders.reopen(order.id, reason="r").unwrap()
    assert back.amounts == order.amounts

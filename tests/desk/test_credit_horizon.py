"""Days of an order and the horizon: what leaves when, line by line, through the desk."""

from datetime import timedelta

import pytest

import salesorders as so
from tests.builders import DAY, House, books_agree, codes
from tests.desk.conftest import MakeHouse
from tests.desk.credit_house import carried, euros, hundreds, policies, worth


def test_p01_less_and_sooner_is_less_where_no_horizon_looks_at_the_day(
    make_house: MakeHouse,
) -> None:
    house = hundreds(make_house(limit="100", policies=policies(oldest_item_days_max=30)))
    order = worth(house, requested_on=DAY + timedelta(days=60)).unwrap()
    house.ada.credit.set_limit("C7", "10")
    sooner = {"requested_on": DAY + timedelta(days=30)}
    moved = house.ann.orders.amend(order.id, reason="sooner", **sooner)
    assert isinstance(moved, so.Amended)
    assert house.desk.orders.get(order.id).credit_on == sooner["requested_on"]


@pytest.mark.parametrize("how", ["ship", "cancel"])
def test_what_is_left_of_an_order_counts_for_its_own_day(make_house: MakeHouse, how: str) -> None:
    house = hundreds(make_house(limit="600", policies=policies(horizon=so.Horizon(days=30))))
    far = DAY + timedelta(days=200)
    lines = [so.Line("HUNDRED", 1), so.Line("HUNDRED", 5, requested_on=far)]
    order = house.ann.orders.place(so.OrderRequest("C7", lines)).unwrap()
    assert house.desk.orders.get(order.id).credit_days == ((DAY, 100), (far, 500))
    assert isinstance(worth(house, 6), so.Held)
    if how == "ship":
        house.wim.shipments.ship(order.id, {"1": 1}).unwrap()
    else:
        house.ann.orders.cancel(order.id, {"1": 1}, reason="no").unwrap()
    assert house.desk.orders.get(order.id).credit_on == far
    account = house.desk.credit.get("C7")
    assert [(day.on, day.amount) for day in account.orders_by_day or ()] == [(far, 500)]
    assert house.ben.credit.recount("C7").unwrap() == account
    assert isinstance(worth(house, 5), so.Placed)
    assert isinstance(worth(house, 2), so.Held)
    sooner = house.wim.shipments.ship(order.id)
    assert codes(sooner) == {"shipment.credit", "credit.limit"}


def two_lines(house: House, near: int = 1, rest: int = 5, far: int = 200) -> so.Order:
    """An order of two lines, so much of it wanted today and the rest on a far day."""
    lines = [
        so.Line("HUNDRED", near),
        so.Line("HUNDRED", rest, requested_on=DAY + timedelta(days=far)),
    ]
    return house.ann.orders.place(so.OrderRequest("C7", lines)).unwrap()


def test_pulling_in_one_line_asks_for_that_line_alone(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="300", policies=policies(horizon=so.Horizon(days=30))))
    order = two_lines(house)
    soon = DAY + timedelta(days=10)
    held = house.ann.orders.amend(order.id, [so.LineChange("2", requested_on=soon)], reason="r")
    assert codes(held) == {"credit.limit"}
    less = [so.LineChange("2", 2, requested_on=soon)]
    assert isinstance(house.ann.orders.amend(order.id, less, reason="r"), so.Amended)
    days = house.desk.credit.get("C7").orders_by_day or ()
    assert [(day.on, day.amount) for day in days] == [(DAY, 100), (soon, 200)]
    assert house.ben.credit.recount("C7").differences == ()


def test_a_part_that_leaves_early_counts_and_the_rest_does_not(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="300", policies=policies(horizon=so.Horizon(days=30))))
    order = two_lines(house)
    assert "credit.limit" in codes(house.wim.shipments.ship(order.id, {"2": 3}))
    assert isinstance(house.wim.shipments.ship(order.id, {"2": 2}), so.Shipped)
    account = house.desk.credit.get("C7")
    assert (account.exposure.delivered_unbilled, account.exposure.open_orders) == (200, 400)
    assert [(day.on, day.amount) for day in account.orders_by_day or ()] == [
        (DAY, 100),
        (DAY + timedelta(days=200), 300),
    ]


def test_a_line_that_is_promised_in_parts_counts_for_each_of_its_days(
    make_house: MakeHouse,
) -> None:
    house = make_house(stock=40, policies=policies(horizon=so.Horizon(days=30)))
    later = DAY + timedelta(days=60)
    house.wim.stock.plan_receipt("BOLT", 50, site="BER", on=later)
    order = house.order(100, requested_on=DAY).unwrap()
    near, far = order.credit_days
    assert (near[0], far[0]) == (DAY, later)
    assert near[1] + far[1] == order.total.amount
    # 10 are promised for no day: they count for the day they are wanted, 50 of 100 with the 40.
    open_base = sum(entry.quantity for entry in order.lines[0].claimed)
    assert near[1] == order.total.amount * (100 - open_base + 40) / 100


def test_what_if_an_order_were_worth_more_spreads_it_over_its_days(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="300", policies=policies(horizon=so.Horizon(days=30))))
    order = two_lines(house)
    assert house.ben.credit.what_if(order.id, amount=euros(1800)).decision.allowed
    assert not house.ben.credit.what_if(order.id, amount=euros("1806.00")).decision.allowed
    assert not house.ben.credit.what_if(order.id, ships_on=DAY).decision.allowed


# --- paid ahead, and far away


def far_away(house: House, n: int, **more: object) -> so.Placed | so.Held:
    """An order of so many hundreds for a day far beyond the horizon."""
    far = DAY + timedelta(days=60)
    asked = so.OrderRequest("C7", [so.Line("HUNDRED", n, requested_on=far)], **more)  # type: ignore[arg-type]  # any field
    outcome = house.ann.orders.place(asked)
    assert isinstance(outcome, so.Placed | so.Held)
    return outcome


def by_day(house: House) -> list[tuple[object, object]]:
    return [(day.on, day.amount) for day in house.desk.credit.get("C7").orders_by_day or ()]


@pytest.mark.parametrize("prepaid", [True, False])
def test_p01_cash_for_an_order_beyond_the_horizon_buys_no_other(
    make_house: MakeHouse, prepaid: bool
) -> None:
    near = policies(horizon=so.Horizon(days=5), releases_automatically=True)
    house = hundreds(make_house(limit="100", policies=near))
    order = far_away(house, 5, prepaid=prepaid).order
    house.kai.cash.receive("C7", euros(500), order=order.id).unwrap()
    carried(house)
    assert not house.desk.orders.get(order.id).is_held
    assert by_day(house) == [(DAY, 500)]
    assert codes(worth(house, 5)) == {"credit.limit"}
    assert isinstance(worth(house, 1), so.Placed)
    assert house.ben.credit.recount("C7").differences == ()


def test_what_leaves_first_is_paid_for_and_the_rest_keeps_its_day(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="300", policies=policies(horizon=so.Horizon(days=30))))
    order = two_lines(house, near=2, rest=4)
    far = DAY + timedelta(days=200)
    paid = house.kai.cash.receive("C7", euros(300), order=order.id).unwrap()
    assert by_day(house) == [(DAY, 300), (far, 300)]
    house.wim.shipments.ship(order.id, {"1": 2}).unwrap()
    assert by_day(house) == [(DAY, 100), (far, 300)]
    assert house.ben.credit.recount("C7").differences == ()
    house.kai.cash.reverse(paid.id, reason="bounced").unwrap()
    assert by_day(house) == [(far, 400)]
    assert house.ben.credit.recount("C7").differences == ()
    books_agree(house)


def test_what_is_paid_ahead_of_an_order_that_is_over_counts_for_no_day(
    make_house: MakeHouse,
) -> None:
    house = hundreds(make_house(limit="1000", policies=policies(horizon=so.Horizon(days=30))))
    order = two_lines(house, near=2, rest=4)
    house.kai.cash.receive("C7", euros(500), order=order.id).unwrap()
    house.wim.shipments.ship(order.id, {"1": 2}).unwrap()
    house.ann.orders.cancel(order.id, {"2": 4}, reason="no").unwrap()
    assert by_day(house) == []
    assert codes(house.ben.credit.what_if(order.id).decision) == set()
    assert house.ben.credit.recount("C7").differences == ()

"""A change under a key that comes again is one change; many at once are raced in ``tests/races/serial.py``."""

from collections.abc import Callable
from typing import Any

import pytest

import salesorders as so
from tests.builders import House

VERBS: dict[str, Callable[[House, str], Any]] = {
    "ship": lambda h, order: h.wim.shipments.ship(order, {"1": 50}, key="ship"),
    "cancel": lambda h, order: h.ann.orders.cancel(order, {"1": 60}, reason="r", key="cancel"),
    "amend": lambda h, order: h.ann.orders.amend(
        order, [so.LineChange("1", 90)], reason="r", key="amend"
    ),
    "close": lambda h, order: h.ann.orders.close(order, reason="r", key="close"),
}


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_the_same_key_twice_is_one_change(house: House, verb: str) -> None:
    order = house.order().unwrap()
    first = VERBS[verb](house, order.id)
    before = house.state()
    assert VERBS[verb](house, order.id) == first
    assert house.state() == before


@pytest.mark.parametrize("lines", [{"2": "NaN", "1": 1}, {"1": 1, "2": "NaN"}])
@pytest.mark.parametrize("verb", ["ship", "cancel"])
def test_what_is_wrong_with_a_line_is_told_with_its_place_by_id(
    house: House, verb: str, lines: dict[str, Any]
) -> None:
    order = house.order().unwrap()
    doors: dict[str, Callable[[], Any]] = {
        "ship": lambda: house.wim.shipments.ship(order.id, lines),
        "cancel": lambda: house.ann.orders.cancel(order.id, lines, reason="r"),
    }
    before = house.state()
    with pytest.raises(so.SalesOrdersError) as said:
        doors[verb]()
    assert (said.value.code, said.value.path) == ("quantity.text", "lines[1].quantity")
    assert house.state() == before


def _turned(lines: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(lines.items()))


@pytest.mark.parametrize("verb", ["ship", "cancel", "apply"])
def test_a_dict_in_another_order_is_the_same_command(house: House, verb: str) -> None:
    request = so.OrderRequest("C7", [so.Line("BOLT", 2), so.Line("BOLT", 3)])
    order = house.ann.orders.place(request).unwrap()
    lines: dict[str, Any] = {"1": 1, "2": 2}
    first, second = house.sold(), house.sold()
    cash = house.kai.cash
    payment = cash.receive("C7", so.Money("150.00", "EUR")).payment
    shares = {first.id: so.Money("10.00", "EUR"), second.id: so.Money("20.00", "EUR")}
    doors: dict[str, Callable[[bool], Any]] = {
        "ship": lambda turn: house.wim.shipments.ship(
            order.id, _turned(lines) if turn else lines, key="k"
        ),
        "cancel": lambda turn: house.ann.orders.cancel(
            order.id, _turned(lines) if turn else lines, reason="r", key="k"
        ),
        "apply": lambda turn: cash.apply(payment.id, _turned(shares) if turn else shares, key="k"),
    }
    done = doors[verb](False)
    assert done.unwrap()
    before = house.state()
    assert doors[verb](True) == done
    assert house.state() == before

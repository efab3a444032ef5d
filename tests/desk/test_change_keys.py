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

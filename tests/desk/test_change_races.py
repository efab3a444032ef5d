"""T4: an order that is shipped, cancelled, changed and closed at once ends as if one went after the other."""

from collections.abc import Callable
from itertools import permutations
from threading import Thread
from typing import Any

import pytest

import salesorders as so
from tests.builders import House, a_house, books_agree

VERBS: dict[str, Callable[[House, str], Any]] = {
    "ship": lambda h, order: h.wim.shipments.ship(order, {"1": 50}, key="ship"),
    "cancel": lambda h, order: h.ann.orders.cancel(order, {"1": 60}, reason="r", key="cancel"),
    "amend": lambda h, order: h.ann.orders.amend(
        order, [so.LineChange("1", 90)], reason="r", key="amend"
    ),
    "close": lambda h, order: h.ann.orders.close(order, reason="r", key="close"),
}


def ended(house: House, order: str) -> tuple[Any, ...]:
    """What is left of the order, whoever was first."""
    line = house.desk.orders.get(order).lines[0]
    level = house.level()
    counted = (line.ordered, line.shipped, line.cancelled)
    return (*counted, level.on_hand, level.claimed, house.exposure())


def in_turn(names: tuple[str, ...]) -> tuple[Any, ...]:
    house = a_house("sync")
    order = house.order(key="order").unwrap()
    for name in names:
        VERBS[name](house, order.id)
    return ended(house, order.id)


def test_at_once_is_like_one_after_the_other(any_store: Any) -> None:
    serial = {in_turn(names) for names in permutations(VERBS)}
    for kind in ("text", "sqlite"):
        house = a_house("sync", store=any_store.make("sync", kind))
        order = house.order(key="order").unwrap()
        threads = [Thread(target=verb, args=(house, order.id)) for verb in VERBS.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert ended(house, order.id) in serial
        books_agree(house)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_the_same_key_twice_is_one_change(house: House, verb: str) -> None:
    order = house.order().unwrap()
    first = VERBS[verb](house, order.id)
    before = house.state()
    assert VERBS[verb](house, order.id) == first
    assert house.state() == before

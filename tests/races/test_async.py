"""Many coroutines of one loop race as threads do: nobody loses, and nobody is sent away."""

from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

import salesorders as so
from tests.builders import House, a_customer, a_house, an_item, books_agree, finished
from tests.races.ground import POLICIES
from tests.storing import Stores

CROWD = 16
KINDS = ["values", "sqlite", "postgres"]
Call = Callable[[], Coroutine[Any, Any, Any]]


@pytest.fixture(params=KINDS)
def new_house(request: pytest.FixtureRequest, any_store: Stores) -> Callable[..., House]:
    """Makes houses of the async twin over one kind of store."""
    return lambda **more: a_house("aio", store=any_store.make("aio", request.param), **more)


def together(calls: list[Call]) -> list[Any]:
    """Run all calls at once on one loop."""
    import asyncio

    async def gathered() -> list[Any]:
        return list(await asyncio.gather(*(call() for call in calls)))

    answers: list[Any] = finished(gathered())
    return answers


def kinds(outcomes: list[Any]) -> Counter[str]:
    return Counter(type(outcome).__name__ for outcome in outcomes)


def desk_of(house: House, by: str = "ann", role: str = "sales") -> Any:
    return house.raw.as_(so.Actor(by, roles={role}))


def test_more_buyers_than_units(new_house: Callable[..., House]) -> None:
    house = new_house(limit="unlimited", stock=5, policies=POLICIES)
    customers = [a_customer(f"B{n}", "unlimited") for n in range(CROWD)]
    house.ada.catalog.add(*customers)
    desk = desk_of(house)

    def buy(n: int) -> Call:
        request = so.OrderRequest(f"B{n}", [so.Line("BOLT", 1)])
        return lambda: desk.orders.place(request, key=f"b{n}")

    outcomes = together([buy(n) for n in range(CROWD)])
    assert kinds(outcomes) == {"Placed": 5, "Rejected": CROWD - 5}
    assert house.level().claimed == 5
    books_agree(house)


def test_orders_against_a_limit(new_house: Callable[..., House]) -> None:
    house = new_house(limit="1000", stock=0)
    house.ada.catalog.add(an_item("HUNDRED", "100", tax="Z", stocked=False))
    desk = desk_of(house)

    def order(n: int) -> Call:
        request = so.OrderRequest("C7", [so.Line("HUNDRED", 1)])
        return lambda: desk.orders.place(request, key=f"o{n}")

    outcomes = together([order(n) for n in range(CROWD)])
    assert kinds(outcomes) == {"Placed": 10, "Held": CROWD - 10}
    assert house.exposure().open_orders == 1000
    books_agree(house)


def test_invoice_numbers(new_house: Callable[..., House]) -> None:
    house = new_house(limit="unlimited")
    shipments = [house.shipped(house.order(1).unwrap()) for _ in range(CROWD)]
    desk = desk_of(house, "fay", "billing")

    def bill(shipment: Any) -> Call:
        return lambda: desk.invoices.issue(shipment.id, key=f"i-{shipment.id}")

    outcomes = together([bill(shipment) for shipment in shipments])
    numbers = sorted(outcome.unwrap().number for outcome in outcomes)
    assert numbers == [f"INV-2026-{n:06d}" for n in range(1, CROWD + 1)]
    books_agree(house)


def test_one_key_at_many_doors(new_house: Callable[..., House]) -> None:
    house = new_house()
    rows = len(house.rows())
    desk = desk_of(house)
    request = so.OrderRequest("C7", [so.Line("BOLT", 1)])
    answers = together([lambda: desk.orders.place(request, key="web-1")] * CROWD)
    assert all(answer == answers[0] for answer in answers)
    assert len(house.rows()) == rows + 1

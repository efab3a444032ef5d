"""Limits that are shared hold under many threads, over every kind of store."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

import salesorders as so
from tests.builders import House, a_house, books_agree
from tests.desk.credit_house import a_group
from tests.storing import Stores

THREADS = 8


@pytest.fixture(params=["values", "sqlite", "postgres"])
def new_house(request: pytest.FixtureRequest, any_store: Stores) -> Callable[..., House]:
    """Makes houses over one kind of store."""
    return lambda **more: a_house(store=any_store.make("sync", request.param), **more)


def together(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run all calls on a few threads that begin at once; one that was outrun too often is sent again."""
    gate = Barrier(min(THREADS, len(calls)))

    def worker(mine: list[Callable[[], Any]]) -> list[Any]:
        gate.wait()
        return [patient(call) for call in mine]

    with ThreadPoolExecutor(gate.parties) as pool:
        shares = [pool.submit(worker, calls[n :: gate.parties]) for n in range(gate.parties)]
        return [answer for share in shares for answer in share.result()]


def patient(call: Callable[[], Any]) -> Any:
    while True:
        try:
            return call()
        except so.ConcurrencyExhausted:
            continue


def test_two_customers_of_one_group_never_exceed_its_limit_together(
    new_house: Callable[..., House],
) -> None:
    house = a_group(new_house(limit="unlimited", stock=0), "1000", "C7", "C8")
    ann = house.raw.as_(so.Actor("ann", roles=["sales"]))

    def order(n: int) -> Any:
        request = so.OrderRequest(("C7", "C8")[n % 2], [so.Line("HUNDRED", 1)])
        return ann.orders.place(request, key=f"o-{n}")

    outcomes = together([lambda n=n: order(n) for n in range(50)])
    assert sum(isinstance(outcome, so.Placed) for outcome in outcomes) == 10
    assert house.exposure("GROUP").open_orders == 1000
    books_agree(house)


def test_two_groups_that_join_each_other_at_once_make_no_cycle(
    new_house: Callable[..., House],
) -> None:
    house = new_house()
    ada = house.raw.as_(so.Actor("ada", roles=["master-data"]))
    for name in ("G1", "G2"):
        ada.credit.open(name, "1000", key=name)

    def join(one: str, other: str) -> Any:
        return ada.credit.arrange(one, within=[other], key=f"join-{one}")

    outcomes = together([lambda: join("G1", "G2"), lambda: join("G2", "G1")])
    assert sum(isinstance(outcome, so.Rejected) for outcome in outcomes) == 1


def test_money_and_orders_at_once_release_what_fits_and_no_more(
    new_house: Callable[..., House],
) -> None:
    house = a_group(new_house(limit="500", stock=0), "unlimited", "C7")
    ann, ben, kai = (
        house.raw.as_(so.Actor(name, roles=[role]))
        for name, role in (("ann", "sales"), ("ben", "credit"), ("kai", "cash"))
    )
    request = so.OrderRequest("C7", [so.Line("HUNDRED", 1)])
    for n in range(10):
        ann.orders.place(request, key=f"before-{n}")

    def step(n: int) -> Any:
        if n % 3 == 0:
            return kai.cash.receive("C7", so.Money("100.00", "EUR"), key=f"pay-{n}")
        if n % 3 == 1:
            return ben.credit.recheck("C7", key=f"check-{n}")
        return ann.orders.place(request, key=f"order-{n}")

    together([lambda n=n: step(n) for n in range(24)])
    ben.credit.recheck("C7", key="last")
    exposure = house.exposure()
    assert exposure.unapplied == 800
    assert exposure.total == 500
    books_agree(house)

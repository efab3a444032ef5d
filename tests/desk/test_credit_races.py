"""Limits that are shared hold under many threads, over every kind of store."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest

import salesorders as so
from tests.builders import House, a_house, books_agree
from tests.desk.credit_house import a_group, hundreds
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


class Rates:
    """Counts how often it is asked, and takes its time."""

    def __init__(self) -> None:
        self.asked = 0

    def rate(self, source: str, target: str, on: date) -> so.ExchangeRate:
        self.asked += 1
        return so.ExchangeRate(source, target, "1.25", on)


def test_a_source_is_asked_once_a_command_however_often_that_is_outrun(
    new_house: Callable[..., House],
) -> None:
    rates = Rates()
    house = hundreds(new_house(limit="0", stock=0, sources=so.Sources(rates=rates)))
    house.ada.credit.set_limit("C7", "1250", currency="USD")
    rates.asked = 0
    ann = house.raw.as_(so.Actor("ann", roles=["sales"]))
    request = so.OrderRequest("C7", [so.Line("HUNDRED", 1)])
    outcomes = together([lambda n=n: ann.orders.place(request, key=f"o-{n}") for n in range(24)])
    assert sum(isinstance(outcome, so.Placed) for outcome in outcomes) == 10
    assert house.exposure().open_orders == 1000
    assert rates.asked == 24


def test_a_question_that_comes_up_with_documents_in_hand_is_put_before_the_next_try(
    new_house: Callable[..., House],
) -> None:
    """The limit's currency changes between the first look and the second: nobody is asked while others wait."""
    rates = Rates()
    house = hundreds(new_house(limit="5000", stock=0, sources=so.Sources(rates=rates)))
    inner, asked_in_hand = house.raw_store, []
    decide = inner.decide

    def outrun(tenant: str, asked: Any, refs: Any, hand: Any) -> Any:
        before = rates.asked
        try:
            return decide(tenant, asked, refs, hand)
        finally:
            asked_in_hand.append(rates.asked - before)

    commit = inner.commit

    def too_late(tenant: str, entry: Any) -> Any:
        inner.commit = commit
        house.ada.credit.set_limit("C7", "100", currency="USD")
        rates.asked = 0
        return commit(tenant, entry)

    inner.decide, inner.commit = outrun, too_late
    outcome = house.order(1, sku="HUNDRED")
    assert isinstance(outcome, so.Held)
    assert {f.code for f in outcome.findings} == {"credit.limit"}
    assert rates.asked == 1
    assert len(asked_in_hand) == 2
    assert not any(asked_in_hand)

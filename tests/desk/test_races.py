"""Many threads at one store: numbers stay gapless, limits and stock hold, a key has one effect."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

import salesorders as so
from tests.builders import DAY, House, a_customer, a_house, an_item, books_agree
from tests.storing import Stores


def together(calls: list[Callable[[], Any]], threads: int | None = None) -> list[Any]:
    """Run all calls at once, as far as Python does; one that was outrun too often is sent again."""
    gate = Barrier(threads or len(calls))

    def started(call: Callable[[], Any]) -> Any:
        gate.wait()
        return patient(call)

    if threads is None:
        with ThreadPoolExecutor(len(calls)) as pool:
            return [f.result() for f in [pool.submit(started, call) for call in calls]]

    def worker(mine: list[Callable[[], Any]]) -> list[Any]:
        gate.wait()
        return [patient(call) for call in mine]

    with ThreadPoolExecutor(threads) as pool:
        shares = [pool.submit(worker, calls[n::threads]) for n in range(threads)]
        return [answer for share in shares for answer in share.result()]


def patient(call: Callable[[], Any]) -> Any:
    for _ in range(200):
        try:
            return call()
        except so.ConcurrencyExhausted:
            continue
    return call()


# Async stores over a database belong to one loop, and every thread here has one of its own.
GROUNDS = [("sync", "values"), ("aio", "values"), ("sync", "sqlite"), ("sync", "postgres")]


@pytest.fixture(params=GROUNDS, ids=["-".join(ground) for ground in GROUNDS])
def new_house(request: pytest.FixtureRequest, any_store: Stores) -> Callable[..., House]:
    """Makes houses over one kind of store."""
    twin, kind = request.param
    return lambda **more: a_house(twin, store=any_store.make(twin, kind), **more)


def test_invoice_numbers_are_gapless_and_unique_under_eight_threads(
    new_house: Callable[..., House],
) -> None:
    house = new_house(limit="unlimited")
    shipments = [house.shipped(house.order(1).unwrap()) for _ in range(24)]
    calls = [
        lambda s=s: house.fay.invoices.issue(s.id, key=f"inv-{s.id}").unwrap().number
        for s in shipments
    ]
    numbers = sorted(together(calls, threads=8))
    assert numbers == [f"INV-2026-{n:06d}" for n in range(1, 25)]
    books_agree(house)


def test_fifty_orders_of_100_against_a_limit_of_1000_place_ten(
    new_house: Callable[..., House],
) -> None:
    house = new_house(limit="1000", stock=0)
    house.ada.catalog.add(an_item("HUNDRED", "100", tax="Z", stocked=False))
    calls = [lambda n=n: house.order(1, sku="HUNDRED", key=f"o-{n}") for n in range(50)]
    outcomes = together(calls)
    assert sum(isinstance(outcome, so.Placed) for outcome in outcomes) == 10
    assert sum(isinstance(outcome, so.Held) for outcome in outcomes) == 40
    assert house.exposure().open_orders == 1000
    books_agree(house)


def test_fifty_buyers_never_get_more_than_the_last_ten(
    new_house: Callable[..., House],
) -> None:
    house = new_house(limit="unlimited", stock=10)
    calls = [lambda n=n: house.order(1, key=f"o-{n}").unwrap() for n in range(50)]
    orders = together(calls)
    now = [
        order
        for order in orders
        if order.lines[0].claimed[:1] and order.lines[0].claimed[0].on == DAY
    ]
    assert len(now) == 10
    outcomes = [house.wim.shipments.ship(order.id) for order in orders]
    assert sum(isinstance(outcome, so.Shipped) for outcome in outcomes) == 10
    assert house.level().on_hand == 0


def test_two_items_in_crossed_order_never_deadlock(
    new_house: Callable[..., House],
) -> None:
    house = new_house(limit="unlimited", stock=30)
    house.ada.catalog.add(an_item("NUT"))
    house.wim.stock.receive("NUT", 30, site="BER")
    pairs = [("BOLT", "NUT"), ("NUT", "BOLT")]

    def place(n: int) -> Any:
        lines = [so.Line(sku, 1) for sku in pairs[n % 2]]
        return house.ann.orders.place(so.OrderRequest("C7", lines), key=f"o-{n}").unwrap()

    orders = together([lambda n=n: place(n) for n in range(16)])
    assert all(line.claimed[0].on == DAY for order in orders for line in order.lines)
    assert house.level().claimed == house.level("NUT").claimed == 16


def test_one_key_from_twenty_threads_has_one_effect_and_equal_answers(
    new_house: Callable[..., House],
) -> None:
    house = new_house()
    rows = len(house.rows())
    answers = together([lambda: house.order(key="web-1")] * 20)
    assert all(answer == answers[0] for answer in answers)
    assert len(house.rows()) == rows + 1
    assert len(house.desk.orders.find(customer="C7").items) == 1


def test_one_bank_reference_from_ten_threads_is_booked_once(
    new_house: Callable[..., House],
) -> None:
    house = new_house()
    money = so.Money("5.00", "EUR")
    calls = [
        lambda n=n: house.kai.cash.receive("C7", money, bank_ref="B1", key=f"p-{n}")
        for n in range(10)
    ]
    outcomes = together(calls)
    assert sum(isinstance(outcome, so.Rejected) for outcome in outcomes) == 9
    assert house.exposure().unapplied == Decimal("5.00")


def test_one_order_shipped_from_eight_threads_leaves_once(
    new_house: Callable[..., House],
) -> None:
    house = new_house()
    order = house.order().unwrap()
    calls = [lambda n=n: house.wim.shipments.ship(order.id, key=f"s-{n}") for n in range(8)]
    outcomes = together(calls)
    assert sum(isinstance(outcome, so.Shipped) for outcome in outcomes) == 1
    assert house.level().on_hand == 380
    books_agree(house)


def test_two_approvers_let_an_order_go_once(
    new_house: Callable[..., House],
) -> None:
    house = new_house(limit="unlimited")
    order = house.order(discount="50%").order
    calls = [
        lambda n=n: house.bob.orders.approve(order.id, reason="r", key=f"a-{n}") for n in range(4)
    ]
    outcomes = together(calls)
    assert sum(isinstance(outcome, so.Placed) for outcome in outcomes) == 1
    assert house.exposure().open_orders == order.amounts.gross
    books_agree(house)


def test_readers_never_see_half_an_order(
    new_house: Callable[..., House],
) -> None:
    house = new_house(limit="unlimited", stock=5_000)

    def write(n: int) -> None:
        house.sold(1) if n % 2 else house.order(1)

    def read(n: int) -> None:
        for page in (
            house.desk.invoices.find(customer="C7"),
            house.desk.shipments.find(customer="C7"),
        ):
            assert all(item.amounts.gross >= 0 for item in page.items)

    house.clock.advance(days=0)
    calls = [lambda n=n: write(n) if n % 4 < 2 else read(n) for n in range(16)]
    together(calls)
    books_agree(house)
    assert house.desk.audit.verify()
    assert house.desk.reports.ageing(DAY + timedelta(days=1))


def test_two_customers_of_one_group_never_exceed_its_limit_together(
    new_house: Callable[..., House],
) -> None:
    house = new_house(limit="unlimited", stock=0)
    house.ada.catalog.add(
        an_item("HUNDRED", "100", tax="Z", stocked=False), a_customer("C8", "unlimited")
    )
    house.ada.credit.open("GROUP", "1000")
    for name in ("C7", "C8"):
        house.ada.credit.arrange(name, within=["GROUP"])
    calls = [
        lambda n=n: house.order(1, sku="HUNDRED", customer=("C7", "C8")[n % 2], key=f"o-{n}")
        for n in range(50)
    ]
    outcomes = together(calls)
    assert sum(isinstance(outcome, so.Placed) for outcome in outcomes) == 10
    assert house.exposure("GROUP").open_orders == 1000
    books_agree(house)


def test_two_groups_that_join_each_other_at_once_make_no_cycle(
    new_house: Callable[..., House],
) -> None:
    house = new_house()
    for name in ("G1", "G2"):
        house.ada.credit.open(name, "1000")
    calls = [
        lambda a=a, b=b: house.ada.credit.arrange(a, within=[b], key=f"join-{a}")
        for a, b in (("G1", "G2"), ("G2", "G1"))
    ]
    outcomes = together(calls)
    assert sum(isinstance(outcome, so.Rejected) for outcome in outcomes) == 1

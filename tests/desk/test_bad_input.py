"""Whatever comes through a public door: one of our errors with code and path, or a rejection; nothing changes."""

import itertools
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

import salesorders as so
from tests.builders import DAY, SELLER, TWINS, House, a_customer, a_house, a_line, finished, refusal
from tests.desk.bad_values import (
    IDS,
    MONEY,
    THINGS,
    but,
)
from tests.desk.later_doors import DOORS

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\Z")
SECONDS = 2.0
HOUSES: dict[str, tuple[House, tuple[str, int]]] = {}


def a_busy_house(twin: str) -> House:
    """A house with an order that is half shipped, an open invoice and unapplied cash."""
    house = a_house(twin, encoded=twin == "aio")
    order = house.order().unwrap()
    house.billed(house.shipped(order, {"1": 10}))
    house.shipped(order, {"1": 10})
    house.kai.cash.receive("C7", so.Money("7.77", "EUR"))
    return house


def untouched(house: House) -> tuple[str, int]:
    """Documents and outbox; a rejection leaves its row and nothing else."""
    waiting = house.store.pending(house.tenant, limit=1_000)
    return house.desk.backup.state_hash(), len(waiting)


def shared(twin: str) -> tuple[House, tuple[str, int]]:
    """One house for all rows, until one of them changes it."""
    if twin not in HOUSES:
        house = a_busy_house(twin)
        HOUSES[twin] = house, untouched(house)
    return HOUSES[twin]


ROWS = [(name, value) for name, (values, _) in DOORS.items() for value in values]
# The twin is generated: a seventh of the rows shows that its doors are the same.
TWIN_ROWS = [("sync", *row) for row in ROWS] + [("aio", *row) for row in ROWS[::7]]


@pytest.mark.parametrize(
    ("twin", "name", "value"), TWIN_ROWS, ids=["-".join(row) for row in TWIN_ROWS]
)
def test_bad_input_is_refused_and_changes_nothing(twin: str, name: str, value: str) -> None:
    house, before = shared(twin)
    values, call = DOORS[name]
    HOUSES.pop(twin)
    started = time.perf_counter()
    assert all(CODE.match(code) for code in refusal(lambda: call(house, values[value])))
    assert time.perf_counter() - started < SECONDS
    assert untouched(house) == before
    HOUSES[twin] = house, before


def test_an_error_leads_to_the_field(house: House) -> None:
    def path(call: Callable[[], object]) -> str:
        with pytest.raises(so.SalesOrdersError) as refused:
            call()
        return refused.value.path

    assert path(lambda: so.Line("BOLT", 0)) == "quantity"
    assert path(lambda: so.Line("BOLT", 1, discount="101%")) == "discount"
    assert path(lambda: so.OrderRequest("C7", [])) == "lines"
    assert (
        path(lambda: so.OrderRequest("C7", [a_line(1, id="A"), a_line(1, id="A")])) == "lines[1].id"
    )
    assert path(lambda: house.wim.shipments.ship("SO-1")) == "order"
    assert path(lambda: house.ada.credit.set_limit("C7", "-1")) == "limit"
    assert path(lambda: house.kai.cash.receive("C7", so.Money(-1, "EUR"))) == "amount"
    assert path(lambda: house.ada.catalog.add(a_customer("N", limit="0.001"))) == "[0].credit_limit"


# --- assembling a desk

DESKS: dict[str, dict[str, Any]] = {
    "seller": {"seller": but(THINGS)},
    "currency": {"currency": {**IDS, "small": "eur", "unknown": "ZZZ", "testing": "XXX"}},
    "tenant": {"tenant": IDS},
    "zone": {"zone": {**IDS, "unknown": "Mars/Phobos"}},
    "policies": {"policies": but(THINGS, "none", "list", "dict") | {"full": [1]}},
    "gateways": {"gateways": {"number": 5, "text": "x", "true": True}},
    "clock": {"clock": but(THINGS, "none", "list", "dict")},
    "store": {"store": THINGS},
}
DESK_ROWS = [(field, name) for field, named in DESKS.items() for name in named[field]]


@pytest.mark.parametrize("twin", ["sync", "aio"])
@pytest.mark.parametrize(("field", "name"), DESK_ROWS, ids=["-".join(row) for row in DESK_ROWS])
def test_a_desk_is_not_assembled_of_something_else(twin: str, field: str, name: str) -> None:
    door = TWINS[twin]
    good = {"store": door.MemoryStore(), "seller": SELLER, "currency": "EUR"}
    with pytest.raises(so.SalesOrdersError) as refused:
        door.Desk(**{**good, field: DESKS[field][field][name]})
    assert CODE.match(refused.value.code)


@pytest.mark.parametrize("part", [field.name for field in attrs.fields(so.Policies)])
@pytest.mark.parametrize("wrong", [None, "gentle", 5, so.Policies, so.Terms.parse("net 30")])
def test_a_part_of_the_policies_is_not_something_else(part: str, wrong: Any) -> None:
    with pytest.raises(so.InvalidValue) as refused:
        so.Policies(**{part: wrong})
    assert (refused.value.code, refused.value.path) == ("policies.type", f"policies.{part}")


VERSIONED = [field.name for field in attrs.fields(so.Policies) if field.name != "chart"]


@pytest.mark.parametrize("part", VERSIONED)
@pytest.mark.parametrize("wrong", [None, "x", 2, so.PolicyVersion])
def test_a_policy_says_which_version_it_is(part: str, wrong: Any) -> None:
    kind = type(getattr(so.Policies(), part))
    with pytest.raises(so.InvalidValue) as refused:
        kind(version=wrong)
    assert (refused.value.code, refused.value.path) == ("value.type", "version")


@pytest.mark.parametrize("wrong", [None, "gentle", so.RelayPolicy()])
def test_every_version_of_the_policies_is_one(wrong: Any) -> None:
    dated = so.Dated({DAY: so.Policies(), DAY + timedelta(days=1): wrong})
    with pytest.raises(so.InvalidValue) as refused:
        so.Desk.in_memory(seller=SELLER, currency="EUR", policies=dated)
    assert (refused.value.code, refused.value.path) == ("policies.type", "policies")


class Around:
    """Hands everything on to another store."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def read(self, tenant: str, refs: Any) -> Any:
        return self.inner.read(tenant, refs)

    def commit(self, tenant: str, entry: Any) -> Any:
        return self.inner.commit(tenant, entry)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def stores(twin: str, other: str) -> dict[str, Any]:
    """What a desk of one twin must not take."""
    return {
        "of the other desk": TWINS[other].MemoryStore(),
        "a driver's connection": sqlite3.connect(":memory:"),
        **({"around one that blocks": Around(TWINS[other].MemoryStore())} if twin == "aio" else {}),
    }


OTHERS = [(*pair, name) for pair in (("sync", "aio"), ("aio", "sync")) for name in stores(*pair)]


@pytest.mark.parametrize(("twin", "other", "name"), OTHERS)
def test_a_store_of_something_else_is_refused(twin: str, other: str, name: str) -> None:
    door, wrong = TWINS[twin], stores(twin, other)[name]
    for assemble in (
        lambda: door.Desk(store=wrong, seller=SELLER, currency="EUR"),
        lambda: door.Relay(wrong, "main", {}, clock=door.FixedClock(DAY)),
    ):
        with pytest.raises(so.InvalidValue) as refused:
            assemble()
        assert (refused.value.code, refused.value.path) == ("store.type", "store")


@pytest.mark.parametrize("twin", ["sync", "aio"])
def test_a_store_around_another_is_taken(twin: str) -> None:
    house = a_house(twin, store=Around(TWINS[twin].MemoryStore()))
    assert isinstance(house.order(), so.Placed)
    assert house.desk.audit.verify()


class Taking:
    def deliver(self, tenant: str, key: str, effect: Any) -> None: ...


WRONG = {"nothing": None, "a number": 5, "no deliver": object(), "a class": Taking}


@pytest.mark.parametrize("twin", ["sync", "aio"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_gateway_that_carries_nothing_is_refused(twin: str, wrong: str) -> None:
    with pytest.raises(so.InvalidValue) as refused:
        a_house(twin, gateways={"notices": WRONG[wrong]})
    assert (refused.value.code, refused.value.path) == ("gateways.type", "gateways.notices")


@pytest.mark.parametrize(
    ("name", "code"), [("", "id.blank"), (5, "id.type"), ("a b", "id.characters")]
)
def test_a_gateway_has_a_name(name: Any, code: str) -> None:
    with pytest.raises(so.InvalidValue) as refused:
        a_house("sync", gateways={name: Taking()})
    assert (refused.value.code, refused.value.path) == (code, "gateways")


class Naive:
    def now(self) -> datetime:
        return datetime(2026, 11, 23)  # noqa: DTZ001  # that is what is wrong with it


def test_a_clock_without_a_zone_is_refused(make_house: Any) -> None:
    with pytest.raises(so.InvalidValue) as refused:
        make_house(clock=Naive())
    assert (refused.value.code, refused.value.path) == ("moment.naive", "clock")


@pytest.mark.parametrize("start", [datetime(2026, 11, 23), "2026-11-23", None, 5, object()])  # noqa: DTZ001  # refused
def test_a_fixed_clock_starts_at_a_day_or_a_moment_with_a_zone(start: Any) -> None:
    with pytest.raises(so.SalesOrdersError):
        so.FixedClock(start)


@pytest.mark.parametrize("amount", [{"days": 10**12}, {"days": "1"}, {"days": None}, {"days": 0.5}])
def test_a_fixed_clock_moves_by_whole_days(amount: Any) -> None:
    clock = so.FixedClock(DAY)
    with pytest.raises(so.SalesOrdersError):
        clock.advance(**amount)


@pytest.mark.parametrize("name", sorted(MONEY))
def test_money_has_a_strict_door(name: str) -> None:
    if name in ("negative", "false", "dollars"):
        pytest.skip("an amount may be negative; the others have their own tests")
    with pytest.raises(so.SalesOrdersError) as refused:
        so.Money(MONEY[name], "EUR")
    assert refused.value.code.startswith("money.")


@pytest.mark.parametrize("currency", [None, 5, "", "eur", "ZZZ", "XXX", "EU", object(), b"EUR"])
def test_money_is_of_a_tender_currency(currency: Any) -> None:
    with pytest.raises(so.SalesOrdersError) as refused:
        so.Money(1, currency)
    assert refused.value.code.startswith("currency.")


def test_a_discount_of_everything_is_a_price_of_nothing(house: House) -> None:
    outcome = house.order(discount="100%")
    assert isinstance(outcome, so.Held)
    assert outcome.order.amounts.gross == 0


def test_the_largest_order_is_taken() -> None:
    house = a_house(limit="unlimited")
    lines = [a_line(1) for _ in range(10_000)]
    started = time.perf_counter()
    quote = house.ann.orders.price("C7", lines)
    assert len(quote.amounts.lines) == 10_000
    assert time.perf_counter() - started < 5


def endless() -> Iterator[so.Line]:
    while True:
        yield a_line(1)


def test_an_endless_order_is_cut_off() -> None:
    lines = itertools.islice(endless(), 100_000)
    with pytest.raises(so.SalesOrdersError, match=r"limit\.exceeded"):
        so.OrderRequest("C7", lines)
    assert sum(1 for _ in lines) > 80_000


def test_finished_is_all_that_runs_coroutines() -> None:
    assert finished(5) == 5

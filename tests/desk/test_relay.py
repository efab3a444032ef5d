"""Effects leave the outbox at least once, each under a key of its own."""

from typing import Any

import pytest

import salesorders as so
from salesorders.kernel.change import GatewayEffect
from salesorders.storage import Entry
from tests.builders import House, a_house


class Notes:
    """A gateway that takes everything, and fails as often as it is told to."""

    def __init__(self, fail: int = 0) -> None:
        self.fail = fail
        self.taken: list[tuple[str, str, str]] = []
        self.tried: list[str] = []

    def carry(self, tenant: str, key: str, effect: Any) -> None:
        self.tried.append(key)
        if self.fail:
            self.fail -= 1
            raise TimeoutError("no answer from smtp://user:secret@host")
        self.taken.append((tenant, key, effect.kind))


class SyncNotes(Notes):
    def deliver(self, tenant: str, key: str, effect: Any) -> None:
        self.carry(tenant, key, effect)


class AioNotes(Notes):
    async def deliver(self, tenant: str, key: str, effect: Any) -> None:
        self.carry(tenant, key, effect)


@pytest.fixture
def notes(make_house: Any) -> Notes:
    return (SyncNotes if make_house(stock=0).twin == "sync" else AioNotes)()


@pytest.fixture
def noted(make_house: Any, notes: Notes) -> House:
    house: House = make_house(gateways={"notices": notes})
    house.billed(house.shipped(house.order(key="o").unwrap(), key="s"), key="i")
    return house


def test_effects_are_carried_oldest_first_and_once(noted: House, notes: Notes) -> None:
    assert noted.desk.relay.run().delivered == 3
    assert notes.taken == [
        ("main", "o/0", "order.confirmed"),
        ("main", "s/0", "shipment.left"),
        ("main", "i/0", "invoice.issued"),
    ]
    again = noted.desk.relay.run()
    assert (again.delivered, again.failed, again.waiting) == (0, (), 0)
    assert len(notes.taken) == 3


def test_a_failing_gateway_keeps_its_effect_and_the_others_go_on(
    noted: House, notes: Notes
) -> None:
    notes.fail = 1
    first = noted.desk.relay.run()
    assert (first.delivered, first.failed) == (2, (("o/0", "TimeoutError"),))
    assert noted.desk.relay.run().delivered == 1
    assert [key for _, key, _ in notes.taken] == ["s/0", "i/0", "o/0"]


def test_the_key_of_an_effect_is_the_same_at_every_try(noted: House, notes: Notes) -> None:
    notes.fail = 6
    for _ in range(3):
        noted.desk.relay.run()
    assert notes.tried[:3] == notes.tried[3:6] == notes.tried[6:9]
    assert len(notes.taken) == 3


def test_what_a_gateway_raised_is_not_repeated_in_full(noted: House, notes: Notes) -> None:
    notes.fail = 1
    assert "secret" not in repr(noted.desk.relay.run())


def test_an_effect_without_a_gateway_waits(house: House) -> None:
    house.order()
    assert house.desk.relay.run().waiting == 1
    assert len(house.store.pending(house.tenant, limit=10)) == 1


def test_effects_without_a_gateway_do_not_keep_others_back(make_house: Any, notes: Notes) -> None:
    house = make_house(gateways={"notices": notes})
    foreign = (GatewayEffect("nobody", "x"),)
    entry = Entry("k", "0" * 64, house.clock.now(), "{}", (), foreign)
    house.store.commit("main", entry)
    house.order().unwrap()
    assert house.desk.relay.run(limit=1).delivered == 1


def test_a_limit_bounds_one_run(noted: House, notes: Notes) -> None:
    assert noted.desk.relay.run(limit=2).delivered == 2
    assert noted.desk.relay.run(limit=2).delivered == 1


def test_held_and_rejected_orders_notify_nobody(make_house: Any) -> None:
    house = make_house(limit=0)
    house.order()
    house.order(customer="NOBODY")
    assert house.store.pending(house.tenant, limit=10) == ()


def test_a_repeated_command_notifies_once(noted: House, notes: Notes) -> None:
    noted.order(key="o")
    noted.desk.relay.run()
    assert [key for _, key, _ in notes.taken].count("o/0") == 1


def test_a_relay_carries_only_its_tenants_effects(make_house: Any, notes: Notes) -> None:
    mine = make_house(gateways={"notices": notes})
    theirs = make_house(store=mine.raw_store, tenant="other")
    theirs.order()
    assert mine.desk.relay.run().delivered == 0
    assert notes.taken == []


def test_a_gateway_that_waits_is_refused_where_nobody_waits() -> None:
    with pytest.raises(so.InvalidValue) as refused:
        a_house("sync", gateways={"notices": AioNotes()})
    assert (refused.value.code, refused.value.path) == ("gateways.type", "gateways.notices")


class Later(SyncNotes):
    """Answers with something to wait for, which nobody sees before it is called."""

    def deliver(self, tenant: str, key: str, effect: Any) -> Any:
        return AioNotes.deliver(self, tenant, key, effect)  # type: ignore[arg-type]  # the same notes


def test_what_nobody_waited_for_was_not_delivered() -> None:
    notes = Later()
    house = a_house("sync", gateways={"notices": notes})
    house.order(key="k").unwrap()
    relayed = house.desk.relay.run()
    assert (relayed.delivered, relayed.failed, notes.taken) == (0, (("k/0", "TypeError"),), [])
    assert len(house.store.pending("main", limit=9)) == 1


@pytest.mark.parametrize("gateway", [SyncNotes, AioNotes, Later])
def test_an_async_desk_takes_a_gateway_of_either_kind(gateway: Any) -> None:
    notes = gateway()
    house = a_house("aio", gateways={"notices": notes})
    house.order(key="k").unwrap()
    assert house.desk.relay.run().delivered == 1
    assert notes.taken == [("main", "k/0", "order.confirmed")]


@pytest.mark.parametrize("name", ["", "X" * 5_000, "two\nlines"])
def test_what_is_raised_counts_whatever_it_is_called(house: House, name: str) -> None:
    odd = type("Odd", (Exception,), {})
    odd.__name__ = name

    class Gateway:
        def deliver(self, tenant: str, key: str, effect: Any) -> Any:
            raise odd

    trading = a_house(house.twin, gateways={"notices": Gateway()})
    trading.order(key="k").unwrap()
    ((key, problem),) = trading.desk.relay.run().failed
    assert key == "k/0"
    assert 0 < len(problem) <= 100
    assert problem.isprintable()

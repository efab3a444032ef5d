"""Effects leave the outbox at least once, each under a key of its own."""

from typing import Any

import pytest

from salesorders.kernel.change import GatewayEffect
from salesorders.storage import Entry
from tests.builders import House


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

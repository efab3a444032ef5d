"""The fake gateway does what its script says, where it says it, and its books can be compared with ours."""

from typing import Any

import pytest

import salesorders as so
from salesorders.kernel.change import GatewayEffect
from salesorders.testing import AsyncFakeGateway, FakeGateway, Fault
from salesorders.testing.gateways import FAULTS, GatewayDeclined, GatewayPending, carried
from tests.builders import House, a_house

NOTE = GatewayEffect("notices", "order.confirmed", (("order", "SO-1"),))
OTHER = GatewayEffect("notices", "order.confirmed", (("order", "SO-2"),))


def gateway(what: str, nth: int = 1, **more: Any) -> FakeGateway:
    return FakeGateway([Fault("web-1", "order.confirmed", nth, what)], **more)


def keys(fake: FakeGateway, tenant: str = "main") -> list[str]:
    return [key for key, _ in fake.effects(tenant)]


@pytest.mark.parametrize(
    ("what", "raised", "taken"),
    [
        ("lost_request", TimeoutError, 0),
        ("lost_answer", TimeoutError, 1),
        ("decline", GatewayDeclined, 0),
        ("pending", GatewayPending, 0),
        ("poison", GatewayDeclined, 0),
    ],
)
def test_each_fault_raises_and_happens_or_not(what: str, raised: Any, taken: int) -> None:
    fake = gateway(what)
    with pytest.raises(raised):
        fake.deliver("main", "web-1/0", NOTE)
    assert (len(fake.effects()), fake.happened) == (taken, {what: 1})


@pytest.mark.parametrize("what", sorted(set(FAULTS) - {"poison"}))
def test_a_second_try_ends_in_one_effect(what: str) -> None:
    fake = gateway(what)
    try:
        fake.deliver("main", "web-1/0", NOTE)
    except (TimeoutError, GatewayDeclined, GatewayPending):
        fake.settle()
    fake.deliver("main", "web-1/0", NOTE)
    assert fake.effects() == (("web-1/0", NOTE),)


@pytest.mark.parametrize("what", ["lost_answer", "duplicate"])
def test_a_system_without_keys_does_it_again(what: str) -> None:
    fake = gateway(what, remembers_keys=False)
    for _ in range(2):
        try:
            fake.deliver("main", "web-1/0", NOTE)
        except TimeoutError:
            continue
    assert len(fake.effects()) > 1
    assert fake.find("main", "web-1/0") == NOTE
    assert fake.differences({"web-1/0": NOTE}) == ["web-1/0"]


def test_poison_never_goes_through_and_hinders_nobody() -> None:
    fake = gateway("poison")
    for _ in range(3):
        with pytest.raises(GatewayDeclined):
            fake.deliver("main", "web-1/0", NOTE)
    fake.deliver("main", "web-2/0", NOTE)
    assert keys(fake) == ["web-2/0"]


def test_an_address_counts_only_its_own_label_and_point() -> None:
    fake = gateway("lost_request", nth=2)
    other = GatewayEffect("notices", "shipment.left")
    for key, effect in (("web-1/0", NOTE), ("web-2/0", NOTE), ("web-1/1", other)):
        fake.deliver("main", key, effect)
    with pytest.raises(TimeoutError):
        fake.deliver("main", "web-1/0", NOTE)


def test_another_effect_under_a_known_key_is_refused() -> None:
    fake = FakeGateway()
    fake.deliver("main", "web-1/0", NOTE)
    with pytest.raises(GatewayDeclined):
        fake.deliver("main", "web-1/0", OTHER)
    fake.deliver("other", "web-1/0", OTHER)
    assert (fake.effects(), fake.effects("other")) == (
        (("web-1/0", NOTE),),
        (("web-1/0", OTHER),),
    )


def test_a_fault_that_nobody_knows_is_refused() -> None:
    with pytest.raises(so.InvalidValue) as raised:
        Fault("web-1", "order.confirmed", 1, "gremlins")
    assert raised.value.code == "fault.unknown"


@pytest.mark.parametrize("twin", ["sync", "aio"])
def test_after_recovery_our_books_equal_theirs(twin: str) -> None:
    fake = FakeGateway(
        [
            Fault("o", "order.confirmed", 1, "lost_answer"),
            Fault("s", "shipment.left", 1, "pending"),
            Fault("i", "invoice.issued", 1, "decline"),
        ]
    )
    carrier = fake if twin == "sync" else AsyncFakeGateway(fake)
    house = a_house(twin, gateways={"notices": carrier})
    house.billed(house.shipped(house.order(key="o").unwrap(), key="s"), key="i")

    def ours() -> dict[str, GatewayEffect]:
        return carried(house.rows(), waiting(house), "notices")

    assert len(house.desk.relay.run().failed) == 3
    assert fake.differences(ours()) == ["o/0"]
    fake.settle()
    assert house.desk.relay.run().delivered == 3
    assert fake.differences(ours()) == []
    assert sorted(keys(fake)) == ["i/0", "o/0", "s/0"]


def waiting(house: House) -> Any:
    return house.store.pending(house.tenant, limit=100)

"""Another command commits between two reads of one: what is refused, is refused for what is there now."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

import salesorders as so
from tests.builders import TWINS, House, a_house


def between(twin: str, prefix: str) -> Any:
    """A store in memory that lets others go first, once, before it reads references of one kind."""
    memory: Any = TWINS[twin].MemoryStore

    class Between(memory):
        others: Callable[[], None] | None = None

        def first(self, refs: Sequence[str]) -> None:
            others = self.others
            if others is not None and any(ref.startswith(prefix) for ref in refs):
                self.others = None
                others()

    class Blocking(Between):
        def read(self, tenant: str, refs: Sequence[str]) -> Mapping[str, Any]:
            self.first(refs)
            return super().read(tenant, refs)

    class Waiting(Between):
        async def read(self, tenant: str, refs: Sequence[str]) -> Mapping[str, Any]:
            self.first(refs)
            return await super().read(tenant, refs)

    return (Waiting if inspect.iscoroutinefunction(memory.read) else Blocking)()


def elsewhere(action: Callable[[], Any]) -> Callable[[], None]:
    """In a thread of its own, because a loop may be running here."""
    from threading import Thread

    def run() -> None:
        thread = Thread(target=action)
        thread.start()
        thread.join()

    return run


@pytest.fixture(params=["sync", "aio"])
def pair(request: pytest.FixtureRequest) -> tuple[House, House]:
    """Two houses over one store; the first is overtaken when it reads stock."""
    store = between(request.param, "stock/")
    one = a_house(request.param, store=store)
    return one, House(request.param, store=store, clock=one.clock)


def test_an_order_that_another_just_shipped_is_refused_as_shipped(
    pair: tuple[House, House],
) -> None:
    here, other = pair
    order = here.order().unwrap()
    here.raw_store.others = elsewhere(lambda: other.wim.shipments.ship(order.id, key="other"))
    outcome = here.wim.shipments.ship(order.id, key="mine")
    assert isinstance(outcome, so.Rejected)
    assert len(here.desk.shipments.find(customer="C7").items) == 1


def test_what_came_in_meanwhile_can_leave(pair: tuple[House, House]) -> None:
    here, other = pair
    order = here.order(520).unwrap()
    here.raw_store.others = elsewhere(
        lambda: other.wim.stock.receive("BOLT", 50, site="BER", key="other")
    )
    assert isinstance(here.wim.shipments.ship(order.id, key="mine"), so.Shipped)

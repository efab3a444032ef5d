"""A version that changed meanwhile makes the whole command run again; nothing is left behind.

Here over stores that can't decide in hand; ``test_in_hand`` is about those that can.
"""

from collections.abc import Callable
from typing import Any

import pytest

import salesorders as so
from salesorders.storage import Entry, Put
from tests.builders import House, a_house, a_request


class Outrun:
    """A store whose commits meet a newer version so many times, or that lose to the same key."""

    def __init__(self, inner: Any, times: int, instead: Callable[[], None] | None = None) -> None:
        self.inner, self.times, self.instead, self.commits = inner, times, instead, 0

    def __getattr__(self, name: str) -> Any:
        if name == "decide":
            raise AttributeError("nothing can be decided in hand here")
        return getattr(self.inner, name)

    def check(self) -> None:
        self.commits += 1
        if self.times:
            self.times -= 1
            if self.instead is not None:
                self.instead()
            raise so.StaleVersion(None, "order/SO-1", "it changed")


class SyncOutrun(Outrun):
    def commit(self, tenant: str, entry: Any) -> Any:
        self.check()
        return self.inner.commit(tenant, entry)


class AioOutrun(Outrun):
    async def commit(self, tenant: str, entry: Any) -> Any:
        self.check()
        return await self.inner.commit(tenant, entry)


@pytest.fixture(params=["sync", "aio"])
def twin(request: pytest.FixtureRequest) -> str:
    return str(request.param)


PAUSES: list[float] = []


@pytest.fixture(autouse=True)
def impatient() -> list[float]:
    """Pauses take no time here, but are noted."""
    PAUSES.clear()
    return PAUSES


async def noted(seconds: float) -> None:
    PAUSES.append(seconds)


def outrun(twin: str, times: int, **more: Any) -> tuple[House, Outrun]:
    """A house with stock whose next commits are outrun so many times."""
    calm = a_house(twin)
    store = (SyncOutrun if twin == "sync" else AioOutrun)(calm.raw_store, times, **more)
    pause = PAUSES.append if twin == "sync" else noted
    return House(twin, store=store, pause=pause), store


def test_one_newer_version_is_no_matter(twin: str) -> None:
    house, store = outrun(twin, 1)
    outcome = house.ann.orders.place(a_request(), key="web-1")
    assert isinstance(outcome, so.Placed)
    assert store.commits == 2
    assert house.level().claimed == 120


def test_seven_newer_versions_are_outlasted(twin: str, impatient: list[float]) -> None:
    house, _ = outrun(twin, 7)
    assert isinstance(house.order(key="web-1"), so.Placed)
    assert len(impatient) == 7
    assert all(0 < seconds < 1 for seconds in impatient)


def test_a_store_that_never_agrees_exhausts_the_command_without_a_trace(twin: str) -> None:
    house, store = outrun(twin, 10_000)
    before = house.state()
    with pytest.raises(so.ConcurrencyExhausted) as refused:
        house.order(key="web-1")
    assert (refused.value.code, refused.value.path) == ("concurrency.exhausted", "key")
    assert store.commits == 8
    assert house.state() == before


def test_an_exhausted_command_may_be_sent_again_under_its_key(twin: str) -> None:
    house, _ = outrun(twin, 8)
    with pytest.raises(so.ConcurrencyExhausted):
        house.order(key="web-1")
    assert isinstance(house.order(key="web-1"), so.Placed)


def test_a_retry_decides_again_on_what_is_there_now(twin: str) -> None:
    house, store = outrun(twin, 0)
    other = House(twin, store=store.inner)
    store.times, store.instead = 1, lambda: other_orders(twin, other)
    order = house.order(120, key="mine").unwrap()
    assert house.level().claimed <= 500
    assert (
        sum(claim.quantity for claim in order.lines[0].claimed if claim.on == order.placed_on) == 20
    )


def other_orders(twin: str, other: House) -> None:
    """Somebody else takes 480 meanwhile; in a thread, since an event loop may be running here."""
    from threading import Thread

    thread = Thread(target=lambda: other.order(480, key="theirs"))
    thread.start()
    thread.join()


def test_two_of_one_key_at_once_are_one_effect(twin: str) -> None:
    house, store = outrun(twin, 0)
    other = House(twin, store=store.inner)

    def twice() -> None:
        from threading import Thread

        thread = Thread(target=lambda: other.order(key="web-1"))
        thread.start()
        thread.join()

    store.times, store.instead = 1, twice
    mine = house.order(key="web-1")
    assert other.order(key="web-1") == mine
    assert len(house.desk.orders.find(customer="C7").items) == 1


def test_a_stale_commit_of_memory_writes_nothing(twin: str) -> None:
    house = a_house(twin)
    account = house.documents("credit")[0]
    before = house.state()
    entry = Entry("k", "b", house.clock.now(), "{}", (Put(9, account),))
    with pytest.raises(so.StaleVersion):
        house.store.commit("main", entry)
    assert house.state() == before

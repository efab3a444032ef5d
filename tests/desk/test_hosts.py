"""Hosts that change the ground a desk stands on: decimal contexts with traps, adapters that answer nonsense."""

from collections.abc import Iterator
from decimal import ROUND_DOWN, Context, Inexact, Rounded, getcontext, setcontext
from typing import Any

import pytest

import salesorders as so
from tests.builders import DAY, TWINS, House, a_house, a_request, finished


@pytest.fixture(params=["sync", "aio"])
def twin(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def strict_context() -> Iterator[None]:
    """A host that keeps six digits and wants to be told of every one that is lost."""
    before = getcontext().copy()
    setcontext(Context(prec=6, rounding=ROUND_DOWN, traps=[Inexact, Rounded]))
    yield
    setcontext(before)


@pytest.mark.usefixtures("strict_context")
def test_a_host_that_traps_lost_digits_is_told_of_none_of_ours(twin: str) -> None:
    house = a_house(twin)
    order = house.ann.orders.place(a_request(), key="web-1").unwrap()
    again = house.ann.orders.place(a_request(), key="web-1").unwrap()
    assert again == order
    shipment = house.wim.shipments.ship(order.id).unwrap()
    invoice = house.fay.invoices.issue(shipment.id).unwrap()
    house.kai.cash.receive("C7", invoice.balance, reference=invoice.number).unwrap()
    assert house.desk.reports.ageing(DAY).rows[-1][-1] == 0
    assert house.desk.ledger.trial_balance().rows


@pytest.mark.usefixtures("strict_context")
@pytest.mark.parametrize("quantity", ["999999999.123456", "1000000000000"])
def test_a_bound_is_compared_whatever_the_context_cuts(quantity: str) -> None:
    assert so.Line("FLOUR", quantity).quantity > 0


class Answering:
    """A store of the host's whose reads give something else than what was asked."""

    def __init__(self, inner: Any, twin: str, answer: Any) -> None:
        self.inner, self.twin, self.answer_given = inner, twin, answer

    def read(self, tenant: str, refs: Any) -> Any:
        if self.twin == "sync":
            return self.answer_given(self.inner.read(tenant, refs))

        async def answer() -> Any:
            return self.answer_given(await self.inner.read(tenant, refs))

        return answer()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


WRONG = {
    "None": lambda found: None,
    "a list": list,
    "text for documents": lambda found: dict.fromkeys(found, "text"),
    "each under another's name": lambda found: dict(
        zip(found, [*list(found.values())[1:], *list(found.values())[:1]], strict=True)
    ),
    "None for documents": dict.fromkeys,
}


@pytest.mark.parametrize("answer", WRONG.values(), ids=list(WRONG))
def test_a_store_that_answers_something_else_is_refused_before_it_does_harm(
    twin: str, answer: Any
) -> None:
    calm = a_house(twin)
    house = House(twin, store=Answering(calm.raw_store, twin, answer))
    with pytest.raises(so.StoreError) as raised:
        house.ann.orders.place(a_request(), key="web-1")
    assert raised.value.code == "store.answer"
    assert calm.ann.orders.place(a_request(), key="web-1").unwrap()


@pytest.mark.parametrize("answer", list(WRONG.values())[:3], ids=list(WRONG)[:3])
def test_a_document_that_is_asked_for_is_not_whatever_the_store_answers(
    twin: str, answer: Any
) -> None:
    calm = a_house(twin)
    order = calm.order().unwrap()
    house = House(twin, store=Answering(calm.raw_store, twin, answer))
    with pytest.raises(so.StoreError) as raised:
        house.desk.orders.get(order.id)
    assert raised.value.code == "store.answer"


def test_rows_that_nobody_asked_for_are_left_out(twin: str) -> None:
    calm = a_house(twin)
    more = Answering(calm.raw_store, twin, lambda found: {**found, "item/OTHER": "text"})
    assert House(twin, store=more).ann.orders.place(a_request(), key="web-1").unwrap()


class Stopped:
    """A clock that gives no moment."""

    def now(self) -> Any:
        return None


def test_a_clock_without_a_moment_is_named(twin: str) -> None:
    calm = a_house(twin)
    with pytest.raises(so.InvalidValue) as raised:
        House(twin, store=calm.raw_store, clock=Stopped()).ann.orders.price(a_request())
    assert (raised.value.code, raised.value.path) == ("clock.answer", "clock")


def test_a_desk_waits_as_its_host_says(twin: str) -> None:
    waited: list[float] = []

    def at_once(seconds: float) -> None:
        waited.append(seconds)

    async def later(seconds: float) -> None:
        waited.append(seconds)

    calm = a_house(twin)
    desk = TWINS[twin].Desk(
        store=Outrun(calm.raw_store, twin),
        seller=so.Seller("ACME", country="DE"),
        currency="EUR",
        clock=calm.clock,
        pause=at_once if twin == "sync" else later,
    )
    ada = desk.as_(so.Actor("ada", ["master-data"]))
    assert finished(ada.catalog.retire("item/BOLT", key="r-1")).unwrap() == ("item/BOLT",)
    assert len(waited) == 1


class Outrun:
    """A store whose first commit is outrun, and that lets nobody decide in hand."""

    decide = None

    def __init__(self, inner: Any, twin: str) -> None:
        self.inner, self.twin, self.left = inner, twin, 1

    def commit(self, tenant: str, entry: Any) -> Any:
        if self.left:
            self.left -= 1
            raise so.StaleVersion(None, "", "somebody was first")
        return self.inner.commit(tenant, entry)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def test_a_relay_of_a_name_goes_on_with_its_own_leases(twin: str) -> None:
    house = a_house(twin)
    house.order()
    carried: list[str] = []

    class Notices:
        def deliver(self, tenant: str, key: str, effect: Any) -> Any:
            carried.append(key)
            return None if twin == "sync" else nothing()

    async def nothing() -> None:
        return None

    relay = TWINS[twin].Relay(
        house.raw_store, "main", {"notices": Notices()}, clock=house.clock, worker="relay-1"
    )
    assert finished(relay.run()).delivered == len(carried) == 1
    with pytest.raises(so.InvalidValue):
        TWINS[twin].Relay(house.raw_store, "main", {}, clock=house.clock, worker=" ")

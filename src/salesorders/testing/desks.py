"""What a desk over a store promises: from order to cash it is the desk that the library has in memory."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

import pytest

from salesorders.kernel.errors import ConcurrencyExhausted, SalesOrdersError, StoreError
from salesorders.kernel.money import Money
from salesorders.lifecycle import Policies
from salesorders.outbox import RelayPolicy
from salesorders.testing.answering import at_once
from salesorders.testing.builders import House, a_house, a_request
from salesorders.testing.gateways import AsyncFakeGateway, FakeGateway, Fault, carried
from salesorders.testing.scripts import SCRIPTS, ended
from salesorders.testing.suite import Suite, promise

__all__ = ["DeskSuite"]

AT_ONCE = 8
# Each try of a desk is eight of its own: nobody is outrun this often by a store that moves on.
PATIENCE = 10


class _Losing:
    """A store whose commits lose their connection where a test says so, before they count or after."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.when = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def _lost(self, at: str) -> None:
        if self.when == at:
            self.when = ""
            raise StoreError("store.unknown", "", "the connection was lost at the commit")


class _BlockingLosing(_Losing):
    def commit(self, tenant: str, entry: Any) -> None:
        self._lost("before")
        self.inner.commit(tenant, entry)
        self._lost("after")


class _AsyncLosing(_Losing):
    async def commit(self, tenant: str, entry: Any) -> None:
        self._lost("before")
        await self.inner.commit(tenant, entry)
        self._lost("after")


class DeskSuite(Suite):
    """Subclass it and write ``make`` as for a :class:`~salesorders.testing.StoreSuite`: an empty store.

    Its promises can only be seen through the verbs. ``concurrent = False`` is for a store that one
    thread of one process uses at a time.
    """

    port: ClassVar[str] = "desk"
    flags: ClassVar[tuple[str, ...]] = ("concurrent",)
    concurrent: ClassVar[bool] = True

    @property
    def _twin(self) -> str:
        return "aio" if inspect.iscoroutinefunction(self.adapter.inner.commit) else "sync"

    def _house(self, **more: Any) -> House:
        return a_house(self._twin, **{"store": self.adapter.inner} | more)

    def _losing(self) -> Any:
        kind = _AsyncLosing if self._twin == "aio" else _BlockingLosing
        return kind(self.adapter.inner)

    def _at_once(self, calls: Sequence[Callable[..., Any]]) -> list[Any]:
        """Run verbs at the same time; one that was outrun too often is sent again, as a host would."""
        answers: list[Any] = [ConcurrencyExhausted()] * len(calls)
        for _ in range(PATIENCE):
            left = [n for n, one in enumerate(answers) if isinstance(one, ConcurrencyExhausted)]
            if not left:
                return answers
            for n, answer in zip(left, at_once([(calls[n], ()) for n in left]), strict=True):
                answers[n] = answer
        return answers

    @promise("sameness: the same day's work ends otherwise in this store than in another")
    def test_one_script_has_one_end(self) -> None:
        """Compared with the store in memory: answers, backup, audit, ledger, lists."""
        for number, steps in enumerate(SCRIPTS):
            tenant = f"script-{number}"
            here = ended(self._house(tenant=tenant), steps)
            for name, wanted in ended(a_house(tenant=tenant), steps).items():
                assert here[name] == wanted, name

    @promise("once: a command that is sent again does something else, or does it again")
    def test_every_key_gives_its_first_answer_again(self) -> None:
        house = self._house(limit="unlimited")
        order = house.order(9, key="o").unwrap()
        shipment = house.shipped(order, key="s")
        commands: list[Callable[[], Any]] = [
            lambda: house.order(9, key="o"),
            lambda: house.wim.shipments.ship(order.id, key="s"),
            lambda: house.fay.invoices.issue(shipment.id, key="i"),
            lambda: house.kai.cash.receive("C7", Money("5.00", "EUR"), reference="?", key="c"),
        ]
        first = [command() for command in commands]
        state = house.state()
        assert [command() for command in commands] == first
        assert house.state() == state

    @promise("a command whose connection was lost: it can never be given again")
    def test_a_connection_lost_before_the_commit_leaves_one_order(self) -> None:
        store = self._losing()
        house = self._house(store=store)
        store.when = "before"
        with pytest.raises(StoreError) as raised:
            house.order(9, key="o")
        assert raised.value.code == "store.unknown"
        self._has_one_order(house)

    @promise("a command whose answer was lost: it is done again")
    def test_a_connection_lost_after_the_commit_leaves_one_order(self) -> None:
        store = self._losing()
        house = self._house(store=store)
        store.when = "after"
        # The desk looks whether its key was used, and it was.
        house.order(9, key="o").unwrap()
        self._has_one_order(house)

    def _has_one_order(self, house: House) -> None:
        order = house.order(9, key="o").unwrap()
        assert [one.id for one in house.desk.orders.find().items] == [order.id]
        assert house.level().claimed == 9
        assert len(house.store.pending(house.tenant, limit=10)) == 1

    @promise("what is there: a command that was refused left something behind")
    def test_a_refused_command_leaves_no_trace(self) -> None:
        house = self._house()
        order = house.order(9).unwrap()
        before = house.state()
        asked: list[Callable[[], Any]] = [
            lambda: house.order(-1),
            lambda: house.order(1, customer="NOBODY").unwrap(),
            lambda: house.wim.shipments.ship("SO-NONE"),
            lambda: house.ann.shipments.ship(order.id),
            lambda: house.fay.invoices.issue("SH-NONE"),
        ]
        for refused in asked:
            with pytest.raises(SalesOrdersError):
                refused()
            documents, _, waiting = house.state()
            assert (documents, waiting) == (before[0], before[2])

    @promise("privacy: two tenants share customers, stock or numbers")
    def test_two_tenants_do_not_know_each_other(self) -> None:
        house, other = self._house(), self._house(tenant="other", stock=7)
        first, second = house.sold(9), other.sold(3)
        assert first.number == second.number
        assert (house.level().on_hand, other.level().on_hand) == (491, 4)
        assert [one.id for one in other.desk.orders.find().items] != [
            one.id for one in house.desk.orders.find().items
        ]
        assert (house.exposure().open_items, other.exposure().open_items) == (
            first.amounts.gross,
            second.amounts.gross,
        )

    @promise("messages: what a customer was told is not what was decided, or not once")
    def test_what_gateways_have_is_what_the_desk_decided(self) -> None:
        fake = FakeGateway(
            [
                Fault("o", "order.confirmed", 1, "lost_answer"),
                Fault("s", "shipment.left", 1, "lost_request"),
                Fault("i", "invoice.issued", 1, "duplicate"),
            ]
        )
        carrier = AsyncFakeGateway(fake) if self._twin == "aio" else fake
        house = self._house(gateways={"notices": carrier})
        house.billed(house.shipped(house.order(9, key="o").unwrap(), key="s"), key="i")
        assert [place for place, _ in house.desk.relay.run().failed] == ["o/0", "s/0"]
        house.desk.relay.run()
        assert house.desk.relay.run().delivered == 0
        waiting = house.store.pending(house.tenant, limit=10)
        ours = carried(house.rows(), waiting, "notices")
        assert (len(ours), fake.differences(ours)) == (3, [])

    @promise("a message that never goes: it holds up the others, is gone, or nobody can help it on")
    def test_what_no_gateway_takes_is_set_aside_and_may_be_put_back(self) -> None:
        fake = FakeGateway([Fault("o", "order.confirmed", 1, "poison")])
        carrier = AsyncFakeGateway(fake) if self._twin == "aio" else fake
        policies = Policies(relay=RelayPolicy(tries=2, days=0))
        house = self._house(gateways={"notices": carrier}, policies=policies)
        house.shipped(house.order(9, key="o").unwrap(), key="s")
        first = house.desk.relay.run()
        assert (first.delivered, first.failed) == (1, (("o/0", "GatewayDeclined"),))
        assert house.desk.relay.run().set_aside == ("o/0",)
        assert house.desk.relay.run() == type(first)()
        (letter,) = house.desk.dead_letters.find(state="open").items
        assert (letter.place, letter.tries, letter.problem) == ("o/0", 2, "GatewayDeclined")
        house.oli.dead_letters.retry(letter.id, reason="repaired", key="again").unwrap()
        waiting = house.store.pending(house.tenant, limit=10)
        ours = carried(house.rows(), waiting, "notices")
        assert (list(ours), fake.differences(ours)) == (["s/0"], [])
        fake.heal()
        assert house.desk.relay.run().delivered == 1
        ours = carried(house.rows(), house.store.pending(house.tenant, limit=10), "notices")
        assert (list(ours), fake.differences(ours)) == (["o/0", "s/0"], [])
        assert house.desk.audit.verify()

    # --- many at once

    @promise("the last piece: more is promised for today than is there", needs="concurrent")
    def test_many_buyers_get_what_is_there_and_no_more(self) -> None:
        house = self._house(stock=3, limit="unlimited")
        place = house.ann.inner.orders.place
        calls = [partial(place, a_request(1), key=f"o{n}") for n in range(AT_ONCE)]
        answers = self._at_once(calls)
        orders = [answer.unwrap() for answer in answers]
        today = [
            order
            for order in orders
            if any(c.on == order.placed_on for c in order.lines[0].claimed)
        ]
        assert len(today) == 3
        assert len(house.desk.orders.find().items) == AT_ONCE

    @promise(
        "the tax office's trust: invoice numbers come twice or are missing", needs="concurrent"
    )
    def test_many_invoices_at_once_are_numbered_without_gaps(self) -> None:
        house = self._house(limit="unlimited")
        shipments = [house.shipped(house.order(1).unwrap()) for _ in range(AT_ONCE)]
        issue = house.fay.inner.invoices.issue
        answers = self._at_once([partial(issue, one.id, key=f"i-{one.id}") for one in shipments])
        numbers = sorted(answer.unwrap().number for answer in answers)
        assert numbers == [f"INV-2026-{n:06d}" for n in range(1, AT_ONCE + 1)]
        assert house.desk.audit.verify()

    @promise("once: a double click is two orders", needs="concurrent")
    def test_one_key_at_many_doors_is_one_order(self) -> None:
        house = self._house()
        place = house.ann.inner.orders.place
        answers = self._at_once([partial(place, a_request(2), key="o")] * AT_ONCE)
        assert len({answer.unwrap().id for answer in answers}) == 1
        assert (len(house.desk.orders.find().items), house.level().claimed) == (1, 2)

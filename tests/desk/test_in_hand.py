"""A command that was outrun is decided the next time with its documents in hand, and then nobody outruns it."""

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest

import salesorders as so
from salesorders.kernel.change import Ask, Change
from salesorders.lifecycle import UseCase
from salesorders.testing import WatchedStore
from tests.builders import House, a_house, a_request
from tests.storing import Stores

KINDS = ["values", "sqlite", "postgres"]


class Overtaken:
    """A house whose store lets somebody else in between what a command reads and what it writes."""

    def __init__(self, store: Any, **more: Any) -> None:
        self.calm = a_house(store=store, **more)
        self.meanwhile: list[Callable[[], Any]] = []
        self.threads: list[Thread] = []
        self.store = WatchedStore(store, before_commit=self._let_in)
        self.house = House(store=self.store)

    def _let_in(self) -> None:
        if self.meanwhile:
            thread = Thread(target=self.meanwhile.pop(0))
            thread.start()
            self.threads.append(thread)
            # Who has to wait for us is waited for later.
            thread.join(0.3)


@pytest.fixture(params=KINDS)
def overtaken(
    request: pytest.FixtureRequest, any_store: Stores
) -> Iterator[Callable[..., Overtaken]]:
    made: list[Overtaken] = []

    def make(**more: Any) -> Overtaken:
        made.append(Overtaken(any_store.make("sync", request.param), **more))
        return made[-1]

    yield make
    for race in made:
        for thread in race.threads:
            thread.join()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("salesorders.sync.engine.pause", pauses.append)
    return pauses


def test_the_second_try_decides_on_what_is_there_then(
    overtaken: Callable[..., Overtaken], impatient: list[float]
) -> None:
    race = overtaken(stock=500)
    race.meanwhile = [lambda: race.calm.order(480, key="theirs")]
    order = race.house.order(120, key="mine").unwrap()
    today = sum(c.quantity for c in order.lines[0].claimed if c.on == order.placed_on)
    assert today == 20
    assert (race.store.outrun, impatient) == (1, [])


def test_whoever_comes_while_it_is_in_hand_waits_for_it(
    overtaken: Callable[..., Overtaken],
) -> None:
    race = overtaken(stock=500)
    race.meanwhile = [lambda n=n: race.calm.order(1, key=f"theirs-{n}") for n in range(5)]
    assert isinstance(race.house.order(120, key="mine"), so.Placed)
    assert race.store.outrun == 1


def test_where_somebody_was_faster_the_next_command_stands_in_line_at_once(
    overtaken: Callable[..., Overtaken],
) -> None:
    race = overtaken(stock=500)
    race.meanwhile = [lambda: race.calm.order(1, key="theirs")]
    race.house.order(1, key="mine").unwrap()
    race.meanwhile = [lambda: race.calm.order(1, key="theirs-too")]
    race.house.order(1, key="mine-too").unwrap()
    assert race.store.outrun == 1


def test_a_preview_stands_in_no_line(overtaken: Callable[..., Overtaken]) -> None:
    race = overtaken(stock=500)
    race.meanwhile = [lambda: race.calm.order(1, key="theirs")]
    race.house.order(1, key="mine").unwrap()
    before = race.store.commits
    assert isinstance(race.house.ann.orders.place(a_request(), key="k", dry_run=True), so.Preview)
    assert race.store.commits == before


def test_what_is_refused_in_hand_is_refused_for_good(
    overtaken: Callable[..., Overtaken],
) -> None:
    race = overtaken(stock=500)
    order = race.calm.order().unwrap()
    race.meanwhile = [lambda: race.calm.shipped(order, key="theirs")]
    refused = race.house.wim.shipments.ship(order.id, key="mine")
    assert isinstance(refused, so.Rejected)
    assert race.house.wim.shipments.ship(order.id, key="mine") == refused
    assert race.store.outrun == 1


def test_a_key_that_somebody_else_used_meanwhile_gets_the_first_answer(
    overtaken: Callable[..., Overtaken],
) -> None:
    race = overtaken()
    race.meanwhile = [lambda: race.calm.order(key="web-1")]
    mine = race.house.order(key="web-1")
    assert race.calm.order(key="web-1") == mine
    assert len(race.house.desk.orders.find(customer="C7").items) == 1


def test_a_command_that_wants_more_than_it_held_takes_that_too(
    overtaken: Callable[..., Overtaken],
) -> None:
    """First there is stock in Berlin only; when that is gone, the order takes what came to Hamburg."""
    race = overtaken(stock=120)
    race.calm.wim.stock.receive("BOLT", 120, site="HAM")
    race.meanwhile = [lambda: race.calm.order(120, key="theirs")]
    order = race.house.order(120, key="mine").unwrap()
    assert [claim.site for claim in order.lines[0].claimed] == ["HAM"]
    assert race.store.outrun == 2


def test_a_preview_of_what_has_moved_on_writes_nothing(
    overtaken: Callable[..., Overtaken],
) -> None:
    race = overtaken()
    before = race.house.state()
    assert isinstance(race.house.ann.orders.place(a_request(), key="k", dry_run=True), so.Preview)
    assert race.house.state() == before


def test_nonsense_that_two_moments_made_is_decided_again(
    overtaken: Callable[..., Overtaken],
) -> None:
    race = overtaken()
    calls = []

    def load(request: Any, setting: Any, command: Any) -> Any:
        yield Ask(("stock/BOLT@BER",))

    def decide(request: Any, case: Any, command: Any) -> Change[Any]:
        calls.append(command.key)
        if len(calls) == 1:
            race.calm.wim.stock.receive("BOLT", 1, site="BER")
            raise KeyError("a half of something")
        return Change(so.Rejected(()))

    use: UseCase[Any, Any, Any] = UseCase("orders.place", load, decide)
    ann = so.Actor("ann", roles={"sales"})
    request = so.OrderRequest("C7", [so.Line("BOLT", 1)])
    engine = race.house.raw.engine
    assert engine.run(use, request, actor=ann, key="k", dry_run=False) == so.Rejected(())
    assert len(calls) == 2


def test_what_breaks_on_what_has_not_moved_is_raised(overtaken: Callable[..., Overtaken]) -> None:
    race = overtaken()

    def load(request: Any, setting: Any, command: Any) -> Any:
        yield Ask(("stock/BOLT@BER",))

    def decide(request: Any, case: Any, command: Any) -> Change[Any]:
        raise KeyError("a bug")

    use: UseCase[Any, Any, Any] = UseCase("orders.place", load, decide)
    request = so.OrderRequest("C7", [so.Line("BOLT", 1)])
    with pytest.raises(KeyError):
        race.house.raw.engine.run(
            use, request, actor=so.Actor("ann", roles={"sales"}), key="k", dry_run=False
        )

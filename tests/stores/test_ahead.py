"""What a document leads to is read with it, where one can guess: one way to the store instead of two."""

from collections.abc import Sequence
from typing import Any

import pytest

import salesorders as so
from salesorders.inventory import StockSites
from salesorders.kernel.change import Ask, Change
from salesorders.kernel.errors import InvalidValue, StoreError
from salesorders.lifecycle import UseCase
from salesorders.storage import Ahead, Versioned
from salesorders.sync import MemoryStore
from tests.builders import House, a_house

BER = {"sites/BOLT": Versioned(1, StockSites("BOLT", ("BER",)))}
BOTH = {"sites/BOLT": Versioned(2, StockSites("BOLT", ("BER", "HAM")))}


def test_nothing_is_guessed_of_what_was_never_seen() -> None:
    assert Ahead().behind(["sites/BOLT"]) == set()


def test_what_a_document_led_to_last_is_guessed() -> None:
    ahead = Ahead()
    for there in (BER, BOTH):
        ahead.learn(["sites/BOLT"], there)
    assert ahead.behind(["sites/BOLT", "sites/NUT"]) == {"stock/BOLT@BER", "stock/BOLT@HAM"}


def test_a_document_that_is_gone_leads_nowhere() -> None:
    ahead = Ahead()
    ahead.learn(["sites/BOLT"], BER)
    ahead.learn(["sites/BOLT"], {})
    assert ahead.behind(["sites/BOLT"]) == set()


def test_a_document_that_leads_nowhere_takes_no_room() -> None:
    ahead = Ahead()
    for n in range(5_000):
        ahead.learn(["credit/C7"], {"credit/C7": Versioned(1, object())})
        there = {f"sites/S{n}": Versioned(1, StockSites(f"S{n}", ("BER",)))}
        ahead.learn([f"sites/S{n}"], there)
    known = [n for n in range(5_000) if ahead.behind([f"sites/S{n}"])]
    assert known == list(range(904, 5_000))


class Asked:
    """A store that is far away, and notes what it is asked for."""

    near = False

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.waves: list[tuple[str, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def read(self, tenant: str, refs: Sequence[str]) -> Any:
        self.waves.append(tuple(refs))
        return self._inner.read(tenant, refs)


@pytest.fixture
def asked() -> Asked:
    store = MemoryStore()
    a_house(store=store)
    return Asked(store)


def test_the_second_order_of_an_article_asks_once(asked: Asked) -> None:
    house = House(store=asked)
    house.order(1, key="one").unwrap()
    asked.waves.clear()
    house.order(1, key="two").unwrap()
    ((wave),) = asked.waves
    assert "stock/BOLT@BER" in wave


def test_a_site_that_is_new_is_asked_for_as_ever(asked: Asked) -> None:
    house = House(store=asked)
    house.order(1, key="one").unwrap()
    house.wim.stock.receive("BOLT", 5_000, site="HAM", key="ham")
    asked.waves.clear()
    order = house.order(600, key="two").unwrap()
    assert [wave for wave in asked.waves if "stock/BOLT@HAM" in wave] == [("stock/BOLT@HAM",)]
    assert sum(claim.quantity for claim in order.lines[0].claimed) == 600


def test_what_was_guessed_in_vain_is_nothing_that_an_answer_leans_on(asked: Asked) -> None:
    house = House(store=asked)
    house.order(1, key="one").unwrap()
    kept: list[Any] = []
    commit = asked._inner.commit

    def watched(tenant: str, entry: Any) -> None:
        kept.append(entry)
        commit(tenant, entry)

    asked.commit = watched  # type: ignore[attr-defined]  # one call of it is looked at

    def load(request: Any, setting: Any, command: Any) -> Any:
        yield Ask(("sites/BOLT",), leading=("sites/BOLT",))

    def decide(request: Any, case: Any, command: Any) -> Change[Any]:
        return Change(so.Rejected(()))

    use: UseCase[Any, Any, Any] = UseCase("orders.place", load, decide)
    ann, request = so.Actor("ann", roles={"sales"}), so.OrderRequest("C7", [so.Line("BOLT", 1)])
    house.raw.engine.run(use, request, actor=ann, key="two", dry_run=False)
    assert asked.waves[-1] == ("sites/BOLT", "stock/BOLT@BER")
    assert kept[0].reads == (("sites/BOLT", 1),)


def test_what_was_guessed_and_cannot_be_read_is_in_nobodys_way(asked: Asked) -> None:
    house = House(store=asked)
    house.wim.stock.receive("BOLT", 5, site="HAM", key="ham")
    house.order(1, key="one").unwrap()
    read = asked.read

    def broken(tenant: str, refs: Sequence[str]) -> Any:
        if len(refs) > 2 and "stock/BOLT@HAM" in refs:
            raise InvalidValue("stored.unknown", "stock.level.9", "a newer release wrote it")
        return read(tenant, refs)

    asked.read = broken  # type: ignore[method-assign]  # a document of another release
    assert house.order(1, key="two").unwrap()


def test_a_store_that_does_not_answer_is_not_asked_again_for_less(asked: Asked) -> None:
    house = House(store=asked)
    house.order(1, key="one").unwrap()
    waves: list[tuple[str, ...]] = []

    def gone(tenant: str, refs: Sequence[str]) -> Any:
        waves.append(tuple(refs))
        raise StoreError("store.unavailable", "", "it is not there")

    asked.read = gone  # type: ignore[method-assign]  # a store that is not there
    with pytest.raises(StoreError):
        house.order(1, key="two")
    assert len(waves) == 1

"""Inside the host's own transaction: the host commits or rolls back, and our commands go with it."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from time import sleep
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

import salesorders as so
from salesorders.aio.sql import SqlStore as AsyncStore
from salesorders.storage import Put
from salesorders.sync.sql import SqlStore
from salesorders.testing.deciding import REF, asked, one_more
from salesorders.testing.stores.asking import command, customer
from tests.builders import BOLT, House, a_house, finished
from tests.storing import Stores

KINDS = ["sqlite", "postgres"]
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, any_store: Stores) -> str:
    """A database in which a house has its master data and the host a table of its own."""
    where = any_store.url(request.param)
    a_house("sync", store=any_store.opened("sync", where))
    return where


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = create_engine(url)
    with made.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS notes"))
        connection.execute(text("CREATE TABLE notes (note TEXT)"))
    yield made
    made.dispose()


def house_on(connection: Any) -> House:
    return House("sync", store=SqlStore.on(connection), prefix="host")


def seen(url: str, any_store: Stores) -> int:
    """How many orders others see."""
    return len(House("sync", store=any_store.opened("sync", url)).desk.orders.find().items)


def test_what_the_host_commits_is_kept_with_its_own_rows(
    engine: Engine, url: str, any_store: Stores
) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO notes VALUES ('mine')"))
        house_on(connection).order().unwrap()
    assert seen(url, any_store) == 1
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM notes")).scalar() == 1


@pytest.mark.parametrize("first", ["host", "order"])
def test_what_the_host_rolls_back_never_was(
    engine: Engine, url: str, any_store: Stores, first: str
) -> None:
    with engine.connect() as connection:
        if first == "host":
            connection.execute(text("INSERT INTO notes VALUES ('mine')"))
        house = house_on(connection)
        house.shipped(house.order().unwrap())
        connection.rollback()
    assert seen(url, any_store) == 0
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM notes")).scalar() == 0


def test_a_refused_commit_leaves_the_hosts_rows_alone(
    engine: Engine, url: str, any_store: Stores
) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO notes VALUES ('mine')"))
        house = house_on(connection)
        house.order(key="k").unwrap()
        with pytest.raises(so.KeyReused):
            house.order(7, key="k")
    assert seen(url, any_store) == 1


def test_a_session_of_sqlalchemy_will_do(engine: Engine, url: str, any_store: Stores) -> None:
    with Session(engine) as session:
        house_on(session).order().unwrap()
        assert seen(url, any_store) == 0
        session.commit()
    assert seen(url, any_store) == 1


def driver_connection(url: str) -> Any:
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"))
    return psycopg.connect(url.replace("+psycopg", ""))


@pytest.mark.parametrize("kept", [True, False])
def test_a_drivers_own_connection_will_do(url: str, any_store: Stores, kept: bool) -> None:
    with closing(driver_connection(url)) as connection:
        house = house_on(connection)
        house.billed(house.shipped(house.order().unwrap()))
        assert house.desk.audit.verify()
        if kept:
            connection.commit()
        else:
            connection.rollback()
    assert seen(url, any_store) == int(kept)


@pytest.mark.parametrize("kept", [True, False])
def test_an_async_connection_will_do(any_store: Stores, kept: bool) -> None:
    url = any_store.url("postgres")
    a_house("sync", store=any_store.opened("sync", url))
    engine = create_async_engine(url)

    async def play() -> None:
        async with engine.connect() as connection:
            store = AsyncStore.on(connection)
            from salesorders import aio
            from tests.builders import DAY, SELLER, a_request

            clock = aio.FixedClock(DAY)
            desk = aio.Desk(store=store, seller=SELLER, currency="EUR", clock=clock)
            ann = desk.as_(so.Actor("ann", roles=["sales"]))
            (await ann.orders.place(a_request(), key="k")).unwrap()
            await (connection.commit() if kept else connection.rollback())
        await engine.dispose()

    finished(play())
    assert seen(url, any_store) == int(kept)


def test_a_connection_without_a_transaction_is_refused_on_postgresql(any_store: Stores) -> None:
    url = any_store.url("postgres")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        with pytest.raises(so.StoreError) as raised:
            House("sync", store=SqlStore.on(connection)).ada.catalog.add(BOLT)
        assert raised.value.code == "store.no_transaction"


def test_two_hosts_that_meet_at_one_document_are_told_to_start_over(
    any_store: Stores,
) -> None:
    url = any_store.url("postgres")
    a_house("sync", store=any_store.opened("sync", url))
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    with engine.connect() as mine:
        house = house_on(mine)
        house.desk.stock.level("BOLT", "BER")
        House("sync", store=any_store.opened("sync", url)).order(key="theirs").unwrap()
        with pytest.raises(so.ConcurrencyExhausted):
            house.order(key="mine")
        mine.rollback()
        assert house.order(key="mine").unwrap()
    engine.dispose()


@pytest.mark.parametrize("wrong", [None, 7, "sqlite://", object()])
@pytest.mark.parametrize("door", [SqlStore, AsyncStore])
def test_what_is_no_connection_is_refused(door: Any, wrong: Any) -> None:
    with pytest.raises(so.InvalidValue) as raised:
        door.on(wrong)
    assert raised.value.code == "store.connection"


def test_who_has_a_document_already_does_not_come_behind_who_waits_for_it(
    any_store: Stores,
) -> None:
    url = any_store.url("postgres")
    store = any_store.opened("sync", url)
    store.commit("main", command("add", Put(0, customer("C1", "1"))))
    other = partial(store.decide, "main", asked("other"), (REF,), one_more("other", REF))
    made = create_engine(url)
    with ThreadPoolExecutor(1) as pool:
        with made.begin() as connection:
            hosted = SqlStore.on(connection)
            put = Put(1, customer("C1", "5"), customer("C1", "1"))
            hosted.commit("main", command("first", put))
            waiting = pool.submit(other)
            while not connection.execute(WAITING).scalar():
                sleep(0.01)
            hosted.decide("main", asked("second"), (REF,), one_more("second", REF))
        waiting.result(30)
    made.dispose()
    assert store.read("main", (REF,))[REF].document.credit_limit == "7"

"""What a server does to those who work on it: restarts, limits of time, encodings; and what is no connection."""

import asyncio
import signal
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

import salesorders as so
from salesorders.database.failures import told
from salesorders.database.link import DriverFailed
from salesorders.storage import Asked, Entry
from salesorders.sync.sql import SqlStore, open_store
from tests.builders import DAY, House, a_house
from tests.storing import Stores, said

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BODY = 64 * "0"


@pytest.fixture
def url(any_store: Stores) -> str:
    """A database on a server, in which a house has its master data."""
    where = any_store.url("postgres")
    a_house("sync", store=any_store.opened("sync", where))
    return where


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


def code_of(call: Callable[[], object]) -> str:
    """The code of what a call raises, `""` where it answers."""
    try:
        call()
    except so.SalesOrdersError as error:
        return error.code
    return ""


def pid_of(store: SqlStore) -> int:
    """Who speaks for the server to the one connection of a store."""
    store._runner._put_away()
    held = store._runner._engine.raw_connection()
    try:
        driver: Any = held.dbapi_connection
        pid: int = driver.info.backend_pid
        return pid
    finally:
        held.close()


@pytest.mark.parametrize("isolation", ["read committed", "serializable"])
@pytest.mark.parametrize("limit", ["statement_timeout", "lock_timeout"])
def test_what_the_server_cuts_off_is_busy_and_changed_nothing(
    url: str, any_store: Stores, limit: str, isolation: str
) -> None:
    hurried = f"{url}&options=-c%20{limit}%3D200"
    house = House("sync", store=any_store.opened("sync", hurried, isolation=isolation))
    before = house.state()
    with closing(psycopg.connect(plain(url))) as other:
        other.execute("SELECT 1 FROM salesorders_documents FOR UPDATE")
        assert code_of(lambda: house.order(1, key="one")) == "store.busy"
    assert house.state() == before
    assert house.order(1, key="one").unwrap()


def test_no_table_is_read_whole_that_was_new_when_a_statement_was_planned(
    url: str, any_store: Stores
) -> None:
    """Nobody has counted the rows yet, and the plan that was made then is kept."""
    for table in ("salesorders_lookups", "salesorders_documents"):
        said(url, f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
    said(url, "SELECT pg_stat_reset()")
    store = any_store.opened("sync", url)
    house = House("sync", store=store)
    for n in range(60):
        house.shipped(house.order(1, key=f"o{n}").unwrap(), key=f"s{n}")
    # What a connection has read is counted when it ends.
    store.close()
    with closing(psycopg.connect(plain(url))) as other:
        rows, read = other.execute(
            "SELECT sum(n_live_tup), sum(seq_tup_read + idx_tup_fetch)"
            " FROM pg_stat_user_tables WHERE relname LIKE 'salesorders_%'"
        ).fetchone() or (0, 0)
    assert rows > 300
    assert read < 5 * rows


class CalledAway(Exception):
    """What a host's own time limit raises out of whatever is going on."""


@contextmanager
def called_away(seconds: float) -> Iterator[None]:
    def away(*_: Any) -> None:
        raise CalledAway

    before = signal.signal(signal.SIGALRM, away)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        with pytest.raises(CalledAway):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("listened_to", [False, True])
@pytest.mark.parametrize("verb", ["read", "commit", "decide", "snapshot"])
def test_a_connection_whose_user_was_called_away_is_given_up(
    url: str, any_store: Stores, verb: str, listened_to: bool
) -> None:
    """Whatever took him away: nobody waits for the answer, and the next one would get it."""
    store = any_store.opened("sync", url, pool=1)
    if listened_to:
        event.listen(store._runner._engine, "before_cursor_execute", lambda *_: None)
    entry = Entry("k", "body", AT, "{}")
    asked: dict[str, Callable[[], object]] = {
        "read": lambda: store.read("main", ("customer/C7",)),
        "commit": lambda: store.commit("main", entry),
        "decide": lambda: store.decide("main", Asked("k", "b", AT), (), lambda _: entry),
        "snapshot": lambda: store.snapshot("main"),
    }
    before, speaker = store.read("main", ("customer/C7",)), pid_of(store)
    with closing(psycopg.connect(plain(url))) as other:
        if verb == "snapshot":
            other.execute("SELECT pg_advisory_lock(hashtext('main'))")
        else:
            other.execute("LOCK salesorders_documents, salesorders_commands")
        with called_away(0.3):
            asked[verb]()
    assert store.read("main", ("customer/C7",)) == before
    assert pid_of(store) != speaker
    # Nor does a lock stand in anybody's way.
    assert any_store.opened("sync", url).snapshot("main").documents


def test_a_restart_costs_one_command_and_not_one_for_every_connection(
    url: str, any_store: Stores
) -> None:
    house = House("sync", store=any_store.opened("sync", url, pool=6))
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: house.order(1, key=f"a{n}"), range(30)))
    name = url.partition("?")[0].rpartition("/")[2]
    others = f"datname = '{name}' AND pid <> pg_backend_pid()"
    said(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    codes = [code_of(partial(house.order, 1, key=f"b{n}")) for n in range(20)]
    assert codes[1:] == [""] * 19


def test_a_restart_costs_an_async_host_one_command(url: str, any_store: Stores) -> None:
    from salesorders import aio
    from salesorders.aio.sql import open_store as open_aio

    name = url.partition("?")[0].rpartition("/")[2]
    others = f"datname = '{name}' AND pid <> pg_backend_pid()"

    async def play() -> list[str]:
        store = await open_aio(url, pool=6)
        desk = aio.Desk(
            store=store,
            seller=so.Seller("ACME", country="DE"),
            currency="EUR",
            clock=aio.FixedClock(DAY),
        )
        await asyncio.gather(*(desk.orders.find() for _ in range(6)))
        said(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
        failed = []
        for _ in range(12):
            try:
                await desk.orders.find()
            except so.StoreError as error:
                failed.append(error.code)
        await store.close()
        return failed

    assert asyncio.run(play()) == ["store.unavailable"]


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "UTF8"])
def test_text_is_utf8_whatever_the_server_or_the_surroundings_say(
    url: str, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    name = f"encoded_{encoding.lower()}"
    said(url, f"DROP DATABASE IF EXISTS {name}")
    how = f"TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'"
    said(url, f"CREATE DATABASE {name} {how}")
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    head, _, tail = url.partition("?")
    store = open_store(f"{head.rpartition('/')[0]}/{name}?{tail}")
    house: Any = a_house("sync", store=store)
    customer = so.Customer("CX", "Müller \N{RECEIPT} 株式会社", country="DE")
    house.ada.catalog.add(customer).unwrap()
    assert house.desk.catalog.customer("CX").name == customer.name
    assert [one.id for one in house.desk.catalog.customers(alias=customer.name).items] == ["CX"]
    store.close()


@pytest.mark.parametrize(
    ("error", "lost", "code"),
    [
        (psycopg.OperationalError, False, "store.unknown"),
        (psycopg.errors.OutOfMemory, True, "store.unknown"),
        (psycopg.errors.AdminShutdown, False, "store.unknown"),
        (psycopg.errors.ConnectionFailure, False, "store.unknown"),
        (psycopg.errors.StatementCompletionUnknown, False, "store.unknown"),
        (psycopg.errors.OutOfMemory, False, "store.unavailable"),
        (psycopg.errors.QueryCanceled, False, "store.busy"),
    ],
)
def test_only_what_the_server_did_not_answer_is_unknown(
    error: type[Exception], lost: bool, code: str
) -> None:
    assert told(DriverFailed(error(), lost), committing=True).code == code


# --- what is handed over for a connection


async def an_async_connection(url: str) -> Any:
    connection = await psycopg.AsyncConnection.connect(url)
    await connection.close()
    return connection


def test_what_a_driver_has_besides_connections_is_refused(url: str) -> None:
    with (
        closing(psycopg.connect(plain(url))) as mine,
        closing(psycopg.connect(plain(url), cursor_factory=psycopg.RawCursor)) as numbered,
        closing(sqlite3.connect(":memory:")) as file,
    ):
        waiting = asyncio.run(an_async_connection(plain(url)))
        others = [mine.cursor(), file.cursor(), psycopg.Error(), sqlite3.Error()]
        for thing in (numbered, waiting, *others):
            with pytest.raises(so.InvalidValue) as raised:
                SqlStore.on(thing)
            assert (raised.value.code, raised.value.path) == ("store.connection", "connection")


def test_parameters_that_the_client_puts_in_change_nothing(url: str) -> None:
    with psycopg.connect(plain(url), cursor_factory=psycopg.ClientCursor) as connection:
        house = House("sync", store=SqlStore.on(connection), prefix="host")
        key = r"it's 100 %s \ {x} :tenant"
        order = house.order(3, key=key).unwrap()
        assert house.order(3, key=key).unwrap() == order
        house.billed(house.shipped(order))
        assert house.desk.audit.verify()


@pytest.mark.parametrize("wrong", ["\x00", "\ud800"])
def test_what_a_driver_does_not_take_is_told_also_beside_another_statement(
    url: str, any_store: Stores, wrong: str
) -> None:
    store = any_store.opened("sync", url, pool=1)
    entry = Entry("k", BODY, AT, wrong)
    decide = partial(store.decide, "main", Asked("k", BODY, AT), (), lambda _: entry)
    assert code_of(decide) == "store.refused"
    assert store.answer("main", "k") is None
    store.commit("main", Entry("k", BODY, AT, "{}"))


@pytest.mark.parametrize("listened_to", [False, True])
def test_a_connection_that_is_lost_in_hand_leaves_the_outcome_open_and_the_key_free(
    url: str, any_store: Stores, listened_to: bool
) -> None:
    store = any_store.opened("sync", url, pool=1)
    if listened_to:
        event.listen(store._runner._engine, "before_cursor_execute", lambda *_: None)
    speaker, entry = pid_of(store), Entry("k", BODY, AT, "{}")

    def cut(_: object) -> Entry:
        said(url, f"SELECT pg_terminate_backend({speaker}, 5000)")
        return entry

    what = "main", Asked("k", BODY, AT), ()
    assert code_of(lambda: store.decide(*what, cut)) in {"store.unknown", "store.unavailable"}
    assert store.answer("main", "k") is None
    store.decide(*what, lambda _: entry)
    assert store.answer("main", "k") is not None


@pytest.mark.parametrize(("documents", "names"), [(2, 2), (16, 16), (17, 0), (400, 0)])
def test_only_who_holds_a_few_documents_waits_for_their_names(
    url: str, any_store: Stores, documents: int, names: int
) -> None:
    """A server has so many locks by name, for everybody."""
    store = any_store.opened("sync", url, pool=1)
    refs = tuple(f"customer/X{n:03}" for n in range(documents))
    seen = []

    def decision(reader: Any) -> Entry:
        asked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        seen.append(reader.link.send(asked).rows[0][0])
        return Entry("k", BODY, AT, "{}")

    store.decide("main", Asked("k", BODY, AT), refs, decision)
    assert seen == [names]

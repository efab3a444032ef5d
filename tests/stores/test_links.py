"""Connections that are interrupted, gone, damaged or of a strange make: our own errors, and nothing left open."""

import shutil
import sqlite3
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

import salesorders as so
from salesorders.sync.sql import SqlStore, open_store
from tests.builders import House, a_house, books_agree
from tests.storing import Stores, told_on

OURS = ("salesorders/database/manner", "salesorders/database/link", "sync/running")


class Interrupted(BaseException):
    """What a signal's handler raises."""


def interrupted(house: House, line: int, key: str) -> str:
    """Order, and be interrupted at the so-many-th line of the code between us and the driver; where it was."""
    passed = 0

    def within(frame: FrameType, what: str, _: Any) -> Any:
        nonlocal passed
        passed += what == "line"
        if what == "line" and passed == line:
            sys.settrace(None)
            raise Interrupted(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
        return within

    def entered(frame: FrameType, what: str, arg: Any) -> Any:
        name = frame.f_code.co_filename.replace("\\", "/")
        return within if any(part in name for part in OURS) else None

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        house.order(1, key=key)
    except Interrupted as at:
        return str(at)
    finally:
        sys.settrace(before)
    return ""


def test_an_interruption_anywhere_leaves_no_transaction_open(any_store: Stores) -> None:
    url = any_store.url("sqlite")
    house: Any = a_house("sync", store=any_store.opened("sync", url))
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=0.1)
    poisoned = []
    line = 0
    while True:
        line += 1
        at = interrupted(house, line, f"k{line}")
        try:
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        except sqlite3.OperationalError:
            poisoned.append(at)
            break
        if not at:
            break
    other.close()
    assert not poisoned
    assert line > 40
    assert house.order(1, key="k1").unwrap()
    assert house.desk.audit.verify()


def test_a_file_that_is_taken_away_is_unavailable(any_store: Stores, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    house: Any = a_house("sync", store=any_store.opened("sync", f"sqlite:///{folder}/orders.db"))
    house.store._runner._put_away()
    house.store._runner._engine.dispose()
    shutil.move(folder, tmp_path / "gone")
    with pytest.raises(so.StoreError) as raised:
        house.desk.orders.find()
    assert raised.value.code == "store.unavailable"
    assert "orders.db" not in str(raised.value)


@pytest.mark.parametrize("twin", ["sync", "aio"])
def test_a_server_that_lets_nobody_in_is_unavailable(any_store: Stores, twin: str) -> None:
    url = any_store.url("postgres")
    house: Any = a_house(twin, store=any_store.opened(twin, url))
    name = url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(
        url.replace("+psycopg", "").replace(f"/{name}", "/postgres"), autocommit=True
    ) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        try:
            codes = set()
            for _ in range(3):
                with pytest.raises(so.StoreError) as raised:
                    house.desk.orders.find()
                codes.add(raised.value.code)
        finally:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert codes == {"store.unavailable"}
    assert house.order(1, key="again").unwrap()


def test_of_a_journal_whose_tail_is_torn_whole_commands_are_left(
    any_store: Stores, tmp_path: Path
) -> None:
    url = any_store.url("sqlite")
    house: Any = a_house("sync", store=any_store.opened("sync", url))
    path = Path(url.removeprefix("sqlite:///"))
    for n in range(6):
        house.order(1, key=f"o{n}")
    # The machine stops here: the file as it was, and as much of its journal as had reached the disk.
    file, journal = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    left = set()
    for n, cut in enumerate(Random(1).sample(range(len(journal)), 24)):
        torn = tmp_path / f"{n}.db"
        torn.write_bytes(file)
        Path(f"{torn}-wal").write_bytes(journal[:cut])
        again: Any = House("sync", store=any_store.opened("sync", f"sqlite:///{torn}"))
        books_agree(again)
        assert again.desk.audit.verify()
        orders = len(again.desk.orders.find(limit=9).items)
        # The master data, the stock, and the first of the orders.
        rows = len(again.rows())
        assert rows == 2 + orders or rows < 2
        left.add(orders)
        if rows >= 2:
            for one in range(6):
                again.order(1, key=f"o{one}").unwrap()
            assert (len(again.rows()), again.level().claimed) == (8, 6)
    assert len(left) > 3


def test_a_page_that_is_damaged_is_told_wherever_it_is_met(
    any_store: Stores, tmp_path: Path
) -> None:
    url = any_store.url("sqlite")
    house: Any = a_house("sync", store=any_store.opened("sync", url))
    for n in range(12):
        house.order(1, key=f"o{n}")
    house.store.close()
    whole = Path(url.removeprefix("sqlite:///")).read_bytes()
    met: Counter[str] = Counter()
    for page in range(1, len(whole) // 4096):
        torn = bytearray(whole)
        torn[page * 4096 : (page + 1) * 4096] = Random(page).randbytes(4096)
        file = tmp_path / f"{page}.db"
        file.write_bytes(torn)
        for read in ("find", "hash", "verify"):
            try:
                store = open_store(f"sqlite:///{file}")
            except so.SalesOrdersError as error:
                met[error.code] += 1
                continue
            desk = House("sync", store=store).desk
            look = {
                "find": lambda desk=desk: [*desk.orders.find(limit=100).items],
                "hash": lambda desk=desk: desk.backup.state_hash(),
                "verify": lambda desk=desk: bool(desk.audit.verify()),
            }[read]
            try:
                look()
            except so.SalesOrdersError as error:  # anything else fails the test
                met[error.code] += 1
            finally:
                store.close()
    assert met["store.damaged"]


def fill(house: House) -> None:
    for n in range(60):
        house.order(1, key=f"more-{n}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///file::memory:?uri=true"])
def test_a_database_in_memory_outlives_a_command_that_found_no_room(url: str) -> None:
    store = open_store(url)
    house: Any = a_house("sync", store=store)
    house.order(1, key="first").unwrap()
    pages = told_on(store, "PRAGMA page_count")
    told_on(store, f"PRAGMA max_page_count = {pages}")
    with pytest.raises(so.StoreError) as raised:
        fill(house)
    assert raised.value.code == "store.full"
    assert house.order(1, key="first").unwrap()
    store.close()


@pytest.mark.parametrize("isolation", [[], {}, None, Decimal("sNaN"), "snapshot"])
def test_a_level_of_isolation_that_is_none_is_refused(isolation: Any) -> None:
    with pytest.raises(so.InvalidValue) as raised:
        open_store("sqlite://", isolation=isolation)
    assert (raised.value.code, raised.value.path) == ("store.isolation", "isolation")


@pytest.mark.parametrize(
    "wrong",
    [
        ["DELETE FROM salesorders_version"],
        ["DROP TABLE salesorders_version", "CREATE TABLE salesorders_version (x)"],
    ],
)
def test_a_table_of_versions_that_is_not_ours_is_told(any_store: Stores, wrong: list[str]) -> None:
    url = any_store.url("sqlite")
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        for sentence in wrong:
            connection.execute(sentence)
    connection.close()
    with pytest.raises(so.StoreError) as raised:
        open_store(url)
    assert raised.value.code == "store.schema"


# --- connections of the host's own


@pytest.fixture
def file(any_store: Stores) -> str:
    url = any_store.url("sqlite")
    a_house("sync", store=any_store.opened("sync", url))
    return url.removeprefix("sqlite:///")


def on(connection: Any) -> House:
    return House("sync", store=SqlStore.on(connection), prefix="host")


def code_of(house: House, key: str = "one") -> str:
    with pytest.raises(so.StoreError) as raised:
        house.order(1, key=key)
    return raised.value.code


def test_a_connection_that_begins_nothing_wants_a_transaction(file: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    counted = "SELECT count(*) FROM salesorders_commands"
    before = connection.execute(counted).fetchone()
    assert code_of(on(connection)) == "store.no_transaction"
    connection.execute("BEGIN")
    assert on(connection).order(1, key="one").unwrap()
    connection.execute("ROLLBACK")
    assert connection.execute(counted).fetchone() == before
    connection.close()


def test_rows_of_another_make_change_nothing(file: str) -> None:
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    assert on(connection).order(1, key="one").unwrap()
    connection.close()


def test_text_of_another_make_is_refused(file: str) -> None:
    connection = sqlite3.connect(file)
    connection.text_factory = bytes
    with pytest.raises(so.InvalidValue) as raised:
        on(connection)
    assert raised.value.code == "store.connection"
    connection.close()


def test_a_connection_of_another_thread_is_told(file: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    connection = sqlite3.connect(file)
    house = on(connection)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(code_of, house).result() == "store.thread"
    connection.close()


def test_a_connection_that_the_host_closed_is_told(file: str) -> None:
    connection = sqlite3.connect(file)
    house = on(connection)
    connection.close()
    assert code_of(house) == "store.closed"


@pytest.fixture
def server(any_store: Stores) -> str:
    url = any_store.url("postgres")
    a_house("sync", store=any_store.opened("sync", url))
    return url.replace("+psycopg", "")


def test_a_transaction_that_has_failed_takes_nothing_more(server: str) -> None:
    with psycopg.connect(server) as connection:
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT 1 / 0")
        assert code_of(on(connection)) == "store.no_transaction"
        connection.rollback()
        assert on(connection).order(1, key="one").unwrap()


def test_rows_that_are_dictionaries_change_nothing(server: str) -> None:
    with psycopg.connect(server, row_factory=dict_row) as connection:
        assert on(connection).order(1, key="one").unwrap()


def test_a_connection_that_was_killed_is_told(server: str) -> None:
    connection = psycopg.connect(server)
    house = on(connection)
    with psycopg.connect(server, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
    assert code_of(house) == "store.unavailable"
    connection.close()


def test_a_session_may_go_on_after_a_commit(file: str) -> None:
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    engine = create_engine(f"sqlite:///{file}")
    with Session(engine) as session:
        house = on(session)
        house.order(1, key="one").unwrap()
        session.commit()
        house.order(1, key="two").unwrap()
        session.rollback()
        house.order(1, key="three").unwrap()
        session.commit()
    with Session(engine) as session:
        assert len(on(session).desk.orders.find().items) == 2
    engine.dispose()

"""What only databases can do wrong: tampering, schemas of other releases, lost files, secrets in errors."""

import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

import salesorders as so
from salesorders.database import METADATA
from salesorders.storage import Entry
from salesorders.sync.sql import open_store
from tests.builders import SELLER, House, a_house
from tests.storing import Stores, told_on


def run(url: str, *sentences: str) -> None:
    """Say SQL behind the store's back."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            for sentence in sentences:
                connection.execute(text(sentence))
    finally:
        # Also behind a sentence that fails: nothing else would close the connection.
        engine.dispose()


TAMPERED = [
    ("UPDATE salesorders_commands SET text = replace(text, 'ann', 'eve') WHERE seq = 3", 3),
    (f"UPDATE salesorders_commands SET hash = '{'0' * 64}' WHERE seq = 2", 2),
    ("UPDATE salesorders_commands SET key = 'another' WHERE seq = 2", 2),
    ("UPDATE salesorders_commands SET recorded_at = '2020-01-01T00:00:00+00:00' WHERE seq = 2", 2),
    ("DELETE FROM salesorders_commands WHERE seq = 2", 2),
]


@pytest.mark.parametrize(("sentence", "place"), TAMPERED)
def test_what_was_changed_behind_the_store_is_found(
    sql_house: Any, sentence: str, place: int
) -> None:
    sql_house.order()
    sql_house.order()
    assert sql_house.desk.audit.verify()
    run(sql_house.url, sentence)
    assert sql_house.desk.audit.verify().broken_at == place


def test_the_tables_are_those_that_the_migrations_make(sql_house: Any) -> None:
    engine = create_engine(sql_house.url)
    seen = inspect(engine)
    for table in METADATA.sorted_tables:
        assert {c["name"] for c in seen.get_columns(table.name)} == set(table.c.keys())
        assert {i["name"] for i in seen.get_indexes(table.name)} >= {i.name for i in table.indexes}
    engine.dispose()


def test_a_second_opening_changes_nothing(any_store: Stores, sql_house: Any) -> None:
    before = sql_house.state()
    again = House("sync", store=any_store.opened("sync", sql_house.url))
    assert again.state() == before


def test_a_newer_schema_is_refused(any_store: Stores) -> None:
    url = any_store.url("sqlite")
    run(url, "UPDATE salesorders_version SET version_num = '9999'")
    for migrated, code in ((True, "store.schema_newer"), (False, "store.schema")):
        with pytest.raises(so.StoreError) as raised:
            open_store(url, migrated=migrated)
        assert raised.value.code == code


def test_a_database_without_tables_is_refused_where_nothing_may_be_made(tmp_path: Path) -> None:
    with pytest.raises(so.StoreError) as raised:
        open_store(f"sqlite:///{tmp_path}/new.db", migrated=False)
    assert raised.value.code == "store.schema"


@pytest.mark.parametrize(
    ("column", "value"),
    [("version", "'12abc'"), ("version", "0"), ("version", "1.5"), ("body", "'no object'")],
)
def test_the_tables_refuse_what_is_no_document(any_store: Stores, column: str, value: str) -> None:
    url = any_store.url("sqlite")
    values = {"version": "1", "body": "'{}'", column: value}
    sentence = (
        "INSERT INTO salesorders_documents (tenant, ref, version, body)"
        f" VALUES ('main', 'order/1', {values['version']}, {values['body']})"
    )
    with pytest.raises(IntegrityError, match=r"CHECK|cannot store"):
        run(url, sentence)


BAD_URLS = [
    ("", "store.url"),
    ("orders.db", "store.url"),
    (None, "store.url"),
    (7, "store.url"),
    ("x" * 3_000, "store.url"),
    ("mysql://root:hunter2@host/db", "store.dialect"),
    ("postgresql+psycopg2://root:hunter2@host/db", "store.dialect"),
    ("sqlite+aiosqlite:///x.db", "store.dialect"),
    ("postgresql://root:hunter2@/db?host=/nowhere", "store.unavailable"),
    ("sqlite:////nowhere/at/all/orders.db", "store.unavailable"),
]


@pytest.mark.parametrize(("url", "code"), BAD_URLS)
def test_a_url_that_will_not_do_is_refused_and_never_shown(url: Any, code: str) -> None:
    with pytest.raises(so.SalesOrdersError) as raised:
        so.Desk.open(url, seller=SELLER, currency="EUR")
    told = f"{raised.value} {raised.value!r} {raised.value.__cause__}"
    assert (raised.value.code, "hunter2" in told) == (code, False)


def test_an_unknown_isolation_is_refused() -> None:
    with pytest.raises(so.InvalidValue) as raised:
        so.Desk.open("sqlite://", seller=SELLER, currency="EUR", isolation="dirty")
    assert raised.value.code == "store.isolation"


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    path.write_text("this is a letter, not a database; it is long enough to be looked at" * 20)
    with pytest.raises(so.StoreError) as raised:
        open_store(f"sqlite:///{path}")
    assert raised.value.code == "store.damaged"


def test_a_full_disk_loses_nothing(any_store: Stores) -> None:
    url = any_store.url("sqlite")
    store = any_store.opened("sync", url)
    house = a_house("sync", store=store)
    before = house.state()
    pages = told_on(store, "PRAGMA page_count")
    told_on(store, f"PRAGMA max_page_count = {pages}")
    code = ""
    for n in range(200):
        try:
            house.order(1, key=f"k{n}")
        except so.StoreError as error:
            code = error.code
            break
        before = house.state()
    assert code == "store.full"
    told_on(store, "PRAGMA max_page_count = 1000000")
    assert house.state() == before
    assert house.order(1, key="after").unwrap()


def test_a_store_that_may_only_be_read_says_so(any_store: Stores) -> None:
    url = any_store.url("sqlite")
    store = any_store.opened("sync", url)
    house = a_house("sync", store=store)
    told_on(store, "PRAGMA query_only = ON")
    with pytest.raises(so.StoreError) as raised:
        house.order()
    assert raised.value.code == "store.read_only"


def test_a_writer_that_holds_the_file_for_too_long_is_named(any_store: Stores) -> None:
    url = any_store.url("sqlite")
    store = any_store.opened("sync", url)
    house = a_house("sync", store=store)
    told_on(store, "PRAGMA busy_timeout = 50")
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(so.StoreError) as raised:
        house.order(key="k")
    assert raised.value.code == "store.busy"
    other.execute("ROLLBACK")
    other.close()
    assert house.order(key="k").unwrap()


def test_what_a_database_cannot_hold_is_refused(any_store: Stores) -> None:
    for kind in ("sqlite", "postgres"):
        store = any_store.make("sync", kind)
        for key in ("nul\0", "half \ud800"):
            entry = Entry(key, "0" * 64, a_house().clock.now(), "{}")
            if kind == "sqlite" and "\0" in key:
                continue
            with pytest.raises(so.StoreError) as raised:
                store.commit("main", entry)
            assert raised.value.code == "store.refused"


def test_without_sqlalchemy_the_line_to_install_it_is_told() -> None:
    hide = "import sys; sys.modules['sqlalchemy'] = None; import salesorders as so\n"
    ask = (
        "try:\n so.Desk.open('sqlite:///x.db', seller=so.Seller('A', country='DE'), currency='EUR')\n"
        "except so.StoreError as e:\n print(e)"
    )
    told = subprocess.run(
        [sys.executable, "-c", hide + ask], capture_output=True, text=True, check=True
    )
    assert "store.driver" in told.stdout
    assert "pip install 'salesorders[sql]'" in told.stdout


def test_memory_in_sqlite_keeps_what_it_has_until_it_is_closed() -> None:
    with so.Desk.open("sqlite://", seller=SELLER, currency="EUR") as desk:
        house = a_house("sync", store=desk.engine.store)
        assert house.order().unwrap()
        assert desk.audit.verify().rows == 3


def test_a_desk_shows_no_url(any_store: Stores) -> None:
    url = any_store.url("sqlite")
    with so.Desk.open(url, seller=SELLER, currency="EUR") as desk:
        assert url.removeprefix("sqlite:///") not in f"{desk!r} {desk.engine.store!r}"


def test_a_new_file_is_not_for_everybody(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    open_store(f"sqlite:///{path}").close()
    assert not path.stat().st_mode & stat.S_IWOTH


def test_a_database_in_memory_is_shared_by_threads(any_store: Stores) -> None:
    house = a_house("sync", store=any_store.opened("sync", "sqlite://"))
    with ThreadPoolExecutor(4) as pool:
        orders = list(pool.map(lambda n: house.order(1, key=f"k-{n}").unwrap().id, range(12)))
    assert len(set(orders)) == 12
    assert house.desk.audit.verify()


@pytest.mark.parametrize("how", [{"pool": 0}, {"pool": "many"}, {"pool": True}, {"durable": None}])
def test_an_option_of_nonsense_is_refused(how: Any) -> None:
    with pytest.raises(so.InvalidValue) as raised:
        open_store("sqlite://", **how)
    assert raised.value.path == next(iter(how))


def test_a_closed_store_says_so_and_opens_nothing_again(sql_house: Any) -> None:
    sql_house.order()
    sql_house.store.close()
    with pytest.raises(so.StoreError) as raised:
        sql_house.desk.orders.find()
    assert raised.value.code == "store.closed"

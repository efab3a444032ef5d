"""A database that an earlier release made is brought to the present schema, with all that lies in it."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect, text

import salesorders as so
from salesorders.database import METADATA
from salesorders.database.migrate import HEAD, KNOWN, VERSION_TABLE
from salesorders.sync.sql import open_store
from tests.builders import House
from tests.storing import Stores

# Written by that release itself: its rows, table by table, and the hash of its documents.
MADE_BY = {
    version: json.loads(Path(__file__).with_name(f"made_by_{version}.json").read_text("utf-8"))
    for version in KNOWN[:-1]
}
EARLIER = [(version, kind) for version in MADE_BY for kind in ("sqlite", "postgres")]


def as_made(url: str, version: str) -> str:
    """Put into a database what an earlier release had left there, and nothing else."""
    config = Config()
    config.set_main_option("script_location", "salesorders:database/migrations")
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            for table in (*MADE_BY[version]["tables"], VERSION_TABLE):
                connection.execute(text(f"DROP TABLE {table}"))
            config.attributes["connection"] = connection
            command.upgrade(config, version)
            for table, rows in MADE_BY[version]["tables"].items():
                names = sorted(rows[0])
                values = ", ".join(f":{name}" for name in names)
                said = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})"
                connection.execute(text(said), rows)
                if "id" in names and connection.dialect.name == "postgresql":
                    last = max(row["id"] for row in rows)
                    place = f"pg_get_serial_sequence('{table}', 'id')"
                    connection.execute(text(f"SELECT setval({place}, {last})"))
    finally:
        engine.dispose()
    return url


@pytest.fixture(params=EARLIER, ids="-".join)
def earlier(request: pytest.FixtureRequest, any_store: Stores) -> tuple[str, Any]:
    """The URL of a database of an earlier release, and what that release wrote there."""
    version, kind = request.param
    return as_made(any_store.url(kind), version), MADE_BY[version]


def test_what_an_earlier_release_wrote_is_all_there(
    earlier: tuple[str, Any], any_store: Stores
) -> None:
    url, made = earlier
    house = House("sync", store=any_store.opened("sync", url))
    assert house.desk.backup.state_hash() == made["state"]
    verified = house.desk.audit.verify()
    assert (bool(verified), verified.rows) == (True, len(made["tables"]["salesorders_commands"]))
    waiting = house.store.pending("main", limit=9)
    there = [(row["key"], row["number"]) for row in made["tables"]["salesorders_outbox"]]
    assert [(one.key, one.number) for one in waiting] == there
    assert {(one.tries, one.failing_since) for one in waiting} == {(0, None)}


def test_work_goes_on_where_the_earlier_release_stopped(
    earlier: tuple[str, Any], any_store: Stores
) -> None:
    taken: list[str] = []

    class Notices:
        def deliver(self, tenant: str, key: str, effect: Any) -> None:
            taken.append(key)
            if key == "o/0":
                raise ConnectionError

    policies = so.Policies(relay=so.RelayPolicy(tries=1, days=0))
    store = any_store.opened("sync", earlier[0])
    house = House("sync", store=store, gateways={"notices": Notices()}, policies=policies)
    # A key of then has its answer of then; its order goes on.
    order = house.order(9, key="o").unwrap()
    house.billed(house.shipped(order, key="s2"), key="i")
    assert house.desk.relay.run().set_aside == ("o/0",)
    assert sorted(taken) == ["i/0", "o/0", "p/0", "s/0", "s2/0"]
    assert house.desk.audit.verify()


def test_the_steps_make_the_tables_that_a_new_database_has(earlier: tuple[str, Any]) -> None:
    url, _ = earlier
    open_store(url).close()
    engine = create_engine(url)
    seen = inspect(engine)
    for table in METADATA.sorted_tables:
        assert {one["name"] for one in seen.get_columns(table.name)} == set(table.c.keys())
    with engine.connect() as connection:
        version = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    engine.dispose()
    assert version == HEAD


def test_an_earlier_schema_is_refused_where_nothing_may_be_migrated(
    earlier: tuple[str, Any],
) -> None:
    with pytest.raises(so.StoreError) as raised:
        open_store(earlier[0], migrated=False)
    assert raised.value.code == "store.schema"


def test_two_that_open_at_once_migrate_once(earlier: tuple[str, Any]) -> None:
    url, made = earlier
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(open_store, [url] * 4))
    for store in stores:
        assert House("sync", store=store).desk.backup.state_hash() == made["state"]
        store.close()

"""The small store of the how-to page is a store: the conformance kit asks it everything."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from examples.small_store import SmallStore

import salesorders as so
from salesorders.testing import DecidingSuite, DeskSuite, StoreSuite
from salesorders.testing.builders import a_house


class Line:
    """A connection that breaks at the next commit."""

    def __init__(self, inner: Any, when: str) -> None:
        self.inner, self.when = inner, when

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def execute(self, said: str, *values: Any) -> Any:
        if said != "COMMIT" or not self.when:
            return self.inner.execute(said, *values)
        when, self.when = self.when, ""
        if when == "after":
            self.inner.execute(said)
        raise sqlite3.OperationalError("disk I/O error")


class TestStore(StoreSuite):
    def make(self) -> Any:
        return SmallStore()

    def lose_connection(self, store: Any, when: str) -> None:
        store._db = Line(store._db, when)


class TestInHand(DecidingSuite):
    def make(self) -> Any:
        return SmallStore()


class TestDesk(DeskSuite):
    def make(self) -> Any:
        return SmallStore()


def test_what_was_sold_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    path = str(tmp_path / "orders.db")
    store = SmallStore(path)
    order = a_house(store=store).order(12, key="web-1").unwrap()
    store.close()
    again = SmallStore(path)
    house = a_house(store=again, prefix="again")
    assert house.desk.orders.get(order.id) == order
    assert house.desk.audit.verify()
    again.close()


def test_a_driver_that_fails_is_a_store_that_is_not_available() -> None:
    store = SmallStore()
    store.close()
    with pytest.raises(so.SalesOrdersError) as raised:
        store.read("main", ("customer/C1",))
    assert raised.value.code == "store.unavailable"

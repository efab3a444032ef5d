"""A host's rule that gives a command while it is asked (F30, F33): told by a code, with nothing half done."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

import salesorders as so
from salesorders.inventory import InventoryPolicy
from salesorders.testing.answering import finished
from tests.builders import House, a_house, books_agree
from tests.storing import Stores

# Of a file or a row that another writer holds, in milliseconds.
PATIENCE = 200


class Meddler:
    """Places an order of its own whenever it is asked, as often as ``left`` says."""

    def __init__(self) -> None:
        self.left = 0
        self.asked_within = False
        self.house: House

    def __call__(self) -> None:
        if self.asked_within or not self.left:
            return
        self.left -= 1
        self.asked_within = True
        try:
            self.house.order(1, key=f"of-the-rule-{self.left}").unwrap()
        finally:
            self.asked_within = False


def house_of(kind: str, any_store: Stores) -> tuple[House, Meddler]:
    meddler = Meddler()

    class Rule(InventoryPolicy):
        """Looks as far ahead as any, and meddles."""

        def last_day(self, today: Any) -> Any:
            meddler()
            return super().last_day(today)

    store = any_store.make("sync", "values") if kind == "memory" else _impatient(kind, any_store)
    meddler.house = a_house("sync", store=store, policies=so.Policies(inventory=Rule()))
    return meddler.house, meddler


def _impatient(kind: str, any_store: Stores) -> Any:
    url = any_store.url(kind)
    if kind == "postgres":
        return any_store.opened("sync", f"{url}&options=-c%20lock_timeout%3D{PATIENCE}")
    store = any_store.opened("sync", url)
    engine = store._runner._engine
    store._runner._put_away()
    engine.dispose()
    event.listen(engine, "connect", lambda c, _: c.execute(f"PRAGMA busy_timeout = {PATIENCE}"))
    return store


@pytest.mark.parametrize("kind", ["memory", "sqlite", "postgres"])
def test_a_rule_that_orders_once_has_its_command_decided_again(
    kind: str, any_store: Stores
) -> None:
    house, meddler = house_of(kind, any_store)
    meddler.left = 1
    order = house.order(9, key="o").unwrap()
    assert house.order(9, key="o").unwrap() == order
    assert len(house.rows()) == 4
    books_agree(house)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("memory", "concurrency.exhausted"),
        ("sqlite", "store.busy"),
        ("postgres", "store.busy"),
    ],
)
def test_a_rule_that_orders_always_is_told_and_its_command_changes_nothing(
    kind: str, code: str, any_store: Stores
) -> None:
    house, meddler = house_of(kind, any_store)
    meddler.left = 99
    with pytest.raises(so.SalesOrdersError) as raised:
        house.order(9, key="o")
    assert raised.value.code == code
    assert house.store.answer("main", "o") is None
    books_agree(house)
    meddler.left = 0
    order = house.order(9, key="o").unwrap()
    assert house.order(9, key="o").unwrap() == order
    assert house.desk.audit.verify()
    books_agree(house)


@pytest.mark.parametrize("twin", ["sync", "aio"])
def test_who_waits_for_a_row_waits_for_half_a_minute_at_most_unless_the_host_says_how_long(
    twin: str, any_store: Stores
) -> None:
    url = any_store.url("postgres")
    for more, wanted in (("", "30s"), ("&options=-c%20lock_timeout%3D5s", "5s")):
        store = any_store.opened(twin, url + more)

        def ask(connection: Any) -> Any:
            return connection.exec_driver_sql("SHOW lock_timeout").scalar()

        assert [finished(store._runner.inspect(ask)) for _ in range(2)] == [wanted] * 2

"""The connection that a desk keeps at hand: gone when the desk is closed, and in nobody's way who begins to listen."""

import os
from collections import Counter
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
from sqlalchemy import Engine, event

import salesorders as so
from tests.builders import a_house
from tests.storing import Stores


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are told by /proc")
def test_closing_leaves_no_file_open(any_store: Stores) -> None:
    url = any_store.url("sqlite")
    house: Any = a_house("sync", store=any_store.opened("sync", url))
    house.order(1, key="k1").unwrap()
    name = url.removeprefix("sqlite:///")
    assert opened_of(name)
    house.desk.close()
    assert not opened_of(name)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are told by /proc")
def test_closing_while_others_work_leaves_no_file_open(any_store: Stores) -> None:
    url = any_store.url("sqlite")
    house: Any = a_house("sync", store=any_store.opened("sync", url))
    codes = Counter[str]()

    def working(name: int) -> None:
        for n in range(1_000):
            try:
                house.order(1, key=f"{name}-{n}")
            except so.StoreError as error:
                codes[error.code] += 1
                return

    threads = [Thread(target=working, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    sleep(0.2)
    house.desk.close()
    for thread in threads:
        thread.join()
    assert codes == {"store.closed": 4}
    assert not opened_of(url.removeprefix("sqlite:///"))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///file::memory:?uri=true"])
def test_whoever_begins_to_listen_hears_a_database_in_memory_too(url: str) -> None:
    with open_desk(url) as desk:
        desk.orders.find()
        heard = []

        def listened(*told: Any) -> None:
            heard.append(told[2])

        event.listen(Engine, "before_cursor_execute", listened)
        try:
            desk.orders.find()
        finally:
            event.remove(Engine, "before_cursor_execute", listened)
        assert heard
        assert desk.orders.find().items == ()


def open_desk(url: str) -> so.Desk:
    return so.Desk.open(url, seller=so.Seller("ACME", country="DE"), currency="EUR")


def opened_of(name: str) -> list[str]:
    """The files of that name, and beside it, that this process has open."""
    links = [Path(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]
    return [told for link in links if (told := str(link.resolve())).startswith(name)]

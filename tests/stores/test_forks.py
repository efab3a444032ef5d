"""Processes that fork with an open desk: both go on, and nothing that one of them was answered is lost."""

import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from salesorders.database.visits import _FORK
from tests.builders import a_house
from tests.storing import Stores

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def in_child(work: Callable[[], object]) -> int:
    """Fork, and work in the child; nobody goes on with the parent's tests there."""
    child = os.fork()
    if not child:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return child


def ended(child: int, seconds: float = 20.0) -> int | None:
    """How a child ended; ``None`` where it had to be killed."""
    until = monotonic() + seconds
    while monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def driver_of(store: Any) -> Any:
    """The driver's connection that the pool hands out next."""
    store._runner._put_away()
    held = store._runner._engine.raw_connection()
    try:
        return held.dbapi_connection
    finally:
        held.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_child_process_opens_connections_of_its_own(kind: str, any_store: Stores) -> None:
    store = any_store.make("sync", kind)
    house = a_house("sync", store=store)
    parents = driver_of(store)

    def work() -> None:
        house.order(key="in-child").unwrap()
        assert driver_of(store) is not parents

    assert ended(in_child(work)) == 0
    # A file's connections are closed before a fork, a server's stay the parent's.
    assert (driver_of(store) is parents) is (kind == "postgres")
    assert house.order(key="in-child").unwrap().id == house.desk.orders.find().items[0].id


@pytest.mark.parametrize("own", [False, True])
def test_what_a_child_was_answered_is_there_when_the_parent_has_left(
    own: bool, any_store: Stores
) -> None:
    url = any_store.url("sqlite")
    house: Any = a_house("sync", store=any_store.opened("sync", url))
    house.order(1, key="before").unwrap()
    wait, tell = os.pipe()

    def work() -> None:
        mine: Any = a_house("sync", store=any_store.opened("sync", url)) if own else house
        mine.order(1, key="beside").unwrap()
        os.read(wait, 1)
        for n in range(5):
            mine.order(1, key=f"after-{n}").unwrap()

    child = in_child(work)
    sleep(0.3)
    house.desk.close()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as another:
        another.execute("SELECT count(*) FROM salesorders_commands").fetchone()
    os.write(tell, b"x")
    assert ended(child) == 0
    again: Any = a_house("sync", store=any_store.opened("sync", url))
    assert len(again.desk.orders.find(limit=100).items) == 7


def test_children_of_a_process_whose_threads_write_can_write_too(any_store: Stores) -> None:
    house: Any = a_house("sync", store=any_store.make("sync", "sqlite"))
    stop = threading.Event()
    done = []

    def writing(name: str) -> None:
        while not stop.is_set():
            done.append(house.order(1, key=f"{name}-{len(done)}"))

    threads = [threading.Thread(target=writing, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    try:
        children = []
        for n in range(5):
            sleep(0.05)
            children.append(in_child(lambda key=f"child-{n}": house.order(1, key=key).unwrap()))
        assert [ended(child) for child in children] == [0] * 5
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert done
    assert house.desk.audit.verify()


def test_a_database_in_memory_goes_on_in_each_process_by_itself(any_store: Stores) -> None:
    house: Any = a_house("sync", store=any_store.opened("sync", "sqlite://"))
    house.order(1, key="before").unwrap()
    assert ended(in_child(lambda: house.order(1, key="in-child").unwrap())) == 0
    assert len(house.desk.orders.find().items) == 1


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are told by /proc")
def test_a_child_inherits_no_file_that_another_thread_was_just_opening(any_store: Stores) -> None:
    url = any_store.url("sqlite")
    any_store.opened("sync", url).close()
    name, stop = url.removeprefix("sqlite:///"), threading.Event()

    def opening() -> None:
        while not stop.is_set():
            any_store.opened("sync", url).close()

    def look() -> None:
        links = [Path(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]
        assert not [link for link in links if str(link.resolve()).startswith(name)]

    threads = [threading.Thread(target=opening) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        assert [ended(in_child(look)) for _ in range(10)] == [0] * 10
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_child_that_closes_a_desk_leaves_the_parents_connection_alone(any_store: Stores) -> None:
    house: Any = a_house("sync", store=any_store.make("sync", "postgres"))
    house.order(1, key="before").unwrap()
    assert ended(in_child(house.desk.close)) == 0
    assert house.order(1, key="after").unwrap()


def test_the_thread_that_forks_may_use_its_desk_meanwhile(any_store: Stores) -> None:
    house: Any = a_house("sync", store=any_store.make("sync", "sqlite"))
    asked: list[Any] = []
    _FORK.gate.clear()
    _FORK.forker = threading.get_ident()
    try:
        thread = threading.Thread(target=lambda: asked.append(house.desk.orders.find()))
        thread.start()
        assert house.desk.orders.find().items == ()
        thread.join(0.2)
        assert not asked
    finally:
        _FORK.over()
    thread.join()
    assert asked

"""A fresh store of any kind in a moment: memory, a file that is a copy, a database made from a template."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from salesorders.aio.sql import open_store as open_aio
from salesorders.database import METADATA
from salesorders.sync.sql import open_store as open_sync
from tests.builders import TWINS, finished
from tests.servers import NoServer, postgres

KINDS = ("values", "text", "sqlite", "postgres")
OPEN = {"sync": open_sync, "aio": open_aio}


TABLES = [table.name for table in METADATA.sorted_tables]


def said(url: str, sentence: str) -> None:
    """Say one sentence of SQL to a server."""
    # psycopg takes the URL as it is, but for the driver that SQLAlchemy wants to be told.
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET lock_timeout = '20s'")
        connection.execute(sentence)


def told_on(store: Any, *sentences: str) -> Any:
    """Say something on the one connection that a store has to its file, and return what it answers to the last."""
    told: Any = None

    def say(connection: Any) -> None:
        nonlocal told
        for sentence in sentences:
            done = connection.exec_driver_sql(sentence)
            told = done.scalar() if done.returns_rows else None

    store._runner.inspect(say)
    return told


def emptied(url: str) -> None:
    """Make the tables where they are not, and take everything out of them."""
    open_sync(url).close()
    said(url, f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY")


class Stores:
    """Makes stores of every kind and closes them."""

    def __init__(self, folder: Path, server: Iterator[str]) -> None:
        self.folder = folder
        self._server = server
        self._numbers = itertools.count(1)
        self._open: list[Any] = []
        self._template: Path | None = None
        self._server_url = ""
        self._free: list[str] = []
        self._used: list[str] = []

    def make(self, twin: str, kind: str, **how: Any) -> Any:
        """An empty store of one twin."""
        if kind in ("values", "text"):
            return TWINS[twin].MemoryStore(encoded=kind == "text")
        return self.opened(twin, self.url(kind), **how)

    def opened(self, twin: str, url: str, **how: Any) -> Any:
        """A store over what lies at ``url``."""
        store = finished(OPEN[twin](url, **how))
        self._open.append(store)
        return store

    def url(self, kind: str) -> str:
        """The URL of a new database with empty tables."""
        return self._file() if kind == "sqlite" else self._database()

    def _file(self) -> str:
        if self._template is None:
            self._template = self.folder / "template.db"
            open_sync(f"sqlite:///{self._template}").close()
        copy = self.folder / f"{next(self._numbers)}.db"
        shutil.copyfile(self._template, copy)
        return f"sqlite:///{copy}"

    def _database(self) -> str:
        """A database that is empty again, or a new one."""
        if self._free:
            url = self._free.pop()
            emptied(url)
        else:
            if not self._server_url:
                self._server_url = next(self._server)
            name = f"t{next(self._numbers)}"
            said(self._server_url, f"CREATE DATABASE {name}")
            url = self._server_url.replace("/postgres?", f"/{name}?")
            open_sync(url).close()
        self._used.append(url)
        return url

    def close(self) -> None:
        """Close what was opened."""
        while self._open:
            finished(self._open.pop().close())
        self._free += self._used
        self._used.clear()


@contextmanager
def stores(folder: Path) -> Iterator[Stores]:
    """Stores as long as the block; a server is started when the first database is wanted."""
    servers: list[Any] = []

    def server() -> Iterator[str]:
        running = postgres()
        try:
            url = running.__enter__()
        except NoServer as reason:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(reason))
        servers.append(running)
        yield url

    made = Stores(folder, server())
    try:
        yield made
    finally:
        made.close()
        for running in servers:
            with suppress(StopIteration):
                running.__exit__(None, None, None)

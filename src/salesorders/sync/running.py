"""Running units of work for blocking hosts. Written by hand on both sides of the twin."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from salesorders.database import (
    HOSTED,
    Address,
    Borrowed,
    Driven,
    Heard,
    Link,
    Sent,
    Statements,
    Step,
    Units,
    Visits,
    ask_the_idle,
    borrowed,
    is_heard,
    migrate,
    prepare_postgres,
    prepare_sqlite,
    translated,
)
from salesorders.database.failures import FAILURES, SENTENCES, told, unreached
from salesorders.kernel.errors import StoreError, invalid

if TYPE_CHECKING:
    from sqlalchemy.pool import PoolProxiedConnection

__all__ = ["Runner", "over_connection", "over_url"]

R = TypeVar("R")
_BEGINNING = threading.RLock()


class Runner:
    """Runs units over an engine, each on a connection of its own from the pool."""

    def __init__(self, engine: Engine, address: Address) -> None:
        self._engine = engine
        self._manner = address.manner
        self._process = os.getpid()
        self._closed = False
        self._is_file = address.is_file
        self._idle = None if address.is_sqlite else ask_the_idle(engine)
        self._visits = Visits(self._drained) if address.is_sqlite else Visits()
        # The connection that was used last, and when, where nobody else was there to want it: for a look into a file
        # the pool takes as long as SQLite.
        self._ready: list[tuple[PoolProxiedConnection, float]] = []
        dialect = engine.dialect
        self.units = Units(Statements(dialect.name), chains=address.is_sqlite)
        self.said = dialect.name

    def _over(self, run: Callable[..., Any], unit: Callable[..., R], args: tuple[Any, ...]) -> R:
        if self._closed:
            raise StoreError("store.closed", "", SENTENCES["store.closed"])
        self._begin()
        try:
            self._visits.come()
            if is_heard(self._engine):
                self._put_away()
                with translated(), self._engine.connect() as connection:
                    return self._linked(Heard(connection), run, unit, args)
            held = self._taken()
            try:
                link = Driven(held, self._engine.dialect, self.said)
                done: R = self._linked(link, run, unit, args)
            except BaseException:
                self._given_back(held)
                raise
            self._laid_down(held)
        finally:
            self._visits.go()
        return done

    def _begin(self) -> None:
        """Begin anew in a child: it must not talk on the connections of its parent, nor say goodbye on them."""
        if os.getpid() == self._process:
            return
        with _BEGINNING:
            if os.getpid() == self._process:
                return  # another thread was faster
            self.units.memo.unlock()
            if self._idle is None:
                # Where somebody forked past Python, a file's are still there.
                self._drained()
            else:
                self._visits.begin()
                self._engine.dispose(close=False)
                self._ready.clear()
            self._process = os.getpid()

    def _drained(self) -> None:
        """Close what lies ready; a database in memory lies in its connection, and each process goes on with its own."""
        if self._is_file:
            self._put_away()
            self._engine.dispose()

    def _taken(self) -> PoolProxiedConnection:
        try:
            held, since = self._ready.pop()
        except IndexError:
            pass
        else:
            if self._idle is None or not self._idle.doubts(since) or self._is_there(held):
                return held
        try:
            return self._engine.raw_connection()
        except FAILURES as error:
            raise told(error) from None
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise unreached(error) from None

    def _is_there(self, held: PoolProxiedConnection) -> bool:
        driver: Any = held.dbapi_connection
        try:
            self._engine.dialect.do_ping(driver)
        except Exception:  # noqa: BLE001 - whatever it says, it is not there
            held.invalidate()
            return False
        return True

    def _laid_down(self, held: PoolProxiedConnection) -> None:
        """Have a connection ready for the next unit, unless somebody may be waiting for it at the pool."""
        if not held.is_valid:
            held.close()
            return
        self._ready.append((held, monotonic()))
        # Looked at after it lies there: whoever came before that has not seen it.
        if self._closed or not self._visits.alone:
            self._put_away()

    def _given_back(self, held: PoolProxiedConnection) -> None:
        if self._closed and held.is_valid:
            held.detach()  # from a pool that is gone: it is closed for good
        held.close()

    def _put_away(self) -> None:
        while self._ready:
            with suppress(IndexError):  # another thread was faster
                self._given_back(self._ready.pop()[0])

    @staticmethod
    def _linked(
        link: Heard | Driven, run: Callable[..., Any], unit: Callable[..., R], args: tuple[Any, ...]
    ) -> R:
        try:
            done: R = run(link, unit, *args)
        except BaseException:
            link.settled()
            raise
        return done

    def read(self, unit: Callable[..., R], *args: Any) -> R:
        """Run a unit of one reading statement."""
        return self._over(self._manner.reading, unit, args)

    def write(self, unit: Callable[..., R], *args: Any) -> R:
        """Run a unit in a transaction of its own."""
        return self._over(self._manner.writing, unit, args)

    def lone(self, unit: Callable[..., R], *args: Any) -> R:
        """Run a unit that writes with one statement."""
        return self._over(self._manner.lone, unit, args)

    def note(self, unit: Callable[..., R], *args: Any) -> R:
        """Run a unit in a transaction of its own that locks what it leans on."""
        return self._over(self._manner.noting, unit, args)

    def alone(self, unit: Callable[..., R], *args: Any) -> R:
        """Run a unit that locks what it leans on with one statement."""
        return self._over(self._manner.alone, unit, args)

    def decide(self, unit: Callable[..., Generator[Step, Sent, None]], *args: Any) -> None:
        """Run a unit that says what it wants to hold and, at the end, what it writes."""
        self._over(self._manner.deciding, unit, args)

    def look(self, unit: Callable[..., R], tenant: str) -> R:
        """Run a unit that has to see one moment of a tenant."""
        return self._over(self._manner.looking, unit, (tenant,))

    def inspect(self, asked: Callable[[Connection], R]) -> R:
        """Ask something of the schema, without a transaction."""
        self._begin()
        try:
            self._visits.come()
            self._put_away()
            with translated(), self._engine.connect() as connection:
                return asked(connection)
        finally:
            self._visits.go()

    def migrate(self) -> None:
        """Bring the tables to this release's schema."""

        def migrated(connection: Connection) -> None:
            self._manner.writing(Heard(connection), lambda _: migrate(connection))

        self.inspect(migrated)

    def close(self) -> None:
        """Close every connection, for good."""
        self._begin()
        self._closed = True
        try:
            self._visits.come()
            self._put_away()
            self._engine.dispose()
        finally:
            self._visits.go()


class _Hosted(Runner):
    """Runs units over a host's connection, inside its transaction; ``link`` gives it, anew for each unit."""

    def __init__(self, link: Callable[[], Heard | Borrowed], dialect: str) -> None:
        self._link = link
        self._manner = HOSTED
        self.units = Units(Statements(dialect), chains=dialect == "sqlite", in_line=False)
        self.said = f"{dialect}, in the host's transaction"

    def _over(self, run: Callable[..., Any], unit: Callable[..., R], args: tuple[Any, ...]) -> R:
        with translated():
            link: Link = self._link()
        done: R = run(link, unit, *args)
        return done

    def close(self) -> None:
        """Nothing: the connection is the host's."""


def over_url(address: Address, *, durable: bool) -> Runner:
    """Return what runs units on the database at an address; nothing is opened before the first."""
    engine = create_engine(address.url, **address.options)
    prepared = prepare_sqlite(durable=durable) if address.is_sqlite else prepare_postgres
    event.listen(engine, "connect", prepared)
    return Runner(engine, address)


def over_connection(connection: Any) -> Runner:
    """Return what runs units inside the transaction of a host's connection or session."""
    if isinstance(connection, Session):
        session = connection
        # After a commit or rollback a session has another connection.
        return _Hosted(lambda: Heard(session.connection()), session.get_bind().dialect.name)
    if isinstance(connection, Connection):
        heard = Heard(connection)
        return _Hosted(lambda: heard, heard.dialect)
    link = borrowed(connection)
    if link is None:
        wanted = "an SQLAlchemy connection or session, or one of sqlite3 or psycopg is wanted"
        invalid("store.connection", "connection", wanted)
    return _Hosted(lambda: link, link.dialect)

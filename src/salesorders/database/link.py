"""How a unit speaks to a database: straight to the driver, or through SQLAlchemy where somebody listens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import attrs

from salesorders.kernel.errors import invalid

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.pool import PoolProxiedConnection

__all__ = [
    "Borrowed",
    "Driven",
    "DriverFailed",
    "Heard",
    "Link",
    "Sent",
    "Step",
    "borrowed",
    "is_heard",
]

Parameters = Mapping[str, Any]
What = Parameters | Sequence[Parameters]
Step = tuple[str, What]


class DriverFailed(Exception):
    """What a driver raised, as ``orig``; ``lost``: the connection is gone with it."""

    def __init__(self, orig: Exception, lost: bool) -> None:
        super().__init__()
        self.orig = orig
        self.lost = lost


class Sent(NamedTuple):
    """What a statement came to, whole: its rows, and how many it touched."""

    rows: Sequence[Any]
    rowcount: int

    @property
    def first(self) -> Any:
        """The first row, ``None`` where there is none."""
        return self.rows[0] if self.rows else None


class Link(Protocol):
    """What a unit of work speaks over: one connection, in whatever transaction its manner began."""

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""

    def send(self, words: str, what: What = ()) -> Sent:
        """Send a statement with its parameters; several go to the driver in one call."""

    @property
    def idle(self) -> bool:
        """Whether no transaction is open, as far as the connection itself can tell."""

    @property
    def late(self) -> bool:
        """Whether the driver begins transactions by itself, and only when something is written."""

    def lost(self) -> None:
        """Never use this connection again."""


def _sent(cursor: Any, words: str, what: What) -> Sent:
    try:
        if what.__class__ is list:
            cursor.executemany(words, what)
        else:
            cursor.execute(words, what)
        return _answered(cursor, words)
    finally:
        cursor.close()


def _answered(cursor: Any, words: str) -> Sent:
    # A driver may fail at any row: they are all fetched here.
    answers = words.startswith("SELECT") or " RETURNING " in words
    return Sent(cursor.fetchall() if answers else (), cursor.rowcount)


def _both_sent(
    driver: Any, first: Step, second: Step, failure: type[Exception]
) -> tuple[Sent, Sent]:
    """Send two statements over psycopg before either is answered."""
    failed: Exception | None = None
    with driver.cursor() as one, driver.cursor() as other:
        try:
            with driver.pipeline():
                try:
                    one.execute(*first)
                    other.execute(*second)
                except failure as error:
                    # The first has failed already. psycopg would warn the host that leaving fails too.
                    failed = error
        except failure as error:
            raise failed or error from None
        if failed is not None:
            raise failed
        return _answered(one, first[0]), _answered(other, second[0])


def _is_at_it(driver: Any) -> bool:
    """Whether psycopg waits for an answer, or its transaction is open: whoever waited was called away."""
    told = getattr(driver, "pgconn", None)
    return told is not None and int(told.transaction_status) != 0


@attrs.frozen
class Driven:
    """Straight to the driver, over a connection of SQLAlchemy's pool.

    SQLAlchemy takes as long for a statement as SQLite needs to run it, and adds nothing to a finished
    text with finished parameters.
    """

    held: PoolProxiedConnection
    speech: Any
    dialect: str

    def send(self, words: str, what: What = ()) -> Sent:
        """Send a statement; what the driver raises is :class:`DriverFailed`."""
        driver: Any = self.held.dbapi_connection
        try:
            return _sent(driver.cursor(), words, what)
        except self.speech.loaded_dbapi.Error as error:
            raise self._failed(driver, error) from None

    def send_both(self, first: Step, second: Step) -> tuple[Sent, Sent]:
        """Send two statements, the second only where the first went well.

        They go in one way where the driver has pipelines, as psycopg has over a libpq from 14 on.
        """
        driver: Any = self.held.dbapi_connection
        if not (hasattr(driver, "pipeline") and self.speech.loaded_dbapi.Pipeline.is_supported()):
            return self.send(*first), self.send(*second)
        try:
            return _both_sent(driver, first, second, self.speech.loaded_dbapi.Error)
        except self.speech.loaded_dbapi.Error as error:
            if driver.pgconn.pipeline_status:
                # There is no way out of this pipeline: the connection is gone, or whoever waited was called away,
                # and to leave in good order would be to go on waiting.
                self.lost()
                away = error.__context__
                if away is not None and not isinstance(away, self.speech.loaded_dbapi.Error):
                    raise away from None
            raise self._failed(driver, error) from None

    def _failed(self, driver: Any, error: Exception) -> DriverFailed:
        lost = bool(self.speech.is_disconnect(error, driver, None))
        if lost:
            self.lost()
        return DriverFailed(error, lost)

    @property
    def idle(self) -> bool:
        """Whether SQLite has no transaction open; PostgreSQL takes one ROLLBACK too many."""
        driver: Any = self.held.dbapi_connection
        return driver is None or (self.dialect == "sqlite" and not driver.in_transaction)

    @property
    def late(self) -> bool:
        """Never: every connection of the pool stands in autocommit."""
        return False

    def lost(self) -> None:
        """Take it out of the pool, once."""
        if self.held.dbapi_connection is not None:
            self.held.invalidate()

    def settled(self) -> None:
        """Give up a connection that is in the middle of something, after whatever was raised."""
        if _is_at_it(self.held.driver_connection):
            self.lost()


@attrs.frozen
class Heard:
    """Through SQLAlchemy: a host's own connection, or one whose statements a host listens to."""

    core: Connection

    @property
    def dialect(self) -> str:
        """The database's name."""
        return self.core.dialect.name

    def send(self, words: str, what: What = ()) -> Sent:
        """Send a statement; what the driver raises is SQLAlchemy's ``DBAPIError``."""
        parameters: Any = what or None
        result: Any = self.core.exec_driver_sql(words, parameters)
        return Sent(result.fetchall() if result.returns_rows else (), result.rowcount)

    @property
    def idle(self) -> bool:
        """Whether SQLite has no transaction open, or the connection is gone."""
        if self.core.invalidated or self.core.closed:
            return True
        driver: Any = self.core.connection.dbapi_connection
        return self.dialect == "sqlite" and not driver.in_transaction

    @property
    def late(self) -> bool:
        """Whether a host's ``sqlite3`` begins by itself; SQLAlchemy begins first, where it does so."""
        if not self.core.in_transaction():
            self.core.begin()
        driver: Any = self.core.connection.dbapi_connection
        return driver.isolation_level is not None

    def lost(self) -> None:
        """Take it out of the pool, once."""
        if not (self.core.invalidated or self.core.closed):
            self.core.invalidate()

    def settled(self) -> None:
        """Give up a connection that is in the middle of something, after whatever was raised."""
        gone = self.core.invalidated or self.core.closed
        if not gone and _is_at_it(self.core.connection.driver_connection):
            self.lost()


@attrs.frozen
class Borrowed:
    """Over a DB-API connection of the host's, which stays the host's to commit and close."""

    driver: Any
    dialect: str
    error: type[Exception]
    cursor: Mapping[str, Any] = attrs.field(factory=dict)

    def send(self, words: str, what: What = ()) -> Sent:
        """Send a statement; what the driver raises is :class:`DriverFailed`."""
        try:
            cursor = self.driver.cursor(**self.cursor)
            if self.dialect == "sqlite":
                cursor.row_factory = None
            return _sent(cursor, words, what)
        except self.error as error:
            raise DriverFailed(error, False) from None

    @property
    def idle(self) -> bool:
        """Whether SQLite has no transaction open."""
        return self.dialect == "sqlite" and not self.driver.in_transaction

    @property
    def late(self) -> bool:
        """Whether the host's ``sqlite3`` begins by itself."""
        return self.driver.isolation_level is not None

    def lost(self) -> None:
        """Nothing: the host will see for itself."""


def borrowed(connection: Any) -> Borrowed | None:
    """Return a link over a DB-API connection of ``sqlite3`` or psycopg, ``None`` for anything else.

    Raises ``store.connection`` for one that gives text as something else, or takes parameters without names.
    """
    drivers = {cls.__module__.partition(".")[0] for cls in type(connection).__mro__}
    if "sqlite3" in drivers:
        import sqlite3

        if not isinstance(connection, sqlite3.Connection):
            return None
        if connection.text_factory is not str:
            invalid("store.connection", "connection", "text_factory has to be str")
        return Borrowed(connection, "sqlite", sqlite3.Error)
    if "psycopg" in drivers:
        import psycopg

        if not isinstance(connection, psycopg.Connection):
            return None
        # psycopg has it from 3.2 on.
        by_number: Any = getattr(psycopg, "RawCursor", ())
        if issubclass(connection.cursor_factory, by_number):
            invalid("store.connection", "connection", "cursor_factory has to take names")
        rows = {"row_factory": psycopg.rows.tuple_row}
        return Borrowed(connection, "postgresql", psycopg.Error, rows)
    return None


def is_heard(engine: Engine) -> bool:
    """Whether somebody listens to the engine's statements: a tracer, a counter, a log."""
    told = engine.dispatch
    return bool(
        told.before_cursor_execute or told.after_cursor_execute or engine._should_log_info()
    )

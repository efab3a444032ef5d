"""How a unit speaks to a database: straight to the driver, or through SQLAlchemy where somebody listens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import attrs

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.pool import PoolProxiedConnection

__all__ = ["Driven", "DriverFailed", "Heard", "Link", "Sent", "is_heard"]

Parameters = Mapping[str, Any]


class DriverFailed(Exception):
    """What a driver raised, as ``orig``; ``lost``: the connection is gone with it."""

    def __init__(self, orig: Exception, lost: bool) -> None:
        super().__init__()
        self.orig = orig
        self.lost = lost


class Sent(Protocol):
    """What a statement came to: a driver's cursor, or SQLAlchemy's result."""

    @property
    def rowcount(self) -> int:
        """How many rows were touched."""

    def fetchone(self) -> Any:
        """Return a row, ``None`` where there is none left."""

    def fetchall(self) -> Sequence[Any]:
        """Return every row that is left."""


class Link(Protocol):
    """What a unit of work speaks over: one connection, in whatever transaction its manner began."""

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""

    def send(self, words: str, what: Parameters | Sequence[Parameters] = ()) -> Sent:
        """Send a statement with its parameters; several go to the driver in one call."""

    def late(self) -> bool:
        """Whether the driver waits with its own BEGIN until something is written."""

    def lost(self) -> None:
        """Never use this connection again."""


@attrs.frozen
class Driven:
    """Straight to the driver, over a connection of SQLAlchemy's pool.

    SQLAlchemy takes as long for a statement as SQLite needs to run it, and adds nothing to a finished
    text with finished parameters.
    """

    held: PoolProxiedConnection
    speech: Any
    dialect: str

    def send(self, words: str, what: Parameters | Sequence[Parameters] = ()) -> Sent:
        """Send a statement; what the driver raises is :class:`DriverFailed`."""
        driver: Any = self.held.dbapi_connection
        try:
            cursor: Any = driver.cursor()
            if what.__class__ is list:
                cursor.executemany(words, what)
            else:
                cursor.execute(words, what)
        except self.speech.loaded_dbapi.Error as error:
            lost = bool(self.speech.is_disconnect(error, driver, None))
            if lost:
                self.lost()
            raise DriverFailed(error, lost) from None
        sent: Sent = cursor
        return sent

    def late(self) -> bool:
        """Never: every connection of the pool stands in autocommit."""
        return False

    def lost(self) -> None:
        """Take it out of the pool."""
        self.held.invalidate()


@attrs.frozen
class Heard:
    """Through SQLAlchemy: a host's own connection, or one whose statements a host listens to."""

    core: Connection

    @property
    def dialect(self) -> str:
        """The database's name."""
        return self.core.dialect.name

    def send(self, words: str, what: Parameters | Sequence[Parameters] = ()) -> Sent:
        """Send a statement; what the driver raises is SQLAlchemy's ``DBAPIError``."""
        parameters: Any = what or None
        result: Any = self.core.exec_driver_sql(words, parameters)
        sent: Sent = result
        return sent

    def late(self) -> bool:
        """Whether the host's ``sqlite3`` connection has not begun a transaction yet and would do so late."""
        driver: Any = self.core.connection.dbapi_connection
        return not driver.in_transaction and driver.isolation_level is not None

    def lost(self) -> None:
        """Take it out of the pool."""
        self.core.invalidate()


def is_heard(engine: Engine) -> bool:
    """Whether somebody listens to the engine's statements: a tracer, a counter, a log."""
    told = engine.dispatch
    return bool(
        told.before_cursor_execute or told.after_cursor_execute or engine._should_log_info()
    )

"""How a unit of work is begun and ended: in a transaction of its own, or inside the host's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from salesorders.database.failures import translated

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["HOSTED", "READ_COMMITTED", "SERIALIZABLE", "SQLITE", "Manner"]

R = TypeVar("R")


@attrs.frozen
class Manner:
    """The words that begin, keep and undo a unit. Drivers stand in autocommit: nobody else says them.

    ``look`` begins a unit that has to see one moment.
    """

    begin: str
    keep: str
    undo: tuple[str, ...]
    look: str

    def reading(
        self,
        connection: Connection,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        """Run a unit of one statement, which needs no transaction."""
        with translated():
            return unit(connection, *args)

    def writing(
        self,
        connection: Connection,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        """Run a unit and keep all of it, or undo all of it and raise."""
        return self._within(self.begin, connection, unit, *args)

    def looking(
        self,
        connection: Connection,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        """Run a unit that reads all of one moment."""
        return self._within(self.look, connection, unit, *args)

    def _within(
        self,
        begin: str,
        connection: Connection,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        with translated():
            self._begin(connection, begin)
            try:
                done = unit(connection, *args)
            except BaseException:
                self._undo(connection)
                raise
        with translated(committing=True):
            try:
                connection.exec_driver_sql(self.keep)
            except BaseException:
                self._undo(connection)
                raise
        return done

    def _begin(self, connection: Connection, words: str) -> None:
        if self is HOSTED and connection.dialect.name == "sqlite":
            driver: Any = connection.connection.dbapi_connection
            # A driver that begins late would take the savepoint for the whole transaction.
            if not driver.in_transaction and driver.isolation_level is not None:
                connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(words)

    def _undo(self, connection: Connection) -> None:
        for words in self.undo:
            try:
                connection.exec_driver_sql(words)
            except Exception:  # noqa: BLE001 - the connection is lost and so is the transaction; the first error counts
                connection.invalidate()
                return


SQLITE = Manner("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",), look="BEGIN")
REPEATABLE = "BEGIN ISOLATION LEVEL REPEATABLE READ"
READ_COMMITTED = Manner(
    "BEGIN ISOLATION LEVEL READ COMMITTED", "COMMIT", ("ROLLBACK",), look=REPEATABLE
)
SERIALIZABLE = Manner(
    "BEGIN ISOLATION LEVEL SERIALIZABLE", "COMMIT", ("ROLLBACK",), look=REPEATABLE
)
HOSTED = Manner(
    "SAVEPOINT salesorders",
    "RELEASE SAVEPOINT salesorders",
    ("ROLLBACK TO SAVEPOINT salesorders", "RELEASE SAVEPOINT salesorders"),
    look="SAVEPOINT salesorders",
)

"""How a unit of work is begun and ended: in a transaction of its own, or inside the host's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from salesorders.database.driven import driven
from salesorders.database.failures import translated

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["HOSTED", "READ_COMMITTED", "SERIALIZABLE", "SQLITE", "Manner"]

R = TypeVar("R")


@attrs.frozen
class Manner:
    """The words that begin, keep and undo a unit. Drivers stand in autocommit: nobody else says them.

    ``note`` begins a unit that holds locks on all that it leans on, so that it wants to see what is
    there when it has them, whatever the level; ``look`` begins one that has to see one moment of a
    tenant. Around that stand ``hold`` and ``free``: while rows of the chain get their places, nobody
    else gives any, or one of the two would fail for having looked too early. ``one_by_one``: a statement
    alone is a transaction of this level.
    """

    begin: str
    keep: str
    undo: tuple[str, ...]
    note: str
    look: str
    one_by_one: bool = False
    hold: str = ""
    free: str = ""

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

    def lone(
        self,
        connection: Connection,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        """Run a unit that writes with one statement: where that is a transaction, nothing is begun."""
        if self.one_by_one:
            with translated(committing=True):
                return unit(connection, *args)
        return self.writing(connection, unit, *args)

    def noting(
        self,
        connection: Connection,
        unit: Callable[..., R],
        *args: Any,
    ) -> R:
        """Run a unit that holds what it leans on, and keep or undo all of it."""
        return self._within(self.note, connection, unit, *args)

    def looking(self, connection: Connection, unit: Callable[..., R], tenant: str) -> R:
        """Run a unit that reads all of one moment."""
        if not self.hold:
            return self._within(self.look, connection, unit, tenant)
        whose = {"tenant": tenant}
        with translated():
            driven(connection, self.hold, whose)
        try:
            return self._within(self.look, connection, unit, tenant)
        finally:
            # Where the connection is lost, so is the lock.
            if not connection.invalidated:
                with translated():
                    driven(connection, self.free, whose)

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
                self._say(connection, self.keep)
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
        self._say(connection, words)

    def _say(self, connection: Connection, words: str) -> None:
        """A host's connection keeps count of what is said on it; our own is spoken to directly."""
        if self is HOSTED:
            connection.exec_driver_sql(words)
        else:
            driven(connection, words)

    def _undo(self, connection: Connection) -> None:
        for words in self.undo:
            try:
                self._say(connection, words)
            except Exception:  # noqa: BLE001 - the connection is lost and so is the transaction; the first error counts
                connection.invalidate()
                return


SQLITE = Manner("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",), note="BEGIN IMMEDIATE", look="BEGIN")
_BEGIN = "BEGIN ISOLATION LEVEL"


def _postgresql(level: str) -> Manner:
    return Manner(
        f"{_BEGIN} {level}",
        "COMMIT",
        ("ROLLBACK",),
        note=f"{_BEGIN} READ COMMITTED",
        look=f"{_BEGIN} REPEATABLE READ",
        one_by_one=level == "READ COMMITTED",
        # The lock that giving places takes; of the session, for a transaction sees what was there
        # when it asked for a lock, and not when it got it.
        hold="SELECT pg_advisory_lock(hashtext(%(tenant)s))",
        free="SELECT pg_advisory_unlock(hashtext(%(tenant)s))",
    )


READ_COMMITTED = _postgresql("READ COMMITTED")
SERIALIZABLE = _postgresql("SERIALIZABLE")
HOSTED = Manner(
    "SAVEPOINT salesorders",
    "RELEASE SAVEPOINT salesorders",
    ("ROLLBACK TO SAVEPOINT salesorders", "RELEASE SAVEPOINT salesorders"),
    note="SAVEPOINT salesorders",
    look="SAVEPOINT salesorders",
)

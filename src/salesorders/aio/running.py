"""Running units of work for async hosts. Written by hand on both sides of the twin.

On PostgreSQL the async driver waits; a unit for SQLite runs in a thread, over the blocking side.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    create_async_engine,
)

from salesorders.aio.wait import in_thread
from salesorders.database import (
    HOSTED,
    Address,
    Driven,
    Heard,
    Manner,
    Sent,
    Statements,
    Step,
    Units,
    ask_the_idle,
    is_heard,
    migrate,
    prepare_postgres,
    translated,
)
from salesorders.database.failures import SENTENCES
from salesorders.kernel.errors import StoreError, invalid
from salesorders.sync import running as blocking

__all__ = ["Runner", "over_connection", "over_url"]

R = TypeVar("R")


class Runner:
    """Runs units over an async engine."""

    def __init__(self, engine: AsyncEngine, manner: Manner) -> None:
        self._engine = engine
        self._manner = manner
        self._closed = False
        self.units = Units(Statements(engine.dialect.name), chains=False)
        self.said = engine.dialect.name

    async def _over(
        self, run: Callable[..., Any], unit: Callable[..., R], args: tuple[Any, ...]
    ) -> R:
        if self._closed:
            raise StoreError("store.closed", "", SENTENCES["store.closed"])
        with translated():
            async with self._engine.connect() as connection:
                return await connection.run_sync(self._linked, run, unit, args)

    def _linked(
        self,
        connection: Connection,
        run: Callable[..., Any],
        unit: Callable[..., R],
        args: tuple[Any, ...],
    ) -> R:
        link: Heard | Driven
        if is_heard(self._engine.sync_engine):
            link = Heard(connection)
        else:
            link = Driven(connection.connection, connection.dialect, self.said)
        try:
            done: R = run(link, unit, *args)
        except BaseException:
            link.settled()
            raise
        return done

    async def read(self, unit: Callable[..., R], *args: Any) -> R:
        """Run a unit of one reading statement."""
        return await self._over(self._manner.reading, unit, args)

    async def write(self, unit: Callable[..., R], *args: Any) -> R:
        """Run a unit in a transaction of its own."""
        return await self._over(self._manner.writing, unit, args)

    async def lone(self, unit: Callable[..., R], *args: Any) -> R:
        """Run a unit that writes with one statement."""
        return await self._over(self._manner.lone, unit, args)

    async def note(self, unit: Callable[..., R], *args: Any) -> R:
        """Run a unit in a transaction of its own that locks what it leans on."""
        return await self._over(self._manner.noting, unit, args)

    async def alone(self, unit: Callable[..., R], *args: Any) -> R:
        """Run a unit that locks what it leans on with one statement."""
        return await self._over(self._manner.alone, unit, args)

    async def decide(self, unit: Callable[..., Generator[Step, Sent, None]], *args: Any) -> None:
        """Run a unit that says what it wants to hold and, at the end, what it writes."""
        await self._over(self._manner.deciding, unit, args)

    async def look(self, unit: Callable[..., R], tenant: str) -> R:
        """Run a unit that has to see one moment of a tenant."""
        return await self._over(self._manner.looking, unit, (tenant,))

    async def inspect(self, asked: Callable[[Connection], R]) -> R:
        """Ask something of the schema, without a transaction."""
        with translated():
            async with self._engine.connect() as connection:
                return await connection.run_sync(asked)

    async def migrate(self) -> None:
        """Bring the tables to this release's schema."""

        def migrated(connection: Connection) -> None:
            self._manner.writing(Heard(connection), lambda _: migrate(connection))

        await self.inspect(migrated)

    async def close(self) -> None:
        """Close every connection, for good."""
        self._closed = True
        await self._engine.dispose()


class _Hosted(Runner):
    """Runs units over a host's connection, inside its transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._manner = HOSTED
        dialect = connection.dialect
        chains = dialect.name == "sqlite"
        self.units = Units(Statements(dialect.name), chains=chains, in_line=False)
        self.said = f"{dialect.name}, in the host's transaction"

    async def _over(
        self, run: Callable[..., Any], unit: Callable[..., R], args: tuple[Any, ...]
    ) -> R:
        with translated():
            return await self._connection.run_sync(
                lambda connection: run(Heard(connection), unit, *args)
            )

    async def close(self) -> None:
        """Nothing: the connection is the host's."""


class _InThread(Runner):
    """Runs units of the blocking side in a thread."""

    def __init__(self, other: blocking.Runner) -> None:
        self._other = other
        self.units = other.units
        self.said = f"{other.said}, in a thread"

    async def read(self, unit: Callable[..., R], *args: Any) -> R:
        return await in_thread(self._other.read, unit, *args)

    async def write(self, unit: Callable[..., R], *args: Any) -> R:
        return await in_thread(self._other.write, unit, *args)

    async def lone(self, unit: Callable[..., R], *args: Any) -> R:
        return await in_thread(self._other.lone, unit, *args)

    async def note(self, unit: Callable[..., R], *args: Any) -> R:
        return await in_thread(self._other.note, unit, *args)

    async def alone(self, unit: Callable[..., R], *args: Any) -> R:
        return await in_thread(self._other.alone, unit, *args)

    async def look(self, unit: Callable[..., R], tenant: str) -> R:
        return await in_thread(self._other.look, unit, tenant)

    async def inspect(self, asked: Callable[[Connection], R]) -> R:
        return await in_thread(self._other.inspect, asked)

    async def migrate(self) -> None:
        await in_thread(self._other.migrate)

    async def close(self) -> None:
        await in_thread(self._other.close)


def over_url(address: Address, *, durable: bool) -> Runner:
    """Return what runs units on the database at an address; nothing is opened before the first."""
    if address.is_sqlite:
        return _InThread(blocking.over_url(address, durable=durable))
    engine = create_async_engine(address.url, **address.options)
    event.listen(engine.sync_engine, "connect", prepare_postgres)
    ask_the_idle(engine.sync_engine)
    return Runner(engine, address.manner)


def over_connection(connection: Any) -> Runner:
    """Return what runs units inside the transaction of a host's async connection or session."""
    if isinstance(connection, AsyncSession):
        invalid("store.connection", "connection", "await session.connection() and hand that over")
    if not isinstance(connection, AsyncConnection):
        invalid("store.connection", "connection", "an SQLAlchemy AsyncConnection is wanted")
    return _Hosted(connection)

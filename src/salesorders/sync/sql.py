# Generated from salesorders/aio/sql.py by tools/make_sync.py; edit that file and run the tool.
"""The store in a database: a file for one process or a few, PostgreSQL for many. Needs the extra ``sql``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from salesorders.sync.running import Runner, over_connection, over_url
from salesorders.database import Address, address_of, is_current, require
from salesorders.kernel.change import Page
from salesorders.kernel.limits import flag_of
from salesorders.storage import Asked, Entry, Pending, Row, Snapshot, Versioned

__all__ = ["SqlStore", "open_store"]


class SqlStore:
    """Documents, lookups, commands and outbox in four tables; every verb is one unit of work.

    Made by :func:`open_store`, which also makes the tables, or by :meth:`on` for a host's own
    transaction. On SQLite a row is chained at its commit; on PostgreSQL the relay and every report
    seal the rows in order of arrival.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._units = runner.units

    @classmethod
    def on(cls, connection: Any) -> SqlStore:
        """Return a store that writes inside the transaction of a host's connection, and never ends it.

        ``connection`` is an SQLAlchemy connection or session, or a DB-API connection of ``sqlite3`` or
        psycopg; the tables must be there. A command is kept when the host commits, and gone when the
        host rolls back. Where another writer was first, the command is not tried again inside the
        same transaction for ever: ``concurrency.exhausted`` asks the host to run its transaction again.
        """
        return cls(over_connection(connection))

    def close(self) -> None:
        """Give every connection back; the store can't be used after that."""
        self._runner.close()

    def read(self, tenant: str, refs: Sequence[str]) -> Mapping[str, Versioned]:
        """Return what is there of ``refs``."""
        return self._runner.read(self._units.read, tenant, refs)

    def find(
        self, tenant: str, kind: str, name: str, value: str, *, after: str = "", limit: int = 100
    ) -> Page[Versioned]:
        """Return documents under a lookup, in order of reference."""
        return self._runner.read(self._units.find, tenant, kind, name, value, after, limit)

    def answer(self, tenant: str, key: str) -> Row | None:
        """Return the row of a key."""
        return self._runner.read(self._units.answer, tenant, key)

    def commit(self, tenant: str, entry: Entry) -> None:
        """Write all of it or nothing."""
        ready = self._units.prepared(tenant, entry)
        # On PostgreSQL every command is one statement.
        one = ready.is_lone or not self._units.chains
        run = self._runner.lone if one else self._runner.write
        run(self._units.commit, tenant, ready)

    def decide(
        self, tenant: str, asked: Asked, refs: Sequence[str], decision: Callable[[Any], Entry]
    ) -> None:
        """Let a command be decided while nobody else writes its documents, and commit it."""
        if self._units.chains:
            self._runner.note(self._units.decide_alone, tenant, asked, decision)
        else:
            self._runner.decide(self._units.decide, tenant, asked, refs, decision)

    def rows(self, tenant: str, *, after: int = 0, limit: int = 1_000) -> Sequence[Row]:
        """Return command rows in order."""
        return self._runner.read(self._units.rows, tenant, after, limit)

    def seal(self, tenant: str) -> int:
        """Give rows without a place one each, a thousand a transaction; none on SQLite."""
        if self._units.chains:
            return 0
        placed = 0
        while more := self._runner.note(self._units.seal, tenant):
            placed += more
        return placed

    def pending(
        self, tenant: str, *, limit: int = 100, gateways: Sequence[str] | None = None
    ) -> Sequence[Pending]:
        """Return effects that were not delivered, oldest first; of these gateways only, where named."""
        return self._runner.read(self._units.pending, tenant, limit, gateways)

    def lease(
        self,
        tenant: str,
        *,
        worker: str,
        now: datetime,
        until: datetime,
        gateways: Sequence[str],
        limit: int,
    ) -> Sequence[Pending]:
        """Take effects that nobody else holds, oldest first."""
        return self._runner.alone(
            self._units.lease, tenant, worker, now, until, gateways, limit
        )

    def give_back(
        self, tenant: str, key: str, number: int, *, worker: str, failed_at: datetime | None = None
    ) -> None:
        """Let any worker have an effect again; one that failed counts it."""
        self._runner.alone(self._units.give_back, tenant, key, number, worker, failed_at)

    def delivered(self, tenant: str, key: str, number: int) -> None:
        """Note that an effect was taken."""
        self._runner.alone(self._units.delivered, tenant, key, number)

    def snapshot(self, tenant: str) -> Snapshot:
        """Return all that the tenant has, as it stands at one moment."""
        return self._runner.look(self._units.snapshot, tenant)

    def restore(self, tenant: str, snapshot: Snapshot) -> None:
        """Write a snapshot into a tenant that has nothing."""
        self._runner.write(self._units.restore, tenant, snapshot)

    def __repr__(self) -> str:
        return f"<SqlStore {self._runner.said}>"


def open_store(
    url: str,
    *,
    migrated: bool = True,
    isolation: str = "read committed",
    durable: bool = True,
    pool: int = 10,
) -> SqlStore:
    """Open the store at ``url``: ``sqlite:///orders.db`` or ``postgresql+psycopg://user@host/name``.

    ``migrated`` brings the tables to this release's schema, and without it an older one raises
    ``store.schema``. ``isolation`` counts on PostgreSQL: versions are compared at each level, and
    ``serializable`` also guards, on the first try of a command, what other programs write into the same
    tables. ``durable`` counts on SQLite. ``pool`` (1 to 1,000) connections are kept, ten more opened at a
    peak.
    """
    address: Address = address_of(url, isolation=isolation, pool=pool)
    runner = over_url(address, durable=flag_of(durable, "durable"))
    try:
        # Looked at without a transaction: opening must not wait for whoever is writing.
        if not migrated:
            runner.inspect(require)
        elif not runner.inspect(is_current):
            runner.migrate()
    except BaseException:
        runner.close()
        raise
    return SqlStore(runner)

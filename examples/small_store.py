"""A store of one's own, over nothing but the sqlite3 of the standard library: small, and whole.

It is blocking, safe for many threads, and keeps every promise that a store has, which the conformance kit
asks of it in our tests. Take it as the beginning of yours: what is said in SQL here is what yours says
to its database in another way.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from salesorders.kernel.change import Document, Page
from salesorders.kernel.codec import decode, encode
from salesorders.kernel.errors import InvalidValue, KeyReused, StaleVersion, StoreError
from salesorders.storage import Asked, Entry, Pending, Row, Snapshot, Stored, Versioned, sealed

TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    tenant TEXT, ref TEXT, version INTEGER, body TEXT, PRIMARY KEY (tenant, ref));
CREATE TABLE IF NOT EXISTS names (
    tenant TEXT, kind TEXT, name TEXT, value TEXT, ref TEXT,
    PRIMARY KEY (tenant, kind, name, value, ref));
CREATE INDEX IF NOT EXISTS named ON names (tenant, ref);
CREATE TABLE IF NOT EXISTS commands (
    tenant TEXT, seq INTEGER, key TEXT, body TEXT, recorded_at TEXT, text TEXT, before TEXT, hash TEXT,
    PRIMARY KEY (tenant, seq), UNIQUE (tenant, key));
CREATE TABLE IF NOT EXISTS outbox (
    age INTEGER PRIMARY KEY, tenant TEXT, key TEXT, number INTEGER, gateway TEXT, effect TEXT,
    worker TEXT, until TEXT, tries INTEGER DEFAULT 0, since TEXT, UNIQUE (tenant, key, number));
"""
ROW = "SELECT seq, key, body, recorded_at, text, before, hash FROM commands WHERE tenant = ?"
WAITING = "SELECT key, number, effect, tries, since, gateway FROM outbox WHERE tenant = ?"
EVERY = 2**62


def moment(at: datetime) -> str:
    """Return a moment as text that sorts as time does, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def row_of(found: Sequence[Any]) -> Row:
    """Return a row of the chain as it was committed."""
    seq, key, body, recorded_at, text, before, hashed = found
    return Row(seq, key, body, datetime.fromisoformat(recorded_at), text, before, hashed)


def pending_of(key: str, number: int, told: str, tries: int, since: str | None) -> Pending:
    """Return an effect that waits, with the tries that failed."""
    first = None if since is None else datetime.fromisoformat(since)
    return Pending(key, number, decode(told), tries, first)


class SmallStore:
    """Keeps everything in one SQLite file; ``:memory:`` is one that is gone with the process."""

    def __init__(self, path: str = ":memory:") -> None:
        self._lock = threading.RLock()
        # Transactions begin and end where this file says so, not where the driver thinks.
        self._db: Any = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(TABLES)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # --- how the database is spoken to

    def _ask(self, said: str, *values: Any, code: str = "store.unavailable") -> list[Any]:
        """Say one sentence; no error of the driver gets past this."""
        with self._lock:
            try:
                found: list[Any] = self._db.execute(said, values).fetchall()
            except sqlite3.Error as error:
                raise StoreError(code, "", type(error).__name__) from None
        return found

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All of it or nothing, and nobody else writes meanwhile."""
        with self._lock:
            self._ask("BEGIN IMMEDIATE")
            try:
                yield
                # Where this fails nobody knows whether it counts.
                self._ask("COMMIT", code="store.unknown")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    # --- documents

    def read(self, tenant: str, refs: Sequence[str]) -> Mapping[str, Versioned]:
        """Return what is there of ``refs``."""
        said = "SELECT version, body FROM documents WHERE tenant = ? AND ref = ?"
        with self._lock:
            found = {ref: self._ask(said, tenant, ref) for ref in refs}
        return {ref: Versioned(one[0][0], decode(one[0][1])) for ref, one in found.items() if one}

    def find(
        self, tenant: str, kind: str, name: str, value: str, *, after: str = "", limit: int = 100
    ) -> Page[Versioned]:
        """Return documents under a lookup, in order of reference."""
        found = self._ask(
            "SELECT ref, version, body FROM names JOIN documents USING (tenant, ref)"
            " WHERE tenant = ? AND kind = ? AND name = ? AND value = ? AND ref > ?"
            " ORDER BY ref LIMIT ?",
            *(tenant, kind, name, value, after, limit + 1),
        )
        items = tuple(Versioned(version, decode(body)) for _, version, body in found[:limit])
        # One more than was asked for tells whether there is another page.
        return Page(items, found[limit - 1][0] if len(found) > limit else None)

    def _write(self, tenant: str, ref: str, version: int, document: Document) -> None:
        self._ask(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)",
            *(tenant, ref, version, encode(document)),
        )
        self._ask("DELETE FROM names WHERE tenant = ? AND ref = ?", tenant, ref)
        kind = ref.partition("/")[0]
        for name, value in {("all", ""), *document.lookups()}:
            self._ask("INSERT INTO names VALUES (?, ?, ?, ?, ?)", tenant, kind, name, value, ref)

    # --- commands

    def answer(self, tenant: str, key: str) -> Row | None:
        """Return the row of a key."""
        found = self._ask(f"{ROW} AND key = ?", tenant, key)
        return row_of(found[0]) if found else None

    def commit(self, tenant: str, entry: Entry) -> None:
        """Write all of it or nothing."""
        with self._transaction():
            self._commit(tenant, entry)

    def _commit(self, tenant: str, entry: Entry) -> None:
        if self.answer(tenant, entry.key) is not None:
            raise KeyReused(None, "key", "the key has been used")
        seen = (*((put.document.ref, put.version) for put in entry.puts), *entry.reads)
        for ref, version in seen:
            said = "SELECT version FROM documents WHERE tenant = ? AND ref = ?"
            if (self._ask(said, tenant, ref) or [(0,)])[0][0] != version:
                raise StaleVersion(None, ref, "it changed since it was read")
        for put in entry.puts:
            self._write(tenant, put.document.ref, put.version + 1, put.document)
        last = self._ask(f"{ROW} ORDER BY seq DESC LIMIT 1", tenant)
        before = row_of(last[0]) if last else None
        self._chain(tenant, sealed(entry.key, entry.body, entry.text, entry.at, before))
        for number, effect in enumerate(entry.effects):
            self._queue(tenant, Pending(entry.key, number, effect))

    def decide(
        self, tenant: str, asked: Asked, refs: Sequence[str], decision: Callable[[Any], Entry]
    ) -> None:
        """Let a command be decided while nobody else writes, and commit it. A store may leave this out."""
        with self._transaction():
            if self.answer(tenant, asked.key) is not None:
                raise KeyReused(None, "key", "the key has been used")
            self._commit(tenant, decision(Inside(self, tenant)))

    def _chain(self, tenant: str, row: Row) -> None:
        self._ask(
            "INSERT INTO commands VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(tenant, row.seq, row.key, row.body),
            *(moment(row.recorded_at), row.text, row.before, row.hash),
        )

    def rows(self, tenant: str, *, after: int = 0, limit: int = 1_000) -> Sequence[Row]:
        """Return the rows of the chain in order."""
        found = self._ask(f"{ROW} AND seq > ? ORDER BY seq LIMIT ?", tenant, after, limit)
        return tuple(map(row_of, found))

    def seal(self, tenant: str) -> int:
        """Every row was chained when it was committed: there is one writer at a time."""
        return 0

    # --- effects

    def _queue(self, tenant: str, item: Pending) -> None:
        self._ask(
            "INSERT INTO outbox (tenant, key, number, gateway, effect, tries, since)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(tenant, item.key, item.number, item.effect.gateway, encode(item.effect), item.tries),
            None if item.failing_since is None else moment(item.failing_since),
        )

    def pending(
        self, tenant: str, *, limit: int = 100, gateways: Sequence[str] | None = None
    ) -> Sequence[Pending]:
        """Return effects that wait, oldest first, whether somebody holds them or not."""
        found = self._ask(f"{WAITING} ORDER BY age", tenant)
        wanted = [one for one in found if gateways is None or one[-1] in gateways]
        return tuple(pending_of(*one[:-1]) for one in wanted[:limit])

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
        with self._transaction():
            free = self._ask(
                f"{WAITING} AND (worker IS NULL OR until <= ?) ORDER BY age", tenant, moment(now)
            )
            taken = [one for one in free if one[-1] in gateways][:limit]
            for key, number, *_ in taken:
                self._ask(
                    "UPDATE outbox SET worker = ?, until = ?"
                    " WHERE tenant = ? AND key = ? AND number = ?",
                    *(worker, moment(until), tenant, key, number),
                )
        return tuple(pending_of(*one[:-1]) for one in taken)

    def give_back(
        self, tenant: str, key: str, number: int, *, worker: str, failed_at: datetime | None = None
    ) -> None:
        """Let anybody have an effect that ``worker`` holds; one that failed counts it."""
        self._ask(
            "UPDATE outbox SET worker = NULL, tries = tries + ?, since = coalesce(since, ?)"
            " WHERE tenant = ? AND key = ? AND number = ? AND worker = ?",
            *(0 if failed_at is None else 1, None if failed_at is None else moment(failed_at)),
            *(tenant, key, number, worker),
        )

    def delivered(self, tenant: str, key: str, number: int) -> None:
        """Note that an effect was taken."""
        said = "DELETE FROM outbox WHERE tenant = ? AND key = ? AND number = ?"
        self._ask(said, tenant, key, number)

    # --- backups

    def snapshot(self, tenant: str) -> Snapshot:
        """Return all that the tenant has at one moment."""
        said = "SELECT ref, version, body FROM documents WHERE tenant = ? ORDER BY ref"
        with self._transaction():
            documents = tuple(Stored(*found) for found in self._ask(said, tenant))
            rows = tuple(self.rows(tenant, limit=EVERY))
            return Snapshot(documents, rows, tuple(self.pending(tenant, limit=EVERY)))

    def restore(self, tenant: str, snapshot: Snapshot) -> None:
        """Write a snapshot into a tenant that has nothing."""
        said = "SELECT 1 FROM documents WHERE tenant = ? LIMIT 1"
        with self._transaction():
            if self._ask(said, tenant) or self.rows(tenant, limit=1):
                raise InvalidValue("backup.occupied", "tenant", "the tenant is not empty")
            for one in snapshot.documents:
                if self.read(tenant, (one.ref,)):
                    raise StoreError("store.refused", one.ref, "the backup has it twice")
                self._write(tenant, one.ref, one.version, decode(one.body))
            for row in snapshot.rows:
                self._chain(tenant, row)
            for item in snapshot.waiting:
                self._queue(tenant, item)


class Inside:
    """What a decision reads with while the store keeps everybody else off."""

    def __init__(self, store: SmallStore, tenant: str) -> None:
        self._store, self._tenant = store, tenant

    def read(self, refs: Sequence[str]) -> Mapping[str, Versioned]:
        """Return what is there of ``refs``."""
        return self._store.read(self._tenant, refs)

    def find(self, kind: str, name: str, value: str, *, after: str, limit: int) -> Page[Versioned]:
        """Return documents under a lookup."""
        return self._store.find(self._tenant, kind, name, value, after=after, limit=limit)

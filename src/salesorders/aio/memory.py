"""The store in memory: thread-safe, one writer at a time, every row hash-chained as it is committed."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import attrs

from salesorders.kernel.change import Page
from salesorders.kernel.codec import decode, encode
from salesorders.kernel.errors import KeyReused, StaleVersion, StoreError, invalid
from salesorders.storage import Asked, Entry, Pending, Put, Row, Snapshot, Stored, Versioned, sealed

__all__ = ["MemoryStore"]


class _Tenant:
    """What one tenant has."""

    def __init__(self) -> None:
        self.documents: dict[str, Versioned] = {}
        self.lookups: dict[tuple[str, str, str], list[str]] = {}
        self.rows: list[Row] = []
        self.keys: dict[str, int] = {}
        self.pending: dict[tuple[str, int], Pending] = {}
        self.leases: dict[tuple[str, int], tuple[str, datetime]] = {}


@attrs.frozen
class _Inside:
    """What a decision reads with while the store is held."""

    store: MemoryStore
    tenant: str

    def read(self, refs: Sequence[str]) -> Mapping[str, Versioned]:
        return self.store._read(self.tenant, refs)

    def find(self, kind: str, name: str, value: str, *, after: str, limit: int) -> Page[Versioned]:
        return self.store._find(self.tenant, kind, name, value, after, limit)


class MemoryStore:
    """Everything in this process. ``encoded=True`` keeps documents as text and reads them back through
    the codec, as a store on disk does: slower, and what the tests run on as well.
    """

    # There is no way to it that could be saved.
    near = True

    def __init__(self, *, encoded: bool = False) -> None:
        self._lock = threading.RLock()
        self._tenants: dict[str, _Tenant] = {}
        self._encoded = encoded

    def _of(self, tenant: str) -> _Tenant:
        held = self._tenants.get(tenant)
        return self._tenants.setdefault(tenant, _Tenant()) if held is None else held

    def _out(self, held: Versioned) -> Versioned:
        return Versioned(held.version, decode(held.document)) if self._encoded else held

    def _in(self, document: Any) -> Any:
        return encode(document) if self._encoded else document

    async def read(self, tenant: str, refs: Sequence[str]) -> Mapping[str, Versioned]:
        """Return what is there of ``refs``."""
        return self._read(tenant, refs)

    def _read(self, tenant: str, refs: Sequence[str]) -> Mapping[str, Versioned]:
        with self._lock:
            documents = self._of(tenant).documents
            there = {ref: documents[ref] for ref in refs if ref in documents}
        return {ref: self._out(one) for ref, one in there.items()} if self._encoded else there

    async def find(
        self, tenant: str, kind: str, name: str, value: str, *, after: str = "", limit: int = 100
    ) -> Page[Versioned]:
        """Return documents under a lookup, in order of reference."""
        return self._find(tenant, kind, name, value, after, limit)

    def _find(
        self, tenant: str, kind: str, name: str, value: str, after: str, limit: int
    ) -> Page[Versioned]:
        with self._lock:
            held = self._of(tenant)
            refs = held.lookups.get((kind, name, value), [])
            start = bisect_right(refs, after) if after else 0
            chosen = refs[start : start + limit]
            more = chosen[-1] if start + limit < len(refs) else None
            return Page(tuple(self._out(held.documents[ref]) for ref in chosen), more)

    async def answer(self, tenant: str, key: str) -> Row | None:
        """Return the row of a key."""
        with self._lock:
            held = self._of(tenant)
            number = held.keys.get(key)
            return None if number is None else held.rows[number]

    async def commit(self, tenant: str, entry: Entry) -> None:
        """Write all of it or nothing."""
        self._commit(tenant, entry)

    async def decide(
        self, tenant: str, asked: Asked, refs: Sequence[str], decision: Callable[[Any], Entry]
    ) -> None:
        """Let a command be decided while nobody else writes, and commit it."""
        with self._lock:
            if asked.key in self._of(tenant).keys:
                raise KeyReused(None, "key", "the key has been used")
            self._commit(tenant, decision(_Inside(self, tenant)))

    def _commit(self, tenant: str, entry: Entry) -> None:
        with self._lock:
            held = self._of(tenant)
            if entry.key in held.keys:
                raise KeyReused(None, "key", "the key has been used")
            new = []
            for put in entry.puts:
                document, version = put.document, put.version
                ref = document.ref
                _expect(held, ref, version)
                if version and put.earlier is None:
                    raise StoreError("store.refused", ref, "what it is written over is not said")
                kept = encode(document) if self._encoded else document
                new.append((ref, put, Versioned(version + 1, kept)))
            for ref, version in entry.reads:
                _expect(held, ref, version)
            last = held.rows[-1] if held.rows else None
            row = sealed(entry.key, entry.body, entry.text, entry.at, last)
            # From here on nothing can fail.
            for ref, put, one in new:
                self._write(held, ref, put, one)
            held.keys[entry.key] = len(held.rows)
            held.rows.append(row)
            for number, effect in enumerate(entry.effects):
                held.pending[row.key, number] = Pending(row.key, number, effect)

    @staticmethod
    def _write(held: _Tenant, ref: str, put: Put, new: Versioned) -> None:
        earlier, after = put.earlier, put.document.lookups()
        held.documents[ref] = new
        before = () if earlier is None else earlier.lookups()
        if before == after and earlier is not None:
            return
        kind = ref.partition("/")[0]
        if earlier is None:
            # Whatever else it is found by, every document is among all of its kind.
            insort(held.lookups.setdefault((kind, "all", ""), []), ref)
        for name, value in set(before).difference(after):
            found = held.lookups[kind, name, value]
            del found[bisect_left(found, ref)]
        for name, value in set(after).difference(before):
            insort(held.lookups.setdefault((kind, name, value), []), ref)

    async def rows(self, tenant: str, *, after: int = 0, limit: int = 1_000) -> Sequence[Row]:
        """Return command rows in order."""
        with self._lock:
            return tuple(self._of(tenant).rows[after : after + limit])

    async def seal(self, tenant: str) -> int:
        """Every row was chained when it was committed."""
        return 0

    async def pending(
        self, tenant: str, *, limit: int = 100, gateways: Sequence[str] | None = None
    ) -> Sequence[Pending]:
        """Return effects that were not delivered, oldest first; of these gateways only, where named."""
        with self._lock:
            waiting = self._of(tenant).pending
            chosen = (
                item
                for item in waiting.values()
                if gateways is None or item.effect.gateway in gateways
            )
            return tuple(islice(chosen, limit))

    async def lease(
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
        with self._lock:
            held = self._of(tenant)
            free = (
                (place, item)
                for place, item in held.pending.items()
                if item.effect.gateway in gateways
                and (place not in held.leases or held.leases[place][1] <= now)
            )
            taken = list(islice(free, limit))
            held.leases.update((place, (worker, until)) for place, _ in taken)
            return tuple(item for _, item in taken)

    async def give_back(
        self, tenant: str, key: str, number: int, *, worker: str, failed_at: datetime | None = None
    ) -> None:
        """Let anybody have an effect again; one that failed counts it."""
        with self._lock:
            held, place = self._of(tenant), (key, number)
            if held.leases.get(place, ("",))[0] != worker:
                return
            del held.leases[place]
            if failed_at is not None:
                item = held.pending[place]
                since = item.failing_since or failed_at
                held.pending[place] = Pending(key, number, item.effect, item.tries + 1, since)

    async def delivered(self, tenant: str, key: str, number: int) -> None:
        """Note that an effect was taken."""
        with self._lock:
            held = self._of(tenant)
            held.pending.pop((key, number), None)
            held.leases.pop((key, number), None)

    async def snapshot(self, tenant: str) -> Snapshot:
        """Return all that the tenant has."""
        with self._lock:
            held = self._of(tenant)
            documents = sorted(held.documents.items())
            return Snapshot(
                tuple(
                    Stored(ref, one.version, encode(self._out(one).document))
                    for ref, one in documents
                ),
                tuple(held.rows),
                tuple(held.pending.values()),
            )

    async def restore(self, tenant: str, snapshot: Snapshot) -> None:
        """Write a snapshot into a tenant that has nothing."""
        held = _Tenant()
        for one in snapshot.documents:
            document = decode(one.body)
            put = Put(0, document)
            self._write(held, one.ref, put, Versioned(one.version, self._in(document)))
        held.rows.extend(snapshot.rows)
        held.keys = {row.key: number for number, row in enumerate(snapshot.rows)}
        held.pending = {(item.key, item.number): item for item in snapshot.waiting}
        for told, kept in (
            (snapshot.documents, held.documents),
            (snapshot.rows, held.keys),
            (snapshot.waiting, held.pending),
        ):
            if len(told) != len(kept):
                raise StoreError("store.refused", "", "something is there twice")
        with self._lock:
            there = self._of(tenant)
            if there.documents or there.rows:
                invalid("backup.occupied", "tenant", "the tenant is not empty")
            self._tenants[tenant] = held


def _expect(held: _Tenant, ref: str, version: int) -> None:
    there = held.documents.get(ref)
    if (0 if there is None else there.version) != version:
        raise StaleVersion(None, ref, "it changed since it was read")

"""Stores that are right as long as nobody else is there."""

import threading
import time
from contextlib import nullcontext
from typing import Any

import attrs

from salesorders.kernel.errors import StoreError
from salesorders.storage import Put, Snapshot, Versioned
from salesorders.sync import MemoryStore


class LooseSeries(MemoryStore):
    """Numbers are drawn from a table of its own, without a version."""

    def commit(self, tenant: str, entry: Any) -> None:
        with self._lock:
            there = self.read(tenant, [put.document.ref for put in entry.puts])
            super().commit(tenant, attrs.evolve(entry, puts=tuple(self._loose(there, entry))))

    @staticmethod
    def _loose(there: Any, entry: Any) -> Any:
        for put in entry.puts:
            ref = put.document.ref
            if ref.startswith("series/") and ref in there:
                put = Put(there[ref].version, put.document, there[ref].document)
            yield put


class SeriesFirst(MemoryStore):
    """A number is drawn before anything else, in a transaction of its own: what fails then leaves a gap."""

    def commit(self, tenant: str, entry: Any) -> None:
        with self._lock:
            held = self._of(tenant)
            for put in entry.puts:
                if (ref := put.document.ref).startswith("series/"):
                    self._write(held, ref, put, Versioned(put.version + 1, put.document))
        time.sleep(0.002)
        others = tuple(put for put in entry.puts if not put.document.ref.startswith("series/"))
        super().commit(tenant, attrs.evolve(entry, puts=others))


class CrossLocks(MemoryStore):
    """A lock for each document, taken in whatever order comes; who waits too long gives up."""

    def __init__(self) -> None:
        super().__init__()
        self.locks: dict[str, threading.Lock] = {}

    def commit(self, tenant: str, entry: Any) -> None:
        refs = sorted(put.document.ref for put in entry.puts)
        if entry.key[-1] in "13579":
            refs.reverse()
        held = []
        try:
            for ref in refs:
                lock = self.locks.setdefault(ref, threading.Lock())
                if not lock.acquire(timeout=0.05):
                    raise StoreError("store.busy", ref, "waited too long")
                held.append(lock)
                time.sleep(0.002)
            super().commit(tenant, entry)
        finally:
            for lock in held:
                lock.release()


class Torn(MemoryStore):
    """A snapshot reads one document after the other."""

    def snapshot(self, tenant: str) -> Snapshot:
        whole = super().snapshot(tenant)
        documents = []
        for one in whole.documents:
            time.sleep(0.001)
            now = {stored.ref: stored for stored in super().snapshot(tenant).documents}
            documents.append(now[one.ref])
        return attrs.evolve(whole, documents=tuple(documents))

    def commit(self, tenant: str, entry: Any) -> None:
        time.sleep(0.001)
        super().commit(tenant, entry)


class Unlocked(MemoryStore):
    """Right in every line, and written for one thread."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = nullcontext()  # type: ignore[assignment]  # that is what is wrong with it


class LookThenLease(MemoryStore):
    """Looks at what is free, and takes it then."""

    def lease(
        self, tenant: str, *, worker: str, now: Any, until: Any, limit: int, **more: Any
    ) -> Any:
        held = self._of(tenant)
        free = [
            (place, item)
            for place, item in held.pending.items()
            if place not in held.leases or held.leases[place][1] <= now
        ][:limit]
        time.sleep(0.01)
        held.leases.update((place, (worker, until)) for place, _ in free)
        return tuple(item for _, item in free)


WRONG: list[Any] = [LooseSeries, SeriesFirst, CrossLocks, Torn, Unlocked, LookThenLease]

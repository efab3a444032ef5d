"""A store that is wrong on purpose, over any store that is right: what a race must find before its silence counts."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import attrs

from salesorders.kernel.errors import KeyReused, StaleVersion, StoreError, invalid
from salesorders.storage import Entry, Pending, Put, Snapshot, Versioned

__all__ = ["FAULTS", "NaiveStore"]

FAULTS = ("versions", "keys", "transaction", "order", "leases", "moment")
PATIENCE = 0.1


class NaiveStore:
    """A blocking store over ``inner`` that leaves out what keeps many writers apart.

    ``without`` names it: ``versions`` (whoever writes last wins), ``keys`` (a command sent twice is two),
    ``transaction`` (documents are written one by one), ``order`` (documents are locked in any order, as
    they come), ``leases`` (what waits is everybody's), ``moment`` (many documents are read one by one).
    Between two steps it waits at most ``pause`` seconds (0.001), so that another gets between them.
    """

    def __init__(self, inner: Any, *without: str, pause: float = 0.001) -> None:
        unknown = sorted(set(without) - set(FAULTS))
        if unknown:
            invalid("naive.fault", "without", f"{unknown[0]} is none of {', '.join(FAULTS)}")
        self._inner = inner
        self._without = frozenset(without)
        self._pause = pause
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    def __getattr__(self, name: str) -> Any:
        if name == "decide":
            # Whoever forgets versions has no way of holding documents either.
            raise AttributeError(name)
        return getattr(self._inner, name)

    def _wait(self) -> None:
        time.sleep(random.uniform(0, self._pause))

    def read(self, tenant: str, refs: Sequence[str]) -> Mapping[str, Versioned]:
        """Return what is there; without ``moment``, of a moment of its own for each."""
        if "moment" not in self._without:
            there: Mapping[str, Versioned] = self._inner.read(tenant, refs)
            return there
        found: dict[str, Versioned] = {}
        for ref in refs:
            self._wait()
            found |= self._inner.read(tenant, (ref,))
        return found

    def snapshot(self, tenant: str) -> Snapshot:
        """Return all that is there; without ``moment``, half of it from a later moment."""
        first: Snapshot = self._inner.snapshot(tenant)
        if "moment" not in self._without:
            return first
        self._wait()
        later: Snapshot = self._inner.snapshot(tenant)
        half = len(first.documents) // 2
        seen = {one.ref for one in first.documents[:half]}
        rest = tuple(one for one in later.documents if one.ref not in seen)
        return attrs.evolve(later, documents=(*first.documents[:half], *rest))

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
        """Take effects; without ``leases``, also what another holds."""
        if "leases" in self._without:
            waiting: Sequence[Pending] = self._inner.pending(tenant, limit=limit, gateways=gateways)
            self._wait()
            return waiting
        taken: Sequence[Pending] = self._inner.lease(
            tenant, worker=worker, now=now, until=until, gateways=gateways, limit=limit
        )
        return taken

    def commit(self, tenant: str, entry: Entry) -> None:
        """Write a command, less what is left out."""
        if "keys" in self._without:
            entry = attrs.evolve(entry, key=_another(entry.key))
        if "order" in self._without:
            entry = attrs.evolve(entry, puts=tuple(random.sample(entry.puts, len(entry.puts))))
            with self._locked([put.document.ref for put in entry.puts]):
                self._written(tenant, entry)
        else:
            self._written(tenant, entry)

    def _written(self, tenant: str, entry: Entry) -> None:
        if "transaction" not in self._without:
            self._put(tenant, entry)
            return
        if self._inner.answer(tenant, entry.key) is not None:
            raise KeyReused(None, "key", "the key has been used")
        for put in entry.puts:
            self._put(tenant, Entry(_another(entry.key), entry.body, entry.at, entry.text, (put,)))
            self._wait()
        self._put(tenant, attrs.evolve(entry, puts=()))

    def _put(self, tenant: str, entry: Entry) -> None:
        if "versions" not in self._without:
            self._inner.commit(tenant, entry)
            return
        while True:
            there = self._inner.read(tenant, [put.document.ref for put in entry.puts])
            puts = tuple(_over(put, there.get(put.document.ref)) for put in entry.puts)
            try:
                self._inner.commit(tenant, attrs.evolve(entry, puts=puts, reads=()))
            except StaleVersion:
                continue
            return

    @contextmanager
    def _locked(self, refs: Sequence[str]) -> Iterator[None]:
        held: list[threading.Lock] = []
        try:
            for ref in refs:
                with self._guard:
                    lock = self._locks.setdefault(ref, threading.Lock())
                if not lock.acquire(timeout=PATIENCE):
                    raise StoreError("store.busy", ref, "two commands wait for each other")
                held.append(lock)
                self._wait()
            yield
        finally:
            for lock in held:
                lock.release()


def _another(key: str) -> str:
    return f"{key[:200]}~{uuid.uuid4().hex}"


def _over(put: Put, there: Versioned | None) -> Put:
    if there is None:
        return Put(0, put.document)
    return Put(there.version, put.document, there.document)

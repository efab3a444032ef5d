"""Stores that each break one promise, as adapters that somebody wrote in a hurry do."""

import threading
import time
from contextlib import suppress
from typing import Any

import attrs

from salesorders.kernel.errors import KeyReused, StaleVersion
from salesorders.storage import Put, Snapshot
from salesorders.sync import MemoryStore


class NoVersionCheck(MemoryStore):
    """The last one wins."""

    def commit(self, tenant: str, entry: Any) -> None:
        there = self.read(tenant, [put.document.ref for put in entry.puts])
        puts = []
        for put in entry.puts:
            held = there.get(put.document.ref)
            puts.append(
                Put(held.version, put.document, held.document) if held else Put(0, put.document)
            )
        super().commit(tenant, attrs.evolve(entry, puts=tuple(puts)))


class ReadsForgotten(MemoryStore):
    """Only what is written is compared."""

    def commit(self, tenant: str, entry: Any) -> None:
        super().commit(tenant, attrs.evolve(entry, reads=()))


class RowByRow(MemoryStore):
    """Each document is a transaction of its own."""

    def commit(self, tenant: str, entry: Any) -> None:
        for number, put in enumerate(entry.puts):
            part = attrs.evolve(entry, key=f"{entry.key}#{number}", puts=(put,), effects=())
            super().commit(tenant, part)
        super().commit(tenant, attrs.evolve(entry, puts=()))


class LostOutbox(MemoryStore):
    """Effects are sent by somebody else, later."""

    def commit(self, tenant: str, entry: Any) -> None:
        super().commit(tenant, attrs.evolve(entry, effects=()))


class Again(MemoryStore):
    """A key that was used is taken for a success, and the work is done again."""

    def commit(self, tenant: str, entry: Any) -> None:
        try:
            super().commit(tenant, entry)
        except KeyReused:
            super().commit(tenant, attrs.evolve(entry, key=f"{entry.key}-again"))


class Swallowed(MemoryStore):
    """What went wrong is logged."""

    def commit(self, tenant: str, entry: Any) -> None:
        with suppress(StaleVersion):
            super().commit(tenant, entry)


class CheckThenWrite(MemoryStore):
    """Looks first and writes then, with a moment between the two."""

    def commit(self, tenant: str, entry: Any) -> None:
        there = self.read(tenant, [put.document.ref for put in entry.puts])
        for put in entry.puts:
            held = there.get(put.document.ref)
            if (held.version if held else 0) != put.version:
                raise StaleVersion(None, put.document.ref, "it changed")
        time.sleep(0.02)
        with self._lock:
            now = self.read(tenant, [put.document.ref for put in entry.puts])
            puts = tuple(
                attrs.evolve(
                    put, version=now[put.document.ref].version if put.document.ref in now else 0
                )
                for put in entry.puts
            )
            super().commit(tenant, attrs.evolve(entry, puts=puts))


class PagingSkips(MemoryStore):
    """The cursor is a count of rows."""

    def find(
        self, tenant: str, kind: str, name: str, value: str, *, after: str = "", limit: int = 100
    ) -> Any:
        page = super().find(tenant, kind, name, value, limit=1_000)
        start = int(after or 0)
        more = str(start + limit) if start + limit < len(page.items) else None
        return attrs.evolve(page, items=page.items[start : start + limit], after=more)


class OneMorePage(MemoryStore):
    """A full page always promises another."""

    def find(self, *args: Any, limit: int = 100, **more: Any) -> Any:
        page = super().find(*args, limit=limit, **more)
        return attrs.evolve(page, after="zzz") if len(page.items) == limit else page


class ByLanguage(MemoryStore):
    """Sorted as people of some language sort."""

    def find(self, *args: Any, **more: Any) -> Any:
        page = super().find(*args, **more)
        items = sorted(page.items, key=lambda held: held.document.ref.casefold())
        return attrs.evolve(page, items=tuple(items))


class StaleLookups(MemoryStore):
    """Names are added and never taken away."""

    @staticmethod
    def _write(held: Any, ref: str, put: Any, new: Any) -> None:
        names = {place: list(refs) for place, refs in held.lookups.items()}
        MemoryStore._write(held, ref, put, new)
        for place, refs in names.items():
            held.lookups[place] = sorted({*refs, *held.lookups.get(place, [])})


class OneTenant(MemoryStore):
    """The tenant is somebody else's problem."""

    def _of(self, tenant: str) -> Any:
        return super()._of("main")


class Floats(MemoryStore):
    """Amounts go through a column of type REAL."""

    def read(self, tenant: str, refs: Any) -> Any:
        found = {}
        for ref, held in super().read(tenant, refs).items():
            amount = getattr(held.document, "amount", None)
            if amount is not None:
                real = type(amount)(repr(float(amount)))
                held = attrs.evolve(held, document=attrs.evolve(held.document, amount=real))
            found[ref] = held
        return found


class OldReads(MemoryStore):
    """A cache that nobody empties."""

    def __init__(self) -> None:
        super().__init__()
        self._cache: dict[Any, Any] = {}

    def read(self, tenant: str, refs: Any) -> Any:
        for ref, held in super().read(tenant, refs).items():
            self._cache.setdefault((tenant, ref), held)
        return {ref: self._cache[tenant, ref] for ref in refs if (tenant, ref) in self._cache}

    def commit(self, tenant: str, entry: Any) -> None:
        super().commit(tenant, entry)
        self.read(tenant, [put.document.ref for put in entry.puts])


class NewestFirst(MemoryStore):
    """Rows come as the index has them."""

    def rows(self, tenant: str, *, after: int = 0, limit: int = 1_000) -> Any:
        return tuple(reversed(super().rows(tenant, after=after, limit=limit)))


class NoLease(MemoryStore):
    """Whoever asks gets all."""

    def lease(self, tenant: str, *, gateways: Any, limit: int, **more: Any) -> Any:
        return self.pending(tenant, limit=limit, gateways=gateways)


class LeaseForEver(MemoryStore):
    """A lease has no end."""

    def lease(self, tenant: str, *, until: Any, **more: Any) -> Any:
        return super().lease(tenant, until=until.replace(year=9999), **more)


class AnybodyGivesBack(MemoryStore):
    """The worker's name is not looked at."""

    def give_back(self, tenant: str, key: str, number: int, **more: Any) -> None:
        held = self._of(tenant).leases.get((key, number))
        super().give_back(tenant, key, number, **more | {"worker": held[0] if held else ""})


class TriesForgotten(MemoryStore):
    """What failed is like new."""

    def give_back(self, tenant: str, key: str, number: int, *, worker: str, **more: Any) -> None:
        super().give_back(tenant, key, number, worker=worker)


class LastFailureKept(MemoryStore):
    """An effect fails since it failed the last time."""

    def give_back(self, tenant: str, key: str, number: int, **more: Any) -> None:
        super().give_back(tenant, key, number, **more)
        pending = self._of(tenant).pending
        if (item := pending.get((key, number))) and more.get("failed_at"):
            pending[key, number] = attrs.evolve(item, failing_since=more["failed_at"])


class NeverDelivered(MemoryStore):
    """Delivered effects stay."""

    def delivered(self, tenant: str, key: str, number: int) -> None:
        """Nothing."""


class EveryGateway(MemoryStore):
    """Gateways are not told apart."""

    def pending(self, tenant: str, *, limit: int = 100, gateways: Any = None) -> Any:
        return super().pending(tenant, limit=limit)


class HalfABackup(MemoryStore):
    """Effects are not worth keeping."""

    def snapshot(self, tenant: str) -> Snapshot:
        return attrs.evolve(super().snapshot(tenant), waiting=())


class OverTheTop(MemoryStore):
    """A restore makes room first."""

    def restore(self, tenant: str, snapshot: Snapshot) -> None:
        self._tenants.pop(tenant, None)
        super().restore(tenant, snapshot)


class Unlocked(MemoryStore):
    """Many threads, no lock, and a moment in which each believes itself alone."""

    def commit(self, tenant: str, entry: Any) -> None:
        if entry.key in self._of(tenant).keys:
            raise KeyReused(None, "key", "used")
        time.sleep(0.02)
        with self._lock:
            name = (
                f"{entry.key}-{threading.get_ident()}"
                if entry.key in self._of(tenant).keys
                else entry.key
            )
            super().commit(tenant, attrs.evolve(entry, key=name))


class FromNought(MemoryStore):
    """Versions are counted from 0."""

    def read(self, tenant: str, refs: Any) -> Any:
        there = super().read(tenant, refs)
        return {ref: attrs.evolve(held, version=held.version - 1) for ref, held in there.items()}


class Beautified(MemoryStore):
    """The stored text is made nicer to read."""

    def answer(self, tenant: str, key: str) -> Any:
        row = super().answer(tenant, key)
        return None if row is None else attrs.evolve(row, text=row.text.replace(":", ": "))


WRONG: list[Any] = [
    FromNought,
    Beautified,
    NoVersionCheck,
    ReadsForgotten,
    RowByRow,
    LostOutbox,
    Again,
    Swallowed,
    CheckThenWrite,
    PagingSkips,
    OneMorePage,
    ByLanguage,
    StaleLookups,
    OneTenant,
    Floats,
    OldReads,
    NewestFirst,
    NoLease,
    LeaseForEver,
    AnybodyGivesBack,
    TriesForgotten,
    LastFailureKept,
    NeverDelivered,
    EveryGateway,
    HalfABackup,
    OverTheTop,
    Unlocked,
]

"""Stores that only look as if they let a command be decided with its documents in hand."""

import threading
import time
from contextlib import suppress
from datetime import UTC
from typing import Any

import attrs

from salesorders.kernel.change import Page
from salesorders.kernel.errors import KeyReused, SalesOrdersError, StaleVersion
from salesorders.storage import Entry, Versioned, sealed
from salesorders.sync import MemoryStore


class Reading:
    """Reads the store as it is at that moment."""

    def __init__(self, store: Any, tenant: str) -> None:
        self.store, self.tenant = store, tenant

    def read(self, refs: Any) -> Any:
        return self.store.read(self.tenant, refs)

    def find(self, *args: Any, **page: Any) -> Any:
        return self.store.find(self.tenant, *args, **page)


class Unheld(MemoryStore):
    """Decides from what it reads, and holds nothing."""

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        entry = decision(Reading(self, tenant))
        time.sleep(0.01)
        self.commit(tenant, entry)


class Forgetful(MemoryStore):
    """Decides, and does not commit."""

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        decision(Reading(self, tenant))


class Twice(MemoryStore):
    """Does what was asked again under another key."""

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        entry = decision(Reading(self, tenant))
        if self.answer(tenant, asked.key) is not None:
            entry = attrs.evolve(entry, key=f"{entry.key}-again")
        self.commit(tenant, entry)


class KeyFirst(MemoryStore):
    """Notes the key for good before anything is decided."""

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        try:
            super().decide(tenant, asked, refs, decision)
        except SalesOrdersError:
            text = f'{{"body":"{asked.body}","key":"{asked.key}"}}'
            if self.answer(tenant, asked.key) is None:
                self.commit(tenant, Entry(asked.key, asked.body, asked.at, text))
            raise


class Unlisted(Reading):
    """Reads, and finds nothing."""

    def find(self, *args: Any, **page: Any) -> Any:
        return Page()


class Blind(MemoryStore):
    """Lists nothing while it decides."""

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        def blindly(reader: Any) -> Any:
            return decision(Unlisted(self, tenant))

        super().decide(tenant, asked, refs, blindly)


class FirstTexts(Reading):
    """Lists with what each document was at first."""

    def find(self, *args: Any, **page: Any) -> Any:
        found = super().find(*args, **page)
        first = (self.store.first[held.document.ref] for held in found.items)
        return attrs.evolve(found, items=tuple(first))


class ListsTheFirst(MemoryStore):
    """Lists what it has in a cache while it decides."""

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[str, Versioned] = {}

    def commit(self, tenant: str, entry: Entry) -> None:
        super().commit(tenant, entry)
        for put in entry.puts:
            self.first.setdefault(put.document.ref, Versioned(1, put.document))

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        def older(reader: Any) -> Any:
            return decision(FirstTexts(self, tenant))

        super().decide(tenant, asked, refs, older)


class Changing(MemoryStore):
    """What is decided is changed on its way to the store."""

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        super().decide(tenant, asked, refs, lambda reader: self.changed(decision(reader)))

    def changed(self, entry: Entry) -> Entry:
        return entry


class ForgetsReads(Changing):
    """Only what is written is compared."""

    def changed(self, entry: Entry) -> Entry:
        return attrs.evolve(entry, reads=())


class LosesTheBody(Changing):
    """The hash of what was asked is made later, and then it is not."""

    def changed(self, entry: Entry) -> Entry:
        return attrs.evolve(entry, body="0" * 64)


class AlikeOnce(Changing):
    """Effects are a set."""

    def changed(self, entry: Entry) -> Entry:
        return attrs.evolve(entry, effects=tuple(dict.fromkeys(entry.effects)))


class ZoneDropped(Changing):
    """A moment is what the clock on the wall showed."""

    def changed(self, entry: Entry) -> Entry:
        return attrs.evolve(entry, at=entry.at.replace(tzinfo=UTC))


class WritesOver(MemoryStore):
    """Who has the documents in hand need not compare them."""

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        def over(reader: Any) -> Entry:
            entry: Entry = decision(reader)
            puts = []
            for put in entry.puts:
                there = reader.read((put.document.ref,)).get(put.document.ref, Versioned(0, None))
                puts.append(attrs.evolve(put, version=there.version))
            return attrs.evolve(entry, puts=tuple(puts))

        super().decide(tenant, asked, refs, over)


class SwallowsStale(MemoryStore):
    """A decision that finds something stale is taken for done."""

    def decide(self, *args: Any) -> None:
        with suppress(StaleVersion):
            super().decide(*args)


class AsksTwice(MemoryStore):
    """Looks first whether the decision can be made, and makes it then."""

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        def twice(reader: Any) -> Entry:
            decision(reader)
            entry: Entry = decision(reader)
            return entry

        super().decide(tenant, asked, refs, twice)


class AsksAgain(MemoryStore):
    """Decides as often as it takes."""

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        while True:
            with suppress(StaleVersion):
                return super().decide(tenant, asked, refs, decision)


class OneTenant(MemoryStore):
    """Decides from the first tenant's documents."""

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        super().decide(tenant, asked, refs, lambda _: decision(Reading(self, "main")))


class OnlyWhatIsThere(MemoryStore):
    """Holds documents by their rows; what has none can't be held."""

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        there = self.read(tenant, refs)
        if missing := set(refs) - set(there):
            raise StaleVersion(None, missing.pop(), "it is not there")
        super().decide(tenant, asked, refs, decision)


class AmongThemselves(MemoryStore):
    """Who decides in hand keeps off the others who do, and nobody else."""

    def __init__(self) -> None:
        super().__init__()
        self.deciding = threading.Lock()

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        with self.deciding:
            if self.answer(tenant, asked.key) is not None:
                raise KeyReused(None, "key", "used")
            entry = decision(Reading(self, tenant))
            time.sleep(0.01)
            self.commit(tenant, entry)


class HoldsTheFirst(MemoryStore):
    """Of several documents the first one is held."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[Any, threading.Lock] = {}

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        with self.held.setdefault((tenant, *refs[:1]), threading.Lock()):
            if self.answer(tenant, asked.key) is not None:
                raise KeyReused(None, "key", "used")
            entry = decision(Reading(self, tenant))
            time.sleep(0.01)
            self.commit(tenant, entry)


class PlaceByArrival(MemoryStore):
    """A command's place in the chain is that of its arrival, not of its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[str] = []

    def decide(self, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        self.came.append(asked.key)
        # Turns are taken as the scheduler likes.
        time.sleep(0.005 if len(self.came) % 2 else 0.02)
        super().decide(tenant, asked, refs, decision)

    def rows(self, tenant: str, *, after: int = 0, limit: int = 1_000) -> Any:
        came = {key: place for place, key in enumerate(self.came)}
        told = sorted(super().rows(tenant), key=lambda row: came.get(row.key, -1))
        chain: list[Any] = []
        for row in told:
            last = chain[-1] if chain else None
            chain.append(sealed(row.key, row.body, row.text, row.recorded_at, last))
        return tuple(chain[after : after + limit])


RIGHT = [MemoryStore]
WRONG = [
    Unheld,
    Forgetful,
    Twice,
    KeyFirst,
    Blind,
    ListsTheFirst,
    ForgetsReads,
    LosesTheBody,
    AlikeOnce,
    ZoneDropped,
    WritesOver,
    SwallowsStale,
    AsksTwice,
    AsksAgain,
    OneTenant,
    OnlyWhatIsThere,
    AmongThemselves,
    HoldsTheFirst,
    PlaceByArrival,
]

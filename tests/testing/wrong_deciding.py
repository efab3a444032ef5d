"""Stores that only look as if they let a command be decided with its documents in hand."""

from typing import Any

import attrs

from salesorders.kernel.change import Page
from salesorders.kernel.errors import SalesOrdersError
from salesorders.storage import Entry
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
        import time

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


RIGHT = [MemoryStore]
WRONG = [Unheld, Forgetful, Twice, KeyFirst, Blind]

"""Stores that change what they are given, or what is asked of them, as columns and caches do."""

import unicodedata
from contextlib import suppress
from typing import Any

import attrs

from salesorders.kernel.change import Page
from salesorders.kernel.codec import decode, encode
from salesorders.kernel.errors import StaleVersion, StoreError
from salesorders.storage import Snapshot, Stored
from salesorders.sync import MemoryStore


class Breakable(MemoryStore):
    """A right store whose connection can be cut."""

    cut = ""

    def lose(self, when: str) -> None:
        self.cut = when

    def commit(self, tenant: str, entry: Any) -> None:
        when, self.cut = self.cut, ""
        if when == "before":
            raise StoreError("store.unknown", "", "the connection was lost")
        super().commit(tenant, entry)
        if when == "after":
            raise StoreError("store.unknown", "", "the connection was lost")


class SwallowsTheLoss(Breakable):
    """A lost connection is logged."""

    def commit(self, tenant: str, entry: Any) -> None:
        with suppress(StoreError):
            super().commit(tenant, entry)


class TakesTheLossForFailure(Breakable):
    """A lost connection is somebody else who was first: try again."""

    def commit(self, tenant: str, entry: Any) -> None:
        try:
            super().commit(tenant, entry)
        except StoreError:
            raise StaleVersion(None, "", "try again") from None


class TriesAgainInside(Breakable):
    """A lost connection is opened again, and all is said once more, under a new key."""

    def commit(self, tenant: str, entry: Any) -> None:
        try:
            super().commit(tenant, entry)
        except StoreError:
            with suppress(StaleVersion):
                super().commit(tenant, attrs.evolve(entry, key=f"{entry.key}-2"))
            raise


class TwoDecimals(MemoryStore):
    """Prices go through NUMERIC(12, 2)."""

    def read(self, tenant: str, refs: Any) -> Any:
        return {
            ref: attrs.evolve(held, document=self._cut(held.document))
            for ref, held in super().read(tenant, refs).items()
        }

    @staticmethod
    def _cut(document: Any) -> Any:
        if not hasattr(document, "prices"):
            return document
        prices = [attrs.evolve(one, value=round(one.value, 2)) for one in document.prices]
        return attrs.evolve(document, prices=prices)


class ShortColumns(MemoryStore):
    """A TEXT column of 64 kB, cut without a word."""

    def answer(self, tenant: str, key: str) -> Any:
        row = super().answer(tenant, key)
        return row and attrs.evolve(row, text=row.text[:65_535])


class Composed(MemoryStore):
    """Text is normalised on its way in."""

    def commit(self, tenant: str, entry: Any) -> None:
        super().commit(tenant, attrs.evolve(entry, text=unicodedata.normalize("NFC", entry.text)))


class OneCase(MemoryStore):
    """A collation that takes capital and small letters for the same."""

    def read(self, tenant: str, refs: Any) -> Any:
        folded = {ref.casefold(): ref for ref in self._of(tenant).documents}
        known = [folded.get(ref.casefold(), ref) for ref in refs]
        found = super().read(tenant, known)
        return {ref: found[name] for ref, name in zip(refs, known, strict=True) if name in found}


class ReadRepair(MemoryStore):
    """What is read is brought to the newest form, and saved."""

    def read(self, tenant: str, refs: Any) -> Any:
        found = super().read(tenant, refs)
        documents = self._of(tenant).documents
        for ref in found:
            documents[ref] = attrs.evolve(documents[ref], version=documents[ref].version + 1)
        return found


class NothingIsAll(MemoryStore):
    """An empty list of names means no condition."""

    def read(self, tenant: str, refs: Any) -> Any:
        return super().read(tenant, refs or tuple(self._of(tenant).documents))


class AnyValue(MemoryStore):
    """A list by a value that nobody has is the list of all."""

    def find(self, tenant: str, kind: str, name: str, value: str, **page: Any) -> Page[Any]:
        found = super().find(tenant, kind, name, value, **page)
        return found if found.items else super().find(tenant, kind, "all", "", **page)


class ShortKeys(MemoryStore):
    """A key column of 64 characters."""

    def commit(self, tenant: str, entry: Any) -> None:
        super().commit(tenant, attrs.evolve(entry, key=entry.key[:64]))

    def answer(self, tenant: str, key: str) -> Any:
        return super().answer(tenant, key[:64])


class WholeSeconds(MemoryStore):
    """A DATETIME column."""

    def commit(self, tenant: str, entry: Any) -> None:
        super().commit(tenant, attrs.evolve(entry, at=entry.at.replace(microsecond=0)))


class ClockBelieved(MemoryStore):
    """A row has the moment of its command, whatever stands before it."""

    def rows(self, tenant: str, *, after: int = 0, limit: int = 1_000) -> Any:
        return tuple(
            attrs.evolve(row, recorded_at=self.moments[row.key])
            for row in super().rows(tenant, after=after, limit=limit)
        )

    def __init__(self) -> None:
        super().__init__()
        self.moments: dict[str, Any] = {}

    def commit(self, tenant: str, entry: Any) -> None:
        super().commit(tenant, entry)
        self.moments[entry.key] = entry.at


class EffectsAsText(MemoryStore):
    """What an effect says is text, whatever it was."""

    def pending(self, tenant: str, **asked: Any) -> Any:
        return tuple(
            attrs.evolve(
                item,
                effect=attrs.evolve(
                    item.effect,
                    payload=tuple((name, str(value)) for name, value in item.effect.payload),
                ),
            )
            for item in super().pending(tenant, **asked)
        )


class OneOutbox(MemoryStore):
    """Effects of all tenants wait in one place."""

    def commit(self, tenant: str, entry: Any) -> None:
        super().commit(tenant, entry)
        self._of("main").pending.update(self._of(tenant).pending)


class GivenBackAlive(MemoryStore):
    """What is given back waits again, delivered or not."""

    def __init__(self) -> None:
        super().__init__()
        self.gone: dict[Any, Any] = {}

    def delivered(self, tenant: str, key: str, number: int) -> None:
        self.gone |= self._of(tenant).pending
        super().delivered(tenant, key, number)

    def give_back(self, tenant: str, key: str, number: int, **more: Any) -> None:
        super().give_back(tenant, key, number, **more)
        if (key, number) in self.gone:
            self._of(tenant).pending.setdefault((key, number), self.gone[key, number])


class LeaseFromTo(MemoryStore):
    """A lease counts from the moment at which it was taken."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[Any, Any] = {}

    def lease(self, tenant: str, *, now: Any, **more: Any) -> Any:
        leases = self._of(tenant).leases
        for place in [place for place in leases if self.taken.get(place, now) > now]:
            del leases[place]
        items = super().lease(tenant, now=now, **more)
        self.taken.update(((item.key, item.number), now) for item in items)
        return items


class RestoredWithoutKeys(MemoryStore):
    """A backup is restored, but for the keys."""

    def restore(self, tenant: str, snapshot: Snapshot) -> None:
        super().restore(tenant, snapshot)
        self._of(tenant).keys.clear()


class Reformed(MemoryStore):
    """A backup is written in a form of its own."""

    def snapshot(self, tenant: str) -> Snapshot:
        taken = super().snapshot(tenant)
        return attrs.evolve(
            taken,
            documents=tuple(
                Stored(one.ref, 1, encode(decode(one.body))) for one in taken.documents
            ),
        )


WRONG: list[Any] = [
    SwallowsTheLoss,
    TakesTheLossForFailure,
    TriesAgainInside,
    TwoDecimals,
    ShortColumns,
    Composed,
    OneCase,
    ReadRepair,
    NothingIsAll,
    AnyValue,
    ShortKeys,
    WholeSeconds,
    ClockBelieved,
    EffectsAsText,
    OneOutbox,
    GivenBackAlive,
    LeaseFromTo,
    RestoredWithoutKeys,
    Reformed,
]

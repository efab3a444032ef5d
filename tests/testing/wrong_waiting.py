"""Stores that lose some of what waits, by themselves or on the way through a backup, or half of a restore."""

from typing import Any

import attrs

from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.codec import decode
from salesorders.kernel.errors import StoreError
from salesorders.storage import Pending, Put, Snapshot, Versioned
from salesorders.sync import MemoryStore


def bare(item: Pending) -> Pending:
    """An effect that says nothing any more."""
    effect = item.effect
    return attrs.evolve(item, effect=GatewayEffect(effect.gateway, effect.kind))


class UntriedIsNew(MemoryStore):
    """What is given back is like new, unless it failed."""

    def give_back(self, tenant: str, key: str, number: int, **more: Any) -> None:
        super().give_back(tenant, key, number, **more)
        pending = self._of(tenant).pending
        if more.get("failed_at") is None and (item := pending.get((key, number))):
            pending[key, number] = attrs.evolve(item, tries=0, failing_since=None)


class LeaseForgetsPayload(MemoryStore):
    """Who carries an effect is told its kind."""

    def lease(self, tenant: str, **asked: Any) -> Any:
        return tuple(map(bare, super().lease(tenant, **asked)))


class Throughput(MemoryStore):
    """Changes what waits on its way into a backup, or out of it."""

    writing = reading = False

    @staticmethod
    def changed(item: Pending) -> Pending:
        return item

    def _kept(self, snapshot: Snapshot, now: bool) -> Snapshot:
        waiting = tuple(map(self.changed, snapshot.waiting)) if now else snapshot.waiting
        return attrs.evolve(snapshot, waiting=waiting)

    def snapshot(self, tenant: str) -> Snapshot:
        return self._kept(super().snapshot(tenant), self.writing)

    def restore(self, tenant: str, snapshot: Snapshot) -> None:
        super().restore(tenant, self._kept(snapshot, self.reading))


class SnapshotForgetsPayload(Throughput):
    """A backup holds the kinds of effects."""

    writing = True
    changed = staticmethod(bare)


class RestoreForgetsPayload(Throughput):
    """The kinds of effects are restored."""

    reading = True
    changed = staticmethod(bare)


class SnapshotForgetsTries(Throughput):
    """What has been tried is nobody's business in a backup."""

    writing = True

    @staticmethod
    def changed(item: Pending) -> Pending:
        return Pending(item.key, item.number, item.effect)


class RestoreForgetsTries(SnapshotForgetsTries):
    """What is restored was never tried."""

    writing, reading = False, True


class RestoreForgetsSince(Throughput):
    """What is restored fails since nobody knows when."""

    reading = True

    @staticmethod
    def changed(item: Pending) -> Pending:
        return attrs.evolve(item, failing_since=None)


class AtCommit(MemoryStore):
    """Changes effects before they are kept."""

    @staticmethod
    def changed(effects: Any) -> Any:
        return effects

    def commit(self, tenant: str, entry: Any) -> None:
        super().commit(tenant, attrs.evolve(entry, effects=tuple(self.changed(entry.effects))))


class AlikeOnce(AtCommit):
    """Effects are a set."""

    @staticmethod
    def changed(effects: Any) -> Any:
        return dict.fromkeys(effects)


class FirstHundred(AtCommit):
    """So many effects nobody has."""

    @staticmethod
    def changed(effects: Any) -> Any:
        return effects[:100]


class ShortPayload(AtCommit):
    """A column of 4,000 characters."""

    @staticmethod
    def changed(effects: Any) -> Any:
        for effect in effects:
            payload = [(k, v[:4_000] if isinstance(v, str) else v) for k, v in effect.payload]
            yield attrs.evolve(effect, payload=tuple(payload))


class TrimmedPayload(AtCommit):
    """What effects say loses the blanks at its ends."""

    @staticmethod
    def changed(effects: Any) -> Any:
        for effect in effects:
            payload = [(k, v.strip() if isinstance(v, str) else v) for k, v in effect.payload]
            yield attrs.evolve(effect, payload=tuple(payload))


class ThreeTries(MemoryStore):
    """What failed three times is not given to anybody."""

    def lease(self, tenant: str, **asked: Any) -> Any:
        return tuple(item for item in super().lease(tenant, **asked) if item.tries < 3)


class DoublyRestored(MemoryStore):
    """Of two that are called the same the last one is restored."""

    def restore(self, tenant: str, snapshot: Snapshot) -> None:
        rows = {row.key: row for row in snapshot.rows}
        waiting = {(item.key, item.number): item for item in snapshot.waiting}
        once = attrs.evolve(snapshot, rows=tuple(rows.values()), waiting=tuple(waiting.values()))
        super().restore(tenant, once)


class RestoredOneByOne(MemoryStore):
    """Each document, row and effect is restored in a transaction of its own."""

    def restore(self, tenant: str, snapshot: Snapshot) -> None:
        super().restore(tenant, Snapshot())
        held = self._of(tenant)
        for one in snapshot.documents:
            if one.ref in held.documents:
                raise StoreError("store.refused", one.ref, "it is there")
            document = decode(one.body)
            self._write(held, one.ref, Put(0, document), Versioned(one.version, document))
        for row in snapshot.rows:
            if row.key in held.keys:
                raise StoreError("store.refused", row.key, "it is there")
            held.keys[row.key] = len(held.rows)
            held.rows.append(row)
        for item in snapshot.waiting:
            if (item.key, item.number) in held.pending:
                raise StoreError("store.refused", item.key, "it is there")
            held.pending[item.key, item.number] = item


class OccupiedByDocuments(MemoryStore):
    """A tenant without documents is empty."""

    def restore(self, tenant: str, snapshot: Snapshot) -> None:
        if not self._of(tenant).documents:
            self._tenants.pop(tenant)
        super().restore(tenant, snapshot)


class OccupiedByPlaces(MemoryStore):
    """A tenant whose rows have no place in the chain yet is empty."""

    def __init__(self) -> None:
        super().__init__()
        self.sealed: set[str] = set()

    def seal(self, tenant: str) -> int:
        self.sealed.add(tenant)
        return super().seal(tenant)

    def restore(self, tenant: str, snapshot: Snapshot) -> None:
        if tenant not in self.sealed and not self._of(tenant).documents:
            self._tenants.pop(tenant)
        super().restore(tenant, snapshot)


WRONG: list[Any] = [
    UntriedIsNew,
    LeaseForgetsPayload,
    SnapshotForgetsPayload,
    RestoreForgetsPayload,
    SnapshotForgetsTries,
    RestoreForgetsTries,
    RestoreForgetsSince,
    AlikeOnce,
    FirstHundred,
    ShortPayload,
    TrimmedPayload,
    ThreeTries,
    DoublyRestored,
    RestoredOneByOne,
    OccupiedByDocuments,
    OccupiedByPlaces,
]

"""Stores that keep another moment than they were told: cut to seconds, or without its zone."""

from datetime import UTC, datetime
from typing import Any

import attrs

from salesorders.storage import Row, Snapshot
from salesorders.sync import MemoryStore


def cut(moment: Any) -> Any:
    """A moment as a column of whole seconds keeps it."""
    return moment and moment.replace(microsecond=0)


def zoneless(moment: Any) -> Any:
    """A moment as a column without zones keeps it: what the clock on the wall showed."""
    return moment and moment.replace(tzinfo=UTC)


class LeaseInSeconds(MemoryStore):
    """A lease ends at a whole second."""

    def lease(self, tenant: str, *, until: datetime, **more: Any) -> Any:
        return super().lease(tenant, until=cut(until), **more)


class FailingInSeconds(MemoryStore):
    """An effect fails since a whole second."""

    def give_back(self, *args: Any, failed_at: datetime | None = None, **more: Any) -> None:
        super().give_back(*args, failed_at=cut(failed_at), **more)


class SnapshotInSeconds(MemoryStore):
    """A backup tells whole seconds."""

    def snapshot(self, tenant: str) -> Snapshot:
        whole = super().snapshot(tenant)
        return attrs.evolve(whole, rows=tuple(map(self._told, whole.rows)))

    @staticmethod
    def _told(row: Row) -> Row:
        return attrs.evolve(row, recorded_at=cut(row.recorded_at))


class RestoreInSeconds(SnapshotInSeconds):
    """What is restored has whole seconds."""

    def snapshot(self, tenant: str) -> Snapshot:
        return MemoryStore.snapshot(self, tenant)

    def restore(self, tenant: str, snapshot: Snapshot) -> None:
        rows = tuple(map(self._told, snapshot.rows))
        super().restore(tenant, attrs.evolve(snapshot, rows=rows))


class CommandZoneless(MemoryStore):
    """Commands are noted by the clock on the wall."""

    def commit(self, tenant: str, entry: Any) -> None:
        super().commit(tenant, attrs.evolve(entry, at=zoneless(entry.at)))


class LeaseZoneless(MemoryStore):
    """Leases end by the clock on the wall."""

    def lease(self, tenant: str, *, until: datetime, **more: Any) -> Any:
        return super().lease(tenant, until=zoneless(until), **more)


class FailingZoneless(MemoryStore):
    """Failures are noted by the clock on the wall."""

    def give_back(self, *args: Any, failed_at: datetime | None = None, **more: Any) -> None:
        super().give_back(*args, failed_at=zoneless(failed_at), **more)


WRONG: list[Any] = [
    LeaseInSeconds,
    FailingInSeconds,
    SnapshotInSeconds,
    RestoreInSeconds,
    CommandZoneless,
    LeaseZoneless,
    FailingZoneless,
]

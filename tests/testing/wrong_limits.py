"""Stores that are right as long as there is little in them: one page, one tenant, one gateway, one worker."""

from itertools import islice
from typing import Any

import attrs

from salesorders.storage import Snapshot
from salesorders.sync import MemoryStore


def place(item: Any) -> tuple[str, int]:
    """What an effect is called."""
    return item.key, item.number


class LimitDropsCursor(MemoryStore):
    """A page that is as long as a page may be has no other behind it."""

    def find(self, *args: Any, limit: int = 100, **more: Any) -> Any:
        page = super().find(*args, limit=limit, **more)
        return attrs.evolve(page, after=None) if len(page.items) >= 100 else page


class RestoreForgetsLookups(MemoryStore):
    """What is restored is among all of its kind, and that is that."""

    def restore(self, tenant: str, snapshot: Snapshot) -> None:
        super().restore(tenant, snapshot)
        lookups = self._of(tenant).lookups
        for name in [name for name in lookups if name[1] != "all"]:
            lookups[name] = []


class SnapshotDropsLeased(MemoryStore):
    """What somebody carries is as good as gone."""

    def snapshot(self, tenant: str) -> Snapshot:
        whole = super().snapshot(tenant)
        leases = self._of(tenant).leases
        waiting = tuple(item for item in whole.waiting if place(item) not in leases)
        return attrs.evolve(whole, waiting=waiting)


class SnapshotRowsLimited(MemoryStore):
    """A backup is made of the first page of each list."""

    def snapshot(self, tenant: str) -> Snapshot:
        whole = super().snapshot(tenant)
        return attrs.evolve(whole, documents=whole.documents[:100], rows=whole.rows[:100])


class PendingLimitBeforeGateways(MemoryStore):
    """The limit counts what waits, whoever it is for."""

    def pending(self, tenant: str, *, limit: int = 100, gateways: Any = None) -> Any:
        found = super().pending(tenant, limit=limit)
        return tuple(one for one in found if gateways is None or one.effect.gateway in gateways)


class LeaseLimitBeforeGateways(MemoryStore):
    """The limit counts what is free, whoever it is for."""

    def lease(self, tenant: str, *, gateways: Any, limit: int, now: Any, **more: Any) -> Any:
        held = self._of(tenant)
        free = (
            item
            for item in held.pending.values()
            if place(item) not in held.leases or held.leases[place(item)][1] <= now
        )
        count = sum(item.effect.gateway in gateways for item in islice(free, limit))
        return super().lease(tenant, gateways=gateways, limit=count, now=now, **more)


class LeaseLeaksTenants(MemoryStore):
    """The limit counts what waits, whose ever it is."""

    def lease(self, tenant: str, *, limit: int, **more: Any) -> Any:
        for other, held in self._tenants.items():
            if other == tenant:
                break
            limit -= len(held.pending)
        return super().lease(tenant, limit=max(limit, 0), **more)


class GiveBackAllTenants(MemoryStore):
    """A lease is found by the key of its command."""

    def give_back(self, tenant: str, key: str, number: int, **more: Any) -> None:
        for each in list(self._tenants):
            super().give_back(each, key, number, **more)


class DeliveredAllTenants(MemoryStore):
    """An effect is found by the key of its command."""

    def delivered(self, tenant: str, key: str, number: int) -> None:
        for each in list(self._tenants):
            super().delivered(each, key, number)


class EffectsSorted(MemoryStore):
    """Effects come in the order of their keys."""

    def pending(self, *args: Any, **more: Any) -> Any:
        return tuple(sorted(super().pending(*args, **more), key=place))


class LeasedByName(MemoryStore):
    """Effects are given away in the order of their numbers, read as text."""

    def lease(self, tenant: str, **more: Any) -> Any:
        found = super().lease(tenant, **more)
        return tuple(sorted(found, key=lambda item: f"{item.key}/{item.number}"))


WRONG: list[Any] = [
    LimitDropsCursor,
    RestoreForgetsLookups,
    SnapshotDropsLeased,
    SnapshotRowsLimited,
    PendingLimitBeforeGateways,
    LeaseLimitBeforeGateways,
    LeaseLeaksTenants,
    GiveBackAllTenants,
    DeliveredAllTenants,
    EffectsSorted,
    LeasedByName,
]

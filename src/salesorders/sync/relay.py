# Generated from salesorders/aio/relay.py by tools/make_sync.py; edit that file and run the tool.
"""The relay: carries effects from the outbox to gateways, at least once, under the command's key."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

import attrs

from salesorders.sync.ports import Clock, Gateway, Store
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import whole_of
from salesorders.storage import Pending

__all__ = ["Relay", "Relayed"]

# What is leased in one go must be carried before the lease ends.
AT_ONCE = 100


@attrs.frozen
class Relayed:
    """What one run of the relay did: delivered, failed (will be tried again), without a gateway."""

    delivered: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    waiting: int = 0


class Relay:
    """Carries what waits. A gateway that raises keeps its effect in the outbox; the others go on.

    Several relays may run at once, in threads, processes or on machines: each takes effects on a lease
    of ``lease`` (5 minutes), so that no two carry one, and what a relay that died held goes on when
    the lease ends. An effect's key is ``<command key>/<number>``: the same at every try, so that a
    gateway that took it and could not say so does not do it twice. ``worker`` names the relay on its
    leases: its own at every start, which is what is made up where none is given.
    """

    def __init__(
        self,
        store: Store,
        tenant: str,
        gateways: Mapping[str, Gateway],
        *,
        clock: Clock,
        lease: timedelta = timedelta(minutes=5),
        worker: str | None = None,
    ) -> None:
        self._store = store
        self._tenant = tenant
        self._gateways = dict(gateways)
        self._clock = clock
        self._lease = lease
        self._worker = uuid.uuid4().hex if worker is None else ident_of(worker, "worker")

    def run(self, *, limit: int = 1_000) -> Relayed:
        """Carry at most ``limit`` effects, oldest first, and say what became of them.

        Rows of the audit chain that have no place yet get theirs too.
        """
        most = whole_of(limit, "limit", least=1, most=1_000_000)
        self._store.seal(self._tenant)
        done: list[str] = []
        failed: list[tuple[str, str]] = []
        while len(done) + len(failed) < most:
            room = min(AT_ONCE, most - len(done) - len(failed))
            items = self._leased(room)
            for item in items:
                place = f"{item.key}/{item.number}"
                problem = self._carry(self._gateways[item.effect.gateway], item)
                if problem:
                    failed.append((place, problem))
                else:
                    done.append(place)
            if len(items) < room:
                break
        for place, _ in failed:
            key, _, number = place.rpartition("/")
            self._store.give_back(self._tenant, key, int(number), worker=self._worker)
        left = self._store.pending(self._tenant, limit=most)
        waiting = sum(item.effect.gateway not in self._gateways for item in left)
        return Relayed(len(done), tuple(failed), waiting)

    def _leased(self, limit: int) -> Sequence[Pending]:
        now = self._clock.now()
        return self._store.lease(
            self._tenant,
            worker=self._worker,
            now=now,
            until=now + self._lease,
            gateways=tuple(self._gateways),
            limit=limit,
        )

    def _carry(self, gateway: Gateway, item: Pending) -> str:
        try:
            gateway.deliver(self._tenant, f"{item.key}/{item.number}", item.effect)
        except Exception as error:  # noqa: BLE001 - a gateway is the host's: whatever it raises, the effect stays and the rest goes on
            return type(error).__name__
        self._store.delivered(self._tenant, item.key, item.number)
        return ""

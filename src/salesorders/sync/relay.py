# Generated from salesorders/aio/relay.py by tools/make_sync.py; edit that file and run the tool.
"""The relay: carries effects from the outbox to gateways, at least once, under the command's key."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from salesorders.sync.ports import Gateway, Pending, Store
from salesorders.kernel.limits import whole_of

__all__ = ["Relay", "Relayed"]


@attrs.frozen
class Relayed:
    """What one run of the relay did: delivered, failed (will be tried again), without a gateway."""

    delivered: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    waiting: int = 0


class Relay:
    """Carries what waits. A gateway that raises keeps its effect in the outbox; the others go on.

    An effect's key is ``<command key>/<number>``: the same at every try, so that a gateway that took
    it and could not say so does not do it twice.
    """

    def __init__(self, store: Store, tenant: str, gateways: Mapping[str, Gateway]) -> None:
        self._store = store
        self._tenant = tenant
        self._gateways = dict(gateways)

    def run(self, *, limit: int = 1_000) -> Relayed:
        """Carry at most ``limit`` effects, oldest first, and say what became of them."""
        most = whole_of(limit, "limit", least=1, most=1_000_000)
        delivered = 0
        failed = []
        names = tuple(self._gateways)
        for item in self._store.pending(self._tenant, limit=most, gateways=names):
            problem = self._carry(self._gateways[item.effect.gateway], item)
            if problem:
                failed.append((f"{item.key}/{item.number}", problem))
            else:
                delivered += 1
        left = self._store.pending(self._tenant, limit=most)
        waiting = sum(item.effect.gateway not in self._gateways for item in left)
        return Relayed(delivered, tuple(failed), waiting)

    def _carry(self, gateway: Gateway, item: Pending) -> str:
        try:
            gateway.deliver(self._tenant, f"{item.key}/{item.number}", item.effect)
        except Exception as error:  # noqa: BLE001 - a gateway is the host's: whatever it raises, the effect stays and the rest goes on
            return type(error).__name__
        self._store.delivered(self._tenant, item.key, item.number)
        return ""

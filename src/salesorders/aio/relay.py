"""The relay: carries effects from the outbox to gateways, at least once, under the command's key."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from salesorders.aio.ports import Gateway, Pending, Store

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

    async def run(self, *, limit: int = 1_000) -> Relayed:
        """Carry at most ``limit`` effects, oldest first, and say what became of them."""
        delivered = waiting = 0
        failed = []
        for item in await self._store.pending(self._tenant, limit=limit):
            gateway = self._gateways.get(item.effect.gateway)
            if gateway is None:
                waiting += 1
                continue
            problem = await self._carry(gateway, item)
            if problem:
                failed.append((f"{item.key}/{item.number}", problem))
            else:
                delivered += 1
        return Relayed(delivered, tuple(failed), waiting)

    async def _carry(self, gateway: Gateway, item: Pending) -> str:
        try:
            await gateway.deliver(self._tenant, f"{item.key}/{item.number}", item.effect)
        except Exception as error:  # noqa: BLE001  # a gateway is the host's: whatever it raises, the effect stays and the rest goes on
            return type(error).__name__
        await self._store.delivered(self._tenant, item.seq, item.number)
        return ""

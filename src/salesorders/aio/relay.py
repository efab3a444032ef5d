"""The relay: carries effects from the outbox to gateways, at least once, under the command's key."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from salesorders.aio.clock import told
from salesorders.aio.ports import Clock, Gateway, Store
from salesorders.aio.wait import answered, suits, takes
from salesorders.kernel.change import GatewayEffect, RepeatedEffect
from salesorders.kernel.errors import Conflict, NotAllowed, invalid
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import whole_of
from salesorders.storage import Pending

__all__ = ["Relay", "Relayed", "gateways_of", "store_of"]

# What is leased in one go must be carried before the lease ends.
AT_ONCE = 100
# Letters of the name of what a gateway raised.
NAMED = 100
# What failed, the key it is carried under, the effect, what was raised, when; answers whether it was given up.
SetAside = Callable[[Pending, str, GatewayEffect, str, datetime], Awaitable[bool]]


@attrs.frozen
class Relayed:
    """What one run of the relay did: delivered, failed (will be tried again), without a gateway.

    ``set_aside`` names what failed once too often and stands among the dead letters now.
    """

    delivered: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    waiting: int = 0
    set_aside: tuple[str, ...] = ()


class Relay:
    """Carries what waits. A gateway that raises keeps its effect in the outbox; the others go on.

    Several relays may run at once, in threads, processes or on machines: each takes effects on a lease
    of ``lease`` (5 minutes), so that no two carry one, and what a relay that died held goes on when
    the lease ends. An effect's key is ``<command key>/<number>``: the same at every try, so that a
    gateway that took it and could not say so does not do it twice. ``worker`` names the relay on its
    leases: its own at every start, which is what is made up where none is given.

    What failed is handed to ``set_aside``, which says whether it was given up; a desk's relay asks the policy
    and writes a dead letter. Without it an effect is tried for ever.
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
        set_aside: SetAside | None = None,
    ) -> None:
        self._store = store_of(store)
        self._tenant = tenant
        self._gateways = gateways_of(gateways)
        self._clock = clock
        self._lease = lease
        self._set_aside = set_aside
        self._worker = uuid.uuid4().hex if worker is None else ident_of(worker, "worker")

    async def run(self, *, limit: int = 1_000) -> Relayed:
        """Carry at most ``limit`` effects, oldest first, and say what became of them.

        Rows of the audit chain that have no place yet get theirs too.
        """
        most = whole_of(limit, "limit", least=1, most=1_000_000)
        await self._store.seal(self._tenant)
        done = 0
        failed: list[tuple[Pending, str]] = []
        while done + len(failed) < most:
            room = min(AT_ONCE, most - done - len(failed))
            items = await self._leased(room)
            for item in items:
                problem = await self._carry(item)
                if problem:
                    failed.append((item, problem))
                else:
                    done += 1
            if len(items) < room:
                break
        again: list[tuple[str, str]] = []
        gone: list[str] = []
        for item, problem in failed:
            if await self._given_up(item, problem):
                gone.append(_carried(item)[0])
            else:
                again.append((_carried(item)[0], problem))
        left = await self._store.pending(self._tenant, limit=most)
        waiting = sum(item.effect.gateway not in self._gateways for item in left)
        return Relayed(done, tuple(again), waiting, tuple(gone))

    async def _leased(self, limit: int) -> Sequence[Pending]:
        now = told(self._clock.now())
        return await self._store.lease(
            self._tenant,
            worker=self._worker,
            now=now,
            until=now + self._lease,
            gateways=tuple(self._gateways),
            limit=limit,
        )

    async def _carry(self, item: Pending) -> str:
        place, effect = _carried(item)
        gateway: Any = self._gateways[effect.gateway]
        try:
            await answered(gateway.deliver(self._tenant, place, effect))
        except Exception as error:  # noqa: BLE001 - a gateway is the host's: whatever it raises, the effect stays and the rest goes on
            name = type(error).__name__[:NAMED]
            return name if name.isprintable() and name else "Exception"
        await self._store.delivered(self._tenant, item.key, item.number)
        return ""

    async def _given_up(self, item: Pending, problem: str) -> bool:
        """Let go of what failed: for another try, or for good where it stands in a dead letter."""
        at = told(self._clock.now())
        place, effect = _carried(item)
        try:
            gone = self._set_aside is not None and await self._set_aside(
                item, place, effect, problem, at
            )
        except (NotAllowed, Conflict):
            # Without a letter it stays in the outbox.
            gone = False
        if gone:
            await self._store.delivered(self._tenant, item.key, item.number)
        else:
            await self._store.give_back(
                self._tenant, item.key, item.number, worker=self._worker, failed_at=at
            )
        return gone


def _carried(item: Pending) -> tuple[str, GatewayEffect]:
    """Return the key under which an effect is carried, and the effect: one that was put back is what it was."""
    effect = item.effect
    if isinstance(effect, RepeatedEffect):
        return effect.place, GatewayEffect(effect.gateway, effect.kind, effect.payload)
    return f"{item.key}/{item.number}", effect


def gateways_of(gateways: Mapping[str, Gateway]) -> dict[str, Gateway]:
    """Return gateways by name; raises ``gateways.type`` for what can't carry an effect, and for a bad name."""
    if not isinstance(gateways, Mapping):
        invalid("gateways.type", "gateways", "gateways by name are wanted")
    for name, gateway in gateways.items():
        where = f"gateways.{ident_of(name, 'gateways')}"
        if isinstance(gateway, type) or not callable(getattr(gateway, "deliver", None)):
            invalid("gateways.type", where, "something with deliver(tenant, key, effect) is wanted")
        if not takes(gateway.deliver):
            invalid("gateways.type", where, "its deliver has to be waited for: use the async desk")
    return dict(gateways)


def store_of(store: Store) -> Store:
    """Return a store; raises ``store.type`` for what is none, and for one of the other desk, blocking or async."""
    for verb in ("read", "commit"):
        if isinstance(store, type) or not callable(getattr(store, verb, None)):
            invalid("store.type", "store", f"something with {verb}() is wanted")
    if not (suits(store.read) and takes(store.commit)):
        invalid("store.type", "store", "it is for the other desk: one blocks, one is awaited")
    return store

"""Bugs of the relay's dead letters: given up too soon, never, in silence, or put back as something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import attrs

from salesorders.kernel.change import GatewayEffect, changed
from salesorders.lifecycle import RETRY, UseCase
from salesorders.outbox import RelayPolicy
from salesorders.sync.dead_letters import GivingUp
from salesorders.sync.memory import MemoryStore
from salesorders.sync.relay import Relay
from tests.simulation.planting import planted, replaced


@planted("an effect that fails is tried for ever")
def never_given_up() -> Iterator[None]:
    with patch.object(GivingUp, "__call__", lambda self, *rest: False):
        yield


@planted("an effect is given up in an hour of failures")
def given_up_too_soon() -> Iterator[None]:
    with patch.object(RelayPolicy, "gives_up", lambda self, tries, *rest: tries >= self.tries):
        yield


@planted("an effect is given up a try too late")
def given_up_too_late() -> Iterator[None]:
    real = RelayPolicy.gives_up
    with patch.object(RelayPolicy, "gives_up", lambda self, n, *rest: real(self, n - 1, *rest)):
        yield


@planted("what is given up is gone")
def given_up_in_silence() -> Iterator[None]:
    def call(self: Any, item: Any, place: str, effect: Any, problem: str, at: Any) -> bool:
        since = item.failing_since or at
        policies = self._engine.policies.on(at.date())
        return bool(policies.relay.gives_up(item.tries + 1, since, at))

    with patch.object(GivingUp, "__call__", call):
        yield


@planted("tries that failed are not counted")
def tries_forgotten() -> Iterator[None]:
    real = MemoryStore.give_back

    def give_back(self: Any, tenant: str, key: str, number: int, *, worker: str, **_: Any) -> None:
        real(self, tenant, key, number, worker=worker)

    with patch.object(MemoryStore, "give_back", give_back):
        yield


@planted("what was given up waits in the outbox as well")
def given_up_and_kept() -> Iterator[None]:
    real = Relay._given_up

    def given_up(self: Any, item: Any, problem: str) -> bool:
        with patch.object(self._store, "delivered", lambda *rest: None, create=True):
            return real(self, item, problem)

    with patch.object(Relay, "_given_up", given_up):
        yield


@planted("what is put back goes as something new")
def put_back_as_new() -> Iterator[None]:
    def new(gateway: str, kind: str, payload: Any, place: str) -> GatewayEffect:
        return GatewayEffect(gateway, kind, payload)

    with replaced(("lifecycle.setting_aside.RepeatedEffect", new)):
        yield


@planted("a letter is put back as often as it is said")
def put_back_twice() -> Iterator[None]:
    def decide(request: Any, case: Any, command: Any) -> Any:
        return RETRY.decide(request, changed(case, state="open"), command)

    use: Any = UseCase(RETRY.name, RETRY.load, decide)
    with replaced(("sync.dead_letters.RETRY", use)):
        yield


@planted("a letter that was put back and failed again stays closed")
def never_opened_again() -> Iterator[None]:
    def again(self: Any, problem: str, tries: int, at: Any) -> Any:
        return changed(self, problem=problem, tries=self.tries + tries, set_aside_at=at)

    with replaced(("outbox.model.DeadLetter.again", again)):
        yield


@planted("an effect that fails holds up all behind it")
def poison_blocks() -> Iterator[None]:
    real = Relay.run

    def run(self: Any, *, limit: int = 1_000) -> Any:
        for done in range(limit):
            one = real(self, limit=1)
            if not one.delivered:
                return changed(one, delivered=done)
        return changed(one, delivered=limit)

    with patch.object(Relay, "run", run):
        yield


@planted("what waits in a store that is restored was never tried")
def tries_not_restored() -> Iterator[None]:
    real = MemoryStore.restore

    def restore(self: Any, tenant: str, snapshot: Any) -> None:
        anew = [changed(one, tries=0, failing_since=None) for one in snapshot.waiting]
        real(self, tenant, attrs.evolve(snapshot, waiting=tuple(anew)))

    with patch.object(MemoryStore, "restore", restore):
        yield

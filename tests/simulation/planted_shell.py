"""Bugs of the shell: store, outbox, relay, keys, duties."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from salesorders.kernel.actors import Actor
from salesorders.kernel.change import GatewayEffect, changed
from salesorders.kernel.errors import StoreError
from salesorders.kernel.money import Money
from salesorders.storage import Pending, Row, Versioned, entry_text, row_hash, sealed
from salesorders.sync.engine import Engine
from salesorders.sync.memory import MemoryStore
from salesorders.sync.relay import Relay
from salesorders.testing.simulation.faults import Crash
from tests.simulation.planting import planted, replaced

# --- the store


def _commit(
    self: Any, tenant: str, entry: Any, *, keys: bool = True, versions: bool = True
) -> None:
    held = self._of(tenant)
    if keys and entry.key in held.keys:
        raise AssertionError("the bug is elsewhere")
    for put in entry.puts:
        ref = put.document.ref
        there = held.documents.get(ref)
        version = (there.version if there else 0) if not versions else put.version
        self._write(held, ref, put, Versioned(version + 1, self._in(put.document)))
    last = held.rows[-1] if held.rows else None
    row = sealed(entry.key, entry.body, entry.text, entry.at, last)
    held.keys[entry.key] = len(held.rows)
    held.rows.append(row)
    for number, effect in enumerate(entry.effects):
        held.pending[row.key, number] = Pending(row.key, number, effect)


@planted("a key that was used is no matter")
def no_key() -> Iterator[None]:
    def commit(self: Any, tenant: str, entry: Any) -> None:
        _commit(self, tenant, entry, keys=False)

    with patch.object(MemoryStore, "commit", commit):
        yield


@planted("versions are not compared at the commit")
def no_version_check() -> Iterator[None]:
    real = MemoryStore.commit

    def commit(self: Any, tenant: str, entry: Any) -> None:
        if entry.key in self._of(tenant).keys:
            return real(self, tenant, entry)
        return _commit(self, tenant, entry, versions=False)

    with patch.object(MemoryStore, "commit", commit):
        yield


@planted("a refusal is not looked at again where its ground has moved")
def stale_refusal() -> Iterator[None]:
    with patch.object(Engine, "_moved", lambda self, *rest: False):
        yield


@planted("one tenant's rows are everybody's")
def wrong_tenant() -> Iterator[None]:
    real = MemoryStore._of
    with patch.object(MemoryStore, "_of", lambda self, tenant: real(self, "everybody")):
        yield


@planted("lookups are added and never taken away")
def lookup_not_updated() -> Iterator[None]:
    def write(held: Any, ref: str, put: Any, new: Any) -> None:
        kind = ref.partition("/")[0]
        for name, value in (*put.document.lookups(), ("all", "")):
            refs = held.lookups.setdefault((kind, name, value), [])
            if ref not in refs:
                insort(refs, ref)
        held.documents[ref] = new

    with patch.object(MemoryStore, "_write", staticmethod(write)):
        yield


@planted("the second page begins one too late")
def paging_skips() -> Iterator[None]:
    real = MemoryStore.find

    def find(self: Any, tenant: str, kind: str, name: str, value: str, **page: Any) -> Any:
        found = real(self, tenant, kind, name, value, **page)
        return changed(found, items=found.items[1:]) if page["after"] else found

    with patch.object(MemoryStore, "find", find):
        yield


@planted("the chain takes the clock's moment as it is")
def clock_back() -> Iterator[None]:
    def as_told(key: str, body: str, text: str, at: Any, last: Row | None) -> Row:
        row = sealed(key, body, text, at, last)
        hashed = row_hash(row.seq, at, text, row.before)
        return changed(row, recorded_at=at, hash=hashed)

    with replaced(("sync.memory.sealed", as_told)):
        yield


@planted("a backup that is read back has lost what waits")
def backup_forgets() -> Iterator[None]:
    real = MemoryStore.restore

    def restore(self: Any, tenant: str, snapshot: Any) -> None:
        real(self, tenant, changed(snapshot, waiting=()))

    with patch.object(MemoryStore, "restore", restore):
        yield


@planted("a row's hash does not cover its text")
def hash_without_text() -> Iterator[None]:
    def bare(seq: int, at: Any, text: str, before: str) -> str:
        return row_hash(seq, at, "", before)

    with replaced(("storage.rows.row_hash", bare)):
        yield


@planted("every row says that nobody gave the command")
def actor_nobody() -> Iterator[None]:
    def unsigned(verb: str, body: str, command: Any, *rest: Any) -> str:
        return entry_text(verb, body, changed(command, actor=Actor("nobody")), *rest)

    with replaced(("sync.in_hand.entry_text", unsigned)):
        yield


@planted("every row says another moment")
def moment_of_another() -> Iterator[None]:
    def early(verb: str, body: str, command: Any, *rest: Any) -> str:
        moved = changed(command, at=command.at - timedelta(hours=5))
        return entry_text(verb, body, moved, *rest)

    with replaced(("sync.in_hand.entry_text", early)):
        yield


@planted("a key stays taken where its command died with documents in hand")
def key_left_in_hand() -> Iterator[None]:
    real = MemoryStore.decide

    def decide(self: Any, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        made = []

        def noted(reader: Any) -> Any:
            made.append(True)
            return decision(reader)

        try:
            real(self, tenant, asked, refs, noted)
        except (StoreError, Crash):
            if made:
                self._of(tenant).keys.setdefault(asked.key, 0)
            raise

    with patch.object(MemoryStore, "decide", decide):
        yield


@planted("who was outrun forgets the effects")
def effects_lost_in_hand() -> Iterator[None]:
    real = MemoryStore.decide

    def decide(self: Any, tenant: str, asked: Any, refs: Any, decision: Any) -> None:
        real(self, tenant, asked, refs, lambda reader: changed(decision(reader), effects=()))

    with patch.object(MemoryStore, "decide", decide):
        yield


# --- outbox and relay


@planted("an effect that could not be given back is taken for delivered")
def not_given_back() -> Iterator[None]:
    real = Relay.run

    def run(self: Any, **rest: Any) -> Any:
        try:
            return real(self, **rest)
        except StoreError:
            for item in self._store.pending(self._tenant, limit=1):
                self._store.inner.delivered(self._tenant, item.key, item.number)
            raise

    with patch.object(Relay, "run", run):
        yield


@planted("a notice tells twice the total")
def doubled_totals() -> Iterator[None]:
    real = GatewayEffect.__init__

    def init(self: Any, gateway: str, kind: str, payload: Any = ()) -> None:
        twice = tuple((k, v + v if isinstance(v, Money) else v) for k, v in payload)
        real(self, gateway, kind, twice)

    with patch.object(GatewayEffect, "__init__", init):
        yield


@planted("effects are noted after the commit, not in it")
def outbox_outside() -> Iterator[None]:
    real, run = MemoryStore.commit, Engine._run

    def commit(self: Any, tenant: str, entry: Any) -> None:
        real(self, tenant, entry)
        held = self._of(tenant)
        self.noted = [held.pending.pop((entry.key, n)) for n in range(len(entry.effects))]

    def then(self: Any, *rest: Any) -> Any:
        inner = getattr(self.store, "inner", self.store)
        inner.noted = []
        outcome = run(self, *rest)
        for item in inner.noted:
            inner._of(self.tenant).pending[item.key, item.number] = item
        return outcome

    with patch.object(MemoryStore, "commit", commit), patch.object(Engine, "_run", then):
        yield


@planted("a time-out counts as failed for good")
def timeout_is_failure() -> Iterator[None]:
    real = Relay._carry

    def carry(self: Any, item: Any) -> str:
        problem = real(self, item)
        if problem == "TimeoutError":
            self._store.delivered(self._tenant, item.key, item.number)
        return problem

    with patch.object(Relay, "_carry", carry):
        yield


@planted("the relay takes what another holds")
def relay_forgets_lease() -> Iterator[None]:
    real = MemoryStore.lease

    def lease(self: Any, tenant: str, **rest: Any) -> Any:
        self._of(tenant).leases.clear()
        return real(self, tenant, **rest)

    with patch.object(MemoryStore, "lease", lease):
        yield


@planted("each try has a key of its own, so that a gateway can't know it")
def key_of_the_try() -> Iterator[None]:
    tries: dict[tuple[str, int], int] = {}
    real = Relay._carry

    def carry(self: Any, item: Any) -> str:
        place = (item.key, item.number)
        tries[place] = tries.get(place, -1) + 1
        gateway = self._gateways[item.effect.gateway]

        class Renamed:
            def deliver(self, tenant: str, key: str, effect: Any) -> None:
                gateway.deliver(tenant, key + "+" * tries[place], effect)

        with patch.dict(self._gateways, {item.effect.gateway: Renamed()}):
            return real(self, item)

    with patch.object(Relay, "_carry", carry):
        yield


@planted("what was delivered stays in the outbox")
def delivered_is_not_noted() -> Iterator[None]:
    with patch.object(MemoryStore, "delivered", lambda self, tenant, key, number: None):
        yield


# --- the engine


@planted("trying out is doing")
def dry_run_commits() -> Iterator[None]:
    real = Engine.run

    def run(self: Any, use: Any, request: Any, **how: Any) -> Any:
        return real(self, use, request, **{**how, "dry_run": False})

    with patch.object(Engine, "run", run):
        yield


@planted("nobody looks at duties")
def no_duty() -> Iterator[None]:
    with replaced(("sync.engine.check_duty", lambda actor, verb, policy: None)):
        yield


@planted("a host's decimal context reaches the sums")
def context_of_the_host() -> Iterator[None]:
    with replaced(("kernel.quantity.values.QUANTITY_MAX", _Signed(10**12))):
        yield


class _Signed(Decimal):
    """A bound that is turned round and back: arithmetic, which the thread's context may cut."""

    def __gt__(self, other: object) -> bool:
        return self * 1 > other  # type: ignore[operator]  # as in Decimal

    def __lt__(self, other: object) -> bool:
        return self * 1 < other  # type: ignore[operator]  # as in Decimal

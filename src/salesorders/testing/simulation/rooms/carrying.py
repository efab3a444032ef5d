"""What goes on beside the clerks: relays, the clock, backups, the audit chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salesorders.sync import Desk, MemoryStore
from salesorders.testing.simulation.invariants import Violation
from salesorders.testing.simulation.model import Expected, Model, Now, answers
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.verbs import Choice, Dice, Verb

__all__ = ["VERBS", "restored"]


def _done(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    return ("done", outcome)


# --- the relay


def _choose_relay(dice: Dice, model: Model, now: Now) -> Choice | None:
    if not model.waiting and dice.chance(0.8):
        return None
    return "", {"worker": dice.pick(["w1", "w2", "w3"]), "limit": dice.pick([1, 3, 1_000])}


def _send_relay(world: Any, step: Step) -> Any:
    world.relay(step.args["worker"]).run(limit=step.args["limit"])
    return None


def _expect_done(model: Model, step: Step, now: Now) -> Expected:
    return answers("done", None)


def _expect_relay(model: Model, step: Step, now: Now) -> Expected:
    model.waiting = 0
    return answers("done", None)


# --- the clock


def _choose_clock(dice: Dice, model: Model, now: Now) -> Choice | None:
    return "", {"minutes": dice.pick([5, 60, 60, 300, 1_440, 4_320, 10_080])}


def _send_clock(world: Any, step: Step) -> Any:
    world.forward(step.args["minutes"])
    return None


# --- backup and audit


def _choose_nothing(dice: Dice, model: Model, now: Now) -> Choice | None:
    return "", {}


class _Lines(list[str]):
    """A file of lines that lies in memory."""

    def write(self, text: str) -> None:
        """Take a line."""
        if text:
            self.append(text)


def _send_backup(world: Any, step: Step) -> Any:
    """Write the tenant down, read it into a store that is empty, and compare."""
    out, again = _Lines(), _Lines()
    told = world.desk("").backup.write(out)
    empty = Desk(
        store=MemoryStore(),
        seller=world.desk("").engine.seller,
        currency="EUR",
        clock=world.clock,
        tenant=world.tenant,
    )
    back = empty.backup.read(out)
    empty.backup.write(again)
    if told != back or out != again:
        raise Violation("I47: a backup that was read back is another one")
    _alike(world, empty.engine.store)
    restored(world)
    return told.documents


def restored(world: Any) -> None:
    """Write a snapshot into a store that is empty: the same effects wait there, after as many tries."""
    inner, copy = world.store.inner, MemoryStore()
    inner.seal(world.tenant)
    copy.restore(world.tenant, inner.snapshot(world.tenant))
    _alike(world, copy)


def _alike(world: Any, there: Any) -> None:
    found, wanted = (_waiting(one, world.tenant) for one in (there, world.store.inner))
    if found != wanted:
        raise Violation(f"I47: {found[:2]} waits in what was read back, wanted {wanted[:2]}")


def _waiting(store: Any, tenant: str) -> list[tuple[Any, ...]]:
    """What waits in a store, in one order, with the tries that failed."""
    return [
        (one.key, one.number, one.effect, one.tries, one.failing_since)
        for one in sorted(
            store.pending(tenant, limit=1_000_000), key=lambda one: (one.key, one.number)
        )
    ]


def _expect_backup(model: Model, step: Step, now: Now) -> Expected:
    return answers("done", len(model.versions))


def _send_verify(world: Any, step: Step) -> Any:
    verified = world.desk("").audit.verify()
    return (bool(verified), verified.rows)


def _expect_verify(model: Model, step: Step, now: Now) -> Expected:
    return answers("done", (True, len(model.answers)))


def _verb(name: str, choose: Any, send: Any, expect: Any, share: float) -> Verb:
    return Verb(
        name=name,
        choose=choose,
        send=send,
        expect=expect,
        read=_done,
        share=share,
        keeps=False,
        dry=False,
    )


VERBS = (
    _verb("relay.run", _choose_relay, _send_relay, _expect_relay, 14),
    _verb("clock.forward", _choose_clock, _send_clock, _expect_done, 5),
    _verb("backup.round_trip", _choose_nothing, _send_backup, _expect_backup, 0.15),
    _verb("audit.verify", _choose_nothing, _send_verify, _expect_verify, 0.3),
)

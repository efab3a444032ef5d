"""The end of a run: faults stop, everything is recovered, and recovering again changes nothing."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from salesorders.storage import state_hash
from salesorders.testing.simulation.invariants import Violation
from salesorders.testing.simulation.seen import cents

if TYPE_CHECKING:
    from salesorders.testing.simulation.run import Run

__all__ = ["finish"]


def finish(run: Run) -> None:
    """Recover, then look at everything once more."""
    world = run.world
    world.arm(())
    for step in run.owed:
        run.step(step)
    _recover(run)
    if world.store.pending(world.tenant, limit=1):
        raise Violation("I40: an effect is open after recovery")
    if world.notices.book != run.model.effects:
        missing = run.model.effects.keys() - world.notices.book.keys()
        raise Violation(f"I33: the gateway's book is another one, {sorted(missing)[:3]} is missing")
    before, calls = _state(run), world.notices.calls
    _recover(run)
    if _state(run) != before or world.notices.calls != calls:
        raise Violation("a second recovery changes something")
    for step in run.kept.values():
        run.step(step)
    if _state(run) != before:
        raise Violation("I39: sending every key again changes something")
    run.check()
    _rows(run)
    _books(run)
    stranger = world.store.inner.snapshot(world.stranger)
    if stranger.documents or stranger.rows:
        raise Violation("I44: something lies with another tenant")
    run.told(before)


def _recover(run: Run) -> None:
    """Leases end, gateways are repaired, a relay carries what is left."""
    world = run.world
    # The clock may have stepped back by hours since a lease was taken.
    world.clock.stands += timedelta(days=10)
    world.clock.zone = UTC
    world.notices.settle()
    world.relay("recovery").run(limit=1_000_000)
    world.notices.settle()


def _state(run: Run) -> str:
    return state_hash(run.world.store.inner.snapshot(run.world.tenant))


def _rows(run: Run) -> None:
    """I41, I42, I43: every version has its row, entries balance, the chain holds, time does not run back."""
    store = run.world.store.inner
    store.seal(run.world.tenant)
    written: dict[str, int] = {}
    last: Any = None
    seq = 0
    while rows := store.rows(run.world.tenant, after=seq, limit=1_000):
        for row in rows:
            seq += 1
            if row.seq != seq or (last is not None and row.recorded_at < last.recorded_at):
                raise Violation(f"I43: row {seq} stands out of order")
            last = row
            record = json.loads(row.text)
            if not (record["actor"] and record["verb"] and record["at"]):
                raise Violation(f"I42: row {seq} does not say who, what and when")
            for ref, version in record["puts"]:
                if version != written.get(ref, 0) + 1:
                    raise Violation(f"I41: row {seq} writes {ref} at {version}")
                written[ref] = version
            _balanced(seq, record["events"])
    run.result.checks += 3 * seq
    if seq != len(run.model.answers):
        raise Violation(f"I39: {seq} rows for {len(run.model.answers)} keys")
    if sum(written.values()) != sum(run.model.versions.values()):
        raise Violation("I41: a change has no row")
    if not run.world.desk("").audit.verify():
        raise Violation("I42: the chain is broken")


def _balanced(seq: int, events: Any) -> None:
    """I24: debits equal credits in every entry."""
    for event in events:
        text = json.dumps(event)
        if "ledger.entry" in text:
            lines = _lines_of(event)
            debit = sum(cents_of(line.get("debit", "0")) for line in lines)
            if debit != sum(cents_of(line.get("credit", "0")) for line in lines) or not debit:
                raise Violation(f"I24: row {seq} holds an entry that does not balance")


def _lines_of(event: Any) -> Any:
    body = event.get("lines") if isinstance(event, dict) else None
    if body is None:
        raise Violation(f"I24: an entry is not understood: {str(event)[:200]}")
    return body


def cents_of(text: str) -> int:
    """Return an amount as it stands in a row, in cents."""
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or "0")


def _books(run: Run) -> None:
    """I25: the control accounts are the sum of the open items and of unapplied cash, and all is the model's."""
    desk, model = run.world.desk(""), run.model
    found = {role: cents(desk.ledger.balance(role)) for role in ("AR", "UNAPPLIED")}
    owed = sum(model.open_of(key) for key in model.invoices)
    unapplied = sum(model.left_of(key) for key in model.payments)
    if found != {"AR": owed, "UNAPPLIED": -unapplied}:
        raise Violation(f"I25: the ledger says {found}, items {owed}, cash {unapplied}")
    run.result.checks += 2

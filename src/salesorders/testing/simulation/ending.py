"""The end of a run: faults stop, everything is recovered, and recovering again changes nothing."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from salesorders.storage import state_hash
from salesorders.testing.simulation.invariants import Violation
from salesorders.testing.simulation.rooms.carrying import restored
from salesorders.testing.simulation.rooms.dead_letters import KIND, TRIES, letters_of
from salesorders.testing.simulation.script import Step, reason_of

if TYPE_CHECKING:
    from salesorders.testing.simulation.run import Run

__all__ = ["finish"]

# What a rule does, and is its own reason.
LOOKS_AGAIN = "credit.recheck"
# What is done for a reason only, which its event says.
REASONED = frozenset(
    {
        "cash.dispute",
        "cash.reverse",
        "credit.set_limit",
        "dead_letters.dismiss",
        "dead_letters.retry",
        "orders.amend",
        "orders.approve",
        "orders.cancel",
        "orders.close",
        "orders.decline",
        "orders.release",
        "orders.reopen",
    }
)


def finish(run: Run) -> None:
    """Recover, then look at everything once more."""
    world = run.world
    world.arm(())
    for step in run.owed:
        run.step(step)
    _give_up(run)
    _recover(run)
    if world.store.pending(world.tenant, limit=1):
        raise Violation("I40: an effect is open after recovery")
    # What somebody dismissed may have been done before, where the answer was lost.
    letters = letters_of(run.model)
    missing = {
        key
        for key in run.model.effects.keys() - world.notices.book.keys()
        if key not in letters or letters[key]["state"] != "dismissed"
    }
    strange = {key for key, told in world.notices.book.items() if run.model.effects[key] != told}
    if missing or strange:
        wrong = f"{sorted(missing)[:3]} is missing, {sorted(strange)[:3]} is something else"
        raise Violation(f"I33: the gateway's book is another one: {wrong}")
    before, calls = run.signature(), world.notices.calls
    _recover(run)
    if run.signature() != before or world.notices.calls != calls:
        raise Violation("a second recovery changes something")
    run.resend()
    if run.signature() != before:
        raise Violation("I39: sending every key again changes something")
    run.check()
    _rows(run)
    stranger = world.store.inner.snapshot(world.stranger)
    if stranger.documents or stranger.rows:
        raise Violation("I44: something lies with another tenant")
    run.told(state_hash(world.store.inner.snapshot(world.tenant)))


def _give_up(run: Run) -> None:
    """F16: what is poisoned holds nothing up; the relay gives it up, and somebody puts every letter back."""
    world = run.world
    world.notices.settle(repaired=False)
    # What was let go by the last try has something to tell as well.
    for round_ in range(TRIES + 1):
        _later(run)
        world.relay("recovery").run(limit=1_000_000)
        world.notices.settle(repaired=False)
        if not round_ and world.store.pending(world.tenant, limit=1):
            # Something has failed once and waits: a store that is moved now goes on counting.
            restored(world)
    if world.store.pending(world.tenant, limit=1):
        raise Violation("F16: an effect waits behind what was given up, or was not given up")
    letters = letters_of(run.model)
    kept = {place for place, letter in letters.items() if letter["state"] != "put_back"}
    lost = world.notices.poisoned - world.notices.book.keys() - kept
    if lost:
        raise Violation(f"F16: {sorted(lost)[:3]} is gone, and no letter tells of it")
    for number, (place, letter) in enumerate(list(letters.items())):
        if letter["state"] == "open":
            name = f"end-{number}"
            run.step(Step(name, "dead_letters.retry", "oli", name, {KIND: f"@{place}"}))


def _later(run: Run) -> None:
    """Every lease has ended, also where the clock has stepped back by hours since it was taken."""
    run.world.clock.stands += timedelta(days=10)
    run.world.clock.zone = UTC


def _recover(run: Run) -> None:
    """Leases end, gateways are repaired, a relay carries what is left."""
    world = run.world
    _later(run)
    world.notices.settle()
    world.relay("recovery").run(limit=1_000_000)
    world.notices.settle()
    # What let orders go has more to tell.
    world.relay("recovery").run(limit=1_000_000)


def _rows(run: Run) -> None:
    """I41, I42, I43: every version has its row, the chain holds, time does not run back."""
    store, tenant = run.world.store.inner, run.world.tenant
    store.seal(tenant)
    written: dict[str, int] = {}
    sums: dict[str, int] = {}
    ids: set[str] = set()
    last: Any = None
    seq = 0
    while rows := store.rows(tenant, after=seq, limit=1_000):
        for row in rows:
            seq += 1
            if row.seq != seq or (last is not None and row.recorded_at < last.recorded_at):
                raise Violation(f"I43: row {seq} stands out of order")
            record = json.loads(row.text)
            _chained(row, last)
            _signed(run, row, record)
            last = row
            for ref, version in record["puts"]:
                if version != written.get(ref, 0) + 1:
                    raise Violation(f"I41: row {seq} writes {ref} at {version}")
                written[ref] = version
            for event in record["events"]:
                if event["type"] == "ledger.entry_posted/1":
                    _posted(seq, event, sums, ids)
            _reasoned(row, record)
    run.result.checks += 5 * seq
    if seq != len(run.model.answers):
        raise Violation(f"I39: {seq} rows for {len(run.model.answers)} keys")
    named = {_named(run, ref): version for ref, version in written.items()}
    if named != run.model.versions:
        raise Violation("I41: a change has no row, or a row no change")
    if not run.world.desk("").audit.verify():
        raise Violation("I42: the chain is broken")
    _books(run, sums)


def _chained(row: Any, last: Any) -> None:
    """I42: a row's hash is the SHA-256 of the hash before it, its place, its moment and its text."""
    before = last.hash if last else "0" * 64
    moment = row.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    told = f"{before}{row.seq} {moment}\n{row.text}".encode()
    if (row.before, row.hash) != (before, hashlib.sha256(told).hexdigest()):
        raise Violation(f"I42: row {row.seq} does not carry the hash of what it says")


def _signed(run: Run, row: Any, record: Any) -> None:
    """I42: a row says who gave which command when, under which key, as it was sent."""
    given = run.model.given.get(row.key)
    at = datetime.fromisoformat(record["at"])
    if (record["actor"], record["verb"], at) != given or at > row.recorded_at:
        raise Violation(f"I42: row {row.seq} says {record['actor']} {record['verb']} for {given}")
    if (record["key"], record["body"]) != (row.key, row.body):
        raise Violation(f"I42: row {row.seq} stands for another key or another request")


def _named(run: Run, ref: str) -> tuple[str, str]:
    kind, _, name = ref.partition("/")
    return (kind, run.world.names.get(name, name))


def _reasoned(row: Any, record: Any) -> None:
    """I42: what happened for a reason says the one that was given with the command, or the rule's."""
    told = {event["reason"] for event in record["events"] if "reason" in event}
    verb = record["verb"]
    given = verb in REASONED and record["events"]
    wanted = {verb if verb == LOOKS_AGAIN else reason_of(row.key)} if told or given else told
    if told != wanted:
        raise Violation(f"I42: row {row.seq} says {sorted(told)}, the reason is {sorted(wanted)}")


def _posted(seq: int, event: Any, sums: dict[str, int], ids: set[str]) -> None:
    """I24: debits equal credits in every entry, and no two have one id; what each role has is added up."""
    if event["id"] in ids:
        raise Violation(f"I24: row {seq} posts {event['id']}, which was posted before")
    ids.add(event["id"])
    total = 0
    for line in event["lines"]:
        amount = _cents(line["debit"]) - _cents(line["credit"])
        sums[line["role"]] = sums.get(line["role"], 0) + amount
        total += amount
    if total:
        raise Violation(f"I24: row {seq} holds an entry that does not balance")


def _cents(text: str) -> int:
    """Return an amount as it stands in a row, in cents."""
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or "0")


def _books(run: Run, sums: dict[str, int]) -> None:
    """I25: the control accounts are the sum of the open items and of unapplied cash; every role is the model's."""
    model = run.model
    owed = sum(model.open_of(key) for key in model.invoices)
    unapplied = sum(model.left_of(key) for key in model.payments)
    if (sums.get("AR", 0), sums.get("UNAPPLIED", 0)) != (owed, -unapplied):
        raise Violation(f"I25: the ledger says {sums}, items {owed}, cash {unapplied}")
    wanted = model.balances()
    for role in sums.keys() | wanted.keys():
        run.result.checks += 1
        if sums.get(role, 0) != wanted.get(role, 0):
            raise Violation(f"I24: {role} is {sums.get(role, 0)}, wanted {wanted.get(role, 0)}")

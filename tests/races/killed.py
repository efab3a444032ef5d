"""T11: a worker is killed every 200 ms and another takes its work over; in the end everything is there once."""

from __future__ import annotations

import os
import signal
import time
from random import Random
from typing import Any

from tests.races.course import furnish, order_of, shipment_of
from tests.races.crew import CONTEXT, PATIENCE
from tests.races.ground import Answer, Desks, Step, Where, answered
from tests.races.looking import disagreements, documents

EVERY = 0.2


def life(where: Where, orders: int, chance: Random) -> list[Answer]:
    """What a worker does: every order from placing to paying, under keys that the next one uses again."""
    store = where.opened(1)
    desks, told = Desks(where.watched(store)), []
    # Each begins somewhere else, or the first orders would be sold for ever.
    for n in chance.sample(range(orders), orders):
        keys = [f"o{n}-{verb}" for verb in ("place", "ship", "issue", "pay")]
        told += [
            answered(desks, step)
            for step in (
                Step("place", keys[0], {"customer": f"C{n % 5}", "lines": [("BOLT", 1)]}),
                Step("ship", keys[1], {"order": order_of(keys[0])}),
                Step("issue", keys[2], {"shipment": shipment_of(keys[1])}),
                Step("pay", keys[3], {"customer": f"C{n % 5}", "amount": "1.00"}),
            )
        ]
    store.close()
    return told


def keeper(pipe: Any, where: Where, orders: int, kills: int) -> None:
    """Start a worker, kill it, start the next; tell how many died at work. Forks, for a start takes longer."""
    died = 0
    for n in range(kills):
        child = os.fork()
        if not child:
            try:
                life(where, orders, Random(where.seed * 1_000 + n))
            finally:
                os._exit(0)
        time.sleep(EVERY)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        died += os.WIFSIGNALED(status)
    pipe.send(died)
    pipe.send(life(where, orders, Random(where.seed)))


def survived(where: Where, *, orders: int, kills: int) -> tuple[int, list[str]]:
    """How many workers were killed at work, and what is wrong when the last has done the rest."""
    store = where.opened(1)
    try:
        furnish(Desks(store), {"BOLT": orders}, customers=5)
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(target=keeper, args=(theirs, where, orders, kills))
        process.start()
        theirs.close()
        died = ours.recv()
        told: list[Answer] = ours.recv()
        process.join(PATIENCE)
        return died, [*_wrong(Desks(store), told, orders), *_file(where)]
    finally:
        store.close()


def _wrong(desks: Desks, told: list[Answer], orders: int) -> list[str]:
    wrong = [
        f"{a.step.key} ended with {a.kind}"
        for a in told
        if a.kind not in {"Placed", "Shipped", "Issued", "Applied", "Proposed", "Unidentified"}
    ]
    found = documents(desks.store.snapshot("main"))
    wrong += disagreements(found)
    numbers = sorted(invoice.number for invoice in found.get("invoice", []))
    if numbers != [f"INV-2026-{n:06d}" for n in range(1, orders + 1)]:
        wrong.append(f"{len(numbers)} invoices, the last {numbers[-1:]}")
    for kind in ("order", "shipment", "payment"):
        if (there := len(found.get(kind, []))) != orders:
            wrong.append(f"{there} documents {kind} of {orders}")
    (level,) = found["stock"]
    if (level.on_hand, level.claimed) != (0, 0):
        wrong.append(f"{level.on_hand} on hand, {level.claimed} claimed")
    desk = desks.of()
    # Master data, customers, stock; and four commands an order.
    rows = desk.audit.verify().rows
    if rows != 3 + 4 * orders:
        wrong.append(f"{rows} commands in the chain")
    effects = [f"{item.key}/{item.number}" for item in desks.store.pending("main", limit=10**6)]
    if len(effects) != len(set(effects)) or len(effects) < 2 * orders:
        wrong.append(f"{len(effects)} effects wait, {len(set(effects))} of them different")
    return wrong


def _file(where: Where) -> list[str]:
    if not where.url.startswith("sqlite"):
        return []
    import sqlite3

    connection = sqlite3.connect(where.url.removeprefix("sqlite:///"))
    try:
        said = [line for (line,) in connection.execute("PRAGMA integrity_check")]
    finally:
        connection.close()
    return [] if said == ["ok"] else said

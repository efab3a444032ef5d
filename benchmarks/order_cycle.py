"""Orders from quote to matched cash through the public verbs, and what they take.

``python benchmarks/order_cycle.py --orders 1000 --lines 5 --store memory --json`` prints one line of
JSON. A store may be a URL too; ``sqlite:///`` alone stands for a new file in a folder that goes
afterwards. Everything that the default policies ask for is on: credit, authority, availability and
reservation, postings, audit chain.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.ground import STAGES, furnished, opened, progress, steps_of

import salesorders as so
from salesorders.sync import MemoryStore

WARM = 20


@contextmanager
def statements_of(desk: so.Desk) -> Iterator[list[int]]:
    """How many statements the desk's store sends while the block runs; one sent for many rows counts once."""
    count = [0]
    if isinstance(desk.engine.store, MemoryStore):
        yield count
        return
    from sqlalchemy import Engine, event

    def heard(*_: Any) -> None:
        count[0] += 1

    event.listen(Engine, "before_cursor_execute", heard)
    yield count
    event.remove(Engine, "before_cursor_execute", heard)


def measured(store: str, orders: int, lines: int) -> dict[str, Any]:
    """One run: times, statements and bytes, each per order."""
    # A database may have runs of earlier in it, with the same keys.
    with opened(store, f"run-{uuid.uuid4().hex}") as desk:
        clerks = furnished(desk)
        for n in range(WARM):
            for _ in steps_of(clerks, n, lines, "warm"):
                pass
        before = _size(desk)
        spent = dict.fromkeys(STAGES, 0.0)
        cpu_at = []
        gc.collect()
        began, cpu = time.perf_counter(), time.process_time()
        for n in progress(range(orders)):
            at = time.perf_counter()
            for stage in steps_of(clerks, n, lines):
                now = time.perf_counter()
                spent[stage] += now - at
                at = now
            cpu_at.append(time.process_time())
        wall, cpu_end = time.perf_counter() - began, time.process_time()
        _complete(desk, orders)
        kept = _size(desk) - before
        # Counted apart: a statement that somebody listens to takes longer.
        with statements_of(desk) as statements:
            for n in range(WARM):
                for _ in steps_of(clerks, n, lines, "counted"):
                    pass
        return {
            "store": store.partition(":")[0],
            "orders": orders,
            "lines": lines,
            "orders_per_s": round(orders / wall, 1),
            "lines_per_s": round(orders * lines / wall, 1),
            "cpu_ms_per_order": round((cpu_end - cpu) / orders * 1000, 3),
            "wall_ms_per_order": round(wall / orders * 1000, 3),
            "sql_per_order": round(statements[0] / WARM, 1),
            "bytes_per_order": round(kept / orders),
            "last_tenth_to_first": _growth(cpu, cpu_at),
            "stages": {stage: round(s / orders * 1000, 3) for stage, s in spent.items()},
        }


def _growth(start: float, at: list[float]) -> float | None:
    """CPU of the last tenth of the orders over that of the first; 1 is flat."""
    tenth = len(at) // 10
    if not tenth:
        return None
    return round((at[-1] - at[-tenth - 1]) / (at[tenth - 1] - start), 2)


def _size(desk: so.Desk) -> int:
    """Letters of everything that is kept."""
    taken = desk.engine.store.snapshot(desk.tenant)
    return (
        sum(len(one.body) for one in taken.documents)
        + sum(len(row.text) for row in taken.rows)
        + sum(len(repr(item.effect)) for item in taken.waiting)
    )


def _complete(desk: so.Desk, orders: int) -> None:
    """Nobody owes anything, and the chain is whole; else the run was not what it says."""
    debt = desk.ledger.balance("AR")
    if debt or not desk.audit.verify():
        raise AssertionError(f"after {orders} orders {debt} are owed or the chain is broken")


@contextmanager
def placed(store: str) -> Iterator[str]:
    """The store's URL; for ``sqlite:///`` alone that of a file that goes afterwards."""
    if store not in ("sqlite", "sqlite:///"):
        yield store
        return
    with tempfile.TemporaryDirectory(prefix="order_cycle") as folder:
        yield f"sqlite:///{folder}/orders.db"


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=5)
    parser.add_argument("--store", default="memory", help="memory, sqlite:/// or a URL")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    options = parser.parse_args(arguments)
    if options.orders < 1 or not 1 <= options.lines <= 1000:
        parser.error("at least one order and 1 to 1,000 lines are wanted")
    with placed(options.store) as url:
        found = measured(url, options.orders, options.lines)
    if options.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:22} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

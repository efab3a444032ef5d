"""Many processes at one database: whole orders a second, and whether one was lost, doubled or oversold.

``python benchmarks/processes.py --store postgresql --processes 1 2 4 8 --orders 50`` gives each process
50 orders of five lines, from quote to matched cash, out of the same hundred articles and for the same
fifty customers. ``postgresql`` alone stands for a server that is started for the run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.ground import clerks_of, furnished, opened, steps_of

import salesorders as so


def work(url: str, name: str, orders: int, lines: int) -> None:
    """What one process does; prints ``ready``, waits for a line, and then how often it had to ask again."""
    again = 0
    with opened(url) as desk:
        clerks = clerks_of(desk)
        print("ready", flush=True)
        sys.stdin.readline()
        for n in range(orders):
            while True:
                try:
                    for _ in steps_of(clerks, n, lines, name):
                        pass
                    break
                except so.ConcurrencyExhausted:
                    # Every step has its key: what was done is answered, what was not is done.
                    again += 1
    print(again, flush=True)


def measured(url: str, processes: int, orders: int, lines: int, name: str) -> dict[str, Any]:
    """One run of so many processes."""
    with opened(url) as desk:
        before = len(_rows(desk))
    command = [
        sys.executable,
        __file__,
        "--store",
        url,
        "--lines",
        str(lines),
        "--orders",
        str(orders),
    ]
    workers = [
        subprocess.Popen(
            [*command, "--worker", f"{name}-{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n", "a worker did not start"
    began = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = [worker.communicate()[0] for worker in workers]
    wall = time.perf_counter() - began
    if any(worker.returncode for worker in workers):
        raise AssertionError("a worker failed")
    with opened(url) as desk:
        rows = len(_rows(desk)) - before
        if rows != processes * orders * 4 or desk.ledger.balance("AR") or not desk.audit.verify():
            raise AssertionError(
                f"{rows} commands, {desk.ledger.balance('AR')} owed: something is lost"
            )
    done = processes * orders
    return {
        "processes": processes,
        "orders": done,
        "orders_per_s": round(done / wall, 1),
        "asked_again": sum(int(text.split()[-1]) for text in told),
        "lost": 0,
    }


def _rows(desk: so.Desk) -> list[Any]:
    desk.audit.verify()  # gives every row its place first
    taken = desk.engine.store.snapshot(desk.tenant)
    return list(taken.rows)


@contextmanager
def served(store: str, *, durable: bool = False) -> Iterator[str]:
    """The store's URL; ``postgresql`` alone starts a server, ``sqlite`` makes a file, for as long as the block."""
    if store == "postgresql":
        from tests.servers import postgres

        with postgres(durable=durable) as url:
            yield url
    elif store == "sqlite":
        with tempfile.TemporaryDirectory(prefix="processes") as folder:
            yield f"sqlite:///{folder}/orders.db"
    else:
        yield store


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--store", default="postgresql", help="postgresql, sqlite or a URL")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--orders", type=int, default=50, help="for each process")
    parser.add_argument("--lines", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.worker:
        work(options.store, options.worker, options.orders, options.lines)
        return 0
    with served(options.store) as url:
        with opened(url) as desk:
            furnished(desk)
        for run, processes in enumerate(options.processes):
            found = measured(url, processes, options.orders, options.lines, f"r{run}")
            print(
                json.dumps(found)
                if options.json
                else "  ".join(f"{k} {v}" for k, v in found.items()),
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())

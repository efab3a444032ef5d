"""``python -m salesorders.testing.simulation``: many seeds on a store, and a report."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from salesorders.kernel.errors import SalesOrdersError
from salesorders.sync import MemoryStore
from salesorders.testing.simulation.ready import ready
from salesorders.testing.simulation.report import Report
from salesorders.testing.simulation.run import Result, simulate

__all__ = ["main"]

_OPENED: dict[str, Any] = {}


def _store(where: str) -> tuple[Any, bool]:
    """Return a store, and whether it is the one that all seeds share, each under a tenant of its own."""
    if where in ("memory", "text"):
        return MemoryStore(encoded=where == "text"), False
    if where not in _OPENED:
        from salesorders.sync.sql import open_store

        _OPENED[where] = open_store(where, durable=False)
    return _OPENED[where], True


class NotEmpty(Exception):
    """A seed's tenant is there already."""


def _one(task: tuple[int, int, str]) -> Result:
    seed, steps, where = task
    store, shared = _store(where)
    tenant = f"seed-{seed}" if shared else "main"
    if shared and store.snapshot(tenant).rows:
        raise NotEmpty(f"the store has a tenant {tenant} already: give an empty one")
    return simulate(seed, steps, store, tenant=tenant)


def _results(arguments: argparse.Namespace) -> Iterator[Result]:
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)
    tasks = ((seed, arguments.steps, arguments.store) for seed in seeds)
    if arguments.jobs == 1:
        yield from map(_one, tasks)
        return
    with ProcessPoolExecutor(arguments.jobs) as pool:
        yield from pool.map(_one, tasks, chunksize=4)


def _from_one(text: str) -> int:
    """Return a number of things to do, 1 at least."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 on is wanted")
    return number


def _asked(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return what is asked; what can't be done ends the program with status 2 and a sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m salesorders.testing.simulation", description=__doc__
    )
    parser.add_argument("--first-seed", type=int, default=0, metavar="S")
    parser.add_argument("--seeds", type=_from_one, default=10, metavar="N")
    parser.add_argument(
        "--steps", type=_from_one, default=200, metavar="N", help="steps of each seed"
    )
    parser.add_argument("--store", default="memory", help="memory, text or a database's URL")
    parser.add_argument("--jobs", type=_from_one, default=1, help="processes")
    parser.add_argument("--json", action="store_true", help="print one object of numbers")
    arguments = parser.parse_args(argv)
    try:
        _store(arguments.store)
    except (SalesOrdersError, ImportError) as error:
        parser.error(f"--store {arguments.store.partition(':')[0]}: {error}")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Run and report; the answer is the exit status: 1 where something is violated, 2 where nothing can be run."""
    arguments = _asked(argv)
    try:
        return _run(arguments)
    except NotEmpty as error:
        print(error, file=sys.stderr)  # noqa: T201 - why nothing was run
        return 2


def _run(arguments: argparse.Namespace) -> int:
    report = Report()
    # What is imported stays: the collector need not look at it again, in no process.
    gc.collect()
    gc.freeze()
    started, worked = time.perf_counter(), sum(os.times()[:4])
    talks = sys.stderr.isatty()
    for number, result in enumerate(_results(arguments), 1):
        report.add(result)
        if result.violation:
            said = f"seed {result.script.seed}: {result.violation}"
            print(said, file=sys.stderr, flush=True)  # noqa: T201 - nobody waits for the end to hear it
        if talks:
            done = f"\r{number}/{arguments.seeds} seeds, {report.commands:,} commands"
            print(done, end="", file=sys.stderr, flush=True)  # noqa: T201 - progress, to a terminal only
    report.seconds = time.perf_counter() - started
    # What other programs on the machine take from this one does not count here.
    report.cpu_seconds = sum(os.times()[:4]) - worked
    if talks:
        print(file=sys.stderr)  # noqa: T201 - ends the line of the progress
    told = json.dumps(report.numbers()) if arguments.json else report.text()
    print(told)  # noqa: T201 - the report is what was asked for
    for failed in report.failed[:3]:
        said = f"\nseed {failed.script.seed}: {ready(failed, arguments.store)}"
        print(said, file=sys.stderr)  # noqa: T201 - so is what failed
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Hunts planted bugs, all or those named: ``python -m tests.simulation.hunt [NAME ...]`` says how many seeds each took.

It ends with 1 where one escapes.
"""

import sys
import time
from typing import Any

from salesorders.sync import MemoryStore
from salesorders.testing.simulation import Result, simulate
from salesorders.testing.simulation.shrink import shrink
from tests.simulation.planted import PLANTED, bug

SEEDS = 1_000
STEPS = 200


def found(name: str, seeds: int = SEEDS) -> tuple[int, Result | None]:
    """The number of seeds that a bug took, and what was found; ``None`` where it escaped."""
    with bug(name):
        for seed in range(seeds):
            result = simulate(seed, STEPS, MemoryStore())
            if "<locals>" in result.violation:
                # It is the plant that does not fit the library any more: that is no find.
                raise TypeError(f"{name}: {result.violation}")
            if result.violation:
                return seed + 1, result
    return seeds, None


def shrunk(name: str, result: Result, most: int = 150) -> Any:
    with bug(name):
        return shrink(result.script, MemoryStore, most=most)


def main() -> int:
    escaped = 0
    names = sys.argv[1:] or list(PLANTED)
    print("| planted bug | seeds | commands left | what says so |\n| --- | --- | --- | --- |")
    started = time.perf_counter()
    for name in names:
        says, _ = PLANTED[name]
        seeds, result = found(name)
        if result is None:
            escaped += 1
            print(f"| {says} (`{name}`) | **escaped {seeds}** | | |", flush=True)
            continue
        script, short = shrunk(name, result)
        told = short.violation.replace("|", "/").split("\n", maxsplit=1)[0][:110]
        print(f"| {says} (`{name}`) | {seeds} | {len(script.steps)} | {told} |", flush=True)
    print(f"\n{len(names) - escaped} of {len(names)} in {time.perf_counter() - started:.0f} s")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())

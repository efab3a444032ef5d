"""Races other systems through the same five-line order, in turns in one run, and tells the ratios.

``python benchmarks/race.py --peers FOLDER`` wants a folder with a driver for each peer:
``stateset/bench_stateset.py`` and ``tryton/bench_tryton.py``, which print JSON. ``--stateset PYTHON`` and
``--tryton PYTHON`` name the interpreters in which those peers are installed; one that is not named
does not run. What a machine does besides hits all in turn alike, so look at the ratios, not at the times.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
Timed = Callable[[], float]


def last_json(command: list[str], cwd: Path | None = None) -> dict[str, object]:
    """The last JSON object that a command prints."""
    done = subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True)
    for line in reversed(done.stdout.splitlines()):
        if line.startswith("{"):
            found: dict[str, object] = json.loads(line)
            return found
    raise ValueError(f"{command[1]} printed no JSON")


def ours(store: str, orders: int) -> float:
    """Wall milliseconds an order."""
    command = [sys.executable, str(HERE / "order_cycle.py"), "--json", "--store", store]
    return float(str(last_json([*command, "--orders", str(orders)])["wall_ms_per_order"]))


def stateset(python: str, folder: Path, store: str, orders: int) -> float:
    """Wall milliseconds an order of stateset-embedded."""
    driver = str(folder / "stateset" / "bench_stateset.py")
    command = [python, driver, "--store", store, "--orders", str(orders), "--repeat", "1"]
    return float(str(last_json(command)["ms_per_order"]))


def tryton(python: str, folder: Path, out: Path) -> float:
    """CPU milliseconds an order of Tryton with SQLite in memory, as shipped."""
    driver = str(folder / "tryton" / "bench_tryton.py")
    command = [python, driver, "-n", "3", "-l", "5", "-r", "1", "--json", str(out)]
    out.unlink(missing_ok=True)
    subprocess.run(command, check=True, capture_output=True, text=True)
    return _milliseconds(json.loads(out.read_text("utf-8")))


def _milliseconds(told: object) -> float:
    """The figure for an order wherever the driver puts it: the first key that names it."""
    if isinstance(told, dict):
        for key in ("wall_ms_per_order", "ms_per_order", "cpu_ms_per_order"):
            if key in told:
                return float(told[key])
        for value in told.values():
            if (found := _milliseconds(value)) > 0:
                return found
    if isinstance(told, list):
        for value in told:
            if (found := _milliseconds(value)) > 0:
                return found
    return 0.0


def ours_here() -> str:
    """The installed version, where the library is installed."""
    try:
        return version("salesorders")
    except PackageNotFoundError:
        return "from its tree"


def raced(runners: dict[str, Timed], rounds: int) -> dict[str, list[float]]:
    """Every runner once a round, in turn."""
    times: dict[str, list[float]] = {name: [] for name in runners}
    for turn in range(rounds):
        for name, run in runners.items():
            times[name].append(run())
            print(f"round {turn + 1}: {name} {times[name][-1]:.2f} ms", file=sys.stderr)
    return times


def table(times: dict[str, list[float]], pairs: dict[str, str]) -> str:
    """Peers with the median time, ours beside it, and the median of the ratios round by round."""
    rows = [
        "| system | ms an order | salesorders | times as long |",
        "| --- | ---: | ---: | ---: |",
    ]
    for peer, mine in pairs.items():
        ratios = [theirs / our for theirs, our in zip(times[peer], times[mine], strict=True)]
        rows.append(
            f"| {peer} | {statistics.median(times[peer]):.1f} "
            f"| {statistics.median(times[mine]):.1f} ({mine}) | {statistics.median(ratios):.1f} |"
        )
    return "\n".join(rows)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--stateset", help="a Python with stateset-embedded")
    parser.add_argument("--tryton", help="a Python with Tryton's modules")
    parser.add_argument("--orders", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    folder, orders = options.peers, options.orders
    runners: dict[str, Timed] = {
        "memory": lambda: ours("memory", orders),
        "file": lambda: ours("sqlite:///", orders),
    }
    pairs = {}
    if options.stateset:
        for store in ("memory", "file"):
            name = f"stateset-embedded, {store}"
            runners[name] = partial(stateset, options.stateset, folder, store, orders)
            pairs[name] = store
    if options.tryton:
        out = Path("/tmp") / "race_tryton.json"
        runners["Tryton, SQLite in memory"] = lambda: tryton(options.tryton, folder, out)
        pairs["Tryton, SQLite in memory"] = "memory"
    times = raced(runners, options.rounds)
    print(f"salesorders {ours_here()}, Python {sys.version.split()[0]}")
    print(table(times, pairs))
    return 0


if __name__ == "__main__":
    sys.exit(main())

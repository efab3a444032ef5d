"""Races in full size: sold, oversold, duplicates, retries, deadlocks, and what went wrong.

``python benchmarks/races.py --store postgresql --threads 4 --processes 8 --repeats 20`` runs every race twenty
times, each time with another seed. ``--store`` is ``memory``, ``sqlite:///`` (a file that is gone afterwards),
``postgresql`` (a server for the run) or a URL. ``--naive`` runs them over stores that are wrong on purpose,
and then every race has to be lost. The exit status is 1 where a right store lost, or a wrong one did not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import attrs
from benchmarks.processes import served
from tests.races.course import Race
from tests.races.crew import Crew, crew
from tests.races.ground import Where
from tests.races.killed import survived
from tests.races.races import BY_NAME, RACES
from tests.races.running import raced
from tests.races.serial import SCENES, out_of_order
from tests.storing import emptied

SUMS = ("commands", "sold", "oversold", "duplicates", "retries", "deadlocks", "exhausted")
COLUMNS = ("race", "runs", *SUMS, "violations", "commands_per_s")
EXTRA = ("T4", "T11")


class Ground:
    """A database of one kind that is empty for every race."""

    def __init__(self, store: str, isolation: str, pause: float) -> None:
        self.url, self.isolation, self.pause = store, isolation, pause
        self._number = 0

    def fresh(self, seed: int, without: tuple[str, ...] = ()) -> Where:
        """The ground for the next race."""
        url = self.url
        if url.startswith("sqlite"):
            self._number += 1
            url = f"{url}.{self._number}"
        elif url.startswith("postgresql"):
            emptied(url)
        return Where(url, self.isolation, without, self.pause, seed)


@contextmanager
def grounds(options: argparse.Namespace) -> Iterator[Ground]:
    """The ground that is asked for, for as long as the block."""
    names = {"sqlite:///": "sqlite"}
    place = (
        nullcontext("memory")
        if options.store == "memory"
        else served(names.get(options.store, options.store))
    )
    with place as url:
        yield Ground(url, options.isolation, options.pause)


def measured(race: Race, ground: Ground, crowd: Crew | None, options: Any) -> dict[str, Any]:
    """One line of the table: a race, so many times."""
    sums: Counter[str] = Counter()
    wrong: list[str] = []
    rates = []
    size = race.small if options.small else race.full
    faults = race.faults if options.naive else ((),)
    for seed in range(options.repeats):
        where = ground.fresh(seed, faults[seed % len(faults)])
        result = raced(race, where, threads=options.threads, size=size, crew=crowd)
        wrong += result.broken
        rates.append(result.figures["commands_per_s"])
        sums.update({name: result.figures[name] for name in SUMS})
    line = {"race": race.name, "runs": options.repeats, **{name: sums[name] for name in SUMS}}
    rate = round(sum(rates) / len(rates))
    return {**line, "violations": len(wrong), "commands_per_s": rate, "first": wrong[:1]}


def one_by_one(ground: Ground, crowd: Crew | None, options: Any) -> dict[str, Any]:
    """T4, whose end is compared with every order of its commands."""
    rounds = 3 if options.small else 50
    without = ("versions",) if options.naive else ()
    wrong = [
        problem
        for n, scene in enumerate(SCENES)
        for problem in out_of_order(scene, ground.fresh(n, without), rounds, crowd)
    ]
    commands = sum(len(names) for _, names in SCENES.values()) * rounds
    return _line("T4", rounds * len(SCENES), commands, wrong)


def killed(ground: Ground, options: Any) -> dict[str, Any]:
    """T11, whose workers die."""
    orders, kills = (30, 3) if options.small else (400, 50)
    without = ("transaction",) if options.naive else ()
    # Slow enough that nobody is done before it is killed.
    where = attrs.evolve(ground.fresh(0, without), pause=max(options.pause, 0.006))
    died, wrong = survived(where, orders=orders, kills=kills)
    return _line("T11", died, orders * 4, wrong)


def _line(name: str, runs: int, commands: int, wrong: list[str]) -> dict[str, Any]:
    nothing = dict.fromkeys(SUMS, 0)
    line = {"race": name, "runs": runs, **nothing, "commands": commands}
    return {**line, "violations": len(wrong), "commands_per_s": 0, "first": wrong[:1]}


def lines(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The table, race by race."""
    named = options.races or [*BY_NAME, *EXTRA]
    many = options.processes > 1
    with grounds(options) as ground, crew(options.processes) if many else nullcontext() as crowd:
        for race in RACES:
            if race.name in named:
                yield measured(race, ground, crowd, options)
        if "T4" in named:
            yield one_by_one(ground, crowd, options)
        if "T11" in named and ground.url != "memory":
            yield killed(ground, options)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--store", default="memory", help="memory, sqlite:///, postgresql or a URL")
    parser.add_argument("--isolation", default="read committed", help="or serializable")
    parser.add_argument("--threads", type=int, default=8, help="in each process")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument(
        "--pause", type=float, default=0.0005, help="seconds before a write, at most"
    )
    parser.add_argument("--races", nargs="*", choices=[*BY_NAME, *EXTRA], help="all by default")
    parser.add_argument("--naive", action="store_true", help="over stores that are wrong")
    parser.add_argument("--small", action="store_true", help="the sizes of the tests")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.store == "memory" and options.processes > 1:
        parser.error("the store in memory has one process")
    lost = []
    if not options.json:
        print("  ".join(f"{name:>10}" for name in COLUMNS))
    for line in lines(options):
        lost.append(line["violations"] > 0)
        cells = "  ".join(f"{line[name]:>10}" for name in COLUMNS)
        print(json.dumps(line) if options.json else cells, flush=True)
        if line["first"] and not options.naive:
            print(line["first"][0], file=sys.stderr)
    right = all(lost) if options.naive else not any(lost)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())

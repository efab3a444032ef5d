"""From a failing script to a short one: fewer commands, then fewer faults, then smaller quantities."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from time import monotonic
from typing import Any

import attrs

from salesorders.testing.simulation.run import Result, play
from salesorders.testing.simulation.script import Script, Step

__all__ = ["ready_test", "shrink", "way_of"]

MOST_RUNS = 600


def shrink(
    script: Script,
    make: Callable[[], Any],
    *,
    most: int = MOST_RUNS,
    seconds: float | None = None,
) -> tuple[Script, Result]:
    """Return the shortest script found in ``most`` runs, and ``seconds``, that still fails, with what it finds.

    ``make`` gives an empty store for each run. Labels stay what they were, so a fault keeps its place
    however much is taken out before it. A script that does not fail comes back as it is.
    """
    hunt = _Hunt(make, most, seconds)
    result = hunt.run(script)
    if not result.violation:
        return script, result
    hunt.best, hunt.found = script, result
    hunt.chunks()
    hunt.one_by_one()
    hunt.quantities()
    hunt.chunks()
    return hunt.best, hunt.found


class _Hunt:
    """What is left so far. Only what fails in the same way counts: another fault may lie on the way down."""

    best: Script
    found: Result

    def __init__(self, make: Callable[[], Any], most: int, seconds: float | None) -> None:
        self._make = make
        self._left = most
        self._until = None if seconds is None else monotonic() + seconds

    def run(self, script: Script) -> Result:
        self._left -= 1
        return play(script, self._make())

    def _fails(self, script: Script) -> bool:
        if self._left <= 0 or (self._until is not None and monotonic() > self._until):
            return False
        result = self.run(script)
        fails = bool(result.violation) and way_of(result) == way_of(self.found)
        if fails:
            self.best, self.found = script, result
        return fails

    def chunks(self) -> None:
        """Take out halves, quarters, ... down to single commands, until nothing more can go."""
        size = max(1, len(self.best.steps) // 2)
        while True:
            start, taken = 0, False
            while start < len(self.best.steps):
                steps = self.best.steps[:start] + self.best.steps[start + size :]
                if self._fails(_with_steps(self.best, steps)):
                    taken = True
                else:
                    start += size
            if size == 1 and not taken:
                return
            size = max(1, size // 2)

    def one_by_one(self) -> None:
        """Take out faults."""
        for fault in self.best.faults:
            kept = tuple(other for other in self.best.faults if other is not fault)
            self._fails(attrs.evolve(self.best, faults=kept))

    def quantities(self) -> None:
        """Make orders shorter and numbers smaller."""
        for n in range(len(self.best.steps)):
            for args in _smaller(self.best.steps[n].args):
                step = attrs.evolve(self.best.steps[n], args=args)
                steps = (*self.best.steps[:n], step, *self.best.steps[n + 1 :])
                self._fails(attrs.evolve(self.best, steps=steps))


def way_of(result: Result) -> str:
    """The invariant or the fault, or the verb with the word that says what differs; no labels, no figures."""
    words = result.violation.split()
    named = re.search(r"\b[IF][0-9]{2}\b", result.violation)
    return named[0] if named else " ".join(words[1:3])


def _with_steps(script: Script, steps: tuple[Step, ...]) -> Script:
    labels = {step.label for step in steps}
    faults = tuple(fault for fault in script.faults if fault.label in labels)
    return attrs.evolve(script, steps=steps, faults=faults)


def _smaller(args: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    lines = args.get("lines")
    if isinstance(lines, list):
        for n in range(len(lines)):
            if len(lines) > 1:
                yield {**args, "lines": lines[:n] + lines[n + 1 :]}
        for n, line in enumerate(lines):
            if isinstance(line[1], int) and line[1] > 1_000:
                yield {**args, "lines": [*lines[:n], [line[0], 1_000, *line[2:]], *lines[n + 1 :]]}
    if isinstance(args.get("q"), int) and args["q"] > 1_000:
        yield {**args, "q": 1_000}
    if args.get("percent"):
        yield {**args, "percent": 0}


# How a test opens an empty store: what it imports, what it asks of pytest, and the store.
_OPENED = {
    "memory": ("from salesorders.sync import MemoryStore", "", "", "MemoryStore()"),
    "text": ("from salesorders.sync import MemoryStore", "", "", "MemoryStore(encoded=True)"),
    "sqlite": (
        "from pathlib import Path\n\nfrom salesorders.sync.sql import open_store",
        "",
        "tmp_path: Path",
        "open_store(f\"sqlite:///{tmp_path / 'empty.db'}\")",
    ),
    # A URL may hold a password, so it stands in no test.
    "database": (
        "import os\n\nimport pytest\n\nfrom salesorders.sync.sql import open_store",
        '@pytest.mark.skipif("EMPTY_DATABASE_URL" not in os.environ, reason="no empty database is told")\n',
        "",
        'open_store(os.environ["EMPTY_DATABASE_URL"])',
    ),
}


def ready_test(script: Script, violation: str, store: str = "memory") -> str:
    """Return a test that plays a script again, ready to be put into a file.

    ``store`` is what it fails on: ``memory``, ``text``, ``sqlite``, of which the test makes a file, or
    ``database``, whose URL the environment tells it.
    """
    told = violation.splitlines()[0][:200] if violation else "nothing was found"
    imported, marked, asked, opened = _OPENED[store]
    name = f"test_seed_{script.seed}_holds".replace("-", "minus_")
    return f'''{imported}
from salesorders.testing.simulation import Script, play

# {told}
SCRIPT = r"""
{script.to_text()}
"""


{marked}def {name}({asked}) -> None:
    result = play(Script.from_text(SCRIPT), {opened})
    assert not result.violation, result.violation
'''

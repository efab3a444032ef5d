"""Runs of the simulation: nothing is violated, every part of it happens, and the same seed is the same run."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from salesorders.sync import MemoryStore
from salesorders.testing.simulation import Script, play, simulate
from salesorders.testing.simulation.faults import ELSEWHERE, KINDS
from salesorders.testing.simulation.machine import machine
from salesorders.testing.simulation.report import Report
from salesorders.testing.simulation.rooms import VERBS

# Scripts that once found something, each with what it found: none of it comes back.
CORPUS = json.loads(Path(__file__).with_name("corpus.json").read_text("utf-8"))


@pytest.mark.parametrize("encoded", [False, True])
def test_nothing_is_violated(encoded: bool) -> None:
    report = Report()
    for seed in range(20 if encoded else 50):
        report.add(simulate(seed, 120, MemoryStore(encoded=encoded)))
    assert [(run.script.seed, run.violation) for run in report.failed] == []
    assert report.commands > 100 * report.runs
    assert report.checks > report.commands


def test_every_verb_is_sent_and_every_kind_of_fault_strikes() -> None:
    report = Report()
    for seed in range(110, 200):
        report.add(simulate(seed, 120, MemoryStore()))
    sent = {name for name in report.answers if " " not in name}
    assert (sent, set(report.faults)) == (set(VERBS), set(KINDS))


def test_every_fault_of_the_book_has_a_kind_or_a_place_elsewhere() -> None:
    named = {book for kind in KINDS.values() for book in kind.book.split(", ")} | set(ELSEWHERE)
    assert named == {f"F{n:02d}" for n in range(1, 35)}


def test_a_run_without_faults_has_none() -> None:
    result = simulate(5, 100, MemoryStore(), faults=False)
    assert (result.violation, sum(result.faults.values())) == ("", 0)


def test_a_script_plays_as_the_seed_that_made_it() -> None:
    run = simulate(11, 120, MemoryStore())
    again = play(Script.from_text(run.script.to_text()), MemoryStore())
    assert (again.trace, again.state, again.faults) == (run.trace, run.state, run.faults)


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case["found"])
def test_what_was_found_once_does_not_come_back(case: dict[str, str]) -> None:
    result = play(Script.from_text("\n".join(case["script"])), MemoryStore())
    assert result.violation == ""


TestMachine = machine(MemoryStore).TestCase
TestMachine.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

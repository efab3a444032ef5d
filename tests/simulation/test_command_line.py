"""``python -m salesorders.testing.simulation``: a report, numbers, an exit status, a test that is ready."""

import json

import pytest

from salesorders.testing.simulation.__main__ import main
from tests.simulation.planted import bug
from tests.storing import Stores

NUMBERS = {
    "commands",
    "faults",
    "fault_kinds",
    "crashes",
    "checks",
    "violations",
    "commands_per_s",
}


def test_the_report_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "2", "--steps", "60"]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("orders.place", "crash.after_commit", "commands_per_s"))


def test_the_numbers_are_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--first-seed", "7", "--seeds", "2", "--steps", "60", "--json"]) == 0
    numbers = json.loads(capsys.readouterr().out)
    assert numbers.keys() >= NUMBERS
    assert all(isinstance(value, int | float) for value in numbers.values())
    assert (numbers["violations"], numbers["runs"]) == (0, 2)


def test_a_violation_is_status_1_and_a_test_that_is_ready(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with bug("no_key"):
        assert main(["--seeds", "1", "--steps", "120", "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["violations"] == 1
    assert "def test_seed_0_holds() -> None:" in said.err


def test_a_database_is_given_by_its_url(
    any_store: Stores, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--seeds", "2", "--steps", "40", "--store", any_store.url("sqlite")]
    assert main(where) == 0
    with pytest.raises(SystemExit, match="seed-0"):
        main(where)


def test_two_processes_do_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    sums = []
    for jobs in ("1", "2"):
        assert main(["--seeds", "4", "--steps", "40", "--jobs", jobs, "--json"]) == 0
        numbers = json.loads(capsys.readouterr().out)
        sums.append([numbers[name] for name in ("commands", "faults", "checks", "queries")])
    assert sums[0] == sums[1]

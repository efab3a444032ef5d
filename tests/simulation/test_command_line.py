"""``python -m salesorders.testing.simulation``: a report, numbers, an exit status, a test that is ready."""

import json

import pytest

from salesorders.sync import MemoryStore
from salesorders.testing.simulation import simulate
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
    capsys.readouterr()
    assert main(where) == 2
    assert "seed-0" in capsys.readouterr().err


@pytest.mark.parametrize(
    "asked",
    [
        "--seeds 0",
        "--seeds many",
        "--steps 0",
        "--jobs 0",
        "--jobs -1",
        "--store nonsense",
        "--store mysql://x",
        "--store sqlite:////nowhere/at/all.db",
    ],
)
def test_what_cannot_be_run_is_status_2_and_a_sentence(
    asked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(asked.split())
    said = capsys.readouterr()
    assert (left.value.code, said.out) == (2, "")
    assert asked.split(maxsplit=1)[0] in said.err.splitlines()[-1]


@pytest.mark.parametrize("steps", [1, 2, 6])
def test_as_many_steps_are_chosen_as_are_asked_for(steps: int) -> None:
    assert len(simulate(3, steps, MemoryStore()).script.steps) == steps


def test_a_seed_below_zero_has_a_test_that_can_be_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with bug("no_key"):
        assert main(["--first-seed", "-6", "--seeds", "1", "--steps", "120"]) == 1
    printed = capsys.readouterr().err.split("\n\n", 2)[2]
    compile(printed, "printed", "exec")
    assert "def test_seed_minus_6_holds() -> None:" in printed


@pytest.mark.parametrize(
    ("store", "opened"), [("memory", "MemoryStore()"), ("text", "MemoryStore(encoded=True)")]
)
def test_the_printed_test_opens_the_store_on_which_it_failed(
    store: str, opened: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with bug("no_key"):
        assert main(["--seeds", "1", "--steps", "120", "--store", store]) == 1
    assert f"play(Script.from_text(SCRIPT), {opened})" in capsys.readouterr().err


def test_two_processes_do_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    sums = []
    for jobs in ("1", "2"):
        assert main(["--seeds", "4", "--steps", "40", "--jobs", jobs, "--json"]) == 0
        numbers = json.loads(capsys.readouterr().out)
        sums.append([numbers[name] for name in ("commands", "faults", "checks", "queries")])
    assert sums[0] == sums[1]

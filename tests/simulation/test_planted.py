"""Planted bugs are found, shrunk, and told as a test that runs: the simulation can fail. All: ``nox -s mutants``."""

import subprocess
import sys
from pathlib import Path

import pytest

from salesorders.sync import MemoryStore
from salesorders.testing.simulation import play
from salesorders.testing.simulation.shrink import ready_test, shrink
from tests.simulation.hunt import found
from tests.simulation.planted import PLANTED, bug

SAMPLE = (
    "no_key",
    "outbox_outside",
    "timeout_is_failure",
    "relay_forgets_lease",
    "expiry_inclusive",
    "two_lines_one_item",
    "rounding_per_part",
    "claim_not_released",
    "wrong_tenant",
    "double_apply",
    "hash_without_text",
    "actor_nobody",
    "key_left_in_hand",
    "doubled_totals",
    "limit_exclusive",
    "ageing_edges",
    "given_up_in_silence",
    "put_back_as_new",
    "poison_blocks",
    "first_day_for_all",
    "blocked_may_order",
)
PRINTED = """
import pytest
from tests.simulation.planted import bug

@pytest.fixture(autouse=True)
def planted():
    with bug("two_lines_one_item"):
        yield

"""


@pytest.mark.parametrize("name", SAMPLE)
def test_a_planted_bug_is_found(name: str) -> None:
    assert found(name, 60)[1] is not None


@pytest.mark.parametrize("name", PLANTED)
def test_a_bug_fits_the_library_that_it_is_planted_in(name: str) -> None:
    with bug(name):
        pass


def test_there_are_enough_bugs_to_find() -> None:
    assert len(PLANTED) >= 20


def test_what_is_left_after_shrinking_is_short_and_still_fails() -> None:
    _, result = found("two_lines_one_item")
    assert result is not None
    with bug("two_lines_one_item"):
        script, short = shrink(result.script, MemoryStore)
        assert play(script, MemoryStore()).violation == short.violation != ""
    assert len(script.steps) <= 5
    assert len(script.faults) <= 2
    assert play(script, MemoryStore()).violation == ""


def test_the_printed_test_runs_and_fails_on_the_bug_alone(tmp_path: Path) -> None:
    _, result = found("two_lines_one_item")
    assert result is not None
    with bug("two_lines_one_item"):
        script, short = shrink(result.script, MemoryStore)
    printed = ready_test(script, short.violation)
    statuses = []
    for name, text in (("sound", printed), ("bugged", PRINTED + printed)):
        test = tmp_path / f"test_{name}.py"
        test.write_text(text, "utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(test)]
        statuses.append(subprocess.run(command, capture_output=True, timeout=120, check=False))
    assert [status.returncode for status in statuses] == [0, 1], statuses[1].stdout
    assert short.violation.split(":")[0].encode() in statuses[1].stdout


def test_a_script_that_holds_comes_back_as_it_is() -> None:
    _, found_one = found("no_key")
    assert found_one is not None
    script, result = shrink(found_one.script, MemoryStore)
    assert (result.violation, script) == ("", result.script)

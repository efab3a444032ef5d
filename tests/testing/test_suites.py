"""The kit catches every wrong store, says what a user would lose, and can't be quietly weakened."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from salesorders.sync import MemoryStore
from salesorders.testing import BrokenPromise, StoreSuite
from tests.testing.wrong_stores import WRONG

PROMISES = StoreSuite.promises()


def suite_over(store: Any) -> type[StoreSuite]:
    return type("Asked", (StoreSuite,), {"make": lambda self: store()})


def broken(store: Any) -> dict[str, str]:
    """The promises that a store breaks, with what is said of each."""
    said = {}
    for name in PROMISES:
        suite = suite_over(store)()
        try:
            getattr(suite, name)()
        except BrokenPromise as error:
            said[name] = str(error)
        finally:
            suite.teardown_method()
    return said


def test_a_right_store_breaks_nothing() -> None:
    assert broken(MemoryStore) == {}


@pytest.mark.parametrize("store", WRONG)
def test_a_wrong_store_is_caught_and_the_loss_is_said(store: Any) -> None:
    said = broken(store)
    assert said
    assert all(text.startswith("a user would lose: ") for text in said.values())


def test_every_promise_is_broken_by_some_wrong_store() -> None:
    """A test that no wrong adapter fails would prove nothing."""
    caught = {name for store in WRONG for name in broken(store)}
    assert set(PROMISES) - caught == set()


def test_a_promise_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="test_a_key_has_one_row"):
        type("Mine", (StoreSuite,), {"test_a_key_has_one_row": lambda self: None})


def test_a_suite_cannot_be_marked_as_skipped() -> None:
    with pytest.raises(TypeError, match="pytestmark"):
        type("Mine", (StoreSuite,), {"pytestmark": pytest.mark.skip})


def test_a_weaker_promise_needs_its_reason() -> None:
    with pytest.raises(TypeError, match="concurrent"):
        type("Mine", (StoreSuite,), {"concurrent": False})
    with pytest.raises(TypeError, match="concurrent"):
        type("Mine", (StoreSuite,), {"reasons": {"concurrent": "but it is"}})


ADAPTERS = """
import attrs

from salesorders.sync import MemoryStore
from salesorders.testing import StoreSuite


class Lost(MemoryStore):
    def commit(self, tenant, entry):
        super().commit(tenant, attrs.evolve(entry, effects=()))


class TestGood(StoreSuite):
    concurrent = False
    reasons = {"concurrent": "one notebook at a time"}

    def make(self):
        return MemoryStore()


class TestBad(StoreSuite):
    def make(self):
        return Lost()
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_table_at_the_end_says_what_was_proved(tmp_path: Path, workers: tuple[str, ...]) -> None:
    if workers:
        pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    (tmp_path / "test_mine.py").write_text(ADAPTERS)
    # A root of its own: nothing of a folder above it counts.
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *workers,
        str(tmp_path),
    ]
    if not any(found.name == "salesorders" for found in entry_points(group="pytest11")):
        command += ["-p", "salesorders.testing.plugin"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    text = done.stdout
    assert "= promises =" in text, text + done.stderr
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if " store " in line}
    assert rows["TestGood"] == ["store", str(len(PROMISES) - 2), "0", "2"]
    assert int(rows["TestBad"][2]) > 0
    assert text.count("not proved: ") == 2
    assert "a user would lose: a message" in text

"""The table at the end of a run says what was proved, and whatever was not, however that came about."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from salesorders.testing import StoreSuite

COUNT = len(StoreSuite.promises())
UNASKED = len(StoreSuite.unasked())
IMPORTS = """
import attrs
import pytest

from salesorders.sync import MemoryStore
from salesorders.testing import StoreSuite
"""
GOOD = """
class TestGood(StoreSuite):
    def make(self):
        return MemoryStore()
"""


def run_apart(folder: Path, code: str, *options: str, conftest: str = "") -> str:
    """What a run of pytest prints over this test file alone."""
    (folder / "test_mine.py").write_text(code)
    (folder / "conftest.py").write_text(conftest)
    # A root of its own: nothing of a folder above it counts.
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    if not any(found.name == "salesorders" for found in entry_points(group="pytest11")):
        command += ["-p", "salesorders.testing.plugin"]
    done = subprocess.run(
        [*command, *options, str(folder)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "= promises =" in done.stdout, done.stdout + done.stderr
    return done.stdout


def told(
    folder: Path, code: str, *options: str, conftest: str = ""
) -> tuple[dict[str, list[str]], str]:
    """The rows of the table of a run by adapter, and all that was printed."""
    text = run_apart(folder, IMPORTS + code, *options, conftest=conftest)
    rows = {line.split()[0]: line.split()[2:] for line in text.splitlines() if " store  " in line}
    return rows, text


BAD = """
class Lost(MemoryStore):
    def commit(self, tenant, entry):
        super().commit(tenant, attrs.evolve(entry, effects=()))


class TestAlone(StoreSuite):
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
    rows, text = told(tmp_path, BAD, *workers)
    alone = {"concurrent": False, "reasons": {"concurrent": "one notebook at a time"}}
    unasked = len(type("Alone", (StoreSuite,), alone).unasked())
    assert rows["TestAlone"] == [str(COUNT - unasked), "0", str(unasked)]
    assert int(rows["TestBad"][1]) > 0
    assert text.count("not proved: ") == unasked + UNASKED
    assert "a user would lose: a message" in text
    assert "declared: one notebook at a time" in text


ONE = "test_a_key_has_one_row"
QUIET = {
    "replaced after the class": (GOOD + f"\nTestGood.{ONE} = lambda self: None\n", "", ()),
    "taken away after the class": (GOOD + f"\nTestGood.{ONE} = None\n", "", ()),
    "expected to fail": (
        GOOD,
        f"""
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        if item.name == "{ONE}":
            item.add_marker(pytest.mark.xfail(strict=False))
""",
        (),
    ),
    "skipped by a conftest": (
        GOOD,
        f"""
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        if item.name == "{ONE}":
            item.add_marker(pytest.mark.skip)
""",
        (),
    ),
    "taken out by a conftest": (
        GOOD,
        f"""
def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if item.name != "{ONE}"]
""",
        (),
    ),
    "deselected": (GOOD, "", ("-k", f"not {ONE}")),
}


@pytest.mark.parametrize("how", QUIET)
def test_a_promise_that_was_kept_from_running_is_not_proved(tmp_path: Path, how: str) -> None:
    code, conftest, options = QUIET[how]
    rows, text = told(tmp_path, code, *options, conftest=conftest)
    assert rows["TestGood"] == [str(COUNT - UNASKED - 1), "0", str(UNASKED + 1)]
    assert f"not proved: {ONE} (" in text


NONE = {
    "all deselected": (GOOD, ("-k", "nothing_of_that_name")),
    "a name that pytest does not collect": (GOOD.replace("TestGood", "Good"), ()),
    "all skipped": ("\n@pytest.mark.skip" + GOOD, ()),
    "taken out in a worker": (GOOD, ("-n", "1", "-k", "nothing_of_that_name")),
}


@pytest.mark.parametrize("how", NONE)
def test_a_suite_of_which_nothing_ran_is_named(tmp_path: Path, how: str) -> None:
    code, options = NONE[how]
    if "-n" in options:
        pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    rows, text = told(tmp_path, code, *options)
    assert list(rows.values()) == [["0", "0", str(COUNT)]]
    assert "not proved: anything" in text


def test_what_suites_share_is_no_suite_of_its_own(tmp_path: Path) -> None:
    rows, _ = told(
        tmp_path, GOOD.replace("TestGood", "Shared") + "\nclass TestMine(Shared):\n    pass\n"
    )
    assert list(rows) == ["TestMine"]

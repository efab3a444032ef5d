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


QUIETLY = {
    "replaced after the class": "test_a_key_has_one_row",
    "replaced by what looks like one": "test_a_cursor_holds_while_others_write",
    "taken away after the class": "test_lookups_follow_the_document",
    "expected to fail": "test_amounts_come_back_to_the_last_digit",
    "skipped by a conftest": "test_tenants_do_not_see_each_other",
    "taken out by a conftest": "test_only_the_holder_gives_back",
    "deselected": "test_reading_changes_nothing",
}
TAMPERED = f"""
TestGood.{QUIETLY["replaced after the class"]} = lambda self: None
TestGood.{QUIETLY["taken away after the class"]} = None


def alike(self):
    pass


alike.loss = "nothing"
TestGood.{QUIETLY["replaced by what looks like one"]} = alike
"""
CONFTEST = f"""
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        if item.name == "{QUIETLY["expected to fail"]}":
            item.add_marker(pytest.mark.xfail(strict=False))
        if item.name == "{QUIETLY["skipped by a conftest"]}":
            item.add_marker(pytest.mark.skip)
    items[:] = [item for item in items if item.name != "{QUIETLY["taken out by a conftest"]}"]
"""


def test_a_promise_that_was_kept_from_running_is_not_proved(tmp_path: Path) -> None:
    options = ("-k", f"not {QUIETLY['deselected']}")
    rows, text = told(tmp_path, GOOD + TAMPERED, *options, conftest=CONFTEST)
    unasked = UNASKED + len(QUIETLY)
    assert rows["TestGood"] == [str(COUNT - unasked), "0", str(unasked)]
    missing = {how for how, name in QUIETLY.items() if f"not proved: {name} (" not in text}
    assert missing == set()


NEVER = """
class Misnamed(StoreSuite):
    def make(self):
        return MemoryStore()


@pytest.mark.skip
class TestSkipped(StoreSuite):
    def make(self):
        return MemoryStore()


class Shared(StoreSuite):
    def make(self):
        return MemoryStore()


class TestMine(Shared):
    pass
"""


def test_a_suite_of_which_nothing_ran_is_named_and_what_suites_share_is_none(
    tmp_path: Path,
) -> None:
    rows, text = told(tmp_path, NEVER)
    assert set(rows) == {"Misnamed", "TestSkipped", "TestMine"}
    assert rows["Misnamed"] == rows["TestSkipped"] == ["0", "0", str(COUNT)]
    assert rows["TestMine"] == [str(COUNT - UNASKED), "0", str(UNASKED)]
    assert text.count("not proved: anything") == 2


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_a_suite_that_was_deselected_is_named(tmp_path: Path, workers: tuple[str, ...]) -> None:
    if workers:
        pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    rows, text = told(tmp_path, GOOD, *workers, "-k", "nothing_of_that_name")
    assert rows == {"TestGood": ["0", "0", str(COUNT)]}
    assert "not proved: anything" in text


SKIPPING = """
from unittest import SkipTest


@pytest.fixture(scope="session")
def server():
    pytest.skip("the server is down")


def test_something_else_skips_as_it_likes(server):
    pass


class TestSkipped(StoreSuite):
    def make(self):
        pytest.skip("the server is down")


class TestAsync(StoreSuite):
    async def make(self):
        pytest.skip("the server is down")


class TestUnittest(StoreSuite):
    def make(self):
        raise SkipTest("the server is down")


class TestExpected(StoreSuite):
    def make(self):
        pytest.xfail("the server is down")


class TestFixture(StoreSuite):
    @pytest.fixture(autouse=True)
    def _server(self, server):
        self.server = server

    def make(self):
        return MemoryStore()


class TestBefore(StoreSuite):
    def setup_method(self):
        raise SkipTest("the server is down")

    def make(self):
        return MemoryStore()
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_what_skips_where_an_adapter_is_made_fails(
    tmp_path: Path, workers: tuple[str, ...]
) -> None:
    if workers:
        pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    rows, text = told(tmp_path, SKIPPING, "-k", "key_has_one_row or something_else", *workers)
    assert len(rows) == SKIPPING.count("(StoreSuite)")
    assert {tuple(row) for row in rows.values()} == {("0", "0", str(COUNT))}
    assert "4 failed, 1 skipped" in text
    assert "2 errors" in text
    assert text.count("an adapter that can't be made proves nothing") >= len(rows)
    assert "`concurrent = False` with a sentence in `reasons`" in text
    assert "a user would lose" not in text

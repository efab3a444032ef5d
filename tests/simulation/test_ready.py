"""What fails on a database alone is shrunk on one, and its test runs as it is printed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from salesorders.database import statements
from salesorders.sync.sql import SqlStore
from salesorders.testing.simulation import Script
from salesorders.testing.simulation.__main__ import main
from salesorders.testing.simulation.ready import AS_IT_WAS
from salesorders.testing.simulation.shrink import ready_test
from tests.storing import Stores

UNCOUNTED = statements._TEXTS["failed"].replace(" tries = tries + 1,", "")
# Puts the bug into the process in which the printed test runs.
PLANTED = f"""
from salesorders.database import statements
statements._TEXTS["failed"] = {UNCOUNTED!r}
"""


@contextmanager
def tries_uncounted() -> Iterator[None]:
    """A database that does not count how often an effect failed; memory does."""
    assert statements._TEXTS["failed"] != UNCOUNTED
    with patch.dict(statements._TEXTS, failed=UNCOUNTED):
        yield


@contextmanager
def delivered_for_nobody(tenant: str = "") -> Iterator[None]:
    """A database that keeps what was delivered, of one tenant or of all."""
    real = SqlStore.delivered

    def delivered(self: SqlStore, of: str, key: str, number: int) -> None:
        if tenant not in ("", of):
            real(self, of, key, number)

    with patch.object(SqlStore, "delivered", delivered):
        yield


def told(
    url: str, bug: AbstractContextManager[None], capsys: pytest.CaptureFixture[str]
) -> tuple[str, str]:
    """What is said of a seed that fails on a database, and the test that is printed."""
    with bug:
        assert main(["--seeds", "1", "--steps", "80", "--store", url]) == 1
    said = capsys.readouterr().err.split("\n\nseed ")[1]
    words, _, printed = said.partition("\n\n")
    assert url not in printed
    return words, printed


def played(folder: Path, text: str) -> int:
    """The status of a test that runs by itself, and nothing is told to it."""
    folder.mkdir()
    (folder / "test_printed.py").write_text(text, "utf-8")
    # By itself: what stands in folders above is none of its business.
    alone = ["-c", os.devnull, f"--rootdir={folder}", f"--confcutdir={folder}"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *alone, str(folder)]
    return subprocess.run(command, capture_output=True, timeout=120, check=False).returncode


def script_in(printed: str) -> Script:
    return Script.from_text(printed.partition('r"""\n')[2].partition('"""')[0])


def test_what_memory_does_right_is_shrunk_on_files(
    any_store: Stores, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, printed = told(any_store.url("sqlite"), tries_uncounted(), capsys)
    assert "failed tries" in words
    assert AS_IT_WAS not in words
    assert len(script_in(printed).steps) < 20
    statuses = [
        played(tmp_path / name, text)
        for name, text in (("sound", printed), ("bugged", PLANTED + printed))
    ]
    assert statuses == [0, 1]


def test_what_comes_again_nowhere_is_told_as_it_was(
    any_store: Stores, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, printed = told(any_store.url("sqlite"), delivered_for_nobody("seed-0"), capsys)
    assert AS_IT_WAS in words
    assert len(script_in(printed).steps) == 80
    assert played(tmp_path / "printed", printed) == 0


def test_a_test_of_another_database_waits_until_one_is_told(tmp_path: Path) -> None:
    printed = ready_test(Script(3), "something", "database")
    assert 'os.environ["EMPTY_DATABASE_URL"]' in printed
    assert played(tmp_path / "printed", printed) == 0


def test_a_printed_test_of_files_is_one_that_can_be_read() -> None:
    printed = ready_test(Script(-3), "something", "sqlite")
    compile(printed, "printed", "exec")
    assert "def test_seed_minus_3_holds(tmp_path: Path) -> None:" in printed

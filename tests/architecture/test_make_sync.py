"""The generator of the blocking twin, tried on small trees."""

import importlib.util
import sys
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

from tests.architecture.tree import ROOT


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sync", ROOT / "tools" / "make_sync.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_sync"] = module
    spec.loader.exec_module(module)
    return module


make_sync = loaded()


def twin(source: str) -> str:
    """The blocking side of a snippet, without the header."""
    header, _, text = make_sync.blocking(dedent(source), "desk.py").partition("\n")
    assert header.startswith("# Generated from salesorders/aio/desk.py")
    return str(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with a desk, the hand-written pair, and an up-to-date twin."""
    for folder in ("aio", "sync"):
        (tmp_path / "src/salesorders" / folder).mkdir(parents=True)
        (tmp_path / "src/salesorders" / folder / "wait.py").write_text(f"# {folder}, by hand\n")
    (tmp_path / "src/salesorders/aio/desk.py").write_text("async def get():\n    await load()\n")
    assert make_sync.main(["--root", str(tmp_path)]) == 0
    return tmp_path


def check(root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    capsys.readouterr()
    status = make_sync.main(["--check", "--root", str(root)])
    return status, capsys.readouterr().err.splitlines()


def test_the_committed_twin_is_up_to_date() -> None:
    assert make_sync.faults(ROOT) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("async def f():\n    return await g()\n", "def f():\n    return g()\n"),
        ("async def f():\n    async with a as b: pass\n", "def f():\n    with a as b: pass\n"),
        ("async def f():\n    async for a in b: pass\n", "def f():\n    for a in b: pass\n"),
        ("async def f():\n    [a async for a in b]\n", "def f():\n    [a for a in b]\n"),
        ("class AsyncDesk(_AsyncBase): pass\n", "class Desk(_Base): pass\n"),
        ("async def __aenter__(self): ...\n", "def __enter__(self): ...\n"),
        ("x: AsyncIterator[int]\n", "x: Iterator[int]\n"),
        ("x: AsyncGenerator[int, str]\n", "x: Generator[int, str, None]\n"),
        ("x: Callable[[int], Awaitable[dict[str, int]]]\n", "x: Callable[[int], dict[str, int]]\n"),
        ("x: Coroutine[Any, AsyncThing, dict[str, int]]\n", "x: dict[str, int]\n"),
        ("from salesorders.aio.ports import X\n", "from salesorders.sync.ports import X\n"),
        ("from salesorders import aio\n", "from salesorders import sync\n"),
        ("x = 1  # as salesorders.aio.desk\n", "x = 1  # as salesorders.sync.desk\n"),
        ("x = 'salesorders.aio.desk'\n", "x = 'salesorders.sync.desk'\n"),
        ("x = f'{a} of salesorders.aio'\n", "x = f'{a} of salesorders.sync'\n"),
        ("x = 'await the answer'\n", "x = 'await the answer'\n"),
        ("import asyncio  # sync: omit\nx = 1\n", "x = 1\n"),
        ("from a import AsyncIterator, Iterator\n", "from a import Iterator\n"),
        ("from a import AsyncIterator, Awaitable\n", "from a import Iterator\n"),
        ("from a import Awaitable\nx = 1\n", "x = 1\n"),
        (
            "from a import (\n    Awaitable,\n    Callable,\n)\n",
            "from a import (\n    Callable,\n)\n",
        ),
        ("from sqlalchemy.ext.asyncio import AsyncEngine\n", "from sqlalchemy import Engine\n"),
    ],
)
def test_async_words_become_blocking_ones(source: str, expected: str) -> None:
    assert twin(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("return (await desk.get(ref))[0].total", "return desk.get(ref)[0].total"),
        ("x = f(await y)", "x = f(y)"),
        ("x = (await y if a else b).z", "x = (y if a else b).z"),
        ("x = (await y + z) * 2", "x = (y + z) * 2"),
        ("x = [(await y)]", "x = [y]"),
    ],
)
def test_brackets_go_only_where_they_held_an_await(source: str, expected: str) -> None:
    assert twin(f"async def f():\n    {source}\n") == f"def f():\n    {expected}\n"


def test_examples_in_docstrings_are_said_the_blocking_way() -> None:
    source = '''
        def f():
            """Like `await desk.get()`, for those who await an answer from AsyncDesk.

            >>> import asyncio
            >>> asyncio.run(desk.get("O-1"))
            >>> order = await desk.orders.get("O-1")
            """
        '''
    expected = '''
        def f():
            """Like `desk.get()`, for those who await an answer from Desk.

            >>> desk.get("O-1")
            >>> order = desk.orders.get("O-1")
            """
        '''
    assert twin(source) == dedent(expected)


def test_a_bare_awaitable_is_refused_by_name() -> None:
    with pytest.raises(make_sync.Unconvertible, match="Awaitable"):
        twin("def f(x: Awaitable) -> None: ...\n")


def test_a_fresh_twin_passes_the_check(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(root, capsys) == (0, [])


def test_the_pair_written_by_hand_is_left_alone(root: Path) -> None:
    assert (root / "src/salesorders/sync/wait.py").read_text() == "# sync, by hand\n"


def test_a_stale_file_is_listed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "src/salesorders/aio/desk.py").write_text("async def other(): ...\n")
    assert check(root, capsys) == (
        1,
        ["stale or edited by hand: src/salesorders/sync/desk.py"],
    )


def test_a_file_edited_by_hand_is_listed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (root / "src/salesorders/sync/desk.py").open("a") as file:
        file.write("# better\n")
    assert check(root, capsys)[0] == 1


def test_a_missing_file_is_listed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "src/salesorders/sync/desk.py").unlink()
    assert check(root, capsys) == (1, ["missing: src/salesorders/sync/desk.py"])


def test_an_extra_file_is_listed_and_then_removed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "src/salesorders/sync/old.py").write_text("")
    assert check(root, capsys) == (1, ["extra: src/salesorders/sync/old.py"])
    assert make_sync.main(["--root", str(root)]) == 0
    assert check(root, capsys) == (0, [])


def test_a_tree_without_a_shell_has_nothing_to_check(tmp_path: Path) -> None:
    assert make_sync.main(["--check", "--root", str(tmp_path)]) == 0


def test_writing_twice_changes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    make_sync.main(["--root", str(root)])
    assert capsys.readouterr().out == ""

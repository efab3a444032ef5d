"""Doors say what they promise; ignores say why; the README and the machinery say the same."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import salesorders
from tests.architecture.tree import ROOT, SOURCE, comments, modules, parsed, said

DOORS = sorted(path for path in SOURCE.rglob("__init__.py") if "sync" not in path.parts)
IGNORE = re.compile(r"#\s*(?:noqa|type:\s*ignore)")
#: A code in the tool's own form, then at least two words that say why.
REASONED = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|type:\s*ignore\[[a-z0-9-]+(?:,\s*[a-z0-9-]+)*\])"
    r"\W*\w+\W+\w+"
)


def promised(path: Path) -> bool:
    """Whether a door assigns ``__all__``."""
    for node in parsed(path).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            return True
    return False


@pytest.mark.parametrize("door", DOORS, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_door_lists_what_it_promises(door: Path) -> None:
    assert promised(door)


@pytest.mark.parametrize("door", DOORS, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_door_says_what_lies_behind_it(door: Path) -> None:
    assert ast.get_docstring(parsed(door))


def unreasoned(text: str) -> bool:
    return bool(IGNORE.search(text)) and not REASONED.search(text)


def test_every_ignore_names_its_code_and_its_reason() -> None:
    faults = [
        said(path, line, text)
        for path in modules("src", "tests", "tools", "examples")
        for line, text in comments(path)
        if unreasoned(text)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("# noqa", True),
        ("# noqa: E501", True),
        ("# type: ignore", True),
        ("# type: ignore[misc]", True),
        ("# noqa: BLE001 - any fault of a gateway is unknown", False),
        ("# type: ignore[misc]  # lxml has no types", False),
    ],
)
def test_a_bare_ignore_is_told_from_a_reasoned_one(text: str, lacks: bool) -> None:
    assert unreasoned(text) is lacks


def test_the_machinery_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8").splitlines()
    command = "python -m pip install nox && python -m nox"
    assert readme.count(command) == 1
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    (pattern,) = re.findall(r"grep -x '([^']+)' README\.md", script)
    assert [line for line in readme if re.fullmatch(pattern, line)] == [command]


def test_the_readme_tries_the_example_with_one_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert (
        readme.count('python -m pip install ".[sql,xml]" && python examples/order_to_cash.py') == 1
    )


def text_files() -> Iterator[tuple[Path, str]]:
    """Every file that git holds or would hold, as far as it is text."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: which files belong to the project is not known")
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        try:
            yield path, path.read_text("utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # not text, or taken away since git last looked


def test_no_file_names_a_package_registry() -> None:
    # Put together here, so that this file does not find itself. Where packages come from is for
    # the machine to say, not for the project.
    hosts = [
        "py" + "pi.org",
        "files.python" + "hosted.org",
        "registry." + "npmjs",
        "conda." + "anaconda",
    ]
    faults = [
        f"{path.relative_to(ROOT)}: {host}"
        for path, text in text_files()
        for host in hosts
        if host in text
    ]
    assert not faults, "\n".join(faults)


def test_no_page_points_outside_the_checkout() -> None:
    beside = "../" + "shared"
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "docs").rglob("*.py")]
    assert not [page for page in pages if beside in page.read_text("utf-8")]


def test_the_front_door_lists_its_promises_only() -> None:
    listed = [name for name in dir(salesorders) if not name.startswith("__")]
    assert listed == sorted(salesorders.__all__)

"""The listed reference pages are what the library says, and every finding has a sentence."""

import re
import subprocess
import sys

from salesorders.kernel.errors import StoreError
from tests.architecture.tree import ROOT
from tests.bad_input.order_cases import CASES

TOOL = ROOT / "tools" / "make_reference.py"


def run(code: list[str]) -> "subprocess.CompletedProcess[str]":
    """In a process of its own: sentences and classes that other tests add must not count."""
    return subprocess.run(
        [sys.executable, *code], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_pages_are_what_the_library_says() -> None:
    checked = run([str(TOOL), "--check"])
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_page_that_differs_is_named() -> None:
    script = (
        "import sys; sys.path.insert(0, 'tools'); import make_reference as tool; "
        "from pathlib import Path; print(len(tool.differing(Path('nowhere'))), len(tool.MAKERS))"
    )
    told = run(["-c", script])
    found, made = told.stdout.split()
    assert found == made, told.stderr


def test_every_code_has_one_anchor() -> None:
    lines = (ROOT / "docs/reference/rules.md").read_text("utf-8").splitlines()
    anchors = [line for line in lines if line.startswith("(rule-")]
    assert len(anchors) == len(set(anchors)) == sum(line.startswith("### ") for line in lines)
    assert "(rule-credit-limit)=" in anchors


def test_every_code_of_a_bad_input_has_its_place() -> None:
    pages = [
        (ROOT / f"docs/reference/{name}.md").read_text("utf-8") for name in ("errors", "rules")
    ]
    for code in {case.code for case in CASES}:
        dashed = code.replace(".", "-").replace("_", "-")
        assert f"(error-{dashed})=" in pages[0] or f"(rule-{dashed})=" in pages[1], code


def test_an_error_prints_where_it_stands() -> None:
    page = (ROOT / "docs/reference/errors.md").read_text("utf-8")
    text = str(StoreError("store.read_only"))
    assert text == "store.read_only [errors.html#error-store-read-only]"
    assert "(error-store-read-only)=" in page


def test_the_pictures_show_what_the_library_does() -> None:
    checked = run([str(ROOT / "tools" / "make_pictures.py"), "--check"])
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert {"held", "open", "shipped", "invoiced"} <= set(
        re.findall(r">([a-z ]+)</text>", picture("order-states"))
    )


def picture(name: str) -> str:
    return (ROOT / f"docs/pictures/{name}.svg").read_text("utf-8")

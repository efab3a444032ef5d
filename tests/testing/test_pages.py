"""The suites of the how-to page prove what the page says that they prove."""

import re
from pathlib import Path

from tests.architecture.tree import ROOT
from tests.testing.test_table import run_apart

PAGE = ROOT / "docs" / "how-to" / "write-an-adapter.md"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def test_the_tables_of_the_page_are_what_a_run_prints(tmp_path: Path) -> None:
    code = "\n".join(block for block in blocks("python") if ">>>" not in block)
    # The page imports a file of examples/.
    text = run_apart(tmp_path, code, "-o", f"pythonpath={ROOT}")
    shown = [line for block in blocks("text") for line in block.splitlines()]
    assert len(shown) > 5
    assert [line for line in shown if line not in text.splitlines()] == []

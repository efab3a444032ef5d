"""The suites of the how-to pages prove what the pages say that they prove."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.testing.test_table import run_apart


def blocks(page: str, kind: str) -> list[str]:
    text = (ROOT / "docs" / "how-to" / page).read_text("utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("page", ["write-an-adapter.md", "connect-a-bureau.md"])
def test_the_tables_of_the_page_are_what_a_run_prints(page: str, tmp_path: Path) -> None:
    code = "\n".join(block for block in blocks(page, "python") if ">>>" not in block)
    # The page imports a file of examples/.
    text = run_apart(tmp_path, code, "-o", f"pythonpath={ROOT}")
    shown = [line for block in blocks(page, "text") for line in block.splitlines()]
    assert len(shown) > 5
    assert [line for line in shown if line not in text.splitlines()] == []
    assert " failed" not in text

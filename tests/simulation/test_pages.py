"""The reference says what the simulation does: its tables are those of the code, and every planted bug is named."""

from pathlib import Path

import pytest

from tests.simulation.pages import TABLES
from tests.simulation.planted import PLANTED

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "simulation.md"


@pytest.fixture(scope="module")
def page() -> str:
    if not PAGE.is_file():
        pytest.skip("the pages are not here: a wheel is tested")
    return PAGE.read_text("utf-8")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_a_table_of_the_reference_is_what_the_code_says(page: str, table: object) -> None:
    assert callable(table)
    assert "\n".join(table()) in page


def test_every_planted_bug_is_in_the_reference(page: str) -> None:
    assert [name for name in PLANTED if f"(`{name}`)" not in page] == []


def test_every_invariant_of_the_book_has_its_row(page: str) -> None:
    assert [n for n in range(1, 48) if f"| I{n:02d} |" not in page] == []

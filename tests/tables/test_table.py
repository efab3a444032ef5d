"""Tables: the same rows as text, HTML and records."""

import csv
import io
from datetime import date
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesorders.kernel.errors import InvalidValue
from salesorders.kernel.money import Money
from salesorders.tables import Table

AGEING = Table(
    "Ageing",
    ("bucket", "on", "amount"),
    (
        ("current", date(2026, 1, 1), Money("1200.50", "EUR")),
        ("1-30", None, Money("-0.01", "EUR")),
    ),
    ("All amounts with tax.",),
)


def test_text_shows_title_rows_and_notes():
    lines = str(AGEING).splitlines()
    assert lines[0] == "Ageing"
    assert lines[-1] == "All amounts with tax."
    assert "EUR 1,200.50" in lines[3]
    assert "2026-01-01" in lines[3]


def test_numbers_stand_to_the_right():
    table = Table("t", ("a", "n"), (("x", Decimal("1.5")), ("y", Decimal(100))))
    assert [line.split("x")[-1][-3:] for line in str(table).splitlines()[3:]] == ["1.5", "100"]


def test_records_keep_values_as_they_are():
    assert AGEING.to_records()[0] == {
        "bucket": "current",
        "on": date(2026, 1, 1),
        "amount": Money("1200.50", "EUR"),
    }


def test_markup_is_escaped_everywhere():
    hostile = "<script>alert(1)</script>"
    table = Table(hostile, (hostile,), ((hostile,),), (hostile,))
    assert "<script" not in table._repr_html_()
    assert table._repr_html_().count("&lt;script&gt;") == 4


def test_an_empty_table_is_printed():
    assert str(Table("none", ("a", "b"), ())).splitlines()[0] == "none"
    assert len(Table("none", ("a",), ())) == 0


def test_a_table_is_iterated_by_row():
    assert [row[0] for row in AGEING] == ["current", "1-30"]


def test_six_digits_of_the_host_change_no_cell():
    table = Table("t", ("n",), ((Decimal("9876543.21"),), (Money("123456.78", "EUR"),)))
    with localcontext() as context:
        context.prec = 6
        assert "9,876,543.21" in str(table)
        assert "123,456.78" in table._repr_html_()


@pytest.mark.parametrize("row", [("a",), ("a", "b", "c")])
def test_a_row_of_another_width_is_refused_at_the_door(row):
    from salesorders.kernel.errors import SalesOrdersError

    with pytest.raises(SalesOrdersError):
        Table("t", ("a", "b"), (row,))


def as_csv(table: Table) -> list[list[str]]:
    file = io.StringIO(newline="")
    table.to_csv(file)
    return list(csv.reader(io.StringIO(file.getvalue(), newline="")))


def test_csv_has_plain_numbers_and_a_column_for_the_currency():
    assert as_csv(AGEING) == [
        ["bucket", "on", "amount", "amount currency"],
        ["current", "2026-01-01", "1200.50", "EUR"],
        ["1-30", "", "-0.01", "EUR"],
    ]


@given(st.text(max_size=20))
def test_no_text_in_csv_is_a_formula(text):
    """B60: what a customer calls himself doesn't run on the machine of who opens the file."""
    ((_, cell),) = as_csv(Table("t", ("n", "name"), ((1, text),)))[1:]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text or cell == text


def test_a_title_of_a_column_is_no_formula_either():
    assert as_csv(Table("t", ("=1+1",), ((2,),))) == [["'=1+1"], ["2"]]


def test_an_empty_money_cell_has_two_empty_fields():
    rows = ((Money("1.00", "EUR"),), (None,))
    assert as_csv(Table("t", ("due",), rows)) == [
        ["due", "due currency"],
        ["1.00", "EUR"],
        ["", ""],
    ]


@pytest.mark.parametrize("file", [None, "/tmp/somewhere.csv", io.BytesIO(), 5])
def test_only_an_open_text_file_is_written_to(file):
    with pytest.raises(InvalidValue) as raised:
        AGEING.to_csv(file)
    assert raised.value.code == "file.type"

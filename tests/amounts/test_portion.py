"""Parts of a document: what one shipment or invoice of it is worth."""

from decimal import Decimal
from fractions import Fraction

import pytest

from salesorders.amounts import Tax, allowance, charge, portion
from salesorders.kernel.errors import SalesOrdersError
from tests.amounts.builders import (
    S7,
    S10,
    S19,
    a_document,
    a_line,
    added,
    groups_of,
    in_parts,
)


def refused(function, *args, **kwargs):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


def thirds():
    return a_document(a_line("1", 3, "33.333333"))


def test_three_thirds_of_a_hundred_are_a_hundred():
    parts = in_parts(thirds(), [{"1": Decimal(1)}] * 3)
    assert [part.net for part in parts] == [Decimal("33.33"), Decimal("33.34"), Decimal("33.33")]
    assert added([part.gross for part in parts]) == Fraction(thirds().gross)


def test_p11_two_halves_of_an_odd_amount_are_the_whole():
    whole = a_document(a_line("1", 1, "12870.59", tax=Tax.parse("Z")))
    parts = in_parts(whole, [{"1": Decimal("0.5")}] * 2)
    assert added([part.gross for part in parts]) == Fraction("12870.59")


def test_p11_what_is_left_after_everything_is_nothing():
    whole = a_document(a_line("1", 1, "0.505", tax=Tax.parse("Z")))
    rest = portion(whole, {"1": Decimal(1)}, {})
    assert (rest.net, rest.tax, rest.gross) == (0, 0, 0)


def test_p08_tax_of_the_parts_adds_up_rate_by_rate():
    whole = a_document(
        a_line("1", 1, "0.13", tax=S10),
        a_line("2", 1, "0.16", tax=Tax.parse("S20")),
    )
    parts = in_parts(whole, [{"1": Decimal(1)}, {"2": Decimal(1)}])
    assert added([part.tax for part in parts]) == Fraction("0.04")


def test_a_document_allowance_follows_the_worth_of_what_is_taken():
    whole = a_document(
        a_line("1", 1, "75.00"),
        a_line("2", 1, "25.00"),
        adjustments=[allowance("10.00").settle(Decimal(100), "EUR", S19)],
    )
    parts = in_parts(whole, [{"1": Decimal(1)}, {"2": Decimal(1)}])
    assert [part.allowances for part in parts] == [Decimal("7.50"), Decimal("2.50")]


def test_a_line_allowance_follows_quantity():
    line = a_line("1", 10, "1.00", adjustments=[allowance("1.00").settle(Decimal(10), "EUR")])
    part = portion(a_document(line), {}, {"1": Decimal(3)})
    assert part.line("1").adjustments[0].amount == Decimal("0.30")
    assert part.net == Decimal("2.70")


def test_what_free_goods_are_charged_is_borne_by_whatever_goes_first():
    whole = a_document(
        a_line("1", 2, "0"), adjustments=[charge("4.90").settle(Decimal(0), "EUR", S19)]
    )
    parts = in_parts(whole, [{"1": Decimal(1)}, {"1": Decimal(1)}])
    assert [part.charges for part in parts] == [Decimal("4.90"), Decimal(0)]


def test_a_free_line_that_is_taken_stands_in_its_group():
    whole = a_document(a_line("1", 2, "0", tax=S7), a_line("2", 1, "10.00"))
    part = portion(whole, {}, {"1": Decimal(1)})
    assert groups_of(part) == {("S", Decimal(7)): (Decimal(0), Decimal(0))}


def test_a_line_that_is_not_taken_is_left_out():
    whole = a_document(a_line("1", 2), a_line("2", 2))
    assert [line.id for line in portion(whole, {}, {"2": Decimal(1)}).lines] == ["2"]


@pytest.mark.parametrize(
    ("taken", "take"), [("0", "3.001"), ("2", "1.5"), ("-1", "1"), ("0", "-1"), ("3", "0.000001")]
)
def test_more_than_there_is_and_less_than_nothing_are_refused(taken, take):
    found = refused(portion, thirds(), {"1": Decimal(taken)}, {"1": Decimal(take)})
    assert found == ("quantity.over", "lines[0].quantity")


def test_a_line_that_the_document_does_not_hold_is_refused():
    assert refused(portion, thirds(), {}, {"9": Decimal(1)})[0] == "line.unknown"


def test_p11_no_shipment_of_a_discounted_line_is_worth_less_than_nothing():
    half_price = allowance("50%").settle(Decimal("0.60"), "EUR")
    whole = a_document(a_line("1", 100, "0.006", adjustments=[half_price]))
    parts = in_parts(whole, [{"1": Decimal(1)}] * 100)
    assert min(part.net for part in parts) >= 0


def test_p11_a_part_without_lines_of_a_category_bears_none_of_its_allowance():
    whole = a_document(
        a_line("1", 1, "10.00", tax=S19),
        a_line("2", 1, "90.00", tax=S7),
        adjustments=[allowance("9.00").settle(Decimal(100), "EUR", S19)],
    )
    part = portion(whole, {}, {"2": Decimal(1)})
    assert min(group.base for group in part.groups) >= 0

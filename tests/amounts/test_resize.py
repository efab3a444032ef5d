"""A document at other quantities: on the agreed terms, whatever the way there."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from salesorders.amounts import (
    Amounts,
    allowance,
    charge,
    first_units,
    line_at,
    portion,
    resized,
    with_lines,
)
from tests.amounts.builders import S7, S19, a_document, a_line, added

ZERO = Decimal(0)


def a_sale(*, line_off: str = "", off: str = "") -> Amounts:
    """Ten at 25.00 and four at 1.25, with what is taken off."""
    worth = Decimal("250.00")
    cut = (allowance(line_off).settle(worth, "EUR"),) if line_off else ()
    lines = (a_line("1", 10, "25.00", adjustments=cut), a_line("2", 4, "1.25", tax=S7))
    net = sum((line.net for line in lines), ZERO)
    whole = (allowance(off).settle(net, "EUR", S19),) if off else ()
    return a_document(*lines, adjustments=whole)


def at(document: Amounts, one: object, two: object = 4) -> Amounts:
    return resized(document, {"1": Decimal(str(one)), "2": Decimal(str(two))})


def test_a_percentage_follows_the_quantity_up_and_down() -> None:
    document = a_sale(line_off="10%", off="2%")
    assert [at(document, n).lines[0].net for n in (5, 20)] == [Decimal("112.5"), Decimal(450)]
    assert at(document, 20).adjustments[0].amount == Decimal("9.10")


def test_an_amount_is_given_in_full_from_its_worth_and_in_proportion_below() -> None:
    document = a_sale(line_off="30.00")
    taken = [at(document, n).lines[0].adjustments[0].amount for n in (4, 10, 12)]
    assert taken == [Decimal(12), Decimal(30), Decimal(30)]


def test_nothing_of_a_line_is_worth_nothing_and_keeps_its_price() -> None:
    line = at(a_sale(line_off="30.00"), 0).lines[0]
    assert (line.quantity, line.net, line.price) == (0, 0, Decimal("25.00"))
    assert at(a_sale(off="30.00"), 0, 0).gross == 0


def test_a_percentage_is_taken_again_of_a_line_that_was_gone() -> None:
    gone = at(a_sale(line_off="10%"), 0)
    back = line_at(gone.lines[0], Decimal(10), "EUR")
    assert (back.net, back.adjustments[0].amount) == (Decimal(225), Decimal(25))


def test_an_allowance_that_came_to_nothing_stays_with_units_that_are_all_there() -> None:
    document = at(a_sale(off="30.00"), 0)
    assert document.adjustments[0].amount == 0
    assert first_units(document, {"2": Decimal(4), "1": ZERO}) == document


def test_lines_that_join_bear_the_percentages_and_leave_amounts_as_agreed() -> None:
    more = a_line("3", 10, "10.00")
    percent = with_lines(a_sale(off="10%"), [more])
    assert percent.adjustments[0].amount == Decimal("35.50")
    fixed = with_lines(a_sale(off="25.50"), [more])
    alone = {"1": Decimal(10), "2": Decimal(4)}
    assert resized(fixed, alone).adjustments[0].amount == Decimal("25.50")
    half = {"1": Decimal(5), "2": Decimal(2)}
    assert resized(fixed, half).adjustments[0].amount == Decimal("12.75")
    assert all(a.base is None for a in resized(fixed, half).adjustments)


def test_an_allowance_whose_lines_are_gone_takes_nothing_off_others() -> None:
    document = resized(a_sale(off="30.00"), {"2": Decimal(4)})
    assert [group.base for group in document.groups] == [Decimal(5), ZERO]
    assert document.gross == Decimal("5.35")


def test_first_units_keep_every_line() -> None:
    document = a_sale(line_off="30.00")
    part = first_units(document, {"1": Decimal(4)})
    assert [(line.id, line.quantity, line.net) for line in part.lines] == [
        ("1", 4, Decimal("88.00")),
        ("2", 0, ZERO),
    ]
    assert first_units(document, {"1": Decimal(10), "2": Decimal(4)}) == document


amounts = st.sampled_from(["", "0.07", "3%", "12.49", "33.3%", "100%"])
counts = st.integers(0, 40).map(Decimal)


@given(amounts, amounts, counts, counts, st.booleans())
def test_nothing_is_worth_less_than_nothing_and_parts_still_add_up(
    line_off: str, off: str, one: Decimal, two: Decimal, with_charge: bool
) -> None:
    document = a_sale(line_off=line_off, off=off)
    if with_charge:
        extra = charge("4.99").settle(ZERO, "EUR", S7)
        document = a_document(*document.lines, adjustments=(*document.adjustments, extra))
    there = at(document, one, two)
    assert all(line.net >= 0 for line in there.lines)
    assert all(group.base >= 0 for group in there.groups)
    assert added([group.base + group.amount for group in there.groups]) == there.gross
    parts = {"1": one.min(Decimal(3)), "2": two.min(Decimal(1))}
    rest = {"1": one - parts["1"], "2": two - parts["2"]}
    cuts = [portion(there, {}, parts).gross, portion(there, parts, rest).gross]
    assert added(cuts) == there.gross

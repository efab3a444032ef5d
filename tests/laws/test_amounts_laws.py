"""Laws of what a document is worth: order of lines, exact totals, parts that add up (P08, P09, P11)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.amounts import amounts_of, portion
from salesorders.kernel.money import exponent_of, rounded
from tests.amounts.builders import (
    WIDE,
    added,
    documents,
    groups_of,
    in_parts,
    partitions,
    totals_of,
)

law = settings(deadline=None, max_examples=25)


@law
@given(documents())
def test_the_lines_total_is_the_sum_of_the_lines_br_co_10(whole):
    assert Fraction(whole.lines_net) == added([line.net for line in whole.lines])


@law
@given(documents())
def test_allowances_and_charges_are_summed_apart_br_co_11_12(whole):
    off = [a.amount for a in whole.adjustments if not a.charge]
    on = [a.amount for a in whole.adjustments if a.charge]
    assert (Fraction(whole.allowances), Fraction(whole.charges)) == (added(off), added(on))


@law
@given(documents())
def test_net_tax_and_gross_hang_together_br_co_13_14_15(whole):
    net = Fraction(whole.lines_net) - Fraction(whole.allowances) + Fraction(whole.charges)
    assert Fraction(whole.net) == net == added([group.base for group in whole.groups])
    assert Fraction(whole.tax) == added([group.amount for group in whole.groups])
    assert Fraction(whole.gross) == Fraction(whole.net) + Fraction(whole.tax)


@law
@given(documents())
def test_tax_is_base_times_rate_rounded_half_away_from_zero_br_co_17(whole):
    for group in whole.groups:
        exactly = WIDE.divide(WIDE.multiply(group.base, group.tax.rate), Decimal(100))
        assert group.amount == rounded(exactly, whole.currency)


@law
@given(documents())
def test_every_total_is_written_with_the_decimals_of_the_currency(whole):
    digits = exponent_of(whole.currency)
    assert {-total.as_tuple().exponent for total in totals_of(whole)} == {digits}


@law
@given(documents(), st.data())
def test_p09_the_order_of_lines_and_adjustments_changes_nothing(whole, data):
    lines = data.draw(st.permutations(whole.lines))
    adjustments = data.draw(st.permutations(whole.adjustments))
    again = amounts_of(whole.currency, lines, adjustments)
    assert totals_of(again) == totals_of(whole)
    assert groups_of(again) == groups_of(whole)
    assert [g.tax for g in again.groups] == [g.tax for g in whole.groups]


@law
@given(documents(), st.data())
def test_p08_the_totals_of_any_complete_partition_add_up_to_the_whole(whole, data):
    parts = in_parts(whole, data.draw(partitions(whole)))
    columns = zip(*(totals_of(part) for part in parts), strict=True)
    assert [added(column) for column in columns] == [Fraction(t) for t in totals_of(whole)]


@law
@given(documents(), st.data())
def test_p08_every_vat_group_of_the_parts_adds_up_to_that_of_the_whole(whole, data):
    parts = [groups_of(part) for part in in_parts(whole, data.draw(partitions(whole)))]
    for key, (base, tax) in groups_of(whole).items():
        given_ = [part[key] for part in parts if key in part]
        assert added([b for b, _ in given_]) == Fraction(base)
        assert added([t for _, t in given_]) == Fraction(tax)
    assert {key for part in parts for key in part} <= groups_of(whole).keys()


@law
@given(documents(), st.data())
def test_p08_every_line_of_the_parts_adds_up_to_that_of_the_whole(whole, data):
    parts = in_parts(whole, data.draw(partitions(whole)))
    for line in whole.lines:
        taken = [part for amounts in parts for part in amounts.lines if part.id == line.id]
        assert added([part.net for part in taken]) == Fraction(line.net)
        assert added([part.quantity for part in taken]) == Fraction(line.quantity)
        for charge in (True, False):
            shares = [a.amount for part in taken for a in part.adjustments if a.charge is charge]
            assert added(shares) == added(
                [a.amount for a in line.adjustments if a.charge is charge]
            )


@law
@given(documents(), st.data())
def test_each_part_is_a_document_whose_totals_hang_together(whole, data):
    for part in in_parts(whole, data.draw(partitions(whole))):
        assert Fraction(part.lines_net) == added([line.net for line in part.lines])
        assert Fraction(part.net) == added([group.base for group in part.groups])
        assert Fraction(part.tax) == added([group.amount for group in part.groups])
        assert Fraction(part.gross) == Fraction(part.net) + Fraction(part.tax)
        assert {-total.as_tuple().exponent for total in totals_of(part)} == {
            exponent_of(part.currency)
        }


@law
@given(documents(), st.data())
def test_the_tax_of_a_part_is_within_one_minor_unit_of_its_base_times_its_rate(whole, data):
    unit = Fraction(1, 10 ** exponent_of(whole.currency))
    for part in in_parts(whole, data.draw(partitions(whole))):
        for group in part.groups:
            exactly = Fraction(group.base) * Fraction(group.tax.rate) / 100
            assert abs(Fraction(group.amount) - exactly) <= unit


@law
@given(documents())
def test_everything_at_once_is_the_whole(whole):
    everything = {line.id: line.quantity for line in whole.lines}
    kept = tuple(a for a in whole.adjustments if a.amount)
    assert portion(whole, {}, everything) == attrs.evolve(whole, adjustments=kept)


@law
@given(documents())
def test_nothing_is_worth_nothing(whole):
    part = portion(whole, {}, {})
    assert not any(totals_of(part))
    assert part.lines == part.adjustments == part.groups == ()


@law
@given(documents(most_adjustments=0), st.data())
def test_p11_without_allowances_no_part_is_ever_negative(whole, data):
    for part in in_parts(whole, data.draw(partitions(whole))):
        assert min(part.net, part.gross, *(line.net for line in part.lines)) >= 0

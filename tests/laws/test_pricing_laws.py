"""Laws of pricing: a pure function of what is asked, invariant under unit, explained to the cent (P14)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.amounts import AllowanceCharge, allowance, charge, portion
from salesorders.catalog import Item, Price
from salesorders.pricing import PricedWant, trace
from salesorders.testing.laws import pricing_laws
from tests.amounts.builders import WIDE, added, totals_of
from tests.pricing.builders import a_want, an_item, priced

law = settings(deadline=None, max_examples=40)
WHOLE_UNITS = {"DZN": 12, "XCT": 250, "XPX": 480}


@st.composite
def items(draw: st.DrawFn, sku: str = "BOLT") -> Item:
    thresholds = draw(st.lists(st.integers(1, 500), max_size=4, unique=True))
    prices = [
        Price(
            Decimal(draw(st.integers(0, 10**6))).scaleb(-draw(st.integers(0, 6)), WIDE),
            at_least=at_least,
            per=draw(st.sampled_from([1, 10, 144])),
        )
        for at_least in (0, *thresholds)
    ]
    tax = draw(st.sampled_from(["S19", "S7", "Z"]))
    return an_item(*prices, sku=sku, tax=tax, units=WHOLE_UNITS)


@st.composite
def askings(draw: st.DrawFn) -> tuple[AllowanceCharge, ...]:
    return tuple(
        draw(st.sampled_from([allowance, charge]))(f"{draw(st.integers(0, 50))}%")
        for _ in range(draw(st.integers(0, 2)))
    )


@st.composite
def wants(draw: st.DrawFn, line: str = "1") -> PricedWant:
    item = draw(items(f"ITEM{line}"))
    return a_want(item, draw(st.integers(1, 600)), *draw(askings()), line=line)


@law
@given(items(), st.sampled_from(sorted(WHOLE_UNITS)), st.integers(1, 50), askings())
def test_p14_a_line_costs_the_same_in_every_unit(item, unit, quantity, asked):
    packed = priced(a_want(item, quantity, *asked, unit=unit)).amounts
    loose = priced(a_want(item, quantity * WHOLE_UNITS[unit], *asked)).amounts
    assert totals_of(packed) == totals_of(loose)


@law
@given(items(), st.sampled_from(sorted(WHOLE_UNITS)), st.integers(1, 50))
def test_p14_the_price_of_a_base_unit_is_the_same_in_every_unit(item, unit, quantity):
    factor = WHOLE_UNITS[unit]
    (packed,) = priced(a_want(item, quantity, unit=unit)).amounts.lines
    (loose,) = priced(a_want(item, quantity * factor)).amounts.lines
    in_base = Fraction(packed.price) / Fraction(packed.per) / factor
    assert in_base == Fraction(loose.price) / Fraction(loose.per)


@law
@given(wants("1"), wants("2"), wants("3"))
def test_p14_a_line_is_priced_the_same_whatever_stands_beside_it(one, two, three):
    def line(*beside):
        return next(x for x in priced(*beside).amounts.lines if x.id == "2")

    assert line(two) == line(one, two, three) == line(three, two, one)


@law
@given(st.lists(st.integers(1, 4).map(str), min_size=1, unique=True), st.data())
def test_p09_the_order_of_the_lines_does_not_change_the_total(ids, data):
    asked = [data.draw(wants(line)) for line in ids]
    adjustments = data.draw(askings())
    once = priced(*asked, adjustments=adjustments)
    again = priced(*data.draw(st.permutations(asked)), adjustments=adjustments)
    assert totals_of(once.amounts) == totals_of(again.amounts)


def test_lines_steps_taxes_and_totals_add_up():
    pricing_laws()


@law
@given(items(), st.integers(1, 600))
def test_the_price_is_that_of_the_last_break_that_is_reached(item, quantity):
    reached = [entry for entry in item.prices if entry.at_least <= quantity][-1]
    (line,) = priced(a_want(item, quantity)).amounts.lines
    assert (line.price, line.per, line.price_list) == (reached.value, reached.per, reached.value)


@law
@given(items(), st.integers(1, 600))
def test_a_hint_keeps_its_word(item, quantity):
    for hint in priced(a_want(item, quantity)).findings:
        here = priced(a_want(item, quantity)).amounts.lines[0].net
        there = priced(a_want(item, quantity + int(hint.fact("more")))).amounts.lines[0].net
        assert Fraction(here) - Fraction(there) == Fraction(hint.fact("saved").amount)


def test_the_steps_of_a_part_of_a_line_add_up_to_its_net():
    whole = priced(a_want(an_item(Price("0.333333")), 3)).amounts
    second = portion(whole, {"1": Decimal(1)}, {"1": Decimal(1)}).lines[0]
    assert added([step.amount for step in trace(second, "EUR")]) == Fraction(second.net)

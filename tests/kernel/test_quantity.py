"""Quantities and conversion by exact fractions."""

import time
from decimal import Decimal, localcontext
from fractions import Fraction

import attrs
import pytest

from salesorders.kernel.errors import InvalidValue
from salesorders.kernel.quantity import (
    CODES,
    Quantity,
    UnitMismatch,
    UnitTable,
    convert,
    factor_of,
    quantity_of,
    to_base,
)

POUND = factor_of("0.45359237")


def refused(function, *args, **kwargs):
    with pytest.raises(InvalidValue) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        ("12.50", "12.5"),
        (Decimal("1E+3"), "1000"),
        ("0.000001", "0.000001"),
        (10**12, "1000000000000"),
    ],
)
def test_plain_quantities_are_taken(value, text):
    assert f"{quantity_of(value):f}" == text


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "quantity.type"),
        (1.5, "quantity.type"),
        (None, "quantity.type"),
        (Fraction(1, 2), "quantity.type"),
        ("1_000", "quantity.text"),
        ("12 pcs", "quantity.text"),
        (Decimal("NaN"), "quantity.not_finite"),
        (Decimal("sNaN"), "quantity.not_finite"),
        (Decimal("Infinity"), "quantity.not_finite"),
        (10**12 + 1, "quantity.range"),
        ("1000000000000.000001", "quantity.range"),
        (-(10**13), "quantity.range"),
        (Decimal("1e999999999999"), "quantity.range"),
        ("0.0000001", "quantity.precision"),
        (Decimal("1e-999999999999"), "quantity.precision"),
        (0, "quantity.not_positive"),
        ("-0", "quantity.not_positive"),
        (-1, "quantity.not_positive"),
        ("-0.000001", "quantity.not_positive"),
    ],
)
def test_what_is_no_quantity_is_refused_at_once(value, code):
    started = time.perf_counter()
    assert refused(quantity_of, value, "lines[0].quantity") == (code, "lines[0].quantity")
    assert time.perf_counter() - started < 0.1


# ---------------------------------------------------------------- quantities with units


def test_a_quantity_prints_its_number_and_its_unit():
    assert str(Quantity("120.00", "H87")) == "120 H87"
    assert str(Quantity(Decimal("1E-6"), "KGM")) == "0.000001 KGM"


def test_an_alias_becomes_its_code():
    assert Quantity(1, "kg") == Quantity("1.0", "KGM")


def test_quantities_of_one_unit_add_subtract_and_compare():
    three, five = Quantity(3, "H87"), Quantity(5, "H87")
    assert three + five == Quantity(8, "H87")
    assert five - three == Quantity(2, "H87")
    assert three < five
    assert three <= five
    assert five > three
    assert five >= five
    assert not (three > five)


def test_equal_quantities_hash_alike():
    assert len({Quantity("1.5", "KGM"), Quantity("1.50", "KGM"), Quantity("1.5", "LTR")}) == 2


def test_nothing_is_a_quantity_and_false():
    assert not Quantity(3, "H87") - Quantity(3, "H87")


def test_less_than_nothing_is_refused():
    assert refused(lambda: Quantity(3, "H87") - Quantity(4, "H87"))[0] == "quantity.negative"


def test_a_sum_beyond_the_bound_is_refused():
    assert refused(lambda: Quantity(10**12, "H87") + Quantity(1, "H87"))[0] == "quantity.range"


@pytest.mark.parametrize(
    "operate",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
    ],
)
def test_two_units_never_meet(operate):
    with pytest.raises(UnitMismatch) as caught:
        operate(Quantity(1, "H87"), Quantity(1, "KGM"))
    assert caught.value.code == "unit.mismatch"
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("other", [1, Decimal(1), "1 H87", None])
def test_a_quantity_does_not_mix_with_numbers(other):
    assert refused(lambda: Quantity(1, "H87") + other)[0] == "quantity.type"
    assert Quantity(1, "H87") != other


@pytest.mark.parametrize(
    ("value", "unit", "code", "path"),
    [
        (-1, "H87", "quantity.negative", "quantity.value"),
        (1.0, "H87", "quantity.type", "quantity.value"),
        ("0.0000001", "KGM", "quantity.precision", "quantity.value"),
        (1, "furlong", "unit.unknown", "quantity.unit"),
    ],
)
def test_a_malformed_quantity_is_refused(value, unit, code, path):
    assert refused(Quantity, value, unit) == (code, path)


def test_a_quantity_is_frozen():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Quantity(1, "H87").value = Decimal(2)


# ---------------------------------------------------------------- factors and conversion


@pytest.mark.parametrize(
    ("value", "factor"),
    [
        (12, Fraction(12)),
        ("0.5", Fraction(1, 2)),
        (Decimal("0.45359237"), Fraction(45359237, 10**8)),
        (Fraction(25, 6), Fraction(25, 6)),
    ],
)
def test_a_factor_is_exact(value, factor):
    assert factor_of(value) == factor


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (12.0, "factor.type"),
        (True, "factor.type"),
        (None, "factor.type"),
        ("1/12", "factor.text"),
        ("1e3", "factor.text"),
        (Decimal("NaN"), "factor.not_finite"),
        (Decimal("1e999999999999"), "factor.range"),
        (Decimal("1e-999999999999"), "factor.precision"),
        (Fraction(1, 10**28), "factor.range"),
        (Fraction(10**28), "factor.range"),
        (0, "factor.not_positive"),
        (-12, "factor.not_positive"),
        (Fraction(-1, 12), "factor.not_positive"),
    ],
)
def test_what_is_no_factor_is_refused(value, code):
    assert refused(factor_of, value, "units.XCS") == (code, "units.XCS")


def test_a_hundred_pounds_are_45_359_kilograms():
    assert convert(Decimal(100), POUND, 3, "ROUND_HALF_EVEN") == Decimal("45.359")


@pytest.mark.parametrize(
    ("value", "rounding", "result"),
    [
        ("0.5", "ROUND_HALF_UP", "1"),
        ("-0.5", "ROUND_HALF_UP", "-1"),
        ("0.5", "ROUND_HALF_EVEN", "0"),
        ("1.5", "ROUND_HALF_EVEN", "2"),
        ("0.5", "ROUND_HALF_DOWN", "0"),
        ("0.1", "ROUND_UP", "1"),
        ("-0.1", "ROUND_FLOOR", "-1"),
        ("0.9", "ROUND_DOWN", "0"),
        ("-0.9", "ROUND_CEILING", "0"),
    ],
)
def test_every_rounding_of_decimal_is_known(value, rounding, result):
    assert str(convert(Decimal(value), Fraction(1), 0, rounding)) == result


def test_rounding_sees_what_lies_far_behind_the_half():
    just_over = Fraction(1, 2) + Fraction(1, 10**27)
    assert convert(Decimal(1), just_over, 0, "ROUND_HALF_DOWN") == 1


@pytest.mark.parametrize("digits", [-1, 13])
def test_other_digits_are_refused(digits):
    assert refused(convert, Decimal(1), POUND, digits) == ("quantity.precision", "digits")


def test_an_unknown_rounding_is_refused():
    assert refused(convert, Decimal(1), POUND, 2, "up") == ("quantity.rounding", "rounding")


def test_a_result_beyond_the_bound_is_refused():
    assert refused(convert, Decimal(10**12), Fraction(2), 0)[0] == "quantity.range"


def test_the_callers_decimal_context_changes_no_conversion():
    with localcontext() as context:
        context.prec = 3
        assert convert(Decimal("123456.789"), POUND, 6) == Decimal("55999.057515")
        assert to_base(Decimal(1234567), Fraction(12), "H87") == 14814804


def test_seven_cases_of_twelve_are_84_pieces():
    assert str(to_base(Decimal(7), Fraction(12), "H87")) == "84"


def test_an_indivisible_unit_is_not_cut():
    code, path = refused(to_base, Decimal("0.7"), Fraction(12), "H87", "lines[0].quantity")
    assert (code, path) == ("quantity.fractional_unit", "lines[0].quantity")


def test_a_divisible_unit_may_be_fractional():
    assert to_base(Decimal(101), POUND, "KGM") == Decimal("45.81282937")


def test_what_no_decimal_can_hold_is_not_rounded_silently():
    assert refused(to_base, Decimal(1), Fraction(1, 3), "KGM")[0] == "quantity.precision"


# ---------------------------------------------------------------- the units of an item


@pytest.fixture
def table():
    return UnitTable("H87", {"XCS": 12, "XPX": 480})


def test_fifty_pieces_are_25_sixths_of_a_case(table):
    assert table.exactly(50, "H87", "XCS") == Fraction(25, 6)


def test_fifty_pieces_are_four_cases_and_two(table):
    assert table.counted(50, "XCS") == (4, 2)


def test_any_unit_is_converted_to_any_over_the_base(table):
    assert table.convert(Decimal(1), "XPX", "XCS", 0) == 40
    assert table.convert(Decimal(50), "H87", "XCS", 3) == Decimal("4.167")
    assert table.to_base(Decimal(7), "XCS") == 84


def test_there_and_back_again_is_exact(table):
    assert table.exactly(table.exactly(Decimal(50), "H87", "XPX"), "XPX", "H87") == 50


def test_the_base_comes_first(table):
    assert table.units == ("H87", "XCS", "XPX")


def test_a_table_knows_its_units_by_alias():
    assert UnitTable("pcs", {"case": 12}) == UnitTable("H87", [("XCS", Fraction(12))])


def test_a_table_is_a_value(table):
    assert hash(table) == hash(UnitTable("H87", {"XPX": 480, "XCS": 12}))


@pytest.mark.parametrize(
    ("factors", "code", "path"),
    [
        ({"XCS": 0}, "factor.not_positive", "factors.XCS"),
        ({"XCS": 12.0}, "factor.type", "factors.XCS"),
        ({"H87": 12}, "unit.base", "factors.H87"),
        ({"XCS": 12, "case": 10}, "unit.duplicate", "factors.XCS"),
        ({"furlong": 12}, "unit.unknown", "factors"),
        (dict.fromkeys(sorted(CODES)[:101], 1), "unit.too_many", "factors"),
    ],
    ids=["zero", "float", "base", "twice", "unknown", "many"],
)
def test_a_malformed_table_is_refused(factors, code, path):
    assert refused(UnitTable, "H87", factors) == (code, path)


def test_the_base_may_be_listed_as_one(table):
    assert UnitTable("H87", {"H87": 1}).units == ("H87",)


def test_a_unit_without_a_factor_is_refused(table):
    assert refused(table.factor, "KGM", "lines[0].unit") == ("unit.no_factor", "lines[0].unit")


def test_less_than_nothing_fills_no_cases(table):
    assert refused(table.counted, -1, "XCS")[0] == "quantity.negative"

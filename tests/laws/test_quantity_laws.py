"""Laws of quantities and of conversion between units."""

from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.kernel.errors import InvalidValue
from salesorders.kernel.quantity import (
    ALIASES,
    CODES,
    Quantity,
    UnitTable,
    convert,
    factor_of,
    is_whole,
    quantity_of,
    to_base,
    unit_alias,
    unit_of,
)
from tests.amounts.builders import WIDE

law = settings(deadline=None)


def answered(function, *args, **kwargs):
    """Return what the function answers, or the error with which it refuses."""
    try:
        return function(*args, **kwargs), None
    except InvalidValue as error:
        return None, error


codes = st.sampled_from(sorted(CODES))
values = st.integers(0, 10**14).map(lambda n: Decimal(n).scaleb(-6))
factors = st.fractions(min_value=Fraction(1, 10**4), max_value=10**4, max_denominator=10**6)
roundings = st.sampled_from(
    [
        "ROUND_HALF_UP",
        "ROUND_HALF_EVEN",
        "ROUND_HALF_DOWN",
        "ROUND_UP",
        "ROUND_DOWN",
        "ROUND_CEILING",
        "ROUND_FLOOR",
        "ROUND_05UP",
    ]
)


@law
@given(codes, values, values, values)
def test_quantities_of_one_unit_add_like_numbers(unit, x, y, z):
    a, b, c = (Quantity(value, unit) for value in (x, y, z))
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + Quantity(0, unit) == a
    assert (a + b) - b == a
    assert (a <= b) == (a.value <= b.value) == (a + c <= b + c)


@law
@given(st.lists(codes, min_size=2, max_size=2, unique=True), values, values)
def test_two_units_never_meet_and_are_never_equal(units, x, y):
    a, b = Quantity(x, units[0]), Quantity(y, units[1])
    assert a != b
    for operate in (a.__add__, a.__sub__, a.__lt__, a.__le__, a.__gt__, a.__ge__):
        with pytest.raises(InvalidValue) as caught:
            operate(b)
        assert caught.value.code == "unit.mismatch"


@law
@given(values, codes)
def test_what_a_quantity_prints_reads_back(value, unit):
    number, code = str(Quantity(value, unit)).split(" ")
    assert Quantity(number, code) == Quantity(value, unit)
    assert "E" not in number


@law
@given(st.decimals(allow_nan=True, allow_infinity=True) | st.integers() | st.text(max_size=40))
def test_a_quantity_is_positive_and_bounded_or_it_is_refused(value):
    number, error = answered(quantity_of, value, "lines[0].quantity")
    if error:
        assert error.path == "lines[0].quantity"
        assert error.code.startswith("quantity.")
    else:
        assert 0 < number <= 10**12
        assert number == Decimal(value)
        assert number.as_tuple().exponent >= -6


@law
@given(values, factors, st.integers(0, 12), roundings)
def test_converting_rounds_the_exact_product_once(value, factor, digits, rounding):
    exactly = Fraction(value) * factor
    result = convert(value, factor, digits, rounding)
    unit = Fraction(1, 10**digits)
    assert -result.as_tuple().exponent == digits
    assert abs(Fraction(result) - exactly) < unit
    if rounding.startswith("ROUND_HALF"):
        assert abs(Fraction(result) - exactly) <= unit / 2
    if rounding in ("ROUND_DOWN", "ROUND_FLOOR"):
        assert Fraction(result) <= exactly
    if rounding in ("ROUND_UP", "ROUND_CEILING"):
        assert Fraction(result) >= exactly


@law
@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.integers(0, 6), roundings)
def test_a_decimal_is_rounded_as_decimal_itself_rounds(n, places, digits, rounding):
    value = Decimal(n).scaleb(-places)
    expected = value.quantize(Decimal(1).scaleb(-digits), rounding, Context(prec=60))
    assert convert(value, Fraction(1), digits, rounding) == expected


@law
@given(values, factors)
def test_the_base_is_exact_whole_where_it_must_be_or_refused(value, factor):
    for base in ("H87", "KGM"):
        result, error = answered(to_base, value, factor, base, "q")
        if error:
            assert error.path == "q"
            assert error.code in {"quantity.fractional_unit", "quantity.precision"}
            assert (error.code == "quantity.fractional_unit") == is_whole(base)
        else:
            assert Fraction(result) == Fraction(value) * factor
            assert not is_whole(base) or result == int(result)


@st.composite
def tables(draw):
    units = draw(st.lists(codes, min_size=1, max_size=6, unique=True))
    return UnitTable(units[0], {unit: draw(factors) for unit in units[1:]})


@law
@given(tables(), values, st.data())
def test_there_and_back_again_is_exact(table, value, data):
    one, two = (data.draw(st.sampled_from(table.units)) for _ in range(2))
    small = WIDE.divide(value, Decimal(1000)).quantize(Decimal("0.000001"), context=WIDE)
    there = table.exactly(small, one, two)
    assert table.exactly(there, two, one) == Fraction(small)


@law
@given(tables(), st.integers(0, 10**4), st.data())
def test_the_way_does_not_matter(table, value, data):
    one, two, three = (data.draw(st.sampled_from(table.units)) for _ in range(3))
    over = table.exactly(table.exactly(value, one, two), two, three)
    assert over == table.exactly(value, one, three)


@law
@given(tables(), st.integers(0, 10**6), st.data())
def test_whole_units_and_the_rest_are_everything(table, value, data):
    unit = data.draw(st.sampled_from(table.units))
    count, rest = table.counted(value, unit)
    factor = table.factor(unit)
    assert count * factor + rest == value
    assert 0 <= rest < factor


@law
@given(values, factors, st.sampled_from([1, 3, 6, 100]))
def test_the_callers_precision_changes_no_result(value, factor, precision):
    def everything():
        more = Quantity(value, "KGM") + Quantity("0.000001", "KGM")
        return str(convert(value, factor, 6)), str(quantity_of("123456789.123456")), str(more)

    plain = everything()
    with localcontext() as context:
        context.prec = precision
        assert everything() == plain


@law
@given(st.fractions(), st.floats(), st.booleans())
def test_a_factor_is_positive_and_exact_or_refused(fraction, number, flag):
    for value in (number, flag):
        with pytest.raises(InvalidValue) as caught:
            factor_of(value)
        assert caught.value.code == "factor.type"
    factor, error = answered(factor_of, fraction)
    if error:
        assert error.code in {"factor.not_positive", "factor.range"}
    else:
        assert factor == fraction > 0


@law
@given(st.text(max_size=20) | codes | st.sampled_from(sorted(ALIASES)) | codes.map(str.lower))
def test_a_unit_is_listed_mapped_or_refused(text):
    mapped = unit_alias(text)
    if text in CODES:
        assert (unit_of(text), mapped) == (text, None)
    elif mapped is None:
        with pytest.raises(InvalidValue) as caught:
            unit_of(text)
        assert caught.value.code == "unit.unknown"
    else:
        assert unit_of(text) == mapped
        assert mapped in CODES


@law
@given(st.sampled_from(sorted(alias for alias in ALIASES if alias.isascii())))
def test_aliases_are_read_in_any_case(alias):
    for written in (alias.lower(), alias.title(), alias.swapcase()):
        if written not in CODES:
            assert unit_of(written) == ALIASES[alias]

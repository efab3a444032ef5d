"""What numbers come in: plain, finite, bounded, and checked before anything expands them."""

import time
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    Decimal,
    InvalidOperation,
    getcontext,
    localcontext,
)
from fractions import Fraction

import pytest

from salesorders.kernel.errors import InvalidValue
from salesorders.kernel.limits import (
    LIMITS,
    PRECISION,
    decimal_of,
    exact,
    rate_of,
    round_to,
    whole_of,
)


def refused(function, *args, **kwargs):
    with pytest.raises(InvalidValue) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.50"), "12.5"),
        (12, "12"),
        ("12.50", "12.5"),
        ("-0.10", "-0.1"),
        ("+3", "3"),
        ("007", "7"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1.000"), "1"),
        ("999999999999999", "999999999999999"),
        ("0.000000000001", "1E-12"),
    ],
)
def test_plain_numbers_are_taken_in_one_form(value, text):
    assert str(decimal_of(value)) == text


@pytest.mark.parametrize(
    "zero", ["0", "-0", "-0.00", "0.000", 0, Decimal("-0"), Decimal("0E+5"), Decimal("-0E-9")]
)
def test_every_zero_is_the_same_zero(zero):
    assert str(decimal_of(zero)) == "0"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "number.type"),
        (1.5, "number.type"),
        (float("nan"), "number.type"),
        (None, "number.type"),
        (b"1", "number.type"),
        (1j, "number.type"),
        (Fraction(1, 2), "number.type"),
        ([1], "number.type"),
        (Decimal("NaN"), "number.not_finite"),
        (Decimal("sNaN"), "number.not_finite"),
        (Decimal("-sNaN123"), "number.not_finite"),
        (Decimal("Infinity"), "number.not_finite"),
        (Decimal("-Infinity"), "number.not_finite"),
        (Decimal("1e15"), "number.range"),
        (Decimal("-1e15"), "number.range"),
        (10**15, "number.range"),
        pytest.param(10**5_000, "number.range", id="huge"),
        (Decimal("1e1000000"), "number.range"),
        (Decimal("1e999999999999"), "number.range"),
        (Decimal("1e-13"), "number.precision"),
        (Decimal("1e-1000000"), "number.precision"),
        (Decimal("1e-999999999999"), "number.precision"),
        pytest.param(Decimal("1." + "3" * 10_000), "number.precision", id="long decimal"),
        ("1_000", "number.text"),
        (" 1", "number.text"),
        ("1 ", "number.text"),
        ("1\n", "number.text"),
        ("", "number.text"),
        ("1,000", "number.text"),
        ("1e3", "number.text"),
        (".5", "number.text"),
        ("5.", "number.text"),
        ("--1", "number.text"),
        ("0x10", "number.text"),
        ("NaN", "number.text"),
        ("sNaN", "number.text"),
        ("Infinity", "number.text"),
        ("1e1000000", "number.text"),
        ("٣", "number.text"),  # Arabic-Indic three
        ("１", "number.text"),  # fullwidth one
        ("−1", "number.text"),  # a minus sign that is no hyphen
        pytest.param("9" * 10_000, "number.text", id="long text"),
        pytest.param("1." + "0" * 10_000, "number.text", id="long zeros"),
    ],
)
def test_what_is_no_plain_number_is_refused_at_once(value, code):
    started = time.perf_counter()
    assert refused(decimal_of, value, "lines[0].price") == (code, "lines[0].price")
    assert time.perf_counter() - started < 0.1


def test_the_first_word_of_the_code_is_the_callers():
    assert refused(decimal_of, "x", "rate", code="rate") == ("rate.text", "rate")


def test_trailing_zeros_beyond_the_scale_lose_nothing():
    assert decimal_of(Decimal("1.50000000000000000000")) == Decimal("1.5")


def test_a_subclass_of_decimal_comes_out_as_a_plain_decimal():
    class Loud(Decimal):
        pass

    assert type(decimal_of(Loud("12.5"))) is Decimal


def test_a_subclass_of_str_is_read_as_its_text():
    class Loud(str):
        __slots__ = ()

    assert decimal_of(Loud("12.5")) == Decimal("12.5")


def test_the_callers_context_neither_rounds_nor_signals():
    with localcontext() as context:
        context.prec = 3
        context.traps[InvalidOperation] = False
        context.clear_flags()
        assert decimal_of("123456789.123456") == Decimal("123456789.123456")
        assert str(decimal_of(Decimal("123456789.100"))) == "123456789.1"
        assert not any(context.flags.values())


def test_exact_sums_do_not_depend_on_the_callers_precision():
    @exact
    def total():
        return Decimal("123456.78") + Decimal("0.01")

    with localcontext() as context:
        context.prec = 6
        assert total() == Decimal("123456.79")


def test_exact_gives_the_callers_context_back_even_after_an_error():
    @exact
    def fails():
        assert getcontext().prec == PRECISION
        raise KeyError

    with localcontext() as context:
        context.prec = 6
        context.rounding = ROUND_DOWN
        with pytest.raises(KeyError):
            fails()
        assert (getcontext().prec, getcontext().rounding) == (6, ROUND_DOWN)


def test_exact_does_not_trust_a_context_that_only_looks_like_ours():
    @exact
    def third():
        return Decimal(1) / Decimal(0)

    with localcontext() as context:
        context.prec = PRECISION
        context.rounding = "ROUND_HALF_UP"
        context.clear_traps()
        with pytest.raises(ArithmeticError):
            third()


@pytest.mark.parametrize("value", [0, 5, 10**9])
def test_whole_numbers_within_bounds_are_taken(value):
    assert whole_of(value) == value


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "number.type"),
        (1.0, "number.type"),
        ("1", "number.type"),
        (Decimal(1), "number.type"),
        (-1, "number.range"),
        (10**9 + 1, "number.range"),
        pytest.param(10**5_000, "number.range", id="huge"),
    ],
)
def test_other_whole_numbers_are_refused(value, code):
    assert refused(whole_of, value, "days") == (code, "days")


@pytest.mark.parametrize(
    ("value", "rate"),
    [("5%", "5"), ("5", "5"), (5, "5"), (Decimal("7.50"), "7.5"), ("100%", "100")],
)
def test_a_rate_is_read_with_and_without_its_sign(value, rate):
    assert str(rate_of(value)) == rate


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("5%%", "rate.text"),
        ("%", "rate.text"),
        (" 5%", "rate.text"),
        (5.0, "rate.type"),
        (-1, "rate.range"),
        ("100.01", "rate.range"),
    ],
)
def test_other_rates_are_refused(value, code):
    assert refused(rate_of, value, "discount") == (code, "discount")


@pytest.mark.parametrize(
    ("number", "digits", "rounding", "result"),
    [
        ("2.345", 2, "ROUND_HALF_UP", "2.35"),
        ("-2.345", 2, "ROUND_HALF_UP", "-2.35"),
        ("2.345", 2, ROUND_HALF_EVEN, "2.34"),
        ("2.5", 0, "ROUND_HALF_UP", "3"),
        ("7", 3, "ROUND_HALF_UP", "7.000"),
    ],
)
def test_rounding_is_half_away_from_zero_unless_named(number, digits, rounding, result):
    assert str(round_to(Decimal(number), digits, rounding)) == result


def test_the_limits_are_those_that_are_documented():
    assert (LIMITS.lines, LIMITS.text, LIMITS.ident, LIMITS.key) == (10_000, 1_000, 64, 255)
    assert (LIMITS.magnitude, LIMITS.scale, LIMITS.depth) == (15, 12, 64)
    assert LIMITS.document_bytes == 20_000_000

"""Money at the borders, and the one way in which an amount is split."""

import copy
import pickle
import time
from decimal import Decimal, localcontext
from fractions import Fraction

import moneyed
import pytest

from salesorders.kernel.errors import InvalidValue
from salesorders.kernel.money import (
    EXPONENTS,
    CurrencyMismatch,
    Money,
    amount_of,
    currency_of,
    exponent_of,
    rounded,
    split,
)


def refused(function, *args, **kwargs):
    with pytest.raises(InvalidValue) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


def weights(*values):
    return [Decimal(value) for value in values]


# ---------------------------------------------------------------- currencies and amounts


@pytest.mark.parametrize(("code", "digits"), [("JPY", 0), ("EUR", 2), ("KWD", 3), ("CLP", 0)])
def test_a_currency_has_the_decimals_of_iso_4217(code, digits):
    assert exponent_of(currency_of(code)) == digits


@pytest.mark.parametrize("code", ["eur", "EURO", "", "XDR", "XAU", "XTS", "ЕUR", "EUR\n", "€"])
def test_what_is_no_tender_is_no_currency(code):
    assert refused(currency_of, code, "order.currency") == ("currency.unknown", "order.currency")


@pytest.mark.parametrize("code", [None, 978, b"EUR"])
def test_a_currency_is_text(code):
    assert refused(currency_of, code) == ("currency.type", "currency")


def test_every_currency_can_be_money():
    assert {str(Money(1, code).currency) for code in EXPONENTS} == set(EXPONENTS)


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("12.5", "EUR", "12.50"),
        (12, "EUR", "12.00"),
        (Decimal("1E+2"), "JPY", "100"),
        ("0.001", "KWD", "0.001"),
        ("-0", "EUR", "0.00"),
        (Decimal("-0.00"), "JPY", "0"),
        (Decimal("1.100000"), "EUR", "1.10"),
    ],
)
def test_an_amount_has_exactly_the_decimals_of_its_currency(value, currency, text):
    assert str(amount_of(value, currency)) == text


@pytest.mark.parametrize(
    ("value", "currency", "code"),
    [
        ("1.001", "EUR", "money.precision"),
        ("0.5", "JPY", "money.precision"),
        ("0.0001", "KWD", "money.precision"),
        (0.1, "EUR", "money.type"),
        (True, "EUR", "money.type"),
        (None, "EUR", "money.type"),
        ("1,00", "EUR", "money.text"),
        ("EUR 1", "EUR", "money.text"),
        (Decimal("NaN"), "EUR", "money.not_finite"),
        (Decimal("sNaN"), "EUR", "money.not_finite"),
        (Decimal("-Infinity"), "EUR", "money.not_finite"),
        (10**15, "EUR", "money.range"),
        (Decimal("1e999999999999"), "EUR", "money.range"),
        (Decimal("1e-999999999999"), "EUR", "money.precision"),
    ],
)
def test_what_is_no_amount_is_refused_at_once(value, currency, code):
    started = time.perf_counter()
    assert refused(amount_of, value, currency, "price") == (code, "price")
    assert refused(Money, value, currency) == (code, "amount")
    assert time.perf_counter() - started < 0.1


def test_money_of_the_right_currency_is_an_amount():
    assert amount_of(Money("1.20", "EUR"), "EUR") == Decimal("1.20")


def test_money_of_another_currency_is_none():
    assert refused(amount_of, Money(1, "USD"), "EUR", "price") == ("currency.mismatch", "price")


def test_foreign_money_with_too_many_decimals_is_refused():
    assert refused(amount_of, moneyed.Money("1.001", "EUR"), "EUR") == ("money.precision", "amount")


def test_rounding_is_half_away_from_zero_at_the_minor_unit():
    assert rounded(Decimal("2.345"), "EUR") == Decimal("2.35")
    assert rounded(Decimal("-2.345"), "EUR") == Decimal("-2.35")
    assert rounded(Decimal("2.5"), "JPY") == Decimal(3)


# ---------------------------------------------------------------- arithmetic


def test_money_adds_subtracts_and_negates():
    assert Money("1.20", "EUR") + Money("0.80", "EUR") == Money(2, "EUR")
    assert Money("1.20", "EUR") - Money("2", "EUR") == Money("-0.80", "EUR")
    assert -Money("1.20", "EUR") == Money("-1.20", "EUR")
    assert abs(Money("-1.20", "EUR")) == Money("1.20", "EUR")
    assert +Money("1.20", "EUR") == Money("1.20", "EUR")


def test_the_negative_of_nothing_is_nothing():
    assert str(-Money(0, "EUR")) == "EUR 0.00"


def test_money_sums():
    assert sum([Money(1, "EUR"), Money(2, "EUR")]) == Money(3, "EUR")


def test_an_empty_sum_starts_from_zero_of_a_currency():
    assert sum([], Money.zero("JPY")) == Money(0, "JPY")


@pytest.mark.parametrize(
    "operate",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
        lambda a, b: a / b,
    ],
)
def test_two_currencies_never_meet(operate):
    with pytest.raises(CurrencyMismatch) as caught:
        operate(Money(1, "EUR"), Money(1, "USD"))
    assert caught.value.code == "currency.mismatch"


@pytest.mark.parametrize(
    "operate",
    [
        lambda a: a + 1,
        lambda a: a - Decimal(1),
        lambda a: 1 - a,
        lambda a: a + "1",
        lambda a: a + False,
        lambda a: a < 1,
        lambda a: a >= Decimal(0),
        lambda a: a * a,
        lambda a: a / 2,
        lambda a: 50 % a,
        lambda a: a.round(),
    ],
)
def test_money_does_not_mix_with_numbers(operate):
    assert refused(operate, Money(1, "EUR"))[0] == "money.type"


@pytest.mark.parametrize("factor", [0.5, True, None])
def test_money_is_not_multiplied_by_a_float(factor):
    assert refused(lambda: Money(1, "EUR") * factor)[1] == "factor"


def test_a_product_with_too_many_decimals_is_refused_not_rounded():
    assert refused(lambda: Money("0.05", "EUR") * Decimal("0.5"))[0] == "money.precision"


def test_times_rounds_at_the_minor_unit():
    assert Money("0.05", "EUR").times("0.5") == Money("0.03", "EUR")
    assert Money("0.05", "EUR").times("0.5", "ROUND_DOWN") == Money("0.02", "EUR")
    assert Money("-0.05", "EUR").times("0.5") == Money("-0.03", "EUR")


def test_money_over_money_is_a_number():
    assert Money(3, "EUR") / Money(2, "EUR") == Decimal("1.5")


@pytest.mark.parametrize("operate", [lambda a: a // 2, lambda a: a % 2, lambda a: a**2])
def test_other_arithmetic_never_leaves_money_without_its_promises(operate):
    try:
        result = operate(Money("1.25", "EUR"))
    except (InvalidValue, TypeError):
        return
    assert type(result) is Money


def test_money_that_outgrows_its_bound_is_refused():
    most = Money("999999999999999.99", "EUR")
    assert refused(lambda: most + Money("0.01", "EUR"))[0] == "money.range"


def test_nothing_is_false_and_something_true():
    assert not Money(0, "EUR")
    assert Money("0.01", "EUR")


# ---------------------------------------------------------------- a value


def test_money_is_immutable():
    money = Money(1, "EUR")
    for change in (
        lambda: setattr(money, "amount", Decimal(2)),
        lambda: setattr(money, "currency", moneyed.USD),
        lambda: setattr(money, "note", "x"),
        lambda: delattr(money, "amount"),
    ):
        with pytest.raises(AttributeError):
            change()
    assert money == Money(1, "EUR")


def test_adding_in_place_makes_a_new_value():
    first = money = Money(1, "EUR")
    money += Money(1, "EUR")
    assert (str(first), str(money)) == ("EUR 1.00", "EUR 2.00")


def test_equal_money_hashes_alike():
    assert len({Money("1.5", "EUR"), Money("1.50", "EUR"), Money("1.50", "USD")}) == 2


@pytest.mark.parametrize("other", [1, Decimal(1), "EUR 1.00", None])
def test_money_equals_no_number(other):
    assert Money(1, "EUR") != other


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))]
)
def test_a_copy_is_the_same_value_of_the_same_type(again):
    money = again(Money("1.20", "EUR"))
    assert (type(money), money, str(money)) == (Money, Money("1.20", "EUR"), "EUR 1.20")


def test_money_prints_plainly_whatever_the_locale(monkeypatch):
    for name in ("LANG", "LC_ALL", "LC_MONETARY", "LANGUAGE"):
        monkeypatch.setenv(name, "de_DE.UTF-8")
    money = Money("1234567.50", "EUR")
    assert str(money) == "EUR 1234567.50" == f"{money}"
    assert repr(money) == "Money('1234567.50', 'EUR')"


def test_small_amounts_print_without_an_exponent():
    assert str(Money(0, "KWD")) == "KWD 0.000"


def test_the_callers_decimal_context_changes_nothing():
    with localcontext() as context:
        context.prec = 6
        total = Money("123456.78", "EUR") + Money("0.01", "EUR")
        assert str(total) == "EUR 123456.79"
        assert str(-total) == "EUR -123456.79"
        assert str(abs(-total)) == "EUR 123456.79"
        assert str(total.times("1.19")) == "EUR 146913.58"
        assert str(total * 3) == "EUR 370370.37"


# ---------------------------------------------------------------- split


@pytest.mark.parametrize(
    ("total", "parts", "digits", "shares"),
    [
        ("100.00", (1, 1, 1), 2, ("33.34", "33.33", "33.33")),
        ("100", (90, 45, 30, 15), 0, ("50", "25", "17", "8")),
        ("10", (7, 7, 7), 0, ("4", "3", "3")),
        ("2", (1, 1, 1), 0, ("1", "1", "0")),
        ("-10", (7, 7, 7), 0, ("-4", "-3", "-3")),
        ("1", ("0.1", "0.20", "1E+1"), 3, ("0.010", "0.019", "0.971")),
        ("5", (0, 1), 0, ("0", "5")),
        ("0.00", (0, 0), 2, ("0.00", "0.00")),
        ("0", (), 0, ()),
    ],
)
def test_an_amount_is_split_by_largest_remainder(total, parts, digits, shares):
    result = split(Decimal(total), weights(*parts), digits)
    assert tuple(map(str, result)) == shares


def test_capped_shares_are_filled_first():
    shares = split(Decimal(100), weights(3, 2, 1), caps=weights(20, 60, 80))
    assert shares == tuple(weights(20, 53, 27))


def test_an_all_zero_weighting_is_refused():
    assert refused(split, Decimal(1), weights(0, 0)) == ("split.weights", "weights")


def test_there_is_nobody_to_split_among():
    assert refused(split, Decimal(1), []) == ("split.weights", "weights")


@pytest.mark.parametrize("weight", ["-1", "NaN", "sNaN", "Infinity"])
def test_a_weight_that_is_no_number_of_at_least_zero_is_refused(weight):
    assert refused(split, Decimal(1), weights(1, weight)) == ("split.weights", "weights[1]")


@pytest.mark.parametrize("total", ["0.001", "NaN", "Infinity", "sNaN"])
def test_a_total_finer_than_the_unit_is_refused(total):
    assert refused(split, Decimal(total), weights(1), 2) == ("split.total", "total")


@pytest.mark.parametrize("weight", ["1e1000000", "1e-1000000", "1e999999999999"])
def test_a_weight_of_absurd_size_is_refused_at_once(weight):
    started = time.perf_counter()
    assert refused(split, Decimal(1), weights(1, weight))[0] == "split.weights"
    assert time.perf_counter() - started < 0.1


@pytest.mark.parametrize("total", ["1e1000000", "1e999999999999"])
def test_a_total_of_absurd_size_is_refused_at_once(total):
    started = time.perf_counter()
    assert refused(split, Decimal(total), weights(1)) == ("split.total", "total")
    assert time.perf_counter() - started < 0.1


@pytest.mark.parametrize(
    "caps",
    [
        weights(1, 2),  # together less than the total
        weights(1),  # one too few
        weights(1, 2, 3),  # one too many
        weights(100, -1),
        weights(100, "NaN"),
        weights(100, "Infinity"),
    ],
)
def test_caps_that_cannot_hold_the_total_are_refused(caps):
    assert refused(split, Decimal(10), weights(1, 1), caps=caps)[0] == "split.caps"


def test_a_cap_of_none_is_no_cap():
    shares = split(Decimal(10), weights(1, 1), caps=[Decimal(2), None])
    assert shares == tuple(weights(2, 8))


def test_a_cap_between_two_units_is_the_lower_one():
    shares = split(Decimal(10), weights(1, 1), caps=[Decimal("2.9"), None])
    assert shares == tuple(weights(2, 8))


def test_ten_thousand_shares_are_split_in_a_moment():
    started = time.perf_counter()
    shares = split(Decimal("99999999.99"), weights(*range(1, 10_001)), 2)
    assert sum(map(Fraction, shares)) == Fraction("99999999.99")
    assert time.perf_counter() - started < 1


def test_thousands_of_caps_are_filled_in_a_moment():
    # The smallest caps fill first, over many rounds.
    n = 2_000
    caps = [2 ** min(i, 30) for i in range(n)]
    total = sum(caps) - 1
    started = time.perf_counter()
    shares = split(Decimal(total), weights(*[1] * n), caps=weights(*caps))
    assert sum(map(int, shares)) == total
    assert time.perf_counter() - started < 1


def test_money_is_split_at_its_minor_unit():
    shares = Money("100.00", "EUR").split([1, "1", Decimal(1)])
    assert [str(share) for share in shares] == ["EUR 33.34", "EUR 33.33", "EUR 33.33"]


def test_a_malformed_weight_of_money_is_refused_with_its_place():
    assert refused(Money(1, "EUR").split, [1, 0.5]) == ("number.type", "weights[1]")


@pytest.mark.parametrize("precision", [6, 28, 100])
def test_the_callers_decimal_context_does_not_change_a_split(precision):
    with localcontext() as context:
        context.prec = precision
        shares = split(Decimal("123456789.01"), weights(1, 1), 2)
    assert [str(share) for share in shares] == ["61728394.51", "61728394.50"]

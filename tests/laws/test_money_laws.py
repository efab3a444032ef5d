"""Laws of money and of the numbers that come in: they hold for every value, not for examples."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.kernel.errors import InvalidValue, SalesOrdersError, shown
from salesorders.kernel.limits import LIMITS, decimal_of
from salesorders.kernel.money import EXPONENTS, CurrencyMismatch, Money
from salesorders.testing.laws import money_laws

law = settings(deadline=None)


def answered(function, *args, **kwargs):
    """Return what the function answers, or the error with which it refuses."""
    try:
        return function(*args, **kwargs), None
    except InvalidValue as error:
        return None, error


currencies = st.sampled_from(sorted(EXPONENTS))
units = st.integers(-(10**13), 10**13)


def money_of(currency):
    return units.map(lambda n: Money(Decimal(n).scaleb(-EXPONENTS[currency]), currency))


@st.composite
def like_money(draw, count=3):
    currency = draw(currencies)
    return [draw(money_of(currency)) for _ in range(count)]


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_money_is_an_ordered_commutative_group(currency):
    money_laws(money_of(currency))


@law
@given(like_money())
def test_the_zero_of_a_currency_is_nothing(amounts):
    a, b, _ = amounts
    zero = Money.zero(str(a.currency))
    assert a + zero == zero + a == a
    assert a + -a == b - b == zero
    assert zero - (zero - a) == a


@law
@given(like_money(count=2), st.integers(-40, 40))
def test_multiplying_by_a_whole_number_is_repeated_adding(amounts, n):
    a, b = amounts
    assert (a + b) * n == a * n + b * n
    assert a * n == n * a == -(a * -n)


@law
@given(st.lists(currencies, min_size=2, max_size=2, unique=True), units, units)
def test_two_currencies_never_meet_and_are_never_equal(pair, n, m):
    a, b = (Money(value, code) for value, code in zip((n, m), pair, strict=True))
    assert a != b
    for operate in (a.__add__, a.__sub__, a.__lt__, a.__le__, a.__gt__, a.__ge__, a.__truediv__):
        with pytest.raises(CurrencyMismatch):
            operate(b)


@law
@given(like_money(count=2), st.decimals("-10", "10", places=6), st.sampled_from([1, 3, 6, 100]))
def test_the_callers_precision_changes_no_result(amounts, factor, precision):
    a, b = amounts

    def everything():
        return [
            *map(str, (a + b, a - b, -a, abs(a), a.times(factor), a * 2)),
            *map(str, a.split([1, 2, 3])),
            str(sum([a, b])),
            a < b,
            a == b,
            hash(a),
        ]

    plain = everything()
    with localcontext() as context:
        context.prec = precision
        assert everything() == plain


@law
@given(like_money(count=1))
def test_what_money_prints_reads_back(amounts):
    (money,) = amounts
    code, number = str(money).split(" ")
    assert Money(number, code) == money
    assert number.isascii()
    assert "E" not in number


@law
@given(like_money(count=1), st.sampled_from(["amount", "currency", "__class__", "anything"]))
def test_no_attribute_of_money_can_be_set(amounts, name):
    (money,) = amounts
    before = str(money)
    with pytest.raises((AttributeError, TypeError)):
        setattr(money, name, None)
    assert str(money) == before


# ---------------------------------------------------------------- numbers that come in


@law
@given(st.decimals(allow_nan=True, allow_infinity=True) | st.integers() | st.text(max_size=60))
def test_a_number_is_finite_bounded_and_in_one_form_or_it_is_refused(value):
    number, error = answered(decimal_of, value, "field")
    if error:
        assert error.path == "field"
        assert error.code.startswith("number.")
    else:
        assert type(number) is Decimal
        assert number.is_finite()
        assert abs(number) < 10**LIMITS.magnitude
        assert number == Decimal(value)
        exponent = number.as_tuple().exponent
        assert -LIMITS.scale <= exponent <= 0
        assert not (exponent < 0 and number.as_tuple().digits[-1] == 0)
        assert not (number.is_zero() and number.is_signed())


@law
@given(st.decimals(-(10**14), 10**14, places=6))
def test_taking_a_number_twice_changes_nothing(value):
    once = decimal_of(value)
    again = decimal_of(once)
    assert (again, again.as_tuple()) == (once, once.as_tuple())
    assert decimal_of(f"{once:f}").as_tuple() == once.as_tuple()


@law
@given(st.integers(-(10**18), 10**18), st.integers(-30, 30))
def test_equal_numbers_come_in_alike(digits, exponent):
    value = Decimal(digits).scaleb(exponent)
    wider = value * Decimal("1.000")
    taken, error = answered(decimal_of, value)
    again, other_error = answered(decimal_of, wider)
    if error:
        assert other_error.code == error.code
    else:
        assert again.as_tuple() == taken.as_tuple()


# ---------------------------------------------------------------- what errors show


@law
@given(
    st.text()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.binary()
    | st.none()
    | st.booleans()
    | st.lists(st.text())
)
def test_whatever_is_shown_is_short_and_printable(value):
    assert len(shown(value)) <= 80
    assert shown(value).isprintable()


@law
@given(st.lists(st.sampled_from(["lines", "[0]", "quantity"]), min_size=1, max_size=5))
def test_paths_join_from_the_inside_out(parts):
    error = SalesOrdersError("a.b", parts[-1])
    for part in reversed(parts[:-1]):
        error = error.within(part)
    joined = parts[0] + "".join(p if p.startswith("[") else f".{p}" for p in parts[1:])
    assert error.path == joined

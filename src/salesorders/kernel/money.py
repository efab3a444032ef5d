"""Money, currencies and the one way in which an amount is split.

Inside a document amounts are plain ``Decimal`` in the document's one currency; :class:`Money`
stands at the borders. Exponents are those of ISO 4217.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any, NoReturn

import moneyed

from salesorders.kernel.errors import InvalidValue, invalid, shown
from salesorders.kernel.limits import (
    CONTEXT,
    HALF_UP,
    LIMITS,
    Rounding,
    decimal_of,
    exact,
)

__all__ = [
    "MINOR_UNIT",
    "NOTHING",
    "CurrencyMismatch",
    "Money",
    "amount_of",
    "currency_of",
    "exponent_of",
    "rounded",
    "split",
]

# ISO 4217, codes in use as tender; funds, metals and testing codes are no tender and are refused.
_TWO = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
    "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR "
    "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN "
    "NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP "
    "SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
_ZERO = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
EXPONENTS: dict[str, int] = {
    **dict.fromkeys(_TWO.split(), 2),
    **dict.fromkeys(_ZERO.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
}
MINOR_UNIT = {code: Decimal(1).scaleb(-digits) for code, digits in EXPONENTS.items()}
_BOUND = Decimal(10) ** LIMITS.magnitude
# Nothing at the minor unit, with which a sum of amounts begins.
NOTHING = {code: unit * 0 for code, unit in MINOR_UNIT.items()}
_CURRENCIES: dict[str, moneyed.Currency] = {}


class CurrencyMismatch(InvalidValue, TypeError):
    """Two currencies met in one operation."""

    code = "currency.mismatch"


def currency_of(code: object, path: str = "currency") -> str:
    """Return an ISO 4217 tender code, upper case as written; anything else is refused."""
    if not isinstance(code, str):
        invalid("currency.type", path, f"a three-letter code is wanted, not {type(code).__name__}")
    if code not in EXPONENTS:
        invalid("currency.unknown", path, f"{shown(code)} is no ISO 4217 code of a tender currency")
    return code


def exponent_of(currency: str) -> int:
    """Return the number of decimals of ``currency`` by ISO 4217 (JPY 0, EUR 2, KWD 3)."""
    return EXPONENTS[currency_of(currency)]


def amount_of(value: object, currency: str, path: str = "amount") -> Decimal:
    """Return ``value`` as an amount of ``currency``: finite, bounded, no more decimals than it has.

    Raises ``money.type``, ``money.not_finite``, ``money.range``, ``money.precision`` or, for a
    :class:`Money` of another currency, ``currency.mismatch``.
    """
    if type(value) is Decimal:
        if value.same_quantum(MINOR_UNIT[currency]) and value.adjusted() < LIMITS.magnitude:
            return value or NOTHING[currency]  # never minus nothing
        if (amount := _exactly(value, currency)) is not None:
            return amount
    if isinstance(value, moneyed.Money):
        if str(value.currency) != currency:
            raise CurrencyMismatch(
                None, path, f"{currency} is wanted, not {shown(str(value.currency))}"
            )
        value = value.amount
    number = decimal_of(value, path, code="money")
    digits = EXPONENTS[currency]
    short = number.quantize(Decimal(1).scaleb(-digits), rounding=HALF_UP, context=CONTEXT)
    if short != number:
        invalid("money.precision", path, f"{currency} has {digits} decimals")
    return short


def _exactly(number: Decimal, currency: str) -> Decimal | None:
    """Return the number at the minor unit where it is bounded and nothing is lost, else ``None``."""
    try:
        # Not -_BOUND: a sign is arithmetic, which the caller's context may cut, and may trap that it cuts.
        if not number.copy_abs() < _BOUND:
            return None
    except InvalidOperation:
        return None
    short = rounded(number, currency)
    return (short or NOTHING[currency]) if short == number else None


def rounded(number: Decimal, currency: str, rounding: Rounding = HALF_UP) -> Decimal:
    """Round ``number`` to the minor unit of ``currency``, half away from zero by default."""
    return number.quantize(MINOR_UNIT[currency], rounding, CONTEXT)


class Money(moneyed.Money):
    """An amount of one currency at a border of the library; immutable and strict.

    >>> Money("1200.50", "EUR")
    Money('1200.50', 'EUR')
    >>> str(Money("1200.50", "EUR") + Money("0.50", "EUR"))
    'EUR 1201.00'
    """

    def __init__(self, amount: object, currency: str | moneyed.Currency) -> None:
        code = currency_of(currency.code if isinstance(currency, moneyed.Currency) else currency)
        known = _CURRENCIES.get(code)
        if known is None:
            # Currencies younger than the table of py-moneyed get an entry of our own.
            table = moneyed.CURRENCIES
            known = _CURRENCIES.setdefault(code, table.get(code) or moneyed.Currency(code=code))
        # The parent's names are final; going round it keeps the strict door the only one.
        object.__setattr__(self, "amount", amount_of(amount, code))
        object.__setattr__(self, "currency", known)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Money is immutable; {name} can't be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Money is immutable; {name} can't be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        return (Money, (self.amount, self.currency.code))

    def __str__(self) -> str:
        return f"{self.currency.code} {self.amount:f}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __repr__(self) -> str:
        return f"Money('{self.amount:f}', '{self.currency.code}')"

    def __hash__(self) -> int:
        return hash((self.amount, self.currency.code))

    def _other(self, other: object) -> Decimal:
        if not isinstance(other, moneyed.Money):
            raise InvalidValue(
                "money.type", "", f"money goes with money, not with {type(other).__name__}"
            )
        if other.currency.code != self.currency.code:
            raise CurrencyMismatch(
                None, "", f"{self.currency.code} does not go with {other.currency.code}"
            )
        return other.amount

    def _like(self, amount: Decimal) -> Money:
        return Money(amount, self.currency)

    def __neg__(self) -> Money:
        return self._like(CONTEXT.minus(self.amount))

    def __pos__(self) -> Money:
        return self

    def __abs__(self) -> Money:
        return self._like(CONTEXT.abs(self.amount))

    def __add__(self, other: object) -> Money:
        if isinstance(other, int) and not isinstance(other, bool) and other == 0:
            return self  # the start value of sum()
        return self._like(CONTEXT.add(self.amount, self._other(other)))

    __radd__ = __add__

    def __sub__(self, other: object) -> Money:
        return self._like(CONTEXT.subtract(self.amount, self._other(other)))

    def __rsub__(self, other: object) -> Money:
        return -self + other

    def __mul__(self, other: object) -> Money:
        """Multiply by a decimal or whole number; a product with too many decimals is refused."""
        if isinstance(other, moneyed.Money):
            raise InvalidValue("money.type", "", "money times money has no meaning")
        return self._like(CONTEXT.multiply(self.amount, decimal_of(other, "factor")))

    __rmul__ = __mul__

    def times(self, factor: object, rounding: Rounding = HALF_UP) -> Money:
        """Multiply and round to the minor unit; ``rounding`` is half away from zero by default."""
        product = CONTEXT.multiply(self.amount, decimal_of(factor, "factor"))
        return self._like(rounded(product, self.currency.code, rounding))

    def __truediv__(self, other: object) -> Decimal:
        if not isinstance(other, moneyed.Money):
            raise InvalidValue(
                "money.type", "", "to divide money, split it or use times with a rounding"
            )
        under = self._other(other)
        if not under:
            invalid("money.zero", "", "nothing divides by zero")
        return CONTEXT.divide(self.amount, under)

    def __rmod__(self, other: object) -> NoReturn:
        raise InvalidValue("money.type", "", "for a percentage use times")

    def round(self, ndigits: int | None = 0) -> NoReturn:
        """Refused: money is always at its minor unit."""
        raise InvalidValue("money.type", "", "money is always at its minor unit")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, moneyed.Money) and (self.currency.code, self.amount) == (
            other.currency.code,
            other.amount,
        )

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: object) -> bool:
        return bool(self.amount < self._other(other))

    def __le__(self, other: object) -> bool:
        return bool(self.amount <= self._other(other))

    def __gt__(self, other: object) -> bool:
        return bool(self.amount > self._other(other))

    def __ge__(self, other: object) -> bool:
        return bool(self.amount >= self._other(other))

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing of ``currency``: the start value for sums that may be empty."""
        return cls(0, currency)

    def split(self, weights: Sequence[object]) -> tuple[Money, ...]:
        """Split by largest remainder; see :func:`split`."""
        shares = split(
            self.amount,
            [decimal_of(w, f"weights[{n}]") for n, w in enumerate(weights)],
            exponent_of(self.currency.code),
        )
        return tuple(self._like(share) for share in shares)


@exact
def split(
    total: Decimal,
    weights: Sequence[Decimal],
    digits: int = 0,
    *,
    caps: Sequence[Decimal | None] | None = None,
) -> tuple[Decimal, ...]:
    """Split ``total`` in proportion to ``weights`` so that the shares add up to it exactly.

    Largest remainder: each share is cut down to ``digits`` decimals, then one unit each goes to the
    largest remainders, ties to the lowest index. A negative total mirrors the positive one. With
    ``caps`` (at least 0, ``None`` for none) a share that reaches its cap is filled first and
    the rest is split anew among the others.

    Raises ``split.weights`` for a negative weight or for weights that are all zero while there is
    something to split, ``split.total`` for a total finer than ``digits``, ``split.caps`` where
    the caps together hold less than the total.

    >>> split(Decimal("100.00"), [Decimal(1)] * 3, 2)
    (Decimal('33.34'), Decimal('33.33'), Decimal('33.33'))
    """
    unit = Decimal(1).scaleb(-digits)
    for index, weight in enumerate(weights):
        if not _is_sane(weight):
            invalid("split.weights", f"weights[{index}]", "a weight is a number of at least 0")
    if not _is_sane(total.copy_abs()) or total.quantize(unit) != total:
        invalid("split.total", "total", f"at most {digits} decimals are wanted")
    for index, cap in enumerate(caps or ()):
        if cap is not None and not _is_sane(cap):
            invalid("split.caps", f"caps[{index}]", "a cap is a number of at least 0")
    if total == 0:
        return (Decimal(0).quantize(unit),) * len(weights)
    if not any(weights):
        invalid("split.weights", "weights", "there is something to split, but every weight is 0")
    units = int(abs(total) / unit)
    if caps is None:
        shares = _largest_remainder(units, weights)
    else:
        shares = _filled(
            units,
            weights,
            [
                None if cap is None else int((cap / unit).to_integral_value(ROUND_FLOOR))
                for cap in caps
            ],
        )
    sign = -1 if total < 0 else 1
    return tuple((sign * share * unit).quantize(unit) for share in shares)


def _is_sane(number: Decimal) -> bool:
    """Finite, not negative, and of a size that whole-number arithmetic takes in no time."""
    return (
        number.is_finite()
        and (not number or (number > 0 and -60 < number.adjusted() < 30))
        and _scale(number) > -60
    )


def _scale(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _largest_remainder(units: int, weights: Sequence[Decimal]) -> list[int]:
    # Whole-number arithmetic: no division is ever inexact, whatever the weights are.
    scale = min(int(weight.as_tuple().exponent) for weight in weights)
    whole = (
        [int(weight.scaleb(-scale)) for weight in weights]
        if scale < 0
        else [int(weight) for weight in weights]
    )
    everything = sum(whole)
    shares, rests = [], []
    for weight in whole:
        share, rest = divmod(units * weight, everything)
        shares.append(share)
        rests.append(rest)
    left = units - sum(shares)
    for index in sorted(range(len(shares)), key=lambda n: (-rests[n], n))[:left]:
        shares[index] += 1
    return shares


def _filled(units: int, weights: Sequence[Decimal], caps: Sequence[int | None]) -> list[int]:
    if len(caps) != len(weights):
        invalid("split.caps", "caps", "one cap of at least 0 per weight is wanted")
    shares = [0] * len(weights)
    free = [index for index, weight in enumerate(weights) if weight]
    left = units
    while left:
        if not free:
            invalid("split.caps", "caps", "the caps together hold less than the total")
        tried = _largest_remainder(left, [weights[index] for index in free])
        over = [
            (index, caps[index])
            for index, share in zip(free, tried, strict=True)
            if caps[index] is not None and share > (caps[index] or 0)
        ]
        if not over:
            for index, share in zip(free, tried, strict=True):
                shares[index] = share
            return shares
        for index, cap in over:
            shares[index] = cap or 0
            left -= cap or 0
            free.remove(index)
    return shares

"""Quantities with units, and conversion by exact fractions that rounds once.

Inside a line a quantity is a plain ``Decimal`` in the line's unit; :class:`Quantity` stands where a
number and its unit travel together. A factor says how many base units one unit is: case 12.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

import attrs

from salesorders.kernel.errors import InvalidValue, invalid, shown
from salesorders.kernel.limits import CONTEXT, HALF_UP, LIMITS, Rounding, decimal_of, round_to
from salesorders.kernel.quantity.unit_codes import is_whole, unit_of

__all__ = [
    "Quantity",
    "UnitMismatch",
    "UnitTable",
    "convert",
    "factor_of",
    "quantity_of",
    "to_base",
]

ZERO = Decimal(0)
QUANTITY_MAX = Decimal(10**12)
QUANTITY_DECIMALS = 6
UNITS_MAX = 100
# Both halves of a factor: two decimals within LIMITS, divided, still fit.
_FACTOR_MAX = 10**27
# What comes back from one conversion may go into the next: a decimal times and through a factor.
_FRACTION_MAX = 10**12 * _FACTOR_MAX**2
_ROUNDINGS = frozenset(
    {
        "ROUND_HALF_UP",
        "ROUND_HALF_EVEN",
        "ROUND_HALF_DOWN",
        "ROUND_UP",
        "ROUND_DOWN",
        "ROUND_CEILING",
        "ROUND_FLOOR",
        "ROUND_05UP",
    }
)


class UnitMismatch(InvalidValue, TypeError):
    """Two units met in one operation; convert one of them first."""

    code = "unit.mismatch"


def quantity_of(value: object, path: str = "quantity") -> Decimal:
    """Return ``value`` as a quantity: above 0, at most 10**12, at most 6 decimals.

    Takes what :func:`~salesorders.kernel.limits.decimal_of` takes. Raises ``quantity.type``,
    ``quantity.text``, ``quantity.not_finite``, ``quantity.range``, ``quantity.precision`` or
    ``quantity.not_positive``.

    >>> quantity_of("12.50")
    Decimal('12.5')
    """
    number = _bounded(value, path)
    if number <= ZERO:
        invalid("quantity.not_positive", path, f"more than 0 is wanted, not {shown(number)}")
    return number


def _bounded(value: object, path: str) -> Decimal:
    number = decimal_of(value, path, code="quantity")
    # Not -QUANTITY_MAX: a sign is arithmetic, and the caller's context may cut it or trap that it is cut.
    if number.copy_abs() > QUANTITY_MAX:
        invalid("quantity.range", path, f"at most {QUANTITY_MAX:f} is taken")
    if round_to(number, QUANTITY_DECIMALS) != number:
        invalid("quantity.precision", path, f"at most {QUANTITY_DECIMALS} decimals are kept")
    return number


def _value(value: object) -> Decimal:
    number = _bounded(value, "quantity.value")
    if number < 0:
        invalid("quantity.negative", "quantity.value", "at least 0 is wanted")
    return number


def _unit(value: object) -> str:
    return unit_of(value, "quantity.unit")


@attrs.frozen(order=False)
class Quantity:
    """How much of one unit: ``value`` from 0 to 10**12 with at most 6 decimals, and ``unit``.

    Quantities of one unit add, subtract and compare; two units raise ``unit.mismatch``. What would
    fall below 0 raises ``quantity.negative``, what is no quantity ``quantity.type``; the value
    raises as in :func:`quantity_of`, the unit as in
    :func:`~salesorders.kernel.quantity.unit_of`.

    >>> str(Quantity(100, "H87") + Quantity("20", "pcs"))
    '120 H87'
    """

    value: Decimal = attrs.field(converter=_value)
    unit: str = attrs.field(converter=_unit)

    def __str__(self) -> str:
        return f"{self.value:f} {self.unit}"

    def __bool__(self) -> bool:
        return bool(self.value)

    def _other(self, other: object) -> Decimal:
        if not isinstance(other, Quantity):
            invalid("quantity.type", "", f"a quantity is wanted, not {type(other).__name__}")
        if other.unit != self.unit:
            raise UnitMismatch(None, "", f"{self.unit} does not go with {other.unit}")
        return other.value

    def __add__(self, other: object) -> Quantity:
        return Quantity(CONTEXT.add(self.value, self._other(other)), self.unit)

    def __sub__(self, other: object) -> Quantity:
        return Quantity(CONTEXT.subtract(self.value, self._other(other)), self.unit)

    def __lt__(self, other: object) -> bool:
        return self.value < self._other(other)

    def __le__(self, other: object) -> bool:
        return self.value <= self._other(other)

    def __gt__(self, other: object) -> bool:
        return self.value > self._other(other)

    def __ge__(self, other: object) -> bool:
        return self.value >= self._other(other)


def factor_of(value: object, path: str = "factor") -> Fraction:
    """Return ``value`` as an exact factor above 0: base units in one unit.

    Takes ``Fraction``, ``int``, ``Decimal`` and decimal text, never a float; numerator and
    denominator are at most 10**27. Raises ``factor.type``, ``factor.text``, ``factor.not_finite``,
    ``factor.precision``, ``factor.range`` or ``factor.not_positive``.

    >>> factor_of("0.45359237")
    Fraction(45359237, 100000000)
    """
    if isinstance(value, Fraction):
        factor = Fraction(value)
    else:
        factor = Fraction(decimal_of(value, path, code="factor"))
    if factor <= 0:
        invalid("factor.not_positive", path, "a factor is more than 0")
    if factor.numerator > _FACTOR_MAX or factor.denominator > _FACTOR_MAX:
        invalid("factor.range", path, "numerator and denominator are at most 10**27")
    return factor


def convert(
    value: Decimal | Fraction | int, factor: Fraction, digits: int, rounding: Rounding = HALF_UP
) -> Decimal:
    """Return ``value`` times ``factor``, rounded once to ``digits`` decimals (0 to 12).

    ``rounding`` is any of :mod:`decimal`, half away from zero by default. Raises as
    :func:`factor_of` does, ``quantity.range`` for a result above 10**12, and for other
    ``digits`` or ``rounding`` ``quantity.precision`` or ``quantity.rounding``.

    >>> convert(Decimal(100), factor_of("0.45359237"), 3, "ROUND_HALF_EVEN")
    Decimal('45.359')
    """
    return _rounded(_fraction(value) * factor_of(factor), digits, rounding)


def to_base(value: Decimal | int, factor: Fraction, base: str, path: str = "quantity") -> Decimal:
    """Return ``value`` times ``factor`` in the ``base`` unit, exactly.

    Raises ``quantity.fractional_unit`` where an indivisible base unit would be cut,
    ``quantity.precision`` where more than 12 decimals were needed (use :func:`convert`), and
    ``quantity.range`` above 10**12.

    >>> to_base(Decimal(7), factor_of(12), "H87")
    Decimal('84')
    """
    exactly = _fraction(value, path) * factor_of(factor)
    if exactly.denominator != 1:
        if is_whole(base):
            detail = f"{shown(value)} would be {exactly} {base}, which can't be cut"
            invalid("quantity.fractional_unit", path, detail[:160])
        if (10**LIMITS.scale) % exactly.denominator:
            invalid("quantity.precision", path, f"exact needs more than {LIMITS.scale} decimals")
    digits = 0 if exactly.denominator == 1 else LIMITS.scale
    return decimal_of(_rounded(exactly, digits, HALF_UP, path), path, code="quantity")


def _fraction(value: Decimal | Fraction | int, path: str = "quantity") -> Fraction:
    if isinstance(value, Fraction):
        if value.denominator > _FRACTION_MAX or abs(value) > QUANTITY_MAX:
            invalid("quantity.range", path, f"at most {QUANTITY_MAX:f} is taken")
        return value
    return Fraction(decimal_of(value, path, code="quantity"))


def _rounded(exactly: Fraction, digits: int, rounding: Rounding, path: str = "quantity") -> Decimal:
    if abs(exactly) > QUANTITY_MAX:
        invalid("quantity.range", path, f"at most {QUANTITY_MAX:f} is taken")
    if not 0 <= digits <= LIMITS.scale:
        invalid("quantity.precision", "digits", f"0 to {LIMITS.scale} decimals are kept")
    if rounding not in _ROUNDINGS:
        invalid("quantity.rounding", "rounding", f"{shown(rounding)} is no rounding of decimal")
    units, rest = divmod(abs(exactly.numerator) * 10**digits, exactly.denominator)
    # One more digit tells every rounding what it asks: nothing, under half, half or over half.
    half = 2 * rest - exactly.denominator
    beyond = 0 if not rest else 25 if half < 0 else 50 if half == 0 else 75
    number = Decimal(f"{'-' if exactly < 0 else ''}{units}.{beyond:02d}").scaleb(-digits, CONTEXT)
    result = number.quantize(Decimal(1).scaleb(-digits, CONTEXT), rounding, CONTEXT)
    return result or Decimal(0).scaleb(-digits, CONTEXT)


def _factors(
    value: Mapping[str, object] | Iterable[tuple[str, object]],
) -> tuple[tuple[str, Fraction], ...]:
    pairs = list(value.items() if isinstance(value, Mapping) else value)
    if len(pairs) > UNITS_MAX:
        invalid("unit.too_many", "factors", f"at most {UNITS_MAX} units are taken")
    known: dict[str, Fraction] = {}
    for written, factor in pairs:
        unit = unit_of(written, "factors")
        if unit in known:
            invalid("unit.duplicate", f"factors.{unit}", f"two factors are given for {unit}")
        known[unit] = factor_of(factor, f"factors.{unit}")
    return tuple(sorted(known.items()))


@attrs.frozen
class UnitTable:
    """The units of one item: ``base``, and for each other unit how many base units it is.

    Every conversion goes over the base by exact fractions and rounds once, at its end, so that
    there and back again is exact. At most 100 units. Raises as :func:`factor_of` and ``unit_of``
    do, ``unit.duplicate`` for a unit given twice and ``unit.base`` for a base that is not 1.

    >>> table = UnitTable("H87", {"XCS": 12, "XPX": 480})
    >>> table.exactly(50, "H87", "XCS")
    Fraction(25, 6)
    >>> table.counted(50, "XCS")
    (4, Fraction(2, 1))
    """

    base: str = attrs.field(converter=unit_of)
    factors: tuple[tuple[str, Fraction], ...] = attrs.field(converter=_factors, default=())

    def __attrs_post_init__(self) -> None:
        if dict(self.factors).get(self.base, 1) != 1:
            invalid("unit.base", f"factors.{self.base}", "the base unit is 1 of itself")

    @property
    def units(self) -> tuple[str, ...]:
        """Return the base unit, then the others."""
        return (self.base, *(unit for unit, _ in self.factors if unit != self.base))

    def factor(self, unit: str, path: str = "unit") -> Fraction:
        """Return how many base units one ``unit`` is.

        Raises ``unit.unknown`` or, for a unit that this table does not hold, ``unit.no_factor``.
        """
        code = unit_of(unit, path)
        if code == self.base:
            return Fraction(1)
        factor = next((factor for known, factor in self.factors if known == code), None)
        if factor is None:
            invalid("unit.no_factor", path, f"{code} has no factor to {self.base} here")
        return factor

    def exactly(self, value: Decimal | Fraction | int, unit: str, to: str) -> Fraction:
        """Return ``value`` of ``unit`` in the unit ``to`` as an exact fraction."""
        return _fraction(value) * self.factor(unit) / self.factor(to, "to")

    def convert(
        self,
        value: Decimal | Fraction | int,
        unit: str,
        to: str,
        digits: int = 6,
        rounding: Rounding = HALF_UP,
    ) -> Decimal:
        """Return ``value`` of ``unit`` in the unit ``to``, rounded once to ``digits`` decimals.

        ``digits`` is 0 to 12, 6 by default. Raises as :func:`convert` does.
        """
        return _rounded(self.exactly(value, unit, to), digits, rounding)

    def to_base(self, value: Decimal | int, unit: str, path: str = "quantity") -> Decimal:
        """Return ``value`` of ``unit`` in the base unit, exactly, as :func:`to_base` does."""
        return to_base(value, self.factor(unit), self.base, path)

    def counted(self, value: Decimal | Fraction | int, unit: str) -> tuple[int, Fraction]:
        """Return how many whole ``unit`` a value in base units fills, and the rest in base units.

        ``value`` is at least 0, else ``quantity.negative``. 50 pieces are 4 cases of 12 and 2.
        """
        number = _fraction(value)
        if number < 0:
            invalid("quantity.negative", "quantity", "at least 0 is wanted")
        return divmod(number, self.factor(unit))

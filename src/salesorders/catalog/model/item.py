"""What is sold: items with their unit, VAT category and list prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

import attrs

from salesorders.amounts import Tax, tax_of
from salesorders.kernel.errors import invalid
from salesorders.kernel.events import stored
from salesorders.kernel.ids import ident_of, text_of
from salesorders.kernel.limits import CONTEXT, decimal_of, flag_of, round_to, tuple_of
from salesorders.kernel.quantity import factor_of, quantity_of, unit_of

__all__ = ["Item", "Price", "price_of"]

PRICE_DIGITS = 6
ONE = Fraction(1)


def price_of(value: object, path: str = "price") -> Decimal:
    """Return a unit price: not negative, at most six decimals, never rounded to the minor unit."""
    price = decimal_of(value, path, code="price")
    if price < 0:
        invalid("price.negative", path, "a unit price is not negative")
    if price != round_to(price, PRICE_DIGITS):
        invalid("price.precision", path, f"a unit price has at most {PRICE_DIGITS} decimals")
    return price


def _price(value: object) -> Decimal:
    return price_of(value)


def _least(value: object) -> Decimal:
    least = decimal_of(value, "at_least", code="quantity")
    return quantity_of(least, "at_least") if least else least


def _per(value: object) -> Decimal:
    return quantity_of(value, "per")


@attrs.frozen
class Price:
    """A list price for ``per`` units, from a quantity of ``at_least`` on (all-units break).

    The quantity is in the item's own unit. With breaks at 1 and 100, an order of 100 pays the
    second price for all 100.

    >>> Price("0.80", at_least=100)
    Price(value=Decimal('0.8'), at_least=Decimal('100'), per=Decimal('1'))
    """

    value: Decimal = attrs.field(converter=_price)
    at_least: Decimal = attrs.field(default=Decimal(0), converter=_least)
    per: Decimal = attrs.field(default=Decimal(1), converter=_per)

    @cached_property
    def worth(self) -> Decimal:
        """What the least quantity comes to at this price, not rounded to the minor unit."""
        return CONTEXT.divide(CONTEXT.multiply(self.value, self.at_least), self.per)

    @cached_property
    def source(self) -> str:
        """How a line says where its price came from: ``list``, or ``list from 100``."""
        return f"list from {self.at_least:f}" if self.at_least else "list"


def _stocked(value: bool) -> bool:
    return flag_of(value, "stocked")


def _retired(value: bool) -> bool:
    return flag_of(value, "retired")


def _sku(value: str) -> str:
    return ident_of(value, "sku")


def _name(value: str) -> str:
    return text_of(value, "name", most=300)


def _prices(values: Iterable[Price]) -> tuple[Price, ...]:
    entries = tuple_of(values, "prices", most=1_000)
    for index, entry in enumerate(entries):
        if not isinstance(entry, Price):
            invalid(
                "price.type", f"prices[{index}]", f"a Price is wanted, not {type(entry).__name__}"
            )
    prices = tuple(sorted(entries, key=lambda price: price.at_least))
    for earlier, later in pairwise(prices):
        if earlier.at_least == later.at_least:
            invalid("price.overlap", "prices", f"two prices start at {later.at_least}")
    return prices


def _tax(value: Tax | str) -> Tax:
    # A Tax made by hand is checked like any other.
    if isinstance(value, Tax):
        return tax_of(value.category, value.rate, value.reason)
    return Tax.parse(value)


def _unit(value: str) -> str:
    return unit_of(value, "unit")


def _units(
    values: Mapping[str, object] | Iterable[tuple[str, Fraction]],
) -> tuple[tuple[str, Fraction], ...]:
    pairs = values.items() if isinstance(values, Mapping) else tuple_of(values, "units", most=100)
    units: dict[str, Fraction] = {}
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            invalid("unit.type", "units", "pairs of unit and factor are wanted")
        unit = unit_of(pair[0], "units")
        if unit in units:
            invalid("unit.duplicate", "units", f"{unit} stands twice")
        units[unit] = factor_of(pair[1], "units")
    return tuple(sorted(units.items()))


def _cost(value: object) -> Decimal | None:
    return None if value is None else price_of(value, "cost")


@stored("catalog.item/1")
@attrs.frozen
class Item:
    """Something that is sold.

    ``prices`` are in the desk's currency; ``tax`` is a VAT category with rate (``"S19"``);
    ``unit`` is a UN/ECE Rec 20 code (default H87, piece) and ``units`` maps other codes to how many
    base units one of them holds, exactly (``{"XCT": 12}``). ``stocked`` is ``False`` for services,
    which are always available. ``cost`` per base unit, where known, is posted when goods leave.
    """

    sku: str = attrs.field(converter=_sku)
    name: str = attrs.field(converter=_name)
    prices: tuple[Price, ...] = attrs.field(default=(), converter=_prices, kw_only=True)
    tax: Tax = attrs.field(converter=_tax, kw_only=True)
    unit: str = attrs.field(default="H87", converter=_unit, kw_only=True)
    units: tuple[tuple[str, Fraction], ...] = attrs.field(
        default=(), converter=_units, kw_only=True
    )
    stocked: bool = attrs.field(default=True, converter=_stocked, kw_only=True)
    cost: Decimal | None = attrs.field(default=None, converter=_cost, kw_only=True)
    retired: bool = attrs.field(default=False, converter=_retired, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if any(unit == self.unit for unit, _ in self.units):
            invalid("unit.base", "units", f"{self.unit} is the item's own unit")

    @property
    def ref(self) -> str:
        """The text key under which the item is stored."""
        return f"item/{self.sku}"

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """An item is found by its id only."""
        return ()

    def factor(self, unit: str, path: str = "unit") -> Fraction:
        """Return how many base units one ``unit`` holds; raises ``unit.mismatch``."""
        if unit == self.unit:
            return ONE
        for code, factor in self.units:
            if code == unit:
                return factor
        invalid("unit.mismatch", path, f"{self.sku} is not sold in {unit}")

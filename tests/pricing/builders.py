"""Items with prices, and what is asked of pricing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salesorders.amounts import AllowanceCharge, AmountLine
from salesorders.catalog import Item, Price
from salesorders.kernel.quantity import quantity_of
from salesorders.pricing import PricedWant, PriceRequest, PriceSheet, PricingPolicy, price

#: FINANCE 3: 12.50, from 50 on 11.80, from 100 on 11.20.
STAIRS = (Price("12.50", at_least=1), Price("11.80", at_least=50), Price("11.20", at_least=100))


def an_item(
    *prices: Price,
    sku: str = "BOLT",
    tax: str = "S19",
    unit: str = "H87",
    units: Mapping[str, object] | None = None,
    retired: bool = False,
) -> Item:
    """An item at 1.00 a piece unless prices are given."""
    return Item(
        sku,
        sku.title(),
        prices=prices or (Price("1.00"),),
        tax=tax,
        unit=unit,
        units=dict(units or {}),
        retired=retired,
    )


def a_want(
    item: Item,
    quantity: object,
    *asked: AllowanceCharge,
    line: str = "1",
    unit: str | None = None,
    expected: object = None,
    expected_per: object = 1,
) -> PricedWant:
    """One line to price, in the item's own unit unless another is named."""
    return PricedWant(
        line,
        item,
        quantity_of(quantity),
        unit or item.unit,
        asked,
        None if expected is None else quantity_of(expected),
        quantity_of(expected_per),
    )


def priced(
    *wants: PricedWant,
    adjustments: Sequence[AllowanceCharge] = (),
    currency: str = "EUR",
    policy: PricingPolicy | None = None,
) -> PriceSheet:
    """What pricing answers."""
    return price(
        PriceRequest(currency, tuple(wants), tuple(adjustments)), policy or PricingPolicy()
    )


def line_of(*wants: PricedWant, **kwargs: object) -> AmountLine:
    """The one line of a sheet."""
    (line,) = priced(*wants, **kwargs).amounts.lines  # type: ignore[arg-type]  # passed through
    return line

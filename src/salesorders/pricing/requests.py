"""What is asked of pricing."""

from __future__ import annotations

from decimal import Decimal

import attrs

from salesorders.amounts import AllowanceCharge, Tax
from salesorders.catalog import Item
from salesorders.kernel.building import built_open

__all__ = ["PriceRequest", "PricedWant"]


@built_open
@attrs.frozen
class PricedWant:
    """One line to price: so many ``unit`` of ``item``.

    ``expected`` is the unit price that the buyer named (for ``expected_per`` units); it never replaces ours.
    ``tax`` overrides the item's category where the order names one.
    """

    line: str
    item: Item
    quantity: Decimal
    unit: str
    adjustments: tuple[AllowanceCharge, ...] = ()
    expected: Decimal | None = None
    expected_per: Decimal = Decimal(1)
    tax: Tax | None = None


@attrs.frozen
class PriceRequest:
    """Lines and document allowances and charges to price together, in one currency."""

    currency: str
    wants: tuple[PricedWant, ...]
    adjustments: tuple[AllowanceCharge, ...] = ()

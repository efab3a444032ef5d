"""What is asked of stock."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.kernel.building import built_open
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import decimal_of

__all__ = ["Want"]


def _quantity(value: object) -> Decimal:
    quantity = decimal_of(value, "quantity", code="quantity")
    if quantity <= 0:
        invalid("quantity.not_positive", "quantity", "what is wanted is above 0")
    return quantity


def _step(value: object) -> Decimal:
    step = decimal_of(value, "step", code="quantity")
    if step < 0:
        invalid("quantity.negative", "step", "a step is 0 (any quantity) or more")
    return step


@built_open
@attrs.frozen
class Want:
    """So much of an item, in base units, for one line, leaving on or after a day.

    ``stocked`` is ``False`` for services: they are always available. ``complete``: all at once from
    one site or nothing. ``step``: where only a part is available, it is a multiple of so many base
    units (12 for a line in cartons of 12); 0 for any quantity. ``path`` leads to the line in the
    caller's request; ``lines[i]`` by position where it is empty.
    """

    line: str
    sku: str
    quantity: Decimal = attrs.field(converter=_quantity)
    requested_on: date
    stocked: bool = True
    complete: bool = False
    step: Decimal = attrs.field(default=Decimal(0), converter=_step, kw_only=True)
    path: str = attrs.field(default="", kw_only=True)

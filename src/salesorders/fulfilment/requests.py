"""What is asked of the warehouse, and what it has to know of the order's lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs

from salesorders.kernel.building import built_open
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import CONTEXT, LIMITS, decimal_of

__all__ = ["OpenLine", "ShipLine", "ShipRequest"]

ZERO = Decimal(0)


def _quantity(value: object) -> Decimal:
    return decimal_of(value, "quantity", code="quantity")


def _line(value: str) -> str:
    return ident_of(value, "line")


def _order(value: str) -> str:
    return ident_of(value, "order")


def _site(value: str) -> str:
    return "" if value == "" else ident_of(value, "site")


@attrs.frozen
class ShipLine:
    """So much of one line of the order, in the line's unit."""

    line: str = attrs.field(converter=_line)
    quantity: Decimal = attrs.field(converter=_quantity)


def _lines(values: Iterable[ShipLine]) -> tuple[ShipLine, ...]:
    lines = tuple(values)
    if len(lines) > LIMITS.lines:
        invalid("limit.exceeded", "lines", f"at most {LIMITS.lines} lines are taken")
    return lines


@attrs.frozen
class ShipRequest:
    """Ship of an order: these quantities, or everything that is confirmed and there.

    Two ``lines`` of one order line are added up. ``site`` is chosen by the plan where it is empty.
    """

    order: str = attrs.field(converter=_order)
    lines: tuple[ShipLine, ...] = attrs.field(default=(), converter=_lines)
    site: str = attrs.field(default="", converter=_site)


@built_open
@attrs.frozen
class OpenLine:
    """What the warehouse has to know of one line of the order.

    ``ordered``, ``shipped`` and ``cancelled`` are in ``unit``; ``factor`` is how many base units one
    of it holds. ``confirmed`` are its claims that still stand: (site, planned day, base quantity),
    the site empty for what is not stocked. ``whole_only``: it may not be delivered in parts.
    """

    line: str
    sku: str
    unit: str
    factor: Fraction
    confirmed: tuple[tuple[str, date, Decimal], ...]
    ordered: Decimal
    shipped: Decimal = ZERO
    cancelled: Decimal = ZERO
    whole_only: bool = False

    @property
    def open(self) -> Decimal:
        """What is still to be shipped, in ``unit``; never below 0."""
        left = CONTEXT.subtract(CONTEXT.subtract(self.ordered, self.cancelled), self.shipped)
        return left if left > 0 else ZERO

"""What is asked: an order as a customer's request, from any channel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import attrs

from salesorders.amounts import AllowanceCharge, Tax, allowance, tax_of
from salesorders.catalog import Address, price_of
from salesorders.kernel.building import built_open
from salesorders.kernel.calendar import date_of
from salesorders.kernel.change import changed
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import ident_of, text_of
from salesorders.kernel.limits import decimal_of, flag_of, tuple_of
from salesorders.kernel.quantity import quantity_of, unit_of

__all__ = ["Line", "LineChange", "OrderRequest"]


def _complete(value: bool) -> bool:
    return flag_of(value, "complete")


def _prepaid(value: bool | None) -> bool | None:
    return None if value is None else flag_of(value, "prepaid")


def _adjustments(values: Iterable[AllowanceCharge]) -> tuple[AllowanceCharge, ...]:
    asked = tuple_of(values, "adjustments", most=1_000)
    for index, value in enumerate(asked):
        if not isinstance(value, AllowanceCharge):
            invalid("adjustment.type", f"adjustments[{index}]", "say allowance(...) or charge(...)")
    return asked


def _sku(value: str) -> str:
    return ident_of(value, "sku")


def _quantity(value: object) -> Decimal:
    return quantity_of(value, "quantity")


def _unit(value: str | None) -> str | None:
    return None if value is None else unit_of(value, "unit")


def _discount(value: object) -> AllowanceCharge | None:
    if value is None or isinstance(value, AllowanceCharge):
        return value
    return allowance(value, "Discount", code="95", path="discount")


def _price(value: object) -> Decimal | None:
    return None if value is None else price_of(value, "price")


def _per(value: object) -> Decimal:
    return quantity_of(value, "price_per")


def _tax(value: Tax | None) -> Tax | None:
    if value is not None and not isinstance(value, Tax):
        invalid("tax.type", "tax", f"a Tax is wanted, not {type(value).__name__}")
    # A Tax made by hand is checked like any other.
    return None if value is None else tax_of(value.category, value.rate, value.reason)


def _ship_to(value: Address | None) -> Address | None:
    if value is not None and not isinstance(value, Address):
        invalid("address.type", "ship_to", f"an Address is wanted, not {type(value).__name__}")
    return value


def _date(value: object) -> date | None:
    return None if value is None else date_of(value, "requested_on")


def _id(value: str | None) -> str | None:
    return None if value is None else ident_of(value, "lines.id")


@built_open
@attrs.frozen
class Line:
    """One line of a request.

    ``quantity`` above 0, in ``unit`` (the item's own by default). ``discount`` is ``"5%"`` or an amount
    (``"12.50"``); further allowances and charges go into ``adjustments``. ``price`` is what the buyer
    expects per ``price_per`` units, if stated. ``id`` names the line on documents, ``1``, ``2``, ... by
    default. ``complete``: the line may not be delivered in parts. ``tax`` overrides the item's VAT category.

    >>> Line("BOLT", 120, discount="5%").quantity
    Decimal('120')
    """

    sku: str = attrs.field(converter=_sku)
    quantity: Decimal = attrs.field(converter=_quantity)
    discount: AllowanceCharge | None = attrs.field(default=None, converter=_discount)
    unit: str | None = attrs.field(default=None, converter=_unit, kw_only=True)
    price: Decimal | None = attrs.field(default=None, converter=_price, kw_only=True)
    price_per: Decimal = attrs.field(default=Decimal(1), converter=_per, kw_only=True)
    requested_on: date | None = attrs.field(default=None, converter=_date, kw_only=True)
    adjustments: tuple[AllowanceCharge, ...] = attrs.field(
        default=(), converter=_adjustments, kw_only=True
    )
    tax: Tax | None = attrs.field(default=None, converter=_tax, kw_only=True)
    complete: bool = attrs.field(default=False, converter=_complete, kw_only=True)
    id: str | None = attrs.field(default=None, converter=_id, kw_only=True)

    @property
    def asked(self) -> tuple[AllowanceCharge, ...]:
        """Everything that is put on the line: the discount first."""
        return self.adjustments if self.discount is None else (self.discount, *self.adjustments)


def _line_id(value: str) -> str:
    return ident_of(value, "line")


def _new_quantity(value: object) -> Decimal | None:
    if value is None:
        return None
    number = decimal_of(value, "quantity", code="quantity")
    return quantity_of(number, "quantity") if number else number


@attrs.frozen
class LineChange:
    """What shall be different about a line of an order, by the line's id; what is ``None`` stays.

    ``quantity`` is what shall be in force of it, shipped and open together; 0 takes the line out. ``discount``
    takes the place of the line's discount; ``"0%"`` takes it away.

    >>> LineChange("1", 100).quantity
    Decimal('100')
    """

    line: str = attrs.field(converter=_line_id)
    quantity: Decimal | None = attrs.field(default=None, converter=_new_quantity)
    discount: AllowanceCharge | None = attrs.field(default=None, converter=_discount)
    requested_on: date | None = attrs.field(default=None, converter=_date, kw_only=True)


def _customer(value: str) -> str:
    return ident_of(value, "customer")


def _reference(value: str) -> str:
    return text_of(value, "reference", most=200, blank=True)


def _note(value: str) -> str:
    return text_of(value, "note", blank=True)


def _lines(values: Iterable[Line]) -> tuple[Line, ...]:
    lines = tuple_of(values, "lines")
    if not lines:
        invalid("order.no_lines", "lines", "an order has at least one line")
    numbered = []
    for number, line in enumerate(lines, 1):
        if not isinstance(line, Line):
            invalid(
                "order.line_type",
                f"lines[{number - 1}]",
                f"a Line is wanted, not {type(line).__name__}",
            )
        numbered.append(line if line.id is not None else changed(line, id=str(number)))
    seen: set[str | None] = set()
    for index, line in enumerate(numbered):
        if line.id in seen:
            invalid("line.duplicate", f"lines[{index}].id", "two lines have one id")
        seen.add(line.id)
    return tuple(numbered)


@built_open
@attrs.frozen
class OrderRequest:
    """A customer's order as it is asked for.

    ``reference`` is the buyer's own number of the order; ``adjustments`` are allowances and charges of
    the document; ``complete``: everything in one shipment or nothing. ``ship_to`` defaults to the
    customer's address, ``requested_on`` (for lines without their own) to the day of the order. ``prepaid``:
    paid before its goods leave, as the customer's terms say by default.
    """

    customer: str = attrs.field(converter=_customer)
    lines: tuple[Line, ...] = attrs.field(converter=_lines)
    reference: str = attrs.field(default="", converter=_reference, kw_only=True)
    buyer_reference: str = attrs.field(default="", converter=_reference, kw_only=True)
    requested_on: date | None = attrs.field(default=None, converter=_date, kw_only=True)
    adjustments: tuple[AllowanceCharge, ...] = attrs.field(
        default=(), converter=_adjustments, kw_only=True
    )
    complete: bool = attrs.field(default=False, converter=_complete, kw_only=True)
    ship_to: Address | None = attrs.field(default=None, converter=_ship_to, kw_only=True)
    ship_to_name: str = attrs.field(default="", converter=_reference, kw_only=True)
    channel: str = attrs.field(default="", converter=_reference, kw_only=True)
    note: str = attrs.field(default="", converter=_note, kw_only=True)
    prepaid: bool | None = attrs.field(default=None, converter=_prepaid, kw_only=True)

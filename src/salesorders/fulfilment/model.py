"""Shipments: goods that left, frozen with what they are worth; billed once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.amounts import Amounts
from salesorders.kernel.building import built_open
from salesorders.kernel.change import changed
from salesorders.kernel.errors import Conflict, invalid
from salesorders.kernel.events import stored
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import CONTEXT, exact

__all__ = ["Shipment", "ShipmentLine"]

ZERO = Decimal(0)


@built_open
@attrs.frozen
class ShipmentLine:
    """What left of one order line out of the claim for one site and day.

    ``quantity`` in the order's ``unit``, ``base_quantity`` in the item's base unit. ``site`` and
    ``planned_on`` name the claim; ``site`` is empty for what is not stocked. ``over`` is the part
    of ``base_quantity`` that was sent beyond what was claimed.
    """

    order_line: str
    sku: str
    quantity: Decimal
    unit: str
    base_quantity: Decimal
    planned_on: date
    site: str = ""
    over: Decimal = ZERO

    @property
    def claimed(self) -> Decimal:
        """What of ``base_quantity`` was claimed for ``planned_on``."""
        return CONTEXT.subtract(self.base_quantity, self.over)


@stored("fulfilment.shipment/1")
@attrs.frozen(kw_only=True)
class Shipment:
    """Goods of one order that left one site on a day.

    ``amounts`` is what is billed for it, a frozen part of the order's; ``cost`` what the goods cost;
    ``invoice`` names the invoice once there is one.
    """

    id: str
    order: str
    customer: str
    site: str
    shipped_on: date
    lines: tuple[ShipmentLine, ...]
    amounts: Amounts
    cost: Decimal = ZERO
    invoice: str = ""

    def __attrs_post_init__(self) -> None:
        """Nothing empty is ever shipped."""
        if not self.lines:
            invalid("shipment.nothing", "lines", "a shipment has at least one line")
        for index, line in enumerate(self.lines):
            if line.quantity <= 0 or line.base_quantity <= 0:
                path = f"lines[{index}].quantity"
                invalid("quantity.not_positive", path, "more than 0 is wanted")

    @property
    def ref(self) -> str:
        """The text key under which the shipment is stored."""
        return f"shipment/{self.id}"

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Names under which it is found: order, customer, and ``unbilled`` until it is billed."""
        names = (("order", self.order), ("customer", self.customer))
        return names if self.invoice else (*names, ("unbilled", self.customer))

    @property
    def status(self) -> str:
        """``shipped``, or ``billed`` once there is an invoice."""
        return "billed" if self.invoice else "shipped"

    @exact
    def quantity(self, order_line: str) -> Decimal:
        """Return what left of an order line, in its unit; 0 where the shipment has none of it."""
        parts = (line.quantity for line in self.lines if line.order_line == order_line)
        return sum(parts, ZERO)

    def billed(self, invoice_id: str) -> Shipment:
        """Return the shipment with its invoice; raises ``shipment.billed`` the second time (I23)."""
        if self.invoice:
            raise Conflict("shipment.billed", "shipment", f"{self.id} is billed by {self.invoice}")
        return changed(self, invoice=ident_of(invoice_id, "invoice"))

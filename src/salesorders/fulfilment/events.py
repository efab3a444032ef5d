"""Facts about shipments."""

from __future__ import annotations

from datetime import date

import attrs

from salesorders.kernel.events import stored

__all__ = ["ShipmentIssued"]


@stored("fulfilment.shipment_issued/1")
@attrs.frozen
class ShipmentIssued:
    """Goods of an order left a site."""

    shipment: str
    order: str
    customer: str
    site: str
    on: date

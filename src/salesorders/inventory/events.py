"""Facts about stock. Quantities are in the item's base unit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.kernel.events import stored

__all__ = [
    "ReceiptPlanned",
    "StockAdjusted",
    "StockClaimed",
    "StockIssued",
    "StockReceived",
    "StockReleased",
    "StockReserved",
]


@stored("inventory.stock_received/1")
@attrs.frozen
class StockReceived:
    """Goods came in on a day; ``reference`` names the receipt or the return."""

    sku: str
    site: str
    quantity: Decimal
    on: date
    reference: str = ""


@stored("inventory.receipt_planned/1")
@attrs.frozen
class ReceiptPlanned:
    """Goods are expected on a day; ``reference`` is the receipt's id."""

    sku: str
    site: str
    quantity: Decimal
    on: date
    reference: str = ""


@stored("inventory.stock_adjusted/1")
@attrs.frozen
class StockAdjusted:
    """A count changed what is on hand by ``quantity``, up or down; ``reference`` says why."""

    sku: str
    site: str
    quantity: Decimal
    on: date
    reference: str = ""


@stored("inventory.stock_claimed/1")
@attrs.frozen
class StockClaimed:
    """Goods were promised firmly for a goods-issue day to ``reference``."""

    sku: str
    site: str
    quantity: Decimal
    on: date
    reference: str = ""


@stored("inventory.stock_reserved/1")
@attrs.frozen
class StockReserved:
    """Goods were held for a goods-issue day, with an expiry, for ``reference``."""

    sku: str
    site: str
    quantity: Decimal
    on: date
    reference: str = ""


@stored("inventory.stock_released/1")
@attrs.frozen
class StockReleased:
    """A claim or reservation for a goods-issue day was given back by ``reference``."""

    sku: str
    site: str
    quantity: Decimal
    on: date
    reference: str = ""


@stored("inventory.stock_issued/1")
@attrs.frozen
class StockIssued:
    """Goods left; ``on`` is the day for which they were claimed, ``reference`` the shipment."""

    sku: str
    site: str
    quantity: Decimal
    on: date
    reference: str = ""

"""Stock by item and site: what is there, what is promised, and what may still be promised.

A :class:`StockLevel` is one document per item and site. It holds what is on hand, planned receipts,
firm claims summed per goods-issue day, and reservations that expire. What may be promised for a day
is counted by looking ahead, so that a new order never takes goods that were promised to another.

Read ``requests.py``, ``model.py``, ``policy.py``, ``decide.py``, ``events.py``.
"""

from salesorders.inventory.decide import Promise, availability, promise
from salesorders.inventory.events import (
    ReceiptPlanned,
    StockAdjusted,
    StockClaimed,
    StockIssued,
    StockReceived,
    StockReleased,
    StockReserved,
)
from salesorders.inventory.model import (
    DayDemand,
    PlannedReceipt,
    Reservation,
    ScheduleLine,
    StockLevel,
    StockSites,
    level_ref,
    sites_ref,
)
from salesorders.inventory.policy import InventoryPolicy, atp, atp_curve
from salesorders.inventory.requests import Want

__all__ = [
    "DayDemand",
    "InventoryPolicy",
    "PlannedReceipt",
    "Promise",
    "ReceiptPlanned",
    "Reservation",
    "ScheduleLine",
    "StockAdjusted",
    "StockClaimed",
    "StockIssued",
    "StockLevel",
    "StockReceived",
    "StockReleased",
    "StockReserved",
    "StockSites",
    "Want",
    "atp",
    "atp_curve",
    "availability",
    "level_ref",
    "promise",
    "sites_ref",
]

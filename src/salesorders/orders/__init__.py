"""Orders: what is asked, what was promised, and what happened to every line since.

Read ``requests.py``, ``lines.py``, ``model.py``, then ``events.py``.
"""

from salesorders.orders.events import (
    OrderAmended,
    OrderCancelled,
    OrderClosed,
    OrderDeclined,
    OrderHeld,
    OrderPlaced,
    OrderReleased,
    OrderReopened,
)
from salesorders.orders.lines import OrderLine, ScheduleLine
from salesorders.orders.model import Ending, Hold, Order, Release
from salesorders.orders.requests import Line, LineChange, OrderRequest

__all__ = [
    "Ending",
    "Hold",
    "Line",
    "LineChange",
    "Order",
    "OrderAmended",
    "OrderCancelled",
    "OrderClosed",
    "OrderDeclined",
    "OrderHeld",
    "OrderLine",
    "OrderPlaced",
    "OrderReleased",
    "OrderReopened",
    "OrderRequest",
    "Release",
    "ScheduleLine",
]

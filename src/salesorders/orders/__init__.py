"""Orders: what is asked, what was promised, and what happened to every line since.

Read ``requests.py``, ``model.py``, then ``events.py``.
"""

from salesorders.orders.events import OrderDeclined, OrderHeld, OrderPlaced, OrderReleased
from salesorders.orders.model import Hold, Order, OrderLine, Release, ScheduleLine
from salesorders.orders.requests import Line, OrderRequest

__all__ = [
    "Hold",
    "Line",
    "Order",
    "OrderDeclined",
    "OrderHeld",
    "OrderLine",
    "OrderPlaced",
    "OrderReleased",
    "OrderRequest",
    "Release",
    "ScheduleLine",
]

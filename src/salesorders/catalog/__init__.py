"""What is sold, to whom and on what terms: items, list prices, customers, payment terms.

Read ``model/item.py``, ``model/customer.py``, ``model/terms.py``, then ``events.py``.
"""

from salesorders.catalog.events import CustomerChanged, ItemChanged
from salesorders.catalog.model import (
    Address,
    Customer,
    Item,
    Party,
    Price,
    Seller,
    Step,
    Terms,
    price_of,
)

__all__ = [
    "Address",
    "Customer",
    "CustomerChanged",
    "Item",
    "ItemChanged",
    "Party",
    "Price",
    "Seller",
    "Step",
    "Terms",
    "price_of",
]

"""Facts about master data."""

from __future__ import annotations

import attrs

from salesorders.kernel.events import stored

__all__ = ["CustomerChanged", "ItemChanged"]


@stored("catalog.item_changed/1")
@attrs.frozen
class ItemChanged:
    """An item was added, changed or retired; ``change`` says which."""

    sku: str
    change: str


@stored("catalog.customer_changed/1")
@attrs.frozen
class CustomerChanged:
    """A customer was added, changed or retired; ``change`` says which."""

    customer: str
    change: str

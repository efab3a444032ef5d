"""Facts about invoices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.kernel.events import stored

__all__ = ["InvoiceIssued"]


@stored("billing.issued/1")
@attrs.frozen
class InvoiceIssued:
    """An invoice was posted under its number."""

    invoice: str
    number: str
    customer: str
    order: str
    on: date
    currency: str
    gross: Decimal

"""What a document is worth, and what a part of it is worth.

Prices, orders, shipments and invoices share these values, so that they agree to the minor unit.
Read ``model.py``, ``portion.py``, then ``resize.py``.
"""

from salesorders.amounts.model import (
    Adjustment,
    AllowanceCharge,
    AmountLine,
    Amounts,
    Tax,
    TaxGroup,
    allowance,
    amounts_of,
    charge,
    line_net,
    tax_of,
)
from salesorders.amounts.portion import portion
from salesorders.amounts.resize import first_units, line_at, resized, with_lines

__all__ = [
    "Adjustment",
    "AllowanceCharge",
    "AmountLine",
    "Amounts",
    "Tax",
    "TaxGroup",
    "allowance",
    "amounts_of",
    "charge",
    "first_units",
    "line_at",
    "line_net",
    "portion",
    "resized",
    "tax_of",
    "with_lines",
]

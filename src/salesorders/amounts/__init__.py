"""What a document is worth, and what a part of it is worth.

Prices, orders, shipments and invoices share these values, so that they agree to the minor unit.
Read ``model.py``, then ``portion.py``.
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
    "line_net",
    "portion",
    "tax_of",
]

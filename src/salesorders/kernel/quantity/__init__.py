"""Quantities in units: exact conversion, and the unit codes of UN/ECE Recommendation 20."""

from salesorders.kernel.quantity.unit_codes import ALIASES, CODES, is_whole, unit_alias, unit_of
from salesorders.kernel.quantity.values import (
    Quantity,
    UnitMismatch,
    UnitTable,
    convert,
    factor_of,
    quantity_of,
    to_base,
)

__all__ = [
    "ALIASES",
    "CODES",
    "Quantity",
    "UnitMismatch",
    "UnitTable",
    "convert",
    "factor_of",
    "is_whole",
    "quantity_of",
    "to_base",
    "unit_alias",
    "unit_of",
]

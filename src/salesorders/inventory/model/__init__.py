"""Stock: the small values in ``parts.py``, the level of one item at one site in ``level.py``."""

from salesorders.inventory.model.level import StockLevel
from salesorders.inventory.model.parts import (
    DayDemand,
    PlannedReceipt,
    Reservation,
    ScheduleLine,
    StockSites,
    level_ref,
    sites_ref,
)

__all__ = [
    "DayDemand",
    "PlannedReceipt",
    "Reservation",
    "ScheduleLine",
    "StockLevel",
    "StockSites",
    "level_ref",
    "sites_ref",
]

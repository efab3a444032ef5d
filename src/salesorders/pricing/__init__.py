"""Prices: list prices with all-units breaks, discounts, allowances and charges, and the trace that made them.

Read ``requests.py``, ``model.py``, ``policy.py``, then ``decide.py``.
"""

from salesorders.pricing.decide import price
from salesorders.pricing.model import PriceSheet, PriceStep, price_table, trace
from salesorders.pricing.policy import PricingPolicy
from salesorders.pricing.requests import PricedWant, PriceRequest

__all__ = [
    "PriceRequest",
    "PriceSheet",
    "PriceStep",
    "PricedWant",
    "PricingPolicy",
    "price",
    "price_table",
    "trace",
]

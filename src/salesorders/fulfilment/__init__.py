"""Fulfilment: what of an order leaves which site today, and the shipments that left.

A plan takes only what is confirmed for a site and really there, on one running balance per item,
and says for every line why it is not more. A :class:`Shipment` is frozen with what it is worth and
is billed once.

Read ``requests.py``, ``model.py``, ``policy.py``, ``decide.py``, ``events.py``.
"""

from salesorders.fulfilment.decide import ShipmentPlan, plan_shipment
from salesorders.fulfilment.events import ShipmentIssued
from salesorders.fulfilment.model import Shipment, ShipmentLine
from salesorders.fulfilment.policy import FulfilmentPolicy
from salesorders.fulfilment.requests import OpenLine, ShipLine, ShipRequest

__all__ = [
    "FulfilmentPolicy",
    "OpenLine",
    "ShipLine",
    "ShipRequest",
    "Shipment",
    "ShipmentIssued",
    "ShipmentLine",
    "ShipmentPlan",
    "plan_shipment",
]

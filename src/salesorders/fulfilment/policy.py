"""What a host may set about shipping."""

from __future__ import annotations

from decimal import Decimal

import attrs

from salesorders.kernel.limits import rate_of
from salesorders.kernel.messages import register
from salesorders.kernel.policy import PolicyVersion, version_of

__all__ = ["FulfilmentPolicy"]

VERSION = PolicyVersion("fulfilment")

messages = {
    "shipment.unknown_line": "{line} is no line of order {order}.",
    "shipment.quantity": "{asked} of line {line} cannot be shipped: more than 0 is wanted.",
    "shipment.fraction": "{asked} {unit} of line {line} cannot be cut.",
    "shipment.over": "{asked} of line {line} is asked; {shipped} of {ordered} left already and "
    "{most} more may leave.",
    "shipment.over/cure": "Ask for at most {most}.",
    "shipment.short": "Of line {line} {available} of {asked} {unit} can leave {site} now: "
    "{confirmed} confirmed there, {on_hand} on hand (base units).",
    "shipment.short/cure": "Ask for at most {available}, or wait for goods.",
    "shipment.early": "Line {line} is planned to leave {site} on {planned_on}; until then its goods "
    "are promised to others.",
    "shipment.early/cure": "Ship on {planned_on}.",
    "shipment.partial": "Line {line} may not be delivered in parts: {asked} of {open} {unit}.",
    "shipment.complete": "The order is delivered complete or not at all; short are {lines}.",
    "shipment.nothing": "Nothing of order {order} can be shipped now.",
}
register(messages)


def _percent(value: object) -> Decimal:
    return rate_of(value, "over_percent")


@attrs.frozen
class FulfilmentPolicy:
    """How goods are shipped.

    ``over_percent``: how much more than ordered may be shipped of a line, over all its shipments
    together, 0 to 100 percent, 0 by default; of indivisible units only whole ones.
    """

    version: PolicyVersion = attrs.field(default=VERSION, converter=version_of)
    over_percent: Decimal = attrs.field(default=Decimal(0), converter=_percent)

"""What a host may set about prices."""

from __future__ import annotations

import attrs

from salesorders.kernel.messages import register
from salesorders.kernel.policy import PolicyVersion, version_of

__all__ = ["PricingPolicy"]

register(
    {
        "price.missing": "{sku} has no price for {quantity}.",
        "price.missing/cure": "Give the item a list price.",
        "price.deviates": "The buyer expects {expected} for {sku}; the price is {price}.",
        "price.deviates/cure": "Agree on the price with the buyer, or change the list.",
        "price.near_break": "{more} more of {sku} would cost {saved} less in all.",
        "price.line_negative": "The allowances on {sku} exceed what the line is worth: {net}.",
        "price.document_negative": "The allowances exceed what is taxed {tax}: {net} is left.",
        "item.retired": "{sku} is no longer sold.",
    }
)


@attrs.frozen
class PricingPolicy:
    """How prices are made.

    ``deviation_holds``: whether a buyer's deviating price holds the order; by default it is only reported and our
    price stands. ``hint_breaks``: report where ordering a little more would cost less.
    """

    version: PolicyVersion = attrs.field(default=PolicyVersion("pricing"), converter=version_of)
    deviation_holds: bool = False
    hint_breaks: bool = True

"""What accounts must hold, for the model: every bucket and day counted again from the documents."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from salesorders.testing.simulation.horizon import Days, plus
from salesorders.testing.simulation.lending import below

if TYPE_CHECKING:
    from salesorders.testing.simulation.model import Model

__all__ = ["days_recounted", "items_recounted", "recounted"]


def recounted(model: Model, name: str, *, alone: bool = False) -> tuple[int, ...]:
    """Return every bucket of an account from the documents of everybody who counts in it, or of its own ``alone``."""
    own = {name} if alone else {name, *below(model.accounts, name)}
    gross = sum(
        order["sums"].gross
        for order in model.orders.values()
        if order["customer"] in own and not order["gates"]
    )
    left = [one for one in model.shipments.values() if one["customer"] in own]
    unbilled = sum(one["sums"].gross for one in left if not one["invoice"])
    owed = [key for key, invoice in model.invoices.items() if invoice["customer"] in own]
    disputed = sum(model.disputed_of(key) for key in owed)
    items = sum(model.open_of(key) for key in owed) - disputed
    cash = sum(model.left_of(key) for key, p in model.payments.items() if p["customer"] in own)
    return (gross - sum(one["sums"].gross for one in left), unbilled, items, disputed, cash)


def days_recounted(model: Model, members: set[str]) -> tuple[tuple[date, int], ...]:
    """Return what orders of these count for by day, from the orders."""
    days: Days = {}
    for order in model.orders.values():
        if order["customer"] in members:
            days = plus(days, model.days_of(order))
    return tuple(sorted(days.items()))


def items_recounted(model: Model, members: set[str]) -> tuple[tuple[date, int], ...]:
    """Return what these owe by due day, from the invoices, without what is disputed."""
    days: dict[date, int] = {}
    for key, invoice in model.invoices.items():
        if invoice["customer"] in members:
            left = model.open_of(key)
            left -= min(invoice["contested"][0], left)
            if left:
                days[invoice["due"]] = days.get(invoice["due"], 0) + left
    return tuple(sorted(days.items()))

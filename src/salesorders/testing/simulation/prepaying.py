"""Money paid ahead, for the model: what came in for an order, how much of it waits, whether it needs no credit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesorders.testing.simulation import lending
from salesorders.testing.simulation.horizon import Days, up_to

if TYPE_CHECKING:
    from salesorders.testing.simulation.model import Model, Now

__all__ = [
    "ahead_of",
    "freed",
    "gone",
    "holds",
    "is_paid",
    "paid_for",
    "spent",
    "verdict",
    "wait",
    "waits",
]

Order = dict[str, Any]


def ahead_of(model: Model, key: str) -> int:
    """Return what came in for an order, less what settled invoices of others."""
    came = 0
    for payment in model.payments.values():
        if payment["order"] == key and not payment["reversed_on"]:
            used = [(i, n) for i, n in payment["used"] if model.invoices[i]["order"] != key]
            came += payment["amount"] - sum(n for _, n in used)
    return came


def waits(order: Order) -> int:
    """Return how much of it nobody may buy with: all while it is held, then what it is not worth, until it is over."""
    if order["gates"]:
        return int(order["ahead"])
    live = any(line["q"] > line["shipped"] + line["cancelled"] for line in order["lines"])
    return max(0, int(order["ahead"] - order["sums"].gross)) if live else 0


def wait(model: Model, customer: str) -> bool:
    """Say on the account how much waits now; return whether that is another amount."""
    if not customer:
        return False
    account = model.accounts[customer]
    mine = [o for o in model.orders.values() if o["ahead"] and o["customer"] == customer]
    before, account["waiting"] = account["waiting"], sum(waits(order) for order in mine)
    return bool(before != account["waiting"])


def freed(before: Order, after: Order) -> int:
    """Return how much less waits once an order goes on as ``after``; below 0 where more does."""
    if not before["ahead"] and not after["ahead"]:
        return 0
    return waits(before) - waits({**after, "gates": []})


def spent(accounts: lending.Accounts, before: Order, after: Order) -> lending.Accounts:
    """Return the accounts as they are once an order goes on as ``after``."""
    less = freed(before, after)
    if not less:
        return accounts
    own = accounts[after["customer"]]
    return {**accounts, after["customer"]: {**own, "waiting": own["waiting"] - less}}


def gone(model: Model, order: Order) -> int:
    """Return what the shipments of an order are worth, in cents."""
    return sum(s["sums"].gross for s in model.shipments.values() if s["order"] == order["key"])


def paid_for(model: Model, order: Order) -> int:
    """Return what came in for what of an order is to leave; what has left is paid for first."""
    if not order["ahead"]:
        return 0
    return max(0, int(order["ahead"] - gone(model, order)))


def is_paid(model: Model, order: Order, amount: int) -> bool:
    """Whether what came in covers so much of an order."""
    paid = paid_for(model, order)
    return paid > 0 and paid >= amount


def verdict(model: Model, before: Order, after: Order, amount: int, more: int) -> str:
    """Say of an order that is to be worth ``amount``: ``free`` of credit, ``unpaid``, or neither.

    It counts for so much ``more`` then.
    """
    paid = is_paid(model, after, amount)
    if paid and more <= max(0, freed(before, after)):
        return "free"
    return "unpaid" if after["prepaid"] and amount and not paid else ""


def holds(model: Model, before: Order, after: Order, amount: int, more: Days, now: Now) -> bool:
    """Whether credit holds an order that was ``before`` and would be worth ``amount``, ``more`` than it counts for."""
    last = lending.horizon(model.accounts, after["customer"], now.today)
    said = verdict(model, before, after, amount, up_to(more, last))
    if said:
        # Who is blocked buys nothing, not even for cash.
        return said == "unpaid" or "blocked" in lending.closed(model.accounts, after["customer"])
    accounts = spent(model.accounts, before, after)
    return bool(lending.stopped_by(accounts, after["customer"], more, now.today))

"""Goods that leave, for the model: whether credit is asked of them, and whether it stops them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesorders.testing.simulation import lending, prepaying
from salesorders.testing.simulation.horizon import HORIZONS, Days, apart, planned, plus, up_to

if TYPE_CHECKING:
    from salesorders.testing.simulation.model import Model, Now

__all__ = ["is_asked", "stops"]

Order = dict[str, Any]


def is_asked(model: Model, customer: str, now: Now) -> bool:
    """Whether credit is asked when goods leave: of what leaves sooner than planned, or of all of it."""
    return model.accounts[customer]["class"] in HORIZONS or _asks_always(model, customer, now)


def _asks_always(model: Model, customer: str, now: Now) -> bool:
    """Whether an account, or one above it, is watched, or its limit has ended."""
    names = lending.chain(model.accounts, customer)
    ended = any(lending.has_ended(model.accounts[name], now.today) for name in names)
    return ended or any(model.accounts[name]["watched"] for name in names)


def stops(model: Model, order: Order, after: Order, leaving: int, now: Now) -> bool:
    """Whether credit stops goods worth ``leaving``: who pays is over a limit, and nobody released them.

    It is asked where an account is watched or lost its limit, and where they leave sooner than planned, and so
    count where they did not. ``after`` is the order once they have left.
    """
    customer = order["customer"]
    always = order["prepaid"] or _asks_always(model, customer, now)
    if not always and model.accounts[customer]["class"] not in HORIZONS:
        return False
    if lending.is_released(order, "credit", now.at, now.today):
        return False
    gone = [s["sums"].gross for s in model.shipments.values() if s["order"] == order["key"]]
    left = max(0, order["sums"].gross - sum(gone))
    more = _sooner(model, order, after, left, leaving, now)
    grown = up_to(more, lending.horizon(model.accounts, customer, now.today))
    if not always and grown <= 0:
        return False
    if said := prepaying.verdict(model, order, after, left, grown):
        return said == "unpaid"
    stocks = leaving if always else 0
    return bool(lending.stops(model.accounts, customer, more, now.today, leaving=stocks))


def _sooner(model: Model, order: Order, after: Order, left: int, leaving: int, now: Now) -> Days:
    """By how much more each day counts once goods leave today, the rest as it is planned then."""
    days = model.days_of(order)
    if leaving > left:
        # Parts round apart: then all that is left leaves with them.
        return apart({now.today: left}, {min(days): left}) if left else {}
    return apart(plus(planned(after, left - leaving), {now.today: leaving}), days)

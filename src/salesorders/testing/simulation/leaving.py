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
    """Whether an account, or one above it, is watched or not open, or its limit has ended."""
    names = lending.chain(model.accounts, customer)
    ended = any(lending.has_ended(model.accounts[name], now.today) for name in names)
    accounts = [model.accounts[name] for name in names]
    return ended or any(one["watched"] or one["status"] != "open" for one in accounts)


def stops(model: Model, order: Order, after: Order, leaving: int, now: Now) -> tuple[str, ...]:
    """Return why goods worth ``leaving`` may not leave: who pays is over a limit or not open, without a release.

    It is asked where an account is watched, not open or lost its limit, and where they leave sooner than planned, and
    so count where they did not. ``after`` is the order once they have left.
    """
    if not _stopped(model, order, after, leaving, now):
        return ()
    blocked = "blocked" in lending.closed(model.accounts, order["customer"])
    return ("credit.account_blocked", "shipment.credit") if blocked else ("shipment.credit",)


def _stopped(model: Model, order: Order, after: Order, leaving: int, now: Now) -> bool:
    customer = order["customer"]
    always = order["prepaid"] or _asks_always(model, customer, now)
    if not always and model.accounts[customer]["class"] not in HORIZONS:
        return False
    shut = lending.shut(model.accounts, customer)
    if lending.is_released(order, "credit", now.at, now.today, shut):
        return False
    left = max(0, order["sums"].gross - prepaying.gone(model, order))
    more = _sooner(model, order, after, left, leaving, now)
    grown = up_to(more, lending.horizon(model.accounts, customer, now.today))
    if not always and grown <= 0:
        return False
    if said := prepaying.verdict(model, order, after, left, grown):
        return said == "unpaid" or "blocked" in lending.closed(model.accounts, customer)
    stocks = leaving if always else 0
    return bool(lending.stops(model.accounts, customer, more, now.today, leaving=stocks))


def _sooner(model: Model, order: Order, after: Order, left: int, leaving: int, now: Now) -> Days:
    """By how much more each day counts once goods leave today, the rest as it is planned then."""
    days = model.days_of(order)
    if leaving > left:
        # Parts round apart: then all that is left leaves with them.
        return apart({now.today: left}, {min(days): left}) if left else {}
    return apart(plus(planned(after, left - leaving), {now.today: leaving}), days)

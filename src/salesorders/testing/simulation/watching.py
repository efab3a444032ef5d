"""Watched accounts, for the model: who comes to be watched by what no order did, and who is back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from salesorders.testing.simulation import lending

if TYPE_CHECKING:
    from salesorders.testing.simulation.model import Model, Now

__all__ = ["counts", "unwatch", "watch"]


def counts(model: Model, customer: str, now: Now) -> dict[str, int]:
    """Return what counts of a customer and of every group above."""
    return {
        name: lending.counted(
            model.accounts, name, now.today, lending.horizon(model.accounts, name, now.today)
        )
        for name in lending.chain(model.accounts, customer)
    }


def watch(
    model: Model,
    customer: str,
    now: Now,
    *,
    alone: bool = False,
    before: Mapping[str, int] | None = None,
) -> None:
    """Something other than an order changed an account: over a limit, it lets no goods leave unasked.

    Where it is said what counted ``before``, nobody of whom no more does comes to be watched.
    """
    names = [customer] if alone else lending.chain(model.accounts, customer)
    now_counts = {} if before is None else counts(model, customer, now)
    for name in names:
        watched = model.accounts[name]["watched"]
        if before is not None and not watched and now_counts[name] <= before[name]:
            continue
        # A group needs no limit; one that lost it stays watched.
        without = lending.inherits(model.accounts, name, now.today)
        without |= name != customer and not watched
        over = lending.stands_over(model.accounts, name, now.today, without=without)
        model.accounts[name]["watched"] = over


def unwatch(model: Model, customer: str, now: Now, *, rates: bool = False) -> None:
    """An account owes less, and so does every group above: those that are back are watched no longer.

    Without ``rates`` nobody can tell where a limit is in another currency.
    """
    for name in lending.chain(model.accounts, customer):
        account = model.accounts[name]
        limited = isinstance(lending.limit_on(account, now.today), int) or account["buckets"]
        if account["watched"] and (rates or not (account["currency"] and limited)):
            without = lending.inherits(model.accounts, name, now.today)
            over = lending.stands_over(model.accounts, name, now.today, without=without)
            account["watched"] = over

"""Bugs of horizons: what leaves on which day, what lies beyond the last day that counts, what comes nearer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from unittest.mock import patch

from salesorders.credit import Horizon
from salesorders.credit.days import DayTotal
from salesorders.credit.model import CreditAccount
from salesorders.kernel.calendar import days_after
from tests.simulation.planting import planted, replaced

FIRST = date(2026, 3, 2)


@planted("what leaves beyond the horizon counts")
def beyond_counts() -> Iterator[None]:
    real = CreditAccount.counted

    def counted(self: Any, on: Any, last: Any = None, *, disputed: bool = True) -> Any:
        return real(self, on, None, disputed=disputed)

    with patch.object(CreditAccount, "counted", counted):
        yield


@planted("what lay beyond the horizon once does not count when its day comes nearer")
def never_nearer() -> Iterator[None]:
    real = Horizon.last
    with patch.object(Horizon, "last", lambda self, on: real(self, min(on, FIRST))):
        yield


@planted("a horizon ends a day early")
def horizon_exclusive() -> Iterator[None]:
    def up_to(days: Any, last: date) -> Any:
        return sum(day.amount for day in days if day.on is None or day.on < last)

    with replaced(("credit.model.account.up_to", up_to), ("credit.requests.up_to", up_to)):
        yield


@planted("a horizon counts days on which nobody works")
def holidays_count() -> Iterator[None]:
    real = Horizon.last

    def last(self: Any, on: date) -> date:
        return real(self, on) if self.calendar is None else days_after(on, self.days)

    with patch.object(Horizon, "last", last):
        yield


@planted("an order counts on its first day for all its lines")
def first_day_for_all() -> Iterator[None]:
    from salesorders.lifecycle import dating

    real = dating.planned_days

    def planned_days(order: Any, value: Any) -> Any:
        days = real(order, value)
        return (DayTotal(days[0].on, value),) if len(days) > 1 else days

    places = ("dating", "crediting", "changing", "recounting")
    with replaced(*((f"lifecycle.{place}.planned_days", planned_days) for place in places)):
        yield


@planted("what is wanted sooner is not asked for credit")
def pulled_in_unasked() -> Iterator[None]:
    from salesorders.credit import CreditRequest

    with patch.object(
        CreditRequest, "lowers", lambda self, last: bool(self.amount <= self.claimed)
    ):
        yield


@planted("goods leave before their day and nobody asks whether they count by then")
def shipped_early_unasked() -> Iterator[None]:
    from salesorders.lifecycle import crediting

    def asked(accounts: Any, policy: Any, command: Any) -> bool:
        return crediting._changed_since(accounts, command)

    with replaced(("lifecycle.crediting.asked_at_shipping", asked)):
        yield


@planted("a changed order stays on the day on which it was to leave")
def days_left_behind() -> Iterator[None]:
    from salesorders.lifecycle import dating

    with patch.object(dating, "with_days", lambda order: order):
        yield


@planted("cash for an order far away counts before the order does")
def cash_before_its_order() -> Iterator[None]:
    with replaced(("lifecycle.dating.paid_for", lambda order: 0)):
        yield

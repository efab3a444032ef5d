"""Bugs of what papers say: ids of entries, days of delivery, reasons, key figures, and units of sale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import attrs

from salesorders.credit.days import paid_oldest_first
from salesorders.kernel.change import changed
from tests.simulation.planting import planted, replaced

ZERO = Decimal(0)


@planted("a payment of two invoices that is taken back posts two entries under one id")
def one_id_for_two() -> Iterator[None]:
    from salesorders.lifecycle.reversing import undone

    def from_one(item: Any, payment: Any, account: Any, command: Any, first: int = 1) -> Any:
        return undone(item, payment, account, command)

    with replaced(("lifecycle.reversing.undone", from_one)):
        yield


@planted("an invoice says that the goods left on the day on which it was asked for")
def delivered_today() -> Iterator[None]:
    from salesorders.lifecycle.invoicing import _draft

    def drafted(case: Any, command: Any) -> Any:
        return changed(_draft(case, command), delivered_on=command.today)

    with replaced(("lifecycle.invoicing._draft", drafted)):
        yield


@planted("every payment was taken back for the same reason")
def one_reason_for_all() -> Iterator[None]:
    from salesorders.receivables import PaymentReversed

    def said(*told: Any) -> Any:
        return changed(PaymentReversed(*told), reason="returned by the bank")

    with replaced(("lifecycle.reversing.PaymentReversed", said)):
        yield


@planted("a payment that is asked about would settle the newest items first")
def newest_first() -> Iterator[None]:
    def paid(days: Any, amount: Decimal) -> Any:
        return tuple(reversed(paid_oldest_first(tuple(reversed(days)), amount)))

    with replaced(("credit.model.account.paid_oldest_first", paid)):
        yield


@planted("sales are counted back by whole months, the last one too")
def whole_months() -> Iterator[None]:
    from salesorders.receivables import dso_countback

    def whole(receivables: Decimal, months: Sequence[tuple[Decimal, int]]) -> Any:
        told, left = dso_countback(receivables, months), receivables
        total = 0
        for sold, days in months:
            if left > 0:
                total, left = total + days, left - sold
        return told if told.value is None else attrs.evolve(told, value=Decimal(total))

    with patch("salesorders.testing.simulation.rooms.reports.dso_countback", whole):
        yield


@planted("a due day of what is owed is forgotten when an item is settled")
def due_day_forgotten() -> Iterator[None]:
    from salesorders.credit.model import CreditAccount

    real = CreditAccount.settle

    def settle(self: Any, amount: Any, discount: Any = ZERO, due_on: Any = None) -> Any:
        after = real(self, amount, discount, due_on)
        return changed(after, items_by_day=self.items_by_day)

    with patch.object(CreditAccount, "settle", settle):
        yield

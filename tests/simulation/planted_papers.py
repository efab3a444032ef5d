"""Bugs of what papers say: ids of entries, days of delivery, reasons, key figures, and units of sale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import attrs

from salesorders.credit.days import paid_oldest_first
from salesorders.kernel.change import changed
from tests.simulation.planting import planted, replaced, rewritten

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


# --- units of sale


@planted("what cartons cost is told for as many pieces")
def cost_of_cartons() -> Iterator[None]:
    words = "* part.base_quantity, currency"
    with rewritten("lifecycle.shipping._left", words, words.replace("base_", "")):
        yield


@planted("part of a line in cartons is promised in pieces")
def cartons_cut() -> Iterator[None]:
    from salesorders.inventory.decide import _by_day

    def by_day(site: str, running: Any, asked: Any, step: Any, first: Any, last: Any) -> Any:
        return _by_day(site, running, asked, ZERO, first, last)

    with replaced(("inventory.decide._by_day", by_day)):
        yield


@planted("part of a line in cartons leaves in pieces")
def cartons_opened() -> Iterator[None]:
    words = "units - units % 1 if is_whole(line.unit) else units"
    with rewritten("fulfilment.decide._in_unit", words, "units"):
        yield


@planted("as many cartons as pieces reach a price for many")
def cartons_reach_no_break() -> Iterator[None]:
    with replaced(("pricing.decide.convert", lambda value, *more: value)):
        yield


@planted("as many pieces as cartons were ordered are promised")
def pieces_for_cartons() -> Iterator[None]:
    from salesorders.orders import OrderLine

    with patch.object(OrderLine, "in_base", lambda self, quantity: quantity):
        yield


@planted("goods leave before their day although others need them in between")
def spare_on_the_best_day() -> Iterator[None]:
    words = "least = min((balance for day, balance in curve if day < on), default=ZERO)"
    with rewritten("fulfilment.decide._usable", words, words.replace("min(", "max(", 1)):
        yield

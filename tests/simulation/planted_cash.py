"""Bugs of cash that was paid ahead for an order, and of what customers dispute."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from salesorders.credit import CreditRequest
from salesorders.receivables.model import OpenItem
from tests.simulation.planting import planted, replaced

ZERO = Decimal(0)


@planted("cash that came in for one order buys another")
def cash_waits_for_nobody() -> Iterator[None]:
    with replaced(("lifecycle.ahead.waits", lambda order: ZERO)):
        yield


@planted("an order is paid for by any part of its price")
def part_is_enough() -> Iterator[None]:
    def covered(self: Any, at: Any) -> bool:
        return self.authorised > 0

    with patch.object(CreditRequest, "is_covered", covered):
        yield


@planted("goods leave although the payment for them was taken back")
def bounced_and_gone() -> Iterator[None]:
    with replaced(("lifecycle.reversing.with_cash", lambda order, amount: order)):
        yield


@planted("what is paid is taken off what is disputed first")
def disputed_first() -> Iterator[None]:
    def disputed(self: Any) -> Decimal:
        return max(self.contested - self.settled, ZERO)

    with patch.object(OpenItem, "disputed", property(disputed)):
        yield


@planted("a payment leaves the disputed bucket as it was")
def bucket_forgets() -> Iterator[None]:
    with replaced(("lifecycle.paying.dispute_moved", lambda before, after, accounts: accounts)):
        yield

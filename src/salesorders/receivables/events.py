"""Facts about receivables and cash."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.kernel.events import stored

__all__ = [
    "ItemClosed",
    "ItemDisputed",
    "ItemOpened",
    "PaymentApplied",
    "PaymentProposed",
    "PaymentReceived",
    "PaymentReversed",
    "PaymentUnapplied",
]


@stored("receivables.item_opened/1")
@attrs.frozen
class ItemOpened:
    """An issued invoice became a receivable of ``amount``."""

    invoice: str
    customer: str
    currency: str
    amount: Decimal
    due_on: date


@stored("receivables.item_closed/1")
@attrs.frozen
class ItemClosed:
    """Nothing is open any more on an item since value date ``on``."""

    invoice: str
    customer: str
    on: date


@stored("receivables.item_disputed/1")
@attrs.frozen
class ItemDisputed:
    """Of an item ``amount`` is contested from now on in place of ``before``; 0 where they agreed."""

    invoice: str
    customer: str
    currency: str
    amount: Decimal
    before: Decimal
    reason: str
    by: str
    on: date


@stored("receivables.payment_received/1")
@attrs.frozen
class PaymentReceived:
    """Money came in with value date ``on``; ``customer`` is empty while nobody knows who paid."""

    payment: str
    customer: str
    currency: str
    amount: Decimal
    on: date
    bank_ref: str = ""


@stored("receivables.payment_reversed/1")
@attrs.frozen
class PaymentReversed:
    """A payment was taken back with value date ``on``: bounced, or keyed by mistake."""

    payment: str
    customer: str
    currency: str
    amount: Decimal
    on: date
    by: str
    reason: str


@stored("receivables.payment_applied/1")
@attrs.frozen
class PaymentApplied:
    """``amount`` of a payment, and ``discount`` on top, settled so much of an invoice."""

    payment: str
    invoice: str
    customer: str
    amount: Decimal
    discount: Decimal
    on: date


@stored("receivables.payment_unapplied/1")
@attrs.frozen
class PaymentUnapplied:
    """What a payment had settled of an invoice is open again."""

    payment: str
    invoice: str
    customer: str
    amount: Decimal
    discount: Decimal
    on: date


@stored("receivables.payment_proposed/1")
@attrs.frozen
class PaymentProposed:
    """A payment has no single explanation: ``codes`` say why, ``candidates`` counts the offers."""

    payment: str
    customer: str
    candidates: int
    codes: tuple[str, ...] = ()

"""Open items and payments in which a test names only what matters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from salesorders.amounts import TaxGroup, tax_of
from salesorders.receivables import Match, MatchingPolicy, OpenItem, Payment, match

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
TODAY = date(2026, 12, 1)


def d(text: object) -> Decimal:
    return Decimal(str(text))


def an_item(
    n: int = 1,
    amount: object = "1190.00",
    *,
    customer: str = "C7",
    number: str = "",
    currency: str = "EUR",
    due_on: date = date(2026, 12, 23),
    discount: object = 0,
    discount_until: date | None = date(2026, 12, 3),
    order: str = "",
    order_reference: str = "",
) -> OpenItem:
    return OpenItem(
        invoice=f"IN-{n}",
        number=number or f"INV-2026-{n:06d}",
        customer=customer,
        currency=currency,
        amount=d(amount),
        groups=(TaxGroup(tax_of("S", 19), d("1000.00"), d("190.00")),),
        issued_on=date(2026, 11, 23),
        due_on=due_on,
        discount_until=discount_until if d(discount) else None,
        discount_percent=d(discount),
        order=order,
        order_reference=order_reference,
    )


def paid(item: OpenItem) -> OpenItem:
    return item.apply("PAY-0", item.open, on=TODAY)


def a_payment(
    amount: object = "1190.00",
    reference: str = "",
    *,
    customer: str = "C7",
    currency: str = "EUR",
    on: date = TODAY,
    id: str = "PAY-1",  # noqa: A002  # the field's own name
) -> Payment:
    return Payment(
        id=id,
        customer=customer,
        currency=currency,
        amount=d(amount),
        received_on=on,
        reference=reference,
        bank_ref=f"bank-{id}",
    )


def matched(
    payment: Payment, items: Sequence[OpenItem], policy: MatchingPolicy | None = None
) -> Match:
    return match(payment, items, policy or MatchingPolicy(), NOW)


def booked(answer: Match) -> dict[str, tuple[str, str]]:
    return {part.invoice: (str(part.amount), str(part.discount)) for part in answer.allocations}


def said(answer: Match) -> set[str]:
    return {finding.code for finding in answer.decision.findings}

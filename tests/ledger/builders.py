"""Groups of VAT and the day of posting, for tests of the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from salesorders.amounts import TaxGroup, tax_of
from salesorders.ledger import (
    Entry,
    application_entry,
    invoice_entry,
    receipt_entry,
    shipment_entry,
)

DAY = date(2026, 12, 1)


def d(text: object) -> Decimal:
    return Decimal(str(text))


def a_group(base: object = "1000.00", tax: object = "190.00", rate: object = 19) -> TaxGroup:
    category = tax_of("S", rate) if d(rate) else tax_of("Z", 0)
    return TaxGroup(category, d(base), d(tax))


def found(entry: Entry | None) -> Entry:
    assert entry is not None
    return entry


def a_cycle() -> list[Entry]:
    """Ship 1,000.00 at cost 620.00, bill 1,190.00, receive 1,166.20 and apply it with 2 %."""
    return [
        found(shipment_entry("E1", "shipment/SH-1", DAY, "EUR", d("1000.00"), d("620.00"), "C7")),
        found(
            invoice_entry(
                "E2", "invoice/IN-1", DAY, "EUR", "C7", d("1000.00"), [a_group()], d("1190.00")
            )
        ),
        receipt_entry("E3", "payment/PAY-1", DAY, "EUR", d("1166.20"), "C7"),
        application_entry(
            "E4", "payment/PAY-1", DAY, "EUR", "C7", d("1166.20"), d("23.80"), [a_group()]
        ),
    ]

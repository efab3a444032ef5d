"""Invoices: a draft has no number, an issued invoice never changes.

An :class:`IssuedInvoice` is frozen with everything it says: parties, lines, VAT groups, totals, due
date. What is still open on it lives with the receivable; ``settled`` is filled in when an invoice
is read and is no part of the document.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.amounts import Amounts
from salesorders.catalog import Party, Terms
from salesorders.kernel.change import assumed, changed
from salesorders.kernel.errors import invalid
from salesorders.kernel.events import stored
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import exact
from salesorders.kernel.money import Money

__all__ = ["DraftInvoice", "IssuedInvoice", "NumberSeries"]

ZERO = Decimal(0)


@attrs.frozen(kw_only=True)
class DraftInvoice:
    """An invoice before it has a number: it may still be dropped without a trace.

    ``order_reference`` is the buyer's own number of the order (BT-13), ``order`` ours (BT-14);
    ``shipment`` is what it bills (BT-16); ``delivered_on`` is BT-72.
    """

    id: str
    customer: str
    seller: Party
    buyer: Party
    ship_to: Party | None = None
    order: str
    order_reference: str = ""
    buyer_reference: str = ""
    shipment: str = ""
    delivered_on: date
    terms: Terms
    amounts: Amounts
    iban: str = ""
    note: str = ""

    def issue(self, number: str, issued_on: date) -> IssuedInvoice:
        """Return the issued invoice under ``number``; due dates count from ``issued_on``."""
        fields = {name: getattr(self, name) for name in attrs.fields_dict(DraftInvoice)}
        return assumed(
            IssuedInvoice,
            **fields,
            settled=ZERO,
            number=ident_of(number, "number"),
            issued_on=issued_on,
            due_on=self.terms.due_on(issued_on),
            discount_until=self.terms.discount_until(issued_on),
        )


@stored("billing.invoice/1")
@attrs.frozen(kw_only=True)
class IssuedInvoice:
    """A posted invoice. Corrections are new documents, never changes.

    ``discount_until`` is the last day of the early-payment discount, ``None`` where none is offered.
    """

    id: str
    customer: str
    seller: Party
    buyer: Party
    ship_to: Party | None = None
    order: str
    order_reference: str = ""
    buyer_reference: str = ""
    shipment: str = ""
    delivered_on: date
    terms: Terms
    amounts: Amounts
    iban: str = ""
    note: str = ""
    number: str
    issued_on: date
    due_on: date
    discount_until: date | None = None
    # Filled in by the desk when an invoice is read; zero in what is stored.
    settled: Decimal = ZERO

    @property
    def ref(self) -> str:
        """The text key under which the invoice is stored."""
        return f"invoice/{self.id}"

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Names under which the invoice is found."""
        return (("customer", self.customer), ("order", self.order), ("number", self.number))

    @property
    def total(self) -> Money:
        """The amount payable as issued, with tax (BT-115)."""
        return self.amounts.total

    @property
    @exact
    def balance(self) -> Money:
        """What is still to be paid: the total less everything settled so far."""
        return Money(self.amounts.gross - self.settled, self.amounts.currency)


@stored("billing.series/1")
@attrs.frozen
class NumberSeries:
    """A gapless series of numbers of one kind: ``INV-2026-000001`` onwards.

    The next number is drawn in the commit that posts the document; ``last_on`` holds numbers and
    dates in one order.
    """

    name: str
    last: int = 0
    last_on: date | None = None
    digits: int = 6

    @property
    def ref(self) -> str:
        """The text key under which the series is stored."""
        return f"series/{self.name}"

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """A series is found by its name only."""
        return ()

    def draw(self, on: date) -> tuple[str, NumberSeries]:
        """Return the next number and the series after it; raises ``series.date`` for an earlier date."""
        if self.last_on is not None and on < self.last_on:
            invalid(
                "series.date",
                "issued_on",
                f"the last number was drawn for {self.last_on.isoformat()}",
            )
        number = f"{self.name}-{self.last + 1:0{self.digits}d}"
        return number, changed(self, last=self.last + 1, last_on=on)

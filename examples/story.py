"""How the example speaks: plain text, with colours where ``rich`` is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import salesorders as so
from salesorders.interchange import OrderDocument, StatementLine
from salesorders.pricing import price_table

# The console of the extra "examples", where it is installed.
console: Any = None
if find_spec("rich"):
    console = import_module("rich.console").Console(highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """Print a sentence; square brackets are never markup."""
    if console is None:
        print(text)
    else:
        console.print(text, markup=False)


def chapter(title: str) -> None:
    """Print a heading."""
    say(f"\n{title}\n{'=' * len(title)}")


def table(what: so.Table) -> None:
    """Print a table."""
    say(f"\n{what}")


def findings(found: Iterable[so.Finding]) -> None:
    """Print every finding on a line."""
    for finding in found:
        say(f"  [{finding.effect.value}] {finding.code}: {finding.explain()}")


def order(document: OrderDocument) -> None:
    """Print what the buyer asks for."""
    buyer = document.buyer.name or document.buyer.trade_name or "an unnamed buyer"
    day = document.issued_on or "an unknown day"
    money = document.currency or "no stated currency"
    say(f"Order {document.number or '(no number)'} of {day} from {buyer}, in {money}.")
    rows = tuple(
        (
            line.id,
            line.name[:40],
            line.quantity,
            line.unit or line.unit_as_written,
            line.price,
            str(line.tax or ""),
        )
        for line in document.lines
    )
    table(so.Table("What is asked", ("line", "item", "quantity", "unit", "price", "VAT"), rows))
    findings(document.findings)


def price(placed: so.Order) -> None:
    """Print how every price was made."""
    table(
        price_table(placed.amounts, f"Order {placed.id} for {placed.customer}, priced at our list")
    )


def held(outcome: so.Held, gates: Iterable[str]) -> None:
    """Print why an order is held, who may let it go and what would cure it."""
    for hold in outcome.order.holds:
        if hold.gate in gates:
            say(f"\nHeld by {hold.gate}.\n{hold.decision.explain()}")


def shipped(shipment: so.Shipment, invoice: so.IssuedInvoice) -> None:
    """Print a shipment and its invoice."""
    parts = ", ".join(f"{line.quantity:f} {line.unit} {line.sku}" for line in shipment.lines)
    say(f"\n{shipment.shipped_on} left {shipment.site or 'us'}: {parts}")
    discount = f", 2 % less until {invoice.discount_until}" if invoice.discount_until else ""
    say(f"  invoice {invoice.number}: {invoice.total}, due {invoice.due_on}{discount}")


def payment(
    line: StatementLine,
    answer: so.Applied | so.Proposed | so.Unidentified | so.Rejected,
    number_of: Callable[[str], str],
) -> None:
    """Print what became of a credit, and why."""
    said = line.remittance or "no reference"
    say(
        f"\n{line.value_on} {line.payer_name or 'somebody'} pays {line.currency} {line.amount:,.2f} ({said!r})"
    )
    say(f"  -> {type(answer).__name__.lower()}")
    findings(answer.findings)
    if isinstance(answer, so.Proposed):
        for number, candidate in enumerate(answer.candidates):
            names = ", ".join(number_of(invoice) for invoice in candidate.invoices)
            say(f"     candidate {number}: invoice {names} ({candidate.reason})")

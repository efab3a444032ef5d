"""Invoicing: what was shipped is billed once, under the next number of a gapless series."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.billing import DraftInvoice, InvoiceIssued, IssuedInvoice, NumberSeries
from salesorders.catalog import Customer, Party
from salesorders.credit import Accounts, CreditAccount
from salesorders.fulfilment import Shipment
from salesorders.kernel.calendar import date_of
from salesorders.kernel.change import Ask, Change, Command, Document, GatewayEffect, Loading
from salesorders.kernel.decision import refuse
from salesorders.kernel.ids import ident_of
from salesorders.ledger import invoice_entry
from salesorders.lifecycle.crediting import with_above
from salesorders.lifecycle.outcomes import Issued, Rejected
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.lifecycle.watching import unwatched
from salesorders.orders import Order, OrderLine
from salesorders.receivables import ItemOpened, OpenItem

__all__ = ["ISSUE", "IssueCase", "IssueRequest"]


def _shipment(value: str) -> str:
    return ident_of(value, "shipment")


def _on(value: object) -> date | None:
    return None if value is None else date_of(value, "on")


@attrs.frozen
class IssueRequest:
    """Bill a shipment, on a day (the business date by default, never before the last number's)."""

    shipment: str = attrs.field(converter=_shipment)
    on: date | None = attrs.field(default=None, converter=_on)


@attrs.frozen
class IssueCase:
    """What is billed, for which order, to whom, under which series."""

    setting: Setting
    shipment: Shipment
    order: Order
    customer: Customer
    account: Accounts
    series: NumberSeries


def load_issue(request: IssueRequest, setting: Setting, command: Command) -> Loading[IssueCase]:
    """First the shipment, then order, customer, account and number series."""
    ref = f"shipment/{request.shipment}"
    loaded = yield Ask((ref,))
    shipment = loaded.need(Shipment, ref, "shipment")
    name = setting.policies.billing.series_on(request.on or command.today)
    order, customer = f"order/{shipment.order}", f"customer/{shipment.customer}"
    account, series = f"credit/{shipment.customer}", f"series/{name}"
    loaded = yield Ask((order, customer, account, series), leading=(account,))
    accounts = yield from with_above(loaded.need(CreditAccount, account))
    return IssueCase(
        setting,
        shipment,
        loaded.need(Order, order),
        loaded.need(Customer, customer),
        accounts,
        loaded.get(NumberSeries, series) or NumberSeries(name),
    )


def issue(request: IssueRequest, case: IssueCase, command: Command) -> Change[Issued | Rejected]:
    """Draft, draw the number and post, in one change: nothing holds a number that was not posted."""
    shipment, order = case.shipment, case.order
    if shipment.invoice:
        return Change(Rejected((refuse("invoice.already", "shipment", invoice=shipment.invoice),)))
    on = request.on or command.today
    if on > command.today:
        return Change(Rejected((refuse("invoice.future", "on", on=on, today=command.today),)))
    number, series = case.series.draw(on)
    invoice = _draft(case, command).issue(number, on)
    gross = invoice.amounts.gross
    lines: dict[str, OrderLine] = {}
    for part in shipment.lines:
        line = lines.get(part.order_line) or order.line(part.order_line)
        lines[line.id] = line.invoice(part.quantity)
    item = _open_item(invoice, order)
    entry = invoice_entry(
        command.new_id("JE"),
        invoice.ref,
        on,
        invoice.amounts.currency,
        invoice.customer,
        invoice.amounts.net,
        invoice.amounts.groups,
        gross,
    )
    events: tuple[object, ...] = (
        InvoiceIssued(
            invoice.id, number, invoice.customer, order.id, on, invoice.amounts.currency, gross
        ),
        ItemOpened(invoice.id, invoice.customer, invoice.amounts.currency, gross, invoice.due_on),
    )
    if entry is not None:
        events = (*events, entry)
    notice = GatewayEffect(
        "notices",
        "invoice.issued",
        (("invoice", invoice.id), ("number", number), ("customer", invoice.customer)),
    )
    # Collateral may secure it from now on.
    account = case.account.bill(gross, invoice.due_on)
    account = unwatched(account, case.setting.policies.credit, command)
    # The series is written last, so that it is held for the shortest time.
    puts: tuple[Document, ...] = (
        order.with_lines(lines),
        shipment.billed(invoice.id),
        invoice,
        item,
        *account.accounts,
        series,
    )
    return Change(Issued(invoice), puts, events, (notice,))


def _draft(case: IssueCase, command: Command) -> DraftInvoice:
    order, customer = case.order, case.customer
    # What is delivered to nobody else is delivered to the buyer.
    ship_to = customer.receiver
    if order.ship_to_name or order.ship_to is not None:
        name, address = order.ship_to_name or ship_to.name, order.ship_to or ship_to.address
        ship_to = Party(name, address=address)
    return DraftInvoice(
        id=command.new_id("IN"),
        customer=customer.id,
        seller=case.setting.seller.party,
        buyer=customer.party,
        ship_to=ship_to,
        order=order.id,
        order_reference=order.reference,
        buyer_reference=order.buyer_reference,
        shipment=case.shipment.id,
        delivered_on=case.shipment.shipped_on,
        terms=customer.terms,
        amounts=case.shipment.amounts,
        iban=case.setting.seller.iban,
    )


def _open_item(invoice: IssuedInvoice, order: Order) -> OpenItem:
    return OpenItem(
        invoice=invoice.id,
        number=invoice.number,
        customer=invoice.customer,
        currency=invoice.amounts.currency,
        amount=invoice.amounts.gross,
        groups=invoice.amounts.groups,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        discount_until=invoice.discount_until,
        discount_percent=invoice.terms.discount_percent if invoice.discount_until else Decimal(0),
        order=order.id,
        order_reference=order.reference,
    )


ISSUE = UseCase("invoices.issue", load_issue, issue)

"""One purchase order on its whole way: read, priced, authorised, promised, shipped, invoiced, paid.

    python examples/order_to_cash.py [ORDER.xml] [STATEMENT.xml] [--adopt] [--out DIR] [--orders N] [--store URL]

Without an argument the order and the bank statement beside this file are used. ``--adopt`` takes buyer,
items and prices from the order itself, so that any UBL order can be run; ``--out`` writes the
invoices as UBL 2.1; ``--orders 1000`` runs synthetic orders instead and says how long they took.
``--store sqlite:///orders.db`` keeps all of it in a database: run it twice, and nothing happens twice.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

import story
import synthetic
from world import (
    CLERKS,
    SELLER,
    SITE,
    World,
    earlier_orders,
    own_master_data,
    paid_in_full,
)

import salesorders as so
from salesorders.interchange import EInvoiceIncomplete, OrderDocument, Statement
from salesorders.interchange.adopt import adopt

HERE = Path(__file__).parent
DATA = HERE / "data"
DEFAULT_TAX = so.Tax.parse("S19")


def named(document: OrderDocument) -> str:
    """Return the start of every key of this order's run, so that another order's are different."""
    return f"order-{document.number or 'without-number'}"[:100]


def read_order(path: Path) -> OrderDocument:
    """Read the order and print everything that the reader found, at once."""
    document = so.read_ubl_order(path.read_bytes())
    story.chapter(f"1. The order: {path.name}")
    story.order(document)
    return document


def master_data(world: World, document: OrderDocument, take_from_order: bool) -> OrderDocument:
    """Our own price list, or what the order itself names."""
    if not take_from_order:
        own_master_data(world)
        return document
    adopted = adopt(
        document,
        default_tax=DEFAULT_TAX,
        default_country=SELLER.country,
        terms="2/10 net 30",
        credit_limit=None,
    )
    story.say(
        "Adopted from the order: buyer, items and prices. Lines without VAT category get S 19 %."
    )
    story.findings(adopted.findings)
    outcome = world.ada.catalog.add(
        adopted.customer, *adopted.items, key=f"{named(document)}-adopt"
    )
    if isinstance(outcome, so.Rejected):
        story.findings(outcome.findings)
        raise SystemExit(1)
    return adopted.document


def stock_up(world: World, document: OrderDocument) -> None:
    """Half of every item lies there, the rest is expected in two weeks."""
    name = named(document)
    for index, (sku, quantity) in enumerate(world.wanted(document).items()):
        half = quantity // 2
        if half:
            world.wim.stock.receive(sku, half, site=SITE, key=f"{name}-stock-{index}")
        planned = world.wim.stock.plan_receipt(
            sku,
            quantity - half,
            site=SITE,
            on=world.days_from_today(14),
            key=f"{name}-plan-{index}",
        ).unwrap()
        world.expected[sku] = planned.receipts[-1]


def place(world: World, document: OrderDocument, adopted: bool) -> so.Order:
    """Place the order; whoever may, lets go what holds it."""
    story.chapter("2. Price, authority, credit")
    outcome = world.ann.orders.intake(document, key=f"{named(document)}-intake")
    if isinstance(outcome, so.Rejected):
        story.say("Refused, with every reason:")
        story.findings(outcome.findings)
        if not adopted:
            story.say("Run again with --adopt to take buyer, items and prices from the order.")
        raise SystemExit(1)
    order = outcome.order
    story.price(order)
    story.findings(order.findings)
    for gates, clerk, verb, reason in (
        (
            ("authority", "price", "document"),
            "sam",
            "approve",
            "agreed with the buyer by telephone",
        ),
        (("credit",), "ben", "release", "the buyer has always paid in time"),
    ):
        if isinstance(outcome, so.Held) and any(hold.gate in gates for hold in outcome.order.holds):
            story.held(outcome, gates)
            outcome = _let_go(world, outcome.order.id, clerk, verb, reason)
    return outcome.unwrap()


def _let_go(
    world: World, order_id: str, clerk: str, verb: str, reason: str
) -> so.Placed | so.Held | so.Rejected:
    counter = world.clerk(clerk).orders
    story.say(f"{clerk} ({', '.join(CLERKS[clerk])}) may {verb} it, and does: {reason}.")
    if verb == "approve":
        return counter.approve(order_id, reason=reason, key=f"{order_id}-approve")
    return counter.release(order_id, reason=reason, key=f"{order_id}-release")


def ship_and_bill(world: World, order: so.Order, out: Path | None) -> list[so.IssuedInvoice]:
    """Ship in two parts where the order permits it and the quantities allow, and invoice each."""
    story.chapter("3. Promised, shipped, invoiced")
    story.table(order.promised)
    invoices = []
    parts = world.parts(order)
    if not parts:
        story.say("Nothing can be promised; see the findings above.")
        story.findings(order.findings)
        raise SystemExit(1)
    for number, (day, lines) in enumerate(parts, 1):
        world.go_to(day)
        world.goods_arrive()
        shipment = world.wim.shipments.ship(
            order.id, lines, key=f"{order.id}-ship-{number}"
        ).unwrap()
        invoice = world.fay.invoices.issue(shipment.id, key=f"{order.id}-bill-{number}").unwrap()
        story.shipped(shipment, invoice)
        invoices.append(invoice)
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"{invoice.number}.xml").write_bytes(so.write_ubl_invoice(invoice))
            story.say(f"  written: {out / f'{invoice.number}.xml'}")
    return invoices


def collect(world: World, statement: Statement) -> None:
    """Book what the bank says; what several explanations fit is proposed, never booked."""
    story.findings(statement.findings)
    if not statement.is_sound:
        story.say("The statement contradicts itself: nothing of it is booked.")
        raise SystemExit(1)
    booked = [line for line in statement.lines if line.amount > 0 and not line.is_reversal]
    world.go_to(max((line.value_on for line in booked), default=world.today()))
    result = world.kai.cash.import_statement(statement, key=f"bank-{statement.id}"[:200])
    for line, (_, answer) in zip(booked, result.lines, strict=True):
        story.payment(line, answer, world.invoice_number)


def look_back(world: World, first: date) -> None:
    """Ageing, journal, trial balance, key figures, and the audit chain."""
    today = world.today()
    story.chapter("5. The books")
    story.table(world.desk.reports.ageing(today))
    story.table(world.desk.ledger.journal(first, today))
    story.table(world.desk.ledger.trial_balance(today))
    story.table(world.desk.reports.kpis(first, today).table)
    verified = world.desk.audit.verify()
    story.say(
        f"Audit chain: {verified.rows} commands, {'whole' if verified else 'BROKEN'}, head {verified.head[:16]}..."
    )
    if not verified:
        raise SystemExit(1)


def main(arguments: list[str]) -> None:
    """Run the example."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("order", nargs="?", type=Path)
    parser.add_argument("statement", nargs="?", type=Path)
    parser.add_argument(
        "--adopt", action="store_true", help="take buyer, items and prices from the order"
    )
    parser.add_argument("--out", type=Path, help="folder for the UBL invoices")
    parser.add_argument("--orders", type=int, help="run so many synthetic orders instead")
    parser.add_argument("--store", metavar="URL", help="sqlite:///FILE or postgresql+psycopg://...")
    options = parser.parse_args(arguments)
    if options.orders is not None and options.orders < 1:
        parser.error("--orders wants at least 1")
    if options.out is not None and options.out.exists() and not options.out.is_dir():
        parser.error("--out wants a folder")
    if options.orders is not None:
        synthetic.run(options.orders, options.store)
        return
    document = read_order(options.order or DATA / "order.xml")
    world = World.of(document, options.store)
    with world.desk:
        walk(world, document, options)


def walk(world: World, document: OrderDocument, options: argparse.Namespace) -> None:
    """Take the order through all of it."""
    first = world.days_from_today(-7)
    document = master_data(world, document, options.adopt)
    if options.order is None:
        story.say(
            "A week ago Tischlerei Holm bought two equal workbenches, on two orders of EUR 500.00 each."
        )
        earlier_orders(world)
    stock_up(world, document)
    order = place(world, document, options.adopt)
    invoices = ship_and_bill(world, order, options.out)
    if options.statement is not None:
        statements = so.read_camt053(options.statement.read_bytes())
    elif options.order is None:
        statements = so.read_camt053((DATA / "statement.xml").read_bytes())
    else:
        statements = (paid_in_full(world, invoices),)
        story.say("\nNo statement was given: one that pays each invoice was made.")
    story.chapter("4. Paid")
    for statement in statements:
        collect(world, statement)
    look_back(world, first)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except EInvoiceIncomplete as error:
        story.say("The invoice can't be written as the standard wants it:")
        story.findings(error.findings)
        sys.exit(1)
    except (so.SalesOrdersError, OSError) as error:
        sys.exit(f"order_to_cash: {error}")

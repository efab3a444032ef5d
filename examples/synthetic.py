"""Many five-line orders through the whole cycle, with progress, and what they took."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import salesorders as so

# The bar of the extra "examples", where it is installed.
tqdm: Any = import_module("tqdm").tqdm if find_spec("tqdm") else None
LINES = 5


def progress(steps: range) -> Iterable[int]:
    """Return the steps, with a bar where ``tqdm`` is installed and now and then a line where it is not."""
    if tqdm is not None:
        bar: Iterable[int] = tqdm(steps, unit="order")
        return bar
    return _told(steps)


def _told(steps: range) -> Iterable[int]:
    for step in steps:
        if step and step % 500 == 0:
            print(f"  {step} of {len(steps)} orders")
        yield step


def opened(store: str | None) -> so.Desk:
    """Return a desk in memory or over a database."""
    seller = so.Seller("ACME", country="DE", vat_id="DE123456788")
    clock = so.FixedClock(date(2026, 3, 2))
    if store is None:
        return so.Desk.in_memory(seller=seller, currency="EUR", clock=clock)
    return so.Desk.open(store, seller=seller, currency="EUR", clock=clock)


def desks(desk: so.Desk) -> dict[str, so.Desk]:
    """Return a desk for every clerk, with five items, one customer and much stock."""
    roles = ("master-data", "sales", "warehouse", "billing", "cash")
    clerks = {role: desk.as_(so.Actor(role, roles={role})) for role in roles}
    items = [
        so.Item(
            f"ITEM-{n}",
            f"Item {n}",
            prices=[so.Price(f"{n}.35"), so.Price(f"{n}.10", at_least=10)],
            tax="S19",
            cost="0.5",
        )
        for n in range(1, LINES + 1)
    ]
    customer = so.Customer("C-1", "Muster GmbH", country="DE", credit_limit="unlimited")
    clerks["master-data"].catalog.add(*items, customer, key="md").unwrap()
    for item in items:
        clerks["warehouse"].stock.receive(
            item.sku, 100_000_000, site="BER", key=f"stock-{item.sku}"
        ).unwrap()
    return clerks


def cycle(clerks: dict[str, so.Desk], n: int) -> so.Payment:
    """Take one order from quote to matched cash."""
    lines = [so.Line(f"ITEM-{k}", 3 + (n + k) % 9) for k in range(1, LINES + 1)]
    quote = clerks["sales"].orders.price("C-1", lines)
    order = clerks["sales"].orders.place(quote, key=f"o-{n}").unwrap()
    shipment = clerks["warehouse"].shipments.ship(order.id, key=f"s-{n}").unwrap()
    invoice = clerks["billing"].invoices.issue(shipment.id, key=f"i-{n}").unwrap()
    paid = clerks["cash"].cash.receive("C-1", invoice.total, reference=invoice.number, key=f"p-{n}")
    payment: so.Payment = paid.unwrap()
    return payment


def run(orders: int, store: str | None = None) -> None:
    """Run ``orders`` cycles and print what they took."""
    with opened(store) as desk:
        clerks = desks(desk)
        began, cpu = time.perf_counter(), time.process_time()
        for n in progress(range(orders)):
            cycle(clerks, n)
        wall, used = time.perf_counter() - began, time.process_time() - cpu
        print(
            f"{orders} orders of {LINES} lines, quote to matched cash: "
            f"{wall:.2f} s, {1000 * used / orders:.2f} ms CPU each."
        )
        print(desk.ledger.trial_balance())
        print(f"Audit chain: {desk.audit.verify()}")

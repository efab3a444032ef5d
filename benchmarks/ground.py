"""The trading house that every benchmark drives: a hundred articles, fifty customers, clerks with one duty each."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import salesorders as so

SKUS = 100
CUSTOMERS = 50
ROLES = ("master-data", "sales", "warehouse", "billing", "cash")
SELLER = so.Seller("ACME", country="DE", vat_id="DE123456788")
STAGES = ("price", "place", "ship", "invoice", "receive")


def opened(store: str, tenant: str = "main") -> so.Desk:
    """A desk in memory, or at the database of a URL."""
    how: dict[str, Any] = {
        "seller": SELLER,
        "currency": "EUR",
        "clock": so.FixedClock(date(2026, 3, 2)),
        "tenant": tenant,
    }
    return (
        so.Desk.in_memory(**how) if store == "memory" else so.Desk.open(store, durable=False, **how)
    )


def clerks_of(desk: so.Desk) -> dict[str, so.Desk]:
    """The desk once for every role."""
    return {role: desk.as_(so.Actor(role, roles={role})) for role in ROLES}


def furnished(desk: so.Desk) -> dict[str, so.Desk]:
    """Master data and much stock; what the benchmarks do not time."""
    clerks = clerks_of(desk)
    items = [
        so.Item(
            f"P{n:03}",
            f"Part {n}",
            prices=[so.Price(f"{n + 10}.35"), so.Price(f"{n + 10}.10", at_least=10)],
            tax="S19",
            cost="0.5",
        )
        for n in range(SKUS)
    ]
    buyers = [
        so.Customer(f"C{n:02}", f"Buyer {n}", country="DE", credit_limit=10**12)
        for n in range(CUSTOMERS)
    ]
    clerks["master-data"].catalog.add(*items, *buyers, key="master-data").unwrap()
    for item in items:
        clerks["warehouse"].stock.receive(
            item.sku, 100_000_000, site="BER", key=f"stock-{item.sku}"
        ).unwrap()
    return clerks


def steps_of(clerks: dict[str, so.Desk], n: int, lines: int, name: str = "") -> Iterator[str]:
    """Take one order from quote to matched cash, yielding after every stage."""
    customer = f"C{n % CUSTOMERS:02}"
    wanted = [so.Line(f"P{(n + k) % SKUS:03}", 1 + (n + k) % 9) for k in range(lines)]
    quote = clerks["sales"].orders.price(customer, wanted)
    yield "price"
    order = clerks["sales"].orders.place(quote, key=f"o{name}-{n}").unwrap()
    yield "place"
    shipment = clerks["warehouse"].shipments.ship(order.id, key=f"s{name}-{n}").unwrap()
    yield "ship"
    invoice = clerks["billing"].invoices.issue(shipment.id, key=f"i{name}-{n}").unwrap()
    yield "invoice"
    payment = (
        clerks["cash"]
        .cash.receive(customer, invoice.total, reference=invoice.number, key=f"p{name}-{n}")
        .unwrap()
    )
    if payment.unapplied:
        raise AssertionError(f"order {n} was not paid in full")
    yield "receive"


def progress(steps: range) -> Iterable[int]:
    """The steps, with a bar on a terminal where ``tqdm`` is installed."""
    if find_spec("tqdm") and sys.stderr.isatty():
        bar: Iterable[int] = import_module("tqdm").tqdm(steps, unit="order")
        return bar
    return steps

"""A small trading house on either twin: actors, master data and shorthands in which a test names only what matters.

>>> house = a_house(stock=500)
>>> house.order(120).unwrap().total
Money('114.24', 'EUR')
"""

from __future__ import annotations

import inspect
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from salesorders import aio, sync
from salesorders.billing import IssuedInvoice
from salesorders.catalog import Customer, Item, Price, Seller, Terms
from salesorders.credit import Exposure
from salesorders.kernel.actors import Actor
from salesorders.kernel.codec import revive
from salesorders.orders import Line, Order, OrderRequest
from salesorders.receivables import Payment
from salesorders.testing.answering import finished
from salesorders.testing.books import books_agree

__all__ = [
    "BOLT",
    "DAY",
    "SELLER",
    "STAFF",
    "TWINS",
    "Blocking",
    "House",
    "a_customer",
    "a_desk",
    "a_house",
    "a_line",
    "a_payment",
    "a_request",
    "an_invoice",
    "an_item",
    "an_order",
]

TWINS: dict[str, Any] = {"sync": sync, "aio": aio}
DAY = date(2026, 11, 23)
SELLER = Seller("ACME", country="DE", vat_id="DE123456789")
# Roles by the actor that has them; "max" has everything, for showing that roles don't replace four eyes.
STAFF = {
    "ada": ("master-data",),
    "ann": ("sales",),
    "bob": ("sales-manager",),
    "ben": ("credit",),
    "wim": ("warehouse",),
    "fay": ("billing",),
    "kai": ("cash",),
    "oli": ("operations",),
    "max": (
        "master-data",
        "sales",
        "sales-manager",
        "credit",
        "warehouse",
        "billing",
        "cash",
        "operations",
    ),
}


class Blocking:
    """A desk, counter, store or relay of either twin whose calls answer at once.

    A verb without ``key=`` gets the next key of ``keys``; ``key=None`` is passed on as it is. ``after``
    is called behind every writing verb.
    """

    def __init__(self, inner: Any, keys: Iterator[str], after: Callable[[], None]) -> None:
        self.inner = inner
        self._keys = keys
        self._after = after

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.inner, name)
        if inspect.ismethod(value):
            return self._called(value)
        if type(value).__module__.startswith(("salesorders.aio", "salesorders.sync")) and not (
            hasattr(type(value), "__attrs_attrs__") or name == "clock"
        ):
            return Blocking(value, self._keys, self._after)
        return value

    def _called(self, method: Callable[..., Any]) -> Callable[..., Any]:
        named = inspect.signature(method).parameters.get("key")
        takes_key = named is not None and named.kind is named.KEYWORD_ONLY

        def call(*args: Any, **kwargs: Any) -> Any:
            if takes_key and "key" not in kwargs:
                kwargs["key"] = next(self._keys)
            answer = finished(method(*args, **kwargs))
            if takes_key:
                self._after()
            return answer

        return call


class House:
    """A desk of one twin with its store and clock, and a bound desk for every member of staff.

    ``store`` defaults to memory, ``encoded`` makes that keep text; ``prefix`` begins the keys of
    verbs that name none. With ``checked`` set, the books are added up again after every verb.
    """

    ada: Blocking
    ann: Blocking
    bob: Blocking
    ben: Blocking
    wim: Blocking
    fay: Blocking
    kai: Blocking
    oli: Blocking
    max: Blocking

    def __init__(
        self,
        twin: str = "sync",
        *,
        encoded: bool = False,
        store: Any = None,
        tenant: str = "main",
        start: date = DAY,
        **more: Any,
    ) -> None:
        door = TWINS[twin]
        prefix = more.pop("prefix", tenant)
        self.twin, self.tenant = twin, tenant
        self.clock = more.pop("clock", None) or door.FixedClock(start)
        self.raw_store = door.MemoryStore(encoded=encoded) if store is None else store
        self.raw = door.Desk(
            store=self.raw_store,
            seller=SELLER,
            currency=more.pop("currency", "EUR"),
            clock=self.clock,
            tenant=tenant,
            **more,
        )
        self.keys = (f"{prefix}-k{n}" for n in itertools.count(1))
        self.checked = False
        self.desk = self.blocking(self.raw)
        self.store = self.blocking(self.raw_store)
        for name, roles in STAFF.items():
            setattr(self, name, self.hand(name, *roles))

    def blocking(self, inner: Any) -> Blocking:
        """Return a desk, counter or store of this house whose calls answer at once."""
        return Blocking(inner, self.keys, self.after)

    def hand(self, name: str, *roles: str, tenant: str | None = None) -> Blocking:
        """Return the desk of another member of staff."""
        return self.blocking(self.raw.as_(Actor(name, roles=roles, tenant=tenant)))

    def after(self) -> None:
        """Add the books up again, where that is wanted."""
        if self.checked:
            self.checked = False
            try:
                books_agree(self)
            finally:
                self.checked = True

    # --- what is there

    def rows(self) -> tuple[Any, ...]:
        """Return every row of the audit chain."""
        self.store.seal(self.tenant)
        return tuple(self.store.rows(self.tenant, after=0, limit=1_000_000))

    def records(self) -> list[dict[str, Any]]:
        """Return what the rows say, as plain data."""
        return [json.loads(row.text) for row in self.rows()]

    def events(self) -> list[Any]:
        """Return every event, in order."""
        return [revive(event) for record in self.records() for event in record["events"]]

    def documents(self, kind: str = "") -> list[Any]:
        """Return every document, or those of one kind, in order of reference."""
        refs = sorted({ref for record in self.records() for ref, _ in record["puts"]})
        chosen = tuple(ref for ref in refs if ref.startswith(f"{kind}/" if kind else ""))
        held = self.store.read(self.tenant, chosen)
        return [held[ref].document for ref in chosen]

    def state(self) -> tuple[str, int, int]:
        """Return one value that is equal where nothing was written: documents, rows, outbox."""
        waiting = self.store.pending(self.tenant, limit=1_000_000)
        return self.desk.backup.state_hash(), len(self.rows()), len(waiting)

    def exposure(self, customer: str = "C7") -> Exposure:
        """Return what a customer owes and has on order."""
        exposure: Exposure = self.desk.credit.exposure(customer)
        return exposure

    def level(self, sku: str = "BOLT", site: str = "BER") -> Any:
        """Return the stock of an item at a site."""
        return self.desk.stock.level(sku, site)

    # --- what happens all day

    def order(self, quantity: object = 120, **more: Any) -> Any:
        """Place Ann's order of one line, and return what the desk answers."""
        how = {name: more.pop(name) for name in ("key", "by", "dry_run") if name in more}
        return self.ann.orders.place(a_request(quantity, **more), **how)

    def shipped(self, order: Any, lines: Mapping[str, object] | None = None, **more: Any) -> Any:
        """Ship an order and return the shipment."""
        return self.wim.shipments.ship(order.id, lines, **more).unwrap()

    def billed(self, shipment: Any, **more: Any) -> Any:
        """Bill a shipment and return the invoice."""
        return self.fay.invoices.issue(shipment.id, **more).unwrap()

    def sold(self, quantity: object = 120, **more: Any) -> Any:
        """Return the invoice of an order that was placed, shipped and billed today."""
        return self.billed(self.shipped(self.order(quantity, **more).unwrap()))


def a_line(quantity: object = 120, sku: str = "BOLT", **more: Any) -> Line:
    """Return a line that is asked for."""
    return Line(sku, quantity, **more)


def a_request(
    quantity: object = 120,
    *,
    customer: str = "C7",
    sku: str = "BOLT",
    discount: object = None,
    **more: Any,
) -> OrderRequest:
    """Return a request of one line."""
    return OrderRequest(customer, [a_line(quantity, sku, discount=discount)], **more)


def an_item(sku: str = "BOLT", price: str = "1.00", **more: Any) -> Item:
    """Return an item at one price, taxed at 19 %, unless ``prices`` or ``tax`` are named."""
    fields: dict[str, Any] = {"prices": [Price(price)], "tax": "S19"} | more
    return Item(sku, f"Item {sku}", **fields)


def a_customer(id: str = "C7", limit: object = "5000", **more: Any) -> Customer:  # noqa: A002  # the field's own name
    """Return a customer in Germany who pays 2/10 net 30."""
    terms = Terms.parse(more.pop("terms", "2/10 net 30"))
    return Customer(id, f"Customer {id}", country="DE", terms=terms, credit_limit=limit, **more)


BOLT = Item(
    "BOLT",
    "Bolt M8",
    prices=[Price("1.00"), Price("0.80", at_least=100)],
    tax="S19",
    cost="0.50",
)


def a_house(twin: str = "sync", *, stock: int = 500, limit: object = "5000", **more: Any) -> House:
    """Return a house that sells bolts to C7, with so many in Berlin; ``more`` is :class:`House`'s."""
    house = House(twin, **more)
    house.ada.catalog.add(BOLT, a_customer(limit=limit))
    if stock:
        house.wim.stock.receive("BOLT", stock, site="BER")
    return house


def a_desk(twin: str = "sync", *, stock: int = 500, **more: Any) -> Any:
    """Return the desk of such a house with everybody's duties at it, as a host would hold it."""
    return a_house(twin, stock=stock, **more).max.inner


def an_order(quantity: object = 120, **more: Any) -> Order:
    """Return an order that was placed in a house of its own."""
    order: Order = a_house().order(quantity, **more).unwrap()
    return order


def an_invoice(quantity: object = 120, **more: Any) -> IssuedInvoice:
    """Return an invoice of an order that was shipped, in a house of its own."""
    invoice: IssuedInvoice = a_house().sold(quantity, **more)
    return invoice


def a_payment(amount: str = "114.24", id: str = "P1", **more: Any) -> Payment:  # noqa: A002  # the field's own name
    """Return cash that came in from C7 today."""
    fields: dict[str, Any] = {"customer": "C7", "currency": "EUR", "received_on": DAY} | more
    return Payment(id=id, amount=Decimal(amount), **fields)

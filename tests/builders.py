"""A small trading house on either twin: actors, master data and shorthands in which a test names only what matters."""

from __future__ import annotations

import asyncio
import atexit
import inspect
import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import salesorders as so
from salesorders import aio, sync
from salesorders.credit import Exposure, recomputed
from salesorders.kernel.codec import decode, encode, revive
from salesorders.kernel.limits import exact
from salesorders.ledger import Entry
from salesorders.orders import Order

TWINS = {"sync": sync, "aio": aio}
DAY = date(2026, 11, 23)
SELLER = so.Seller("ACME", country="DE", vat_id="DE123456789")
ZERO = Decimal(0)
# Roles by the actor that has them; "max" has everything, for showing that roles don't replace four eyes.
STAFF = {
    "ada": ("master-data",),
    "ann": ("sales",),
    "bob": ("sales-manager",),
    "ben": ("credit",),
    "wim": ("warehouse",),
    "fay": ("billing",),
    "kai": ("cash",),
    "max": ("master-data", "sales", "sales-manager", "credit", "warehouse", "billing", "cash"),
}


# One loop for the whole run: connections of an async driver belong to the loop that opened them.
LOOP = asyncio.new_event_loop()
atexit.register(LOOP.close)


def finished(value: Any) -> Any:
    """The answer of a call of either twin."""
    if not inspect.iscoroutine(value):
        return value
    if threading.current_thread() is threading.main_thread():
        return LOOP.run_until_complete(value)
    return asyncio.run(value)


class Blocking:
    """A desk, counter, store or relay of either twin whose calls answer at once.

    A verb without ``key=`` gets the next key of ``keys``; ``key=None`` is passed on as it is.
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
    """A desk of one twin with its store and clock, and a bound desk for every member of staff."""

    ada: Blocking
    ann: Blocking
    bob: Blocking
    ben: Blocking
    wim: Blocking
    fay: Blocking
    kai: Blocking
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
        return Blocking(inner, self.keys, self.after)

    def hand(self, name: str, *roles: str, tenant: str | None = None) -> Blocking:
        return self.blocking(self.raw.as_(so.Actor(name, roles=roles, tenant=tenant)))

    def after(self) -> None:
        if self.checked:
            self.checked = False
            try:
                books_agree(self)
            finally:
                self.checked = True

    # --- what is there

    def rows(self) -> tuple[Any, ...]:
        self.store.seal(self.tenant)
        return tuple(self.store.rows(self.tenant, after=0, limit=1_000_000))

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(row.text) for row in self.rows()]

    def events(self) -> list[Any]:
        return [revive(event) for record in self.records() for event in record["events"]]

    def documents(self, kind: str = "") -> list[Any]:
        refs = sorted({ref for record in self.records() for ref, _ in record["puts"]})
        chosen = tuple(ref for ref in refs if ref.startswith(f"{kind}/" if kind else ""))
        held = self.store.read(self.tenant, chosen)
        return [held[ref].document for ref in chosen]

    def state(self) -> tuple[str, int, int]:
        """One value that is equal where nothing was written: documents, rows, outbox."""
        waiting = self.store.pending(self.tenant, limit=1_000_000)
        return self.desk.backup.state_hash(), len(self.rows()), len(waiting)

    def exposure(self, customer: str = "C7") -> Exposure:
        exposure: Exposure = self.desk.credit.exposure(customer)
        return exposure

    def level(self, sku: str = "BOLT", site: str = "BER") -> Any:
        return self.desk.stock.level(sku, site)

    # --- what happens all day

    def order(self, quantity: object = 120, **more: Any) -> Any:
        """Ann's order of one line, as the desk answers it."""
        how = {name: more.pop(name) for name in ("key", "by", "dry_run") if name in more}
        return self.ann.orders.place(a_request(quantity, **more), **how)

    def shipped(self, order: Any, lines: Mapping[str, object] | None = None, **more: Any) -> Any:
        return self.wim.shipments.ship(order.id, lines, **more).unwrap()

    def billed(self, shipment: Any, **more: Any) -> Any:
        return self.fay.invoices.issue(shipment.id, **more).unwrap()

    def sold(self, quantity: object = 120, **more: Any) -> Any:
        """The invoice of an order that was placed, shipped and billed today."""
        return self.billed(self.shipped(self.order(quantity, **more).unwrap()))


def a_line(quantity: object = 120, sku: str = "BOLT", **more: Any) -> so.Line:
    return so.Line(sku, quantity, **more)


def a_request(
    quantity: object = 120,
    *,
    customer: str = "C7",
    sku: str = "BOLT",
    discount: object = None,
    **more: Any,
) -> so.OrderRequest:
    return so.OrderRequest(customer, [a_line(quantity, sku, discount=discount)], **more)


def an_item(sku: str = "BOLT", price: str = "1.00", **more: Any) -> so.Item:
    return so.Item(sku, f"Item {sku}", prices=[so.Price(price)], tax=more.pop("tax", "S19"), **more)


def a_customer(id: str = "C7", limit: object = "5000", **more: Any) -> so.Customer:  # noqa: A002  # the field's own name
    terms = so.Terms.parse(more.pop("terms", "2/10 net 30"))
    return so.Customer(id, f"Customer {id}", country="DE", terms=terms, credit_limit=limit, **more)


BOLT = so.Item(
    "BOLT",
    "Bolt M8",
    prices=[so.Price("1.00"), so.Price("0.80", at_least=100)],
    tax="S19",
    cost="0.50",
)


def a_house(twin: str = "sync", *, stock: int = 500, limit: object = "5000", **more: Any) -> House:
    """A house that sells bolts to C7, with so many in Berlin."""
    house = House(twin, **more)
    house.ada.catalog.add(BOLT, a_customer(limit=limit))
    if stock:
        house.wim.stock.receive("BOLT", stock, site="BER")
    return house


def credit_shares(house: House, customer: str) -> Iterator[tuple[str, Decimal]]:
    """What every document of a customer adds to which bucket, from scratch."""
    for order in house.documents("order"):
        if order.customer == customer and not order.holds:
            yield "open_orders", order.amounts.gross
    for shipment in house.documents("shipment"):
        if shipment.customer == customer:
            yield "open_orders", -shipment.amounts.gross
            if not shipment.invoice:
                yield "delivered_unbilled", shipment.amounts.gross
    for item in house.documents("receivable"):
        if item.customer == customer:
            yield "open_items", item.open
    for payment in house.documents("payment"):
        if payment.customer == customer:
            yield "unapplied", payment.unapplied


def above(accounts: Mapping[str, Any], name: str) -> set[str]:
    """Every group and pool in which an account counts."""
    near = set(accounts[name].within)
    return near | {far for one in near for far in above(accounts, one)}


@exact
def books_agree(house: House) -> None:
    """Exposure, receivables, unapplied cash, stock claims and ledger agree with the documents (I01-I27)."""
    accounts = {account.customer: account for account in house.documents("credit")}
    for name, account in accounts.items():
        members = [name, *(other for other in accounts if name in above(accounts, other))]
        shares = [share for member in members for share in credit_shares(house, member)]
        assert account.exposure == recomputed("EUR", shares), name
    items, payments = house.documents("receivable"), house.documents("payment")
    ledger = house.desk.ledger
    assert ledger.balance("AR") == sum((item.open for item in items), ZERO)
    assert -ledger.balance("UNAPPLIED") == sum((p.unapplied for p in payments), ZERO)
    entries: list[Entry] = ledger.entries()
    for entry in entries:
        assert sum((line.signed for line in entry.lines), ZERO) == 0
    records = ledger.trial_balance().to_records()
    assert (
        sum(((record["debit"] or ZERO) - (record["credit"] or ZERO) for record in records), ZERO)
        == 0
    )
    orders = house.documents("order")
    for order in orders:
        order_adds_up(order)
    for level in house.documents("stock"):
        claims = [c for c in claims_of(orders) if (c[0], c[1]) == (level.sku, level.site)]
        assert level.claimed == sum((c[2] for c in claims), ZERO), level.ref
        moment = house.clock.now()
        assert level.claimed + level.reserved(moment) >= 0 or not claims
        supply = level.on_hand + sum((receipt.quantity for receipt in level.receipts), ZERO)
        assert level.claimed <= supply, level.ref


def claims_of(orders: list[Order]) -> list[tuple[str, str, Decimal]]:
    return [
        (line.sku, claim.site, claim.quantity)
        for order in orders
        if not order.holds
        for line in order.lines
        if line.stocked
        for claim in line.claimed
    ]


def order_adds_up(order: Order) -> None:
    for line in order.lines:
        assert line.ordered == line.open + line.shipped + line.cancelled
        assert 0 <= line.invoiced <= line.shipped <= line.ordered


def round_trips(value: Any) -> None:
    """A stored value is what it was after the codec, and says so with one text."""
    text = encode(value)
    again = decode(text)
    assert again == value
    assert encode(again) == text


def codes(outcome: Any) -> set[str]:
    """The codes of everything an outcome found that does not simply let pass."""
    return {f.code for f in outcome.findings if f.effect is not so.Effect.ALLOW}


def refusal(call: Callable[[], Any]) -> set[str]:
    """The codes with which a call is refused, whether it raises or answers; it must be."""
    try:
        outcome = call()
    except so.SalesOrdersError as error:
        text = str(error)
        assert len(text) < 1_000, text[:200]
        return {error.code}
    assert isinstance(outcome, so.Rejected), str(outcome)[:200]
    return codes(outcome)

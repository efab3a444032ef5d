"""The model: what the books must say, in plain dicts and whole numbers. It calls nothing of the library.

Documents are named by the key of the command that made them. Each room keeps its own part and says in
``expect`` what a command must answer and what it changes; nothing is changed before the store has committed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from salesorders.testing.simulation import lending, prepaying
from salesorders.testing.simulation.horizon import Days, planned
from salesorders.testing.simulation.recounting import days_recounted, items_recounted, recounted
from salesorders.testing.simulation.resizing import open_worth

__all__ = ["VIEWS", "ZONE", "Expected", "Given", "Model", "Now", "Ref", "answers", "raises"]

ZONE = ZoneInfo("Europe/Berlin")
Ref = tuple[str, str]
View = tuple[Any, ...]
Document = dict[str, Any]
# Who, which verb, when.
Given = tuple[str, str, datetime]


@attrs.frozen
class Now:
    """A moment and its business day."""

    at: datetime
    today: date

    @classmethod
    def of(cls, at: datetime) -> Now:
        """Return the moment with its day in the desk's zone."""
        return cls(at.astimezone(UTC), at.astimezone(ZONE).date())


@attrs.frozen
class Expected:
    """What a command must answer, and what it then writes: ``change`` does it and returns the documents."""

    view: View
    change: Callable[[], Sequence[Ref]] | None = None
    # Whether an account is written without those above it.
    alone: bool = False

    @property
    def raised(self) -> bool:
        """Whether an error is wanted."""
        return bool(self.view[0] == "raises")


def raises(code: str) -> Expected:
    """Return the expectation of an error; nothing is kept of it."""
    return Expected(("raises", code))


def answers(*view: Any) -> Expected:
    """Return the expectation of an answer that changes no document."""
    return Expected(view, lambda: ())


class Model:
    """Everything that one tenant must have."""

    def __init__(self) -> None:
        self.items: dict[str, Document] = {}
        self.customers: dict[str, Document] = {}
        self.accounts: dict[str, Document] = {}
        self.sites: dict[str, list[str]] = {}
        self.levels: dict[tuple[str, str], Document] = {}
        # The latest day and moment that the clock has stood at; it may step back.
        self.latest = date.min
        self.latest_at = datetime.min.replace(tzinfo=UTC)
        # Where a count found less than there should be: promises may stand uncovered.
        self.losses: set[tuple[str, str]] = set()
        self.orders: dict[str, Document] = {}
        # The ids that the library gave to orders: what is equally old is taken in their order.
        self.ids: dict[str, str] = {}
        self.shipments: dict[str, Document] = {}
        self.invoices: dict[str, Document] = {}
        self.payments: dict[str, Document] = {}
        # What is offered to a person who has to choose, as it was kept with a payment: (invoice, cash, discount).
        self.offers: dict[str, list[list[tuple[str, int, int]]]] = {}
        # Where items are due on one day, the library's ids say which is the first.
        self.ranks: dict[str, str] = {}
        self.series: dict[str, Document] = {}
        # Documents of rooms that bring a kind of their own, by kind and name.
        self.books: dict[str, dict[str, Document]] = {}
        # By key: who asked what, and the first answer.
        self.answers: dict[str, tuple[Any, View]] = {}
        # What a gateway must have done by key: kind, what it is about, what else it must be told.
        self.effects: dict[str, tuple[Any, ...]] = {}
        # Who gave which command when, by key, and which commands wrote a document, in order.
        self.given: dict[str, Given] = {}
        self.written: dict[Ref, list[str]] = {}
        self.versions: dict[Ref, int] = {}
        # Every order as it was, by name and version: what somebody may still have before him.
        self.pasts: dict[tuple[str, int], Document] = {}
        # By how much a change made orders worth more or less, and when.
        self.changed: list[tuple[date, int]] = []
        # Debit less credit by role, by posting day.
        self.postings: dict[date, dict[str, int]] = {}
        # By order: as what it was counted last, and for how much on which day.
        self._days: dict[str, tuple[Document, Days]] = {}
        # How many effects were noted since a relay last ran.
        self.waiting = 0
        # How many effects of earlier commands were put back into the outbox.
        self.repeated = 0
        # What was applied and undone, in the order of the books: (day, invoice, payment, cash, discount).
        self.settled: list[tuple[date, str, str, int, int]] = []

    def post(self, on: date, **sides: int) -> None:
        """Book an entry: debits above 0, credits below; they add up to nothing."""
        assert sum(sides.values()) == 0, "the model's own entry must balance"
        day = self.postings.setdefault(on, {})
        for role, amount in sides.items():
            day[role] = day.get(role, 0) + amount

    def balances(self, up_to: date = date.max) -> dict[str, int]:
        """Return debit less credit of every role that was ever posted up to a day."""
        sums: dict[str, int] = {}
        for on, day in self.postings.items():
            if on <= up_to:
                for role, amount in day.items():
                    sums[role] = sums.get(role, 0) + amount
        return sums

    def commit(self, key: str, body: Any, given: Given, expected: Expected) -> Sequence[Ref]:
        """Take over what was committed under a key; return the documents that must have been written."""
        assert expected.change is not None
        noted = len(self.effects)
        written = list(expected.change())
        if not expected.alone:
            moved = [name for kind, name in written if kind == "credit"]
            more = {one for name in moved for one in lending.above(self.accounts, name)}
            written += [("credit", name) for name in sorted(more)]
        self.answers[key] = (body, expected.view)
        self.given[key] = given
        for ref in written:
            version = self.versions[ref] = self.versions.get(ref, 0) + 1
            self.written.setdefault(ref, []).append(key)
            if ref[0] == "order":
                self.pasts[ref[1], version] = self.orders[ref[1]]
        for place in list(self.effects)[noted:]:
            # Only now everything stands that the notice tells of.
            self.effects[place] = self.notice(*self.effects[place])
        return written

    def notice(self, kind: str, about: str) -> tuple[Any, ...]:
        """Return what a gateway must be told of a document: who it is for, and what it is worth or its number."""
        documents = {"order": self.orders, "shipment": self.shipments, "invoice": self.invoices}
        of = kind.partition(".")[0]
        document = documents.get(of, {}).get(about)
        if document is None:
            return (kind, about)
        told = {"order": (document["sums"].gross,), "invoice": (document.get("number"),)}
        return (kind, about, document["customer"], *told.get(of, ()))

    def effect(self, key: str, kind: str, about: str, number: int = 0) -> None:
        """Note what a gateway must have done once in the end."""
        self.effects[f"{key}/{number}"] = (kind, about)
        self.waiting += 1

    # --- accounts

    def exposure(self, customer: str) -> int:
        """What a customer, or everybody in a group, owes or will owe."""
        return lending.exposure(self.accounts, customer)

    def days_of(self, order: Document) -> Days:
        """What an order counts for, by the days on which it leaves: counted anew from its lines."""
        if order["gates"]:
            return {}
        found = self._days.get(order["key"])
        if found is None or found[0] is not order:
            found = self._days[order["key"]] = (order, planned(order, open_worth(order)))
        return found[1]

    def credit_holds(self, customer: str, days: Days, now: Now) -> bool:
        """Whether credit holds an order of so much on its days."""
        return bool(lending.stopped_by(self.accounts, customer, days, now.today))

    def over_limit(self, customer: str, more: int, items: int, now: Now) -> bool:
        """Whether so much more, open ``items`` among it, leaves a customer, or a group above, over a limit."""
        own = self.accounts[customer]
        if any(
            self.accounts[name]["collateral"] for name in lending.chain(self.accounts, customer)
        ):
            # What is open may be secured; the rest of it is cash that is not there any more.
            after = {"items": own["items"] + items, "unapplied": own["unapplied"] + items - more}
            accounts, more = {**self.accounts, customer: {**own, **after}}, 0
        else:
            accounts = self.accounts
        for name in lending.chain(self.accounts, customer):
            last = lending.horizon(accounts, name, now.today)
            found = lending.over(accounts, name, {date.min: more}, now.today, last)
            if "limit" in found:
                return True
        return False

    def decided(self, customer: str, by: str, now: Now) -> tuple[Any, ...]:
        """Return what an order's holds are decided by."""
        return (now.at, by, *lending.standing(self.accounts, customer, now.today))

    def eased(self, key: str, customer: str, now: Now, number: int = 0) -> None:
        """Something made room: where the policy lets held orders go by itself, somebody shall look."""
        if customer and lending.terms_on(now.today).by_itself:
            self.effect(key, "credit.recheck", customer, number)

    # --- receivables

    def open_of(self, invoice: str) -> int:
        """What is still owed on an invoice."""
        document = self.invoices[invoice]
        settled = sum(cash + discount for _, cash, discount, _ in document["applied"])
        return int(document["gross"] - settled)

    def disputed_of(self, invoice: str) -> int:
        """What of that is contested: what is paid is taken off the rest first."""
        return min(int(self.invoices[invoice]["contested"][0]), self.open_of(invoice))

    def settle(self, account: Document, invoice: str, document: Document) -> None:
        """An item is now as ``document`` says; what it adds to each bucket of its customer follows."""
        open_, disputed = self.open_of(invoice), self.disputed_of(invoice)
        self.invoices[invoice] = document
        account["disputed"] += self.disputed_of(invoice) - disputed
        calm = open_ - disputed
        account["items"] += self.open_of(invoice) - self.disputed_of(invoice) - calm

    def left_of(self, payment: str) -> int:
        """What of a payment is not used yet."""
        document = self.payments[payment]
        if document["reversed_on"]:
            return 0
        return int(document["amount"] - sum(amount for _, amount in document["used"]))

    # --- what documents must look like

    def view(self, ref: Ref) -> View:
        """Return a document as it must be, to be compared with what the store holds."""
        kind, name = ref
        return VIEWS[kind](self, name)


def _item(model: Model, name: str) -> View:
    item = model.items[name]
    units = tuple(sorted(item["units"].items()))
    return (item["retired"], tuple(item["prices"]), item["tax"], units)


def _customer(model: Model, name: str) -> View:
    customer = model.customers[name]
    return (customer["retired"], customer["net"], customer["early"])


def _account(model: Model, name: str) -> View:
    account = model.accounts[name]
    # Not what was added up on the way: the documents are counted again at every look.
    limits = (account["limit"], account["until"], account["currency"], tuple(account["temporary"]))
    buckets = tuple(sorted(account["buckets"].items()))
    parts = ("watched", "status", "since", "class", "collateral")
    stands = (*limits, buckets, tuple(account["within"]), *(account[part] for part in parts))
    *others, cash = recounted(model, name)
    members = {name, *lending.below(model.accounts, name)}
    paid = [one for one in model.orders.values() if one["ahead"] and one["customer"] in members]
    held = sum(prepaying.waits(one) for one in paid)
    by_day = days_recounted(model, members), items_recounted(model, members)
    return (*stands, *others, cash - held, held, *by_day)


def _sites(model: Model, name: str) -> View:
    return tuple(model.sites[name])


def _level(model: Model, name: str) -> View:
    sku, _, site = name.partition("@")
    level = model.levels[sku, site]
    return (
        level["on_hand"],
        tuple(sorted((on, q) for on, q in level["receipts"].values())),
        tuple(sorted((on, q) for on, q in level["claims"].items() if q)),
        tuple(sorted(level["held"])),
    )


def _order(model: Model, name: str) -> View:
    order = model.orders[name]
    lines = tuple(
        (
            line["id"],
            line["sku"],
            line["unit"],
            line["q"],
            line["shipped"],
            line["invoiced"],
            line["cancelled"],
            tuple(line["confirmed"]),
            tuple(line["claimed"]),
            line["net"],
            line["on"],
        )
        for line in order["lines"]
    )
    head = (order["customer"], tuple(order["gates"]), tuple(order["makers"]), order["held_until"])
    ends = (_status(order), order["ship_to_name"], tuple(order["endings"]))
    tail = (*ends, order["prepaid"], order["ahead"])
    return (*head, tuple(order["released"]), order["sums"].view(), lines, *tail)


def _status(order: Document) -> str:
    lines = order["lines"]
    wanted = [line["q"] - line["cancelled"] for line in lines]
    if order["gates"]:
        return "held"
    if not any(wanted):
        return "cancelled"
    if order["endings"] and order["endings"][-1][0] == "closed":
        return "closed"
    if all(line["invoiced"] >= q for line, q in zip(lines, wanted, strict=True)):
        return "invoiced"
    if all(line["shipped"] >= q for line, q in zip(lines, wanted, strict=True)):
        return "shipped"
    return "partly shipped" if any(line["shipped"] for line in lines) else "open"


def _shipment(model: Model, name: str) -> View:
    shipment = model.shipments[name]
    head = (shipment["order"], shipment["customer"], shipment["site"], shipment["on"])
    parts = tuple(shipment["lines"])
    return (*head, parts, shipment["sums"].view(), shipment["cost"], shipment["invoice"])


def _invoice(model: Model, name: str) -> View:
    invoice = model.invoices[name]
    fields = ("order", "shipment", "customer", "number", "on", "due", "early")
    delivered_on = model.shipments[invoice["shipment"]]["on"]
    return (*(invoice[field] for field in fields), delivered_on, invoice["sums"].view())


def _receivable(model: Model, name: str) -> View:
    invoice = model.invoices[name]
    fields = ("number", "customer", "gross", "due", "early")
    head = [invoice[field] for field in fields]
    return (*head, tuple(invoice["applied"]), *invoice["contested"])


def _payment(model: Model, name: str) -> View:
    payment = model.payments[name]
    fields = ("customer", "amount", "on", "bank_ref", "candidates", "reversed_on", "order")
    return (*(payment[field] for field in fields), tuple(sorted(payment["used"])))


def _series(model: Model, name: str) -> View:
    return (model.series[name]["last"], model.series[name]["on"])


VIEWS: dict[str, Callable[[Model, str], View]] = {
    "item": _item,
    "customer": _customer,
    "credit": _account,
    "sites": _sites,
    "stock": _level,
    "order": _order,
    "shipment": _shipment,
    "invoice": _invoice,
    "receivable": _receivable,
    "payment": _payment,
    "series": _series,
}

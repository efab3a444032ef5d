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

__all__ = ["VIEWS", "Expected", "Model", "Now", "Ref", "answers", "raises"]

ZONE = ZoneInfo("Europe/Berlin")
Ref = tuple[str, str]
View = tuple[Any, ...]
Document = dict[str, Any]


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
        # The latest day that the clock has stood at; it may step back.
        self.latest = date.min
        # Where a count found less than there should be: promises may stand uncovered.
        self.losses: set[tuple[str, str]] = set()
        self.orders: dict[str, Document] = {}
        self.shipments: dict[str, Document] = {}
        self.invoices: dict[str, Document] = {}
        self.payments: dict[str, Document] = {}
        self.series: dict[str, Document] = {}
        # Documents of rooms that bring a kind of their own, by kind and name.
        self.books: dict[str, dict[str, Document]] = {}
        # By key: who asked what, and the first answer.
        self.answers: dict[str, tuple[Any, View]] = {}
        self.effects: dict[str, tuple[str, str]] = {}
        self.versions: dict[Ref, int] = {}
        # Debit less credit by role, by posting day.
        self.postings: dict[date, dict[str, int]] = {}
        # How many effects were noted since a relay last ran.
        self.waiting = 0
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

    def commit(self, key: str, body: Any, expected: Expected) -> Sequence[Ref]:
        """Take over what was committed under a key; return the documents that must have been written."""
        assert expected.change is not None
        written = expected.change()
        self.answers[key] = (body, expected.view)
        for ref in written:
            self.versions[ref] = self.versions.get(ref, 0) + 1
        return written

    def effect(self, key: str, kind: str, about: str, number: int = 0) -> None:
        """Note what a gateway must have done once in the end."""
        self.effects[f"{key}/{number}"] = (kind, about)
        self.waiting += 1

    # --- accounts

    def exposure(self, customer: str) -> int:
        """What a customer owes or will owe."""
        account = self.accounts[customer]
        return int(
            account["ordered"] + account["delivered"] + account["items"] - account["unapplied"]
        )

    def credit_holds(self, customer: str, gross: int) -> bool:
        """Whether credit holds an order of so much."""
        limit = self.accounts[customer]["limit"]
        if limit == "unlimited":
            return False
        return limit is None or self.exposure(customer) + gross > limit

    def watch(self, customer: str) -> None:
        """Something other than an order changed the account: over its limit, it lets no goods leave unasked."""
        account = self.accounts[customer]
        limit, owed = account["limit"], self.exposure(customer)
        # What is owed without a limit is over it.
        account["watched"] = limit != "unlimited" and owed > (limit or 0)

    def stops(self, order: dict[str, Any], at: Any) -> bool:
        """Whether credit stops the goods of an order: its account is watched and over, and nobody released it."""
        account = self.accounts[order["customer"]]
        if not account["watched"] or is_released(order, at):
            return False
        return self.credit_holds(order["customer"], 0)

    # --- receivables

    def open_of(self, invoice: str) -> int:
        """What is still owed on an invoice."""
        document = self.invoices[invoice]
        settled = sum(cash + discount for _, cash, discount, _ in document["applied"])
        return int(document["gross"] - settled)

    def left_of(self, payment: str) -> int:
        """What of a payment is not used yet."""
        document = self.payments[payment]
        return int(document["amount"] - sum(amount for _, amount in document["used"]))

    # --- what documents must look like

    def view(self, ref: Ref) -> View:
        """Return a document as it must be, to be compared with what the store holds."""
        kind, name = ref
        return VIEWS[kind](self, name)


def is_released(order: dict[str, Any], at: Any) -> bool:
    """Whether somebody of credit released an order for what it is worth now, and that still stands."""
    return any(
        gate == "credit" and order["sums"].gross <= amount and at < until
        for gate, _, amount, until in order["released"]
    )


def _item(model: Model, name: str) -> View:
    item = model.items[name]
    return (item["retired"], tuple(item["prices"]), item["tax"])


def _customer(model: Model, name: str) -> View:
    customer = model.customers[name]
    return (customer["retired"], customer["net"], customer["early"])


def _account(model: Model, name: str) -> View:
    account = model.accounts[name]
    buckets = ("ordered", "delivered", "items", "unapplied")
    return (account["limit"], account["watched"], *(account[bucket] for bucket in buckets))


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
            line["q"],
            line["shipped"],
            line["invoiced"],
            line["cancelled"],
            tuple(line["confirmed"]),
            tuple(line["claimed"]),
            line["net"],
        )
        for line in order["lines"]
    )
    head = (order["customer"], tuple(order["gates"]), tuple(order["makers"]), order["held_until"])
    return (*head, tuple(order["released"]), order["sums"].view(), lines)


def _shipment(model: Model, name: str) -> View:
    shipment = model.shipments[name]
    head = (shipment["order"], shipment["customer"], shipment["site"], shipment["on"])
    parts = tuple(shipment["lines"])
    return (*head, parts, shipment["sums"].view(), shipment["cost"], shipment["invoice"])


def _invoice(model: Model, name: str) -> View:
    invoice = model.invoices[name]
    fields = ("order", "shipment", "customer", "number", "on", "due", "early")
    return (*(invoice[field] for field in fields), invoice["sums"].view())


def _receivable(model: Model, name: str) -> View:
    invoice = model.invoices[name]
    fields = ("number", "customer", "gross", "due", "early")
    return (*(invoice[field] for field in fields), tuple(invoice["applied"]))


def _payment(model: Model, name: str) -> View:
    payment = model.payments[name]
    fields = ("customer", "amount", "on", "bank_ref", "candidates")
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

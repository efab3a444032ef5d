"""Scripts of a trading day: the same steps at any desk, so that what comes of them can be compared."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import attrs

from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.money import Money
from salesorders.testing.builders import House, a_customer

__all__ = ["SCRIPTS", "VERBS", "Script", "Step", "ended"]

VERBS = ("place", "big", "ship", "bill", "pay", "release", "receive", "later", "wrong", "again")
# A verb, a number that chooses what it is about and how much, and the customer.
Step = tuple[str, int, str]

# From order to cash, with what goes wrong on the way: over the limit, short of stock, twice, for nobody.
SCRIPTS: tuple[tuple[Step, ...], ...] = (
    (
        ("place", 3, "C7"),
        ("ship", 0, ""),
        ("bill", 0, ""),
        ("pay", 2, "C7"),
        ("again", 4, "C8"),
        ("again", 4, "C8"),
        ("again", 5, "C8"),
        ("pay", 9, "C8"),
    ),
    (
        ("big", 9, "C8"),
        ("release", 0, ""),
        ("ship", 0, ""),
        ("receive", 9, ""),
        ("later", 9, ""),
        ("ship", 0, ""),
        ("bill", 0, ""),
        ("wrong", 1, "C7"),
        ("place", 9, "C9"),
        ("place", 5, "C7"),
        ("ship", 1, ""),
        ("bill", 1, ""),
        ("pay", 9, "C7"),
    ),
)


class Script:
    """Plays steps at a house's desk; what a step is about is chosen by a number among what is there."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.placed: list[Any] = []
        self.shipped: list[Any] = []
        self.billed: list[Any] = []
        self.answers: list[str] = []
        house.ada.catalog.add(a_customer("C8", limit=300, terms="net 14"))

    def play(self, steps: Sequence[Step]) -> list[str]:
        """Return what each step answered or raised, as text."""
        for verb, number, customer in steps:
            try:
                answer = getattr(self, verb)(number, customer)
            except SalesOrdersError as error:
                answer = f"{error.code} {error.path}"
            self.answers.append(str(answer))
        return self.answers

    @staticmethod
    def _id(among: Sequence[Any], number: int, none: str) -> str:
        return str(among[number % len(among)].id) if among else none

    def place(self, number: int, customer: str) -> Any:
        """Place an order that stock and limit may bear."""
        return self._order(number * 7, customer)

    def big(self, number: int, customer: str) -> Any:
        """Place one that they do not."""
        return self._order(number * 600, customer)

    def _order(self, quantity: int, customer: str) -> Any:
        outcome = self.house.order(quantity, customer=customer)
        self.placed += [outcome.order] if hasattr(outcome, "order") else []
        return outcome

    def ship(self, number: int, _: str) -> Any:
        """Ship an order."""
        outcome = self.house.wim.shipments.ship(self._id(self.placed, number, "SO-NONE"))
        self.shipped.append(outcome.unwrap())
        return outcome

    def bill(self, number: int, _: str) -> Any:
        """Bill a shipment."""
        outcome = self.house.fay.invoices.issue(self._id(self.shipped, number, "SH-NONE"))
        self.billed.append(outcome.unwrap())
        return outcome

    def pay(self, number: int, customer: str) -> Any:
        """Receive cash for an invoice, too much or too little."""
        named = self.billed[number % len(self.billed)].number if self.billed else "nothing"
        return self.house.kai.cash.receive(customer, Money(number * 10, "EUR"), reference=named)

    def release(self, number: int, _: str) -> Any:
        """Release an order, whether it is held or not."""
        order = self._id(self.placed, number, "SO-NONE")
        return self.house.ben.orders.release(order, reason="known")

    def receive(self, number: int, _: str) -> Any:
        """Receive bolts."""
        return self.house.wim.stock.receive("BOLT", number * 100, site="BER")

    def later(self, number: int, _: str) -> None:
        """Let hours pass."""
        self.house.clock.advance(hours=number * 5)

    def wrong(self, number: int, customer: str) -> Any:
        """Order less than nothing."""
        return self.house.order(-number, customer=customer)

    def again(self, number: int, customer: str) -> Any:
        """Order under a key that was used, with the same or another quantity."""
        return self.house.order(number, customer=customer, key="used-once")


def ended(house: House, steps: Sequence[Step]) -> dict[str, Any]:
    """Play a script and return all that can be seen from outside after it, by name."""
    answers = Script(house).play(steps)
    out = io.StringIO()
    told = attrs.astuple(house.desk.backup.write(out))
    return {
        "answers": answers,
        "backup": out.getvalue(),
        "told": told,
        "verified": attrs.astuple(house.desk.audit.verify()),
        "trial balance": house.desk.ledger.trial_balance().to_records(),
        "orders": [order.id for order in house.desk.orders.find().items],
        "exposure": house.exposure(),
    }

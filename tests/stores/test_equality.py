"""The same script on memory, SQLite and PostgreSQL ends in the same state, rows and backup (I47)."""

import io
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import salesorders as so
from tests.builders import House, a_house
from tests.storing import Stores

VERBS = ("place", "big", "ship", "bill", "pay", "release", "receive", "later", "wrong", "again")
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(1, 9), st.sampled_from(["C7", "C8"])),
    min_size=3,
    max_size=14,
)


class Script:
    """Plays steps at a desk; what a step is about is chosen by a number among what is there."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.placed: list[Any] = []
        self.shipped: list[Any] = []
        self.billed: list[Any] = []
        self.answers: list[str] = []
        house.ada.catalog.add(a_second_customer())

    def play(self, steps: list[tuple[str, int, str]]) -> list[str]:
        for verb, number, customer in steps:
            try:
                answer = getattr(self, verb)(number, customer)
            except so.SalesOrdersError as error:
                answer = f"{error.code} {error.path}"
            self.answers.append(str(answer))
        return self.answers

    def place(self, number: int, customer: str) -> Any:
        outcome = self.house.order(number * 7, customer=customer)
        self.placed.append(outcome.order)
        return outcome

    def big(self, number: int, customer: str) -> Any:
        outcome = self.house.order(number * 600, customer=customer)
        self.placed.append(outcome.order)
        return outcome

    def ship(self, number: int, _: str) -> Any:
        order = self.placed[number % len(self.placed)] if self.placed else None
        outcome = self.house.wim.shipments.ship(order.id if order else "SO-NONE")
        self.shipped.append(outcome.unwrap())
        return outcome

    def bill(self, number: int, _: str) -> Any:
        shipment = self.shipped[number % len(self.shipped)] if self.shipped else None
        outcome = self.house.fay.invoices.issue(shipment.id if shipment else "SH-NONE")
        self.billed.append(outcome.unwrap())
        return outcome

    def pay(self, number: int, customer: str) -> Any:
        number_of = self.billed[number % len(self.billed)].number if self.billed else "nothing"
        amount = so.Money(number * 10, "EUR")
        return self.house.kai.cash.receive(customer, amount, reference=number_of)

    def release(self, number: int, _: str) -> Any:
        order = self.placed[number % len(self.placed)] if self.placed else None
        return self.house.ben.orders.release(order.id if order else "SO-NONE", reason="known")

    def receive(self, number: int, _: str) -> Any:
        return self.house.wim.stock.receive("BOLT", number * 100, site="BER")

    def later(self, number: int, _: str) -> None:
        self.house.clock.advance(hours=number * 5)

    def wrong(self, number: int, customer: str) -> Any:
        return self.house.order(-number, customer=customer)

    def again(self, number: int, customer: str) -> Any:
        return self.house.order(number, customer=customer, key="used-once")


def a_second_customer() -> so.Customer:
    return so.Customer("C8", "Carpenter", country="DE", terms="net 14", credit_limit=300)


def ended(house: House, steps: list[tuple[str, int, str]]) -> tuple[Any, ...]:
    """All that can be seen from outside after a script."""
    answers = Script(house).play(steps)
    out = io.StringIO()
    told = attrs.astuple(house.desk.backup.write(out))
    verified = attrs.astuple(house.desk.audit.verify())
    return answers, told, out.getvalue(), verified, house.desk.ledger.trial_balance().to_records()


@pytest.mark.parametrize("kind", ["text", "sqlite", "postgres"])
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_one_script_has_one_end(
    any_store: Stores, kind: str, steps: list[tuple[str, int, str]]
) -> None:
    here = a_house("aio", store=any_store.make("aio", kind))
    assert ended(here, steps) == ended(a_house("sync"), steps)
    any_store.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_backup_of_one_store_is_the_backup_of_another(any_store: Stores, kind: str) -> None:
    script = [("place", 3, "C7"), ("ship", 0, ""), ("bill", 0, ""), ("pay", 9, "C7")]
    there = House("sync", store=any_store.make("sync", kind))
    first, second = io.StringIO(), io.StringIO()
    memory = a_house("sync")
    Script(memory).play(script)
    told = memory.desk.backup.write(first)
    assert there.desk.backup.read(io.StringIO(first.getvalue())) == told
    there.desk.backup.write(second)
    assert second.getvalue() == first.getvalue()
    assert there.desk.audit.verify() == memory.desk.audit.verify()

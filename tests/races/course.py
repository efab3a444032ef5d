"""What every race has: its end, what holds in all of them, what is there before it begins, its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Any

import attrs

import salesorders as so
from salesorders.kernel.ids import derived_id
from tests.builders import a_customer, an_item
from tests.races.ground import Answer, Desks, Ran, Step
from tests.races.looking import disagreements, documents

ZERO = Decimal(0)
ENDED = {"Placed", "Held", "Rejected", "Declined", "Shipped", "Issued", "Applied", "Unapplied"}


@attrs.frozen
class End:
    """What is there when a race is over."""

    size: int
    ran: Ran
    desks: Desks

    def kinds(self, verb: str) -> Counter[str]:
        """How often a verb was answered with what; a key that was sent twice counts once."""
        first = {
            (a.step.tenant, a.step.key): a.kind for a in self.ran.answers if a.step.verb == verb
        }
        return Counter(first.values())

    def papers(self, kind: str, tenant: str = "main") -> list[Any]:
        """The documents of a kind."""
        found: list[Any] = documents(self.desks.store.snapshot(tenant)).get(kind, [])
        return found

    def by_sku(self) -> Counter[str]:
        """What orders claim that go on, by article."""
        claimed: Counter[str] = Counter()
        for order in self.papers("order"):
            for line in () if order.holds else order.lines:
                claimed[line.sku] += int(sum((part.quantity for part in line.claimed), ZERO))
        return claimed


@attrs.frozen
class Race:
    """One race. ``small`` and ``full`` are its sizes; ``faults`` are naive stores that must lose it."""

    name: str
    says: str
    small: int
    full: int
    ready: Callable[[Desks, int], None]
    steps: Callable[[int, Random], list[Step]]
    wrong: Callable[[End], Iterator[str]]
    faults: tuple[tuple[str, ...], ...]
    admits: frozenset[str] = frozenset()

    def broken(self, end: End) -> list[str]:
        """Everything that should not be: what holds in every race, and in this one."""
        return [*_always(end, self.admits), *self.wrong(end)]


def _always(end: End, admits: frozenset[str]) -> Iterator[str]:
    """No error reaches a caller, a key has one answer, documents agree with each other."""
    answers: dict[tuple[str, str], set[str]] = {}
    for answer in end.ran.answers:
        if answer.kind == "seen":
            continue
        if answer.kind not in ENDED | admits:
            yield f"{answer.step.verb} {answer.step.key} ended with {answer.kind}: {answer.text}"
        answers.setdefault((answer.step.tenant, answer.step.key), set()).add(answer.text)
    for (_, key), texts in answers.items():
        if len(texts) > 1:
            yield f"{key} was answered in {len(texts)} ways"
    yield from disagreements(documents(end.desks.store.snapshot("main")))


def order_of(key: str, tenant: str = "main") -> str:
    """The id of the order that a key makes."""
    return derived_id("SO", tenant, key, "SO", 0)


def shipment_of(key: str, tenant: str = "main") -> str:
    """The id of the shipment that a key makes."""
    return derived_id("SH", tenant, key, "SH", 0)


def furnish(
    desks: Desks,
    stock: dict[str, int],
    *,
    customers: int = 1,
    limit: object = "unlimited",
    price: str = "1.00",
    tenant: str = "main",
) -> so.Desk:
    """Articles, customers and what lies in Berlin; returns the desk that did it."""
    desk = desks.of("ada", tenant)
    desk.catalog.add(*(an_item(sku, price, tax="Z") for sku in stock), key="items").unwrap()
    for first in range(0, customers, 100):
        some = range(first, min(first + 100, customers))
        buyers = [a_customer(f"C{n}", limit, terms="net 30") for n in some]
        desk.catalog.add(*buyers, key=f"customers-{first}").unwrap()
    for sku, quantity in stock.items():
        desk.stock.receive(sku, quantity, site="BER", key=f"stock-{sku}").unwrap()
    return desk


def summary(end: End) -> dict[str, int]:
    """The figures that the table shows."""
    answers: Sequence[Answer] = end.ran.answers
    sold = sum(end.by_sku().values())
    there = int(sum((level.on_hand for level in end.papers("stock")), ZERO))
    keys = Counter((answer.step.tenant, answer.step.key) for answer in answers)
    return {
        "commands": len(answers),
        "sold": sold,
        "oversold": max(0, sold - there),
        "duplicates": sum(times - 1 for times in keys.values()),
        "retries": end.ran.outrun,
        "exhausted": sum(answer.kind == "concurrency.exhausted" for answer in answers),
    }

"""Those who may not, and what is malformed: other tenants, nobody, nonsense."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from salesorders.kernel.money import Money
from salesorders.orders import Line, OrderRequest
from salesorders.testing.simulation.model import Expected, Model, Now, answers, raises
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.verbs import Choice, Dice, Verb

__all__ = ["VERBS"]

Wrong = Callable[[Any, Step], Any]

# What is sent.
MALFORMED: dict[str, Wrong] = {
    "nothing ordered": lambda desk, step: OrderRequest("C1", []),
    "quantity 0": lambda desk, step: Line("BOLT", 0),
    "quantity below 0": lambda desk, step: Line("BOLT", -1),
    "quantity as float": lambda desk, step: Line("BOLT", 0.1),
    "quantity true": lambda desk, step: Line("BOLT", True),
    "not a number": lambda desk, step: Line("BOLT", Decimal("NaN")),
    "huge exponent": lambda desk, step: Line("BOLT", Decimal("1E+1000000")),
    "blank item": lambda desk, step: Line(" ", 1),
    "discount above all": lambda desk, step: Line("BOLT", 1, discount="101%"),
    "blank reason": lambda desk, step: desk.orders.release("SO-1", reason=" ", key=step.key),
    "payment of 0": lambda desk, step: desk.cash.receive("C1", Money(0, "EUR"), key=step.key),
    "finer than a cent": lambda desk, step: Money(Decimal("1.005"), "EUR"),
    "a moment as a day": lambda desk, step: desk.reports.ageing(datetime(2026, 3, 2)),  # noqa: DTZ001 - that is the point
    "blank key": lambda desk, step: desk.catalog.retire("item/BOLT", key=" "),
    "no key": lambda desk, step: desk.catalog.retire("item/BOLT"),
}
# The code that it is refused with before anything is looked at.
CODES: dict[str, str] = {
    "nothing ordered": "order.no_lines",
    "quantity 0": "quantity.not_positive",
    "quantity below 0": "quantity.not_positive",
    "quantity as float": "quantity.type",
    "quantity true": "quantity.type",
    "not a number": "quantity.not_finite",
    "huge exponent": "quantity.range",
    "blank item": "id.blank",
    "discount above all": "rate.range",
    "blank reason": "text.blank",
    "payment of 0": "payment.amount",
    "finer than a cent": "money.precision",
    "a moment as a day": "date.type",
    "blank key": "key.blank",
    "no key": "key.type",
}


def _choose_malformed(dice: Dice, model: Model, now: Now) -> Choice | None:
    return "max", {"what": dice.pick(list(CODES))}


def _send_malformed(world: Any, step: Step) -> Any:
    return MALFORMED[step.args["what"]](world.desk("max"), step)


def _expect_malformed(model: Model, step: Step, now: Now) -> Expected:
    return raises(CODES[step.args["what"]])


# --- other tenants, nobody

KINDS = ("order", "shipment", "invoice", "payment")
COUNTERS = {"order": "orders", "shipment": "shipments", "invoice": "invoices", "payment": "cash"}


def _choose_stranger(dice: Dice, model: Model, now: Now) -> Choice | None:
    how = dice.pick(["get", "get", "find", "act", "come", "nobody"])
    kind = dice.pick(KINDS)
    books = getattr(model, f"{kind}s")
    name = dice.pick(list(books)) if books else "nothing"
    return "tom", {"how": how, "kind": kind, kind: f"@{name}"}


def _send_stranger(world: Any, step: Step) -> Any:
    how, kind = step.args["how"], step.args["kind"]
    stranger = world.desk("tom")
    if how == "get":
        return getattr(stranger, COUNTERS[kind]).get(world.id(kind, step))
    if how == "find":
        return len(getattr(stranger, COUNTERS[kind]).find().items)
    if how == "act":
        order = world.ids.get(("order", step.args[kind][1:]), "SO-1")
        return stranger.shipments.ship(order, key=f"tom-{step.key}")
    if how == "come":
        return world.desk("").as_(stranger.actor)
    return world.desk("").catalog.retire("item/BOLT", key=step.key)


def _expect_stranger(model: Model, step: Step, now: Now) -> Expected:
    how, kind = step.args["how"], step.args["kind"]
    if how == "find":
        return answers("read", 0)
    codes = {
        "get": f"{kind}.unknown",
        "act": "order.unknown",
        "come": "actor.tenant",
        "nobody": "actor.missing",
    }
    return raises(codes[how])


def _read(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    return ("read", outcome)


VERBS = (
    Verb(
        name="malformed",
        choose=_choose_malformed,
        send=_send_malformed,
        expect=_expect_malformed,
        read=_read,
        share=4,
        keeps=False,
        early=True,
        dry=False,
    ),
    Verb(
        name="strangers",
        choose=_choose_stranger,
        send=_send_stranger,
        expect=_expect_stranger,
        read=_read,
        share=4,
        keeps=False,
        early=True,
        dry=False,
    ),
)

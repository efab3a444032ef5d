"""T4: commands on one order at once end as some order of them one after the other would have ended.

To add a verb, write what it does to an order into ``OPERATIONS`` and name it in ``SCENES``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import permutations

import salesorders as so
from salesorders.storage import state_hash
from salesorders.sync import MemoryStore
from tests.races.course import furnish, order_of, shipment_of
from tests.races.crew import Crew
from tests.races.ground import Answer, Desks, Step, Where, answered, dealt, run_threads

Ended = tuple[str, tuple[tuple[str, str, str], ...]]

# What may be done to an order, by name: verb, what it says, by whom. ``{}`` is filled by ``operation``.
OPERATIONS: dict[str, tuple[str, dict[str, object], str]] = {
    "ship": ("ship", {}, "wim"),
    "ship some": ("ship", {"lines": {"1": 4}}, "wim"),
    "ship more": ("ship", {"lines": {"1": 7}}, "wim"),
    "bill": ("issue", {}, "fay"),
    "pay": ("pay", {"amount": "2.00", "reference": "INV-2026-000001"}, "kai"),
    "pay again": ("pay", {"amount": "2.00", "reference": "INV-2026-000001"}, "kai"),
    "release": ("release", {}, "ben"),
    "release too": ("release", {}, "cara"),
    "approve": ("approve", {}, "bob"),
    "decline": ("decline", {}, "bob"),
    "less": ("amend", {"lines": {"1": 9}}, "ann"),
    "more": ("amend", {"lines": {"1": 12}}, "ann"),
    "another line": ("amend", {"add": [("BOLT", 2)]}, "sam"),
    "cancel": ("cancel", {}, "ann"),
    "cancel some": ("cancel", {"lines": {"1": 6}}, "ann"),
    "close": ("close", {}, "ann"),
    "reopen": ("reopen", {}, "ann"),
    "reopen too": ("reopen", {}, "sam"),
}

# How the order stands before, and what happens to it at once.
SCENES: dict[str, tuple[str, tuple[str, ...]]] = {
    "open": ("placed", ("ship some", "ship more", "ship", "pay")),
    "billed": ("shipped", ("bill", "pay", "pay again", "ship")),
    "held": ("held", ("release", "release too", "decline", "ship")),
    "held twice": ("held twice", ("approve", "release", "decline")),
    "changed": ("placed", ("ship some", "less", "cancel some", "close")),
    "grown": ("placed", ("more", "another line", "ship", "cancel")),
    "changed and billed": ("shipped", ("bill", "less", "cancel", "pay")),
    "opened again": ("closed", ("reopen", "reopen too", "more", "ship some")),
}


def prepared(desks: Desks, stands: str, tenant: str) -> None:
    """One order that stands as it is said: placed, partly shipped, closed after that, held by one gate or by two."""
    held = stands.startswith("held")
    desk = furnish(desks, {"BOLT": 12}, limit=0 if held else "unlimited", tenant=tenant)
    ann = so.Actor("ann", roles={"sales"})
    discount = "50%" if stands == "held twice" else None
    request = so.OrderRequest("C0", [so.Line("BOLT", 10, discount=discount)])
    desk.orders.place(request, key="order", by=ann)
    if stands == "shipped":
        for name, quantity in (("first", 3), ("second", 2)):
            desk.shipments.ship(order_of("order", tenant), {"1": quantity}, key=name).unwrap()
        desk.invoices.issue(shipment_of("first", tenant), key="invoice").unwrap()
    if stands == "closed":
        desk.shipments.ship(order_of("order", tenant), {"1": 3}, key="first").unwrap()
        desk.orders.close(order_of("order", tenant), reason="r", key="closed").unwrap()


def operation(name: str, tenant: str) -> Step:
    """The step of an operation on the order of a tenant."""
    verb, what, by = OPERATIONS[name]
    whole = dict(what)
    if verb == "issue":
        whole["shipment"] = shipment_of("second", tenant)
    elif verb != "pay":
        whole["order"] = order_of("order", tenant)
    return Step(verb, name, whole, by, tenant=tenant)


def ended(desks: Desks, tenant: str, answers: Sequence[Answer]) -> Ended:
    """Everything that can be told of an end: one hash over all documents, and every answer."""
    told = sorted((answer.step.key, answer.kind, answer.text) for answer in answers)
    return state_hash(desks.store.snapshot(tenant)), tuple(told)


@cache
def serial_ends(scene: str, tenant: str) -> frozenset[Ended]:
    """How a scene ends in every order of its operations, one after the other."""
    stands, names = SCENES[scene]
    ends = set()
    for order in permutations(names):
        desks = Desks(MemoryStore())
        prepared(desks, stands, tenant)
        ends.add(ended(desks, tenant, [answered(desks, operation(n, tenant)) for n in order]))
    return frozenset(ends)


def out_of_order(scene: str, where: Where, rounds: int, crew: Crew | None = None) -> list[str]:
    """The rounds of a scene that end as no order of its operations does; with a crew on its processes."""
    stands, names = SCENES[scene]
    store = where.opened(len(names))
    desks, wrong = Desks(store), []
    try:
        for n in range(rounds):
            # A tenant for each round: the same keys name other documents there.
            tenant = f"round-{n}"
            prepared(desks, stands, tenant)
            steps = [operation(name, tenant) for name in names]
            shares = dealt(steps, len(steps))
            ran = crew.run(where, shares) if crew else run_threads(where.watched(store), shares)
            if ended(desks, tenant, ran.answers) not in serial_ends(scene, tenant):
                told = ", ".join(f"{a.step.key}: {a.kind}" for a in ran.answers)
                wrong.append(f"{scene}, {tenant}: no order ends with {told}")
    finally:
        if where.url != "memory":
            store.close()
    return wrong

"""Reading: every get and find, compared with the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from salesorders.testing.simulation.model import Expected, Model, Now, answers, raises
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import cents, seen, thousandths
from salesorders.testing.simulation.verbs import STAFF, Choice, Dice, Verb

__all__ = ["VERBS", "reading_verb"]

Answer = tuple[Any, ...]


def reading_verb(
    name: str,
    choose: Callable[[Dice, Model], Mapping[str, Any] | None],
    send: Callable[[Any, Step], Any],
    expect: Callable[[Model, Step, Now], Expected],
    share: float,
) -> Verb:
    """Return a verb that only reads, for anybody; what is sent is answered in the model's words."""

    def chosen(dice: Dice, model: Model, now: Now) -> Choice | None:
        args = choose(dice, model)
        return None if args is None else (dice.pick(list(STAFF)), args)

    def read(outcome: Any, names: Mapping[str, str]) -> Answer:
        return ("read", outcome)

    return Verb(
        name=name,
        choose=chosen,
        send=send,
        expect=expect,
        read=read,
        share=share,
        keeps=False,
        dry=False,
    )


# --- one document

KINDS = {
    "order": "orders",
    "shipment": "shipments",
    "invoice": "invoices",
    "payment": "cash",
}


def _books(model: Model, kind: str) -> dict[str, Any]:
    books: dict[str, Any] = getattr(model, f"{kind}s")
    return books


def _choose_get(dice: Dice, model: Model) -> Mapping[str, Any] | None:
    kind = dice.pick(list(KINDS))
    books = _books(model, kind)
    if not books or dice.chance(0.03):
        return {kind: "@nothing", "kind": kind}
    return {kind: f"@{dice.pick(list(books))}", "kind": kind}


def _send_get(world: Any, step: Step) -> Any:
    kind = step.args["kind"]
    counter = getattr(world.desk(step.by), KINDS[kind])
    document = counter.get(world.id(kind, step))
    view = seen(document, world.names)
    return (view, cents(document.balance.amount)) if kind == "invoice" else view


def _expect_get(model: Model, step: Step, now: Now) -> Expected:
    kind = step.args["kind"]
    name = step.args[kind][1:]
    if name not in _books(model, kind):
        return raises(f"{kind}.unknown")
    view = model.view((kind, name))
    return answers("read", (view, model.open_of(name)) if kind == "invoice" else view)


# --- many documents


def _found(counter: Any, lookup: Mapping[str, str], pages: int) -> list[Any]:
    """Return everything under a lookup, page by page."""
    items: list[Any] = []
    after = ""
    while True:
        page = counter.find(after=after, limit=pages, **lookup)
        items += page.items
        if page.after is None:
            return items
        after = page.after


def _order_state(order: Mapping[str, Any]) -> str:
    if order["gates"]:
        return "held"
    lines = order["lines"]
    busy = any(
        line["q"] > line["shipped"] + line["cancelled"] or line["invoiced"] < line["shipped"]
        for line in lines
    )
    return "backlog" if busy else "done"


# counter, lookup, what the model finds under a value
LOOKUPS: dict[str, tuple[str, str, Callable[[Model, str], list[str]]]] = {
    "orders of": (
        "orders",
        "customer",
        lambda model, of: [key for key, order in model.orders.items() if order["customer"] == of],
    ),
    "held": (
        "orders",
        "held",
        lambda model, of: [key for key, o in model.orders.items() if _order_state(o) == "held"],
    ),
    "backlog": (
        "orders",
        "backlog",
        lambda model, of: [key for key, o in model.orders.items() if _order_state(o) == "backlog"],
    ),
    "done": (
        "orders",
        "done",
        lambda model, of: [key for key, o in model.orders.items() if _order_state(o) == "done"],
    ),
    "unbilled": (
        "shipments",
        "unbilled",
        lambda model, of: [
            key for key, s in model.shipments.items() if not s["invoice"] and s["customer"] == of
        ],
    ),
    "invoices of": (
        "invoices",
        "customer",
        lambda model, of: [key for key, i in model.invoices.items() if i["customer"] == of],
    ),
    "payments of": (
        "cash",
        "customer",
        lambda model, of: [key for key, p in model.payments.items() if p["customer"] == of],
    ),
    "unapplied": (
        "cash",
        "unapplied",
        lambda model, of: [
            key for key, p in model.payments.items() if p["customer"] == of and model.left_of(key)
        ],
    ),
}
WITHOUT_VALUE = ("held", "backlog", "done")


def _choose_find(dice: Dice, model: Model) -> Mapping[str, Any]:
    what = dice.pick(list(LOOKUPS))
    of = "" if what in WITHOUT_VALUE else dice.pick([*model.customers, ""])
    if of == "" and what not in (*WITHOUT_VALUE, "unapplied"):
        of = "C1"
    return {"what": what, "of": of, "pages": dice.pick([1_000, 1_000, 3])}


def _send_find(world: Any, step: Step) -> Any:
    counter, lookup, _ = LOOKUPS[step.args["what"]]
    desk = world.desk(step.by)
    found = _found(getattr(desk, counter), {lookup: step.args["of"]}, step.args["pages"])
    return tuple(sorted(world.names[document.id] for document in found))


def _expect_find(model: Model, step: Step, now: Now) -> Expected:
    _, _, finds = LOOKUPS[step.args["what"]]
    return answers("read", tuple(sorted(finds(model, step.args["of"]))))


# --- accounts, stock, open items


def _choose_account(dice: Dice, model: Model) -> Mapping[str, Any]:
    return {"customer": dice.pick([*model.customers, "C99"])}


def _send_account(world: Any, step: Step) -> Any:
    return cents(world.desk(step.by).credit.exposure(step.args["customer"]).total)


def _expect_account(model: Model, step: Step, now: Now) -> Expected:
    name = step.args["customer"]
    return (
        answers("read", model.exposure(name))
        if name in model.accounts
        else raises("credit.unknown")
    )


def _choose_level(dice: Dice, model: Model) -> Mapping[str, Any]:
    return {"sku": dice.pick(["BOLT", "SCREW", "FLOUR", "BOOK"]), "site": dice.pick(["BER", "HAM"])}


def _send_level(world: Any, step: Step) -> Any:
    level = world.desk(step.by).stock.level(step.args["sku"], step.args["site"])
    live = sum(thousandths(r.quantity) for r in level.reservations if r.live(world.now().at))
    return (thousandths(level.on_hand), thousandths(level.claimed), live)


def _expect_level(model: Model, step: Step, now: Now) -> Expected:
    level = model.levels.get((step.args["sku"], step.args["site"]))
    if level is None:
        return raises("stock.unknown")
    live = sum(q for *_, q, expires in level["held"] if now.at < expires)
    return answers("read", (level["on_hand"], sum(level["claims"].values()), live))


def _send_open(world: Any, step: Step) -> Any:
    page = world.desk(step.by).cash.open_items(step.args["customer"], limit=1_000)
    return tuple(sorted((item.number, cents(item.open)) for item in page.items))


def _expect_open(model: Model, step: Step, now: Now) -> Expected:
    name = step.args["customer"]
    owed = [
        (document["number"], model.open_of(key))
        for key, document in model.invoices.items()
        if document["customer"] == name and model.open_of(key)
    ]
    return answers("read", tuple(sorted(owed)))


# --- master data


def _choose_master(dice: Dice, model: Model) -> Mapping[str, Any]:
    return {"item": dice.pick([*model.items, "NOTHING"]), "alias": f"DE-IBAN-C{1 + dice.upto(9)}"}


def _send_master(world: Any, step: Step) -> Any:
    catalog = world.desk(step.by).catalog
    known = [customer.id for customer in catalog.customers(alias=step.args["alias"]).items]
    return (seen(catalog.get(step.args["item"]), world.names), tuple(known))


def _expect_master(model: Model, step: Step, now: Now) -> Expected:
    name, alias = step.args["item"], step.args["alias"].removeprefix("DE-IBAN-")
    if name not in model.items:
        return raises("item.unknown")
    known = (alias,) if alias in model.customers else ()
    return answers("read", (model.view(("item", name)), known))


def _choose_nothing(dice: Dice, model: Model) -> Mapping[str, Any]:
    return {}


def _send_quality(world: Any, step: Step) -> Any:
    rows = world.desk(step.by).catalog.quality().rows
    return tuple(sorted(what for what, _ in rows))


def _expect_quality(model: Model, step: Step, now: Now) -> Expected:
    lacking = [f"item/{sku}" for sku, i in model.items.items() if i["stocked"] and not i["cost"]]
    unset = [f"customer/{name}" for name, a in model.accounts.items() if a["limit"] is None]
    return answers("read", tuple(sorted(lacking + unset)))


VERBS = (
    reading_verb("read.get", _choose_get, _send_get, _expect_get, 16),
    reading_verb("read.find", _choose_find, _send_find, _expect_find, 11),
    reading_verb("read.exposure", _choose_account, _send_account, _expect_account, 9),
    reading_verb("read.level", _choose_level, _send_level, _expect_level, 9),
    reading_verb("read.master", _choose_master, _send_master, _expect_master, 4),
    reading_verb("catalog.quality", _choose_nothing, _send_quality, _expect_quality, 1),
    reading_verb("read.open_items", _choose_account, _send_open, _expect_open, 9),
)

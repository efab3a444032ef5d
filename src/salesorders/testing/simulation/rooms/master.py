"""Master data: items, customers and their limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from salesorders.catalog import Customer, Item, Price
from salesorders.testing.simulation.lending import fresh
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import decimal
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role, codes_of

__all__ = ["VERBS", "founding"]

# sku: unit, tax, prices as (from thousandths, tenths of a cent), cost in tenths of a cent, stocked, and in which other
# units it is sold: how much of its own one of them holds, as a fraction.
ITEMS: dict[str, list[Any]] = {
    "BOLT": ["H87", "S", 19, [[0, 1000], [100_000, 805]], 400, True, {"XCT": [12, 1]}],
    "SCREW": ["H87", "S", 19, [[0, 15]], 7, True, {"MIL": [1_000, 1]}],
    "FLOUR": ["KGM", "S", 7, [[0, 1299]], 655, True, {"XSA": [25, 2]}],
    "BOOK": ["H87", "Z", 0, [[0, 24_950], [10_000, 22_000]], None, True],
    "VISIT": ["H87", "S", 19, [[0, 75_000]], None, False],
}
# id: limit in cents, days net, early-payment discount as (hundredths of a percent, days).
CUSTOMERS: dict[str, list[Any]] = {
    "C1": [60_000, 30, [200, 10]],
    "C2": [25_000, 14, None],
    "C3": ["unlimited", 30, [300, 14]],
    "C4": [None, 0, None],
}

TERMS: list[list[int] | None] = [None, [200, 10], [150, 7]]


def item_of(sku: str, told: Sequence[Any], retired: bool = False) -> Item:
    """Return the library's item of what a script tells."""
    unit, category, rate, prices, cost, stocked, *units = told
    return Item(
        sku,
        f"Item {sku}",
        unit=unit,
        tax=f"{category}{rate}" if rate else category,
        prices=[Price(decimal(value, 3), at_least=decimal(least, 3)) for least, value in prices],
        cost=None if cost is None else decimal(cost, 3),
        stocked=stocked,
        retired=retired,
        units={code: Fraction(*factor) for more in units for code, factor in more.items()},
    )


def customer_of(name: str, told: Sequence[Any], *, limited: bool = True) -> Customer:
    """Return the library's customer of what a script tells."""
    limit, net, early = told
    terms = f"net {net}"
    if early:
        terms = f"{decimal(early[0], 2):f}/{early[1]} {terms}"
    given = decimal(limit, 2) if isinstance(limit, int) else limit
    return Customer(
        name,
        f"Customer {name}",
        country="DE",
        terms=terms,
        credit_limit=given if limited else None,
        aliases=[f"DE-IBAN-{name}"],
    )


def _kept_item(told: Sequence[Any], retired: bool = False) -> dict[str, Any]:
    unit, category, rate, prices, cost, stocked, *units = told
    return {
        "unit": unit,
        "tax": (category, rate),
        "prices": [tuple(price) for price in prices],
        "cost": cost or 0,
        "stocked": stocked,
        "retired": retired,
        "units": {code: tuple(factor) for more in units for code, factor in more.items()},
        "told": list(told),
    }


def _kept_customer(told: Sequence[Any]) -> dict[str, Any]:
    early = tuple(told[2]) if told[2] else None
    return {"net": told[1], "early": early, "retired": False, "told": list(told)}


def founding() -> dict[str, Any]:
    """Return the arguments of the first command: everything that is sold, and to whom."""
    return {"items": ITEMS, "customers": CUSTOMERS}


# --- add


def _choose_add(dice: Dice, model: Model, now: Now) -> Choice | None:
    who = by_role(dice, "master-data")
    if dice.chance(0.3):
        return who, {"items": {"BOLT": ITEMS["BOLT"]}, "customers": {}}
    if len(model.customers) > 7:
        return None
    told = dice.pick(list(CUSTOMERS.values()))
    return who, {"items": {}, "customers": {f"C{len(model.customers) + 1}": told}}


def _send_add(world: Any, step: Step) -> Any:
    things = [item_of(*pair) for pair in step.args["items"].items()]
    buyers = [customer_of(*pair) for pair in step.args["customers"].items()]
    return world.desk(step.by).catalog.add(*things, *buyers, key=step.key, dry_run=step.dry)


def _expect_add(model: Model, step: Step, now: Now) -> Expected:
    items, customers = step.args["items"], step.args["customers"]
    known = {"item.exists" for sku in items if sku in model.items}
    known |= {"customer.exists" for name in customers if name in model.customers}
    if known:
        return answers("Rejected", tuple(sorted(known)))

    def change() -> Sequence[Ref]:
        for sku, told in items.items():
            model.items[sku] = _kept_item(told)
        for name, told in customers.items():
            model.customers[name] = _kept_customer(told)
            model.accounts[name] = fresh(told[0])
        refs = [("item", sku) for sku in items] + [("customer", name) for name in customers]
        return refs + [("credit", name) for name in customers]

    return Expected(("Added", len(items) + len(customers)), change)


def _read_added(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    kind = type(outcome).__name__
    return (kind, codes_of(outcome)) if kind == "Rejected" else (kind, len(outcome.refs))


# --- change and retire


def _choose_change(dice: Dice, model: Model, now: Now) -> Choice | None:
    who = by_role(dice, "master-data")
    if dice.chance(0.3):
        name = dice.pick([*model.customers, "C99"])
        told: list[Any] = (
            model.customers[name]["told"] if name in model.customers else CUSTOMERS["C2"]
        )
        early = dice.pick(TERMS)
        return who, {"customer": name, "told": [told[0], max(14, told[1]), early]}
    sku = dice.pick([*model.items, "NOTHING"])
    told = model.items[sku]["told"] if sku in model.items else ITEMS["BOLT"]
    # Round the first prices, so that many small changes do not lead away.
    first: list[Any] = ITEMS.get(sku) or told
    prices = [[least, max(1, value + dice.upto(7) - 3)] for least, value in first[3]]
    return who, {"item": sku, "told": [*told[:3], prices, *told[4:]]}


def _send_change(world: Any, step: Step) -> Any:
    args = step.args
    thing: Item | Customer
    if "item" in args:
        thing = item_of(args["item"], args["told"])
    else:
        thing = customer_of(args["customer"], args["told"], limited=False)
    return world.desk(step.by).catalog.change(thing, key=step.key, dry_run=step.dry)


def _expect_change(model: Model, step: Step, now: Now) -> Expected:
    args = step.args
    kind = "item" if "item" in args else "customer"
    name = args[kind]
    if name not in (model.items if kind == "item" else model.customers):
        return answers("Rejected", (f"{kind}.unknown",))

    def change() -> Sequence[Ref]:
        if kind == "item":
            model.items[name] = _kept_item(args["told"])
        else:
            model.customers[name] = _kept_customer(args["told"])
        return [(kind, name)]

    return Expected(("Added", 1), change)


def _choose_retire(dice: Dice, model: Model, now: Now) -> Choice | None:
    ref = dice.pick(["item/SCREW", "item/VISIT", "customer/C4", "customer/C2", "item/NOTHING"])
    return by_role(dice, "master-data"), {"ref": ref}


def _send_retire(world: Any, step: Step) -> Any:
    return world.desk(step.by).catalog.retire(step.args["ref"], key=step.key, dry_run=step.dry)


def _expect_retire(model: Model, step: Step, now: Now) -> Expected:
    kind, _, name = step.args["ref"].partition("/")
    known = model.items if kind == "item" else model.customers
    if name not in known:
        return raises(f"{kind}.unknown")

    def change() -> Sequence[Ref]:
        known[name] = {**known[name], "retired": True}
        return [(kind, name)]

    return Expected(("Added", 1), change)


VERBS = (
    Verb(
        name="catalog.add",
        choose=_choose_add,
        send=_send_add,
        expect=_expect_add,
        read=_read_added,
        share=1,
        duty="master-data",
    ),
    Verb(
        name="catalog.change",
        choose=_choose_change,
        send=_send_change,
        expect=_expect_change,
        read=_read_added,
        share=3,
        duty="master-data",
    ),
    Verb(
        name="catalog.retire",
        choose=_choose_retire,
        send=_send_retire,
        expect=_expect_retire,
        read=_read_added,
        share=1,
        duty="master-data",
    ),
)

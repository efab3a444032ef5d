"""Steps that aim at an edge: exactly the limit and a cent more, the last day and the next, all that is on hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from salesorders.testing.simulation import lending
from salesorders.testing.simulation.arithmetic import half_up
from salesorders.testing.simulation.matching import discount_on
from salesorders.testing.simulation.model import ZONE, Model, Now
from salesorders.testing.simulation.promising import Balance
from salesorders.testing.simulation.scoring import CLASSES, score_of
from salesorders.testing.simulation.verbs import Dice

__all__ = ["aimed"]

Args = Mapping[str, Any]
Aim = Callable[[Dice, Model, Now, Args], Args | None]
AGES = (0, 30, 60, 90)
# What bears no tax: one line of it comes to any amount, less a discount of less than one piece.
PLAIN = "BOOK"


def aimed(dice: Dice, model: Model, now: Now, verb: str, args: Args) -> Args:
    """Return what a chooser chose, now and then moved to an edge of what the books say."""
    share, aim = AIMS.get(verb, (0.0, None))
    if aim is None or not dice.chance(share):
        return args
    return aim(dice, model, now, args) or args


# --- orders


def _order(dice: Dice, model: Model, now: Now, args: Args) -> Args | None:
    return (_to_the_limit if dice.chance(0.6) else _all_that_is_free)(dice, model, now, args)


def _to_the_limit(dice: Dice, model: Model, now: Now, args: Args) -> Args | None:
    """An order of exactly what is left of a limit, or one cent more or less."""
    left = {
        name: room
        for name, customer in model.customers.items()
        if not customer["retired"] and (room := lending.room(model.accounts, name, now.today))
    }
    names = [name for name, amount in left.items() if 0 < amount < 100_000]
    if not names or PLAIN not in model.items:
        return None
    name = dice.pick(names)
    line = _worth(model, left[name] + dice.pick([0, 0, 0, 1, 1, -1]))
    last = lending.horizon(model.accounts, name, now.today)
    if line and last:
        line[3] = _about(dice, last)
    return None if line is None else {"customer": name, "lines": [line], "percent": 0}


def _about(dice: Dice, last: date) -> str:
    """The last day that counts, or the next."""
    return (last + timedelta(days=dice.pick([0, 1, 1]))).isoformat()


def _change(dice: Dice, model: Model, now: Now, args: Args) -> Args | None:
    """Lines that leave beyond a horizon are wanted on its last day, or on the day after."""
    far = []
    for name, order in model.orders.items():
        last = lending.horizon(model.accounts, order["customer"], now.today)
        if last and any(day > last for day in model.days_of(order)):
            far.append((name, last, [line["id"] for line in order["lines"]]))
    if not far:
        return None
    name, last, ids = dice.pick(far)
    changes = [[dice.pick(ids), None, None, _about(dice, last)]]
    return {"order": f"@{name}", "changes": changes}


def _worth(model: Model, amount: int) -> list[Any] | None:
    """Return a line that comes to an amount, by the least discount."""
    prices = model.items[PLAIN]["prices"]
    for q in range(1_000, 60_000, 1_000):
        value = [value for least, value in prices if least <= q][-1]
        over = half_up(value * q, 10_000) - amount
        if over >= 0:
            return [PLAIN, q, ["a", over] if over else None, None, False]
    return None


def _all_that_is_free(dice: Dice, model: Model, now: Now, args: Args) -> Args | None:
    """Exactly what may be promised of an item at a site today, or one piece more."""
    places = [
        (sku, free)
        for (sku, _), level in model.levels.items()
        if not model.items[sku]["retired"] and (free := Balance(level, now).free(now.today))
    ]
    if not places:
        return None
    sku, free = dice.pick(places)
    line = [sku, free + dice.pick([0, 0, 1_000]), None, None, dice.chance(0.3)]
    return {**args, "lines": [line, *args["lines"][1:]]}


def _limit(dice: Dice, model: Model, now: Now, args: Args) -> Args | None:
    """A limit of exactly what is owed already, or one cent beside it."""
    name = args["customer"]
    if name not in model.accounts or "temporary" in args or "bucket" in args:
        return None
    return {**args, "limit": max(0, model.exposure(name) + dice.pick([0, 0, 1, -1]))}


def _collateral(dice: Dice, model: Model, now: Now, args: Args) -> Args | None:
    """Collateral for exactly what is above a limit, or a cent beside it, that ends today, or begins tomorrow."""
    above = [
        (name, -room)
        for name in model.accounts
        if (room := lending.room(model.accounts, name, now.today)) is not None and room < 0
    ]
    if "collateral" not in args or not above:
        return None
    name, amount = dice.pick(above)
    first, last = (now.today + timedelta(days=n) for n in dice.pick([(-2, 0), (-2, 1), (1, 3)]))
    worth = max(0, amount + dice.pick([0, 0, 1, -1]))
    given = ["P0", worth, 100, first.isoformat(), last.isoformat()]
    return {"account": name, "collateral": [given]}


# --- stock


def _count(dice: Dice, model: Model, now: Now, args: Args) -> Args | None:
    """A count that finds nothing left, or would find less than nothing."""
    level = model.levels.get((args["sku"], args["site"]))
    if not level or not level["on_hand"]:
        return None
    return {**args, "q": -level["on_hand"] - dice.pick([0, 1_000])}


def _parcel(dice: Dice, model: Model, now: Now, args: Args) -> Args | None:
    """Exactly what is open of a line, or one piece more."""
    order = model.orders.get(args["order"][1:])
    if not order:
        return None
    line = dice.pick(order["lines"])
    left = line["q"] - line["shipped"] - line["cancelled"]
    if left <= 0:
        return None
    return {**args, "lines": {line["id"]: left + dice.pick([0, 0, 0, 1_000])}}


# --- cash and days


def _payment(dice: Dice, model: Model, now: Now, args: Args) -> Args | None:
    """An item less its discount, or one cent beside it, on the last day of the discount or the day after."""
    early = [
        name
        for name, invoice in model.invoices.items()
        if invoice["early"] and invoice["early"] <= now.today and model.open_of(name)
    ]
    if not early:
        return None
    name = dice.recent(early)
    invoice = model.invoices[name]
    off = discount_on(model, name, invoice["early"])
    on = min(now.today, invoice["early"] + timedelta(days=dice.pick([0, 0, 1])))
    amount = model.open_of(name) - off + dice.pick([0, 0, 0, 1, -1])
    told = {"customer": invoice["customer"], "amount": max(1, amount), "refs": [invoice["number"]]}
    return {**args, **told, "on": on.isoformat()}


def _age(dice: Dice, model: Model, now: Now, args: Args) -> Args | None:
    """A report of the last day on which an item stands in its column, or of the day after."""
    days = [
        (now.today - day).days
        for name, invoice in model.invoices.items()
        if model.open_of(name)
        for edge in AGES
        for day in _both(invoice["due"] + timedelta(days=edge))
    ]
    return {**args, "back": dice.pick(days)} if days else None


def _both(day: date) -> tuple[date, date]:
    return day, day + timedelta(days=1)


def _wait(dice: Dice, model: Model, now: Now, args: Args) -> Args | None:
    """Until the very moment at which a reservation, or a day of collateral or of a score, ends; or a minute less."""
    ends = [
        order["held_until"]
        for order in model.orders.values()
        if order["gates"] and order["held_until"] and order["held_until"] > now.at
    ]
    days = [last for account in model.accounts.values() for *_, last in account["collateral"]]
    for name, account in model.accounts.items():
        if account["class"] in CLASSES and (score := score_of(name, now.today)):
            days.append(score[2])
    midnights = (datetime.combine(last + timedelta(days=1), time(), ZONE) for last in days)
    ends += [midnight for midnight in midnights if midnight > now.at]
    if not ends:
        return None
    minutes = (dice.pick(ends) - now.at) // timedelta(minutes=1) - dice.pick([0, 0, 1])
    return {"minutes": minutes} if minutes > 0 else None


AIMS: dict[str, tuple[float, Aim]] = {
    "orders.place": (0.15, _order),
    "orders.amend": (0.2, _change),
    "credit.set_limit": (0.3, _limit),
    "credit.arrange": (0.4, _collateral),
    "stock.adjust": (0.15, _count),
    "shipments.ship": (0.1, _parcel),
    "cash.receive": (0.1, _payment),
    "reports.ageing": (0.8, _age),
    "reports.kpis": (0.5, _age),
    "clock.forward": (0.2, _wait),
}

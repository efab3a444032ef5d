"""Stock that comes, is expected or is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.promising import level_of
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import decimal, thousandths
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role, codes_of

__all__ = ["VERBS"]

SITES = ("BER", "HAM")


def _choose_place(dice: Dice) -> dict[str, Any]:
    sku = dice.pick(["BOLT", "BOLT", "SCREW", "FLOUR", "BOOK"])
    if dice.chance(0.02):
        sku = dice.pick(["VISIT", "NOTHING"])
    q = 1_000 * (1 + dice.upto({"BOLT": 300, "BOOK": 30}.get(sku, 120)))
    if dice.chance(0.01):
        q += 500
    return {"sku": sku, "q": q, "site": dice.pick(SITES)}


def _choose_receive(dice: Dice, model: Model, now: Now) -> Choice | None:
    args = _choose_place(dice)
    planned = [(place, key) for place, level in model.levels.items() for key in level["receipts"]]
    if planned and dice.chance(0.4):
        (sku, site), key = dice.pick(planned)
        q = model.levels[sku, site]["receipts"][key][1]
        args = {"sku": sku, "site": site, "q": q, "receipt": f"@{key}"}
        if dice.chance(0.3) and q > 1_000:
            args["q"] = 1_000 * (1 + dice.upto(q // 1_000))
    return by_role(dice, "warehouse"), args


def _choose_plan(dice: Dice, model: Model, now: Now) -> Choice | None:
    on = now.today + timedelta(days=dice.upto(40) - 3)
    return by_role(dice, "warehouse"), {**_choose_place(dice), "on": on.isoformat()}


def _choose_adjust(dice: Dice, model: Model, now: Now) -> Choice | None:
    args = _choose_place(dice)
    return by_role(dice, "warehouse"), {**args, "q": dice.pick([1, -1]) * args["q"]}


def _quantity(step: Step) -> Decimal:
    return decimal(step.args["q"], 3)


def _send_receive(world: Any, step: Step) -> Any:
    receipt = world.id("receipt", step) if "receipt" in step.args else ""
    return world.desk(step.by).stock.receive(
        step.args["sku"],
        _quantity(step),
        site=step.args["site"],
        receipt=receipt,
        key=step.key,
        dry_run=step.dry,
    )


def _send_plan(world: Any, step: Step) -> Any:
    on = date.fromisoformat(step.args["on"])
    return world.desk(step.by).stock.plan_receipt(
        step.args["sku"],
        _quantity(step),
        site=step.args["site"],
        on=on,
        key=step.key,
        dry_run=step.dry,
    )


def _send_adjust(world: Any, step: Step) -> Any:
    return world.desk(step.by).stock.adjust(
        step.args["sku"],
        _quantity(step),
        site=step.args["site"],
        reason=step.reason,
        key=step.key,
        dry_run=step.dry,
    )


def _booked(moved: Callable[[Model, Step, dict[str, Any]], Expected | None]) -> Any:
    def expect(model: Model, step: Step, now: Now) -> Expected:
        sku, site, q = step.args["sku"], step.args["site"], step.args["q"]
        item = model.items.get(sku)
        if item is None:
            return raises("item.unknown")
        if item["unit"] == "H87" and q % 1_000:
            return raises("quantity.fractional_unit")
        old = level_of(model, sku, site)
        level = {**old, "receipts": dict(old["receipts"])}
        refused = moved(model, step, level)
        if refused is not None:
            return refused
        if not item["stocked"]:
            return answers("Rejected", ("item.not_stocked",))

        def change() -> Sequence[Ref]:
            model.levels[sku, site] = level
            if q < 0:
                model.losses.add((sku, site))
            written: list[Ref] = [("stock", f"{sku}@{site}")]
            if site not in model.sites.setdefault(sku, []):
                model.sites[sku].append(site)
                written.append(("sites", sku))
            return written

        return Expected(("Stocked", sku, site, level["on_hand"]), change)

    return expect


def _received(model: Model, step: Step, level: dict[str, Any]) -> Expected | None:
    q = step.args["q"]
    if "receipt" in step.args:
        key = step.args["receipt"][1:]
        if key not in level["receipts"]:
            return raises("receipt.unknown")
        on, planned = level["receipts"].pop(key)
        if q < planned:
            level["receipts"][key] = (on, planned - q)
    level["on_hand"] += q
    return None


def _planned(model: Model, step: Step, level: dict[str, Any]) -> Expected | None:
    level["receipts"][step.key] = (date.fromisoformat(step.args["on"]), step.args["q"])
    return None


def _adjusted(model: Model, step: Step, level: dict[str, Any]) -> Expected | None:
    if level["on_hand"] + step.args["q"] < 0:
        return answers("Rejected", ("stock.below_zero",))
    level["on_hand"] += step.args["q"]
    return None


def _read(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    kind = type(outcome).__name__
    if kind == "Rejected":
        return (kind, codes_of(outcome))
    level = outcome.level
    return (kind, level.sku, level.site, thousandths(level.on_hand))


# --- what must hold


def _claims_are_those_of_the_orders(model: Model, store: Any, now: Now) -> None:
    """I02: what a level has claimed and reserved is what orders claim there; I01: nothing is below 0."""
    firm: dict[tuple[str, str, date], Any] = {}
    held: dict[tuple[str, str, str], Any] = {}
    for order in store.documents("order"):
        for line in order.lines:
            for part in line.claimed:
                if not part.site:
                    continue
                if order.holds:
                    place = (line.sku, part.site, order.id)
                    held[place] = held.get(place, 0) + part.quantity
                else:
                    day = (line.sku, part.site, part.on)
                    firm[day] = firm.get(day, 0) + part.quantity
    there: dict[tuple[str, str, date], Any] = {}
    for level in store.documents("stock"):
        assert level.on_hand >= 0, level.ref
        for demand in level.demand:
            there[level.sku, level.site, demand.on] = demand.quantity
        for part in level.reservations:
            # An expired one may have been tidied away; what is there must be some order's.
            place = (level.sku, level.site, part.holder)
            assert place in held, (level.ref, part.holder)
            held[place] -= part.quantity
            assert held[place] >= 0, (level.ref, part.holder)
        assert len({demand.on for demand in level.demand}) == len(level.demand), level.ref
    assert firm == there, "claims of levels and of orders"


def _on_hand_is_the_sum_of_movements(model: Model, store: Any, now: Now) -> None:
    """I03: what is on hand is what came, less what left, and what counts said."""
    for level in store.documents("stock"):
        place = (level.sku, level.site)
        assert thousandths(level.on_hand) == model.levels[place]["on_hand"], level.ref


def _promises_are_covered(model: Model, store: Any, now: Now) -> None:
    """I04: what is claimed up to a day is there or planned up to that day, unless a count has found a loss.

    What is past due, claims and receipts alike, counts as of the latest day that the clock has stood at; what
    had run out by then was free to be promised again.
    """
    latest = max(now.at, model.latest_at)
    for level in store.documents("stock"):
        if (level.sku, level.site) in model.losses:
            continue
        steps = [(receipt.on, receipt.quantity) for receipt in level.receipts]
        steps += [(day.on, -day.quantity) for day in level.demand]
        steps += [(r.on, -r.quantity) for r in level.reservations if latest < r.expires_at]
        days = [(max(on, model.latest), q) for on, q in steps]
        balance = level.on_hand
        for on in sorted({on for on, _ in days}):
            balance += sum(q for day, q in days if day == on)
            assert balance >= 0, (level.ref, on, balance)


INVARIANTS = (
    _claims_are_those_of_the_orders,
    _on_hand_is_the_sum_of_movements,
    _promises_are_covered,
)


def _verb(name: str, choose: Any, send: Any, moved: Any, share: float) -> Verb:
    return Verb(
        name=f"stock.{name}",
        choose=choose,
        send=send,
        expect=_booked(moved),
        read=_read,
        share=share,
        duty="warehouse",
    )


VERBS = (
    _verb("receive", _choose_receive, _send_receive, _received, 9),
    _verb("plan_receipt", _choose_plan, _send_plan, _planned, 4),
    _verb("adjust", _choose_adjust, _send_adjust, _adjusted, 3),
)

"""Cancelling and closing: what is open will not come, and what it had claimed is free in the same step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from salesorders.testing.simulation.changing import (
    add_maker,
    choose_seen,
    copied,
    not_that_order,
    seen_by,
    sized,
    written,
)
from salesorders.testing.simulation.model import Expected, Model, Now, answers
from salesorders.testing.simulation.promising import given_back, less, levels_of
from salesorders.testing.simulation.rooms.orders import read_order
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import decimal
from salesorders.testing.simulation.units import grain
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role

__all__ = ["VERBS"]


def _open(order: Mapping[str, Any]) -> dict[str, int]:
    lines = [
        (line["id"], line["q"] - line["shipped"] - line["cancelled"]) for line in order["lines"]
    ]
    return {name: q for name, q in lines if q}


def _choose(part: float) -> Callable[[Dice, Model, Now], Choice | None]:
    def choose(dice: Dice, model: Model, now: Now) -> Choice | None:
        open_ = [key for key, order in model.orders.items() if _open(order)]
        keys = open_ if open_ and dice.chance(0.9) else list(model.orders)
        if not keys:
            return None
        key = dice.recent(keys)
        args: dict[str, Any] = {"order": f"@{key}"}
        if dice.chance(part):
            args["lines"] = _some(dice, model.orders[key])
        choose_seen(dice, model, key, args)
        return by_role(dice, "sales"), args

    return choose


def _some(dice: Dice, order: Mapping[str, Any]) -> dict[str, int]:
    """Quantities of lines: mostly less than is open, now and then all of it, more, or of no line."""
    found: dict[str, int] = {}
    for line in order["lines"]:
        left = line["q"] - line["shipped"] - line["cancelled"]
        if dice.chance(0.6) or not found:
            q = grain(line) * (1 + dice.upto(max(1, left // grain(line))))
            q = left if left and dice.chance(0.25) else q
            q += dice.pick([500, 1_000]) if dice.chance(0.06) else 0
            found[line["id"] if dice.chance(0.97) else "9"] = q
    return found


def _send(name: str) -> Callable[[Any, Step], Any]:
    def send(world: Any, step: Step) -> Any:
        counter = getattr(world.desk(step.by).orders, name)
        named = {n: decimal(q, 3) for n, q in step.args.get("lines", {}).items()}
        more = {"lines": named} if named else {}
        return counter(
            world.id("order", step),
            **more,
            reason=step.reason,
            seen=seen_by(world, step),
            key=step.key,
            dry_run=step.dry,
        )

    return send


def _codes(order: Mapping[str, Any], named: Mapping[str, int]) -> set[str]:
    lines = {line["id"]: line for line in order["lines"]}
    codes = {"order.unknown_line" for name in named if name not in lines}
    for name, line in lines.items():
        q = named.get(name, 0)
        if q > line["q"] - line["shipped"] - line["cancelled"]:
            codes.add("cancel.over")
        elif line["step"] and q % 1_000:
            codes.add("quantity.fractional_unit")
    return codes


def _expect(told: str) -> Callable[[Model, Step, Now], Expected]:
    def expect(model: Model, step: Step, now: Now) -> Expected:
        if refusal := not_that_order(model, step):
            return refusal
        before = model.orders[step.args["order"][1:]]
        if not _open(before):
            return answers("Rejected", ("order.nothing_open",))
        named = step.args.get("lines", {})
        if codes := _codes(before, named):
            return answers("Rejected", tuple(sorted(codes)))
        return _ended(model, step, now, before, told, named or _open(before))

    return expect


def _ended(
    model: Model,
    step: Step,
    now: Now,
    before: dict[str, Any],
    told: str,
    quantities: Mapping[str, int],
) -> Expected:
    after = copied(before)
    add_maker(after, step)
    taken = []
    for line in after["lines"]:
        if line["id"] in quantities:
            less(line, quantities[line["id"]])
            taken.append((line["id"], quantities[line["id"]]))
    after = sized(before, after)
    gone = not _open(after)
    gates = tuple(before["gates"]) if gone else ()
    ending = (told.lower(), tuple(taken), now.today, step.by, gates, step.reason)
    after["endings"] = [*before["endings"], ending]
    if gone:
        after["gates"], after["held_until"] = [], None
    there = levels_of(model, after)
    levels = given_back(before, after, there, now)
    more = 0 if before["gates"] else after["sums"].gross - before["sums"].gross
    return written(model, step, now, before, after, (there, levels), more, told)


# --- what must hold


def _endings_are_what_was_cancelled(model: Model, store: Any, now: Now) -> None:
    """I09, I13: no more was cancelled or closed than a line says; what is closed has nothing open and no hold."""
    for order in store.documents("order"):
        taken: dict[str, Any] = {}
        for ending in order.endings:
            for name, q in ending.lines:
                taken[name] = taken.get(name, 0) + q
        for line in order.lines:
            assert taken.get(line.id, 0) <= line.cancelled, (order.id, line.id)
        if order.is_closed:
            assert not any(line.open or line.claimed for line in order.lines), order.id
            assert not order.holds, order.id


def _cancelled_claims_nothing(model: Model, store: Any, now: Now) -> None:
    """I02, I20: of a line no more is claimed than is open, and an order without anything in force is worth nothing."""
    for order in store.documents("order"):
        for line in order.lines:
            claimed: Sequence[Any] = [part.quantity for part in line.claimed]
            over, under = line.factor.numerator, line.factor.denominator
            assert sum(claimed) * under <= line.open * over, (order.id, line.id)
        if not any(line.in_force for line in order.lines):
            assert order.amounts.gross == 0, order.id


INVARIANTS = (_endings_are_what_was_cancelled, _cancelled_claims_nothing)


def _verb(name: str, told: str, part: float, share: float) -> Verb:
    return Verb(
        name=f"orders.{name}",
        choose=_choose(part),
        send=_send(name),
        expect=_expect(told),
        read=read_order,
        share=share,
        duty="sales",
    )


VERBS = (_verb("cancel", "Cancelled", 0.65, 5), _verb("close", "Closed", 0, 2.5))

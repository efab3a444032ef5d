"""Reopening: the last cancelling or closing undone, through every gate, promised anew."""

from __future__ import annotations

from typing import Any

from salesorders.testing.simulation.changing import (
    Proposal,
    choose_seen,
    copied,
    not_that_order,
    passed,
    seen_by,
    sized,
    wanting,
)
from salesorders.testing.simulation.model import Expected, Model, Now, answers
from salesorders.testing.simulation.resizing import may_hold
from salesorders.testing.simulation.rooms.orders import read_order
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.units import list_price
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role

__all__ = ["VERBS"]


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    ended = [key for key, order in model.orders.items() if order["endings"]]
    keys = ended if ended and dice.chance(0.93) else list(model.orders)
    if not keys:
        return None
    key = dice.recent(keys)
    args: dict[str, Any] = {"order": f"@{key}"}
    choose_seen(dice, model, key, args)
    return by_role(dice, "sales"), args


def _send(world: Any, step: Step) -> Any:
    return world.desk(step.by).orders.reopen(
        world.id("order", step),
        reason=step.reason,
        seen=seen_by(world, step),
        key=step.key,
        dry_run=step.dry,
    )


def _expect(model: Model, step: Step, now: Now) -> Expected:
    if refusal := not_that_order(model, step):
        return refusal
    before = model.orders[step.args["order"][1:]]
    if not before["endings"]:
        return answers("Rejected", ("order.nothing_to_reopen",))
    _, taken, _, _, gates, _ = before["endings"][-1]
    after = copied(before)
    lines = {line["id"]: line for line in after["lines"]}
    wanted, today = {}, {}
    codes = {"customer.retired"} if model.customers[before["customer"]]["retired"] else set()
    for line_id, q in taken:
        line = lines[line_id]
        line["cancelled"] -= q
        in_force = line["q"] - line["cancelled"]
        if not may_hold(before, line_id, in_force):
            return answers("Rejected", ("order.terms_fixed",))
        wanted[line_id] = wanting(line, q)
        today[line_id] = list_price(model.items[line["sku"]], line, in_force)
        if model.items[line["sku"]]["retired"]:
            codes.add("item.retired")
    if codes:
        return answers("Rejected", tuple(sorted(codes)))
    after = sized(before, after)
    after["endings"] = before["endings"][:-1]
    proposal = Proposal(
        before=before,
        after=after,
        gates=before["gates"] or gates,
        touched=set(wanted),
        today=today,
        wanted=wanted,
        reopened=True,
    )
    return passed(model, proposal, step, now, "Reopened")


VERBS = (
    Verb(
        name="orders.reopen",
        choose=_choose,
        send=_send,
        expect=_expect,
        read=read_order,
        share=4,
        duty="sales",
    ),
)

"""Amending: quantities, days, discounts, new lines and where it goes, whole or not at all."""

from __future__ import annotations

from datetime import date
from typing import Any

from salesorders.orders import LineChange
from salesorders.testing.simulation.changing import (
    Proposal,
    choose_seen,
    not_that_order,
    passed,
    seen_by,
)
from salesorders.testing.simulation.model import Expected, Model, Now, answers
from salesorders.testing.simulation.proposing import Draft, later
from salesorders.testing.simulation.rooms.orders import (
    choose_line,
    discount_of,
    line_of,
    read_order,
)
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import decimal
from salesorders.testing.simulation.units import grain
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role

__all__ = ["VERBS"]


# --- what is asked


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    alive = [
        key
        for key, order in model.orders.items()
        if any(line["q"] > line["cancelled"] for line in order["lines"])
    ]
    keys = alive if alive and dice.chance(0.95) else list(model.orders)
    if not keys:
        return None
    key = dice.recent(keys)
    lines = model.orders[key]["lines"]
    args: dict[str, Any] = {"order": f"@{key}"}
    some = [line for line in lines if dice.chance(0.5)] or lines[:1]
    # A line that stands twice is malformed, and never gets here.
    args["changes"] = list(
        {told[0]: told for told in (_change(dice, line, now) for line in some)}.values()
    )
    if dice.chance(0.15):
        args["add"] = [choose_line(dice, model, now) for _ in range(1 + dice.upto(2))]
    if dice.chance(0.08):
        args["on"] = later(now, dice.upto(30) - 3)
    if dice.chance(0.06):
        args["name"] = dice.pick(["Gate 2", "Gate 3"])
    if dice.chance(0.06):
        args["reprice"] = True
    choose_seen(dice, model, key, args)
    return by_role(dice, "sales"), args


def _change(dice: Dice, line: dict[str, Any], now: Now) -> list[Any]:
    in_force, q = line["q"] - line["cancelled"], None
    if dice.chance(0.75):
        q = dice.pick([in_force // 2, in_force * 2, in_force + 1_000, in_force + 10_000])
        q -= q % (1_000 if line["step"] else 500 if grain(line) > 1 else 1)
        q = dice.pick([0, line["shipped"], line["q"], in_force]) if dice.chance(0.3) else q
        q += 500 if dice.chance(0.02) else 0
        q = max(0, line["shipped"] - 1_000) if dice.chance(0.05) else q
    discount = None
    if dice.chance(0.25):
        discount = dice.pick(
            [["p", 0], ["p", 500], ["p", 1000], ["p", 1250], ["a", 50], ["a", 333]]
        )
    on = later(now, dice.upto(30) - 4) if dice.chance(0.15) else None
    return [line["id"] if dice.chance(0.98) else "9", q, discount, on]


def _line_change(told: Any) -> LineChange:
    name, q, discount, on = told
    day = None if on is None else date.fromisoformat(on)
    quantity = None if q is None else decimal(q, 3)
    return LineChange(name, quantity, discount_of(discount), requested_on=day)


def _send(world: Any, step: Step) -> Any:
    args = step.args
    return world.desk(step.by).orders.amend(
        world.id("order", step),
        [_line_change(told) for told in args["changes"]],
        reason=step.reason,
        add=[line_of(told) for told in args.get("add", ())],
        requested_on=date.fromisoformat(args["on"]) if "on" in args else None,
        ship_to_name=args.get("name"),
        reprice=args.get("reprice", False),
        seen=seen_by(world, step),
        key=step.key,
        dry_run=step.dry,
    )


# --- what must be answered


def _expect(model: Model, step: Step, now: Now) -> Expected:
    if refusal := not_that_order(model, step):
        return refusal
    before = model.orders[step.args["order"][1:]]
    closed = before["endings"] and before["endings"][-1][0] == "closed"
    if closed or not any(line["q"] > line["cancelled"] for line in before["lines"]):
        return answers("Rejected", ("order.ended",))
    draft = Draft(model, before, now)
    after = _drafted(draft, step)
    today = draft.today()
    if draft.codes:
        return answers("Rejected", tuple(sorted(draft.codes)))
    if draft.changes_nothing(after):
        return answers("Rejected", ("amend.nothing",))
    proposal = Proposal(
        before=before,
        after=after,
        gates=before["gates"],
        touched=draft.touched,
        today=today,
        wanted=draft.wanted,
    )
    return passed(model, proposal, step, now, "Amended")


def _drafted(draft: Draft, step: Step) -> dict[str, Any]:
    args = step.args
    for told in args["changes"]:
        draft.change(*told)
    on = date.fromisoformat(args["on"]) if "on" in args else None
    if on is not None:
        dated = {told[0] for told in args["changes"] if told[3] is not None}
        for line in draft.before["lines"]:
            if line["id"] not in dated:
                draft.want_on(line["id"], on)
    if args.get("reprice"):
        draft.reprice()
    draft.add(args.get("add", ()), on)
    if "name" in args:
        if any(line["invoiced"] < line["shipped"] for line in draft.before["lines"]):
            draft.codes.add("amend.ship_to_unbilled")
        draft.after["ship_to_name"] = args["name"]
    return draft.order()


# --- what must hold


def _lines_never_vanish(model: Model, store: Any, now: Now) -> None:
    """I09, I15: every line that was ever asked for is still there, and no less of it was ordered than is in force."""
    for order in store.documents("order"):
        asked = [line["id"] for line in model.orders[store.names[order.id]]["lines"]]
        assert [line.id for line in order.lines] == asked, order.id
        for line, worth in zip(order.lines, order.amounts.lines, strict=True):
            assert worth.quantity == line.in_force >= line.shipped, (order.id, line.id)


INVARIANTS = (_lines_never_vanish,)

VERBS = (
    Verb(
        name="orders.amend",
        choose=_choose,
        send=_send,
        expect=_expect,
        read=read_order,
        share=9,
        duty="sales",
    ),
)

"""Changed orders in the model: what all changes share - what was seen, the gates asked again, what is then claimed.

What is assumed of a customer's exposure stands in :meth:`Model.credit_holds` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import attrs

from salesorders.testing.simulation import prepaying, watching
from salesorders.testing.simulation.horizon import apart, planned, up_to, worth
from salesorders.testing.simulation.lending import (
    closed,
    horizon,
    is_released,
    redated,
    ships_on,
    shut,
)
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.promising import (
    HOLD,
    claim,
    given_back,
    levels_of,
    put_levels,
    release_holder,
    unclaimed,
)
from salesorders.testing.simulation.resizing import (
    first_units,
    grown_off_list,
    line_at,
    open_worth,
    resized,
    terms_of,
    with_lines,
)
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.verbs import STAFF, Dice

__all__ = [
    "Proposal",
    "add_maker",
    "choose_seen",
    "copied",
    "day_of",
    "not_that_order",
    "passed",
    "sized",
    "wanting",
    "written",
]

TENTH = 1_000
Order = dict[str, Any]
Levels = dict[tuple[str, str], dict[str, Any]]


# --- what was seen


def choose_seen(dice: Dice, model: Model, key: str, args: dict[str, Any]) -> None:
    """Say, now and then, which version of the order the sender has before him, mostly the last."""
    if dice.chance(0.35):
        last = model.versions["order", key]
        args["seen"] = last if dice.chance(0.8) else max(1, last - 1 - dice.upto(2))


def not_that_order(model: Model, step: Step) -> Expected | None:
    """Return the refusal where nobody knows the order, or where it is not what the sender saw.

    There and back again is the same order.
    """
    name, seen = step.args["order"][1:], step.args.get("seen")
    if name not in model.orders:
        return raises("order.unknown")
    if seen is None:
        return None
    then = model.pasts.get((name, seen))
    if then is None or _content(model.orders[name]) != _content(then):
        return raises("version.stale")
    return None


def _content(order: Order) -> Any:
    terms = terms_of(order)
    return (
        order["lines"],
        [(line["q"], line["price"], line["percent"], line["off"]) for line in terms["lines"]],
        order["sums"].view(),
        *(order[part] for part in ("gates", "makers", "released", "held_until", "endings")),
        *(order[part] for part in ("decided", "ship_to_name", "ahead")),
    )


def seen_by(world: Any, step: Step) -> Any:
    """Return the order that the sender saw, as the store had it; one that nobody ever saw where it is not known."""
    if "seen" not in step.args:
        return None
    return world.pasts.get((step.args["order"][1:], step.args["seen"]), "never seen")


# --- what it is worth


def sized(before: Order, order: Order, fresh: Mapping[str, Any] | None = None) -> Order:
    """Return an order whose lines were changed with the terms, amounts and sums that follow.

    ``fresh`` are lines on new terms. Before anything has left, the terms at the new quantities; from
    then on the first units of what shipments are cut from, which grows where it has to.
    """
    quantities = {line["id"]: line["q"] - line["cancelled"] for line in order["lines"]}
    terms = terms_of(before)
    if terms is before:
        names = ("id", "q", "price", "tax", "percent", "amount", "worth", "off", "net")
        lines = [{name: line[name] for name in names} for line in before["lines"]]
        parts = ("percent", "allowance", "bears", "sums")
        terms = {"lines": lines, **{part: before[part] for part in parts}}
    if fresh:
        terms = with_lines(terms, fresh)
    if any(line["shipped"] for line in order["lines"]):
        larger = {
            line["id"]: line_at(line, quantities[line["id"]])
            for line in terms["lines"]
            if quantities[line["id"]] > line["q"]
        }
        terms = with_lines(terms, larger) if larger else terms
        amounts = first_units(terms, quantities)
    else:
        amounts = resized(terms, quantities)
    nets = {line["id"]: line["net"] for line in amounts["lines"]}
    lines = [{**line, "net": nets[line["id"]]} for line in order["lines"]]
    return {**order, "lines": lines, "terms": terms, "amounts": amounts, "sums": amounts["sums"]}


# --- the gates


@attrs.frozen(kw_only=True)
class Proposal:
    """A changed order before the gates are asked.

    ``gates`` are those that it has or comes back with, ``touched`` the lines whose discount is judged, ``today``
    today's list prices of what grew, ``wanted`` what is to be promised of lines.
    """

    before: Order
    after: Order
    gates: Sequence[str]
    touched: set[str]
    today: Mapping[str, int | Fraction]
    wanted: Mapping[str, int]
    reopened: bool = False


def wanting(line: dict[str, Any], more: int) -> int:
    """Return what of a line is to be promised: what is new, or all where it comes at once or not at all."""
    if not line["complete"]:
        return more
    unclaimed(line)
    return int(line["q"] - line["shipped"] - line["cancelled"])


def _beyond(proposal: Proposal, touched: set[str], step: Step) -> bool:
    """Whether the discount of lines is beyond the authority of who sends the change."""
    if "sales-manager" in STAFF[step.by]:
        return False
    amounts = proposal.after["amounts"]
    return any(off > TENTH for off in grown_off_list(amounts, touched, proposal.today))


def add_maker(order: Order, step: Step) -> None:
    """Note that who changes the order is one of its makers."""
    if step.by not in order["makers"]:
        order["makers"] = [*order["makers"], step.by]


def passed(model: Model, proposal: Proposal, step: Step, now: Now, told: str) -> Expected:
    """Return what a change must answer: held where a gate says so, else ``told`` and what it does."""
    before, after = proposal.before, proposal.after
    name = before["key"]
    add_maker(after, step)
    if proposal.gates:
        return _held(model, proposal, step, now, told)
    more = after["sums"].gross - before["sums"].gross
    holds = bool(proposal.touched) and _beyond(proposal, proposal.touched, step)
    holds &= not (proposal.reopened and is_released(after, "authority", now.at))
    stops = _credit_again(model, proposal, more, now)
    if stops and "blocked" in closed(model.accounts, before["customer"]):
        return answers("Rejected", ("credit.account_blocked",))
    if holds or stops:
        return answers("Held", name)
    there = levels_of(model, after)
    levels = given_back(before, after, there, now)
    levels |= claim(model, after, levels, now, None, proposal.wanted)
    return written(model, step, now, before, after, (there, levels), more, told)


def _credit_again(model: Model, proposal: Proposal, more: int, now: Now) -> bool:
    """Whether credit holds what is worth more, or leaves sooner, than it counts for; what lowers that is not asked."""
    before, after = proposal.before, proposal.after
    amount, counts = max(0, open_worth(after)), model.days_of(before)
    days = planned(after, amount)
    leaving = max(ships_on(after), now.today)
    since = shut(model.accounts, after["customer"])
    if (more <= 0 and days == counts) or is_released(after, "credit", now.at, leaving, since):
        return False
    claimed = counts if worth(counts) > 0 else {}
    last = horizon(model.accounts, after["customer"], now.today)
    lowers = amount <= worth(claimed) and up_to(days, last) <= up_to(claimed, last)
    if lowers and not proposal.reopened:
        return False
    return prepaying.holds(model, before, after, amount, apart(days, claimed), now)


def _held(model: Model, proposal: Proposal, step: Step, now: Now, told: str) -> Expected:
    """An order that was held is changed at once: it claims nothing until nothing holds it any more."""
    before, after, gross = proposal.before, proposal.after, proposal.after["sums"].gross
    touched = proposal.touched
    if "authority" in proposal.gates:
        touched = {line["id"] for line in after["lines"]}
    gates = [gate for gate in ("document", "price") if gate in proposal.gates]
    since = shut(model.accounts, after["customer"])
    if touched and _beyond(proposal, touched, step):
        gates.append("authority")
    if not is_released(after, "credit", now.at, shut=since) and prepaying.holds(
        model, before, after, gross, planned(after, gross), now
    ):
        gates.append("credit")
    after["gates"] = gates
    after["held_until"] = now.at + HOLD if gates else None
    after["decided"] = (gross, *model.decided(after["customer"], step.by, now))
    there = levels_of(model, after)
    levels = {place: release_holder(level, after["key"]) for place, level in there.items()}
    levels |= claim(model, after, levels, now, after["held_until"])
    more = 0 if gates else gross
    return written(model, step, now, before, after, (there, levels), more, told)


def written(
    model: Model,
    step: Step,
    now: Now,
    before: Order,
    after: Order,
    moved: tuple[Mapping[tuple[str, str], Any], Levels],
    more: int,
    told: str,
) -> Expected:
    """Return the expectation that an order is now ``after``, with levels and ``more`` of it on the account."""
    name, customer = before["key"], before["customer"]
    there, levels = moved
    levels = {place: level for place, level in levels.items() if level != there[place]}
    kind = told.lower()

    def change() -> Sequence[Ref]:
        model.orders[name] = after
        model.changed.append((now.today, after["sums"].gross - before["sums"].gross))
        model.effect(step.key, f"order.{kind}", name)
        if kind in ("cancelled", "closed") or (
            kind == "amended" and after["sums"].gross < before["sums"].gross
        ):
            model.eased(step.key, customer, now, 1)
        refs: list[Ref] = [("order", name), *put_levels(model, levels)]
        model.accounts[customer]["ordered"] += more
        counts, days = model.days_of(before), model.days_of(after)
        redated(model.accounts[customer], counts, days)
        moved_cash = prepaying.wait(model, customer)
        if moved_cash and after["gates"] and not before["gates"]:
            watching.watch(model, customer, now)
        if moved_cash or more or days != counts:
            watching.unwatch(model, customer, now, rates=kind in ("amended", "reopened"))
            refs.append(("credit", customer))
        return refs

    return Expected((told, name), change)


def copied(order: Order) -> Order:
    """Return an order whose lines may be changed."""
    return {**order, "lines": [dict(line) for line in order["lines"]]}


def day_of(text: str | None) -> date | None:
    """Read a day of a script."""
    return None if text is None else date.fromisoformat(text)

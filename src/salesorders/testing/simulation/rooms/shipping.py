"""Shipping: whole orders, named parts, from one site at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from salesorders.testing.simulation import lending, prepaying, watching
from salesorders.testing.simulation.arithmetic import half_up, part_of
from salesorders.testing.simulation.leaving import stops
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.promising import put_levels
from salesorders.testing.simulation.resizing import cut_from
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import cents, decimal
from salesorders.testing.simulation.units import grain, in_base, plain, units_in
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role, codes_of

__all__ = ["VERBS"]

Curve = list[tuple[date, int]]


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    ready = [
        key
        for key, order in model.orders.items()
        if not order["gates"] and any(_open(line) for line in order["lines"])
    ]
    keys = ready if ready and dice.chance(0.92) else list(model.orders)
    if not keys:
        return None
    key = dice.recent(keys)
    args: dict[str, Any] = {"order": f"@{key}"}
    if dice.chance(0.45):
        line = dice.pick(model.orders[key]["lines"])
        least = grain(line)
        q = least * (1 + dice.upto(max(1, _open(line) // least)))
        if dice.chance(0.05):
            q += dice.pick([500, 1_000])
        args["lines"] = {line["id"] if dice.chance(0.97) else "9": q}
    if dice.chance(0.1):
        args["site"] = dice.pick(["BER", "HAM"])
    return by_role(dice, "warehouse"), args


def _send(world: Any, step: Step) -> Any:
    lines = step.args.get("lines")
    named = None if lines is None else {n: decimal(q, 3) for n, q in lines.items()}
    return world.desk(step.by).shipments.ship(
        world.id("order", step),
        named,
        site=step.args.get("site", ""),
        key=step.key,
        dry_run=step.dry,
    )


def _open(line: Mapping[str, Any]) -> int:
    return int(line["q"] - line["shipped"] - line["cancelled"])


# --- what can leave


def _spare(level: Mapping[str, Any], now: Now) -> Curve:
    """What is left on each day from today once every claim up to it is met."""
    changes = {now.today: level["on_hand"]}
    for on, q in level["receipts"].values():
        if on > now.today:
            changes[on] = changes.get(on, 0) + q
    live = [(on, q) for _, _, on, q, expires in level["held"] if now.at < expires]
    for on, q in (*level["claims"].items(), *live):
        day = max(on, now.today)
        changes[day] = changes.get(day, 0) - q
    balance, curve = 0, []
    for day in sorted(changes):
        balance += changes[day]
        curve.append((day, balance))
    return curve


def _drawn(curve: Curve, on: date, q: int) -> Curve:
    return [(day, left - q if day < on else left) for day, left in curve]


class _Load:
    """What one site can load of the tasks."""

    def __init__(
        self, model: Model, order: dict[str, Any], tasks: Any, site: str, now: Now
    ) -> None:
        self.parts: list[tuple[str, str, Any, int, date, str]] = []
        self.codes: set[str] = set()
        self.shipped: dict[str, int] = {}
        self._here: dict[str, int] = {}
        self._curves: dict[str, Curve] = {}
        claimed = {
            (line["sku"], part[0]) for line in order["lines"] for part in line["claimed"] if part[0]
        }
        for line, asked, named in tasks:
            sku = line["sku"]
            if sku not in self._here:
                there = model.levels[sku, site] if (sku, site) in claimed else None
                self._here[sku] = there["on_hand"] if there else 0
                self._curves[sku] = _spare(there, now) if there else []
            self._load(line, asked, named, site, now)

    def _load(self, line: Mapping[str, Any], asked: int, named: bool, site: str, now: Now) -> None:
        sku = line["sku"]
        curve, usable, waits = self._curves[sku], [], False
        claims = [claim for claim in line["claimed"] if claim[0] in (site, "")]
        for where, on, q in sorted(claims, key=lambda claim: claim[1]):
            take = q
            if where and on > now.today:
                take = max(0, min(q, min((left for day, left in curve if day < on), default=0)))
                curve = _drawn(curve, on, take)
            if take:
                usable.append((where, on, take))
            waits |= take < q
        free = sum(q for _, _, q in usable)
        if any(where for where, _, _ in usable):
            free = min(free, self._here[sku])
        can: Any = asked
        if free < in_base(line, asked):
            can = units_in(line, free)
            can -= can % line["step"] if line["step"] else 0
        if can < asked and named:
            self.codes |= {"shipment.short"} | ({"shipment.early"} if waits else set())
            self.codes |= {"shipment.partial"} if line["complete"] and can else set()
        if can <= 0 or (can < asked and (named or line["complete"])):
            return
        self.shipped[line["id"]] = can
        whole = left = in_base(line, can)
        done: Any = 0
        for where, on, q in usable:
            take = min(left, q)
            if take:
                left -= take
                # What the parts up to here are of the line's unit, less what went before: they add up.
                upto = can if not left else units_in(line, whole - left)
                self.parts.append((line["id"], sku, upto - done, take, on, where))
                done = upto
                if where:
                    self._here[sku] -= take
                    self._curves[sku] = _drawn(self._curves[sku], on, take)

    @property
    def weight(self) -> tuple[int, int]:
        """By which sites are compared."""
        return len(self.shipped), sum(part[3] for part in self.parts)


def _tasks(order: Mapping[str, Any], named: Mapping[str, int] | None) -> tuple[Any, set[str]]:
    if named is None:
        return [(line, _open(line), False) for line in order["lines"] if _open(line)], set()
    lines = {line["id"]: line for line in order["lines"]}
    codes = {"shipment.unknown_line" for line_id in named if line_id not in lines}
    tasks = []
    for line in order["lines"]:
        if line["id"] not in named:
            continue
        q = named[line["id"]]
        wrong = set()
        if line["step"] and q % 1_000:
            wrong.add("shipment.fraction")
        if q > _open(line):
            wrong.add("shipment.over")
        if line["complete"] and q < _open(line):
            wrong.add("shipment.partial")
        codes |= wrong
        if not wrong:
            tasks.append((line, q, True))
    return tasks, codes


def _planned(model: Model, order: dict[str, Any], step: Step, now: Now) -> tuple[str, _Load]:
    tasks, codes = _tasks(order, step.args.get("lines"))
    site = step.args.get("site", "")
    if site:
        load = _Load(model, order, tasks, site, now)
    else:
        sites = {part[0] for line, _, _ in tasks for part in line["claimed"] if part[0]}
        loads = {name: _Load(model, order, tasks, name, now) for name in sorted(sites) or [""]}
        site = max(loads, key=lambda name: loads[name].weight)
        load = loads[site]
    load.codes |= codes
    if order["complete"] and any(
        load.shipped.get(line["id"], 0) < _open(line) for line in order["lines"]
    ):
        load.codes.add("shipment.complete")
    if not load.parts and not load.codes:
        load.codes.add("shipment.nothing")
    return site, load


def _expect(model: Model, step: Step, now: Now) -> Expected:
    name = step.args["order"][1:]
    if name not in model.orders:
        return raises("order.unknown")
    order = model.orders[name]
    if order["gates"]:
        return answers("Rejected", ("order.held",))
    site, load = _planned(model, order, step, now)
    if load.codes:
        return answers("Rejected", tuple(sorted(load.codes)))
    before = {line["id"]: line["shipped"] for line in order["lines"]}
    worth, negative = part_of(cut_from(order), before, load.shipped)
    if negative or worth.net < 0:
        return answers("Rejected", ("shipment.negative_worth",))
    if codes := stops(model, order, _after(order, load), worth.gross, now):
        return answers("Rejected", codes)
    return Expected(("Shipped", step.key), lambda: _left(model, step, now, site, load, worth))


def _after(order: dict[str, Any], load: _Load) -> dict[str, Any]:
    """Return an order once its parts have left."""
    lines = {line["id"]: {**line} for line in order["lines"]}
    for line_id, _, q, base, on, where in load.parts:
        line = lines[line_id]
        line["shipped"] = plain(line["shipped"] + q)
        kept = []
        left = base
        for claim in line["claimed"]:
            used = min(left, claim[2]) if claim[:2] == (where, on) else 0
            left -= used
            if claim[2] > used:
                kept.append((claim[0], claim[1], claim[2] - used))
        line["claimed"] = kept
    return {**order, "lines": list(lines.values())}


def _left(model: Model, step: Step, now: Now, site: str, load: _Load, worth: Any) -> Sequence[Ref]:
    name, key = step.args["order"][1:], step.key
    before = model.orders[name]
    counts = model.days_of(before)
    order = model.orders[name] = _after(before, load)
    if order["terms"] is not None:
        order["terms"] = cut_from(before)
    levels: dict[tuple[str, str], dict[str, Any]] = {}
    cost = 0
    for _, sku, _, base, on, where in load.parts:
        if where:
            if (sku, where) not in levels:
                old = model.levels[sku, where]
                levels[sku, where] = {**old, "claims": dict(old["claims"])}
            level = levels[sku, where]
            level["on_hand"] -= base
            level["claims"][on] -= base
            if not level["claims"][on]:
                del level["claims"][on]
        cost += half_up(model.items[sku]["cost"] * base, 10_000)
    model.shipments[key] = {
        "order": name,
        "customer": order["customer"],
        "site": site,
        "on": now.today,
        "at": now.at,
        "lines": load.parts,
        "sums": worth,
        "cost": cost,
        "invoice": "",
    }
    account = model.accounts[order["customer"]]
    account["ordered"] -= worth.gross
    account["delivered"] += worth.gross
    lending.redated(account, counts, model.days_of(order))
    prepaying.wait(model, order["customer"])
    watching.unwatch(model, order["customer"], now, rates=True)
    model.post(now.today, UNBILLED_AR=worth.net, REVENUE=-worth.net, COGS=cost, INVENTORY=-cost)
    model.effect(key, "shipment.left", key)
    refs = [("order", name), ("shipment", key), ("credit", order["customer"])]
    return refs + put_levels(model, levels)


def _read(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    kind = type(outcome).__name__
    if kind == "Rejected":
        return (kind, codes_of(outcome))
    return (kind, names.get(outcome.shipment.id, "?"))


# --- what must hold


def _shipped_is_the_sum_of_shipments(model: Model, store: Any, now: Now) -> None:
    """I10: what left of a line is the sum of its shipments and never more than ordered; I12."""
    left: dict[tuple[str, str], Any] = {}
    worth: dict[str, int] = {}
    for shipment in store.documents("shipment"):
        for part in shipment.lines:
            place = (shipment.order, part.order_line)
            left[place] = left.get(place, 0) + part.quantity
        worth[shipment.order] = worth.get(shipment.order, 0) + cents(shipment.amounts.gross)
    for order in store.documents("order"):
        done = [left.get((order.id, line.id), 0) for line in order.lines]
        for line, shipped in zip(order.lines, done, strict=True):
            assert line.shipped == shipped <= line.ordered, (order.id, line.id)
        assert worth.get(order.id, 0) <= cents(order.amounts.gross), order.id
        if not any(line.open for line in order.lines):
            assert worth.get(order.id, 0) == cents(order.amounts.gross), order.id
        if order.complete and any(done) and not model.orders[store.names[order.id]]["terms"]:
            assert not any(line.open for line in order.lines), order.id


INVARIANTS = (_shipped_is_the_sum_of_shipments,)

VERBS = (
    Verb(
        name="shipments.ship",
        choose=_choose,
        send=_send,
        expect=_expect,
        read=_read,
        share=13,
        duty="warehouse",
    ),
)

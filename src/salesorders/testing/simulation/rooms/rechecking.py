"""Rechecking: held orders go by themselves when there is room again, the oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from salesorders.testing.simulation import lending, prepaying
from salesorders.testing.simulation.horizon import planned
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, raises
from salesorders.testing.simulation.promising import claim, levels_of, put_levels, release_holder
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role

__all__ = ["RULE", "VERBS", "expect_recheck"]

# Who releases by rule, where a relay carries the wish.
RULE = "credit-rules"
MOST = 1_000


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    held = [order["customer"] for order in model.orders.values() if "credit" in order["gates"]]
    customer = dice.pick(held) if held and dice.chance(0.8) else dice.pick([*model.accounts, "C99"])
    args: dict[str, Any] = {"customer": customer}
    if dice.chance(0.2):
        args["most"] = 1
    return by_role(dice, "credit"), args


def _send(world: Any, step: Step) -> Any:
    return world.desk(step.by).credit.recheck(
        step.args["customer"], most=step.args.get("most", MOST), key=step.key, dry_run=step.dry
    )


def _expect(model: Model, step: Step, now: Now) -> Expected:
    return expect_recheck(model, step.key, step.args, step.by, now)


def expect_recheck(model: Model, key: str, args: Mapping[str, Any], by: str, now: Now) -> Expected:
    """Return what looking at the held orders of all who share a limit must answer and change."""
    customer = args["customer"]
    if customer not in model.accounts:
        return raises("credit.unknown")
    run = _Run(model, lending.family(model.accounts, customer), by, now)
    held = [
        order
        for order in model.orders.values()
        if "credit" in order["gates"] and order["customer"] in run.family
    ]
    held.sort(key=lambda order: (order["at"], model.ids[order["key"]]))
    while held and len(run.released) < args.get("most", MOST):
        run.look_at(held.pop(0))
    return Expected(
        ("Rechecked", tuple(run.released), tuple(run.waiting)),
        lambda: run.done(key, customer if held else ""),
        alone=True,
    )


class _Run:
    """One run: what accounts, levels and orders come to with every order that goes."""

    def __init__(self, model: Model, family: set[str], by: str, now: Now) -> None:
        self.model, self.family, self.by, self.now = model, family, by, now
        self.accounts = {name: dict(account) for name, account in model.accounts.items()}
        self.levels: dict[tuple[str, str], dict[str, Any]] = {}
        self.orders: list[dict[str, Any]] = []
        self.released: list[str] = []
        self.waiting: list[str] = []
        self.full: set[str] = set()

    def look_at(self, old: dict[str, Any]) -> None:
        customer, gross = old["customer"], old["sums"].gross
        days, today = planned(old, gross), self.now.today
        said = prepaying.verdict(self.model, old, old, gross, gross)
        # A younger one does not pass an older one that waits for the same limit, unless it is paid for.
        if self.full & set(lending.chain(self.accounts, customer)) and said != "free":
            self.waiting.append(old["key"])
            return
        after = prepaying.spent(self.accounts, old, old)
        if said == "unpaid" or (said and "blocked" in lending.closed(self.accounts, customer)):
            self.waiting.append(old["key"])
            return
        if not said and lending.stopped_by(after, customer, days, today):
            self.full |= lending.waits_for(after, customer, days, today)
            self.waiting.append(old["key"])
            return
        order = {**old, "lines": [dict(line) for line in old["lines"]]}
        order["gates"] = [gate for gate in old["gates"] if gate != "credit"]
        order["judged"] = [*old.get("judged", ()), tuple(old["makers"])]
        order["released"] = [*old["released"], ("credit", self.by, 0, None, None, False)]
        self.released.append(old["key"])
        self.orders.append(order)
        if order["gates"]:
            return
        there = levels_of(self.model, order)
        there |= {place: level for place, level in self.levels.items() if place in there}
        own = {place: release_holder(level, old["key"]) for place, level in there.items()}
        self.levels |= {**own, **claim(self.model, order, own, self.now, None)}
        order["held_until"] = None
        self.accounts[customer]["waiting"] -= prepaying.freed(old, order)
        self.accounts[customer]["ordered"] += gross
        lending.redated(self.accounts[customer], {}, self.model.days_of(order))

    def done(self, key: str, others: str) -> Sequence[Ref]:
        """Do it to the model; the orders of ``others`` were left for the next run."""
        model, today = self.model, self.now.today
        refs: list[Ref] = []
        for order in self.orders:
            model.orders[order["key"]] = order
            refs.append(("order", order["key"]))
        going = [order["key"] for order in self.orders if not order["gates"]]
        for number, name in enumerate(going):
            model.effect(key, "order.confirmed", name, number)
        model.eased(key, others, self.now, len(going))
        levels = {at: level for at, level in self.levels.items() if level != model.levels[at]}
        refs += put_levels(model, levels)
        for name in self.family:
            account = self.accounts[name]
            without = lending.inherits(self.accounts, name, today)
            account["watched"] &= lending.stands_over(self.accounts, name, today, without=without)
        refs += [("credit", name) for name in sorted(self.family) if self._differs(name)]
        model.accounts.update(self.accounts)
        return refs

    def _differs(self, name: str) -> bool:
        before, after = self.model.accounts, self.accounts
        moved = any(
            lending.held_in(after, name, bucket) != lending.held_in(before, name, bucket)
            for bucket in ("ordered", "waiting")
        )
        return moved or before[name]["watched"] != after[name]["watched"]


def _read(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    released, waiting = (
        tuple(names[order] for order in orders) for orders in (outcome.released, outcome.waiting)
    )
    return ("Rechecked", released, waiting)


VERBS = (
    Verb(
        name="credit.recheck",
        choose=_choose,
        send=_send,
        expect=_expect,
        read=_read,
        share=4,
        duty="credit",
    ),
)

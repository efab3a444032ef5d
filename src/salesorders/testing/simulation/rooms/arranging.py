"""Arranging accounts: in whose limits one counts, and what else stands around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from salesorders.credit import Collateral
from salesorders.testing.simulation import lending, scoring, watching
from salesorders.testing.simulation.horizon import HORIZONS
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.rooms.limits import GROUPS, read_changed
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import decimal
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role

__all__ = ["VERBS"]

CLASSES = (*HORIZONS, *HORIZONS, *scoring.CLASSES, "")


def _choose_within(dice: Dice, model: Model, now: Now) -> Choice | None:
    groups = [name for name in GROUPS if name in model.accounts]
    if not groups:
        return None
    name = dice.pick([*model.customers, *model.customers, *groups])
    within = {dice.pick([*groups, *groups, name, "G9"]) if dice.chance(0.1) else dice.pick(groups)}
    if dice.chance(0.3):
        within.add(dice.pick(groups))
    if dice.chance(0.15):
        within = set()
    return by_role(dice, "master-data"), {"account": name, "within": sorted(within)}


def _choose_class(dice: Dice, model: Model, now: Now) -> Choice | None:
    account = dice.pick([*model.customers, *model.accounts, "C99"])
    return by_role(dice, "master-data"), {"account": account, "class": dice.pick(CLASSES)}


def _choose_collateral(dice: Dice, model: Model, now: Now) -> Choice | None:
    given = []
    for n in range(dice.pick([0, 1, 1, 1, 2])):
        since = now.today + timedelta(days=dice.upto(5) - 3)
        until = since + timedelta(days=dice.upto(8))
        worth = [dice.pick([0, 5_001, 20_000, 60_000]), dice.pick([100, 100, 80, 33])]
        given.append([f"P{n}", *worth, since.isoformat(), until.isoformat()])
    owing = [name for name, account in model.accounts.items() if account["items"]]
    account = dice.pick([*owing, *owing, *model.accounts])
    return by_role(dice, "master-data"), {"account": account, "collateral": given}


def _choose_status(dice: Dice, model: Model, now: Now) -> Choice | None:
    shut = [name for name, account in model.accounts.items() if account["status"] != "open"]
    if shut and dice.chance(0.6):
        return by_role(dice, "master-data"), {"account": dice.pick(shut), "status": "open"}
    status = dice.pick(["on_hold", "on_hold", "blocked"]) if dice.chance(0.97) else "frozen"
    # Groups that somebody belongs to, and customers of orders that were let go before.
    accounts = [one for account in model.accounts.values() for one in account["within"]]
    accounts += [order["customer"] for order in model.orders.values() if order["released"]]
    account = dice.pick(accounts if accounts and dice.chance(0.6) else [*model.accounts])
    return by_role(dice, "master-data"), {"account": account, "status": status}


WAYS: tuple[Callable[[Dice, Model, Now], Choice | None], ...] = (
    _choose_within,
    _choose_within,
    _choose_class,
    _choose_class,
    _choose_status,
    _choose_status,
    _choose_collateral,
    _choose_collateral,
    _choose_collateral,
)


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    if dice.chance(0.01):
        return by_role(dice, "master-data"), {"account": dice.pick([*model.accounts])}
    return dice.pick(WAYS)(dice, model, now)


def _send(world: Any, step: Step) -> Any:
    args = step.args
    return world.desk(step.by).credit.arrange(
        args["account"],
        within=args.get("within"),
        status=args.get("status"),
        risk_class=args.get("class"),
        collateral=[
            Collateral(name, decimal(amount, 2), since, until, percent)
            for name, amount, percent, since, until in args["collateral"]
        ]
        if "collateral" in args
        else None,
        key=step.key,
        dry_run=step.dry,
    )


def _expect(model: Model, step: Step, now: Now) -> Expected:
    args = step.args
    name = args["account"]
    if name not in model.accounts or any(one not in model.accounts for one in _within(args)):
        return raises("credit.unknown")
    told = {part: args[part] for part in ("class", "status") if part in args}
    if "collateral" in args:
        told["collateral"] = tuple(
            (*one[:3], date.fromisoformat(one[3]), date.fromisoformat(one[4]))
            for one in args["collateral"]
        )
    if not told and "within" not in args:
        return raises("credit.nothing")
    if told.get("status") == "frozen":
        return raises("credit.status")
    if told.get("status", model.accounts[name]["status"]) != model.accounts[name]["status"]:
        told["since"] = None if told["status"] == "open" else now.at
    if any(last < now.today for *_, last in told.get("collateral", ())):
        return raises("credit.span")
    if "within" in args:
        told["within"] = _within(args)
    after = {**model.accounts, name: {**model.accounts[name], **told}}
    moving = {name, *lending.below(model.accounts, name)} if "within" in args else ()
    if any(_counts_twice(after, one) for one in moving):
        return answers("Rejected", "credit.within")
    before = lending.above(model.accounts, name)

    def change() -> Sequence[Ref]:
        above = before | lending.above(after, name)
        watched = {one: model.accounts[one]["watched"] for one in above}
        model.accounts[name] = {**model.accounts[name], **told}
        watching.watch(model, name, now)
        model.eased(step.key, name, now)
        # Those who stay in what it left have room that it took.
        left = sorted(before - lending.above(after, name))
        for number, group in enumerate(left, 1):
            watching.unwatch(model, group, now, rates=True)
            model.eased(step.key, group, now, number)
        others = [
            one
            for one in sorted(above)
            if "within" in args or model.accounts[one]["watched"] != watched[one]
        ]
        return [("credit", name), *(("credit", one) for one in others)]

    return Expected(("LimitChanged", name), change, alone=True)


def _within(args: Any) -> tuple[str, ...]:
    return tuple(args.get("within", ()))


def _counts_twice(accounts: lending.Accounts, name: str) -> bool:
    """Whether an account comes to itself again, or to another one by two ways."""
    ways = _ways(accounts, name, ())
    return ways is None or len(ways) != len(set(ways))


def _ways(accounts: lending.Accounts, name: str, path: tuple[str, ...]) -> list[str] | None:
    """Return everything above, once for each way; nothing where it goes round in a circle."""
    if name in path:
        return None
    found: list[str] = []
    for one in accounts[name]["within"]:
        more = _ways(accounts, one, (*path, name))
        if more is None:
            return None
        found += [one, *more]
    return found


VERBS = (
    Verb(
        name="credit.arrange",
        choose=_choose,
        send=_send,
        expect=_expect,
        read=read_changed,
        share=6,
        duty="master-data",
    ),
)

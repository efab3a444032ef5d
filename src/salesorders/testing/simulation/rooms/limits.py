"""Limits of every kind, groups and pools: what an account may owe, and in whose limits it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from salesorders.testing.simulation import lending, watching
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.recounting import recounted
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import decimal
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role

__all__ = ["GROUPS", "VERBS", "read_changed"]

AMOUNTS = [0, 10_000, 25_000, 60_000, 200_000]
GROUPS = ("G1", "G2", "P1")


# --- limits


def _choose_limit(dice: Dice, model: Model, now: Now) -> Choice | None:
    customer = dice.pick([*model.accounts, "C99"])
    args: dict[str, Any] = {"customer": customer}
    if dice.chance(0.2):
        since = dice.upto(9) - 4
        args |= {"limit": dice.pick([0, 5_000, 20_000, 60_000]), "temporary": True}
        args["since"] = (now.today + timedelta(days=since)).isoformat()
        args["until"] = (now.today + timedelta(days=since + dice.upto(6))).isoformat()
        if dice.chance(0.05):
            args["limit"] = None
    elif dice.chance(0.15):
        args |= {"limit": dice.pick([None, 0, 8_000, 30_000])}
        args["bucket"] = dice.pick(list(lending.BUCKETS)[:3])
    else:
        args["limit"] = dice.pick([*AMOUNTS, "unlimited", None])
        if dice.chance(0.15):
            args["until"] = (now.today + timedelta(days=dice.upto(6) - 2)).isoformat()
    if dice.chance(0.12):
        args["currency"] = dice.pick(["USD", "EUR", "EUR", "CHF"])
    return by_role(dice, "master-data"), args


def _day(args: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(args[name]) if name in args else None


def _send_limit(world: Any, step: Step) -> Any:
    args = step.args
    limit = args["limit"]
    return world.desk(step.by).credit.set_limit(
        args["customer"],
        decimal(limit, 2) if isinstance(limit, int) else limit,
        temporary=args.get("temporary", False),
        bucket=lending.BUCKETS.get(args.get("bucket", ""), ""),
        since=_day(args, "since"),
        until=_day(args, "until"),
        currency=args.get("currency", ""),
        reason=step.reason,
        key=step.key,
        dry_run=step.dry,
    )


def _expect_limit(model: Model, step: Step, now: Now) -> Expected:
    args = step.args
    name = args["customer"]
    if name not in model.accounts:
        return raises("credit.unknown")
    account = model.accounts[name]
    special = "temporary" in args or "bucket" in args
    currency = args.get("currency") or account["currency"] or "EUR"
    moves = currency != (account["currency"] or "EUR")
    runs = any(until >= now.today for _, _, until in account["temporary"])
    if moves and (special or runs or account["buckets"]):
        return raises("credit.limit_kind")
    if "temporary" in args and (
        args["limit"] is None or (account["limit"] is None and args["limit"])
    ):
        return raises("credit.limit_kind")
    until = _day(args, "until")
    if "temporary" in args and args["limit"] and until is not None and until < now.today:
        return raises("credit.span")

    def change() -> Sequence[Ref]:
        model.accounts[name] = _limited(account, args, now)
        if moves:
            model.accounts[name] |= {
                "currency": "" if currency == "EUR" else currency,
                "temporary": (),
            }
        watching.watch(model, name, now, alone=True)
        model.eased(step.key, name, now)
        return [("credit", name)]

    return Expected(("LimitChanged", name), change, alone=True)


def _limited(account: Mapping[str, Any], args: Mapping[str, Any], now: Now) -> dict[str, Any]:
    """Return an account with a limit of one kind; what has ended is not kept among the temporary ones."""
    limit = args["limit"]
    if "temporary" in args:
        since, until = _day(args, "since"), _day(args, "until")
        live = [one for one in account["temporary"] if one[2] >= now.today and one[1] != since]
        return {**account, "temporary": (*live, *([(limit, since, until)] if limit else []))}
    if "bucket" in args:
        others = {n: most for n, most in account["buckets"].items() if n != args["bucket"]}
        return {**account, "buckets": others | ({} if limit is None else {args["bucket"]: limit})}
    until = None if limit is None else _day(args, "until")
    return {**account, "limit": limit, "until": until}


def read_changed(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    kind = type(outcome).__name__
    if kind == "Rejected":
        # Which of two ways is named first is the library's choice.
        (code,) = {finding.code for finding in outcome.findings}
        return (kind, code.replace("_cycle", "").replace("_twice", ""))
    return (kind, outcome.account.customer)


# --- groups and pools


def _choose_open(dice: Dice, model: Model, now: Now) -> Choice | None:
    args = {"account": dice.pick(GROUPS), "limit": dice.pick([None, 60_000, 120_000, "unlimited"])}
    if args["account"] in model.accounts and dice.chance(0.9):
        return None
    if dice.chance(0.15):
        args["currency"] = dice.pick(["USD", "CHF"])
    return by_role(dice, "master-data"), args


def _send_open(world: Any, step: Step) -> Any:
    limit = step.args["limit"]
    return world.desk(step.by).credit.open(
        step.args["account"],
        decimal(limit, 2) if isinstance(limit, int) else limit,
        currency=step.args.get("currency", ""),
        key=step.key,
        dry_run=step.dry,
    )


def _expect_open(model: Model, step: Step, now: Now) -> Expected:
    name = step.args["account"]
    if name in model.accounts:
        return answers("Rejected", "credit.exists")

    def change() -> Sequence[Ref]:
        model.accounts[name] = lending.fresh(step.args["limit"], step.args.get("currency", ""))
        return [("credit", name)]

    return Expected(("LimitChanged", name), change, alone=True)


# --- recounting


def _choose_recount(dice: Dice, model: Model, now: Now) -> Choice | None:
    return by_role(dice, "credit"), {"account": dice.pick([*model.accounts, "C99"])}


def _send_recount(world: Any, step: Step) -> Any:
    return world.desk(step.by).credit.recount(step.args["account"], key=step.key, dry_run=step.dry)


def _expect_recount(model: Model, step: Step, now: Now) -> Expected:
    name = step.args["account"]
    if name not in model.accounts:
        return raises("credit.unknown")
    return Expected(("Recounted", ()), lambda: [("credit", name)])


def _read_recount(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    return (type(outcome).__name__, outcome.differences)


# --- what must hold


def _groups_are_their_members(model: Model, store: Any, now: Now) -> None:
    """I20: every bucket of an account, group and pool is the sum of what its members' own accounts hold."""
    for account in store.documents("credit"):
        name = account.customer
        wanted = tuple(lending.held_in(model.accounts, name, one) for one in lending.BUCKETS)
        assert recounted(model, name) == wanted, name
        reached = lending.above(model.accounts, name)
        assert name not in reached, name


INVARIANTS = (_groups_are_their_members,)

VERBS = (
    Verb(
        name="credit.set_limit",
        choose=_choose_limit,
        send=_send_limit,
        expect=_expect_limit,
        read=read_changed,
        share=3,
        duty="master-data",
    ),
    Verb(
        name="credit.open",
        choose=_choose_open,
        send=_send_open,
        expect=_expect_open,
        read=read_changed,
        share=2,
        duty="master-data",
    ),
    Verb(
        name="credit.recount",
        choose=_choose_recount,
        send=_send_recount,
        expect=_expect_recount,
        read=_read_recount,
        share=1,
        duty="credit",
    ),
)

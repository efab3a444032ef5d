"""Held orders: release by credit, approve and decline by a sales manager; never by who made the order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from salesorders.testing.simulation import lending, prepaying, watching
from salesorders.testing.simulation.arithmetic import Sums
from salesorders.testing.simulation.horizon import planned, up_to
from salesorders.testing.simulation.leaving import is_asked
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.promising import (
    claim,
    levels_of,
    put_levels,
    release_holder,
)
from salesorders.testing.simulation.rooms.orders import read_order
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.verbs import STAFF, Choice, Dice, Verb, by_role

__all__ = ["VERBS"]


def _choose(role: str) -> Callable[[Dice, Model, Now], Choice | None]:
    def choose(dice: Dice, model: Model, now: Now) -> Choice | None:
        held = [key for key, order in model.orders.items() if order["gates"]]
        keys = held if held and dice.chance(0.9) else list(model.orders)
        if not keys:
            return None
        key = dice.recent(keys)
        own = [name for name in model.orders[key]["makers"] if role in STAFF[name]]
        who = own[0] if own and dice.chance(0.4) else by_role(dice, role)
        return who, {"order": f"@{key}"}

    return choose


def _send(verb: str) -> Callable[[Any, Step], Any]:
    def send(world: Any, step: Step) -> Any:
        counter = getattr(world.desk(step.by).orders, verb)
        return counter(world.id("order", step), reason=step.reason, key=step.key, dry_run=step.dry)

    return send


def _let_go(gates: tuple[str, ...]) -> Callable[[Model, Step, Now], Expected]:
    def expect(model: Model, step: Step, now: Now) -> Expected:
        key = step.args["order"][1:]
        if key not in model.orders:
            return raises("order.unknown")
        old = model.orders[key]
        mine = [gate for gate in old["gates"] if gate in gates]
        if "credit" in gates and not old["gates"] and _may_be_stopped(model, old, now):
            return _ahead(model, old, step, now)
        if not mine:
            return answers("Rejected", ("order.not_held",))
        if refused := _refused(model, old, step.by, credit="credit" in gates):
            return answers("Rejected", refused)
        order = {**old, "lines": [dict(line) for line in old["lines"]]}
        order["gates"] = [gate for gate in old["gates"] if gate not in mine]
        gross = order["sums"].gross
        order["judged"] = [*old.get("judged", ()), *(tuple(old["makers"]) for _ in mine)]
        given = [(gate, step.by, gross, None, None, False) for gate in mine]
        if "credit" in mine:
            given = [_released(model, old, step.by, now)]
        order["released"] = [*old["released"], *given]
        return _gone_on(model, old, order, step.key, now)

    return expect


def _refused(model: Model, order: dict[str, Any], by: str, *, credit: bool) -> tuple[str, ...]:
    """Why an order may not be let go at all: its own maker would, or the account is blocked."""
    codes = ["approval.own"] if by in order["makers"] else []
    if credit and "blocked" in lending.closed(model.accounts, order["customer"]):
        codes.append("credit.account_blocked")
    return tuple(codes)


def _released(model: Model, order: dict[str, Any], by: str, now: Now) -> tuple[Any, ...]:
    """Return a release of credit by hand; what is paid for passes an account on hold without being let through."""
    customer, gross = order["customer"], order["sums"].gross
    days = planned(order, gross) or {lending.ships_on(order): gross}
    more = up_to(days, lending.horizon(model.accounts, customer, now.today))
    opened = "on_hold" in lending.closed(model.accounts, customer)
    opened = opened and prepaying.verdict(model, order, order, gross, more) != "free"
    return lending.released(order, by, now.at, now.today, opened=opened)


def _may_be_stopped(model: Model, order: dict[str, Any], now: Now) -> bool:
    """Whether goods of an order that goes on may still be stopped by credit."""
    open_lines = any(line["q"] - line["cancelled"] > line["shipped"] for line in order["lines"])
    asked = order["prepaid"] or is_asked(model, order["customer"], now)
    return asked and open_lines


def _ahead(model: Model, old: dict[str, Any], step: Step, now: Now) -> Expected:
    """Release an order that goes on, so that its goods may leave."""
    if refused := _refused(model, old, step.by, credit=True):
        return answers("Rejected", refused)
    given = _released(model, old, step.by, now)
    judged = [*old.get("judged", ()), tuple(old["makers"])]
    order = {**old, "released": [*old["released"], given], "judged": judged}

    def change() -> Sequence[Ref]:
        model.orders[old["key"]] = order
        return [("order", old["key"])]

    return Expected(("Placed", old["key"]), change)


def _gone_on(
    model: Model, old: dict[str, Any], order: dict[str, Any], key: str, now: Now
) -> Expected:
    """Claim where the last gate is open; credit is asked again where nobody released it in time."""
    name, customer, gross = order["key"], order["customer"], order["sums"].gross
    shut = lending.shut(model.accounts, customer)
    good = lending.is_released(order, "credit", now.at, shut=shut)
    held = prepaying.holds(model, old, order, gross, planned(order, gross), now)
    if not order["gates"] and not good and held:
        order["gates"] = ["credit"]
    if order["gates"]:

        def hold() -> Sequence[Ref]:
            model.orders[name] = order
            return [("order", name)]

        return Expected(("Held", name), hold)
    before = levels_of(model, order)
    own = {place: release_holder(level, name) for place, level in before.items()}
    levels = {**own, **claim(model, order, own, now, None)}
    order["held_until"] = None
    levels = {place: level for place, level in levels.items() if level != before[place]}

    def place() -> Sequence[Ref]:
        model.orders[name] = order
        model.accounts[customer]["ordered"] += gross
        lending.redated(model.accounts[customer], {}, model.days_of(order))
        prepaying.wait(model, customer)
        model.effect(key, "order.confirmed", name)
        return [("order", name), ("credit", customer), *put_levels(model, levels)]

    return Expected(("Placed", name), place)


def _expect_decline(model: Model, step: Step, now: Now) -> Expected:
    key = step.args["order"][1:]
    if key not in model.orders:
        return raises("order.unknown")
    old = model.orders[key]
    if not old["gates"]:
        return answers("Rejected", ("order.not_held",))
    order = {**old, "gates": [], "held_until": None, "declined": True, "endings": []}
    nothing = {"claimed": [], "confirmed": [], "net": 0, "off": 0}
    order["lines"] = [{**line, "cancelled": line["q"], **nothing} for line in old["lines"]]
    order["sums"] = Sums(0, dict.fromkeys(old["sums"].groups, (0, 0)))
    before = levels_of(model, order)
    levels = {place: release_holder(level, key) for place, level in before.items()}
    levels = {place: level for place, level in levels.items() if level != before[place]}

    def change() -> Sequence[Ref]:
        model.orders[key] = order
        model.eased(step.key, old["customer"], now)
        refs: list[Ref] = [("order", key), *put_levels(model, levels)]
        if not prepaying.wait(model, old["customer"]):
            return refs
        watching.unwatch(model, old["customer"], now, rates=True)
        return [*refs, ("credit", old["customer"])]

    return Expected(("Declined", key), change)


def _four_eyes(model: Model, store: Any, now: Now) -> None:
    """I18, I19: nobody let an order go that he had made; I21: without a release nothing is over its limit."""
    for order in store.documents("order"):
        makers = model.orders[store.names[order.id]].get("judged", ())
        for release, then in zip(order.releases, makers, strict=True):
            # One by rule is nobody's: it overrides nothing.
            by_rule = release.decision.question == "credit.order"
            assert by_rule or release.by not in then, order.id
            assert release.decision.allowed, order.id


INVARIANTS = (_four_eyes,)


def _verb(name: str, role: str, expect: Callable[[Model, Step, Now], Expected], share: int) -> Verb:
    return Verb(
        name=f"orders.{name}",
        choose=_choose(role),
        send=_send(name),
        expect=expect,
        read=read_order,
        share=share,
        duty=role,
    )


VERBS = (
    _verb("release", "credit", _let_go(("credit",)), 6),
    _verb("approve", "sales-manager", _let_go(("price", "authority")), 4),
    _verb("decline", "sales-manager", _expect_decline, 2),
)

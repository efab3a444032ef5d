"""Reversing: a payment taken back, whole, with everything that it had settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from salesorders.testing.simulation import prepaying, watching
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.rooms.applying import undone
from salesorders.testing.simulation.rooms.cash import order_of
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import cents
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role, codes_of

__all__ = ["VERBS"]


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    used = [key for key, payment in model.payments.items() if payment["used"]]
    several = [key for key in used if len(model.payments[key]["used"]) > 1]
    back = [key for key, payment in model.payments.items() if payment["reversed_on"]]
    keys = list(model.payments)
    if back and dice.chance(0.1):
        keys = back
    elif several and dice.chance(0.3):
        keys = several
    elif used and dice.chance(0.7):
        keys = used
    if not keys:
        return None
    key = dice.recent(keys)
    args: dict[str, Any] = {"payment": f"@{key}"}
    if dice.chance(0.25):
        days = dice.pick([-30, -1, 0, 1])
        args["on"] = (model.payments[key]["on"] + timedelta(days=days)).isoformat()
    elif dice.chance(0.05):
        args["on"] = (now.today + timedelta(days=1)).isoformat()
    return by_role(dice, "cash"), args


def _send(world: Any, step: Step) -> Any:
    return world.desk(step.by).cash.reverse(
        world.id("payment", step),
        reason=step.reason,
        on=date.fromisoformat(step.args["on"]) if "on" in step.args else None,
        key=step.key,
        dry_run=step.dry,
    )


def _expect(model: Model, step: Step, now: Now) -> Expected:
    name = step.args["payment"][1:]
    if name not in model.payments:
        return raises("payment.unknown")
    payment = model.payments[name]
    on = date.fromisoformat(step.args["on"]) if "on" in step.args else now.today
    if payment["reversed_on"]:
        return answers("Rejected", ("payment.reversed",))
    codes = {"payment.future"} if on > now.today else set()
    if on < payment["on"]:
        codes.add("payment.reversed_early")
    if codes:
        return answers("Rejected", tuple(sorted(codes)))
    customer = payment["customer"]
    more = payment["amount"] + _granted(model, name) - _waited(model, payment)
    over = bool(customer) and model.over_limit(customer, more, _reopened(model, name), now)
    return Expected(("Reversed", name, over), lambda: _taken_back(model, name, on, now))


def _waited(model: Model, payment: Mapping[str, Any]) -> int:
    """What of a payment waits for the order for which it was made: it did not count, so nobody owes it again."""
    if not payment["order"]:
        return 0
    order = model.orders[payment["order"]]
    used = [n for i, n in payment["used"] if model.invoices[i]["order"] != payment["order"]]
    left = order["ahead"] - (payment["amount"] - sum(used))
    return prepaying.waits(order) - prepaying.waits({**order, "ahead": left})


def _reopened(model: Model, name: str) -> int:
    """By how much more is open of items, without what is disputed: collateral may secure it."""
    more = 0
    for key, invoice in model.invoices.items():
        back = sum(cash + off for payment, cash, off, _ in invoice["applied"] if payment == name)
        if back:
            open_ = model.open_of(key)
            disputed = min(invoice["contested"][0], open_ + back) - model.disputed_of(key)
            more += back - disputed
    return more


def _granted(model: Model, name: str) -> int:
    """The early-payment discounts that the payer owes again."""
    return sum(
        discount
        for invoice in model.invoices.values()
        for payment, _, discount, _ in invoice["applied"]
        if payment == name
    )


def _taken_back(model: Model, name: str, on: date, now: Now) -> Sequence[Ref]:
    amount, customer = model.payments[name]["amount"], model.payments[name]["customer"]
    about = model.payments[name]["order"]
    there = model.orders[about]["ahead"] if about else 0
    invoices = list(dict.fromkeys(invoice for invoice, _ in model.payments[name]["used"]))
    for invoice in invoices:
        undone(model, name, invoice, now)
    model.payments[name] = {**model.payments[name], "reversed_on": on, "back": now.today}
    model.post(now.today, CASH=-amount, UNAPPLIED=amount)
    refs: list[Ref] = [("payment", name), *(("receivable", invoice) for invoice in invoices)]
    order_of(model, model.payments[name])
    if about and model.orders[about]["ahead"] != there:
        refs.append(("order", about))
    if customer:
        model.accounts[customer]["unapplied"] -= amount
        watching.watch(model, customer, now)
        refs.append(("credit", customer))
    return refs


def _read(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    kind = type(outcome).__name__
    if kind == "Rejected":
        return (kind, codes_of(outcome))
    over = "payment.over_limit" in {finding.code for finding in outcome.findings}
    return (kind, names.get(outcome.payment.id, "?"), over)


# --- what must hold


def _what_was_taken_back_settles_nothing(model: Model, store: Any, now: Now) -> None:
    """I26, I31: a payment that was taken back settles no item, has nothing left and names its own reversal."""
    back = set()
    for payment in store.documents("payment"):
        if payment.reversed_on:
            back.add(payment.id)
            assert not payment.allocations, payment.id
            assert cents(payment.unapplied) == 0, payment.id
            assert payment.reversal not in ("", payment.entry), payment.id
    for item in store.documents("receivable"):
        assert not back & {part.payment for part in item.applications}, item.invoice
        assert cents(item.open) >= 0, item.invoice


INVARIANTS = (_what_was_taken_back_settles_nothing,)

VERBS = (
    Verb(
        name="cash.reverse",
        choose=_choose,
        send=_send,
        expect=_expect,
        read=_read,
        share=3,
        duty="cash",
    ),
)

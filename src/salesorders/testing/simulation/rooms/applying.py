"""Applying by hand: a payment's choice of invoices or one of its offers, and undoing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from salesorders.testing.simulation import watching
from salesorders.testing.simulation.matching import discount_on
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.rooms.cash import (
    applied,
    money,
    order_of,
    post_application,
    read_payment,
)
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role

__all__ = ["VERBS", "undone"]


def _choose_apply(dice: Dice, model: Model, now: Now) -> Choice | None:
    free = [key for key in model.payments if model.left_of(key)]
    owed = [key for key in model.invoices if model.open_of(key)]
    if not free or not model.invoices:
        return None
    payment = dice.recent(free)
    waiting = [key for key in free if key in model.offers]
    if waiting and dice.chance(0.5):
        payment = dice.recent(waiting)
    customer = model.payments[payment]["customer"]
    own = [key for key in owed if model.invoices[key]["customer"] == customer]
    if payment in model.offers and dice.chance(0.8):
        number = dice.upto(len(model.offers[payment]) + dice.upto(2))
        return by_role(dice, "cash"), {"payment": f"@{payment}", "candidate": number}
    invoice = dice.pick(own) if own and dice.chance(0.85) else dice.pick(list(model.invoices))
    amount = min(model.left_of(payment), model.open_of(invoice))
    if dice.chance(0.15):
        amount += dice.pick([1, -1, 10_000])
    shares = {f"@{invoice}": max(0, amount)}
    return by_role(dice, "cash"), {"payment": f"@{payment}", "shares": shares}


def _send_apply(world: Any, step: Step) -> Any:
    if "candidate" in step.args:
        return world.desk(step.by).cash.apply(
            world.id("payment", step),
            candidate=step.args["candidate"],
            key=step.key,
            dry_run=step.dry,
        )
    shares = {
        world.ids.get(("invoice", name[1:]), f"IN-{name[1:]}"): money(amount)
        for name, amount in step.args["shares"].items()
    }
    return world.desk(step.by).cash.apply(
        world.id("payment", step), shares, key=step.key, dry_run=step.dry
    )


def _expect_apply(model: Model, step: Step, now: Now) -> Expected:
    name = step.args["payment"][1:]
    if name not in model.payments:
        return raises("payment.unknown")
    if "candidate" in step.args:
        offers = model.offers.get(name, [])
        if step.args["candidate"] >= len(offers):
            return raises("payment.candidate")
        shares = offers[step.args["candidate"]]
    else:
        shares = [(ref[1:], amount, 0) for ref, amount in step.args["shares"].items()]
    if any(invoice not in model.invoices for invoice, _, _ in shares):
        return raises("receivable.unknown")
    payment = model.payments[name]
    customer = payment["customer"] or model.invoices[shares[0][0]]["customer"]
    if any(model.invoices[invoice]["customer"] != customer for invoice, _, _ in shares):
        return answers("Rejected", ("payment.other_customer",))
    left = model.left_of(name)
    for invoice, amount, discount in shares:
        if not amount + discount:
            return raises("receivable.nothing")
        if amount + discount > model.open_of(invoice):
            return raises("receivable.over_applied")
        if discount > discount_on(model, invoice, payment["on"], amount + discount):
            return raises("receivable.discount")
        left -= amount
        if left < 0:
            return raises("payment.over_allocated")

    def change() -> Sequence[Ref]:
        before = watching.counts(model, customer, now)
        if not payment["customer"]:
            model.payments[name] = {**payment, "customer": customer}
            model.accounts[customer]["unapplied"] += model.left_of(name)
        model.eased(step.key, customer, now)
        refs = applied(model, name, shares, now)
        watching.watch(model, customer, now, before=before)
        return refs

    return Expected(("Applied", name), change)


def _choose_unapply(dice: Dice, model: Model, now: Now) -> Choice | None:
    used = [(key, used[0]) for key, p in model.payments.items() for used in p["used"]]
    if not used:
        return None
    payment, invoice = dice.recent(used)
    if dice.chance(0.1):
        invoice = dice.pick(list(model.invoices))
    return by_role(dice, "cash"), {"payment": f"@{payment}", "invoice": f"@{invoice}"}


def _send_unapply(world: Any, step: Step) -> Any:
    return world.desk(step.by).cash.unapply(
        world.id("payment", step), world.id("invoice", step), key=step.key, dry_run=step.dry
    )


def _expect_unapply(model: Model, step: Step, now: Now) -> Expected:
    name, invoice = step.args["payment"][1:], step.args["invoice"][1:]
    if name not in model.payments:
        return raises("payment.unknown")
    if invoice not in model.invoices:
        return raises("receivable.unknown")
    if not any(used == name for used, *_ in model.invoices[invoice]["applied"]):
        return raises("receivable.not_applied")
    return Expected(("Unapplied", name), lambda: undone(model, name, invoice, now))


def undone(model: Model, name: str, invoice: str, now: Now) -> Sequence[Ref]:
    """Take back what a payment settled on an invoice, as if it had never been."""
    payment, document = model.payments[name], model.invoices[invoice]
    account = model.accounts[payment["customer"]]
    for used, cash, discount, _ in document["applied"]:
        if used == name:
            account["unapplied"] += cash
            model.settled.append((now.today, invoice, name, -1, -1))
            post_application(model, document, cash, discount, now, -1)
    kept = [part for part in document["applied"] if part[0] != name]
    model.settle(account, invoice, {**document, "applied": kept})
    left = [part for part in payment["used"] if part[0] != invoice]
    model.payments[name] = {**payment, "used": left}
    more = order_of(model, payment)
    watching.watch(model, payment["customer"], now)
    return [("payment", name), ("receivable", invoice), ("credit", payment["customer"]), *more]


VERBS = (
    Verb(
        name="cash.apply",
        choose=_choose_apply,
        send=_send_apply,
        expect=_expect_apply,
        read=read_payment,
        share=4,
        duty="cash",
    ),
    Verb(
        name="cash.unapply",
        choose=_choose_unapply,
        send=_send_unapply,
        expect=_expect_unapply,
        read=read_payment,
        share=2,
        duty="cash",
    ),
)

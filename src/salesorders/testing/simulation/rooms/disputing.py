"""Disputes: what a customer contests of an invoice, more, less or nothing any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from salesorders.testing.simulation import watching
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.rooms.cash import money
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role, codes_of

__all__ = ["VERBS"]


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    if not model.invoices:
        return None
    owed = [key for key in model.invoices if model.open_of(key)]
    contested = [key for key, invoice in model.invoices.items() if invoice["contested"][0]]
    key = dice.recent(owed if owed and dice.chance(0.9) else list(model.invoices))
    partly = [key for key in owed if model.invoices[key]["applied"]]
    if contested and dice.chance(0.4):
        key = dice.recent(contested)
    elif partly and dice.chance(0.4):
        key = dice.recent(partly)
    args: dict[str, Any] = {"invoice": f"@{key}" if dice.chance(0.98) else "@nothing"}
    left = model.open_of(key)
    if dice.chance(0.8):
        args["amount"] = max(0, dice.pick([0, 0, left // 2, left // 3, left, left + 1]))
    return by_role(dice, "cash"), args


def _send(world: Any, step: Step) -> Any:
    return world.desk(step.by).cash.dispute(
        world.id("invoice", step),
        money(step.args["amount"]) if "amount" in step.args else None,
        reason=step.reason,
        key=step.key,
        dry_run=step.dry,
    )


def _expect(model: Model, step: Step, now: Now) -> Expected:
    name = step.args["invoice"][1:]
    if name not in model.invoices:
        return raises("receivable.unknown")
    invoice = model.invoices[name]
    if "amount" not in step.args and not model.open_of(name):
        return answers("Rejected", ("dispute.paid",))
    amount = step.args.get("amount", model.open_of(name))
    if amount > model.open_of(name):
        return answers("Rejected", ("dispute.over",))
    if amount == invoice["contested"][0]:
        return answers("Rejected", ("dispute.nothing",))

    def change() -> Sequence[Ref]:
        before, customer = model.disputed_of(name), invoice["customer"]
        counts = watching.counts(model, customer, now)
        account = model.accounts[customer]
        model.settle(
            account, name, {**invoice, "contested": (amount, step.reason if amount else "")}
        )
        more = amount > before
        watching.watch(model, customer, now, before=counts if more else None)
        if more:
            model.eased(step.key, customer, now)
        return [("receivable", name), ("credit", customer)]

    return Expected(("Disputed", name), change)


def _read(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    kind = type(outcome).__name__
    if kind == "Rejected":
        return (kind, codes_of(outcome))
    return (kind, names.get(outcome.item.invoice, "?"))


VERBS = (
    Verb(
        name="cash.dispute",
        choose=_choose,
        send=_send,
        expect=_expect,
        read=_read,
        share=7,
        duty="cash",
    ),
)

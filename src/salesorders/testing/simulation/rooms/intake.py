"""Intake: a buyer's document placed as it is, or refused with everything that is wrong."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs

from salesorders.interchange import DocumentLine, DocumentParty, ItemIds, OrderDocument
from salesorders.testing.simulation.model import Expected, Model, Now, answers
from salesorders.testing.simulation.rooms.orders import choose_line, expect_place, read_order
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import decimal
from salesorders.testing.simulation.units import list_price, sold_in
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role

__all__ = ["VERBS"]


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    lines = []
    for _ in range(1 + dice.upto(3)):
        sku, q, _, on, complete, *unit = choose_line(dice, model, now)
        q = 1_000 * (1 + q // 1_000) if unit else q
        price = None
        if sku in model.items and dice.chance(0.6):
            item = model.items[sku]
            price = int(list_price(item, sold_in(item, ""), q))
            price += dice.pick([-2, 1]) if dice.chance(0.15) else 0
        lines.append([sku, q, None, on, complete, price])
    buyer = dice.pick(["C1", "C1", "C2", "C3", "C4"]) if dice.chance(0.95) else "C99"
    args: dict[str, Any] = {"buyer": buyer, "lines": lines}
    if dice.chance(0.4):
        args["alias"] = True
    if dice.chance(0.04):
        args["currency"] = "USD"
    if dice.chance(0.1):
        args["until"] = (now.today + timedelta(days=dice.upto(3) - 2)).isoformat()
    return by_role(dice, "sales"), args


def _line(number: int, told: Any) -> DocumentLine:
    sku, q, _, on, complete, price = told
    return DocumentLine(
        id=str(number),
        item=ItemIds(seller=sku),
        quantity=decimal(q, 3),
        price=None if price is None else decimal(price, 3),
        requested_on=None if on is None else date.fromisoformat(on),
        partial_delivery=False if complete else None,
    )


def _send(world: Any, step: Step) -> Any:
    args = step.args
    buyer = args["buyer"]
    party = DocumentParty(name="A buyer", customer_id=buyer)
    if args.get("alias"):
        party = DocumentParty(name=f"DE-IBAN-{buyer}")
    document = OrderDocument(
        number=f"PO-{step.key}",
        currency=args.get("currency", "EUR"),
        buyer=party,
        valid_until=date.fromisoformat(args["until"]) if "until" in args else None,
        lines=tuple(_line(number, told) for number, told in enumerate(args["lines"], 1)),
    )
    return world.desk(step.by).orders.intake(document, key=step.key, dry_run=step.dry)


def _expect(model: Model, step: Step, now: Now) -> Expected:
    args = step.args
    customer = model.customers.get(args["buyer"])
    codes = set()
    if customer is None or (args.get("alias") and customer["retired"]):
        codes.add("buyer.unknown")
    if args.get("currency", "EUR") != "EUR":
        codes.add("order.currency")
    if any(sku not in model.items for sku, *_ in args["lines"]):
        codes.add("line.item_unknown")
    if codes:
        return answers("Rejected", tuple(sorted(codes)))
    # A price that is not ours is remarked, and ours is charged.
    lines = [told[:5] for told in args["lines"]]
    placed = {"customer": args["buyer"], "lines": lines, "percent": 0}
    return expect_place(model, attrs.evolve(step, args=placed), now)


VERBS = (
    Verb(
        name="orders.intake",
        choose=_choose,
        send=_send,
        expect=_expect,
        read=read_order,
        share=3,
        duty="sales",
    ),
)

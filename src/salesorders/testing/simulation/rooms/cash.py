"""Cash: payments with right, wrong and no reference, too much and too little; applying and undoing by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from salesorders.kernel.money import Money
from salesorders.testing.simulation import prepaying, watching
from salesorders.testing.simulation.arithmetic import shared_out
from salesorders.testing.simulation.lending import BUCKETS, below, redated
from salesorders.testing.simulation.matching import Match, Share, discount_on, matched
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import cents, decimal
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role, codes_of

__all__ = [
    "VERBS",
    "applied",
    "choose_payment",
    "expect_receipt",
    "money",
    "order_of",
    "post_application",
    "read_payment",
]


def money(amount: int) -> Money:
    """Return cents as the library's money."""
    return Money(decimal(amount, 2), "EUR")


def choose_payment(dice: Dice, model: Model, now: Now, day: date | None) -> dict[str, Any]:
    """Return a payment of a value ``day`` (any where ``None``): mostly of something owed, mostly said so."""
    owed = [key for key in model.invoices if model.open_of(key)]
    customer, amount, refs = dice.pick(list(model.customers)), 1 + dice.upto(20_000), []
    on = day
    if on is None and dice.chance(0.2):
        on = now.today + timedelta(days=dice.upto(12) - 10)
    if owed and dice.chance(0.9):
        first = dice.recent(owed)
        customer = model.invoices[first]["customer"]
        own = [key for key in owed if model.invoices[key]["customer"] == customer]
        chosen = [first] if dice.chance(0.7) else sorted({first, dice.pick(own)})
        ends = model.invoices[first]["early"]
        if day is None and ends and ends <= now.today and dice.chance(0.4):
            on = ends
        amount = sum(model.open_of(key) for key in chosen)
        if dice.chance(0.4):
            amount -= sum(discount_on(model, key, on or now.today) for key in chosen)
        refs = [model.invoices[key]["number"] for key in chosen]
        if len(own) > 1 and dice.chance(0.2):
            # It names two and pays one: a person has to choose.
            other = dice.pick([key for key in own if key != first])
            amount = model.open_of(first)
            refs = [model.invoices[key]["number"] for key in (first, other)]
            return {"customer": customer, "amount": amount, "refs": refs}
    amount = dice.pick([amount] * 8 + [amount + 1, amount - 1, amount // 2, amount + 5_000])
    if dice.chance(0.25):
        refs = []
    if dice.chance(0.06):
        refs = [*refs, f"INV-{now.today.year:04d}-000999"]
    if model.invoices and dice.chance(0.04):
        refs = [dice.pick(list(model.invoices.values()))["number"]]
    if dice.chance(0.08):
        customer = dice.pick(["", *model.customers])
    args = {"customer": customer, "amount": max(1, amount), "refs": refs}
    return args if on is None or day is not None else {**args, "on": on.isoformat()}


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    args = choose_payment(dice, model, now, None)
    if args["customer"] == "" and dice.chance(0.5):
        args["iban"] = f"DE-IBAN-{dice.pick(list(model.customers))}"
    if dice.chance(0.3):
        seen = [p["bank_ref"] for p in model.payments.values() if p["bank_ref"]]
        again = seen and dice.chance(0.2)
        args["bank_ref"] = dice.pick(seen) if again else f"B{dice.upto(10**9)}"
    if dice.chance(0.01):
        args["customer"] = "C99"
    if model.orders and dice.chance(0.2):
        args |= _choose_ahead(dice, model)
    return by_role(dice, "cash"), args


def _choose_ahead(dice: Dice, model: Model) -> dict[str, Any]:
    """Pay for an order that waits for it, mostly in full, or for any."""
    asked = [key for key, one in model.orders.items() if one["prepaid"] or one["gates"]]
    key = dice.recent(asked if asked and dice.chance(0.85) else list(model.orders))
    order = model.orders[key]
    left = max(1, order["sums"].gross - order["ahead"])
    amount = dice.pick([left] * 6 + [left // 2, left + 5_000, 2 * left])
    customer = order["customer"] if dice.chance(0.95) else dice.pick(["", *model.customers])
    name = f"@{key}" if dice.chance(0.98) else "@nothing"
    return {"order": name, "customer": customer, "amount": max(1, amount), "refs": []}


def _send(world: Any, step: Step) -> Any:
    args = step.args
    return world.desk(step.by).cash.receive(
        args["customer"],
        money(args["amount"]),
        on=date.fromisoformat(args["on"]) if "on" in args else None,
        reference=" ".join(args["refs"]),
        bank_ref=args.get("bank_ref", ""),
        payer_iban=args.get("iban", ""),
        order=world.id("order", step) if "order" in args else "",
        key=step.key,
        dry_run=step.dry,
    )


def _expect(model: Model, step: Step, now: Now) -> Expected:
    return expect_receipt(model, step.key, step.args, now)


def expect_receipt(model: Model, key: str, args: Mapping[str, Any], now: Now) -> Expected:
    """Return what booking a payment must answer and change."""
    customer = args["customer"]
    if customer and customer not in model.customers:
        return raises("customer.unknown")
    iban = args.get("iban", "")
    if not customer and iban[8:] in model.customers:
        customer = iban[8:]
    order = None
    if "order" in args:
        if args["order"][1:] not in model.orders:
            return raises("order.unknown")
        order = model.orders[args["order"][1:]]
        customer = customer or order["customer"]
    on = date.fromisoformat(args["on"]) if "on" in args else now.today
    if on > now.today:
        return answers("Rejected", ("payment.future",))
    bank_ref = args.get("bank_ref", "")
    if bank_ref and any(p["bank_ref"] == bank_ref for p in model.payments.values()):
        return answers("Rejected", ("payment.seen",))
    if order is not None:
        return _paid_ahead(model, key, args, order, customer, on, now)
    numbers = {document["number"]: name for name, document in model.invoices.items()}
    named = [numbers[ref] for ref in dict.fromkeys(args["refs"]) if ref in numbers]
    unknown = any(ref not in numbers for ref in args["refs"])
    # Items stand in the order of their ids in the library; here only sets are looked at.
    found = matched(model, customer, args["amount"], on, named, unknown)
    payment = _payment(args, found.customer, on, now)
    payment["candidates"] = 0 if found.shares else found.ways
    kind = "Applied" if found.shares else "Proposed" if found.customer else "Unidentified"
    return Expected((kind, key), lambda: _booked(model, key, payment, found, now))


def _payment(args: Mapping[str, Any], customer: str, on: date, now: Now) -> dict[str, Any]:
    """A payment of a value day that was booked today and settles nothing yet; ``amount`` in cents."""
    return {
        "customer": customer,
        "amount": args["amount"],
        "on": on,
        "recorded": now.today,
        "bank_ref": args.get("bank_ref", ""),
        "candidates": 0,
        "used": [],
        "reversed_on": None,
        "back": None,
        "order": "",
    }


def _paid_ahead(
    model: Model,
    key: str,
    args: Mapping[str, Any],
    order: dict[str, Any],
    customer: str,
    on: date,
    now: Now,
) -> Expected:
    """Money for an order: nothing else is settled with it."""
    if order["customer"] != customer:
        return answers("Rejected", ("payment.other_customer",))
    if not any(line["q"] > line["shipped"] + line["cancelled"] for line in order["lines"]):
        return answers("Rejected", ("payment.order_over",))
    payment = {**_payment(args, customer, on, now), "order": order["key"]}

    def change() -> Sequence[Ref]:
        refs = _booked(model, key, payment, Match(customer, (), 0), now)
        refs = [*refs, *order_of(model, payment)]
        watching.unwatch(model, customer, now)
        return refs

    return Expected(("Applied", key), change)


def order_of(model: Model, payment: Mapping[str, Any]) -> list[Ref]:
    """Say on the order for which a payment was made what there is for it now; return it where that is news."""
    name = payment["order"]
    prepaying.wait(model, payment["customer"])
    if not name or model.orders[name]["ahead"] == (there := prepaying.ahead_of(model, name)):
        return []
    before = model.days_of(model.orders[name])
    model.orders[name] = {**model.orders[name], "ahead": there}
    after = model.days_of(model.orders[name])
    redated(model.accounts[payment["customer"]], before, after)
    prepaying.wait(model, payment["customer"])
    return [("order", name)]


def _booked(
    model: Model, key: str, payment: dict[str, Any], found: Match, now: Now
) -> Sequence[Ref]:
    model.payments[key] = payment
    model.post(now.today, CASH=payment["amount"], UNAPPLIED=-payment["amount"])
    if not payment["customer"]:
        return [("payment", key)]
    model.accounts[payment["customer"]]["unapplied"] += payment["amount"]
    model.eased(key, payment["customer"], now)
    refs = applied(model, key, found.shares, now)
    if not payment["order"]:
        watching.unwatch(model, payment["customer"], now)
    return refs


def applied(model: Model, key: str, shares: Sequence[Share], now: Now) -> list[Ref]:
    """Settle invoices with a payment, each with cash and discount in cents; return what that wrote."""
    payment = model.payments[key] = {
        **model.payments[key],
        "used": list(model.payments[key]["used"]),
    }
    account = model.accounts[payment["customer"]]
    refs: list[Ref] = [("payment", key), ("credit", payment["customer"])]
    for invoice, cash, discount in shares:
        document = model.invoices[invoice]
        parts = [*document["applied"], (key, cash, discount, payment["on"])]
        model.settle(account, invoice, {**document, "applied": parts})
        payment["used"].append((invoice, cash))
        account["unapplied"] -= cash
        model.settled.append((now.today, invoice, key, cash, discount))
        post_application(model, document, cash, discount, now, 1)
        refs.append(("receivable", invoice))
    return [*refs, *order_of(model, payment)] if shares else refs


def post_application(
    model: Model, document: Mapping[str, Any], cash: int, discount: int, now: Now, sign: int
) -> None:
    """A discount goes back over the invoice's taxes, and in each over net and tax, by largest remainder."""
    groups = [document["sums"].groups[key] for key in sorted(document["sums"].groups)]
    weights = [max(0, base + tax) for base, tax in groups]
    net, taxes = discount, 0
    if discount and any(weights):
        net = 0
        for (base, tax), share in zip(groups, shared_out(discount, weights), strict=True):
            if share:
                part_net, part_tax = shared_out(share, [max(0, base), max(0, tax)])
                net += part_net
                taxes += part_tax
    sides = {"UNAPPLIED": cash, "DISCOUNT": net, "TAX_OUT": taxes, "AR": -cash - discount}
    model.post(now.today, **{role: sign * amount for role, amount in sides.items()})


def read_payment(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    """Return what an answer about a payment says: its kind with the codes, or with the payment's name."""
    kind = type(outcome).__name__
    if kind == "Rejected":
        return (kind, codes_of(outcome))
    return (kind, names.get(outcome.payment.id, "?"))


# --- what must hold


def _exposure_is_what_the_documents_say(model: Model, store: Any, now: Now) -> None:
    """I20: each bucket of an account is the sum of its documents."""
    sums: dict[tuple[str, str], Any] = {}

    def add(customer: str, bucket: str, amount: Any) -> None:
        sums[customer, bucket] = sums.get((customer, bucket), 0) + amount

    released = {order.id: order for order in store.documents("order") if not order.holds}
    for order in released.values():
        if not model.orders[store.names[order.id]].get("declined"):
            add(order.customer, "open_orders", order.amounts.gross)
    for shipment in store.documents("shipment"):
        add(shipment.customer, "open_orders", -shipment.amounts.gross)
        if not shipment.invoice:
            add(shipment.customer, "delivered_unbilled", shipment.amounts.gross)
    for item in store.documents("receivable"):
        add(item.customer, "open_items", item.amount - item.settled - item.disputed)
        add(item.customer, "disputed", item.disputed)
    for payment in store.documents("payment"):
        if payment.customer:
            add(payment.customer, "unapplied", payment.unapplied)
    for order in store.documents("order"):
        there = decimal(prepaying.waits(model.orders[store.names[order.id]]), 2)
        add(order.customer, "unapplied", -there)
        add(order.customer, "paid_ahead", there)
    for account in store.documents("credit"):
        members = [account.customer, *below(model.accounts, account.customer)]
        for bucket in (*BUCKETS.values(), "paid_ahead"):
            want = sum(sums.get((member, bucket), 0) for member in members)
            assert getattr(account.exposure, bucket) == want, (account.customer, bucket)


def _nothing_is_settled_twice(model: Model, store: Any, now: Now) -> None:
    """I26, I31, I35: an item is never below 0, a payment is applied plus unapplied, a bank line is taken once."""
    applied: dict[tuple[str, str], int] = {}
    for item in store.documents("receivable"):
        assert 0 <= cents(item.open) <= cents(item.amount), item.invoice
        for part in item.applications:
            place = (part.payment, item.invoice)
            applied[place] = applied.get(place, 0) + cents(part.amount)
    used: dict[tuple[str, str], int] = {}
    refs = []
    for payment in store.documents("payment"):
        for share in payment.allocations:
            place = (payment.id, share.invoice)
            used[place] = used.get(place, 0) + cents(share.amount)
        assert cents(payment.unapplied) >= 0, payment.id
        refs += [payment.bank_ref] if payment.bank_ref else []
    assert {place: n for place, n in applied.items() if n} == used, "shares of items and payments"
    assert len(refs) == len(set(refs)), "a bank line is booked twice"


INVARIANTS = (_exposure_is_what_the_documents_say, _nothing_is_settled_twice)

VERBS = (
    Verb(
        name="cash.receive",
        choose=_choose,
        send=_send,
        expect=_expect,
        read=read_payment,
        share=11,
        duty="cash",
    ),
)

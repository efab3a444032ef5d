"""Asking credit: what if, the sheet of an account, the worklist of held orders; each compared with the model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from salesorders.kernel.money import Money
from salesorders.testing.simulation import lending, prepaying
from salesorders.testing.simulation.arithmetic import shared_out
from salesorders.testing.simulation.horizon import Days, apart, planned, up_to
from salesorders.testing.simulation.model import Expected, Model, Now, answers, raises
from salesorders.testing.simulation.recounting import items_recounted, recounted
from salesorders.testing.simulation.rooms.reading import reading_verb
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import cents, decimal
from salesorders.testing.simulation.verbs import Dice

__all__ = ["VERBS"]


def _needed(accounts: lending.Accounts, customer: str, more: Days, now: Now) -> int | None:
    """Return the smallest payment after which a customer may have so much more; ``None`` where none would do."""
    today, least = now.today, 0
    if not lending.stopped_by(accounts, customer, more, today):
        return 0
    last = lending.horizon(accounts, customer, today)
    for name in lending.chain(accounts, customer):
        account = accounts[name]
        why = lending.over(accounts, name, more, today, last)
        # An order that makes its own bucket too large waits for other orders to leave, and not for cash.
        if "rate" in why or "bucket" in why:
            return None
        if "limit" in why:
            most = _largest(account, lending.limit_on(account, today))
            above = lending.counted(accounts, name, today, last) + up_to(more, last) - most
            least = max(least, _that_lowers(accounts, name, customer, above, today))
    # What no payment changes is left: a limit that was never set, or has ended.
    after = _paid(accounts, customer, least)
    return None if lending.stopped_by(after, customer, more, today) else least


def _largest(account: Mapping[str, Any], limit: int) -> int:
    """Return the largest amount of the books that is not above a limit once it is converted."""
    if not account["currency"]:
        return limit
    over, under = lending.RATES[account["currency"]]
    return (2 * under * limit + under - 1) // (2 * over)


def _that_lowers(
    accounts: lending.Accounts, name: str, customer: str, above: int, today: date
) -> int:
    """Return the smallest payment by which so much less of an account counts.

    Once all that collateral does not secure is paid, a payment only takes its place, until nothing is open.
    """
    own = accounts[customer]["items"]
    free = max(0, lending.held_in(accounts, name, "items") - lending.pledged(accounts[name], today))
    return above if above <= free or free >= own else above + own - free


def _paid(accounts: lending.Accounts, customer: str, amount: int) -> dict[str, Any]:
    """Return accounts after a payment that settles what is open and leaves the rest unapplied."""
    own = dict(accounts[customer])
    settled = min(amount, own["items"])
    own["items"] -= settled
    own["unapplied"] += amount - settled
    return {**accounts, customer: own}


# --- what if


def _choose_what_if(dice: Dice, model: Model) -> Mapping[str, Any] | None:
    held = [key for key, order in model.orders.items() if "credit" in order["gates"]]
    keys = held if held and dice.chance(0.8) else list(model.orders)
    if not keys:
        return None
    args: dict[str, Any] = {"order": f"@{dice.recent(keys)}" if dice.chance(0.97) else "@nothing"}
    what = dice.pick(["", "", "pays", "amount", "limit", "on"])
    if what == "on":
        args[what] = (model.latest + timedelta(days=dice.upto(40) - 3)).isoformat()
    elif what:
        args[what] = dice.pick([0, 1, 1_000, 25_000, 60_000])
    if what == "limit" and dice.chance(0.3):
        args[what] = dice.pick(["unlimited", None])
    return args


def _send_what_if(world: Any, step: Step) -> Any:
    args = dict(step.args)
    order = world.id("order", step)
    del args["order"]
    for name in ("pays", "amount"):
        if name in args:
            args[name] = Money(decimal(args[name], 2), "EUR")
    if "on" in args:
        args["ships_on"] = date.fromisoformat(args.pop("on"))
    if isinstance(args.get("limit"), int):
        args["limit"] = decimal(args["limit"], 2)
    answer = world.desk(step.by).credit.what_if(order, **args)
    payment = None if answer.payment is None else cents(answer.payment.amount)
    position = answer.position
    return (answer.decision.allowed, payment, cents(position.total), cents(position.overdue))


def _expect_what_if(model: Model, step: Step, now: Now) -> Expected:
    args = step.args
    order = model.orders.get(args["order"][1:])
    if order is None:
        return raises("order.unknown")
    customer = order["customer"]
    accounts = dict(model.accounts)
    if "limit" in args:
        accounts[customer] = {**accounts[customer], "limit": args["limit"], "until": None}
    if "pays" in args:
        accounts = _paid(accounts, customer, args["pays"])
    worth = order["sums"].gross
    if not order["gates"]:
        worth -= prepaying.gone(model, order)
    counted = 0 if order["gates"] else max(0, worth)
    days = planned(order, worth) if order["gates"] else model.days_of(order)
    days = days if worth > 0 else {}
    counts = days if counted else {}
    amount = args.get("amount", max(0, worth))
    if "on" in args:
        days = {date.fromisoformat(args["on"]): amount}
    elif "amount" in args:
        days = _worth(order, days, amount)
    accounts = dict(prepaying.spent(accounts, order, order))
    more = apart(days, counts)
    last = lending.horizon(accounts, customer, now.today)
    said = prepaying.verdict(model, order, order, amount, up_to(more, last))
    blocked = "blocked" in lending.closed(accounts, customer)
    allowed = not blocked and (
        said == "free" or not (said or lending.stopped_by(accounts, customer, more, now.today))
    )
    needed = _needed_by(model, accounts, order, amount, more, now)
    counted = lending.counted(accounts, customer, now.today, last)
    overdue = _overdue(model, customer, args.get("pays", 0), now)
    return answers("read", (allowed, needed, counted, overdue))


def _overdue(model: Model, customer: str, pays: int, now: Now) -> int:
    """Return what is late of a customer's items, once so much has paid them, the oldest first."""
    late = 0
    for due, left in items_recounted(model, {customer, *lending.below(model.accounts, customer)}):
        paid = min(pays, left)
        pays -= paid
        late += left - paid if due < now.today else 0
    return late


def _worth(order: dict[str, Any], days: Days, amount: int) -> Days:
    """Return the days of an order for another amount, in proportion."""
    if not days:
        return {lending.ships_on(order): amount}
    weights = [max(part, 0) for part in days.values()]
    return dict(zip(days, shared_out(amount, weights), strict=True))


def _needed_by(
    model: Model,
    accounts: lending.Accounts,
    order: dict[str, Any],
    amount: int,
    more: Days,
    now: Now,
) -> int | None:
    """Return the smallest payment after which an order may go; of a prepaid one that is not paid, for itself."""
    if "blocked" in lending.closed(accounts, order["customer"]):
        return None
    last = lending.horizon(accounts, order["customer"], now.today)
    said = prepaying.verdict(model, order, order, amount, up_to(more, last))
    if said == "unpaid":
        return amount - prepaying.paid_for(model, order)
    return 0 if said else _needed(accounts, order["customer"], more, now)


# --- sheets and the worklist


def _choose_account(dice: Dice, model: Model) -> Mapping[str, Any]:
    return {"customer": dice.pick([*model.accounts, "C99"])}


def _send_sheet(world: Any, step: Step) -> Any:
    sheet = world.desk(step.by).credit.sheet(step.args["customer"])
    behind = dict.fromkeys([*lending.BUCKETS.values(), "paid_ahead"], 0)
    for entry in sheet.documents:
        behind[entry.bucket] += cents(entry.amount)
    left = None if sheet.headroom is None else cents(sheet.headroom.amount)
    above = tuple(account.customer for account in sheet.above)
    held = tuple(sorted(world.names[one.order] for one in sheet.held))
    return (cents(sheet.position.total), left, tuple(behind.values()), above, held)


def _expect_sheet(model: Model, step: Step, now: Now) -> Expected:
    name, accounts = step.args["customer"], model.accounts
    if name not in accounts:
        return raises("credit.unknown")
    last = lending.horizon(accounts, name, now.today)
    owed = lending.counted(accounts, name, now.today, last)
    left = lending.room(accounts, name, now.today)
    held = sorted(
        key
        for key, order in model.orders.items()
        if "credit" in order["gates"]
        and order["customer"] in {name, *lending.below(accounts, name)}
    )
    above = tuple(lending.chain(accounts, name)[1:])
    # Behind a group's sums stand the documents of everybody who counts in it.
    *behind, cash = recounted(model, name)
    waiting = lending.held_in(accounts, name, "waiting")
    papers = (*behind, cash - waiting, waiting)
    return answers("read", (owed, left, papers, above, tuple(held)))


def _choose_rank(dice: Dice, model: Model) -> Mapping[str, Any]:
    return {"by": dice.pick(["value", "payment"])}


def _send_worklist(world: Any, step: Step) -> Any:
    found = []
    for one in world.desk(step.by).credit.worklist(step.args["by"]).ranked:
        payment = None if one.payment is None else cents(one.payment.amount)
        found.append((world.names[one.order], cents(one.value.amount), payment))
    ranks = [
        -value if step.args["by"] == "value" else (payment is None, payment or 0)
        for _, value, payment in found
    ]
    return (ranks == sorted(ranks), tuple(sorted(found, key=lambda one: one[0])))


def _expect_worklist(model: Model, step: Step, now: Now) -> Expected:
    found = []
    for key, order in sorted(model.orders.items()):
        if "credit" in order["gates"]:
            gross, accounts = order["sums"].gross, prepaying.spent(model.accounts, order, order)
            needed = _needed_by(model, accounts, order, gross, planned(order, gross), now)
            found.append((key, gross, needed))
    return answers("read", (True, tuple(found)))


# --- what must hold


def _oldest_first(model: Model, store: Any, now: Now) -> None:
    """I20: a payment that is asked about would settle what is due first, and leave the rest on its days."""
    for account in store.documents("credit"):
        days = [(day.on, cents(day.amount)) for day in account.items_by_day]
        if len(days) > 1:
            pays = sum(left for _, left in days) // 2
            after = account.paid(decimal(pays, 2)).items_by_day
            left = []
            for on, amount in days:
                paid = min(pays, amount)
                pays -= paid
                left += [(on, amount - paid)] if amount > paid else []
            assert [(day.on, cents(day.amount)) for day in after] == left, account.customer


INVARIANTS = (_oldest_first,)

VERBS = (
    reading_verb("credit.what_if", _choose_what_if, _send_what_if, _expect_what_if, 3),
    reading_verb("credit.sheet", _choose_account, _send_sheet, _expect_sheet, 2),
    reading_verb("credit.worklist", _choose_rank, _send_worklist, _expect_worklist, 1),
)

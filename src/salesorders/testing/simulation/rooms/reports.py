"""Reports: ageing, key figures, the ledger, availability, backlog, history - the same question put to the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from salesorders.receivables import dso_countback
from salesorders.testing.simulation.arithmetic import half_up
from salesorders.testing.simulation.model import Expected, Model, Now, answers, raises
from salesorders.testing.simulation.promising import HORIZON, Balance
from salesorders.testing.simulation.rooms.reading import reading_verb
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import cents, decimal, thousandths
from salesorders.testing.simulation.verbs import Dice

__all__ = ["VERBS"]

EDGES = (0, 30, 60, 90)
# How many of them sales outstanding are counted back over.
MONTHS = 3


def _choose_days(dice: Dice, model: Model) -> Mapping[str, Any]:
    # Counted back from the day on which it is asked.
    back = dice.pick([0, 0, 1, 7])
    return {"back": back, "days": dice.pick([1, 30, 90])}


def _choose_nothing(dice: Dice, model: Model) -> Mapping[str, Any]:
    return {}


# --- ageing


def _standing(model: Model, as_of: date) -> dict[tuple[str, str], list[tuple[int, int]]]:
    kept: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for on, invoice, payment, cash, discount in model.settled:
        if on <= as_of:
            if cash < 0:
                kept.pop((invoice, payment), None)
            else:
                kept.setdefault((invoice, payment), []).append((cash, discount))
    return kept


def _open_as_of(model: Model, as_of: date) -> dict[str, int]:
    standing = _standing(model, as_of)
    opens = {
        key: document["gross"]
        for key, document in model.invoices.items()
        if document["on"] <= as_of
    }
    for (invoice, _), parts in standing.items():
        if invoice in opens:
            opens[invoice] -= sum(cash + discount for cash, discount in parts)
    return opens


def _send_ageing(world: Any, step: Step) -> Any:
    as_of = world.now().today - timedelta(days=step.args["back"])
    table = world.desk(step.by).reports.ageing(as_of)
    return tuple((row[0], *(cents(cell) for cell in row[1:])) for row in table.rows)


def _expect_ageing(model: Model, step: Step, now: Now) -> Expected:
    as_of = now.today - timedelta(days=step.args["back"])
    rows: dict[str, list[int]] = {}
    for key, left in _open_as_of(model, as_of).items():
        if left:
            document = model.invoices[key]
            late = (as_of - document["due"]).days
            bucket = sum(late > edge for edge in EDGES)
            rows.setdefault(document["customer"], [0] * 6)[bucket] += left
    standing = _standing(model, as_of)
    for key, payment in model.payments.items():
        if payment["recorded"] <= as_of:
            back = payment["back"] is not None and payment["back"] <= as_of
            used = sum(
                cash for (_, name), parts in standing.items() if name == key for cash, _ in parts
            )
            if payment["amount"] - used and not back:
                who = payment["customer"] or "(unidentified)"
                rows.setdefault(who, [0] * 6)[5] -= payment["amount"] - used
    table = [(who, *row, sum(row)) for who, row in sorted(rows.items())]
    sums = [sum(row[n] for row in rows.values()) for n in range(6)]
    return answers("read", (*table, ("total", *sums, sum(sums))))


# --- key figures


def _send_kpis(world: Any, step: Step) -> Any:
    last = world.now().today - timedelta(days=step.args["back"])
    found = world.desk(step.by).reports.kpis(last - timedelta(days=step.args["days"] - 1), last)
    sales = [(decimal(sold, 2), days) for sold, days in _months(world.model, last)]
    owed = decimal(sum(_open_as_of(world.model, last).values()), 2)
    figures = (*found.figures, dso_countback(owed, sales))
    return tuple(None if k.value is None else cents(k.value) for k in figures)


def _months(model: Model, last: date) -> list[tuple[int, int]]:
    """What was invoiced in the last months and how many days they have, the latest first."""
    found = []
    for _ in range(MONTHS):
        first = last.replace(day=1)
        sold = sum(i["gross"] for i in model.invoices.values() if first <= i["on"] <= last)
        found.append((sold, (last - first).days + 1))
        last = first - timedelta(days=1)
    return found


def _counted_back(owed: int, months: Sequence[tuple[int, int]]) -> int | None:
    """Hundredths of days: whole months while more is owed than was sold in them, and a share of the next."""
    total = 0
    for sold, days in months:
        if owed <= 0:
            break
        if sold > owed:
            return half_up((total * sold + days * owed) * 100, sold)
        total, owed = total + days, owed - sold
    return None if owed > 0 else total * 100


def _expect_kpis(model: Model, step: Step, now: Now) -> Expected:
    last = now.today - timedelta(days=step.args["back"])
    first = last - timedelta(days=step.args["days"] - 1)
    opens = _open_as_of(model, last)
    owed = sum(opens.values())
    current = sum(left for key, left in opens.items() if model.invoices[key]["due"] >= last)
    sales = sum(i["gross"] for i in model.invoices.values() if first <= i["on"] <= last)
    booked = sum(o["booked"] for o in model.orders.values() if first <= o["placed_on"] <= last)
    booked += sum(more for on, more in model.changed if first <= on <= last)
    days = step.args["days"]

    def per_sale(amount: int) -> int | None:
        return half_up(amount * days * 100, sales) if sales else None

    ratio = half_up(booked * 100, sales) if sales else None
    figures = (per_sale(owed), per_sale(current), _cycle(model, first, last), sales, booked, ratio)
    return answers("read", (*figures, _counted_back(owed, _months(model, last))))


def _cycle(model: Model, first: date, last: date) -> int | None:
    left: dict[str, Any] = {}
    for shipment in model.shipments.values():
        if first <= shipment["on"] <= last:
            order = shipment["order"]
            left[order] = max(shipment["at"], left.get(order, shipment["at"]))
    spans = sorted(
        (at - model.orders[key]["at"]) // timedelta(seconds=1) for key, at in left.items()
    )
    if not spans:
        return None
    middle = len(spans) // 2
    twice = spans[middle] * 2 if len(spans) % 2 else spans[middle - 1] + spans[middle]
    return half_up(twice * 100, 2 * 86_400)


# --- the ledger

CODES = {
    "1000": "CASH",
    "1200": "AR",
    "1210": "UNBILLED_AR",
    "1400": "INVENTORY",
    "2000": "UNAPPLIED",
    "2200": "TAX_OUT",
    "4000": "REVENUE",
    "4100": "DISCOUNT",
    "5000": "COGS",
}


def _send_trial(world: Any, step: Step) -> Any:
    as_of = world.now().today - timedelta(days=step.args["back"])
    rows = world.desk(step.by).ledger.trial_balance(as_of).rows
    sides = [(row[1], cents(row[3] or -row[4])) for row in rows if row[1] and (row[3] or row[4])]
    return tuple(sorted((CODES[code], amount) for code, amount in sides))


def _expect_trial(model: Model, step: Step, now: Now) -> Expected:
    sums = model.balances(now.today - timedelta(days=step.args["back"]))
    return answers("read", tuple(sorted((role, amount) for role, amount in sums.items() if amount)))


# --- stock and orders


def _choose_sku(dice: Dice, model: Model) -> Mapping[str, Any]:
    return {"sku": dice.pick(["BOLT", "SCREW", "FLOUR", "BOOK", "NOTHING"])}


def _send_availability(world: Any, step: Step) -> Any:
    table = world.desk(step.by).stock.availability(step.args["sku"])
    return tuple((row[1], row[2], thousandths(row[7])) for row in table.rows)


def _expect_availability(model: Model, step: Step, now: Now) -> Expected:
    sku = step.args["sku"]
    rows = []
    for site in sorted(model.sites.get(sku, ())):
        balance = Balance(model.levels[sku, site], now)
        steps = balance.rising(now.today, now.today + HORIZON)
        rows += [(site, day, free) for day, free in steps]
    return answers("read", tuple(rows))


def _send_backlog(world: Any, step: Step) -> Any:
    reports = world.desk(step.by).reports
    lines = [(world.names[row[0]], row[1], thousandths(row[3])) for row in reports.backlog().rows]
    holds = [(world.names[row[0]], row[2]) for row in reports.open_holds().rows]
    return (tuple(sorted(lines)), tuple(sorted(holds)))


def _expect_backlog(model: Model, step: Step, now: Now) -> Expected:
    lines, holds = [], []
    for key, order in model.orders.items():
        holds += [(key, gate) for gate in order["gates"]]
        for line in order["lines"]:
            left = line["q"] - line["shipped"] - line["cancelled"]
            if left and not order["gates"]:
                lines.append((key, line["id"], left))
    return answers("read", (tuple(sorted(lines)), tuple(sorted(holds))))


# --- history


def _choose_history(dice: Dice, model: Model) -> Mapping[str, Any] | None:
    return {"order": f"@{dice.pick(list(model.orders))}"} if model.orders else None


def _send_history(world: Any, step: Step) -> Any:
    table = world.desk(step.by).audit.history(f"order/{world.id('order', step)}")
    return tuple(row[2:6] for row in table.rows)


def _expect_history(model: Model, step: Step, now: Now) -> Expected:
    name = step.args["order"][1:]
    if name not in model.orders:
        return raises("document.unknown")
    rows = []
    for version, key in enumerate(model.written["order", name], 1):
        by, verb, _ = model.given[key]
        rows.append((by, verb, version, key))
    return answers("read", tuple(rows))


def _choose_key(dice: Dice, model: Model) -> Mapping[str, Any]:
    return {"key": dice.pick(list(model.answers)) if dice.chance(0.9) else "never-sent"}


def _send_explain(world: Any, step: Step) -> Any:
    told = world.desk(step.by).audit.explain(step.args["key"])
    return told.split("\n")[0].rpartition(" ")[2]


def _expect_explain(model: Model, step: Step, now: Now) -> Expected:
    key = step.args["key"]
    if key not in model.answers:
        return raises("key.unknown")
    return answers("read", model.answers[key][1][0])


def _send_journal(world: Any, step: Step) -> Any:
    today = world.now().today
    entries = world.desk(step.by).ledger.entries(today, today)
    sums: dict[str, int] = {}
    for entry in entries:
        for line in entry.lines:
            sums[line.role] = sums.get(line.role, 0) + cents(line.debit) - cents(line.credit)
    return tuple(sorted((role, amount) for role, amount in sums.items() if amount))


def _expect_journal(model: Model, step: Step, now: Now) -> Expected:
    day = model.postings.get(now.today, {})
    return answers("read", tuple(sorted((role, amount) for role, amount in day.items() if amount)))


VERBS = (
    reading_verb("reports.ageing", _choose_days, _send_ageing, _expect_ageing, 1),
    reading_verb("reports.kpis", _choose_days, _send_kpis, _expect_kpis, 0.4),
    reading_verb("ledger.trial_balance", _choose_days, _send_trial, _expect_trial, 0.4),
    reading_verb("stock.availability", _choose_sku, _send_availability, _expect_availability, 3),
    reading_verb("reports.backlog", _choose_nothing, _send_backlog, _expect_backlog, 1),
    reading_verb("audit.explain", _choose_key, _send_explain, _expect_explain, 1),
    reading_verb("ledger.entries", _choose_nothing, _send_journal, _expect_journal, 0.3),
    reading_verb("audit.history", _choose_history, _send_history, _expect_history, 0.3),
)

"""Invoices: each shipment once, under the next number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from salesorders.testing.simulation import watching
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import cents
from salesorders.testing.simulation.units import plain
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role, codes_of

__all__ = ["VERBS"]


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    unbilled = [key for key, shipment in model.shipments.items() if not shipment["invoice"]]
    keys = unbilled if unbilled and dice.chance(0.9) else list(model.shipments)
    if not keys:
        return None
    args: dict[str, Any] = {"shipment": f"@{dice.recent(keys)}"}
    if dice.chance(0.1):
        args["on"] = (now.today + timedelta(days=dice.upto(4) - 2)).isoformat()
    return by_role(dice, "billing"), args


def _send(world: Any, step: Step) -> Any:
    on = date.fromisoformat(step.args["on"]) if "on" in step.args else None
    return world.desk(step.by).invoices.issue(
        world.id("shipment", step), on=on, key=step.key, dry_run=step.dry
    )


def _expect(model: Model, step: Step, now: Now) -> Expected:
    name = step.args["shipment"][1:]
    shipment = model.shipments.get(name)
    if shipment is None:
        return raises("shipment.unknown")
    if shipment["invoice"]:
        return answers("Rejected", ("invoice.already",))
    on = date.fromisoformat(step.args["on"]) if "on" in step.args else now.today
    if on > now.today:
        return answers("Rejected", ("invoice.future",))
    series = f"INV-{on.year:04d}"
    last = model.series.get(series, {"last": 0, "on": date.min})
    if on < last["on"]:
        return raises("series.date")
    number = f"{series}-{last['last'] + 1:06d}"

    def change() -> Sequence[Ref]:
        refs = _issued(model, step.key, name, on, series, last["last"] + 1, number)
        watching.unwatch(model, model.shipments[name]["customer"], now)
        return refs

    return Expected(("Issued", number), change)


def _issued(
    model: Model, key: str, name: str, on: date, series: str, last: int, number: str
) -> Sequence[Ref]:
    shipment = model.shipments[name]
    order = model.orders[shipment["order"]] = {**model.orders[shipment["order"]]}
    order["lines"] = [dict(line) for line in order["lines"]]
    customer = model.customers[order["customer"]]
    early = customer["early"]
    worth = shipment["sums"]
    for line_id, _, q, *_ in shipment["lines"]:
        for line in order["lines"]:
            if line["id"] == line_id:
                line["invoiced"] = plain(line["invoiced"] + q)
    model.shipments[name] = {**shipment, "invoice": key}
    model.series[series] = {"last": last, "on": on}
    model.invoices[key] = {
        "order": shipment["order"],
        "shipment": name,
        "customer": order["customer"],
        "number": number,
        "on": on,
        "due": on + timedelta(days=customer["net"]),
        "early": on + timedelta(days=early[1]) if early else None,
        "percent": early[0] if early else 0,
        "sums": worth,
        "gross": worth.gross,
        "applied": [],
        "contested": (0, ""),
    }
    account = model.accounts[order["customer"]]
    account["delivered"] -= worth.gross
    account["items"] += worth.gross
    model.post(on, AR=worth.gross, UNBILLED_AR=-worth.net, TAX_OUT=-worth.tax)
    model.effect(key, "invoice.issued", key)
    return [
        ("order", shipment["order"]),
        ("shipment", name),
        ("invoice", key),
        ("receivable", key),
        ("credit", order["customer"]),
        ("series", series),
    ]


def _read(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    kind = type(outcome).__name__
    if kind == "Rejected":
        return (kind, codes_of(outcome))
    return (kind, outcome.invoice.number)


# --- what must hold


def _numbers_have_no_gap(model: Model, store: Any, now: Now) -> None:
    """I27: numbers are unique and gapless in each series, and rise with the date of issue."""
    by_series: dict[str, list[tuple[int, date]]] = {}
    for invoice in store.documents("invoice"):
        series, _, number = invoice.number.rpartition("-")
        by_series.setdefault(series, []).append((int(number), invoice.issued_on))
    for series, issued in by_series.items():
        issued.sort()
        assert [n for n, _ in issued] == list(range(1, len(issued) + 1)), series
        days = [on for _, on in issued]
        assert days == sorted(days), series


def _billed_once(model: Model, store: Any, now: Now) -> None:
    """I22, I23: each shipment is billed at most once, and what is invoiced of a line is what those billed."""
    billed = [invoice.shipment for invoice in store.documents("invoice")]
    assert len(billed) == len(set(billed)), "a shipment is billed twice"
    invoiced: dict[tuple[str, str], Any] = {}
    for shipment in store.documents("shipment"):
        assert bool(shipment.invoice) == (shipment.id in billed), shipment.id
        if shipment.invoice:
            for part in shipment.lines:
                place = (shipment.order, part.order_line)
                invoiced[place] = invoiced.get(place, 0) + part.quantity
    for order in store.documents("order"):
        for line in order.lines:
            assert line.invoiced == invoiced.get((order.id, line.id), 0), (order.id, line.id)


def _an_invoice_never_changes(model: Model, store: Any, now: Now) -> None:
    """I28: an issued invoice is at its first version for ever; I30: its tax is the sum of its groups."""
    for version, invoice in store.versioned("invoice"):
        assert version == 1, invoice.id
        worth = invoice.amounts
        assert cents(worth.tax) == sum(cents(group.amount) for group in worth.groups), invoice.id


INVARIANTS = (_numbers_have_no_gap, _billed_once, _an_invoice_never_changes)

VERBS = (
    Verb(
        name="invoices.issue",
        choose=_choose,
        send=_send,
        expect=_expect,
        read=_read,
        share=11,
        duty="billing",
    ),
)

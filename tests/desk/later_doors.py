"""Every public door from shipment to looking back, with what it must not take. Fills the table of ``doors``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import salesorders as so
from salesorders.interchange import Statement
from tests.builders import DAY, House
from tests.desk.bad_values import (
    DATES,
    DATES_NEEDED,
    IDS,
    MONEY,
    NUMBERS,
    QUANTITIES,
    REASONS,
    TEXTS,
    THINGS,
    but,
)
from tests.desk.doors import DISCOUNTS, DOORS, EUR, OPTIONAL_ID, Door, door

__all__ = ["DOORS"]


# Shipments and invoices: one order is placed and one shipment waits.
def the_order(house: House) -> str:
    return str(house.desk.orders.find(customer="C7").items[0].id)


def the_shipment(house: House) -> str:
    return str(house.desk.shipments.find(customer="C7").items[0].id)


door("ship.order", {**IDS, "unknown": "SO-1"}, lambda h, v: h.wim.shipments.ship(v))
door(
    "ship.lines",
    but(THINGS, "none", "dict", "list"),
    lambda h, v: h.wim.shipments.ship(the_order(h), v),
)
door("ship.lines list", {"list": ["1"]}, lambda h, v: h.wim.shipments.ship(the_order(h), v))
door("ship.line", {**IDS, "unknown": "9"}, lambda h, v: h.wim.shipments.ship(the_order(h), {v: 1})
     if not isinstance(v, list) else h.wim.shipments.ship(the_order(h), {None: 1}))  # fmt: skip
door("ship.quantity", {**QUANTITIES, "too much": 121, "half": "0.5"},
     lambda h, v: h.wim.shipments.ship(the_order(h), {"1": v}))  # fmt: skip
door("ship.site", {**OPTIONAL_ID, "unknown": "HAM"},
     lambda h, v: h.wim.shipments.ship(the_order(h), site=v))  # fmt: skip
door("issue.shipment", {**IDS, "unknown": "SH-1"}, lambda h, v: h.fay.invoices.issue(v))
door("issue.on", {**DATES, "end of time": date.max, "start of time": date.min},
     lambda h, v: h.fay.invoices.issue(the_shipment(h), on=v))  # fmt: skip
door("invoices.get", {**IDS, "unknown": "IN-1"}, lambda h, v: h.desk.invoices.get(v))


# Changing an order that is there.
def changed(change: Callable[[Any], so.LineChange]) -> Door:
    return lambda h, v: h.ann.orders.amend(the_order(h), [change(v)], reason="r")


def amended(field: str) -> Door:
    return lambda h, v: h.ann.orders.amend(the_order(h), reason="r", **{field: v})


door("change.line", {**IDS, "unknown": "9"}, changed(lambda v: so.LineChange(v, 1)))
NONE_OF_IT = ("zero", "minus zero", "zero text", "none")
door("change.quantity", but({**QUANTITIES, "half": "0.5"}, *NONE_OF_IT),
     changed(lambda v: so.LineChange("1", v)))  # fmt: skip
door("change.discount", but(DISCOUNTS, "money"), changed(lambda v: so.LineChange("1", discount=v)))
door("change.requested_on", DATES, changed(lambda v: so.LineChange("1", requested_on=v)))
door("amend.changes", {**but(THINGS, "list", "dict"), "numbers": [1], "a line": [so.Line("BOLT", 1)]},
     amended("changes"))  # fmt: skip
door("amend.add", {**but(THINGS, "list", "dict"), "numbers": [1], "a change": [so.LineChange("1", 1)]},
     amended("add"))  # fmt: skip
door("amend.requested_on", DATES, amended("requested_on"))
door("amend.ship_to", THINGS, amended("ship_to"))
door("amend.ship_to_name", but(TEXTS, "none"), amended("ship_to_name"))
door("amend.reprice", but(THINGS, "true"), amended("reprice"))
door("cancel.lines", but(THINGS, "none", "dict"),
     lambda h, v: h.ann.orders.cancel(the_order(h), v, reason="r"))  # fmt: skip
door("cancel.lines empty", {"empty": {}},
     lambda h, v: h.ann.orders.cancel(the_order(h), v, reason="r"))  # fmt: skip
door("cancel.line", {**IDS, "unknown": "9"},
     lambda h, v: h.ann.orders.cancel(the_order(h), {() if isinstance(v, list) else v: 1}, reason="r"))  # fmt: skip
door("cancel.quantity", {**QUANTITIES, "too much": 121, "half": "0.5"},
     lambda h, v: h.ann.orders.cancel(the_order(h), {"1": v}, reason="r"))  # fmt: skip

# Cash.
PAYMENTS = {
    "nothing": so.Money(0, "EUR"),
    "less": so.Money(-1, "EUR"),
    "dollars": so.Money(1, "USD"),
    **NUMBERS,
    "whole": 1,
    "text": "1.00",
}
door("cash.receive", PAYMENTS, lambda h, v: h.kai.cash.receive("C7", v))
door(
    "cash.receive customer",
    {**but(IDS, "blank"), "unknown": "C9"},
    lambda h, v: h.kai.cash.receive(v, EUR),
)
door("cash.receive on", {**DATES, "tomorrow": date(2026, 11, 24), "never": date.max},
     lambda h, v: h.kai.cash.receive("C7", EUR, on=v))  # fmt: skip
for field in ("reference", "payer_name", "payer_iban", "bank_ref"):
    door(
        f"cash.receive {field}",
        TEXTS,
        lambda h, v, field=field: h.kai.cash.receive("C7", EUR, **{field: v}),
    )


def the_payment(house: House) -> str:
    return str(house.desk.cash.find(customer="C7").items[0].id)


def the_invoice(house: House) -> str:
    return str(house.desk.invoices.find(customer="C7").items[0].id)


door(
    "apply.payment",
    {**IDS, "unknown": "PY-1"},
    lambda h, v: h.kai.cash.apply(v, {the_invoice(h): EUR}),
)
door("apply.shares", THINGS, lambda h, v: h.kai.cash.apply(the_payment(h), v))
door("apply.invoice", {**IDS, "unknown": "IN-1"}, lambda h, v: h.kai.cash.apply(the_payment(h), {v: EUR})
     if not isinstance(v, list) else h.kai.cash.apply(the_payment(h), {(): EUR}))  # fmt: skip
door("apply.amount", {**MONEY, "nothing": so.Money(0, "EUR"), "less": so.Money(-1, "EUR"),
                      "zero": 0, "too much": so.Money("1000000", "EUR")},
     lambda h, v: h.kai.cash.apply(the_payment(h), {the_invoice(h): v}))  # fmt: skip
door("apply.candidate", {**but(NUMBERS, "none", "10**16"), "99": 99, "zero": 0},
     lambda h, v: h.kai.cash.apply(the_payment(h), candidate=v))  # fmt: skip
door(
    "apply both",
    {"both": None},
    lambda h, v: h.kai.cash.apply(the_payment(h), {"IN-1": EUR}, candidate=0),
)
door(
    "unapply.payment",
    {**IDS, "unknown": "PY-1"},
    lambda h, v: h.kai.cash.unapply(v, the_invoice(h)),
)
door(
    "unapply.invoice",
    {**IDS, "unknown": "IN-1"},
    lambda h, v: h.kai.cash.unapply(the_payment(h), v),
)
door("reverse.payment", {**IDS, "unknown": "PY-1"}, lambda h, v: h.kai.cash.reverse(v, reason="r"))
door("dispute.invoice", {**IDS, "unknown": "IN-1"}, lambda h, v: h.kai.cash.dispute(v, reason="r"))
door("dispute.reason", REASONS, lambda h, v: h.kai.cash.dispute(the_invoice(h), reason=v))
door("reverse.reason", REASONS, lambda h, v: h.kai.cash.reverse(the_payment(h), reason=v))
door("reverse.on", {**DATES, "tomorrow": date(2026, 11, 24), "never": date.max},
     lambda h, v: h.kai.cash.reverse(the_payment(h), reason="r", on=v))  # fmt: skip
door("cash.import_statement", THINGS, lambda h, v: h.kai.cash.import_statement(v))
door("cash.import_statement of dollars", {"dollars": None}, lambda h, v: h.kai.cash.import_statement(
    Statement(id="S", account="A", currency="ZZZ", lines=())
) and so.Rejected())  # fmt: skip
door("cash.item", {**IDS, "unknown": "IN-1"}, lambda h, v: h.desk.cash.item(v))
door("cash.open_items", but(TEXTS, "overlong"), lambda h, v: h.desk.cash.open_items(v))

# Looking back.
door("reports.ageing", DATES_NEEDED, lambda h, v: h.desk.reports.ageing(v))
door("reports.kpis first", DATES_NEEDED, lambda h, v: h.desk.reports.kpis(v, DAY))
door("reports.kpis last", DATES_NEEDED, lambda h, v: h.desk.reports.kpis(DAY, v))
door(
    "reports.kpis backwards",
    {"backwards": date(2026, 1, 1)},
    lambda h, v: h.desk.reports.kpis(DAY, v),
)
door("ledger.entries", DATES, lambda h, v: h.desk.ledger.entries(v))
door("ledger.journal", DATES, lambda h, v: h.desk.ledger.journal(DAY, v))
door("ledger.trial_balance", DATES, lambda h, v: h.desk.ledger.trial_balance(v))
door("ledger.balance", {**THINGS, "unknown": "NOPE"}, lambda h, v: h.desk.ledger.balance(v))
door("audit.history", {**IDS, "unknown": "order/X"}, lambda h, v: h.desk.audit.history(v))
door("audit.explain", {**TEXTS, "unknown": "k"}, lambda h, v: h.desk.audit.explain(v))
door(
    "audit.verify head",
    {**but(THINGS, "none")},
    lambda h, v: refuse_broken(h.desk.audit.verify(head=v)),
)
# Actors.
door("as_", THINGS, lambda h, v: h.raw.as_(v))
door("actor.id", IDS, lambda h, v: so.Actor(v))
door(
    "actor.roles",
    {**but(THINGS, "list", "dict", "text"), "numbers": [1], "blank": [""]},
    lambda h, v: so.Actor("a", roles=v),
)
door("actor.tenant", but(IDS, "none"), lambda h, v: so.Actor("a", tenant=v))


def refuse_broken(verified: Any) -> Any:
    return verified or so.Rejected()

"""Whatever comes through a public door: one of our errors with code and path, or a rejection; nothing changes."""

import itertools
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import salesorders as so
from salesorders.interchange import OrderDocument, Statement
from tests.builders import DAY, SELLER, TWINS, House, a_customer, a_house, a_line, a_request, an_item, finished

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\Z")
SECONDS = 2.0

# --- values that are no number of the trade, no id, no date, no text

NUMBERS: dict[str, Any] = {
    "nan": Decimal("NaN"),
    "snan": Decimal("sNaN"),
    "infinity": Decimal("Infinity"),
    "-infinity": Decimal("-Infinity"),
    "1e1000000": Decimal("1e1000000"),
    "1e-1000000": Decimal("1e-1000000"),
    "10**400": 10**400,
    "-(10**400)": -(10**400),
    "10**16": 10**16,
    "float": 0.1,
    "whole float": 1.0,
    "float nan": float("nan"),
    "true": True,
    "false": False,
    "none": None,
    "object": object(),
    "list": [],
    "dict": {},
    "bytes": b"1",
    "complex": 1j,
    "blank": "",
    "space": " ",
    "word": "many",
    "nan text": "NaN",
    "exponent text": "1e3",
    "grouped": "1_000",
    "comma": "1,5",
    "padded": " 1\n",
    "arabic": "\u0663",
    "fullwidth": "\uff11\uff12",
    "long": "9" * 10_000,
    "13 decimals": "0.1234567890123",
    "negative": -1,
    "sign": "--1",
}
MONEY = {
    **NUMBERS,
    "half a cent": "0.005",
    "dollars": so.Money("1.00", "USD"),
}
# A quantity of nothing is none; an amount of nothing may be one.
QUANTITIES = {
    **NUMBERS,
    "zero": 0,
    "minus zero": Decimal("-0"),
    "zero text": "0.000",
    "7 decimals": "0.0000001",
    "above 10**12": 10**12 + 1,
    "money": so.Money("1.00", "EUR"),
}
IDS: dict[str, Any] = {
    "none": None,
    "number": 5,
    "zero": 0,
    "false": False,
    "object": object(),
    "list": [],
    "bytes": b"C7",
    "blank": "",
    "space": "   ",
    "overlong": "C" * 161,
    "huge": "C" * 1_000_000,
    "nul": "C\x007",
    "newline": "C7\n",
    "path": "../C7",
    "dots": "C..7",
    "slash": "C/7",
    "cyrillic": "\u0421\u0037",
    "surrogate": "C\ud800",
    "zero width": "C\u200b7",
    "sql": "'; DROP TABLE",
    "format": "{0.__class__}",
}
TEXTS: dict[str, Any] = {
    "none": None,
    "number": 5,
    "zero": 0,
    "object": object(),
    "list": [],
    "bytes": b"x",
    "overlong": "x" * 1_001,
    "huge": "x" * 1_000_000,
    "nul": "a\x00b",
    "escape": "a\x1bb",
    "surrogate": "a\ud800",
    "rtl override": "a\u202eb",
    "zero width": "a\u200bb",
}
REASONS = {**TEXTS, "blank": "", "space": "  "}
DATES: dict[str, Any] = {
    "moment": datetime(2026, 11, 23, tzinfo=UTC),
    "naive moment": datetime(2026, 11, 23),  # noqa: DTZ001  # that is what is wrong with it
    "text": "23.11.2026",
    "no day": "2026-02-30",
    "number": 20261123,
    "object": object(),
    "list": [],
    "false": False,
    "zero": 0,
}
DATES_NEEDED = {**DATES, "none": None}
THINGS: dict[str, Any] = {
    "none": None,
    "number": 5,
    "text": "x",
    "object": object(),
    "list": [],
    "dict": {},
    "true": True,
    "class": so.Line,
}


def but(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def only(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}


# --- every door, with what it must not take. A door is (house, value) -> answer.

Door = Callable[[House, Any], Any]
DOORS: dict[str, tuple[dict[str, Any], Door]] = {}
EUR = so.Money("1.00", "EUR")
OPTIONAL_ID = but(IDS, "none", "blank")


def door(name: str, values: dict[str, Any], call: Door) -> None:
    DOORS[name] = (values, call)


def placed(line: Callable[[Any], so.Line]) -> Door:
    return lambda h, v: h.ann.orders.place(so.OrderRequest("C7", [line(v)]))


def ordered(request: Callable[[Any], so.OrderRequest]) -> Door:
    return lambda h, v: h.ann.orders.place(request(v))


def added(thing: Callable[[Any], Any]) -> Door:
    return lambda h, v: h.ada.catalog.add(thing(v))


# Orders.
door("line.sku", IDS, placed(lambda v: so.Line(v, 1)))
door("line.quantity", QUANTITIES, placed(lambda v: so.Line("BOLT", v)))
DISCOUNTS = {
    **but(MONEY, "none", "dollars"),
    "money": so.Money("1.00", "EUR"),
    "above": "100.01%",
    "below": "-1%",
    "percent of nothing": "%",
    "twice": "5%%",
    "nan percent": "NaN%",
    "larger than the line": "10000.00",
    "half a cent": "0.005",
}
door("line.discount", DISCOUNTS, placed(lambda v: so.Line("BOLT", 1, discount=v)))
door("line.unit", but(IDS, "none"), placed(lambda v: so.Line("BOLT", 1, unit=v)))
door("line.price", but(NUMBERS, "none"), placed(lambda v: so.Line("BOLT", 1, price=v)))
door("line.price_per", QUANTITIES, placed(lambda v: so.Line("BOLT", 1, price="1", price_per=v)))
door("line.requested_on", DATES, placed(lambda v: so.Line("BOLT", 1, requested_on=v)))
door("line.id", but(IDS, "none"), placed(lambda v: so.Line("BOLT", 1, id=v)))
door(
    "line.adjustments",
    {**but(THINGS, "list", "dict"), "numbers": [1], "texts": ["5%"]},
    placed(lambda v: so.Line("BOLT", 1, adjustments=v)),
)
door("line.tax", but(THINGS, "none"), placed(lambda v: so.Line("BOLT", 1, tax=v)))
door(
    "line.complete",
    but(THINGS, "true"),
    placed(lambda v: so.Line("BOLT", 1, complete=v)),
)
door("allowance.amount", {**but(MONEY, "dollars"), "above": "101%"}, placed(
    lambda v: so.Line("BOLT", 1, adjustments=[so.allowance(v)])
))  # fmt: skip
door("charge.amount", {**but(MONEY, "dollars"), "above": "101%"}, placed(
    lambda v: so.Line("BOLT", 1, adjustments=[so.charge(v)])
))  # fmt: skip
door("allowance.reason", TEXTS, placed(
    lambda v: so.Line("BOLT", 1, adjustments=[so.allowance("0.01", v)])
))  # fmt: skip
door("allowance.code", but(THINGS, "text"), placed(
    lambda v: so.Line("BOLT", 1, adjustments=[so.allowance("0.01", code=v)])
))  # fmt: skip
door("allowance.tax", but(THINGS, "none"), ordered(
    lambda v: so.OrderRequest("C7", [a_line(1)], adjustments=[so.allowance("0.01", tax=v)])
))  # fmt: skip
door("order.allowance larger than the order", {"10,000": "10000.00"}, ordered(
    lambda v: so.OrderRequest("C7", [a_line(1)], adjustments=[so.allowance(v)])
))  # fmt: skip
door("order.customer", IDS, ordered(lambda v: so.OrderRequest(v, [a_line(1)])))
LINES = {
    **THINGS,
    "a line": a_line(1),
    "numbers": [1],
    "nothing inside": [None],
    "10,001": [a_line(1)] * 10_001,
    "one id twice": [a_line(1, id="A"), a_line(1, id="A")],
    "an id that another gets": [a_line(1, id="2"), a_line(1)],
    "endless": itertools.repeat(a_line(1), 200_000),
}
door("order.lines", LINES, ordered(lambda v: so.OrderRequest("C7", v)))
door("price.lines", but(LINES, "endless"), lambda h, v: h.ann.orders.price("C7", v))
door("price.customer", IDS, lambda h, v: h.ann.orders.price(v, [a_line(1)]))
door("order.reference", TEXTS, ordered(lambda v: a_request(1, reference=v)))
door("order.buyer_reference", TEXTS, ordered(lambda v: a_request(1, buyer_reference=v)))
door("order.ship_to_name", TEXTS, ordered(lambda v: a_request(1, ship_to_name=v)))
door("order.channel", TEXTS, ordered(lambda v: a_request(1, channel=v)))
door("order.note", TEXTS, ordered(lambda v: a_request(1, note=v)))
door("order.requested_on", DATES, ordered(lambda v: a_request(1, requested_on=v)))
door("order.complete", but(THINGS, "true"), ordered(lambda v: a_request(1, complete=v)))
door("order.ship_to", but(THINGS, "none"), ordered(lambda v: a_request(1, ship_to=v)))
door(
    "order.adjustments",
    {**but(THINGS, "list", "dict"), "numbers": [1]},
    ordered(lambda v: a_request(1, adjustments=v)),
)
door("order of nobody and nothing", {"both": None}, ordered(
    lambda v: so.OrderRequest("NOBODY", [so.Line("NOTHING", 1), so.Line("BOLT", 1, unit="KGM")])
))  # fmt: skip
door("orders.place", THINGS, lambda h, v: h.ann.orders.place(v))
door("orders.intake", THINGS, lambda h, v: h.ann.orders.intake(v))
door("orders.intake empty", {"empty": OrderDocument(number="P1")}, lambda h, v: h.ann.orders.intake(v))
for verb, name in (("release", "ben"), ("approve", "bob"), ("decline", "bob")):
    door(f"orders.{verb}", {**IDS, "unknown": "SO-1"},
         lambda h, v, verb=verb, name=name: getattr(getattr(h, name).orders, verb)(v, reason="r"))  # fmt: skip
    door(f"orders.{verb} reason", REASONS,
         lambda h, v, verb=verb, name=name: getattr(getattr(h, name).orders, verb)("SO-1", reason=v))  # fmt: skip
for counter in ("orders", "catalog", "credit", "shipments", "invoices", "cash"):
    door(f"{counter}.get", {**IDS, "unknown": "X-1"},
         lambda h, v, counter=counter: getattr(h.desk, counter).get(v))  # fmt: skip
    door(f"{counter}.find limit", {**but(NUMBERS, "10**400"), "zero": 0, "1001": 1001},
         lambda h, v, counter=counter: getattr(h.desk, counter).find(customer="C7", limit=v))  # fmt: skip
    door(f"{counter}.find after", only(TEXTS, "number", "object", "list", "bytes"),
         lambda h, v, counter=counter: getattr(h.desk, counter).find(customer="C7", after=v))  # fmt: skip
    door(f"{counter}.find value", TEXTS,
         lambda h, v, counter=counter: getattr(h.desk, counter).find(customer=v))  # fmt: skip
    door(f"{counter}.find by two names", {"two": None},
         lambda h, v, counter=counter: getattr(h.desk, counter).find(customer="C7", number="1"))  # fmt: skip
    door(f"{counter}.find by no name of a lookup", {"nonsense": None},
         lambda h, v, counter=counter: getattr(h.desk, counter).find(nonsense="C7"))  # fmt: skip

# Master data.
door("catalog.add", {**THINGS, "price": so.Price("1")}, lambda h, v: h.ada.catalog.add(v))
door("catalog.add nothing", {"nothing": None}, lambda h, v: h.ada.catalog.add())
door("catalog.add twice", {"twice": None}, lambda h, v: h.ada.catalog.add(an_item("N"), an_item("N")))
door("catalog.add known", {"known": None}, lambda h, v: h.ada.catalog.add(an_item("BOLT")))
door("catalog.change unknown", {"unknown": None}, lambda h, v: h.ada.catalog.change(an_item("N")))
door("catalog.change limit", {"limit": None}, lambda h, v: h.ada.catalog.change(a_customer("C7")))
door("catalog.change", THINGS, lambda h, v: h.ada.catalog.change(v))
door("catalog.retire", {**IDS, "bare": "BOLT", "unknown": "item/N", "other kind": "order/SO-1"},
     lambda h, v: h.ada.catalog.retire(v))  # fmt: skip
door("item.sku", IDS, added(lambda v: so.Item(v, "n", tax="S19")))
door("item.name", {**REASONS}, added(lambda v: so.Item("N", v, tax="S19")))
door("item.tax", {**THINGS, "fraction": "S0.19", "above": "S101", "nan": "SNaN", "blank": "",
                  "zero with a rate": "Z19", "overlong": "S" * 100,
                  "made by hand": so.Tax("bogus", Decimal("NaN"))},
     added(lambda v: so.Item("N", "n", tax=v)))  # fmt: skip
door("item.unit", IDS, added(lambda v: so.Item("N", "n", tax="S19", unit=v)))
door("item.units", {**but(THINGS, "list", "dict"), "zero": {"XCT": 0}, "negative": {"XCT": -1},
                    "nan": {"XCT": Decimal("NaN")}, "snan": {"XCT": Decimal("sNaN")},
                    "float": {"XCT": 0.5}, "none": {"XCT": None}, "huge": {"XCT": 10**400},
                    "unknown": {"???": 1}, "key": {5: 1}, "pairs": [1], "triples": [("XCT", 1, 1)],
                    "twice": [("XCT", 1), ("XCT", 2)], "its own": {"H87": 12}},
     added(lambda v: so.Item("N", "n", tax="S19", units=v)))  # fmt: skip
door("item.prices", {**but(THINGS, "list", "dict"), "numbers": [1], "texts": ["1.00"],
                     "a price": so.Price("1"), "overlap": [so.Price("1"), so.Price("2")]},
     added(lambda v: so.Item("N", "n", tax="S19", prices=v)))  # fmt: skip
door("item.cost", but(NUMBERS, "none"), added(lambda v: so.Item("N", "n", tax="S19", cost=v)))
door("item.stocked", but(THINGS, "true"), added(lambda v: so.Item("N", "n", tax="S19", stocked=v)))
door("item.retired", but(THINGS, "true"), added(lambda v: so.Item("N", "n", tax="S19", retired=v)))
door("price.value", {**NUMBERS, "7 decimals": "0.0000001"}, added(lambda v: an_item("N", v)))
door("price.at_least", but(QUANTITIES, "zero", "minus zero"), added(
    lambda v: so.Item("N", "n", tax="S19", prices=[so.Price("1", at_least=v)])
))  # fmt: skip
door("price.per", QUANTITIES, added(
    lambda v: so.Item("N", "n", tax="S19", prices=[so.Price("1", per=v)])
))  # fmt: skip


def customer(**more: Any) -> so.Customer:
    return so.Customer(**{"id": "N", "name": "n", "country": "DE", **more})


door("customer.id", IDS, added(lambda v: customer(id=v)))
door("customer.name", REASONS, added(lambda v: customer(name=v)))
door("customer.country", {**IDS, "three": "DEU", "small": "de"}, added(lambda v: customer(country=v)))
door("customer.vat_id", {**TEXTS, "no country": "123456"}, added(lambda v: customer(vat_id=v)))
for field in ("street", "additional", "city", "postal_code", "email", "endpoint", "endpoint_scheme",
              "registration", "registration_scheme"):  # fmt: skip
    door(f"customer.{field}", TEXTS, added(lambda v, field=field: customer(**{field: v})))
door("customer.terms", {**THINGS, "blank": "", "nonsense": "soon", "too early": "2/40 net 30",
                        "above": "200/10 net 30", "far": "net 9999999", "overlong": "net 30 " * 99},
     added(lambda v: customer(terms=v)))  # fmt: skip
door("customer.credit_limit", {**but(MONEY, "none"), "big word": "UNLIMITED"},
     added(lambda v: customer(credit_limit=v)))  # fmt: skip
door("customer.aliases", {**but(THINGS, "list", "dict"), "numbers": [1], "blank": [""], "nul": ["\0"]},
     added(lambda v: customer(aliases=v)))  # fmt: skip
door("customer.retired", but(THINGS, "true"), added(lambda v: customer(retired=v)))
door("credit.set_limit", {**but(MONEY, "none"), "word": "infinite"},
     lambda h, v: h.ada.credit.set_limit("C7", v))  # fmt: skip
door("credit.set_limit customer", {**IDS, "unknown": "C9"}, lambda h, v: h.ada.credit.set_limit(v, 1))
door("credit.set_limit reason", TEXTS, lambda h, v: h.ada.credit.set_limit("C7", 1, reason=v))

# Stock.
door("stock.receive sku", {**IDS, "unknown": "N"}, lambda h, v: h.wim.stock.receive(v, 1, site="BER"))
door("stock.receive quantity", QUANTITIES, lambda h, v: h.wim.stock.receive("BOLT", v, site="BER"))
door("stock.receive site", IDS, lambda h, v: h.wim.stock.receive("BOLT", 1, site=v))
door("stock.plan quantity", QUANTITIES,
     lambda h, v: h.wim.stock.plan_receipt("BOLT", v, site="BER", on=DAY))  # fmt: skip
door("stock.plan on", DATES_NEEDED,
     lambda h, v: h.wim.stock.plan_receipt("BOLT", 1, site="BER", on=v))  # fmt: skip
door("stock.adjust quantity", {**but(QUANTITIES, "negative", "above 10**12"), "too much": -501},
     lambda h, v: h.wim.stock.adjust("BOLT", v, site="BER", reason="r"))  # fmt: skip
door("stock.adjust reason", REASONS,
     lambda h, v: h.wim.stock.adjust("BOLT", 1, site="BER", reason=v))  # fmt: skip
door("stock.level", {**IDS, "unknown": "N"}, lambda h, v: h.desk.stock.level(v, "BER"))
door("stock.level site", {**IDS, "unknown": "N"}, lambda h, v: h.desk.stock.level("BOLT", v))
door("stock.availability", IDS, lambda h, v: h.desk.stock.availability(v))


# Shipments and invoices: one order is placed and one shipment waits.
def the_order(house: House) -> str:
    return str(house.desk.orders.find(customer="C7").items[0].id)


def the_shipment(house: House) -> str:
    return str(house.desk.shipments.find(customer="C7").items[0].id)


door("ship.order", {**IDS, "unknown": "SO-1"}, lambda h, v: h.wim.shipments.ship(v))
door("ship.lines", but(THINGS, "none", "dict", "list"), lambda h, v: h.wim.shipments.ship(the_order(h), v))
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

# Cash.
PAYMENTS = {
    "nothing": so.Money(0, "EUR"),
    "less": so.Money(-1, "EUR"),
    "dollars": so.Money(1, "USD"),
    **{name: value for name, value in NUMBERS.items()},
    "whole": 1,
    "text": "1.00",
}
door("cash.receive", PAYMENTS, lambda h, v: h.kai.cash.receive("C7", v))
door("cash.receive customer", {**but(IDS, "blank"), "unknown": "C9"}, lambda h, v: h.kai.cash.receive(v, EUR))
door("cash.receive on", {**DATES, "tomorrow": date(2026, 11, 24), "never": date.max},
     lambda h, v: h.kai.cash.receive("C7", EUR, on=v))  # fmt: skip
for field in ("reference", "payer_name", "payer_iban", "bank_ref"):
    door(f"cash.receive {field}", TEXTS, lambda h, v, field=field: h.kai.cash.receive("C7", EUR, **{field: v}))


def the_payment(house: House) -> str:
    return str(house.desk.cash.find(customer="C7").items[0].id)


def the_invoice(house: House) -> str:
    return str(house.desk.invoices.find(customer="C7").items[0].id)


door("apply.payment", {**IDS, "unknown": "PY-1"}, lambda h, v: h.kai.cash.apply(v, {the_invoice(h): EUR}))
door("apply.shares", THINGS, lambda h, v: h.kai.cash.apply(the_payment(h), v))
door("apply.invoice", {**IDS, "unknown": "IN-1"}, lambda h, v: h.kai.cash.apply(the_payment(h), {v: EUR})
     if not isinstance(v, list) else h.kai.cash.apply(the_payment(h), {(): EUR}))  # fmt: skip
door("apply.amount", {**MONEY, "nothing": so.Money(0, "EUR"), "less": so.Money(-1, "EUR"),
                      "zero": 0, "too much": so.Money("1000000", "EUR")},
     lambda h, v: h.kai.cash.apply(the_payment(h), {the_invoice(h): v}))  # fmt: skip
door("apply.candidate", {**but(NUMBERS, "none", "10**16"), "99": 99, "zero": 0},
     lambda h, v: h.kai.cash.apply(the_payment(h), candidate=v))  # fmt: skip
door("apply both", {"both": None}, lambda h, v: h.kai.cash.apply(the_payment(h), {"IN-1": EUR}, candidate=0))
door("unapply.payment", {**IDS, "unknown": "PY-1"}, lambda h, v: h.kai.cash.unapply(v, the_invoice(h)))
door("unapply.invoice", {**IDS, "unknown": "IN-1"}, lambda h, v: h.kai.cash.unapply(the_payment(h), v))
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
door("reports.kpis backwards", {"backwards": date(2026, 1, 1)}, lambda h, v: h.desk.reports.kpis(DAY, v))
door("ledger.entries", DATES_NEEDED, lambda h, v: h.desk.ledger.entries(v))
door("ledger.journal", DATES_NEEDED, lambda h, v: h.desk.ledger.journal(DAY, v))
door("ledger.trial_balance", DATES_NEEDED, lambda h, v: h.desk.ledger.trial_balance(v))
door("ledger.balance", {**THINGS, "unknown": "NOPE"}, lambda h, v: h.desk.ledger.balance(v))
door("audit.history", {**IDS, "unknown": "order/X"}, lambda h, v: h.desk.audit.history(v))
door("audit.explain", {**TEXTS, "unknown": "k"}, lambda h, v: h.desk.audit.explain(v))
door("audit.verify head", {**but(THINGS, "none")}, lambda h, v: refuse_broken(h.desk.audit.verify(head=v)))
# Actors.
door("as_", THINGS, lambda h, v: h.raw.as_(v))
door("actor.id", IDS, lambda h, v: so.Actor(v))
door("actor.roles", {**but(THINGS, "list", "dict", "text"), "numbers": [1], "blank": [""]}, lambda h, v: so.Actor("a", roles=v))
door("actor.tenant", but(IDS, "none"), lambda h, v: so.Actor("a", tenant=v))


def refuse_broken(verified: Any) -> Any:
    return so.Rejected() if not verified else verified


HOUSES: dict[str, tuple[House, tuple[str, int]]] = {}


def a_busy_house(twin: str) -> House:
    """A house with an order that is half shipped, an open invoice and unapplied cash."""
    house = a_house(twin, encoded=twin == "aio")
    order = house.order().unwrap()
    house.billed(house.shipped(order, {"1": 10}))
    house.shipped(order, {"1": 10})
    house.kai.cash.receive("C7", so.Money("7.77", "EUR"))
    return house


def untouched(house: House) -> tuple[str, int]:
    """Documents and outbox; a rejection leaves its row and nothing else."""
    return house.state()[0], house.state()[2]


def shared(twin: str) -> tuple[House, tuple[str, int]]:
    """One house for all rows, until one of them changes it."""
    if twin not in HOUSES:
        house = a_busy_house(twin)
        HOUSES[twin] = house, untouched(house)
    return HOUSES[twin]


ROWS = [(name, value) for name, (values, _) in DOORS.items() for value in values]
# The twin is generated: a seventh of the rows shows that its doors are the same.
TWIN_ROWS = [("sync", *row) for row in ROWS] + [("aio", *row) for row in ROWS[::7]]


@pytest.mark.parametrize(("twin", "name", "value"), TWIN_ROWS, ids=["-".join(row) for row in TWIN_ROWS])
def test_bad_input_is_refused_and_changes_nothing(twin: str, name: str, value: str) -> None:
    house, before = shared(twin)
    values, call = DOORS[name]
    HOUSES.pop(twin)
    started = time.perf_counter()
    try:
        answer = call(house, values[value])
    except so.SalesOrdersError as error:
        assert CODE.match(error.code), error.code
        assert len(str(error)) < 1_000
    else:
        assert isinstance(answer, so.Rejected), str(answer)[:200]
        assert all(CODE.match(finding.code) for finding in answer.findings)
    assert time.perf_counter() - started < SECONDS
    assert untouched(house) == before
    HOUSES[twin] = house, before


def test_an_error_leads_to_the_field(house: House) -> None:
    def path(call: Callable[[], object]) -> str:
        with pytest.raises(so.SalesOrdersError) as refused:
            call()
        return refused.value.path

    assert path(lambda: so.Line("BOLT", 0)) == "quantity"
    assert path(lambda: so.Line("BOLT", 1, discount="101%")) == "discount"
    assert path(lambda: so.OrderRequest("C7", [])) == "lines"
    assert path(lambda: so.OrderRequest("C7", [a_line(1, id="A"), a_line(1, id="A")])) == "lines[1].id"
    assert path(lambda: house.wim.shipments.ship("SO-1")) == "order"
    assert path(lambda: house.ada.credit.set_limit("C7", "-1")) == "limit"
    assert path(lambda: house.kai.cash.receive("C7", so.Money(-1, "EUR"))) == "amount"
    assert path(lambda: house.ada.catalog.add(a_customer("N", limit="0.001"))) == "[0].credit_limit"


# --- assembling a desk

DESKS: dict[str, dict[str, Any]] = {
    "seller": {"seller": but(THINGS)},
    "currency": {"currency": {**IDS, "small": "eur", "unknown": "ZZZ", "testing": "XXX"}},
    "tenant": {"tenant": IDS},
    "zone": {"zone": {**IDS, "unknown": "Mars/Phobos"}},
    "policies": {"policies": but(THINGS, "none", "list", "dict") | {"full": [1]}},
    "gateways": {"gateways": {"number": 5, "text": "x", "true": True}},
    "clock": {"clock": but(THINGS, "none", "list", "dict")},
    "store": {"store": THINGS},
}
DESK_ROWS = [
    (field, name) for field, named in DESKS.items() for name in named[field]
]


@pytest.mark.parametrize("twin", ["sync", "aio"])
@pytest.mark.parametrize(("field", "name"), DESK_ROWS, ids=["-".join(row) for row in DESK_ROWS])
def test_a_desk_is_not_assembled_of_something_else(twin: str, field: str, name: str) -> None:
    door = TWINS[twin]
    good = {"store": door.MemoryStore(), "seller": SELLER, "currency": "EUR"}
    with pytest.raises(so.SalesOrdersError) as refused:
        door.Desk(**{**good, field: DESKS[field][field][name]})
    assert CODE.match(refused.value.code)


class Naive:
    def now(self) -> datetime:
        return datetime(2026, 11, 23)  # noqa: DTZ001  # that is what is wrong with it


def test_a_clock_without_a_zone_is_refused(make_house: Any) -> None:
    with pytest.raises(so.InvalidValue) as refused:
        make_house(clock=Naive())
    assert (refused.value.code, refused.value.path) == ("moment.naive", "clock")


@pytest.mark.parametrize("start", [datetime(2026, 11, 23), "2026-11-23", None, 5, object()])  # noqa: DTZ001  # refused
def test_a_fixed_clock_starts_at_a_day_or_a_moment_with_a_zone(start: Any) -> None:
    with pytest.raises(so.SalesOrdersError):
        so.FixedClock(start)


@pytest.mark.parametrize("amount", [{"days": 10**12}, {"days": "1"}, {"days": None}, {"days": 0.5}])
def test_a_fixed_clock_moves_by_whole_days(amount: Any) -> None:
    clock = so.FixedClock(DAY)
    with pytest.raises(so.SalesOrdersError):
        clock.advance(**amount)


@pytest.mark.parametrize("name", sorted(MONEY))
def test_money_has_a_strict_door(name: str) -> None:
    if name in ("negative", "false", "dollars"):
        pytest.skip("an amount may be negative; the others have their own tests")
    with pytest.raises(so.SalesOrdersError) as refused:
        so.Money(MONEY[name], "EUR")
    assert refused.value.code.startswith("money.")


@pytest.mark.parametrize("currency", [None, 5, "", "eur", "ZZZ", "XXX", "EU", object(), b"EUR"])
def test_money_is_of_a_tender_currency(currency: Any) -> None:
    with pytest.raises(so.SalesOrdersError) as refused:
        so.Money(1, currency)
    assert refused.value.code.startswith("currency.")


def test_a_discount_of_everything_is_a_price_of_nothing(house: House) -> None:
    outcome = house.order(discount="100%")
    assert isinstance(outcome, so.Held)
    assert outcome.order.amounts.gross == 0


def test_the_largest_order_is_taken() -> None:
    house = a_house(limit="unlimited")
    lines = [a_line(1) for _ in range(10_000)]
    started = time.perf_counter()
    quote = house.ann.orders.price("C7", lines)
    assert len(quote.amounts.lines) == 10_000
    assert time.perf_counter() - started < 5


def endless() -> Iterator[so.Line]:
    while True:
        yield a_line(1)


def test_an_endless_order_is_cut_off() -> None:
    lines = itertools.islice(endless(), 100_000)
    with pytest.raises(so.SalesOrdersError, match="limit.exceeded"):
        so.OrderRequest("C7", lines)
    assert sum(1 for _ in lines) > 80_000


def test_finished_is_all_that_runs_coroutines() -> None:
    assert finished(5) == 5

"""Every public door of orders, master data and stock, with what it must not take."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import salesorders as so
from salesorders.interchange import OrderDocument
from tests.builders import DAY, House, a_customer, a_line, a_request, an_item
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
    only,
)

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
door(
    "orders.intake empty",
    {"empty": OrderDocument(number="P1")},
    lambda h, v: h.ann.orders.intake(v),
)
for verb, name in (("release", "ben"), ("approve", "bob"), ("decline", "bob")):
    door(f"orders.{verb}", {**IDS, "unknown": "SO-1"},
         lambda h, v, verb=verb, name=name: getattr(getattr(h, name).orders, verb)(v, reason="r"))  # fmt: skip
    door(f"orders.{verb} reason", REASONS,
         lambda h, v, verb=verb, name=name: getattr(getattr(h, name).orders, verb)("SO-1", reason=v))  # fmt: skip
    door(f"orders.{verb} seen", but(TEXTS, "none"),
         lambda h, v, verb=verb, name=name:
         getattr(getattr(h, name).orders, verb)("SO-1", reason="r", seen=v))  # fmt: skip
for verb in ("amend", "cancel", "close", "reopen"):
    door(f"orders.{verb}", {**IDS, "unknown": "SO-1"},
         lambda h, v, verb=verb: getattr(h.ann.orders, verb)(v, reason="r"))  # fmt: skip
    door(f"orders.{verb} reason", REASONS,
         lambda h, v, verb=verb: getattr(h.ann.orders, verb)("SO-1", reason=v))  # fmt: skip
    door(f"orders.{verb} seen", but(TEXTS, "none"),
         lambda h, v, verb=verb: getattr(h.ann.orders, verb)("SO-1", reason="r", seen=v))  # fmt: skip
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
door(
    "catalog.add twice", {"twice": None}, lambda h, v: h.ada.catalog.add(an_item("N"), an_item("N"))
)
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
door("price.at_least", but(QUANTITIES, "zero", "minus zero", "zero text", "false"), added(
    lambda v: so.Item("N", "n", tax="S19", prices=[so.Price("1", at_least=v)])
))  # fmt: skip
door("price.per", QUANTITIES, added(
    lambda v: so.Item("N", "n", tax="S19", prices=[so.Price("1", per=v)])
))  # fmt: skip


def customer(**more: Any) -> so.Customer:
    return so.Customer(**{"id": "N", "name": "n", "country": "DE", **more})


door("customer.id", IDS, added(lambda v: customer(id=v)))
door("customer.name", REASONS, added(lambda v: customer(name=v)))
door(
    "customer.country", {**IDS, "three": "DEU", "small": "de"}, added(lambda v: customer(country=v))
)
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
door(
    "credit.set_limit customer", {**IDS, "unknown": "C9"}, lambda h, v: h.ada.credit.set_limit(v, 1)
)
door("credit.set_limit bucket", {**but(THINGS, "none", "list", "dict"), "unapplied": "unapplied"},
     lambda h, v: h.ada.credit.set_limit("C7", 1, bucket=v))  # fmt: skip
door("credit.set_limit until", DATES_NEEDED,
     lambda h, v: h.ada.credit.set_limit("C7", 1, temporary=True, until=v))  # fmt: skip
door("credit.set_limit since", DATES,
     lambda h, v: h.ada.credit.set_limit("C7", 1, temporary=True, since=v, until=DAY))  # fmt: skip
door("credit.set_limit currency", but(THINGS, "none"),
     lambda h, v: h.ada.credit.set_limit("C7", 1, currency=v))  # fmt: skip
door("credit.open", IDS, lambda h, v: h.ada.credit.open(v, 1))
door("credit.open limit", {**but(MONEY, "none"), "word": "infinite"},
     lambda h, v: h.ada.credit.open("G1", v))  # fmt: skip
door("credit.arrange", {**IDS, "unknown": "C9"},
     lambda h, v: h.ada.credit.arrange(v, risk_class="A"))  # fmt: skip
door("credit.arrange within", {**but(THINGS, "none", "list"), "unknown": ["G9"], "itself": ["C7"],
     "twice": ["C7", "C7"]}, lambda h, v: h.ada.credit.arrange("C7", within=v))  # fmt: skip
door("credit.arrange status", but(THINGS, "none"),
     lambda h, v: h.ada.credit.arrange("C7", status=v))  # fmt: skip
door("credit.arrange collateral", {**but(THINGS, "none", "list"), "numbers": [1]},
     lambda h, v: h.ada.credit.arrange("C7", collateral=v))  # fmt: skip
door("credit.arrange terms", but(THINGS, "none"),
     lambda h, v: h.ada.credit.arrange("C7", terms=v))  # fmt: skip
door("credit.arrange nothing", {"nothing": None},
     lambda h, v: h.ada.credit.arrange("C7"))  # fmt: skip
door("credit.recheck", {**IDS, "unknown": "C9"}, lambda h, v: h.ben.credit.recheck(v))
door("credit.recheck most", {"none": 0, "many": 10_001, "text": "1", "half": 0.5},
     lambda h, v: h.ben.credit.recheck("C7", most=v))  # fmt: skip
door("credit.recount", {**IDS, "unknown": "C9"}, lambda h, v: h.ben.credit.recount(v))
door("credit.what_if", {**IDS, "unknown": "SO-9"}, lambda h, v: h.ben.credit.what_if(v))
door("credit.sheet", {**IDS, "unknown": "C9"}, lambda h, v: h.ben.credit.sheet(v))
door("credit.worklist", but(THINGS), lambda h, v: h.ben.credit.worklist(v))
door("credit.set_limit reason", TEXTS, lambda h, v: h.ada.credit.set_limit("C7", 1, reason=v))

# Stock.
door(
    "stock.receive sku", {**IDS, "unknown": "N"}, lambda h, v: h.wim.stock.receive(v, 1, site="BER")
)
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

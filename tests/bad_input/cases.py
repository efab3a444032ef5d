"""The 99 bad inputs by number: what is sent through which public door, and the code and path that answer.

Whether a door raises or answers with findings is the door's matter; the code and path are stated here.
Numbers that no door takes stand in ``NO_DOOR`` with the reason or the place of their own tests.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs

import salesorders as so
from salesorders.kernel.codec import parse_json
from tests.builders import DAY, House, a_customer, a_line, a_request, an_item

Call = Callable[[House], Any]
EUR = so.Money("1.00", "EUR")


@attrs.frozen
class Case:
    """One bad input: its number, what it is, the door's answer."""

    number: int
    what: str
    call: Call
    code: str
    path: str

    @property
    def name(self) -> str:
        return f"B{self.number:02}-{self.what.replace(' ', '-')}"


CASES: list[Case] = []


def case(number: int, what: str, call: Call, code: str, path: str = "") -> None:
    CASES.append(Case(number, what, call, code, path))


def placed(line: Callable[[], so.Line]) -> Call:
    return lambda h: h.ann.orders.place(so.OrderRequest("C7", [line()]))


def quantity(value: object) -> Call:
    return placed(lambda: so.Line("BOLT", value))


def money(value: object, currency: object = "EUR") -> Call:
    return lambda h: h.kai.cash.receive("C7", so.Money(value, currency))


def item(**fields: Any) -> Call:
    return lambda h: h.ada.catalog.add(an_item("NEW", **fields))


def customer(**fields: Any) -> Call:
    return lambda h: h.ada.catalog.add(a_customer("NEW", **fields))


def named(name: object) -> Call:
    return lambda h: h.ada.catalog.add(so.Customer("NEW", name, country="DE", credit_limit=1))


def identified(name: object) -> Call:
    return lambda h: h.ada.catalog.add(an_item(name))


def the_order(house: House) -> Any:
    return house.desk.orders.find(customer="C7").items[0]


# --- types and quantities
case(1, "nothing", quantity(0), "quantity.not_positive", "quantity")
case(2, "minus one", quantity(-1), "quantity.not_positive", "quantity")
case(3, "NaN", quantity(Decimal("NaN")), "quantity.not_finite", "quantity")
case(4, "signalling NaN", quantity(Decimal("sNaN")), "quantity.not_finite", "quantity")
case(5, "Infinity", quantity(Decimal("Infinity")), "quantity.not_finite", "quantity")
case(6, "endless exponent", quantity(Decimal("1e999999999")), "quantity.range", "quantity")
case(7, "a million digits", quantity(Decimal("1E+1000000")), "quantity.range", "quantity")
case(8, "ten million digits", quantity(Decimal("1e10000000")), "quantity.range", "quantity")
case(9, "minus nothing", quantity(Decimal("-0")), "quantity.not_positive", "quantity")
case(10, "float", quantity(0.1), "quantity.type", "quantity")
case(11, "true", quantity(True), "quantity.type", "quantity")
case(12, "underscore", quantity("1_000"), "quantity.text", "quantity")
case(13, "blanks", quantity(" 1\n"), "quantity.text", "quantity")
case(14, "Arabic digit", quantity("\u0663"), "quantity.text", "quantity")
case(14, "fullwidth digits", quantity("\uff11\uff12"), "quantity.text", "quantity")
case(15, "grouped", quantity("1,000"), "quantity.text", "quantity")
case(16, "German number", quantity("1.000,50"), "quantity.text", "quantity")
case(17, "NaN as text", quantity("NaN"), "quantity.text", "quantity")
case(17, "exponent as text", quantity("1e9"), "quantity.text", "quantity")
case(18, "half a piece", quantity("1.5"), "quantity.fractional_unit", "lines[0].quantity")
case(19, "over the most", quantity(10**12 + 1), "quantity.range", "quantity")
case(20, "ten thousand digits", quantity("9" * 10_000), "quantity.text", "quantity")
case(21, "a tenth of a cent", money("1.005"), "money.precision", "amount")
case(21, "half a yen", money("1.5", "JPY"), "money.precision", "amount")
case(
    22,
    "a cent beyond 27 digits",
    money(Decimal(10) ** 27 + Decimal("0.01")),
    "money.range",
    "amount",
)
case(23, "NaN money", money("NaN"), "money.text", "amount")
case(
    24, "money times float", lambda h: h.kai.cash.receive("C7", EUR * 0.5), "number.type", "factor"
)
case(25, "mixed currencies", lambda h: EUR + so.Money("1.00", "USD"), "currency.mismatch", "")
case(26, "small letters", money("1.00", "usd"), "currency.unknown", "currency")
case(27, "no currency", money("1.00", "ZZZ"), "currency.unknown", "currency")
case(28, "no tender", money("1.00", "XXX"), "currency.unknown", "currency")
case(29, "sum of nothing", lambda h: h.kai.cash.receive("C7", sum([])), "money.type", "amount")
case(
    30,
    "discount above 100 %",
    placed(lambda: so.Line("BOLT", 1, discount="100.01%")),
    "rate.range",
    "discount",
)
case(
    30,
    "discount below nothing",
    placed(lambda: so.Line("BOLT", 1, discount="-1%")),
    "rate.range",
    "discount",
)
case(
    31,
    "negative price",
    placed(lambda: so.Line("BOLT", 1, price="-1.00")),
    "price.negative",
    "price",
)
case(
    32,
    "a rate of a hundred and one",
    placed(lambda: so.Line("BOLT", 1, tax=so.Tax("S", Decimal(101)))),
    "rate.range",
    "tax.rate",
)
case(32, "a fraction for a rate", item(tax="S0.19"), "tax.rate", "tax.rate")
# --- dates
for what, value in (("nothing", "0"), ("negative", "-1.1"), ("a float", 1.1)):
    case(
        33,
        f"exchange rate {what}",
        lambda h, v=value: so.ExchangeRate("EUR", "USD", v, DAY),
        "number.type" if what == "a float" else "credit.rate",
        "rate",
    )

case(
    34,
    "30 February",
    placed(lambda: so.Line("BOLT", 1, requested_on="2024-02-30")),
    "date.text",
    "requested_on",
)
case(
    35,
    "a single digit",
    placed(lambda: so.Line("BOLT", 1, requested_on="1")),
    "date.text",
    "requested_on",
)
case(
    36,
    "ambiguous",
    placed(lambda: so.Line("BOLT", 1, requested_on="10-11-12")),
    "date.text",
    "requested_on",
)
case(
    37,
    "400 nines",
    placed(lambda: so.Line("BOLT", 1, requested_on="9" * 400)),
    "date.text",
    "requested_on",
)
case(38, "naive moment", lambda h: so.FixedClock(datetime(2026, 11, 23)), "moment.naive", "start")  # noqa: DTZ001 - that is what is wrong with it
case(
    39,
    "moment for a date",
    placed(lambda: so.Line("BOLT", 1, requested_on=datetime(2026, 11, 23, tzinfo=UTC))),
    "date.type",
    "requested_on",
)
case(41, "end of time", lambda h: h.desk.reports.ageing(date.max), "date.range", "as_of")
case(44, "unknown zone", lambda h: so.Desk.sandbox(zone="Mars/Phobos"), "zone.unknown", "zone")
case(
    46,
    "end before start",
    lambda h: h.desk.reports.kpis(DAY, date(2026, 1, 1)),
    "period.order",
    "last",
)
case(47, "year one", lambda h: h.desk.reports.kpis(date.min, DAY), "date.range", "first")
case(
    47,
    "year 9999",
    lambda h: h.fay.invoices.issue(the_shipment(h), on=date.max),
    "date.range",
    "on",
)
# --- text and ids
case(50, "blank id", identified("   "), "id.blank", "sku")
case(51, "NUL", identified("A\x00B"), "id.characters", "sku")
case(51, "control character in a name", named("A\x1bB"), "text.characters", "name")
case(52, "lone surrogate", named("A\ud800"), "text.characters", "name")
case(53, "Cyrillic letter", identified("\u0410-1"), "id.characters", "sku")
case(54, "decomposed letter", identified("e\u0301"), "id.characters", "sku")
case(55, "zero width", identified("A\u200b1"), "id.characters", "sku")
case(55, "right to left", named("A\u202eB"), "text.characters", "name")
case(56, "a megabyte of name", named("A" * 1_000_000), "text.too_long", "name")
case(57, "slash in an id", identified("A/B"), "id.characters", "sku")
case(57, "dots in an id", identified("../A"), "id.characters", "sku")
case(57, "newline in an id", identified("A\n"), "id.characters", "sku")
case(58, "SQL in an id", identified("'; DROP TABLE"), "id.characters", "sku")
case(59, "template in an id", identified("{0.__class__}"), "id.characters", "sku")
case(61, "key for something else", lambda h: h.order(7, key="used"), "key.reused", "key")
case(62, "blank key", lambda h: h.order(key=""), "key.blank", "key")
case(62, "overlong key", lambda h: h.order(key="k" * 256), "key.too_long", "key")


def the_shipment(house: House) -> str:
    return str(house.desk.shipments.find(customer="C7").items[0].id)


# --- structure
case(
    64,
    "no lines",
    lambda h: h.ann.orders.place(so.OrderRequest("C7", [])),
    "order.no_lines",
    "lines",
)
case(
    65,
    "100,001 lines",
    lambda h: h.ann.orders.place(so.OrderRequest("C7", [so.Line("BOLT", 1)] * 100_001)),
    "limit.exceeded",
    "lines",
)
case(
    66,
    "doubled line",
    lambda h: h.ann.orders.place(so.OrderRequest("C7", [a_line(1, id="A"), a_line(1, id="A")])),
    "line.duplicate",
    "lines[1].id",
)
case(67, "unknown customer", lambda h: h.order(customer="C9"), "customer.unknown", "customer")
case(67, "unknown item", lambda h: h.order(sku="NUT"), "item.unknown", "lines[0].sku")
case(67, "unknown unit", placed(lambda: so.Line("BOLT", 1, unit="PARSEC")), "unit.unknown", "unit")
case(
    67,
    "unknown site",
    lambda h: h.wim.shipments.ship(the_order(h).id, site="HAM"),
    "shipment.nothing",
    "lines",
)
case(68, "blocked customer", lambda h: h.order(customer="C6"), "credit.account_blocked", "customer")
case(70, "factor of nothing", item(units={"XBX": 0}), "factor.not_positive", "units")
case(
    74,
    "over-application",
    lambda h: h.kai.cash.apply(the_payment(h), {the_item(h): so.Money("7.78", "EUR")}),
    "payment.over_allocated",
    "amount",
)
case(
    77,
    "more than is open",
    lambda h: h.wim.shipments.ship(the_order(h).id, {"1": 121}),
    "shipment.over",
    "lines[0].quantity",
)


case(81, "nobody acts", lambda h: h.desk.orders.place(a_request(), key="x"), "actor.missing", "by")
case(82, "another tenant's id", lambda h: h.desk.orders.get("SO-OTHER"), "order.unknown", "id")


def the_payment(house: House) -> str:
    return str(house.desk.cash.find(customer="C7").items[0].id)


def the_item(house: House) -> str:
    return str(house.desk.invoices.find(customer="C7").items[0].id)


def paid_for_another(house: House) -> Any:
    other = house.desk.invoices.find(customer="C8").items[0].id
    return house.kai.cash.apply(the_payment(house), {other: so.Money("1.00", "EUR")})


case(
    73,
    "another customer's invoice",
    paid_for_another,
    "payment.other_customer",
    "shares[0].invoice",
)


def own_request(house: House) -> Any:
    held = house.desk.orders.find(held="").items[0]
    ann = house.hand("ann", "sales", "sales-manager")
    return ann.orders.approve(held.id, reason="mine")


case(79, "own request", own_request, "approval.own", "by")


# --- files
def stored(text: str) -> Call:
    return lambda h: parse_json(text)


def ubl(document: bytes) -> Call:
    return lambda h: so.read_ubl_order(document)


case(83, "NaN in JSON", stored('{"a": NaN}'), "json.constant", "")
case(83, "infinity in JSON", stored('{"a": 1e400}'), "json.float", "")
case(84, "doubled key", stored('{"a": 1, "a": 2}'), "json.duplicate_key", "")
case(85, "deep brackets", stored("[" * 100_000), "json.depth", "")
case(86, "5,000 digits", stored("9" * 5_000), "json.digits", "")
case(
    87,
    "UTF-16 without a mark",
    ubl("<Order/>".encode("utf-16-le")[1:]),
    "xml.malformed",
    "document",
)
case(88, "torn backup", lambda h: h.desk.backup.read(["{\n"]), "json.malformed", "line 1")
case(
    89,
    "a line that is no object",
    lambda h: h.desk.backup.read(["[1]\n"]),
    "backup.format",
    "line 1",
)
BOMB = b'<?xml version="1.0"?><!DOCTYPE o [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><Order>&b;</Order>'
FILE = (
    b'<?xml version="1.0"?><!DOCTYPE o [<!ENTITY f SYSTEM "file:///etc/passwd">]><Order>&f;</Order>'
)
case(90, "entity bomb", ubl(BOMB), "xml.doctype", "document")
case(90, "entity of a file", ubl(FILE), "xml.doctype", "document")
case(
    92,
    "pickle",
    lambda h: h.desk.backup.read(["\x80\x04cos\nsystem\n"]),
    "json.malformed",
    "line 1",
)
case(95, "beyond 64 bits", lambda h: h.ada.credit.set_limit("C7", 2**63), "money.range", "limit")
case(
    99,
    "NaN for a limit",
    lambda h: h.ada.credit.set_limit("C7", Decimal("NaN")),
    "money.not_finite",
    "limit",
)

NO_DOOR = {
    40: "the due date is worked out from terms and can't be given",
    42: "no local time of day is taken, only moments with a zone",
    43: "no local time of day is taken, only moments with a zone",
    45: "no recurrence rule is taken before contracts are there",
    48: "no anniversary is worked out before contracts are there",
    49: "a law of terms, tested in tests/catalog",
    60: "a matter of writing: tests/tables shows that no cell becomes a formula",
    63: "ids that differ in case only are two ids, shown in tests/bad_input",
    69: "there are no kits",
    71: "there are no substitutions",
    72: "orders don't depend on each other",
    75: "nothing is captured or refunded yet",
    76: "nothing is returned yet",
    80: "authority does not expire; too little of it is B79's case with another level",
    91: "no archive is read",
    93: "tested with whole statements in tests/bad_input/test_files.py",
    94: "tested with whole statements in tests/bad_input/test_files.py",
    96: "amounts are bound as text inside canonical documents",
    97: "tables are STRICT: tests/stores/test_sql.py",
    98: "no column holds an amount: tests/stores/test_sql.py",
}

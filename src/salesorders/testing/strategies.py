"""Hypothesis strategies for the trade's values: what they give is well-formed, whatever a test does with it.

>>> from hypothesis import given
>>> @given(money("EUR"), quantities())
... def check(price, quantity):
...     assert str(price.times(quantity).currency) == "EUR"
>>> check()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Context, Decimal
from typing import Any

from hypothesis import strategies as st

from salesorders.amounts import AllowanceCharge, TaxGroup, allowance, charge, tax_of
from salesorders.catalog import Customer, Item, Price, Terms
from salesorders.kernel.limits import exact
from salesorders.kernel.money import EXPONENTS, Money, exponent_of
from salesorders.ledger import (
    Entry,
    application_entry,
    invoice_entry,
    receipt_entry,
    reversal,
    shipment_entry,
)
from salesorders.orders import Line, OrderRequest
from salesorders.pricing import PricedWant, PriceRequest
from salesorders.testing.scripts import VERBS, Step

__all__ = [
    "adjustments",
    "amounts",
    "commands",
    "currencies",
    "customers",
    "dates",
    "idents",
    "items",
    "journals",
    "keys",
    "moments",
    "money",
    "order_lines",
    "price_requests",
    "prices",
    "quantities",
    "requests",
    "splits",
]

# A host's tests may run under few digits.
WIDE = Context(prec=60)
FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)
LARGEST = 10**9
UNITS = {"DZN": 12, "XPX": 480}


def currencies(*among: str) -> st.SearchStrategy[str]:
    """Return currencies: those named, or all of ISO 4217 that are tender."""
    return st.sampled_from(sorted(among or EXPONENTS))


def amounts(
    currency: str = "EUR", *, least: int = 0, most: int = LARGEST
) -> st.SearchStrategy[Decimal]:
    """Return amounts between ``least`` and ``most`` whole units, with the decimals of ``currency``."""
    digits = exponent_of(currency)
    step = 10**digits
    return st.integers(least * step, most * step).map(lambda n: Decimal(n).scaleb(-digits, WIDE))


@st.composite
def money(
    draw: st.DrawFn, currency: str | None = None, *, least: int = -LARGEST, most: int = LARGEST
) -> Money:
    """Return money in one currency, or in any."""
    code = currency or draw(currencies())
    return Money(draw(amounts(code, least=least, most=most)), code)


def quantities(
    *, places: int = 0, least: int = 1, most: int = 10_000
) -> st.SearchStrategy[Decimal]:
    """Return quantities from ``least`` to ``most`` with up to so many decimals."""
    scale = 10**places
    return st.integers(least * scale, most * scale).map(lambda n: Decimal(n).scaleb(-places, WIDE))


def dates(first: date = FIRST, last: date = LAST) -> st.SearchStrategy[date]:
    """Return business dates."""
    return st.dates(first, last)


def moments(first: date = FIRST, last: date = LAST) -> st.SearchStrategy[datetime]:
    """Return moments with a zone, to the microsecond."""
    zones = st.integers(-14 * 4, 14 * 4).map(lambda n: timezone(timedelta(minutes=15 * n)))
    begin = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - the zone is drawn beside it
    end = datetime(last.year, last.month, last.day)  # noqa: DTZ001 - the zone is drawn beside it
    return st.datetimes(begin, end, timezones=zones)


def idents(prefix: str = "X") -> st.SearchStrategy[str]:
    """Return ids: the prefix and a number."""
    return st.integers(1, 99_999).map(lambda n: f"{prefix}{n}")


def keys() -> st.SearchStrategy[str]:
    """Return command keys: printable ASCII, up to 255 characters, no blanks at the ends."""
    letters = st.characters(min_codepoint=33, max_codepoint=126)
    return st.text(letters, min_size=1, max_size=255)


@st.composite
def prices(draw: st.DrawFn, at_least: int = 0) -> Price:
    """Return a price from 0 with up to six decimals, for 1, 10 or a gross."""
    value = Decimal(draw(st.integers(0, 10**6))).scaleb(-draw(st.integers(0, 6)), WIDE)
    return Price(value, at_least=at_least, per=draw(st.sampled_from([1, 10, 144])))


@st.composite
def items(
    draw: st.DrawFn, /, sku: st.SearchStrategy[str] | None = None, *, breaks: int = 4, **more: Any
) -> Item:
    """Return an item with up to so many quantity breaks, one of several taxes, also sold by the dozen."""
    steps = draw(st.lists(st.integers(1, 500), max_size=breaks, unique=True))
    name = draw(idents("ITEM") if sku is None else sku)
    fields: dict[str, Any] = {
        "prices": [draw(prices(at_least)) for at_least in (0, *steps)],
        "tax": draw(st.sampled_from(["S19", "S7", "Z"])),
        "units": UNITS,
    }
    return Item(name, f"Item {name}", **fields | more)


@st.composite
def customers(
    draw: st.DrawFn, /, ids: st.SearchStrategy[str] | None = None, **more: Any
) -> Customer:
    """Return a customer with terms and a limit, or none."""
    name = draw(idents("C") if ids is None else ids)
    limits = st.just("unlimited") | st.integers(0, 10**6).map(str)
    fields: dict[str, Any] = {
        "country": draw(st.sampled_from(["DE", "FR", "CZ", "US"])),
        "terms": Terms.parse(draw(st.sampled_from(["net 14", "net 30", "2/10 net 30"]))),
        "credit_limit": draw(limits),
    }
    return Customer(name, f"Customer {name}", **fields | more)


@st.composite
def adjustments(draw: st.DrawFn, *, most: int = 2) -> tuple[AllowanceCharge, ...]:
    """Return allowances and charges in percent that together leave something over."""
    share = 100 // (most + 1)
    return tuple(
        draw(st.sampled_from([allowance, charge]))(f"{draw(st.integers(0, share))}%")
        for _ in range(draw(st.integers(0, most)))
    )


@st.composite
def order_lines(draw: st.DrawFn, skus: Sequence[str] = ("BOLT",)) -> Line:
    """Return a line that is asked for, with a discount or without."""
    discount = draw(st.none() | st.integers(0, 100).map(lambda n: f"{n}%"))
    return Line(draw(st.sampled_from(skus)), draw(quantities(most=1_000)), discount=discount)


@st.composite
def requests(
    draw: st.DrawFn, ids: Sequence[str] = ("C7",), skus: Sequence[str] = ("BOLT",), *, most: int = 5
) -> OrderRequest:
    """Return an order request of 1 to ``most`` lines for one of the customers."""
    lines = draw(st.lists(order_lines(skus), min_size=1, max_size=most))
    return OrderRequest(draw(st.sampled_from(ids)), lines)


def commands(ids: Sequence[str] = ("C7", "C8"), *, most: int = 14) -> st.SearchStrategy[list[Step]]:
    """Return scripts of a trading day for :class:`~salesorders.testing.scripts.Script`."""
    step = st.tuples(st.sampled_from(VERBS), st.integers(1, 9), st.sampled_from(ids))
    return st.lists(step, min_size=3, max_size=most)


@st.composite
def price_requests(draw: st.DrawFn, currency: str = "EUR", *, most: int = 4) -> PriceRequest:
    """Return what pricing is asked: 1 to ``most`` lines, each with adjustments, and the document's own."""
    wants = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        item = draw(items(st.just(f"ITEM{number}")))
        quantity = draw(quantities(most=600))
        wants.append(PricedWant(str(number), item, quantity, item.unit, draw(adjustments())))
    return PriceRequest(currency, tuple(wants), draw(adjustments()))


@st.composite
def splits(draw: st.DrawFn, *, least: int = -(10**14)) -> tuple[Decimal, list[Decimal], int]:
    """Return what is split: a total, the weights of the shares, and the decimals of a share."""
    digits = draw(st.integers(0, 4))
    weight = st.decimals("0", "1000000", places=3) | st.integers(0, 100).map(Decimal)
    weights = draw(st.lists(weight, min_size=1, max_size=30).filter(any))
    return Decimal(draw(st.integers(least, 10**14))).scaleb(-digits, WIDE), weights, digits


@st.composite
def _groups(draw: st.DrawFn) -> list[TaxGroup]:
    rates = st.sampled_from(["0", "7", "19", "25.5"])
    return [
        _group(draw(amounts(least=1)), rate)
        for rate in draw(st.lists(rates, min_size=1, max_size=3, unique=True))
    ]


@exact
def _group(base: Decimal, rate: str) -> TaxGroup:
    tax = tax_of("S", rate) if rate != "0" else tax_of("Z", 0)
    return TaxGroup(tax, base, (base * Decimal(rate) / 100).quantize(Decimal("0.01")))


@st.composite
def journals(draw: st.DrawFn, *, most: int = 4) -> list[Entry]:
    """Return the entries of up to ``most`` sales in EUR, from shipment to cash, some of them taken back."""
    return _journal(draw, draw(st.integers(1, most)))


@exact
def _journal(draw: Callable[[st.SearchStrategy[Any]], Any], count: int) -> list[Entry]:
    day = draw(dates())
    entries: list[Entry | None] = []
    for n in range(count):
        taxed = draw(_groups())
        net = sum((group.base for group in taxed), Decimal(0))
        gross = net + sum((group.amount for group in taxed), Decimal(0))
        cash = Decimal(draw(st.integers(1, int(gross * 100)))).scaleb(-2)
        discount = min(gross - cash, draw(amounts()))
        who = ("EUR", "C7")
        entries += [
            shipment_entry(f"S{n}", f"shipment/{n}", day, "EUR", net, draw(amounts()), "C7"),
            invoice_entry(f"I{n}", f"invoice/{n}", day, *who, net, taxed, gross),
            receipt_entry(f"R{n}", f"payment/{n}", day, "EUR", cash, "C7"),
        ]
        applied = application_entry(f"A{n}", f"payment/{n}", day, *who, cash, discount, taxed)
        entries.append(applied)
        if draw(st.booleans()):
            entries.append(reversal(applied, f"X{n}", day))
    return [entry for entry in entries if entry is not None]

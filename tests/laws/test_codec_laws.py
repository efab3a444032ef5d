"""Laws of the codec: everything that is stored comes back equal, whatever it holds, and has one text."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
import types
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Union, get_args, get_origin

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import salesorders
from salesorders.amounts import Amounts, Tax, amounts_of
from salesorders.kernel.codec import canonical, decode, digest, encode, parse_json
from salesorders.kernel.decision import Fact
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.events import stored_names
from salesorders.kernel.money import Money
from salesorders.ledger.model import Line as Posting
from tests.amounts.builders import WIDE

for module in pkgutil.walk_packages(salesorders.__path__, "salesorders."):
    importlib.import_module(module.name)

STORED = sorted(stored_names().items())
law = settings(
    deadline=None,
    max_examples=6,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


idents = st.from_regex(r"[A-Z][A-Z0-9_-]{0,7}", fullmatch=True)
cents = st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-2, WIDE))
quantities = st.integers(1, 10**9).map(lambda n: Decimal(n).scaleb(-3, WIDE))
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001  # the strategy attaches the zone
    datetime(2100, 1, 1),  # noqa: DTZ001  # the strategy attaches the zone
    timezones=st.just(UTC),
)
texts = st.sampled_from(["", "Muster GmbH", 'say "no"', "Ünïcode ß 漢字 🔩", "a\nb", "{0}<b>"])
facts = st.deferred(
    lambda: (
        st.none()
        | texts
        | st.booleans()
        | st.integers(-(10**12), 10**12)
        | cents
        | days
        | moments
        | st.builds(Money, cents, st.just("EUR"))
        | st.lists(facts, max_size=2).map(tuple)
    )
)
#: What a name means, where its type does not say it.
NAMED: dict[str, st.SearchStrategy[Any]] = {
    "country": st.sampled_from(["DE", "AT"]),
    "unit": st.sampled_from(["H87", "KGM"]),
    "units": st.sampled_from([(), (("XCT", Fraction(12)), ("XPX", Fraction(25, 6)))]),
    "currency": st.sampled_from(["EUR", "KWD"]),
    "vat_id": st.sampled_from(["", "DE123456789"]),
    "kind": st.sampled_from(["payment"]),
    "category": st.just("S"),
    "rate": st.sampled_from([Decimal(19), Decimal("5.5")]),
    "discount_percent": st.sampled_from([Decimal(0), Decimal(2), Decimal("2.5")]),
    "credit_limit": st.sampled_from([None, "unlimited", "5000", "0"]),
    "tax": st.sampled_from([Tax.parse("S19"), Tax.parse("AE")]),
    "name": texts.filter(bool),
    "note": texts,
    "reason": texts.filter(bool),
    "digits": st.integers(1, 12),
    "refunded": st.just(Decimal(0)),
}
SPECIAL: dict[tuple[str, str], st.SearchStrategy[Any]] = {
    ("Step", "kind"): st.sampled_from(["days", "months", "end_of_month", "day"]),
    ("Step", "n"): st.integers(0, 60),
    ("CreditLimit", "kind"): st.sampled_from(["amount", "unlimited", "not_set"]),
    ("CreditAccount", "status"): st.sampled_from(["open", "on_hold", "blocked"]),
    ("BucketLimit", "bucket"): st.sampled_from(["open_orders", "open_items"]),
    ("BucketLimit", "amount"): cents.map(abs),
    ("TemporaryLimit", "amount"): cents.map(abs),
    ("Collateral", "amount"): cents.map(abs),
    ("Collateral", "coverage_percent"): st.sampled_from(
        [Decimal(0), Decimal("62.5"), Decimal(100)]
    ),
    ("Entry", "currency"): st.just("EUR"),
    ("Entry", "lines"): cents.filter(bool).map(
        lambda amount: (Posting("AR", amount, party="C7"), Posting("REVENUE", credit=amount))
    ),
    ("GatewayEffect", "kind"): idents,
    ("Item", "prices"): st.just(()),
    ("Item", "tax"): st.sampled_from([Tax.parse("S19"), Tax.parse("Z")]),
    ("OpenItem", "amount"): st.just(Decimal("1000000000.00")),
    ("OpenItem", "applications"): st.just(()),
    ("OpenItem", "currency"): st.just("EUR"),
    ("Payment", "amount"): st.just(Decimal("1000000000.00")),
    ("Payment", "allocations"): st.just(()),
    ("Payment", "candidates"): st.just(()),
    ("Payment", "currency"): st.just("EUR"),
    ("Amounts", "tax"): cents,
    ("StockLevel", "reservations"): st.just(()),
}


def any_of(kind: Any, owner: str = "", name: str = "") -> st.SearchStrategy[Any]:
    """Values of a type as a stored class names it."""
    if (owner, name) in SPECIAL:
        return SPECIAL[owner, name]
    if kind == Fact:
        return facts
    if get_origin(kind) in (Union, types.UnionType):
        return st.one_of([any_of(part, owner, name) for part in get_args(kind)])
    if kind is type(None):
        return st.none()
    if get_origin(kind) is tuple:
        parts = get_args(kind)
        if len(parts) == 2 and parts[1] is Ellipsis:
            return st.lists(any_of(parts[0], owner), max_size=2).map(tuple)
        return st.tuples(*(any_of(part, owner) for part in parts))
    if name in NAMED and kind in (str, Decimal, int, Tax):
        return NAMED[name]
    simple: Mapping[Any, st.SearchStrategy[Any]] = {
        str: idents,
        int: st.integers(0, 10**6),
        bool: st.booleans(),
        Decimal: quantities if "quantity" in name else cents,
        date: days,
        datetime: moments,
        Fraction: st.fractions(Fraction(1, 1000), 1000, max_denominator=1000),
        Money: st.builds(Money, cents, st.just("EUR")),
    }
    if kind in simple:
        return simple[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if attrs.has(kind):
        return any_of_class(kind)
    raise AssertionError(f"no values of {kind} are made for {owner}.{name}")


def any_of_class(cls: type) -> st.SearchStrategy[Any]:
    """Values of a frozen class, field by field; what its own door refuses is not tried."""
    if cls is Amounts:
        return st.sampled_from([amounts_of("EUR", []), SAMPLE])
    attrs.resolve_types(cls)
    fields = {
        f.name.lstrip("_"): any_of(f.type, cls.__name__, f.name)
        for f in attrs.fields(cls)
        if f.init
    }

    @st.composite
    def made(draw: st.DrawFn) -> Any:
        given_ = {name: draw(strategy) for name, strategy in fields.items()}
        try:
            return cls(**given_)
        except SalesOrdersError:
            from hypothesis import reject

            reject()

    return made()


def _sample() -> Amounts:
    from salesorders.amounts import allowance
    from tests.amounts.builders import S19, a_document, a_line

    off = allowance("5%", "Ünïcode").settle(Decimal(100), "EUR", S19)
    return a_document(a_line("1", 3, "33.333333", adjustments=[off]), adjustments=[off])


SAMPLE = _sample()


@pytest.mark.parametrize(("name", "cls"), STORED, ids=[name for name, _ in STORED])
def test_what_is_stored_comes_back_equal_and_is_written_the_same_again(name, cls):
    @law
    @given(any_of_class(cls))
    def comes_back(value):
        text = encode(value)
        back = decode(text)
        assert back == value
        assert type(back) is cls
        assert encode(back) == text
        assert decode(text.encode()) == value

    comes_back()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=60)
@given(json_values)
def test_plain_data_is_read_as_it_was_written(value):
    assert parse_json(canonical(value)) == value


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.text(), json_values, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_change_the_text(record, random):
    keys = list(record)
    random.shuffle(keys)
    assert canonical({key: record[key] for key in keys}) == canonical(record)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_garbage_raises_our_errors_only(garbage):
    for read in (parse_json, decode):
        try:
            read(garbage)
        except SalesOrdersError as error:
            assert error.code  # noqa: PT017  # both answers are fine, foreign errors are not


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(STORED),
    st.dictionaries(st.text(max_size=8), json_values, max_size=4),
    st.data(),
)
def test_a_record_with_any_rubbish_in_it_raises_our_errors_only(named, rubbish, data):
    name, cls = named
    fields = sorted(attrs.fields_dict(cls))
    record = {data.draw(st.sampled_from(fields)): value for value in rubbish.values()}
    try:
        decode(canonical({**record, "type": name}))
    except SalesOrdersError as error:
        assert error.code  # noqa: PT017  # both answers are fine, foreign errors are not


def test_the_text_does_not_depend_on_the_seed_of_hashes():
    program = (
        "from salesorders.kernel.actors import Actor\n"
        "from salesorders.kernel.codec import digest, encode\n"
        "from salesorders.catalog import Item\n"
        "item = Item('A', 'A', tax='S19', units={u: 2 for u in ('XCT', 'XPX', 'KGM', 'DZN')})\n"
        "print(digest(encode(item)))\n"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(texts) == 1
    assert len(texts.pop().strip()) == len(digest(""))

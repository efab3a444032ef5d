"""Canonical JSON, and the strict way back."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from salesorders.billing import NumberSeries
from salesorders.catalog import Customer, Item, Price, Terms
from salesorders.credit import CreditAccount, CreditLimit, Exposure
from salesorders.inventory import StockLevel
from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.codec import canonical, decode, digest, encode, moment_text, parse_json
from salesorders.kernel.decision import allow
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.limits import LIMITS
from salesorders.kernel.money import Money
from salesorders.lifecycle import Rejected

SERIES = {"type": "billing.series/1", "name": "INV"}


def refused(function, *args):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args)
    return caught.value.code


def written(**fields):
    return canonical({**SERIES, **fields})


def test_canonical_text_is_sorted_and_without_blanks():
    assert canonical({"b": [1, None, True], "a": "ß"}) == '{"a":"ß","b":[1,null,true]}'


def test_what_has_its_default_is_left_out():
    assert encode(NumberSeries("INV")) == '{"name":"INV","type":"billing.series/1"}'


def test_a_digest_follows_the_one_before_it():
    assert digest("b", digest("a")) != digest("b")
    assert digest("ab") == digest("b", "a")


def test_moments_are_written_in_utc():
    berlin = datetime(2026, 11, 23, 13, tzinfo=timezone(timedelta(hours=1)))
    finding = allow("x", at=berlin)
    again = decode(encode(Rejected((finding,))))
    assert again.findings[0].fact("at") == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert "2026-11-23T12:00:00.000000+00:00" in encode(Rejected((finding,)))


def test_the_hour_that_a_clock_repeats_is_two_hours():
    zone = ZoneInfo("Europe/Berlin")
    summer = datetime(2026, 10, 25, 2, 30, tzinfo=zone)
    winter = summer.replace(fold=1)
    assert moment_text(summer) == "2026-10-25T00:30:00.000000+00:00"
    assert moment_text(winter) == "2026-10-25T01:30:00.000000+00:00"


def test_facts_keep_their_types():
    facts = {
        "text": "1",
        "whole": 1,
        "flag": True,
        "none": None,
        "number": Decimal("1.50"),
        "money": Money("1.50", "EUR"),
        "day": date(2026, 1, 1),
        "list": (1, ("2", Decimal(3))),
    }
    effect = GatewayEffect("notices", "x", tuple(facts.items()))
    back = dict(decode(encode(effect)).payload)
    assert back == facts
    assert {key: type(value) for key, value in back.items()} == {
        key: type(value) for key, value in facts.items()
    }


def test_amounts_keep_their_trailing_zeros():
    account = CreditAccount("C7", CreditLimit.of("5000", "EUR"), Exposure("EUR", Decimal("12.50")))
    assert str(decode(encode(account)).exposure.open_orders) == "12.50"


@pytest.mark.parametrize("value", [object(), 1.5, {1, 2}, b"x"])
def test_a_fact_of_another_type_is_not_written(value):
    assert refused(encode, GatewayEffect("notices", "x", (("a", value),))) == "codec.fact"


def test_a_moment_without_zone_is_not_written():
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  # what is refused
    assert refused(encode, GatewayEffect("notices", "x", (("a", naive),))) == "moment.naive"


def test_a_class_without_stored_name_is_not_written():
    assert refused(encode, Price("1.00")) == "stored.unknown"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a":1,"a":2}', "json.duplicate_key"),
        ('{"a":{"b":1,"b":1}}', "json.duplicate_key"),
        ("NaN", "json.constant"),
        ('{"a":-Infinity}', "json.constant"),
        ("1.5", "json.float"),
        ("[1e3]", "json.float"),
        ("1" * 5000, "json.digits"),
        ("-" + "1" * 5000, "json.digits"),
        ("1" * 41, "json.digits"),
        ("[" * 100_000, "json.depth"),
        ('{"a":' * 100_000, "json.depth"),
        ("[" * 65 + "]" * 65, "json.depth"),
        ("", "json.malformed"),
        ("{", "json.malformed"),
        ("{} {}", "json.malformed"),
        ("\ufeff{}", "json.malformed"),
        (b"\xff\xfe{", "json.malformed"),
        (b"\x80", "json.malformed"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_not_strict_json_is_refused(text, code):
    assert refused(parse_json, text) == code


def test_a_text_beyond_the_bound_is_not_read():
    assert refused(parse_json, b" " * (LIMITS.document_bytes + 1)) == "json.too_long"


def test_64_levels_are_read():
    assert parse_json("[" * 64 + "]" * 64)


def test_an_error_names_the_path_that_was_given():
    with pytest.raises(SalesOrdersError) as caught:
        parse_json("1.5", "body")
    assert caught.value.path == "body"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"extra": 1}, "codec.malformed"),
        ({"name": None}, "codec.type"),
        ({"name": 7}, "codec.type"),
        ({"last": True}, "codec.type"),
        ({"last": "7"}, "codec.type"),
        ({"last": None}, "codec.type"),
        ({"last": [7]}, "codec.type"),
        ({"last_on": "2026-13-01"}, "codec.date"),
        ({"last_on": 20260101}, "codec.type"),
        ({"last_on": "2026-01-01T00:00"}, "codec.date"),
        ({"last_on": "2026-02-30"}, "codec.date"),
        ({"type": "billing.series/9"}, "stored.unknown"),
        ({"type": 7}, "codec.type"),
        ({"type": None}, "codec.type"),
    ],
    ids=str,
)
def test_a_record_of_another_shape_is_refused(fields, code):
    assert refused(decode, written(**fields)) == code


@pytest.mark.parametrize("text", ["[]", "7", '"x"', "null", "{}", '{"name":"INV"}'])
def test_a_record_names_its_type(text):
    assert refused(decode, text) == "codec.type"


def test_a_record_without_a_needed_field_is_refused():
    assert refused(decode, '{"type":"billing.series/1"}') == "codec.malformed"


@pytest.mark.parametrize("value", ["C7", 7, {"0": "C7"}, None, True])
def test_a_list_is_a_list_and_nothing_else(value):
    record = {"type": "outcome.added/1", "refs": value}
    assert refused(decode, canonical(record)) == "codec.type"


@pytest.mark.parametrize("value", ["yes", 1, 0, None, "true"])
def test_a_flag_is_true_or_false_and_nothing_else(value):
    record = json.loads(encode(Item("A", "A", tax="S19"))) | {"stocked": value}
    assert refused(decode, canonical(record)) == "codec.type"


@pytest.mark.parametrize(
    "value",
    [12, True, None, "", "1e3", "NaN", "Infinity", "1,5", "٣", " 1", "1" * 50, ["1"], "1_0"],
)
def test_a_decimal_is_plain_text_and_nothing_else(value):
    record = {"type": "credit.claimed/1", "customer": "C7", "order": "SO-1", "amount": value}
    refused(decode, canonical(record))


@pytest.mark.parametrize("value", ["12/0", "1/2/3", "-1", "1.5", "", "x", 12, "1" * 100])
def test_a_factor_is_two_whole_numbers_and_nothing_else(value):
    record = json.loads(encode(Item("A", "A", tax="S19"))) | {"units": [["XCT", value]]}
    refused(decode, canonical(record))


@pytest.mark.parametrize(
    "value", [{"money": "1.50"}, {"money": "EUR 1.505"}, {"number": 1}, {"what": "1"}, {}, 7.5]
)
def test_a_fact_is_tagged_as_it_was_written_and_not_otherwise(value):
    record = {
        "type": "kernel.gateway_effect/1",
        "gateway": "g",
        "kind": "k",
        "payload": [["a", value]],
    }
    refused(decode, json.dumps(record))


def test_what_a_door_refuses_is_refused_when_it_is_read_too():
    record = json.loads(encode(Customer("C7", "Muster", country="DE"))) | {"country": "Germany"}
    assert refused(decode, canonical(record)) == "country.unknown"


def test_terms_come_back_with_their_steps_in_order():
    customer = Customer("C7", "Muster", country="DE", terms="2/10 net 45 eom")
    assert decode(encode(customer)).terms == Terms.parse("2/10 net 45 eom")


def test_a_small_quantity_comes_back():
    level = StockLevel("BOLT", "BER", Decimal("0.0000001"))
    assert decode(encode(level)) == level


def test_what_could_not_be_read_again_is_not_written():
    account = CreditAccount(
        "C7", CreditLimit.of(1, "EUR"), Exposure("EUR", Decimal("0." + "3" * 20))
    )
    refused(encode, account)


@pytest.mark.parametrize("text", ["20260101", "2026-W01-1"])
def test_a_day_has_one_text(text):
    refused(decode, written(last_on=text))

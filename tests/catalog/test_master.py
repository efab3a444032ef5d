"""Items, prices, customers, sellers, parties: strict doors with paths."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from salesorders.amounts import Tax
from salesorders.catalog import Address, Customer, Item, Party, Price, Seller, Terms, price_of
from salesorders.kernel.errors import SalesOrdersError

# A surrogate, a control, a direction override, an isolate, a zero-width space, a line separator.
HOSTILE = [
    "a\ud800",
    "a\x00",
    "a\x1b[2J",
    "a\u202eb",
    "a\u2066b",
    "a\u200bb",
    "a\u2028b",
    "a\ufeff",
]


def refused(function, *args, **kwargs):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


def an_item(**fields):
    return Item(**{"sku": "BOLT", "name": "Bolt", "tax": "S19", **fields})


def a_customer(**fields):
    return Customer(**{"id": "C7", "name": "Muster GmbH", "country": "DE", **fields})


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("-0.01", "price.negative"),
        ("0.0000001", "price.precision"),
        (0.1, "price.type"),
        (True, "price.type"),
        ("1,50", "price.text"),
        (Decimal("NaN"), "price.not_finite"),
        (None, "price.type"),
        ("1" * 16, "price.range"),
    ],
)
def test_a_malformed_price_is_refused(value, code):
    assert refused(Price, value) == (code, "price")


@pytest.mark.parametrize(
    ("fields", "path"),
    [({"at_least": -1}, "at_least"), ({"per": 0}, "per"), ({"at_least": 1.5}, "at_least")],
    ids=str,
)
def test_a_malformed_break_is_refused(fields, path):
    assert refused(Price, "1.00", **fields)[1] == path


def test_a_price_may_be_nothing_and_have_six_decimals():
    assert Price("0").value == 0
    assert Price("0.333333").value == Decimal("0.333333")


def test_six_digits_of_the_host_refuse_no_price():
    with localcontext() as context:
        context.prec = 6
        assert price_of("1234.56") == Decimal("1234.56")


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"sku": "a b"}, "id.characters", "sku"),
        ({"sku": "x" * 65}, "id.too_long", "sku"),
        ({"name": ""}, "text.blank", "name"),
        ({"name": "x" * 301}, "text.too_long", "name"),
        ({"tax": "X"}, "tax.category", "tax.category"),
        ({"tax": 19}, "text.type", "tax"),
        ({"unit": "furlong"}, "unit.unknown", "unit"),
        ({"units": {"XCT": 0}}, "factor.not_positive", "units"),
        ({"units": {"XCT": 0.5}}, "factor.type", "units"),
        ({"cost": "-1"}, "price.negative", "cost"),
        ({"prices": [Price("1"), Price("2")]}, "price.overlap", "prices"),
    ],
    ids=str,
)
def test_a_malformed_item_is_refused(fields, code, path):
    assert refused(an_item, **fields) == (code, path)


@pytest.mark.parametrize(
    "fields",
    [
        {"prices": "1.00"},
        {"prices": [1]},
        {"prices": 5},
        {"units": "XCT"},
        {"units": 5},
        {"stocked": "no"},
        {"units": {"H87": 2}},
        {"units": [("XCT", 12), ("XCT", 10)]},
    ],
    ids=str,
)
def test_an_item_of_wrong_types_is_refused(fields):
    refused(an_item, **fields)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_name_with_invisible_characters_is_refused(text):
    assert refused(an_item, name=text) == ("text.characters", "name")
    assert refused(a_customer, name=text) == ("text.characters", "name")
    assert refused(Seller, text, country="DE") == ("text.characters", "name")


def test_breaks_are_kept_in_order():
    item = an_item(prices=[Price("1", at_least=100), Price("2")])
    assert [price.at_least for price in item.prices] == [0, 100]


def test_a_factor_is_exact_and_known_units_only_are_sold():
    item = an_item(units={"XCT": "12", "XPX": Fraction(25, 6)})
    assert (item.factor("H87"), item.factor("XPX")) == (1, Fraction(25, 6))
    assert refused(item.factor, "KGM", "lines[0].unit") == ("unit.mismatch", "lines[0].unit")


def test_a_category_may_come_as_text_or_made():
    assert an_item(tax="S19") == an_item(tax=Tax.parse("S19"))


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"id": ""}, "id.blank", "id"),
        ({"id": "../C7"}, "id.characters", "id"),
        ({"name": "   "}, "text.blank", "name"),
        ({"country": "Germany"}, "country.unknown", "country"),
        ({"country": "de"}, "country.unknown", "country"),
        ({"country": None}, "country.unknown", "country"),
        ({"vat_id": "123456789"}, "vat_id.form", "vat_id"),
        ({"vat_id": 7}, "text.type", "vat_id"),
        ({"street": "x" * 201}, "text.too_long", "street"),
        ({"city": 7}, "text.type", "city"),
        ({"email": "a\x00b"}, "text.characters", "email"),
        ({"terms": "whenever"}, "terms.text", "terms"),
        ({"terms": 30}, "text.type", "terms"),
        ({"credit_limit": 5000.0}, "money.type", "credit_limit"),
        ({"credit_limit": "much"}, "money.text", "credit_limit"),
        ({"credit_limit": True}, "money.type", "credit_limit"),
        ({"aliases": [""]}, "text.blank", "aliases"),
    ],
    ids=str,
)
def test_a_malformed_customer_is_refused(fields, code, path):
    assert refused(a_customer, **fields) == (code, path)


@pytest.mark.parametrize(
    "fields",
    [
        {"aliases": "ACME"},
        {"aliases": 5},
        {"credit_limit": "-1"},
    ],
    ids=str,
)
def test_a_customer_of_wrong_types_is_refused(fields):
    refused(a_customer, **fields)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("field", ["street", "city", "postal_code", "registration", "endpoint"])
def test_every_line_of_an_address_is_clean(field, text):
    assert refused(a_customer, **{field: text}) == ("text.characters", field)


@pytest.mark.parametrize(
    ("limit", "kept"), [(None, None), ("unlimited", "unlimited"), ("0", "0"), (5000, "5000")]
)
def test_h9_the_three_limits_are_kept_apart(limit, kept):
    assert a_customer(credit_limit=limit).credit_limit == kept


def test_a_vat_id_is_written_without_blanks_in_capitals():
    assert a_customer(vat_id="de 123 456 789").vat_id == "DE123456789"
    assert Seller("ACME", country="GR", vat_id="EL123456789").vat_id == "EL123456789"


def test_terms_default_to_net_30():
    assert a_customer().terms == Terms.parse("net 30")


def test_a_customer_is_found_by_name_and_aliases():
    names = a_customer(aliases=["DE89370400440532013000", "Muster"]).lookups()
    assert names == (
        ("alias", "Muster GmbH"),
        ("alias", "DE89370400440532013000"),
        ("alias", "Muster"),
    )


def test_parties_carry_what_a_document_needs():
    party = a_customer(city="Berlin", vat_id="DE1234", endpoint="123", endpoint_scheme="0088").party
    assert (party.name, party.address.city, party.vat_id) == ("Muster GmbH", "Berlin", "DE1234")
    assert (party.endpoint, party.endpoint_scheme) == ("123", "0088")
    assert Seller("ACME", country="DE", city="Bonn").party.address.city == "Bonn"


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_party_is_clean_wherever_it_comes_from(text):
    assert refused(Address, country="DE", street=text) == ("text.characters", "street")
    assert refused(Party, text, address=Address(country="DE"))[0] == "text.characters"

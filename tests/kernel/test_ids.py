"""Ids, keys, names and other text from outside."""

import unicodedata

import pytest

from salesorders.kernel.errors import InvalidValue
from salesorders.kernel.ids import country_of, derived_id, ident_of, key_of, text_of


def refused(function, *args, **kwargs):
    with pytest.raises(InvalidValue) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


@pytest.mark.parametrize("ident", ["SO-1", "a", "0", "4006381333931", "EU.west:A+B#2_x", "x" * 64])
def test_plain_ids_are_taken_as_written(ident):
    assert ident_of(ident) == ident


@pytest.mark.parametrize(
    ("ident", "code"),
    [
        (None, "id.type"),
        (7, "id.type"),
        (b"SO-1", "id.type"),
        ("", "id.blank"),
        ("   ", "id.blank"),
        ("\u00a0", "id.blank"),
        ("x" * 65, "id.too_long"),
        pytest.param("x" * 1_000_000, "id.too_long", id="a million"),
        (" SO-1", "id.characters"),
        ("SO-1\n", "id.characters"),
        ("SO\x00", "id.characters"),
        ("SO\x7f1", "id.characters"),
        ("-SO", "id.characters"),
        (".hidden", "id.characters"),
        ("a..b", "id.characters"),
        ("a/b", "id.characters"),
        ("a\\b", "id.characters"),
        ("SО-1", "id.characters"),  # a Cyrillic O
        ("ＳＯ-1", "id.characters"),  # fullwidth letters
        ("SO-１", "id.characters"),  # a fullwidth digit
        ("SO-٣", "id.characters"),  # an Arabic-Indic digit
        ("SO\u200b1", "id.characters"),  # a zero-width space
        ("SO\u202e1", "id.characters"),  # right to left from here
        ("SO\u20131", "id.characters"),  # an en dash
        ("\ud800", "id.characters"),  # half a character
        ("<script>", "id.characters"),
        ("a%2Fb", "id.characters"),
    ],
)
def test_other_ids_are_refused(ident, code):
    assert refused(ident_of, ident, "order.id") == (code, "order.id")


def test_case_counts_in_ids():
    assert ident_of("so-1") != ident_of("SO-1")


@pytest.mark.parametrize("key", ["k", "3f2a:retry 1", "x" * 255, "~!@$%^&*()"])
def test_printable_keys_are_taken(key):
    assert key_of(key) == key


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "key.type"),
        (1, "key.type"),
        ("", "key.blank"),
        ("  ", "key.blank"),
        ("x" * 256, "key.too_long"),
        (" k", "key.characters"),
        ("k\n", "key.characters"),
        ("k\x1f", "key.characters"),
        ("clé", "key.characters"),
    ],
)
def test_other_keys_are_refused(key, code):
    assert refused(key_of, key) == (code, "key")


def test_text_comes_out_composed():
    assert text_of(unicodedata.normalize("NFD", "Müller"), "name") == "Müller"


@pytest.mark.parametrize("text", ["Müller & Söhne", "株式会社", "two\nlines", "a\tb", "O'Neil"])
def test_names_of_people_and_firms_are_taken(text):
    assert text_of(text, "name") == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "text.type"),
        ("", "text.blank"),
        (" \t\n", "text.blank"),
        ("\u3000", "text.blank"),
        pytest.param("x" * 1_001, "text.too_long", id="long"),
        ("a\x00b", "text.characters"),
        ("a\rb", "text.characters"),
        ("a\x1b[31m", "text.characters"),
        ("a\u202eb", "text.characters"),
        ("a\u200bb", "text.characters"),
        ("a\u2028b", "text.characters"),
        ("a\ufeffb", "text.characters"),
        ("a\ud800b", "text.characters"),
        ("a\ue000b", "text.characters"),
    ],
)
def test_other_text_is_refused(text, code):
    assert refused(text_of, text, "customer.name") == (code, "customer.name")


def test_text_that_grows_when_composed_stays_within_its_bound():
    # U+1D15E composes to two characters: 600 become 1,200.
    assert refused(text_of, "\U0001d15e" * 600, "name") == ("text.too_long", "name")


def test_blank_text_is_taken_where_it_may_be_blank():
    assert text_of("", "note", blank=True) == ""


@pytest.mark.parametrize("code", ["DE", "US", "XI"])
def test_two_capital_letters_are_a_country(code):
    assert country_of(code) == code


@pytest.mark.parametrize("code", ["de", "DEU", "D", "", "D1", "DE\n", "ＤＥ", None, 49])
def test_anything_else_is_no_country(code):
    assert refused(country_of, code, "ship_to.country") == ("country.unknown", "ship_to.country")


def test_a_retry_under_the_same_key_names_the_same_things():
    assert derived_id("SO", "north", "k-1", "order") == derived_id("SO", "north", "k-1", "order")


@pytest.mark.parametrize(
    "other",
    [
        ("south", "k-1", "order", 0),
        ("north", "k-2", "order", 0),
        ("north", "k-1", "shipment", 0),
        ("north", "k-1", "order", 1),
    ],
)
def test_tenant_key_kind_and_number_each_change_the_id(other):
    assert derived_id("SO", "north", "k-1", "order", 0) != derived_id("SO", *other)


def test_a_derived_id_is_itself_an_id_of_a_stable_form():
    ident = derived_id("SO", "north", "k-1", "order")
    assert ident_of(ident) == ident
    assert len(ident) == len("SO-") + 13


def test_a_derived_id_never_changes_between_releases():
    assert derived_id("SO", "north", "k-1", "order", 2) == "SO-4BP8NSQXMSR71"

"""Unit codes, and what people write instead."""

import pytest

from salesorders.kernel.errors import InvalidValue
from salesorders.kernel.quantity import ALIASES, CODES, is_whole, unit_alias, unit_of


def refused(function, *args, **kwargs):
    with pytest.raises(InvalidValue) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


def test_the_list_is_the_one_of_the_european_norm():
    assert len(CODES) == 2_162
    assert {"C62", "EA", "H87", "HUR", "KGM", "MTR", "XBX", "XPX", "X1A", "ZZ"} <= CODES


def test_every_code_has_two_or_three_capitals_or_digits():
    assert all(len(code) in (2, 3) and code.isascii() and code.isalnum() for code in CODES)
    assert all(code == code.upper() for code in CODES)


def test_a_listed_code_stands_for_itself():
    assert all(unit_of(code) == code and unit_alias(code) is None for code in CODES)


def test_no_alias_is_itself_a_code_and_every_alias_leads_to_one():
    assert not CODES & ALIASES.keys()
    assert set(ALIASES.values()) <= CODES


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("KG", "KGM"),
        ("kg", "KGM"),
        ("kgm", "KGM"),
        ("G", "GRM"),
        ("L", "LTR"),
        ("LT", "LTR"),
        ("litre", "LTR"),
        ("pc", "H87"),
        ("PCS", "H87"),
        ("PCE", "H87"),
        ("ST", "H87"),
        ("Stück", "H87"),
        ("unit", "C62"),
        ("each", "EA"),
        ("M", "MTR"),
        ("cm", "CMT"),
        ("MM", "MMT"),
        ("KM", "KMT"),
        ("hrs", "HUR"),
        ("days", "DAY"),
        ("BOX", "XBX"),
        ("carton", "XCT"),
        ("pallet", "XPX"),
        ("kilo", "KGM"),
        ("meter", "MTR"),
        ("DOZ", "DZN"),
        ("ton", "TNE"),
    ],
)
def test_what_people_write_is_mapped_and_said_to_be(written, code):
    assert (unit_of(written), unit_alias(written)) == (code, code)


@pytest.mark.parametrize(("code", "meant"), [("STK", "piece"), ("PAL", "pallet"), ("KGS", "kg")])
def test_a_false_friend_is_the_listed_code_in_capitals_and_nothing_else(code, meant):
    assert unit_of(code) == code
    assert refused(unit_of, code.lower()) == ("unit.unknown", "unit")


@pytest.mark.parametrize(
    "unit",
    [
        "",
        " KGM",
        "KGM ",
        "KG M",
        "furlong",
        "GAL",
        "PT",
        "MT",
        "ＫＧ",  # fullwidth
        "\u212aG",  # a Kelvin sign
        "К62",  # Cyrillic
        "X" * 1_000_000,
    ],
    ids=ascii,
)
def test_an_unknown_unit_is_refused(unit):
    assert refused(unit_of, unit, "lines[0].unit") == ("unit.unknown", "lines[0].unit")


@pytest.mark.parametrize("unit", [None, 5, b"KGM"])
def test_a_unit_is_text(unit):
    assert refused(unit_of, unit) == ("unit.type", "unit")


@pytest.mark.parametrize("unit", ["H87", "EA", "C62", "NAR", "SET", "PR", "XBX", "XPX", "XCT"])
def test_pieces_and_packages_are_indivisible(unit):
    assert is_whole(unit)


@pytest.mark.parametrize("unit", ["KGM", "LTR", "MTR", "HUR", "DZN", "X1", "XVL", "XVG", "ZZ"])
def test_measures_and_bulk_are_divisible(unit):
    assert not is_whole(unit)

"""What every error promises: a code, a path and bounded, printable text that holds no secret."""

import pickle
from decimal import Decimal

import pytest

from salesorders.kernel import errors
from salesorders.kernel.errors import (
    ConcurrencyExhausted,
    Conflict,
    InvalidValue,
    KeyReused,
    NotAllowed,
    NotFound,
    Refused,
    SalesOrdersError,
    StaleVersion,
    invalid,
    shown,
)

EVERY_ERROR = [
    ConcurrencyExhausted,
    Conflict,
    InvalidValue,
    KeyReused,
    NotAllowed,
    NotFound,
    StaleVersion,
]


def test_invalid_raises_with_code_path_and_detail():
    with pytest.raises(InvalidValue) as caught:
        invalid("number.range", "lines[2].quantity", "too much")
    error = caught.value
    assert (error.code, error.path, error.detail) == (
        "number.range",
        "lines[2].quantity",
        "too much",
    )


@pytest.mark.parametrize("kind", [*EVERY_ERROR, Refused])
def test_every_error_is_caught_by_the_base_class(kind):
    assert issubclass(kind, SalesOrdersError)


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [(InvalidValue, ValueError), (NotFound, LookupError), (NotAllowed, PermissionError)],
)
def test_an_error_is_also_the_builtin_that_a_host_expects(kind, builtin):
    assert issubclass(kind, builtin)


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_an_error_without_a_code_carries_the_code_of_its_class(kind):
    assert kind().code == kind.code != "error"


def test_codes_of_the_classes_are_distinct():
    codes = [kind.code for kind in (*EVERY_ERROR, Refused)]
    assert len(set(codes)) == len(codes)


def test_within_puts_the_outer_field_before_the_path():
    assert InvalidValue("x.y", "quantity").within("lines[2]").path == "lines[2].quantity"


def test_within_joins_an_index_without_a_point():
    assert InvalidValue("x.y", "[2].quantity").within("lines").path == "lines[2].quantity"


def test_within_gives_a_path_to_an_error_that_had_none():
    assert InvalidValue("x.y").within("lines[2]").path == "lines[2]"


def test_within_keeps_class_code_and_detail_and_leaves_the_first_error_alone():
    inner = StaleVersion("version.stale", "a", "read again")
    outer = inner.within("b")
    assert (type(outer), outer.code, outer.detail) == (StaleVersion, "version.stale", "read again")
    assert inner.path == "a"


def test_within_keeps_the_findings_of_a_refusal():
    assert Refused(()).within("order").findings == ()


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_an_error_survives_pickling(kind):
    again = pickle.loads(pickle.dumps(kind("a.b", "path", "detail")))
    assert (type(again), again.code, again.path, again.detail) == (kind, "a.b", "path", "detail")


def test_a_refusal_survives_pickling():
    again = pickle.loads(pickle.dumps(Refused((), "may the order be released?")))
    assert (again.code, again.findings) == ("outcome.refused", ())


@pytest.mark.parametrize("code", ["a.b"])
def test_the_text_of_an_error_names_code_and_path(code):
    text = str(InvalidValue(code, "lines[0]", "why"))
    assert code in text
    assert "lines[0]" in text


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("x" * 1_000_000, id="long text"),
        pytest.param("\x00" * 1_000, id="control characters"),
        pytest.param("\u202e" * 1_000, id="direction changes"),
        pytest.param("\U0001f600" * 1_000, id="faces"),
        pytest.param(10**5_000, id="huge"),
        pytest.param(-(10**5_000), id="huge below zero"),
        Decimal("1e999999999999"),
        pytest.param(Decimal("1" * 5_000), id="long decimal"),
        Decimal("sNaN"),
        float("nan"),
        pytest.param(b"x" * 1_000, id="bytes"),
        None,
        True,
    ],
)
def test_what_is_shown_is_short_and_printable(value):
    text = shown(value)
    assert len(text) <= errors.SHOWN_MAX
    assert text.isprintable()


def test_other_objects_are_shown_by_their_type_only():
    class Password:
        def __repr__(self):
            raise AssertionError("never asked")

    assert shown(Password()) == "<Password>"
    assert "hunter2" not in shown({"password": "hunter2"})


def test_a_type_with_a_long_name_is_cut():
    assert len(shown(type("N" * 500, (), {})())) <= errors.SHOWN_MAX

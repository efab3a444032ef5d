"""Readers of files: statements that don't add up or come twice, and any bytes at all."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import salesorders as so
from salesorders.kernel.codec import decode, encode, parse_json, revive
from salesorders.storage import backup_lines, read_backup
from tests.builders import a_customer, a_house
from tests.interchange.builders import a_line, a_statement, an_entry, an_order

READERS: dict[str, tuple[Callable[[Any], Any], bytes]] = {
    "ubl": (so.read_ubl_order, an_order(a_line())),
    "camt": (so.read_camt053, a_statement(an_entry())),
    "json": (parse_json, b'{"a": [1, "2", null]}'),
    "stored": (decode, encode(a_customer()).encode()),
}
PIECES = [
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<!DOCTYPE",
    b"\x00",
    b"\xff\xfe",
    b"NaN",
    b"1e999",
    b"[",
    b'"',
    b"-",
]


def mutated(good: bytes) -> st.SearchStrategy[bytes]:
    """The good document with a few stretches cut out, doubled or replaced."""
    cuts = st.tuples(
        st.integers(0, len(good)),
        st.integers(0, 40),
        st.sampled_from(PIECES) | st.binary(max_size=8),
    )

    def applied(changes: list[tuple[int, int, bytes]]) -> bytes:
        document = good
        for at, length, put in changes:
            document = document[:at] + put + document[at + length :]
        return document

    return st.lists(cuts, min_size=1, max_size=4).map(applied)


def answers(reader: Callable[[Any], Any], document: Any) -> None:
    """Whatever comes in: a value, or one of our errors, which is short."""
    try:
        reader(document)
    except so.SalesOrdersError as error:
        refused = error
    else:
        return
    assert refused.code
    assert len(str(refused)) < 1_000


def read(name: str, document: Any) -> None:
    """Hand a document to a reader."""
    answers(READERS[name][0], document)


FUZZED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", READERS)
@FUZZED
@given(data=st.data())
def test_a_spoilt_document_is_read_or_refused(name: str, data: st.DataObject) -> None:
    document: Any = data.draw(mutated(READERS[name][1]))
    read(name, document.decode("utf-8", "replace") if name in ("json", "stored") else document)


@pytest.mark.parametrize("name", READERS)
@FUZZED
@given(document=st.binary(max_size=300))
@example(document=b"")
@example(document=b"\xef\xbb\xbf")
def test_any_bytes_are_read_or_refused(name: str, document: bytes) -> None:
    text = document.decode("utf-8", "surrogateescape")
    read(name, text if name in ("json", "stored") else document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@FUZZED
@given(value=JSON)
def test_any_json_is_revived_or_refused(value: Any) -> None:
    answers(revive, value)


def a_backup() -> list[str]:
    house = a_house("sync")
    house.order()
    return list(backup_lines(house.raw_store.snapshot("main")))


@FUZZED
@given(line=st.integers(0, 7), at=st.integers(0, 400), put=st.text(max_size=3))
def test_a_backup_with_any_change_is_refused(line: int, at: int, put: str) -> None:
    lines = a_backup()
    number = line % len(lines)
    old = lines[number]
    lines[number] = old[: at % len(old)] + put + old[at % len(old) + 1 :]
    if lines[number] == old:
        return
    with pytest.raises(so.SalesOrdersError):
        read_backup(lines)


@pytest.mark.parametrize(
    "lines", [None, 5, "/a/path", [], ["{}\n"], [json.dumps({"end": {}}) + "\n"], [None], [b"x\n"]]
)
def test_what_is_no_backup_is_refused(lines: Any) -> None:
    with pytest.raises(so.SalesOrdersError):
        read_backup(lines)


def test_a_backup_without_its_last_line_is_cut() -> None:
    with pytest.raises(so.InvalidValue) as raised:
        read_backup(a_backup()[:-1])
    assert raised.value.code == "backup.cut"


def test_a_statement_that_does_not_add_up_is_not_booked() -> None:
    """B93."""
    house = a_house("sync")
    (statement,) = so.read_camt053(a_statement(an_entry(), closing="999.00"))
    before = house.state()
    with pytest.raises(so.InvalidValue) as raised:
        house.kai.cash.import_statement(statement)
    assert raised.value.code == "statement.unbalanced"
    assert house.state() == before


def test_a_statement_that_comes_twice_is_booked_once() -> None:
    """B94."""
    house = a_house("sync")
    (statement,) = so.read_camt053(a_statement(an_entry()))
    house.kai.cash.import_statement(statement)
    before = house.state()
    house.kai.cash.import_statement(statement, key="another")
    assert house.state() == before


@pytest.mark.parametrize("out", [None, "/a/path", 5])
def test_a_backup_is_written_to_an_open_text_file_only(out: Any) -> None:
    with pytest.raises(so.InvalidValue) as raised:
        a_house("sync").desk.backup.write(out)
    assert raised.value.code == "file.type"

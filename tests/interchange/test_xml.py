"""The door for XML: nothing is expanded, fetched or nested without end."""

import builtins
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesorders.interchange.xml import Builder, parse_xml
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.limits import LIMITS
from tests.interchange.builders import refusal

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">'
    + "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">'
        for before, after in zip("bcdefghi", "cdefghij", strict=True)
    )
    + ']><a xmlns="urn:x" t="&j;">&j;</a>'
)


def parse(document):
    return parse_xml(document, root="a", namespace="urn:x")


def refused(document):
    with pytest.raises(SalesOrdersError) as caught:
        parse(document)
    return caught.value.code


def test_a_document_is_read_by_local_name_within_its_namespace():
    root = parse(
        b'<a xmlns="urn:x" xmlns:y="urn:y"><y:b>foreign</y:b><b c="1"> two  words </b></a>'
    )
    assert root.text("b") == "two words"
    assert [node.attribute("c") for node in root.all("b")] == ["1"]


def test_text_goes_on_behind_a_comment():
    assert parse(b'<a xmlns="urn:x"><b>INV-1<!-- x -->234</b></a>').text("b") == "INV-1234"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings_and_byte_order_marks_are_understood(encoding):
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?><a xmlns="urn:x"><b>Käse</b></a>'
    assert parse(text.encode(encoding)).text("b") == "Käse"


def test_text_is_taken_whatever_its_declaration_says():
    assert (
        parse('<?xml version="1.0" encoding="utf-16"?><a xmlns="urn:x"><b>ö</b></a>').text("b")
        == "ö"
    )


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE a><a xmlns="urn:x"/>',
        b'<?xml version="1.0"?><!-- c --> <?p?>\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a xmlns="urn:x"/>',
        '<!DOCTYPE a [<!ENTITY e "x">]><a xmlns="urn:x">&e;</a>'.encode("utf-16"),
        '<?xml version="1.0" encoding="utf-16le"?><!DOCTYPE a><a xmlns="urn:x"/>'.encode(
            "utf-16-le"
        ),
        BOMB.encode(),
    ],
    ids=["plain", "external", "utf-16", "utf-16le", "bomb"],
)
def test_a_doctype_is_refused_before_anything_is_expanded(document):
    started = time.perf_counter()
    assert refused(document) == "xml.doctype"
    assert time.perf_counter() - started < 1


def test_a_doctype_that_is_only_text_is_no_doctype():
    root = parse(b'<!-- <!DOCTYPE x> --><a xmlns="urn:x"><b><![CDATA[<!DOCTYPE html>]]></b></a>')
    assert root.text("b") == "<!DOCTYPE html>"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "xml.malformed"),
        (b"not xml", "xml.malformed"),
        (b'<a xmlns="urn:x">', "xml.malformed"),
        (b"<!-- never ends", "xml.malformed"),
        (b'<a xmlns="urn:x">\xff</a>', "xml.malformed"),
        ("<a xmlns='urn:x'>\ud800</a>", "xml.malformed"),
        (b'<a xmlns="urn:x">&unknown;</a>', "xml.malformed"),
        (b'<?xml version="1.0" encoding="utf-7"?><a xmlns="urn:x"/>', "xml.encoding"),
        (b'<b xmlns="urn:x"/>', "xml.root"),
        (b'<a xmlns="urn:y"/>', "xml.root"),
        (b"<a/>", "xml.root"),
        (17, "xml.type"),
    ],
)
def test_what_is_no_such_document_is_refused(document, code):
    assert refused(document) == code


def test_nesting_is_bounded():
    deep = LIMITS.depth
    fits = b'<a xmlns="urn:x">' + b"<b>" * (deep - 1) + b"</b>" * (deep - 1) + b"</a>"
    over = b'<a xmlns="urn:x">' + b"<b>" * deep + b"</b>" * deep + b"</a>"
    assert parse(fits).one("b") is not None
    assert refused(over) == "xml.depth"


def test_size_is_bounded():
    assert refused(b"<" * (LIMITS.document_bytes + 1)) == "xml.too_large"


def test_without_lxml_the_line_that_installs_it_is_said(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("lxml"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SalesOrdersError) as caught:
        parse(b"<a/>")
    assert caught.value.code == "extra.missing"
    assert 'pip install "salesorders[xml]"' in caught.value.detail


def test_control_characters_are_not_written():
    built = Builder("a", {None: "urn:x"})
    with pytest.raises(SalesOrdersError) as caught:
        built.leaf(built.root, "b", "bell\x07")
    assert caught.value.code == "xml.characters"


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_no_bytes_bring_out_a_foreign_error(document):
    code = refusal(parse, document)
    assert not code or code.startswith("xml.")

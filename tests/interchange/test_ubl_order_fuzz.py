"""Published orders, and orders that were made to break the reader."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.interchange import read_ubl_order
from salesorders.kernel.decision import Effect
from salesorders.kernel.errors import SalesOrdersError
from tests.interchange.builders import (
    a_line,
    an_adjustment,
    an_order,
    refusal,
)

EXAMPLE = Path(__file__).parents[2] / "examples" / "data" / "order.xml"


def found(document, effect=None):
    order = read_ubl_order(document)
    return {(f.code, f.path) for f in order.findings if effect is None or f.effect is effect}


def the_line(**parts):
    return read_ubl_order(an_order(a_line(**parts))).lines[0]


REAL = [
    ("Order_Example.xml", 2, {"prepaid.unverified", "totals.contradict"}),
    ("Order use cases/UC1_Order.xml", 3, set()),
    ("Order use cases/UC2_Order.xml", 2, {"item.unidentified"}),
    ("Order use cases/UC3_Order.xml", 1, {"item.unidentified", "tax.missing"}),
    ("Order use cases/UC5_Order.xml", 3, set()),
    ("Advanced Ordering scenarios/advanced_ordering_sc1/Order_sc1.xml", 2, {"item.unidentified"}),
]


@pytest.mark.parametrize(("name", "lines", "codes"), REAL, ids=[name for name, _, _ in REAL])
def test_the_published_orders_are_read_whole(shared_data, name, lines, codes):
    document = (shared_data / "peppol_ordering" / "examples" / name).read_bytes()
    order = read_ubl_order(document)
    assert len(order.lines) == lines
    assert order.codes == codes
    assert order.effect is not Effect.REFUSE


def test_no_other_published_document_is_taken_for_an_order(shared_data):
    orders = {name.rpartition("/")[2] for name, _, _ in REAL}
    for file in sorted((shared_data / "peppol_ordering" / "examples").rglob("*.xml")):
        if file.name not in orders:
            with pytest.raises(SalesOrdersError) as caught:
                read_ubl_order(file.read_bytes())
            assert caught.value.code == "xml.root"


@given(st.binary(max_size=200))
def test_random_bytes_bring_out_our_errors_only(document):
    with pytest.raises(SalesOrdersError):
        read_ubl_order(document)


PIECES = [
    "",
    "-1",
    "1e9",
    "NaN",
    "<x/>",
    "9" * 50,
    "\u202e",
    "true",
    "USD",
    "S",
    ".5",
    "<cbc:ID/>",
    "2026-13-01",
]


@settings(max_examples=200, deadline=2000)
@given(st.data())
def test_a_mutated_order_is_read_or_refused_and_never_breaks(data):
    text = EXAMPLE.read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 1, 3, 20, 200])))
        text = text[:start] + data.draw(st.sampled_from(PIECES) | st.text(max_size=5)) + text[end:]
    code = refusal(read_ubl_order, text.encode("utf-8", "surrogatepass"))
    assert not code or code.startswith("xml.")


words = st.text(st.characters(codec="utf-8"), max_size=80)


@settings(max_examples=200, deadline=2000)
@given(
    quantity=words | st.decimals(allow_nan=True).map(str),
    unit=words,
    price=words | st.decimals().map(str),
    rate=words | st.integers().map(str),
    ident=words,
)
def test_whatever_stands_in_a_field_becomes_a_value_or_a_finding(**parts):
    from xml.sax.saxutils import escape, quoteattr

    written = {key: escape(value) for key, value in parts.items()} | {
        "unit": quoteattr(parts["unit"])[1:-1]
    }
    written["more"] = an_adjustment(
        written["price"], factor=written["rate"], base=written["quantity"]
    )
    code = refusal(read_ubl_order, an_order(a_line(**written)))
    assert not code or code.startswith("xml.")

"""What may be asked: malformed values are refused with a code and the path of the field."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from salesorders.amounts import Tax, allowance, charge
from salesorders.kernel.errors import SalesOrdersError
from salesorders.orders import Line, OrderRequest


def refused(function, *args, **kwargs):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


def a_request(*lines, **fields):
    return OrderRequest("C7", lines or [Line("BOLT", 1)], **fields)


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"sku": ""}, "id.blank", "sku"),
        ({"sku": "a b"}, "id.characters", "sku"),
        ({"sku": "../x"}, "id.characters", "sku"),
        ({"sku": None}, "id.type", "sku"),
        ({"quantity": 0}, "quantity.not_positive", "quantity"),
        ({"quantity": -1}, "quantity.not_positive", "quantity"),
        ({"quantity": 1.5}, "quantity.type", "quantity"),
        ({"quantity": True}, "quantity.type", "quantity"),
        ({"quantity": Decimal("NaN")}, "quantity.not_finite", "quantity"),
        ({"quantity": Decimal("1E+999999")}, "quantity.range", "quantity"),
        ({"quantity": "1e3"}, "quantity.text", "quantity"),
        ({"quantity": "0.0000001"}, "quantity.precision", "quantity"),
        ({"quantity": None}, "quantity.type", "quantity"),
        ({"price": "-1"}, "price.negative", "price"),
        ({"price": "1.0000001"}, "price.precision", "price"),
        ({"price_per": 0}, "quantity.not_positive", "price_per"),
        ({"discount": "101%"}, "rate.range", "discount"),
        ({"discount": "-1"}, "money.negative", "discount"),
        ({"discount": 0.5}, "money.type", "discount"),
        ({"unit": "piece of cake"}, "unit.unknown", "unit"),
        ({"requested_on": "tomorrow"}, "date.text", "requested_on"),
        ({"requested_on": datetime(2026, 1, 1, tzinfo=UTC)}, "date.type", "requested_on"),
        ({"adjustments": ["5%"]}, "adjustment.type", "adjustments[0]"),
        ({"adjustments": "5%"}, "value.type", "adjustments"),
        ({"id": "a b"}, "id.characters", "lines.id"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_malformed_line_is_refused(fields, code, path):
    assert refused(Line, **{"sku": "BOLT", "quantity": 1, **fields}) == (code, path)


@pytest.mark.parametrize(
    "fields",
    [
        {"tax": "S19"},
        {"tax": 19},
        {"complete": "no"},
        {"adjustments": 5},
    ],
    ids=str,
)
def test_a_line_of_wrong_types_is_refused(fields):
    refused(Line, "BOLT", 1, **fields)


def test_a_discount_comes_first_of_what_is_put_on_a_line():
    line = Line("BOLT", 1, discount="5%", adjustments=[charge("1.00")])
    assert [asked.charge for asked in line.asked] == [False, True]
    assert line.asked[0].percent == 5


def test_a_discount_may_be_an_amount_or_a_made_allowance():
    made = allowance("12.50", "Loyal")
    assert Line("BOLT", 1, discount="12.50").discount.amount == Decimal("12.50")
    assert Line("BOLT", 1, discount=made).discount is made


def test_numbers_may_come_as_text():
    line = Line("BOLT", "12.50", price="0.333333", price_per="100")
    assert (line.quantity, line.price, line.price_per) == (
        Decimal("12.5"),
        Decimal("0.333333"),
        Decimal(100),
    )


def test_a_line_may_name_its_own_category():
    assert Line("BOLT", 1, tax=Tax.parse("S7")).tax.rate == 7


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"customer": ""}, "id.blank", "customer"),
        ({"customer": None}, "id.type", "customer"),
        ({"customer": "C7\u202e"}, "id.characters", "customer"),
        ({"lines": []}, "order.no_lines", "lines"),
        ({"lines": ["BOLT"]}, "order.line_type", "lines[0]"),
        ({"lines": "BOLT"}, "value.type", "lines"),
        ({"lines": [Line("A", 1), None]}, "order.line_type", "lines[1]"),
        (
            {"lines": [Line("A", 1, id="x"), Line("B", 1, id="x")]},
            "line.duplicate",
            "lines[1].id",
        ),
        ({"lines": [Line("A", 1, id="2"), Line("B", 1)]}, "line.duplicate", "lines[1].id"),
        ({"reference": "x" * 201}, "text.too_long", "reference"),
        ({"reference": "a\x00b"}, "text.characters", "reference"),
        ({"reference": "a\ud800b"}, "text.characters", "reference"),
        ({"reference": "a\u202eb"}, "text.characters", "reference"),
        ({"note": "x" * 1001}, "text.too_long", "note"),
        ({"note": 7}, "text.type", "note"),
        ({"requested_on": "2026-02-30"}, "date.text", "requested_on"),
        ({"adjustments": ["5%"]}, "adjustment.type", "adjustments[0]"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_a_malformed_request_is_refused(fields, code, path):
    given = {"customer": "C7", "lines": [Line("BOLT", 1)], **fields}
    assert refused(OrderRequest, **given) == (code, path)


@pytest.mark.parametrize(
    "fields",
    [
        {"lines": 5},
        {"lines": Line("BOLT", 1)},
        {"lines": None},
        {"ship_to": "Berlin"},
        {"complete": "no"},
        {"adjustments": 5},
    ],
    ids=str,
)
def test_a_request_of_wrong_types_is_refused(fields):
    refused(OrderRequest, **{"customer": "C7", "lines": [Line("BOLT", 1)], **fields})


def test_lines_are_numbered_where_they_have_no_id():
    request = a_request(Line("A", 1), Line("B", 1, id="x"), Line("C", 1))
    assert [line.id for line in request.lines] == ["1", "x", "3"]


def test_ten_thousand_lines_are_taken_and_one_more_is_not():
    lines = [Line("A", 1)] * 10_000
    assert len(a_request(*lines).lines) == 10_000
    assert refused(OrderRequest, "C7", [*lines, lines[0]]) == ("limit.exceeded", "lines")


def test_text_is_kept_in_its_composed_form():
    assert a_request(reference="Mu\u0308ller").reference == "Müller"


def test_a_date_may_be_text():
    assert a_request(requested_on="2026-12-01").requested_on == date(2026, 12, 1)

"""From a buyer's document to an order: who buys, what is meant, and everything that is not known at once."""

from datetime import date
from decimal import Decimal

import pytest

import salesorders as so
from salesorders.amounts import Adjustment, Tax
from salesorders.interchange import (
    DocumentAddress,
    DocumentLine,
    DocumentParty,
    ItemIds,
    OrderDocument,
)
from salesorders.interchange.intake import evidence_of, sku_of
from salesorders.kernel.decision import refuse

DAY = date(2026, 11, 23)
MUSTER = DocumentParty(name="Muster GmbH")


@pytest.fixture
def ann():
    """A salesperson at a desk with two customers and two items, one of them sold in cartons."""
    clock = so.FixedClock(DAY)
    desk = so.Desk.in_memory(seller=so.Seller("ACME", country="DE"), currency="EUR", clock=clock)
    desk.as_(so.Actor("ada", "master-data")).catalog.add(
        so.Item("BOLT", "Bolt", prices=[so.Price("1.00")], tax="S19", units={"XCT": 12}),
        so.Item("NUT", "Nut", prices=[so.Price("2.00")], tax="S19", stocked=False),
        so.Customer("C7", "Muster GmbH", country="DE", credit_limit="unlimited", aliases=["GLN-7"]),
        so.Customer(
            "C8", "Beispiel AG", country="DE", credit_limit="0", aliases=["GLN-7", "0088:8"]
        ),
        key="md",
    )
    return desk.as_(so.Actor("ann", "sales"))


def a_line(ident="1", sku="BOLT", quantity="10", **fields):
    return DocumentLine(
        id=ident, item=ItemIds(seller=sku), quantity=Decimal(quantity), **{"unit": "H87", **fields}
    )


def a_document(*lines, buyer=MUSTER, **fields):
    given = {"number": "PO-1", "currency": "EUR", "buyer": buyer, "lines": lines or (a_line(),)}
    return OrderDocument(**{**given, **fields})


def placed(ann, *lines, **fields):
    return ann.orders.intake(a_document(*lines, **fields), key="k")


def codes(outcome):
    return {(finding.code, finding.path) for finding in outcome.findings}


def test_a_document_that_is_clear_becomes_an_order(ann):
    order = placed(ann, a_line(price=Decimal("1.00"))).unwrap()
    assert (order.customer, order.reference, order.channel) == ("C7", "PO-1", "ubl")
    assert order.total == so.Money("11.90", "EUR")


def test_our_own_number_of_the_buyer_comes_before_every_name(ann):
    buyer = DocumentParty(name="Muster GmbH", customer_id="C8")
    assert placed(ann, buyer=buyer).order.customer == "C8"


def test_an_id_with_its_scheme_comes_before_a_name(ann):
    buyer = DocumentParty(name="Muster GmbH", ids=(("0088", "8"),))
    assert placed(ann, buyer=buyer).order.customer == "C8"


def test_a_buyer_whom_nobody_knows_is_refused(ann):
    outcome = placed(ann, buyer=DocumentParty(name="Nobody"))
    assert codes(outcome) == {("buyer.unknown", "buyer")}


def test_a_buyer_who_may_be_two_is_not_guessed(ann):
    outcome = placed(ann, buyer=DocumentParty(ids=(("", "GLN-7"),)))
    assert codes(outcome) == {("buyer.ambiguous", "buyer")}
    assert set(outcome.findings[0].fact("customers")) == {"C7", "C8"}


def test_an_alias_belongs_to_the_evidence_that_is_written_like_it():
    party = DocumentParty(
        name="A", trade_name="B", ids=(("0088", "8"), ("", "9")), endpoint="7", endpoint_scheme="x"
    )
    assert evidence_of(party) == ("0088:8", "9", "x:7", "A", "B")


@pytest.mark.parametrize(
    ("ids", "sku"),
    [
        (ItemIds(seller="A", standard="B", buyer="C"), "A"),
        (ItemIds(standard="B", buyer="C"), "B"),
        (ItemIds(seller="no id", buyer="C"), "C"),
        (ItemIds(), None),
    ],
)
def test_our_item_id_comes_first_then_the_standard_then_the_buyers(ids, sku):
    assert sku_of(DocumentLine(id="1", item=ids)) == sku


def test_everything_that_is_unknown_is_said_at_once(ann):
    outcome = placed(
        ann,
        a_line("1", "WHAT"),
        a_line("2", "BOLT"),
        a_line("3", ""),
        buyer=DocumentParty(name="Nobody"),
        currency="USD",
    )
    assert codes(outcome) == {
        ("buyer.unknown", "buyer"),
        ("order.currency", "currency"),
        ("line.item_unknown", "lines[0].item"),
        ("line.item_unknown", "lines[2].item"),
    }


def test_a_reader_that_refused_keeps_the_order_out(ann):
    outcome = placed(ann, findings=(refuse("totals.contradict", "stated.payable"),))
    assert ("totals.contradict", "stated.payable") in codes(outcome)
    assert isinstance(outcome, so.Rejected)


def test_nothing_is_written_where_the_document_is_refused(ann):
    placed(ann, buyer=DocumentParty(name="Nobody"))
    assert not ann.orders.find(customer="C7").items


def test_quantity_unit_allowances_and_place_come_over(ann):
    line = a_line("L1", quantity="2", unit="XCT", adjustments=(Adjustment(False, Decimal("2.00")),))
    berlin = DocumentAddress(name="Yard", city="Berlin", country="DE")
    order = placed(ann, line, ship_to=berlin).unwrap()
    assert (order.lines[0].id, order.lines[0].unit, order.lines[0].ordered) == ("L1", "XCT", 2)
    assert order.amounts.net == Decimal("22.00")
    assert (order.ship_to.city, order.ship_to_name) == ("Berlin", "Yard")


def test_a_buyers_price_is_compared_and_ours_stands(ann):
    order = placed(ann, a_line(price=Decimal("0.90"))).unwrap()
    assert ("price.deviates", "lines[0].price") in codes(order)
    assert order.amounts.net == Decimal("10.00")


def test_a_buyers_category_is_compared_and_ours_stands(ann):
    order = placed(ann, a_line(tax=Tax.parse("S7"))).unwrap()
    assert ("tax.deviates", "lines[0].tax") in codes(order)
    assert order.amounts.tax == Decimal("1.90")


def test_an_order_that_was_good_until_yesterday_is_remarked(ann):
    order = placed(ann, valid_until=date(2026, 11, 22)).unwrap()
    assert ("order.expired", "valid_until") in codes(order)


def test_a_customer_without_credit_is_held_like_from_any_channel(ann):
    outcome = placed(ann, buyer=DocumentParty(customer_id="C8"))
    assert isinstance(outcome, so.Held)
    assert outcome.decision.codes == {"credit.limit"}

"""However an order is split into shipments, its invoices add up to it, and credit moves exactly (P08)."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import salesorders as so
from salesorders.kernel.limits import exact
from tests.builders import DAY, House, a_customer, a_line, a_request, an_item, codes, refusal

ZERO = Decimal(0)
ITEMS = {"A": ("0.07", "S19"), "B": ("19.99", "S7"), "C": ("3.333333", "S19")}


def an_odd_house(twin: str) -> House:
    """A house whose prices round badly, in two tax rates."""
    house = House(twin, encoded=twin == "aio")
    house.ada.catalog.add(
        a_customer(limit="unlimited"),
        *(an_item(sku, price, tax=tax) for sku, (price, tax) in ITEMS.items()),
    )
    for sku in ITEMS:
        house.wim.stock.receive(sku, 10_000, site="BER")
    return house


@st.composite
def splits(draw: st.DrawFn) -> tuple[list[so.Line], list[Any], list[dict[str, int]]]:
    """Lines with discounts, document adjustments, and a way to ship it all in up to five parts."""
    quantities = draw(st.lists(st.integers(1, 60), min_size=1, max_size=3))
    lines = [
        a_line(q, sku, discount=draw(st.sampled_from([None, "3%", "0.01"])))
        for q, sku in zip(quantities, ITEMS, strict=False)
    ]
    asked = [
        make(value)
        for make, value in draw(
            st.lists(
                st.sampled_from(
                    [(so.allowance, "1%"), (so.charge, "4.99"), (so.allowance, "0.01")]
                ),
                max_size=2,
            )
        )
    ]
    left = {str(n): q for n, q in enumerate(quantities, 1)}
    parts: list[dict[str, int]] = []
    for _ in range(draw(st.integers(0, 4))):
        part = {line: draw(st.integers(0, most)) for line, most in left.items()}
        part = {line: quantity for line, quantity in part.items() if quantity}
        left = {line: most - part.get(line, 0) for line, most in left.items()}
        parts += [part] if part else []
    rest = {line: quantity for line, quantity in left.items() if quantity}
    return lines, asked, [*parts, rest] if rest else parts


@exact
def total(values: Iterable[Decimal]) -> Decimal:
    """A sum that does not depend on the host's precision."""
    return sum(values, ZERO)


def taxes(amounts: Any) -> dict[tuple[str, Decimal], Decimal]:
    return {(group.tax.category, group.tax.rate): group.amount for group in amounts.groups}


@pytest.mark.parametrize("twin", ["sync", "aio"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(split=splits())
def test_any_split_adds_up_to_the_order_and_exposure_ends_at_nothing(twin: str, split: Any) -> None:
    house = an_odd_house(twin)
    lines, asked, parts = split
    outcome = house.ann.orders.place(so.OrderRequest("C7", lines, adjustments=asked))
    if isinstance(outcome, so.Rejected):
        assert codes(outcome) <= {"price.line_negative", "price.document_negative"}
        return
    if isinstance(outcome, so.Held):
        outcome = house.bob.orders.approve(outcome.order.id, reason="r")
    order = outcome.unwrap()
    house.checked = True
    shipments = [house.shipped(order, part) for part in parts]
    invoices = [house.billed(shipment) for shipment in reversed(shipments)]
    assert total(i.amounts.gross for i in invoices) == order.amounts.gross
    assert total(i.amounts.net for i in invoices) == order.amounts.net
    assert total(i.amounts.tax for i in invoices) == order.amounts.tax
    for key, amount in taxes(order.amounts).items():
        assert total(taxes(i.amounts).get(key, ZERO) for i in invoices) == amount
    assert house.exposure().open_items == order.amounts.gross
    for invoice in invoices:
        if invoice.amounts.gross:
            paid = house.kai.cash.receive("C7", invoice.total, reference=invoice.number)
            assert isinstance(paid, so.Applied)
    exposure = house.exposure()
    assert (exposure.open_orders, exposure.delivered_unbilled) == (0, 0)
    assert (exposure.open_items, exposure.unapplied) == (0, 0)


def test_credit_moves_from_bucket_to_bucket(house: House) -> None:
    house.checked = True
    order = house.order().unwrap()
    gross = order.amounts.gross
    assert house.exposure().open_orders == gross
    shipment = house.shipped(order)
    exposure = house.exposure()
    assert (exposure.open_orders, exposure.delivered_unbilled) == (0, gross)
    house.billed(shipment)
    exposure = house.exposure()
    assert (exposure.delivered_unbilled, exposure.open_items) == (0, gross)
    assert exposure.total == gross


def test_a_shipment_is_billed_once(house: House) -> None:
    shipment = house.shipped(house.order().unwrap())
    house.billed(shipment)
    before = house.state()[0]
    assert codes(house.fay.invoices.issue(shipment.id)) == {"invoice.already"}
    assert house.state()[0] == before


def test_numbers_follow_each_other_and_start_anew_each_year(house: House) -> None:
    first, second = house.sold(1), house.sold(1)
    house.clock.advance(days=60)
    third = house.sold(1)
    assert [i.number for i in (first, second, third)] == [
        "INV-2026-000001",
        "INV-2026-000002",
        "INV-2027-000001",
    ]


def test_a_number_is_never_dated_before_the_last_one(house: House) -> None:
    house.sold(1)
    shipment = house.shipped(house.order(1).unwrap())
    before = house.state()
    with pytest.raises(so.SalesOrdersError) as refused:
        house.fay.invoices.issue(shipment.id, on=DAY - timedelta(days=1))
    assert refused.value.code == "series.date"
    assert house.state() == before


def test_a_refused_invoice_leaves_no_gap(house: House) -> None:
    first = house.shipped(house.order(1).unwrap())
    second = house.shipped(house.order(1).unwrap())
    assert house.billed(first).number == "INV-2026-000001"
    house.fay.invoices.issue(first.id)
    house.fay.invoices.issue(second.id, dry_run=True)
    assert house.billed(second).number == "INV-2026-000002"


def test_an_invoice_is_dated_within_reason(house: House) -> None:
    """A day far ahead would close the series for every invoice before it."""
    shipment = house.shipped(house.order(1).unwrap())
    for day in (date.max, date(9999, 1, 1), DAY + timedelta(days=400)):
        before = house.state()[0]
        assert refusal(lambda day=day: house.fay.invoices.issue(shipment.id, on=day))
        assert house.state()[0] == before, day


def test_terms_decide_due_day_and_discount_day(house: House) -> None:
    invoice = house.sold()
    assert invoice.due_on == DAY + timedelta(days=30)
    assert invoice.discount_until == DAY + timedelta(days=10)


def test_an_invoice_is_never_changed_by_payment(house: House) -> None:
    invoice = house.sold()
    stored = house.documents("invoice")
    house.kai.cash.receive("C7", invoice.total, reference=invoice.number)
    assert house.documents("invoice") == stored
    assert house.desk.invoices.get(invoice.id).settled == invoice.amounts.gross


def test_an_order_keeps_the_prices_it_was_placed_with(house: House) -> None:
    order = house.order().unwrap()
    house.ada.catalog.change(an_item("BOLT", "99"))
    assert house.billed(house.shipped(order)).amounts.gross == order.amounts.gross


def test_orders_of_many_lines_add_up(house: House) -> None:
    request = so.OrderRequest("C7", [a_line(1) for _ in range(300)])
    order = house.ann.orders.place(request).unwrap()
    assert house.billed(house.shipped(order)).amounts.gross == order.amounts.gross


def test_figures_of_the_period_follow_the_invoices(house: House) -> None:
    invoice = house.sold()
    kpis = house.desk.reports.kpis(DAY, DAY)
    assert kpis["invoiced"].value == kpis["booked"].value == invoice.amounts.gross
    ageing = house.desk.reports.ageing(DAY + timedelta(days=31)).to_records()
    assert ageing[-1]["1-30"] == invoice.amounts.gross


def test_the_backlog_is_what_is_still_to_ship(house: House) -> None:
    order = house.order().unwrap()
    house.shipped(order, {"1": 20})
    (record,) = house.desk.reports.backlog().to_records()
    assert (record["order"], record["open"]) == (order.id, 100)


def test_a_yen_house_has_no_decimals(make_house: Any) -> None:
    house = make_house(currency="JPY", limit="unlimited")
    request = a_request(120)
    order = house.ann.orders.place(request).unwrap()
    assert str(order.total) == "JPY 114"
    parts = [house.billed(house.shipped(order, {"1": n})) for n in (7, 13, 100)]
    assert sum(part.amounts.gross for part in parts) == 114

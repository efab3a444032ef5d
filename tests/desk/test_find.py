"""Reading: every counter lists what there is, page by page, and under the names it promises."""

import pytest

from tests.builders import House


@pytest.fixture
def busy(house: House) -> House:
    for _ in range(3):
        invoice = house.sold(1)
        house.kai.cash.receive("C7", invoice.total, reference=invoice.number)
    return house


EVERYTHING = {
    "catalog": 1,
    "credit": 1,
    "orders": 3,
    "stock": 1,
    "shipments": 3,
    "invoices": 3,
    "cash": 3,
}


@pytest.mark.parametrize("counter", EVERYTHING)
def test_without_a_lookup_everything_is_listed(busy: House, counter: str) -> None:
    assert len(getattr(busy.desk, counter).find().items) == EVERYTHING[counter]


@pytest.mark.parametrize("counter", ["orders", "shipments", "invoices", "cash"])
def test_pages_follow_each_other_without_gap_or_repeat(busy: House, counter: str) -> None:
    find = getattr(busy.desk, counter).find
    seen, after = [], ""
    while after is not None:
        page = find(customer="C7", limit=2, after=after)
        seen += [item.id for item in page.items]
        after = page.after
    assert len(seen) == len(set(seen)) == 3
    assert seen == sorted(seen)


def test_documents_are_found_by_their_names(busy: House) -> None:
    invoice = busy.desk.invoices.find(number="INV-2026-000002").items[0]
    assert busy.desk.invoices.find(order=invoice.order).items == (invoice,)
    shipment = busy.desk.shipments.find(order=invoice.order).items[0]
    assert shipment.invoice == invoice.id
    assert busy.desk.shipments.find(unbilled="C7").items == ()
    assert len(busy.desk.orders.find(done="").items) == 3
    assert busy.desk.stock.find(sku="BOLT").items == busy.desk.stock.find(site="BER").items


def test_master_data_that_is_not_complete_is_listed(busy: House) -> None:
    assert len(busy.desk.catalog.quality()) == 0

"""The first five minutes of the documentation, with their numbers, on both twins."""

from datetime import date
from decimal import Decimal

import salesorders as so
from tests.builders import House


def test_the_quick_start_gives_its_numbers(house: House) -> None:
    house.checked = True
    quote = house.ann.orders.price("C7", [so.Line("BOLT", 120, discount="5%")])
    assert str(quote.total) == "EUR 108.53"
    assert (quote.amounts.net, quote.amounts.tax) == (Decimal("91.20"), Decimal("17.33"))
    assert "108.53" in quote.explain()
    outcome = house.ann.orders.place(quote, key="web-1001")
    assert isinstance(outcome, so.Placed)
    order = outcome.unwrap()
    assert [(row[3], row[4], row[5]) for row in order.promised] == [
        (date(2026, 11, 23), Decimal(120), "BER")
    ]
    shipment = house.wim.shipments.ship(order.id, key="web-1001-ship").unwrap()
    invoice = house.fay.invoices.issue(shipment.id, key="web-1001-inv").unwrap()
    assert invoice.number == "INV-2026-000001"
    house.clock.advance(days=8)
    applied = house.kai.cash.receive(
        "C7", invoice.balance, on=date(2026, 12, 1), reference=invoice.number, key="bank-88"
    )
    assert applied.unwrap().unapplied == 0
    assert house.desk.invoices.get(invoice.id).balance == so.Money("0.00", "EUR")
    ageing = house.desk.reports.ageing(date(2026, 12, 1)).to_records()
    assert ageing[-1]["total"] == 0
    kpis = house.desk.reports.kpis(date(2026, 11, 1), date(2026, 12, 1))
    assert kpis["invoiced"].value == Decimal("108.53")
    assert house.desk.audit.verify()


def test_the_bare_desk_writes_nothing(house: House) -> None:
    import pytest

    with pytest.raises(so.NotAllowed) as refused:
        house.desk.stock.receive("BOLT", 1, site="BER")
    assert (refused.value.code, refused.value.path) == ("actor.missing", "by")

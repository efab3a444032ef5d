"""Shipments: frozen, and billed once."""

from decimal import Decimal

import pytest

from salesorders.fulfilment import ShipmentIssued, ShipmentLine
from salesorders.kernel.codec import decode, encode
from salesorders.kernel.errors import Conflict, InvalidValue
from tests.fulfilment.builders import TODAY, a_shipment, day


def test_a_shipment_is_stored_and_read_back_the_same() -> None:
    assert decode(encode(a_shipment())) == a_shipment()


def test_its_event_is_stored_and_read_back_the_same() -> None:
    event = ShipmentIssued("SH-1", "SO-1", "C7", "BER", TODAY)
    assert decode(encode(event)) == event


def test_it_is_found_as_unbilled_until_it_is_billed() -> None:
    shipment = a_shipment()
    assert ("unbilled", "C7") in shipment.lookups()
    assert shipment.billed("INV-1").lookups() == (("order", "SO-1"), ("customer", "C7"))


def test_its_status_follows_the_invoice() -> None:
    assert (a_shipment().status, a_shipment().billed("INV-1").status) == ("shipped", "billed")


def test_it_is_billed_once() -> None:
    with pytest.raises(Conflict) as error:
        a_shipment().billed("INV-1").billed("INV-1")
    assert error.value.code == "shipment.billed"


def test_an_empty_shipment_cannot_be() -> None:
    with pytest.raises(InvalidValue) as error:
        a_shipment(lines=())
    assert error.value.code == "shipment.nothing"


def test_the_quantity_of_an_order_line_is_the_sum_of_its_claims() -> None:
    half = Decimal("0.5")
    parts = [ShipmentLine("1", "BOLT", half, "XCT", Decimal(6), day(n), "BER") for n in (0, 1)]
    shipment = a_shipment(lines=tuple(parts))
    assert (shipment.quantity("1"), shipment.quantity("2")) == (1, 0)

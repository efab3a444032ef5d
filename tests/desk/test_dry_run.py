"""A dry run says what the real run will answer, and writes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

import salesorders as so
from salesorders.kernel.events import name_of
from tests.builders import DAY, House, a_request, an_item

Prepared = tuple[Any, Callable[..., Any]]


def adding(house: House) -> Callable[..., Any]:
    return lambda **m: house.ada.catalog.add(an_item("NEW"), **m)


def changing(house: House) -> Callable[..., Any]:
    return lambda **m: house.ada.catalog.change(an_item("BOLT", "2.00"), **m)


def retiring(house: House) -> Callable[..., Any]:
    return lambda **m: house.ada.catalog.retire("item/BOLT", **m)


def limiting(house: House) -> Callable[..., Any]:
    return lambda **m: house.ada.credit.set_limit("C7", "unlimited", **m)


def opening(house: House) -> Callable[..., Any]:
    return lambda **m: house.ada.credit.open("G1", "100", **m)


def arranging(house: House) -> Callable[..., Any]:
    return lambda **m: house.ada.credit.arrange("C7", status="on_hold", **m)


def rechecking(house: House) -> Callable[..., Any]:
    house.ada.credit.set_limit("C7", 0)
    house.order()
    house.ada.credit.set_limit("C7", "unlimited")
    return lambda **m: house.ben.credit.recheck("C7", **m)


def recounting(house: House) -> Callable[..., Any]:
    return lambda **m: house.ben.credit.recount("C7", **m)


def receiving(house: House) -> Callable[..., Any]:
    return lambda **m: house.wim.stock.receive("BOLT", 5, site="HAM", **m)


def planning(house: House) -> Callable[..., Any]:
    return lambda **m: house.wim.stock.plan_receipt("BOLT", 5, site="HAM", on=DAY, **m)


def adjusting(house: House) -> Callable[..., Any]:
    return lambda **m: house.wim.stock.adjust("BOLT", -5, site="BER", reason="count", **m)


def placing(house: House) -> Callable[..., Any]:
    return lambda **m: house.ann.orders.place(a_request(), **m)


def placing_held(house: House) -> Callable[..., Any]:
    return lambda **m: house.ann.orders.place(a_request(discount="50%"), **m)


def placing_rejected(house: House) -> Callable[..., Any]:
    return lambda **m: house.ann.orders.place(a_request(customer="NOBODY"), **m)


def approving(house: House) -> Callable[..., Any]:
    order = house.order(discount="50%").order
    return lambda **m: house.bob.orders.approve(order.id, reason="r", **m)


def declining(house: House) -> Callable[..., Any]:
    order = house.order(discount="50%").order
    return lambda **m: house.bob.orders.decline(order.id, reason="r", **m)


def releasing(house: House) -> Callable[..., Any]:
    house.ada.credit.set_limit("C7", 0)
    order = house.order().order
    return lambda **m: house.ben.orders.release(order.id, reason="r", **m)


def shipping(house: House) -> Callable[..., Any]:
    order = house.order().unwrap()
    return lambda **m: house.wim.shipments.ship(order.id, {"1": 20}, **m)


def issuing(house: House) -> Callable[..., Any]:
    shipment = house.shipped(house.order().unwrap())
    return lambda **m: house.fay.invoices.issue(shipment.id, **m)


def paying(house: House) -> Callable[..., Any]:
    invoice = house.sold()
    return lambda **m: house.kai.cash.receive("C7", invoice.total, reference=invoice.number, **m)


def applying(house: House) -> Callable[..., Any]:
    invoice = house.sold()
    payment = house.kai.cash.receive("C7", so.Money("7.77", "EUR")).payment
    return lambda **m: house.kai.cash.apply(payment.id, {invoice.id: so.Money("5.00", "EUR")}, **m)


def unapplying(house: House) -> Callable[..., Any]:
    invoice = house.sold()
    payment = house.kai.cash.receive("C7", invoice.total, reference=invoice.number).unwrap()
    return lambda **m: house.kai.cash.unapply(payment.id, invoice.id, **m)


def reversing(house: House) -> Callable[..., Any]:
    invoice = house.sold()
    payment = house.kai.cash.receive("C7", invoice.total, reference=invoice.number).unwrap()
    return lambda **m: house.kai.cash.reverse(payment.id, reason="r", **m)


def disputing(house: House) -> Callable[..., Any]:
    invoice = house.sold()
    return lambda **m: house.kai.cash.dispute(invoice.id, reason="r", **m)


def amending(house: House) -> Callable[..., Any]:
    order = house.order().unwrap()
    changes = [so.LineChange("1", 130)]
    return lambda **m: house.ann.orders.amend(order.id, changes, reason="r", **m)


def amending_held(house: House) -> Callable[..., Any]:
    order = house.order().unwrap()
    changes = [so.LineChange("1", discount="50%")]
    return lambda **m: house.ann.orders.amend(order.id, changes, reason="r", **m)


def cancelling(house: House) -> Callable[..., Any]:
    order = house.order().unwrap()
    return lambda **m: house.ann.orders.cancel(order.id, {"1": 20}, reason="r", **m)


def closing(house: House) -> Callable[..., Any]:
    order = house.order().unwrap()
    return lambda **m: house.ann.orders.close(order.id, reason="r", **m)


def reopening(house: House) -> Callable[..., Any]:
    order = house.order().unwrap()
    house.ann.orders.close(order.id, reason="r")
    return lambda **m: house.ann.orders.reopen(order.id, reason="r", **m)


CALLS = [
    adding, changing, retiring, limiting, opening, arranging, rechecking,
    recounting, receiving, planning, adjusting, placing, placing_held,
    placing_rejected, approving, declining, releasing, shipping, issuing, paying, applying, unapplying,
    reversing, disputing, amending, amending_held, cancelling, closing, reopening,
]  # fmt: skip


@pytest.mark.parametrize("prepare", CALLS)
def test_a_dry_run_writes_nothing_and_previews_the_answer(
    house: House, prepare: Callable[[House], Callable[..., Any]]
) -> None:
    call = prepare(house)
    before = house.state()
    preview = call(key="real", dry_run=True)
    assert isinstance(preview, so.Preview)
    assert house.state() == before
    outcome = call(key="real")
    assert preview.outcome == outcome
    assert preview.findings == outcome.findings
    record = house.records()[-1]
    assert [name_of(type(event)) for event in preview.events] == [
        e["type"] for e in record["events"]
    ]


def test_a_dry_run_asks_for_duty_and_key_as_well(house: House) -> None:
    with pytest.raises(so.NotAllowed, match=r"duty\.missing"):
        house.wim.orders.place(a_request(), dry_run=True)
    with pytest.raises(so.InvalidValue, match=r"key\.type"):
        house.ann.orders.place(a_request(), key=None, dry_run=True)


@pytest.mark.parametrize("said", ["no", "", 0, 1, None])
def test_only_true_or_false_say_whether_it_is_a_dry_run(house: House, said: object) -> None:
    before = house.state()
    with pytest.raises(so.InvalidValue) as caught:
        house.ann.orders.place(a_request(), dry_run=said)
    assert (caught.value.code, caught.value.path) == ("value.type", "dry_run")
    assert house.state() == before

"""Who may: every writing verb asks for its duty, and other tenants do not exist."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

import salesorders as so
from salesorders.interchange import OrderDocument, Statement, StatementLine
from tests.builders import DAY, House, a_customer, a_request, an_item

EUR = so.Money("1.00", "EUR")
STATEMENT = Statement(
    id="S1",
    account="DE1",
    currency="EUR",
    lines=(
        StatementLine(
            n=1, amount=EUR.amount, currency="EUR", booked_on=DAY, value_on=DAY, bank_ref="B1"
        ),
    ),
)
# Every writing verb of the desk, with the one role that may.
VERBS: dict[str, tuple[str, Callable[..., Any]]] = {
    "catalog.add": ("ada", lambda d, **m: d.catalog.add(an_item("NEW"), **m)),
    "catalog.change": ("ada", lambda d, **m: d.catalog.change(an_item("BOLT"), **m)),
    "catalog.retire": ("ada", lambda d, **m: d.catalog.retire("item/BOLT", **m)),
    "credit.set_limit": ("ada", lambda d, **m: d.credit.set_limit("C7", "10", **m)),
    "credit.open": ("ada", lambda d, **m: d.credit.open("G1", "10", **m)),
    "credit.arrange": ("ada", lambda d, **m: d.credit.arrange("C7", risk_class="B", **m)),
    "credit.recheck": ("ben", lambda d, **m: d.credit.recheck("C7", **m)),
    "credit.recount": ("ben", lambda d, **m: d.credit.recount("C7", **m)),
    "orders.place": ("ann", lambda d, **m: d.orders.place(a_request(), **m)),
    "orders.intake": ("ann", lambda d, **m: d.orders.intake(OrderDocument(number="PO1"), **m)),
    "orders.amend": ("ann", lambda d, **m: d.orders.amend("SO-1", reason="r", **m)),
    "orders.cancel": ("ann", lambda d, **m: d.orders.cancel("SO-1", reason="r", **m)),
    "orders.close": ("ann", lambda d, **m: d.orders.close("SO-1", reason="r", **m)),
    "orders.reopen": ("ann", lambda d, **m: d.orders.reopen("SO-1", reason="r", **m)),
    "orders.release": ("ben", lambda d, **m: d.orders.release("SO-1", reason="r", **m)),
    "orders.approve": ("bob", lambda d, **m: d.orders.approve("SO-1", reason="r", **m)),
    "orders.decline": ("bob", lambda d, **m: d.orders.decline("SO-1", reason="r", **m)),
    "stock.receive": ("wim", lambda d, **m: d.stock.receive("BOLT", 1, site="BER", **m)),
    "stock.plan_receipt": (
        "wim",
        lambda d, **m: d.stock.plan_receipt("BOLT", 1, site="BER", on=DAY, **m),
    ),
    "stock.adjust": ("wim", lambda d, **m: d.stock.adjust("BOLT", 1, site="BER", reason="r", **m)),
    "shipments.ship": ("wim", lambda d, **m: d.shipments.ship("SO-1", **m)),
    "invoices.issue": ("fay", lambda d, **m: d.invoices.issue("SH-1", **m)),
    "cash.receive": ("kai", lambda d, **m: d.cash.receive("C7", EUR, **m)),
    "cash.apply": ("kai", lambda d, **m: d.cash.apply("PY-1", {"IN-1": EUR}, **m)),
    "cash.unapply": ("kai", lambda d, **m: d.cash.unapply("PY-1", "IN-1", **m)),
    "cash.reverse": ("kai", lambda d, **m: d.cash.reverse("PY-1", reason="r", **m)),
    "cash.dispute": ("kai", lambda d, **m: d.cash.dispute("IN-1", reason="r", **m)),
    "cash.import_statement": ("kai", lambda d, **m: d.cash.import_statement(STATEMENT, **m)),
}
NAMES = sorted(VERBS)


def test_who_may_not_apply_is_told_so_whatever_payment_he_names(house: House) -> None:
    with pytest.raises(so.NotAllowed) as caught:
        house.ann.cash.apply("PY-1", candidate=0)
    assert caught.value.code == "duty.missing"


def test_the_table_names_every_writing_verb(house: House) -> None:
    import inspect

    counters = ("catalog", "orders", "credit", "stock", "shipments", "invoices", "cash", "ledger")
    found = {
        f"{name}.{verb}"
        for name in counters
        for verb, method in inspect.getmembers(getattr(house.raw, name), inspect.ismethod)
        if not verb.startswith("_") and "key" in inspect.signature(method).parameters
    }
    assert found == set(VERBS)


@pytest.mark.parametrize("verb", NAMES)
def test_an_actor_without_the_duty_is_refused(house: House, verb: str) -> None:
    before = house.state()
    with pytest.raises(so.NotAllowed) as refused:
        VERBS[verb][1](house.hand("eve", "auditor"))
    assert (refused.value.code, refused.value.path) == ("duty.missing", "by")
    assert house.state() == before


@pytest.mark.parametrize("verb", NAMES)
def test_nobody_is_refused(house: House, verb: str) -> None:
    before = house.state()
    with pytest.raises(so.NotAllowed) as refused:
        VERBS[verb][1](house.desk)
    assert (refused.value.code, refused.value.path) == ("actor.missing", "by")
    assert house.state() == before


@pytest.mark.parametrize("verb", NAMES)
def test_another_tenants_actor_is_refused(house: House, verb: str) -> None:
    stranger = so.Actor("max", roles=house.max.inner.actor.roles, tenant="other")
    with pytest.raises(so.NotAllowed) as refused:
        VERBS[verb][1](house.max, by=stranger)
    assert (refused.value.code, refused.value.path) == ("actor.tenant", "by")


def test_another_tenants_actor_is_not_bound_and_so_reads_nothing(house: House) -> None:
    with pytest.raises(so.NotAllowed) as refused:
        house.hand("spy", "sales", tenant="other")
    assert (refused.value.code, refused.value.path) == ("actor.tenant", "actor")


def test_an_empty_pick_list_does_not_ship_everything(house: House) -> None:
    order = house.order().unwrap()
    with pytest.raises(so.InvalidValue) as refused:
        house.wim.shipments.ship(order.id, {})
    assert (refused.value.code, refused.value.path) == ("shipment.nothing", "lines")


@pytest.mark.parametrize("verb", NAMES)
def test_something_that_is_no_actor_is_refused(house: House, verb: str) -> None:
    for impostor in ("ann", object(), 1, "", 0):
        with pytest.raises(so.SalesOrdersError) as refused:
            VERBS[verb][1](house.max, by=impostor)
        assert (refused.value.code, refused.value.path) == ("actor.type", "by"), impostor


@pytest.mark.parametrize("verb", NAMES)
def test_the_one_with_the_duty_is_let_in(house: House, verb: str) -> None:
    name, call = VERBS[verb]
    with suppress(so.NotFound):
        call(getattr(house, name))


def test_by_overrides_the_bound_actor_for_one_call(house: House) -> None:
    house.ann.stock.receive("BOLT", 1, site="BER", by=so.Actor("wim", roles={"warehouse"}))
    assert house.records()[-1]["actor"] == "wim"


def test_pricing_is_the_duty_of_sales(house: House) -> None:
    with pytest.raises(so.NotAllowed, match=r"duty\.missing"):
        house.wim.orders.price("C7", [so.Line("BOLT", 1)])


@pytest.fixture
def two(make_house: Any) -> tuple[House, House]:
    """Two desks over one store; the second tenant has documents of every kind."""
    mine = make_house()
    theirs = make_house(store=mine.raw_store, tenant="other")
    return mine, theirs


def same_refusal(mine: House, call: Callable[[str], Any], theirs: str, absent: str) -> None:
    seen = []
    for name in (theirs, absent):
        before = mine.state()
        with pytest.raises(so.NotFound) as refused:
            call(name)
        assert mine.state() == before
        seen.append(
            (refused.value.code, refused.value.path, refused.value.detail.replace(name, "?"))
        )
    assert seen[0] == seen[1]
    assert seen[0][0].endswith(".unknown")


def test_another_tenants_ids_are_unknown_exactly_like_absent_ones(two: tuple[House, House]) -> None:
    mine, theirs = two
    theirs.ada.catalog.add(an_item("XNUT"), a_customer("X1"))
    theirs.wim.stock.receive("XNUT", 1, site="XSITE")
    order = theirs.order().unwrap()
    shipment = theirs.shipped(order, {"1": 60})
    invoice = theirs.billed(shipment)
    other_shipment = theirs.shipped(order)
    payment = theirs.kai.cash.receive("C7", invoice.balance, reference=invoice.number).unwrap()
    desk = mine.max
    one = so.Money("1.00", "EUR")
    same_refusal(mine, desk.orders.get, order.id, "SO-0")
    same_refusal(mine, desk.shipments.get, shipment.id, "SH-0")
    same_refusal(mine, desk.invoices.get, invoice.id, "IN-0")
    same_refusal(mine, desk.cash.get, payment.id, "PY-0")
    same_refusal(mine, desk.cash.item, invoice.id, "IN-0")
    same_refusal(mine, desk.catalog.get, "XNUT", "YNUT")
    same_refusal(mine, desk.catalog.customer, "X1", "Y1")
    same_refusal(mine, desk.credit.get, "X1", "Y1")
    same_refusal(mine, desk.credit.exposure, "X1", "Y1")
    same_refusal(mine, lambda sku: desk.stock.level(sku, "XSITE"), "XNUT", "YNUT")
    same_refusal(mine, lambda i: desk.orders.release(i, reason="r"), order.id, "SO-0")
    same_refusal(mine, lambda i: desk.orders.approve(i, reason="r"), order.id, "SO-0")
    same_refusal(mine, lambda i: desk.orders.decline(i, reason="r"), order.id, "SO-0")
    same_refusal(mine, lambda i: desk.orders.amend(i, reason="r"), order.id, "SO-0")
    same_refusal(mine, lambda i: desk.orders.cancel(i, reason="r"), order.id, "SO-0")
    same_refusal(mine, lambda i: desk.orders.close(i, reason="r"), order.id, "SO-0")
    same_refusal(mine, lambda i: desk.orders.reopen(i, reason="r"), order.id, "SO-0")
    same_refusal(mine, desk.shipments.ship, order.id, "SO-0")
    same_refusal(mine, desk.invoices.issue, other_shipment.id, "SH-0")
    same_refusal(mine, lambda i: desk.cash.apply(i, {"IN-1": one}), payment.id, "PY-0")
    same_refusal(mine, lambda i: desk.cash.apply(i, candidate=0), payment.id, "PY-0")
    same_refusal(mine, lambda i: desk.cash.unapply(i, "IN-1"), payment.id, "PY-0")
    same_refusal(mine, lambda i: desk.cash.reverse(i, reason="r"), payment.id, "PY-0")
    same_refusal(mine, lambda i: desk.cash.receive(i, one), "X1", "Y1")
    same_refusal(mine, lambda i: desk.credit.set_limit(i, 1), "X1", "Y1")
    same_refusal(mine, lambda i: desk.catalog.retire(f"item/{i}"), "XNUT", "YNUT")
    same_refusal(mine, lambda i: desk.stock.receive(i, 1, site="BER"), "XNUT", "YNUT")
    same_refusal(mine, desk.audit.history, order.ref, "order/SO-0")
    assert mine.desk.orders.find(customer="C7").items == ()
    assert mine.desk.ledger.entries() == []


def test_another_tenants_customer_and_item_are_rejected_like_absent_ones(
    two: tuple[House, House],
) -> None:
    mine, theirs = two
    theirs.ada.catalog.add(an_item("XNUT"), a_customer("X1"))
    for customer, sku in (("X1", "XNUT"), ("Y1", "YNUT")):
        outcome = mine.order(1, customer=customer, sku=sku)
        assert isinstance(outcome, so.Rejected)
        assert [(f.code, f.path) for f in outcome.findings] == [
            ("customer.unknown", "customer"),
            ("item.unknown", "lines[0].sku"),
        ]


def test_another_tenants_invoice_number_in_a_reference_explains_nothing(
    two: tuple[House, House],
) -> None:
    mine, theirs = two
    invoice = theirs.sold()
    outcome = mine.kai.cash.receive("", invoice.total, reference=invoice.number)
    assert isinstance(outcome, so.Unidentified)
    assert theirs.desk.invoices.get(invoice.id).balance == invoice.total

"""Orders that are paid before their goods leave: exempt while the very cash that came in for them covers them."""

from typing import Any

import pytest

import salesorders as so
from tests.builders import House, a_customer, books_agree, codes
from tests.desk.conftest import MakeHouse
from tests.desk.credit_house import automatic, carried, euros, hundreds, policies, worth


def placed(house: House, n: int = 1, **more: Any) -> Any:
    """Place a prepaid order worth ``n`` hundreds."""
    request = so.OrderRequest("C7", [so.Line("HUNDRED", n)], prepaid=True, **more)
    return house.ann.orders.place(request)


def paid(house: House, order: so.Order, amount: object, **more: Any) -> Any:
    return house.kai.cash.receive(order.customer, euros(amount), order=order.id, **more)


def waits(house: House) -> object:
    return house.desk.credit.get("C7").exposure.paid_ahead


@pytest.fixture
def rich(make_house: MakeHouse) -> House:
    """A customer with more limit than anybody needs, and orders that go on by themselves once they may."""
    return hundreds(make_house(limit="unlimited", policies=automatic()))


def test_a_prepaid_order_waits_for_its_money_whatever_the_limit(rich: House) -> None:
    held = placed(rich)
    assert codes(held) == {"credit.prepayment"}
    paid(rich, held.order, 99).unwrap()
    carried(rich)
    assert codes(rich.ben.credit.what_if(held.order.id).decision) == {"credit.prepayment"}
    assert rich.ben.credit.what_if(held.order.id).payment == euros(1)
    paid(rich, held.order, 1).unwrap()
    carried(rich)
    order = rich.desk.orders.get(held.order.id)
    assert (order.holds, order.paid_ahead, waits(rich)) == ((), 100, 0)
    rich.billed(rich.shipped(order))
    books_agree(rich)


def test_terms_of_a_customer_make_orders_prepaid_unless_the_order_says_otherwise(
    rich: House,
) -> None:
    rich.ada.catalog.add(a_customer("C8", "unlimited", terms="prepaid"))
    assert codes(worth(rich, customer="C8")) == {"credit.prepayment"}
    asked = so.OrderRequest("C8", [so.Line("HUNDRED", 1)], prepaid=False)
    assert isinstance(rich.ann.orders.place(asked), so.Placed)


def test_a_reference_that_names_the_order_pays_for_it(rich: House) -> None:
    held = placed(rich)
    other = rich.billed(rich.shipped(worth(rich).unwrap()))
    answer = rich.kai.cash.receive("C7", euros(100), reference=f"for {held.order.id}")
    assert [finding.code for finding in answer.findings] == ["payment.ahead"]
    assert rich.kai.cash.item(other.id).open == 100  # the same amount, and not guessed
    carried(rich)
    assert not rich.desk.orders.get(held.order.id).is_held
    books_agree(rich)


def test_who_pays_is_known_by_the_order_that_is_named(rich: House) -> None:
    held = placed(rich)
    answer = rich.kai.cash.receive("", euros(100), reference=held.order.id)
    assert answer.unwrap().customer == "C7"


def test_two_orders_in_one_reference_are_nobodys_guess(rich: House) -> None:
    first, second = placed(rich).order, placed(rich).order
    answer = rich.kai.cash.receive("C7", euros(200), reference=f"{first.id} {second.id}")
    assert isinstance(answer, so.Proposed)
    assert (waits(rich), answer.payment.order) == (0, "")


def test_money_for_two_orders_settles_no_invoice_of_the_same_amount(rich: House) -> None:
    other = rich.billed(rich.shipped(worth(rich, 2).unwrap()))
    first, second = placed(rich).order, placed(rich).order
    answer = rich.kai.cash.receive("C7", euros(200), reference=f"{first.id} {second.id}")
    assert isinstance(answer, so.Proposed)
    assert (rich.kai.cash.item(other.id).open, waits(rich)) == (200, 0)
    books_agree(rich)


@pytest.mark.parametrize("already", [0, 50])
def test_a_reference_that_names_an_invoice_too_pays_the_invoice(rich: House, already: int) -> None:
    other = rich.billed(rich.shipped(worth(rich, 2).unwrap()))
    if already:
        rich.kai.cash.receive("C7", euros(already), reference=other.number).unwrap()
    held = placed(rich).order
    answer = rich.kai.cash.receive("C7", euros(300), reference=f"{held.id}, {other.number}")
    assert (rich.kai.cash.item(other.id).open, waits(rich)) == (0, 0)
    assert answer.payment.order == ""
    books_agree(rich)


def test_cash_that_waits_for_one_order_buys_nothing_else(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="0", policies=automatic()))
    held = placed(house, 2).order
    paid(house, held, 100).unwrap()
    assert codes(worth(house)) == {"credit.limit"}
    paid(house, held, 100).unwrap()
    carried(house)
    assert not house.desk.orders.get(held.id).is_held
    assert codes(worth(house)) == {"credit.limit"}
    assert house.desk.credit.get("C7").exposure.total == 0
    books_agree(house)


def test_an_order_over_the_limit_needs_no_credit_once_it_is_paid_for(
    make_house: MakeHouse,
) -> None:
    house = hundreds(make_house(limit="150", policies=automatic(risk_classes_referred=("D",))))
    order = worth(house, 2).order
    paid(house, order, 50).unwrap()  # of its own limit and its own cash it has enough now
    carried(house)
    assert not house.desk.orders.get(order.id).is_held
    house.ada.credit.arrange("C7", risk_class="D")
    second = worth(house).order
    paid(house, second, 100).unwrap()
    carried(house)
    assert not house.desk.orders.get(second.id).is_held
    books_agree(house)


def test_an_order_that_is_paid_for_passes_older_ones_that_wait_for_room(
    make_house: MakeHouse,
) -> None:
    house = hundreds(make_house(limit="0", policies=automatic()))
    older, order = worth(house).order, placed(house).order
    paid(house, order, 100).unwrap()
    carried(house)
    held = {one.id: one.is_held for one in house.documents("order")}
    assert held == {older.id: True, order.id: False}


def test_a_payment_that_is_taken_back_stops_the_goods(rich: House) -> None:
    order = placed(rich).order
    payment = paid(rich, order, 100).unwrap()
    carried(rich)
    rich.kai.cash.reverse(payment.id, reason="bounced").unwrap()
    assert rich.desk.orders.get(order.id).paid_ahead == 0
    stopped = rich.wim.shipments.ship(order.id)
    assert codes(stopped) == {"shipment.credit", "credit.prepayment"}
    paid(rich, order, 100).unwrap()
    assert isinstance(rich.wim.shipments.ship(order.id), so.Shipped)
    books_agree(rich)


def test_a_person_may_let_goods_go_that_are_not_paid_for(rich: House) -> None:
    order = placed(rich).order
    rich.ben.orders.release(order.id, reason="paid by wire today").unwrap()
    assert isinstance(rich.wim.shipments.ship(order.id), so.Shipped)


def test_a_paid_order_that_bounced_is_released_ahead_of_its_goods(rich: House) -> None:
    order = placed(rich).order
    payment = paid(rich, order, 100).unwrap()
    carried(rich)
    rich.kai.cash.reverse(payment.id, reason="bounced").unwrap()
    rich.ben.orders.release(order.id, reason="it will come").unwrap()
    assert isinstance(rich.wim.shipments.ship(order.id), so.Shipped)


def test_more_than_was_paid_for_is_asked_again_and_less_is_not(rich: House) -> None:
    order = placed(rich).order
    paid(rich, order, 150).unwrap()
    carried(rich)
    more = rich.ann.orders.amend(order.id, [so.LineChange("1", 2)], reason="more")
    assert codes(more) == {"credit.prepayment"}
    assert rich.desk.orders.get(order.id).total == euros(100)
    paid(rich, order, 50).unwrap()
    again = rich.ann.orders.amend(order.id, [so.LineChange("1", 2)], reason="more")
    assert isinstance(again, so.Amended)
    less = rich.ann.orders.amend(order.id, [so.LineChange("1", 1)], reason="less")
    assert isinstance(less, so.Amended)
    assert isinstance(rich.wim.shipments.ship(order.id), so.Shipped)
    books_agree(rich)


def test_what_has_left_is_paid_for_first(rich: House) -> None:
    order = placed(rich, 3).order
    first = paid(rich, order, 200).unwrap()
    paid(rich, order, 100).unwrap()
    carried(rich)
    invoice = rich.billed(rich.wim.shipments.ship(order.id, {"1": 2}).unwrap())
    rich.kai.cash.apply(first.id, {invoice.id: euros(200)}).unwrap()
    assert rich.desk.orders.get(order.id).paid_ahead == 300
    assert isinstance(rich.wim.shipments.ship(order.id, {"1": 1}), so.Shipped)
    books_agree(rich)


def test_cash_that_is_used_for_another_order_is_missing_here(rich: House) -> None:
    order = placed(rich).order
    other = rich.billed(rich.shipped(worth(rich).unwrap()))
    payment = paid(rich, order, 100).unwrap()
    rich.kai.cash.apply(payment.id, {other.id: euros(40)}).unwrap()
    assert (rich.desk.orders.get(order.id).paid_ahead, waits(rich)) == (60, 60)
    books_agree(rich)
    rich.kai.cash.unapply(payment.id, other.id)
    assert (rich.desk.orders.get(order.id).paid_ahead, waits(rich)) == (100, 100)
    assert rich.ben.credit.recount("C7").differences == ()
    rich.kai.cash.apply(payment.id, {other.id: euros(40)}).unwrap()
    rich.kai.cash.reverse(payment.id, reason="bounced").unwrap()
    assert (rich.desk.orders.get(order.id).paid_ahead, waits(rich)) == (0, 0)
    books_agree(rich)


@pytest.mark.parametrize("how", ["cancel", "close", "decline"])
def test_cash_of_an_order_that_is_over_is_the_customers(rich: House, how: str) -> None:
    order = placed(rich, 2).order
    paid(rich, order, 100).unwrap()
    if how == "decline":
        rich.bob.orders.decline(order.id, reason="no")
    else:
        getattr(rich.ann.orders, how)(order.id, reason="no").unwrap()
    exposure = rich.desk.credit.get("C7").exposure
    assert (exposure.paid_ahead, exposure.unapplied) == (0, 100)
    books_agree(rich)
    if how != "decline":
        again = rich.ann.orders.reopen(order.id, reason="yes")
        assert isinstance(again, so.Reopened)
        assert waits(rich) == 100
        books_agree(rich)


def test_an_order_that_ended_held_and_was_paid_comes_back_going_on(rich: House) -> None:
    order = placed(rich).order
    paid(rich, order, 100).unwrap()
    rich.ann.orders.cancel(order.id, reason="no").unwrap()
    assert not rich.ann.orders.reopen(order.id, reason="yes").unwrap().is_held
    assert waits(rich) == 0
    books_agree(rich)


@pytest.mark.parametrize("what", ["other", "over", "unknown"])
def test_money_for_an_order_that_can_not_have_it_is_refused(rich: House, what: str) -> None:
    hundreds_of = placed(rich).order
    rich.ada.catalog.add(a_customer("C8", "unlimited"))
    before = rich.state()[0]
    if what == "other":
        refused = rich.kai.cash.receive("C8", euros(1), order=hundreds_of.id)
        assert codes(refused) == {"payment.other_customer"}
    elif what == "over":
        rich.ann.orders.cancel(hundreds_of.id, reason="no").unwrap()
        before = rich.state()[0]
        assert codes(paid(rich, hundreds_of, 1)) == {"payment.order_over"}
    else:
        with pytest.raises(so.NotFound) as caught:
            rich.kai.cash.receive("C7", euros(1), order="SO-NONE")
        assert caught.value.path == "order"
    assert rich.state()[0] == before


@pytest.mark.parametrize("value", ["yes", 1, 0])
def test_prepaid_is_yes_or_no(value: Any) -> None:
    with pytest.raises(so.InvalidValue) as caught:
        so.OrderRequest("C7", [so.Line("HUNDRED", 1)], prepaid=value)
    assert caught.value.path == "prepaid"


def test_a_blocked_account_gets_nothing_although_it_paid(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="unlimited", policies=policies()))
    order = placed(house).order
    paid(house, order, 100).unwrap()
    house.ada.credit.arrange("C7", status="blocked")
    assert "credit.account_blocked" in codes(house.ben.credit.what_if(order.id).decision)


def test_use_over_time_leaves_out_cash_that_waits(rich: House) -> None:
    order = placed(rich).order
    paid(rich, order, 100).unwrap()
    assert rich.ben.credit.usage("C7").points[-1].exposure == 0
    carried(rich)
    assert rich.ben.credit.usage("C7").points[-1].exposure == 0
    assert rich.desk.credit.get("C7").exposure.total == 0


def test_an_order_that_waits_for_an_approval_is_paid_for_too(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit=None, policies=automatic()))
    request = so.OrderRequest("C7", [so.Line("HUNDRED", 1, discount="50%")], prepaid=True)
    order = house.ann.orders.place(request).order
    assert [hold.gate for hold in order.holds] == ["authority", "credit"]
    paid(house, order, 20).unwrap()
    (listed,) = house.ben.credit.worklist().ranked
    assert listed.payment == euros(30)
    paid(house, order, 30).unwrap()
    carried(house)
    assert [hold.gate for hold in house.desk.orders.get(order.id).holds] == ["authority"]
    assert isinstance(house.bob.orders.approve(order.id, reason="ok"), so.Placed)
    books_agree(house)


def test_cash_that_waits_again_for_an_order_leaves_the_account_watched(
    make_house: MakeHouse,
) -> None:
    house = hundreds(make_house(limit="0", policies=automatic()))
    order = placed(house, 2).order
    paid(house, order, 100).unwrap()
    house.ann.orders.cancel(order.id, reason="no").unwrap()
    other = worth(house).unwrap()  # bought with what was paid for the first
    assert house.ann.orders.reopen(order.id, reason="yes").unwrap().is_held
    assert house.desk.credit.get("C7").watched
    assert "shipment.credit" in codes(house.wim.shipments.ship(other.id))
    books_agree(house)


def test_more_cash_than_can_be_kept_is_refused_in_every_store_and_changes_nothing(
    rich: House,
) -> None:
    most = "999999999999999.99"
    order = placed(rich, 5).order
    paid(rich, order, most).unwrap()
    before = rich.state()
    with pytest.raises(so.InvalidValue) as ahead:
        paid(rich, order, most)
    assert (ahead.value.code, ahead.value.path) == ("number.range", "paid_ahead")
    rich.kai.cash.receive("C7", euros("0.01"))
    with pytest.raises(so.InvalidValue) as unnamed:
        rich.kai.cash.receive("C7", euros(most))
    assert (unnamed.value.code, unnamed.value.path) == ("number.range", "unapplied")
    assert rich.desk.orders.get(order.id).paid_ahead == euros(most).amount
    assert rich.state()[1] == before[1] + 1
    books_agree(rich)


def test_of_an_order_that_is_paid_and_declined_no_payment_is_named(make_house: MakeHouse) -> None:
    """Nobody can pay for it any more, and without a limit no cash on account lets an order go."""
    house = hundreds(make_house(limit=None))
    held = placed(house)
    paid(house, held.order, 100).unwrap()
    house.bob.orders.decline(held.order.id, reason="changed their mind").unwrap()
    asked = house.ben.credit.what_if(held.order.id, amount=euros(1))
    assert (asked.decision.allowed, asked.payment) == (False, None)

"""An account comes to be watched by what no order did, and no longer is by the command that brings it back."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

import salesorders as so
from salesorders.credit import Collateral
from tests.builders import DAY, House, a_house, codes
from tests.desk.conftest import MakeHouse
from tests.desk.credit_house import a_group, euros, hundreds, policies, worth


def watched(house: House, name: str = "C7") -> bool:
    return bool(house.desk.credit.get(name).watched)


def secured(house: House, amount: object = 100, name: str = "C7") -> House:
    pledge = Collateral("P1", Decimal(str(amount)), DAY, DAY + timedelta(days=90))
    house.ada.credit.arrange(name, collateral=[pledge]).unwrap()
    return house


def billed(house: House, n: int = 1) -> Any:
    return house.billed(house.shipped(worth(house, n).unwrap()))


def cut(house: House, limit: object = "150") -> House:
    """What is owed stays; the limit is below it now."""
    assert house.ada.credit.set_limit("C7", limit).account.watched
    return house


# --- back within the limit


WAYS: dict[str, Callable[[House, so.Order], object]] = {
    "cash that nobody can place": lambda house, order: house.kai.cash.receive("C7", euros(50)),
    "cash for the order": lambda house, order: house.kai.cash.receive(
        "C7", euros(50), order=order.id
    ),
    "less of it": lambda house, order: house.ann.orders.amend(
        order.id, [so.LineChange("1", 1)], reason="less"
    ),
    "part of it cancelled": lambda house, order: house.ann.orders.cancel(
        order.id, {"1": 1}, reason="less"
    ),
    "all of it closed": lambda house, order: house.ann.orders.close(order.id, reason="over"),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_brings_an_account_back_within_its_limit_ends_the_watch(
    house: House, way: str
) -> None:
    order = worth(hundreds(house), 2).unwrap()
    cut(house)
    WAYS[way](house, order)
    assert not watched(house)


def test_a_cent_too_little_does_not(house: House) -> None:
    order = worth(hundreds(house), 2).unwrap()
    cut(house)
    house.kai.cash.receive("C7", euros("49.99"))
    assert watched(house)
    assert "credit.limit" in codes(house.wim.shipments.ship(order.id))


def test_goods_leave_unasked_once_an_invoice_is_paid(house: House) -> None:
    invoice = billed(hundreds(house))
    order = worth(house).unwrap()
    cut(house)
    house.kai.cash.receive("C7", euros(100), reference=invoice.number).unwrap()
    assert isinstance(house.wim.shipments.ship(order.id), so.Shipped)


def test_a_payment_that_finds_its_payer_ends_the_watch(house: House) -> None:
    invoice = billed(hundreds(house), 2)
    cut(house)
    payment = house.kai.cash.receive("", euros(50)).payment
    assert watched(house)
    house.kai.cash.apply(payment.id, {invoice.id: euros(50)}).unwrap()
    assert not watched(house)


def test_a_dispute_that_does_not_count_ends_the_watch(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="500", policies=policies(disputed_counts=False)))
    invoice = billed(house, 2)
    cut(house)
    house.kai.cash.dispute(invoice.id, euros(50), reason="wet").unwrap()
    assert not watched(house)


def test_cash_of_a_declined_order_ends_the_watch(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="300"))
    worth(house, 2).unwrap()
    held = worth(house, 2).order
    house.kai.cash.receive("C7", euros(50), order=held.id).unwrap()
    assert watched(cut(house))
    house.bob.orders.decline(held.id, reason="no").unwrap()
    assert not watched(house)


def test_an_invoice_that_is_secured_ends_the_watch(make_house: MakeHouse) -> None:
    house = secured(hundreds(make_house(limit="500")), 50)
    shipment = house.shipped(worth(house, 2).unwrap())
    cut(house)
    house.billed(shipment)
    assert not watched(house)


def test_goods_that_leave_a_full_bucket_end_the_watch(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="500"))
    order = worth(house, 2).unwrap()
    assert house.ada.credit.set_limit("C7", "150", bucket="open_orders").account.watched
    house.wim.shipments.ship(order.id, {"1": 1}).unwrap()
    assert not watched(house)


def test_a_group_is_back_with_its_member(house: House) -> None:
    order = worth(a_group(house, "1000", "C7"), 2).unwrap()
    assert house.ada.credit.set_limit("GROUP", "150").account.watched
    house.ann.orders.cancel(order.id, {"1": 1}, reason="less").unwrap()
    assert not watched(house, "GROUP")


def test_a_group_that_somebody_left_is_back(house: House) -> None:
    worth(a_group(house, "1000", "C7"), 2).unwrap()
    assert house.ada.credit.set_limit("GROUP", "150").account.watched
    house.ada.credit.arrange("C7", within=[]).unwrap()
    assert not watched(house, "GROUP")


def test_a_limit_in_another_currency_waits_for_somebody_who_asks_for_the_rate() -> None:
    house = hundreds(a_house(sources=so.Sources(rates=Twice())))
    house.ada.credit.set_limit("C7", "1000", currency="USD")
    worth(house, 2).unwrap()
    cut(house, "300")
    house.kai.cash.receive("C7", euros(50))
    assert watched(house)
    house.ben.credit.recheck("C7")
    assert not watched(house)


@attrs.frozen
class Twice:
    """One euro is two dollars, on the day that is asked for or always on one."""

    day: date | None = None

    def rate(self, source: str, target: str, on: date) -> so.ExchangeRate:
        return so.ExchangeRate(source, target, "2", self.day or on)


def test_a_policy_that_does_not_ask_lets_the_account_go_all_the_same(make_house: MakeHouse) -> None:
    """As ``credit.recheck`` would: who is within the limit is not watched."""
    house = hundreds(make_house(limit="500", policies=policies(checkpoints=("limit_cut",))))
    worth(house, 2).unwrap()
    cut(house)
    house.kai.cash.receive("C7", euros(50))
    assert not watched(house)


def test_a_new_limit_lets_the_account_go_where_the_policy_does_not_ask(
    make_house: MakeHouse,
) -> None:
    house = hundreds(make_house(limit="100", policies=policies(checkpoints=("payment_reversal",))))
    payment = house.kai.cash.receive("C7", euros(100)).payment
    worth(house, 2).unwrap()
    house.kai.cash.reverse(payment.id, reason="bounced").unwrap()
    assert watched(house)
    raised = house.ada.credit.set_limit("C7", "200")
    assert (raised.account.watched, raised.findings) == (False, ())


def test_a_rate_that_is_too_old_tells_nobody_that_an_account_is_back() -> None:
    stale = policies(rate_age_days_max=1)
    house = hundreds(a_house(sources=so.Sources(rates=Twice(DAY)), policies=stale))
    house.ada.credit.set_limit("C7", "1000", currency="USD")
    worth(house, 2).unwrap()
    cut(house, "300")
    house.kai.cash.receive("C7", euros(150))
    house.clock.advance(days=3)
    house.ben.credit.recheck("C7")
    assert watched(house)


# --- over the limit by what moves from one bucket to another


@pytest.fixture
def pledged(house: House) -> House:
    """A hundred is open and secured, sixty came in, a hundred is ordered: 40 count, and 60 may."""
    billed(secured(hundreds(house)))
    house.ada.credit.set_limit("C7", "60")
    house.kai.cash.receive("C7", euros(60))
    worth(house).unwrap()
    assert not watched(house)
    return house


def applied(house: House, amount: object = 60) -> Any:
    (item,), (payment,) = house.documents("receivable"), house.documents("payment")
    return house.kai.cash.apply(payment.id, {item.invoice: euros(amount)})


def test_cash_that_settles_what_was_secured_is_remarked_where_it_leaves_a_limit(
    pledged: House,
) -> None:
    outcome = applied(pledged)
    (remark,) = [f for f in outcome.findings if f.code == "payment.secured_over_limit"]
    assert (codes(outcome), remark.fact("customer")) == (set(), "C7")
    assert (remark.fact("exposure_after"), remark.fact("limit")) == (euros(100), euros(60))


def test_cash_that_settles_what_was_secured_leaves_the_account_watched(pledged: House) -> None:
    applied(pledged)
    assert watched(pledged)
    (order,) = [one for one in pledged.documents("order") if any(line.open for line in one.lines)]
    assert "credit.limit" in codes(pledged.wim.shipments.ship(order.id))


def test_cash_that_leaves_the_account_at_its_limit_is_not_remarked(pledged: House) -> None:
    outcome = applied(pledged, 20)
    assert ({f.code for f in outcome.findings}, watched(pledged)) == ({"payment.chosen"}, False)


def test_taking_it_off_the_invoice_again_brings_the_account_back(pledged: House) -> None:
    payment = applied(pledged).payment
    pledged.kai.cash.unapply(payment.id, payment.allocations[0].invoice)
    assert not watched(pledged)


def test_a_dispute_of_what_was_secured_leaves_the_account_watched(pledged: House) -> None:
    (item,) = pledged.documents("receivable")
    outcome = pledged.kai.cash.dispute(item.invoice, euros(50), reason="wet")
    assert (codes(outcome), watched(pledged)) == ({"credit.limit"}, True)


def test_cash_that_settles_what_was_secured_in_a_group_leaves_the_group_watched(
    house: House,
) -> None:
    invoice = billed(a_group(house, "1000", "C7"))
    secured(house, 100, "GROUP")
    house.ada.credit.set_limit("GROUP", "60")
    payment = house.kai.cash.receive("C7", euros(60)).payment
    worth(house).unwrap()
    house.kai.cash.apply(payment.id, {invoice.id: euros(60)}).unwrap()
    assert (watched(house), watched(house, "GROUP")) == (False, True)


def test_cash_for_a_disputed_invoice_counts_for_nothing_else(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="100", policies=policies(disputed_counts=False)))
    invoice = billed(house)
    house.kai.cash.dispute(invoice.id, reason="wet").unwrap()
    payment = house.kai.cash.receive("C7", euros(60)).payment
    worth(house).unwrap()
    house.ada.credit.set_limit("C7", "60")
    house.kai.cash.apply(payment.id, {invoice.id: euros(60)}).unwrap()
    assert watched(house)


def test_an_order_that_somebody_let_go_over_the_limit_is_not_watched_for_a_payment(
    house: House,
) -> None:
    invoice = billed(hundreds(house))
    house.ada.credit.set_limit("C7", "150")
    payment = house.kai.cash.receive("C7", euros(30)).payment
    held = worth(house, 2).order
    house.ben.orders.release(held.id, reason="agreed").unwrap()
    outcome = house.kai.cash.apply(payment.id, {invoice.id: euros(30)})
    assert ({f.code for f in outcome.findings}, watched(house)) == ({"payment.chosen"}, False)


def test_a_policy_that_does_not_ask_of_cash_watches_nobody(make_house: MakeHouse) -> None:
    house = hundreds(make_house(policies=policies(checkpoints=("confirm",))))
    invoice = billed(secured(house))
    house.ada.credit.set_limit("C7", "60")
    payment = house.kai.cash.receive("C7", euros(60)).payment
    worth(house).unwrap()
    house.kai.cash.apply(payment.id, {invoice.id: euros(60)}).unwrap()
    assert not watched(house)

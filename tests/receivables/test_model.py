"""Open items and payments: what is open, what is earned, and how it is taken back."""

from __future__ import annotations

from datetime import date

import pytest

from salesorders.kernel.codec import decode, encode
from salesorders.kernel.errors import InvalidValue, NotFound, SalesOrdersError
from salesorders.receivables import Candidate, OpenItem, Proposed
from tests.receivables.builders import TODAY, a_payment, an_item, d


def code_of(item: OpenItem, amount: str, discount: str = "0") -> str:
    with pytest.raises(SalesOrdersError) as caught:
        item.apply("PAY-1", d(amount), d(discount), on=TODAY)
    return caught.value.code


def test_cash_and_discount_reduce_what_is_open() -> None:
    item = an_item(discount=2).apply("PAY-1", d("1166.20"), d("23.80"), on=TODAY)
    assert (item.settled, item.open) == (d("1190.00"), d("0.00"))
    assert item.is_paid


@pytest.mark.parametrize(
    ("amount", "discount", "code"),
    [
        ("1190.01", "0", "receivable.over_applied"),
        ("1166.21", "23.80", "receivable.over_applied"),
        ("-1", "0", "receivable.negative"),
        ("0", "0", "receivable.nothing"),
        ("1100.00", "23.80", "receivable.discount"),
        ("0.001", "0", "money.precision"),
    ],
)
def test_an_application_that_does_not_fit_is_refused(amount: str, discount: str, code: str) -> None:
    assert code_of(an_item(discount=2), amount, discount) == code


def test_a_discount_after_its_last_day_is_refused() -> None:
    item = an_item(discount=2, discount_until=date(2026, 11, 30))
    assert code_of(item, "1166.20", "23.80") == "receivable.discount"


def test_the_discount_is_earned_on_what_is_open_not_on_the_document() -> None:
    item = an_item(1, "1000.00", discount=2).apply("PAY-1", d("500.00"), on=TODAY)
    assert item.discount_on(TODAY) == d("10.00")


def test_taking_back_restores_the_very_bytes() -> None:
    item = an_item(discount=2).apply("PAY-1", d("100.00"), on=TODAY)
    again = item.apply("PAY-2", d("200.00"), on=TODAY).unapply("PAY-2")
    assert encode(again) == encode(item)


def test_what_was_not_applied_is_not_taken_back() -> None:
    with pytest.raises(NotFound) as caught:
        an_item().unapply("PAY-9")
    assert caught.value.code == "receivable.not_applied"


def test_an_item_is_found_as_open_only_while_it_is() -> None:
    item = an_item()
    assert ("open", "C7") in item.lookups()
    assert ("open", "C7") not in item.apply("PAY-1", item.open, on=TODAY).lookups()


def test_a_paid_item_is_never_overdue() -> None:
    item = an_item(due_on=date(2026, 11, 30))
    assert item.days_overdue(TODAY) == 1
    assert item.apply("PAY-1", item.open, on=TODAY).days_overdue(TODAY) == 0


def test_an_item_survives_storage() -> None:
    item = an_item(discount=2, order="SO-1").apply("PAY-1", d("100.00"), d("2.00"), on=TODAY)
    assert decode(encode(item)) == item


def test_the_status_of_a_payment_is_derived() -> None:
    payment = a_payment("100.00", customer="")
    assert payment.status == "unidentified"
    known = payment.identify("C7")
    assert known.status == "on account"
    assert known.allocate("IN-1", d("40.00")).status == "partly applied"
    assert known.allocate("IN-1", d("100.00")).status == "applied"
    assert known.reverse(TODAY).status == "reversed"
    way = Candidate("match.subset", (Proposed("IN-1", d("100.00")),))
    assert known.propose((way,)).status == "proposed"


def test_no_more_of_a_payment_is_used_than_came_in() -> None:
    payment = a_payment("10.00").allocate("IN-1", d("10.00"))
    with pytest.raises(SalesOrdersError) as caught:
        payment.allocate("IN-1", d("10.00"))
    assert caught.value.code == "payment.over_allocated"


def test_an_unidentified_payment_settles_nothing() -> None:
    with pytest.raises(SalesOrdersError) as caught:
        a_payment(customer="").allocate("IN-1", d("10.00"))
    assert caught.value.code == "payment.unidentified"


def test_a_refund_leaves_less_to_apply() -> None:
    assert a_payment("10.00").refund(d("4.00")).unapplied == d("6.00")


def test_a_payment_that_is_in_use_is_not_reversed() -> None:
    with pytest.raises(SalesOrdersError) as caught:
        a_payment("10.00").allocate("IN-1", d("1.00")).reverse(TODAY)
    assert caught.value.code == "payment.allocated"


def test_a_payment_is_found_as_unapplied_only_while_something_is() -> None:
    payment = a_payment("10.00")
    assert ("unapplied", "C7") in payment.lookups()
    assert ("unapplied", "C7") not in payment.allocate("IN-1", d("10.00")).lookups()


def test_a_payment_above_nothing_is_wanted() -> None:
    with pytest.raises(InvalidValue) as caught:
        a_payment("0.00")
    assert caught.value.code == "payment.amount"


def test_a_payment_survives_storage() -> None:
    way = Candidate("match.subset", (Proposed("IN-1", d("8.00"), d("0.16")),), "C7")
    payment = a_payment("10.00", "INV-1").propose((way,)).allocate("IN-1", d("1.00"))
    assert decode(encode(payment)) == payment

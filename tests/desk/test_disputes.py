"""What a customer contests of an invoice is owed, never late, and comes back as it was once they agree."""

from typing import Any

import pytest

import salesorders as so
from tests.builders import House, books_agree, codes
from tests.desk.conftest import MakeHouse
from tests.desk.credit_house import automatic, carried, euros, hundreds, policies, worth


def an_invoice(house: House, n: int = 1) -> Any:
    return house.billed(house.shipped(worth(house, n).unwrap()))


def buckets(house: House) -> tuple[object, object, object]:
    exposure = house.desk.credit.get("C7").exposure
    return (exposure.open_items, exposure.disputed, exposure.total)


@pytest.fixture
def rich(make_house: MakeHouse) -> House:
    return hundreds(make_house(limit="unlimited", policies=policies(oldest_item_days_max=30)))


def test_what_is_disputed_is_owed_and_never_late(rich: House) -> None:
    invoice = an_invoice(rich)
    rich.clock.advance(days=90)
    assert codes(worth(rich)) == {"credit.oldest_item"}
    item = rich.kai.cash.dispute(invoice.id, reason="wet").unwrap()
    assert (item.disputed, item.open, item.contested_for) == (100, 100, "wet")
    assert buckets(rich) == (0, 100, 100)
    assert isinstance(worth(rich), so.Placed)
    books_agree(rich)
    rich.kai.cash.dispute(invoice.number, euros(0), reason="agreed").unwrap()
    assert buckets(rich) == (100, 0, 200)
    assert codes(worth(rich)) == {"credit.oldest_item"}
    assert rich.ben.credit.recount("C7").differences == ()


def test_what_is_paid_is_taken_off_what_nobody_contests_first(rich: House) -> None:
    invoice = an_invoice(rich)
    rich.kai.cash.dispute(invoice.id, euros(40), reason="wet").unwrap()
    assert buckets(rich) == (60, 40, 100)
    first = rich.kai.cash.receive("C7", euros(60), reference=invoice.number).unwrap()
    assert buckets(rich) == (0, 40, 40)
    second = rich.kai.cash.receive("C7", euros(30), reference=invoice.number).unwrap()
    assert buckets(rich) == (0, 10, 10)
    books_agree(rich)
    rich.kai.cash.reverse(first.id, reason="bounced").unwrap()
    assert buckets(rich) == (30, 40, 70)
    rich.kai.cash.unapply(second.id, invoice.id)
    assert buckets(rich) == (60, 40, 70)
    books_agree(rich)
    assert rich.ben.credit.recount("C7").differences == ()


def test_a_dispute_of_what_is_paid_has_nothing_left_and_comes_back_with_the_debt(
    rich: House,
) -> None:
    invoice = an_invoice(rich)
    rich.kai.cash.dispute(invoice.id, reason="wet").unwrap()
    payment = rich.kai.cash.receive("C7", euros(100), reference=invoice.number).unwrap()
    assert (rich.kai.cash.item(invoice.id).disputed, buckets(rich)) == (0, (0, 0, 0))
    rich.kai.cash.reverse(payment.id, reason="bounced").unwrap()
    assert buckets(rich) == (0, 100, 100)
    books_agree(rich)


def test_disputing_and_agreeing_leave_the_item_as_it_was(rich: House) -> None:
    invoice = an_invoice(rich)
    before = rich.kai.cash.item(invoice.id)
    rich.kai.cash.dispute(invoice.id, euros(40), reason="wet").unwrap()
    rich.kai.cash.dispute(invoice.id, euros(0), reason="agreed").unwrap()
    assert rich.kai.cash.item(invoice.id) == before
    assert rich.kai.cash.item(invoice.id).fingerprint == before.fingerprint


def test_less_or_more_may_be_disputed_than_before(rich: House) -> None:
    invoice = an_invoice(rich)
    for amount in (40, 70, 10):
        rich.kai.cash.dispute(invoice.id, euros(amount), reason="wet").unwrap()
        assert buckets(rich) == (100 - amount, amount, 100)
    books_agree(rich)


def test_what_does_not_count_makes_room_and_takes_it_when_they_agree(
    make_house: MakeHouse,
) -> None:
    house = hundreds(make_house(limit="150", policies=automatic(disputed_counts=False)))
    invoice = an_invoice(house)
    held = worth(house).order
    assert held.is_held
    house.kai.cash.dispute(invoice.id, reason="wet").unwrap()
    carried(house)
    assert not house.desk.orders.get(held.id).is_held
    agreed = house.kai.cash.dispute(invoice.id, euros(0), reason="agreed")
    assert codes(agreed) == {"credit.limit"}
    assert house.desk.credit.get("C7").watched
    assert "credit.limit" in codes(house.wim.shipments.ship(held.id))


def test_a_group_and_the_days_follow_the_dispute(rich: House) -> None:
    rich.ada.credit.open("GROUP", "unlimited")
    rich.ada.credit.arrange("C7", within=["GROUP"])
    invoice = an_invoice(rich)
    rich.kai.cash.dispute(invoice.id, euros(40), reason="wet").unwrap()
    group = rich.desk.credit.get("GROUP")
    assert (group.exposure.open_items, group.exposure.disputed) == (60, 40)
    assert [day.amount for day in group.items_by_day or ()] == [60]
    assert rich.ben.credit.recount("GROUP").differences == ()


@pytest.mark.parametrize(
    ("amount", "code"),
    [(euros("100.01"), "dispute.over"), (euros(0), "dispute.nothing")],
)
def test_what_can_not_be_disputed_is_refused(rich: House, amount: so.Money, code: str) -> None:
    invoice = an_invoice(rich)
    before = rich.state()[0]
    assert codes(rich.kai.cash.dispute(invoice.id, amount, reason="wet")) == {code}
    assert rich.state()[0] == before


@pytest.mark.parametrize("contested", [True, False])
def test_of_what_is_paid_nothing_is_open_to_dispute_and_no_dispute_ends_by_asking(
    rich: House, contested: bool
) -> None:
    invoice = an_invoice(rich)
    if contested:
        rich.kai.cash.dispute(invoice.id, reason="wet").unwrap()
    paid = rich.kai.cash.receive("C7", euros(100), reference=invoice.number).unwrap()
    assert codes(rich.kai.cash.dispute(invoice.id, reason="wet still")) == {"dispute.paid"}
    rich.kai.cash.reverse(paid.id, reason="bounced").unwrap()
    assert rich.desk.cash.item(invoice.id).disputed == (100 if contested else 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": euros(-1)}, ("money.negative", "amount")),
        ({"amount": 40}, ("money.type", "amount")),
        ({"amount": so.Money("1", "USD")}, ("currency.mismatch", "amount")),
        ({"reason": " "}, None),
        ({"invoice": "NONE"}, ("receivable.unknown", "invoice")),
        ({"seen": 5}, ("text.type", "seen")),
        ({"seen": "another"}, ("version.stale", "seen")),
    ],
)
def test_bad_input_is_refused_with_its_place_and_nothing_happens(
    rich: House, change: dict[str, Any], said: Any
) -> None:
    invoice = an_invoice(rich)
    before = rich.state()
    asked: Any = {"invoice": invoice.id, "amount": euros(40), "reason": "wet"} | change
    with pytest.raises(so.SalesOrdersError) as caught:
        rich.kai.cash.dispute(asked.pop("invoice"), asked.pop("amount"), **asked)
    if said is not None:
        assert (caught.value.code, caught.value.path) == said
    assert rich.state() == before


def test_who_saw_an_older_item_is_told(rich: House) -> None:
    invoice = an_invoice(rich)
    seen = rich.kai.cash.item(invoice.id)
    rich.kai.cash.receive("C7", euros(30), reference=invoice.number)
    with pytest.raises(so.StaleVersion):
        rich.kai.cash.dispute(invoice.id, reason="wet", seen=seen)
    now = rich.kai.cash.item(invoice.id)
    assert rich.kai.cash.dispute(invoice.id, reason="wet", seen=now).unwrap().disputed == 70


def test_a_key_disputes_once_and_a_dry_run_not_at_all(rich: House) -> None:
    invoice = an_invoice(rich)
    before = rich.state()
    rich.kai.cash.dispute(invoice.id, reason="wet", dry_run=True)
    assert rich.state() == before
    first = rich.kai.cash.dispute(invoice.id, euros(40), reason="wet", key="d1")
    assert rich.kai.cash.dispute(invoice.id, euros(40), reason="wet", key="d1") == first
    assert buckets(rich) == (60, 40, 100)


def test_only_cash_disputes(rich: House) -> None:
    invoice = an_invoice(rich)
    with pytest.raises(so.NotAllowed):
        rich.ann.cash.dispute(invoice.id, reason="wet")


def test_the_history_tells_who_disputed_what_and_why(rich: House) -> None:
    invoice = an_invoice(rich)
    rich.kai.cash.dispute(invoice.id, euros(40), reason="wet").unwrap()
    history = rich.desk.audit.history(f"receivable/{invoice.id}").to_records()
    assert [row["verb"] for row in history][-1] == "cash.dispute"
    assert rich.desk.audit.verify()

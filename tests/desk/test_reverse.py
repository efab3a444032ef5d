"""A payment that is taken back: everything is as before it came, and nothing was edited."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

import salesorders as so
from salesorders.ledger import Entry
from tests.builders import DAY, House, codes

ZERO = Decimal(0)


def eur(amount: object) -> so.Money:
    return so.Money(amount, "EUR")


@pytest.fixture
def checked(house: House) -> House:
    house.checked = True
    return house


def balances(house: House) -> dict[str, Decimal]:
    roles = ("AR", "UNAPPLIED", "CASH", "DISCOUNT", "TAX_OUT", "REVENUE")
    return {role: house.desk.ledger.balance(role) for role in roles}


def owed(house: House) -> tuple[Any, ...]:
    return (
        house.documents("receivable"),
        house.exposure(),
        balances(house),
        str(house.desk.reports.ageing(house.clock.now().date())),
    )


def test_a_bounced_payment_leaves_everything_as_before_it_came(checked: House) -> None:
    """P28, I26: items, discount, exposure and trial balance are what they were."""
    first, second = checked.sold(), checked.sold(60)
    checked.clock.advance(days=10)
    before = owed(checked)
    text = f"{first.number} {second.number}"
    payment = checked.kai.cash.receive("C7", eur("181.93"), reference=text).unwrap()
    assert len(payment.allocations) == 2
    assert checked.desk.cash.item(first.id).applications[0].discount > 0
    outcome = checked.kai.cash.reverse(payment.id, reason="returned unpaid")
    assert isinstance(outcome, so.Reversed)
    assert owed(checked) == before
    assert (outcome.payment.status, outcome.payment.unapplied) == ("reversed", ZERO)
    assert checked.desk.cash.find(unapplied="C7").items == ()
    assert len(checked.desk.cash.open_items("C7").items) == 2


def test_every_posting_is_reversed_and_linked_to_the_one_that_was_made(checked: House) -> None:
    """I28: nothing is edited; each reversal names an entry that stands in the books."""
    invoice = checked.sold()
    payment = checked.kai.cash.receive("C7", eur("114.24"), reference=invoice.number).unwrap()
    before = {entry.id: entry for entry in checked.desk.ledger.entries()}
    after = checked.kai.cash.reverse(payment.id, reason="r").unwrap()
    now = {entry.id: entry for entry in checked.desk.ledger.entries()}
    assert {name: now[name] for name in before} == before
    made: list[Entry] = [entry for name, entry in now.items() if name not in before]
    assert len(made) == 2
    for entry in made:
        assert entry.reversal("X", entry.on).lines == before[entry.reverses].lines
    assert (now[after.reversal].reverses, before[after.entry].kind) == (after.entry, "receipt")


def test_an_application_that_is_undone_names_the_posting_that_was_made(checked: House) -> None:
    invoice = checked.sold()
    payment = checked.kai.cash.receive("C7", eur("114.24"), reference=invoice.number).unwrap()
    before = {entry.id for entry in checked.desk.ledger.entries()}
    checked.kai.cash.unapply(payment.id, invoice.id)
    (undo,) = [entry for entry in checked.desk.ledger.entries() if entry.id not in before]
    assert undo.reverses in before


def test_a_payment_is_taken_back_once(checked: House) -> None:
    payment = checked.kai.cash.receive("C7", eur("5.00")).payment
    checked.kai.cash.reverse(payment.id, reason="r").unwrap()
    before = checked.state()
    assert codes(checked.kai.cash.reverse(payment.id, reason="r")) == {"payment.reversed"}
    assert checked.state()[0] == before[0]


def test_what_nobody_is_known_to_have_paid_is_taken_back_too(checked: House) -> None:
    payment = checked.kai.cash.receive("", eur("5.00")).payment
    checked.kai.cash.reverse(payment.id, reason="r").unwrap()
    assert balances(checked) == dict.fromkeys(balances(checked), ZERO)


def test_a_partly_applied_payment_is_taken_back_whole(checked: House) -> None:
    invoice = checked.sold()
    payment = checked.kai.cash.receive("C7", eur("200.00")).payment
    checked.kai.cash.apply(payment.id, {invoice.id: eur("114.24")}).unwrap()
    checked.kai.cash.reverse(payment.id, reason="r").unwrap()
    assert checked.desk.cash.item(invoice.id).open == Decimal("114.24")
    assert checked.exposure().total == Decimal("114.24")


def test_p02_a_reversal_that_leaves_the_payer_over_the_limit_says_so(make_house: Any) -> None:
    house = make_house(limit="120")
    invoice = house.sold()
    payment = house.kai.cash.receive("C7", eur("114.24"), reference=invoice.number).unwrap()
    house.order().unwrap()
    outcome = house.kai.cash.reverse(payment.id, reason="bounced")
    assert [finding.code for finding in outcome.findings] == ["payment.over_limit"]
    assert isinstance(house.order(1), so.Held)


def test_money_goes_back_between_its_value_date_and_today(checked: House) -> None:
    payment = checked.kai.cash.receive("C7", eur("5.00")).payment
    early, late = DAY - timedelta(days=1), DAY + timedelta(days=1)
    reverse = checked.kai.cash.reverse
    assert codes(reverse(payment.id, reason="r", on=early)) == {"payment.reversed_early"}
    assert codes(reverse(payment.id, reason="r", on=late)) == {"payment.future"}


def test_ageing_looks_back_past_a_reversal(checked: House) -> None:
    invoice = checked.sold()
    other = checked.kai.cash.receive("C7", eur("5.00")).payment
    payment = checked.kai.cash.receive("C7", eur("114.24"), reference=invoice.number).unwrap()
    day = str(checked.desk.reports.ageing(DAY))
    checked.clock.advance(days=5)
    checked.kai.cash.reverse(payment.id, reason="r").unwrap()
    checked.kai.cash.reverse(other.id, reason="r").unwrap()
    assert str(checked.desk.reports.ageing(DAY)) == day
    later = checked.desk.reports.ageing(DAY + timedelta(days=5)).to_records()[-1]
    assert (later["total"], later["unapplied"]) == (Decimal("114.24"), ZERO)


def test_the_reason_of_a_reversal_stays_with_the_facts(checked: House) -> None:
    payment = checked.kai.cash.receive("C7", eur("5.00")).payment
    checked.kai.cash.reverse(payment.id, reason="keyed twice")
    (event,) = [e for e in checked.events() if type(e).__name__ == "PaymentReversed"]
    assert (event.by, event.reason, event.amount) == ("kai", "keyed twice", Decimal("5.00"))

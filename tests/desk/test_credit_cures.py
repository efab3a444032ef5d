"""What would release a held order: the cure, what-if and the worklist name one payment, and it does."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesorders as so
from salesorders.credit import Collateral
from salesorders.kernel.limits import exact
from tests.builders import DAY, House, a_customer, a_house
from tests.desk.conftest import MakeHouse
from tests.desk.credit_house import euros, hundreds, worth

CENT = Decimal("0.01")


def the_cure(held: Any, customer: str = "C7") -> Any:
    """What has to be paid by the finding on the limit of a customer, or a group."""
    (finding,) = [f for f in held.findings if f.fact("customer") == customer and f.cure]
    return finding.fact("payment")


def pledge(amount: object) -> Collateral:
    return Collateral("P1", Decimal(str(amount)), DAY, DAY + timedelta(days=90))


# --- one payment


@pytest.fixture
def secured(make_house: MakeHouse) -> House:
    """A hundred is open and secured; of the next order of two hundred, fifty are over the limit."""
    house = hundreds(make_house(limit="150"))
    house.billed(house.shipped(worth(house).unwrap()))
    house.ada.credit.arrange("C7", collateral=[pledge(100)]).unwrap()
    return house


def test_a_payment_that_settles_what_is_secured_has_to_be_larger(secured: House) -> None:
    held = worth(secured, 2)
    (finding,) = held.findings
    assert (the_cure(held), finding.fact("excess")) == (euros(150), euros(50))


def test_the_cure_what_if_and_the_worklist_name_the_same_payment(secured: House) -> None:
    held = worth(secured, 2)
    (waiting,) = secured.desk.credit.worklist().ranked
    answer = secured.desk.credit.what_if(held.order.id)
    assert the_cure(held) == answer.payment == waiting.payment


def test_what_is_open_beyond_the_collateral_is_paid_first(secured: House) -> None:
    secured.ada.credit.arrange("C7", collateral=[pledge(30)]).unwrap()
    held = worth(secured, 1)
    assert the_cure(held) == euros(20)


def test_without_collateral_the_payment_is_what_is_over(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "150")
    held = worth(house, 2)
    (finding,) = held.findings
    assert the_cure(held) == finding.fact("excess") == euros(50)


def test_of_a_group_the_payment_settles_what_its_payer_has_open(house: House) -> None:
    hundreds(house, a_customer("C8", "unlimited"))
    house.ada.credit.open("GROUP", "150")
    for name in ("C7", "C8"):
        house.ada.credit.arrange(name, within=["GROUP"])
    house.billed(house.shipped(worth(house, customer="C8").unwrap()))
    house.ada.credit.arrange("GROUP", collateral=[pledge(100)]).unwrap()
    mine, theirs = worth(house, 2), worth(house, 2, customer="C8")
    assert (the_cure(mine, "GROUP"), the_cure(theirs, "GROUP")) == (euros(50), euros(150))
    for held in (mine, theirs):
        answer = house.desk.credit.what_if(held.order.id)
        assert answer.payment == the_cure(held, "GROUP")


@attrs.frozen
class Rate:
    """One euro is so many dollars."""

    worth: str

    def rate(self, source: str, target: str, on: date) -> so.ExchangeRate:
        return so.ExchangeRate(source, target, self.worth, on)


@given(st.integers(1, 50_000), st.sampled_from(["1.0873", "0.0007", "160", "3"]))
@settings(deadline=None, max_examples=40)
def test_a_limit_in_another_currency_is_cured_by_a_payment_in_that_of_the_books(
    limit: int, rate: str
) -> None:
    house = hundreds(a_house(sources=so.Sources(rates=Rate(rate))))
    house.ada.credit.set_limit("C7", Decimal(limit) / 100, currency="USD").unwrap()
    held = worth(house, 3)
    if isinstance(held, so.Held):
        assert the_cure(held) == house.desk.credit.what_if(held.order.id).payment


# --- it does


@st.composite
def debts(draw: Any) -> dict[str, Any]:
    """Invoices of a customer and of another member, collateral, cash that is there and limits."""
    cents = st.integers(0, 40_000).map(lambda n: Decimal(n) / 100)
    return {
        "mine": draw(st.lists(st.integers(1, 2), max_size=2)),
        "theirs": draw(st.lists(st.integers(1, 2), max_size=1)),
        "pledges": (draw(cents), draw(cents)),
        "cash": draw(st.sampled_from([Decimal(0), Decimal(37), Decimal(250)])),
        "limits": (draw(cents), draw(st.sampled_from([Decimal(100), Decimal(333), None]))),
        "n": draw(st.integers(1, 3)),
    }


def owing(what: dict[str, Any]) -> tuple[House, Any]:
    """Return a house where all that is owed, and what a new order of the customer comes to."""
    house = hundreds(a_house(stock=0, limit="unlimited"), a_customer("C8", "unlimited"))
    house.ada.credit.open("GROUP", "unlimited")
    for name in ("C7", "C8"):
        house.ada.credit.arrange(name, within=["GROUP"])
    for customer, invoices in (("C7", what["mine"]), ("C8", what["theirs"])):
        for n in invoices:
            house.billed(house.shipped(worth(house, n, customer).unwrap()))
    for name, amount in zip(("C7", "GROUP"), what["pledges"], strict=True):
        house.ada.credit.arrange(name, collateral=[pledge(amount)] if amount else [])
    if what["cash"]:
        house.kai.cash.receive("C7", euros(what["cash"]), reference="INV-0")
    for name, amount in zip(("C7", "GROUP"), what["limits"], strict=True):
        house.ada.credit.set_limit(name, "unlimited" if amount is None else amount)
    return house, worth(house, what["n"])


def goes(house: House, held: Any, paid: Decimal, *, settles: bool) -> bool:
    """Whether an order goes on a recheck once so much was received, on account or for the oldest items."""
    payment = house.kai.cash.receive("C7", euros(paid), reference="INV-0").payment
    if settles and payment.unapplied:
        left, shares = payment.unapplied, {}
        items = [one for one in house.documents("receivable") if one.customer == "C7" and one.open]
        for item in sorted(items, key=lambda one: (one.due_on, one.number)):
            shares[item.invoice] = euros(min(left, item.open))
            left -= min(left, item.open)
            if not left:
                break
        if shares:
            house.kai.cash.apply(payment.id, shares).unwrap()
    return held.order.id in house.ben.credit.recheck("C7").unwrap()


@given(debts())
@settings(deadline=None, max_examples=60)
@exact
def test_the_payment_that_is_named_releases_the_order_whichever_way_it_goes(
    what: dict[str, Any],
) -> None:
    house, held = owing(what)
    if not isinstance(held, so.Held):
        return
    named = max((f.fact("payment") for f in held.findings if f.cure), key=lambda one: one.amount)
    assert named == house.desk.credit.what_if(held.order.id).payment
    for settles in (True, False):
        house, held = owing(what)
        assert goes(house, held, named.amount, settles=settles)
    if named.amount > CENT:
        house, held = owing(what)
        assert not goes(house, held, named.amount - CENT, settles=True)

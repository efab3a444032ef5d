"""Settings that a desk has to feed: terms that were agreed to, and what sources said of which currency."""

from datetime import timedelta
from typing import Any

import pytest

import salesorders as so
from salesorders.credit import Collateral, CreditTerms
from salesorders.kernel.errors import SalesOrdersError
from tests.builders import DAY, a_customer, a_house, codes
from tests.desk.credit_house import a_group, automatic, carried, euros, hundreds, policies, worth


def test_longer_terms_than_credit_agreed_to_hold_the_order() -> None:
    house = hundreds(a_house(policies=policies(terms_change_holds=True)))
    assert isinstance(worth(house), so.Placed)  # nothing was agreed on
    house.ada.credit.arrange("C7", terms=CreditTerms(14)).unwrap()
    assert codes(worth(house)) == {"credit.terms_changed"}
    house.ada.credit.arrange("C7", terms=CreditTerms(60, "3")).unwrap()
    assert isinstance(worth(house), so.Placed)


def test_terms_are_compared_again_before_a_held_order_goes_by_itself() -> None:
    house = hundreds(a_house(policies=automatic(terms_change_holds=True)))
    house.ada.credit.arrange("C7", terms=CreditTerms(14)).unwrap()
    order = worth(house).order
    house.kai.cash.receive("C7", euros(500))
    carried(house)
    assert house.desk.orders.get(order.id).status == "held"
    house.ada.credit.arrange("C7", terms=CreditTerms(60, "3")).unwrap()
    carried(house)
    assert house.desk.orders.get(order.id).status == "open"


def test_what_is_said_of_money_that_went_back_knows_temporary_limits_and_groups() -> None:
    house = a_group(a_house(limit="0"), "100", "C7", "C8")
    house.ada.credit.set_limit("C7", "300", temporary=True, until=DAY + timedelta(days=30))
    paid = house.kai.cash.receive("C7", euros(100)).payment
    worth(house, 2).unwrap()
    back = house.kai.cash.reverse(paid.id, reason="bounced")
    # 200 are within what C7 has for now, and above what the group has.
    assert [(one.code, one.fact("customer")) for one in back.findings] == [
        ("payment.over_limit", "GROUP")
    ]


def test_a_rate_that_is_not_known_is_not_called_late_because_another_was() -> None:
    class Bank:
        def rate(self, source: str, target: str, on: Any) -> so.ExchangeRate | None:
            if target == "USD":
                raise TimeoutError
            return None

    house = hundreds(a_house(limit="1000", sources=so.Sources(rates=Bank())))
    for name, currency in (("PEGS", "USD"), ("DOWELS", "GBP")):
        house.ada.credit.open(name, "1000", currency=currency).unwrap()
    house.ada.credit.arrange("C7", within=["PEGS", "DOWELS"]).unwrap()
    found = [one for one in worth(house).decision.findings if one.code == "credit.rate_missing"]
    assert {one.fact("target"): one.fact("why") for one in found} == {
        "USD": "time out",
        "GBP": "unknown",
    }


def refused(call: Any) -> tuple[str, str]:
    with pytest.raises(SalesOrdersError) as caught:
        call()
    return caught.value.code, caught.value.path


def test_what_would_count_for_nothing_is_not_set() -> None:
    house = hundreds(a_house(), a_customer("C8", None))
    ends = DAY + timedelta(days=9)
    assert refused(lambda: house.ada.credit.set_limit("C8", "50", temporary=True, until=ends)) == (
        "credit.limit_kind",
        "limit",
    )
    fine = Collateral("G1", "5.005", DAY, ends)
    assert refused(lambda: house.ada.credit.arrange("C7", collateral=[fine])) == (
        "money.precision",
        "collateral[0].amount",
    )

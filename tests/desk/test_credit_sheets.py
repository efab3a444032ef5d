"""What a sheet and a usage say of a real account: overdue items, groups, limits in other currencies."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import salesorders as so
from tests.builders import DAY, House, a_customer, a_house
from tests.desk.credit_house import a_group, hundreds, worth


def test_overdue_is_taken_from_the_documents_where_the_account_keeps_no_days() -> None:
    house = hundreds(a_house(limit="1000"))
    house.billed(house.shipped(worth(house).unwrap()))
    assert house.desk.credit.sheet("C7").position.overdue == 0
    house.clock.advance(days=100)
    position = house.desk.credit.sheet("C7").position
    assert (position.overdue, position.open_items, position.total) == (100, 0, 100)


def test_the_sheet_and_the_use_of_a_group_show_what_its_members_do() -> None:
    house = a_group(a_house(limit="1000"), "500", "C7", "C8")
    worth(house).unwrap()
    house.billed(house.shipped(worth(house, customer="C8").unwrap()))
    waits = worth(house, 4, customer="C8").order
    sheet = house.desk.credit.sheet("GROUP")
    assert {row["bucket"] for row in sheet.behind().to_records()} == {"open_orders", "open_items"}
    assert [one.order for one in sheet.held] == [waits.id]
    last = house.desk.credit.usage("GROUP").points[-1]
    assert (last.exposure, last.limit) == (house.exposure("GROUP").total, 500)
    member = house.desk.credit.sheet("C7")
    assert member.headroom == so.Money(300, "EUR")


def test_the_use_of_a_limit_ends_today_and_knows_temporary_ones() -> None:
    house = hundreds(a_house(limit="300"))
    worth(house).unwrap()
    house.ada.credit.set_limit("C7", "50", temporary=True, until=DAY + timedelta(days=2))
    house.clock.advance(days=10)
    points = house.desk.credit.usage("C7").points
    assert [(one.on - DAY).days for one in points] == [0, 3, 10]
    assert [one.limit for one in points] == [350, 300, 300]


def test_a_limit_in_dollars_is_not_shown_as_euros() -> None:
    class Bank:
        def rate(self, source: str, target: str, on: Any) -> so.ExchangeRate:
            return so.ExchangeRate(source, target, "2", on)

    house = hundreds(a_house(limit="300", sources=so.Sources(rates=Bank())))
    worth(house).unwrap()
    house.clock.advance(days=1)
    house.ada.credit.set_limit("C7", "900", currency="USD")
    assert [one.limit for one in house.desk.credit.usage("C7").points] == [Decimal(300), None]


class Rates:
    """One euro in each currency; what stands here under no currency has no rate."""

    def __init__(self, **rates: str) -> None:
        self.rates = rates

    def rate(self, source: str, target: str, on: Any) -> so.ExchangeRate | None:
        value = self.rates.get(target)
        return None if value is None else so.ExchangeRate(source, target, value, on)


def within_dollars(limit: str, **rates: str) -> House:
    house = hundreds(a_house(limit="1000", sources=so.Sources(rates=Rates(**rates))))
    house.ada.credit.open("POOL", limit, currency="USD").unwrap()
    house.ada.credit.arrange("C7", within=["POOL"]).unwrap()
    return house


def test_the_least_that_is_left_may_be_left_by_a_limit_in_another_currency() -> None:
    house = within_dollars("500", USD="1.1")
    worth(house, 4).unwrap()
    sheet = house.desk.credit.sheet("C7")
    assert (sheet.headroom, sheet.percent_used) == (so.Money("60", "USD"), Decimal("88.00"))
    asked = house.desk.credit.what_if(worth(house, 1).order.id, amount=so.Money(0, "EUR"))
    assert (asked.headroom, asked.percent_used) == (sheet.headroom, sheet.percent_used)
    house.ada.credit.set_limit("POOL", "5000")
    assert house.desk.credit.sheet("C7").headroom == so.Money("600", "EUR")


def test_a_limit_of_an_account_in_dollars_says_what_is_left_and_at_which_rate() -> None:
    house = hundreds(a_house(limit="1000", sources=so.Sources(rates=Rates(USD="1.1"))))
    house.ada.credit.set_limit("C7", "500", currency="USD")
    worth(house, 4).unwrap()
    sheet = house.desk.credit.sheet("C7")
    assert sheet.headroom == so.Money("60", "USD")
    assert ("1.1" in str(sheet), DAY.isoformat() in str(sheet)) == (True, True)


def test_without_a_rate_nobody_says_what_is_left() -> None:
    house = within_dollars("500")
    sheet = house.desk.credit.sheet("C7")
    assert (sheet.headroom, sheet.percent_used) == (None, None)
    assert "no rate from EUR to USD" in str(sheet)


def test_each_limit_of_a_sheet_is_shown_in_its_own_currency() -> None:
    house = within_dollars("500", USD="1.1")
    house.ada.credit.set_limit("C7", "200", bucket="open_orders")
    limits = house.desk.credit.sheet("C7").limits()
    rows = {row["limit"]: row["EUR"] for row in limits.to_records()}
    assert rows == {"base": "1000.00", "open_orders": "200.00", "within POOL": "USD 500.00"}


def test_held_orders_of_a_sheet_stand_in_the_order_in_which_they_would_go() -> None:
    house = hundreds(a_house(limit="0"))
    placed = []
    for _ in range(6):
        house.clock.advance(minutes=1)
        placed.append(worth(house).order.id)
    assert [one.order for one in house.desk.credit.sheet("C7").held] == placed


def test_a_customer_without_facts_has_no_use_of_its_limit() -> None:
    house: House = hundreds(a_house(), a_customer("C8", "100"))
    assert house.desk.credit.usage("C8").points == ()

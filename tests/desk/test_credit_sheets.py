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


def test_a_customer_without_facts_has_no_use_of_its_limit() -> None:
    house: House = hundreds(a_house(), a_customer("C8", "100"))
    assert house.desk.credit.usage("C8").points == ()

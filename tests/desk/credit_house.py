"""A house in which something costs 100 a piece, for tests of credit."""

from decimal import Decimal
from typing import Any

import salesorders as so
from tests.builders import House, a_customer, an_item

EUR = "EUR"
ZERO = Decimal(0)


def hundreds(house: House, *customers: so.Customer) -> House:
    """Something that costs 100 a piece, without tax and stock."""
    house.ada.catalog.add(an_item("HUNDRED", "100", tax="Z", stocked=False), *customers)
    return house


def worth(house: House, n: int = 1, customer: str = "C7", **more: Any) -> Any:
    house.clock.advance(minutes=1)
    return house.order(n, sku="HUNDRED", customer=customer, **more)


def euros(amount: object) -> so.Money:
    return so.Money(amount, EUR)


def policies(**credit: Any) -> so.Policies:
    return so.Policies(credit=so.CreditPolicy(**credit))


def a_group(house: House, limit: object = "200", *members: str) -> House:
    hundreds(house, *(a_customer(name, "unlimited") for name in members if name != "C7"))
    house.ada.credit.open("GROUP", limit).unwrap()
    for name in members:
        house.ada.credit.arrange(name, within=["GROUP"]).unwrap()
    return house


def automatic(**more: Any) -> so.Policies:
    return policies(releases_automatically=True, **more)


def carried(house: House) -> None:
    house.blocking(house.raw).relay.run()

"""A document that was worth nothing for a while has its percentages again when something of it comes back."""

from decimal import Decimal

import salesorders as so
from salesorders.amounts import resized
from tests.builders import a_house, a_line


def test_a_percentage_of_nothing_is_taken_of_what_comes_back() -> None:
    house = a_house()
    request = so.OrderRequest("C7", [a_line(10)], adjustments=[so.allowance("2%")])
    terms = house.ann.orders.place(request).unwrap().amounts
    nothing = resized(terms, {})
    assert (nothing.gross, nothing.adjustments[0].base) == (0, 0)
    assert resized(nothing, {"1": Decimal(10)}) == terms

"""What a type checker must see of the front door; mypy reads this file, nobody runs it."""

from typing import assert_never, assert_type

import salesorders as so


def a_host_sees_every_outcome(desk: so.Desk, quote: so.Quote) -> str:
    """The union of a verb is closed: with all its cases named, nothing is left."""
    outcome = desk.orders.place(quote, key="web-1")
    match outcome:
        case so.Placed():
            return "placed"
        case so.Held():
            return "held"
        case so.Rejected():
            return "rejected"
        case _:
            assert_never(outcome)


def a_forgotten_outcome_is_an_error(desk: so.Desk, quote: so.Quote) -> str:
    """With one case forgotten, the checker objects; were it silent, this ignore would be unused."""
    outcome = desk.orders.place(quote, key="web-1")
    match outcome:
        case so.Placed():
            return "placed"
        case so.Rejected():
            return "rejected"
        case _:
            assert_never(outcome)  # type: ignore[arg-type]  # Held is left, as it must be


def a_placed_order_is_an_order(placed: so.Placed) -> None:
    """Attributes of outcomes keep their types through the lazy door."""
    assert_type(placed.order, so.Order)

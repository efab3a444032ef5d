"""The kit's house and builders, and what only our own tests ask."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import salesorders as so
from salesorders.kernel.codec import decode, encode
from salesorders.testing.answering import finished
from salesorders.testing.books import books_agree
from salesorders.testing.builders import (
    BOLT,
    DAY,
    SELLER,
    STAFF,
    TWINS,
    Blocking,
    House,
    a_customer,
    a_house,
    a_line,
    a_request,
    an_item,
)

__all__ = [
    "BOLT",
    "DAY",
    "SELLER",
    "STAFF",
    "TWINS",
    "ZERO",
    "Blocking",
    "House",
    "a_customer",
    "a_house",
    "a_line",
    "a_request",
    "an_item",
    "books_agree",
    "codes",
    "finished",
    "refusal",
    "round_trips",
]

ZERO = Decimal(0)


def round_trips(value: Any) -> None:
    """A stored value is what it was after the codec, and says so with one text."""
    text = encode(value)
    again = decode(text)
    assert again == value
    assert encode(again) == text


def codes(outcome: Any) -> set[str]:
    """The codes of everything an outcome found that does not simply let pass."""
    return {f.code for f in outcome.findings if f.effect is not so.Effect.ALLOW}


def refusal(call: Callable[[], Any]) -> set[str]:
    """The codes with which a call is refused, whether it raises or answers; it must be."""
    try:
        outcome = call()
    except so.SalesOrdersError as error:
        text = str(error)
        assert len(text) < 1_000, text[:200]
        return {error.code}
    assert isinstance(outcome, so.Rejected), str(outcome)[:200]
    return codes(outcome)

"""The numbered bad inputs of changing an order that is there; they join the table of ``cases``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

import salesorders as so
from tests.bad_input.cases import CASES, NO_DOOR, Call, Case, case
from tests.builders import House

__all__ = ["CASES", "NO_DOOR", "Case"]


def cancelled(lines: dict[str, object]) -> Call:
    return lambda h: h.ann.orders.cancel(half_shipped(h).id, lines, reason="r")


def half_shipped(house: House) -> Any:
    orders = house.desk.orders.find(customer="C7").items
    return next(order for order in orders if order.fulfilment == "partly shipped")


def amended(change: Callable[[House], dict[str, Any]]) -> Call:
    return lambda h: h.ann.orders.amend(half_shipped(h).id, **{"reason": "r", **change(h)})


case(77, "cancel shipped", cancelled({"1": 101}), "cancel.over", "lines[0].quantity")
case(1, "cancel nothing", cancelled({"1": 0}), "quantity.not_positive", "lines[0].quantity")
case(
    10,
    "cancel a float",
    cancelled({"1": 1, "2": 0.5}),
    "quantity.type",
    "lines[1].quantity",
)
case(77, "cancel of no line", cancelled({"9": 1}), "order.unknown_line", "lines[0].line")
case(
    77,
    "amend below shipped",
    amended(lambda h: {"changes": [so.LineChange("1", 19)]}),
    "amend.below_shipped",
    "changes[0].quantity",
)
case(
    77,
    "reopen what is open",
    lambda h: h.ann.orders.reopen(half_shipped(h).id, reason="r"),
    "order.nothing_to_reopen",
    "order",
)


def seen_before_it_shipped(house: House) -> dict[str, Any]:
    old = attrs.evolve(half_shipped(house), note="as it was")
    return {"changes": [so.LineChange("1", 130)], "seen": old}


case(78, "amend with a stale version", amended(seen_before_it_shipped), "version.stale", "seen")
case(
    78,
    "amend with a fingerprint of something else",
    amended(lambda h: {"changes": [so.LineChange("1", 130)], "seen": "0" * 32}),
    "version.stale",
    "seen",
)

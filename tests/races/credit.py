"""Races for credit: one customer's limit, and one that customers share through a group and directly."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from tests.races.course import End, furnish
from tests.races.ground import Desks, Step

ZERO = Decimal(0)


# --- T7: a limit


def limit_ready(desks: Desks, size: int) -> None:
    furnish(desks, {"HUNDRED": size}, limit="1000", price="100.00")


def limit(size: int, chance: Random) -> list[Step]:
    return [Step("place", f"l{n}", {"lines": [("HUNDRED", 1)]}) for n in range(size)]


def limit_wrong(end: End) -> Iterator[str]:
    if (kinds := end.kinds("place")) != {"Placed": 10, "Held": end.size - 10}:
        yield f"{end.size} orders of 100 against 1000: {dict(kinds)}"
    if (used := end.desks.of().credit.exposure("C0").open_orders) != 1000:
        yield f"{used} of 1000 used"


# --- T7G: a pool above a group, and customers of both

IN_GROUP, IN_POOL = ("C0", "C1", "C2"), ("C3", "C4")


def pool_ready(desks: Desks, size: int) -> None:
    desk = furnish(desks, {"HUNDRED": size}, customers=5, price="100.00")
    desk.credit.open("POOL", "1000", key="pool").unwrap()
    desk.credit.open("GROUP", "5000", key="group").unwrap()
    desk.credit.arrange("GROUP", within=["POOL"], key="group-in").unwrap()
    for name in (*IN_GROUP, *IN_POOL):
        above = "GROUP" if name in IN_GROUP else "POOL"
        desk.credit.arrange(name, within=[above], key=f"{name}-in").unwrap()


def pool(size: int, chance: Random) -> list[Step]:
    return [
        Step("place", f"p{n}", {"customer": f"C{n % 5}", "lines": [("HUNDRED", 1)]})
        for n in range(size)
    ]


def pool_wrong(end: End) -> Iterator[str]:
    if (kinds := end.kinds("place")) != {"Placed": 10, "Held": end.size - 10}:
        yield f"{end.size} orders of 100 against a pool of 1000: {dict(kinds)}"
    credit = end.desks.of().credit
    used = {
        name: credit.exposure(name).open_orders for name in (*IN_GROUP, *IN_POOL, "GROUP", "POOL")
    }
    group = sum((used[name] for name in IN_GROUP), ZERO)
    if (used["GROUP"], used["POOL"]) != (group, 1000):
        yield f"of the pool {used['POOL']} used, of the group {used['GROUP']}, by its members {group}"
    if sum((used[name] for name in IN_POOL), group) != used["POOL"]:
        yield f"the members of the pool use {used}"

"""The races: who runs, what is asked of each, and by what the end shows that somebody lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import salesorders as so
from salesorders.kernel.ids import derived_id
from tests.builders import a_customer
from tests.races.course import End, Race, furnish, order_of, shipment_of
from tests.races.credit import limit, limit_ready, limit_wrong, pool, pool_ready, pool_wrong
from tests.races.ground import Desks, Step, answered

ZERO = Decimal(0)
SOLD_OUT = '"code":"stock.short"'


# --- T1: more buyers than units, some of them impatient


def _buyers_ready(desks: Desks, size: int) -> None:
    furnish(desks, {"BOLT": size // 10}, customers=size)


def _buyers(size: int, chance: Random) -> list[Step]:
    steps = [
        Step("place", f"b{n}", {"customer": f"C{n}", "lines": [("BOLT", 1)]}) for n in range(size)
    ]
    steps += chance.sample(steps, size // 5)
    chance.shuffle(steps)
    return steps


def _buyers_wrong(end: End) -> Iterator[str]:
    units = end.size // 10
    kinds = end.kinds("place")
    if kinds != {"Placed": units, "Rejected": end.size - units}:
        yield f"of {end.size} buyers for {units} units {dict(kinds)}"
    said = [answer for answer in end.ran.answers if answer.kind == "Rejected"]
    if any(SOLD_OUT not in answer.text for answer in said):
        yield "a buyer was turned away for another reason than the stock"
    claimed, (level,) = end.by_sku()["BOLT"], end.papers("stock")
    if (claimed, level.claimed, len(end.papers("order"))) != (units, units, units):
        yield f"{claimed} claimed by {len(end.papers('order'))} orders, {level.claimed} counted"


# --- T2, T3: several lines

SKUS = [f"P{n}" for n in range(8)]


def _crossed_ready(desks: Desks, size: int) -> None:
    furnish(desks, dict.fromkeys(SKUS, size * 2), customers=size)


def _crossed(size: int, chance: Random) -> list[Step]:
    return [
        Step(
            "place",
            f"x{n}",
            {
                "customer": f"C{n}",
                "lines": [(sku, 1) for sku in chance.sample(SKUS, chance.randint(2, 5))],
            },
        )
        for n in range(size)
    ]


def _crossed_wrong(end: End) -> Iterator[str]:
    if (kinds := end.kinds("place")) != {"Placed": end.size}:
        yield f"of {end.size} orders {dict(kinds)}"


def _twice_ready(desks: Desks, size: int) -> None:
    furnish(desks, {"BOLT": 2 * 3 - 1}, customers=size)


def _twice(size: int, chance: Random) -> list[Step]:
    lines = [("BOLT", 1), ("BOLT", 1)]
    return [Step("place", f"t{n}", {"customer": f"C{n}", "lines": lines}) for n in range(size)]


def _twice_wrong(end: End) -> Iterator[str]:
    if (kinds := end.kinds("place")) != {"Placed": 2, "Rejected": end.size - 2}:
        yield f"five units for pairs: {dict(kinds)}"
    if (claimed := end.by_sku()["BOLT"]) != 4:
        yield f"{claimed} claimed of 5 by two pairs"


# --- T5, T6: once, and in a row


def _webhook_ready(desks: Desks, size: int) -> None:
    _sell(furnish(desks, {"BOLT": 10}), "w", 5)


def _sell(desk: so.Desk, key: str, quantity: int) -> Any:
    order = desk.orders.place(so.OrderRequest("C0", [so.Line("BOLT", quantity)]), key=key).unwrap()
    shipment = desk.shipments.ship(order.id, key=f"{key}-s").unwrap()
    return desk.invoices.issue(shipment.id, key=f"{key}-i").unwrap()


def _webhook(size: int, chance: Random) -> list[Step]:
    what = {"amount": "5.00", "bank_ref": "B1", "reference": "INV-2026-000001"}
    return [Step("pay", f"hook-{n // 2}", what) for n in range(size)]


def _webhook_wrong(end: End) -> Iterator[str]:
    kinds = end.kinds("pay")
    if kinds != {"Applied": 1, "Rejected": end.size // 2 - 1}:
        yield f"one payment, told {end.size} times: {dict(kinds)}"
    used = sum((one.allocated for one in end.papers("payment")), ZERO)
    account = end.desks.of().credit.exposure("C0")
    if (used, account.open_items, account.unapplied) != (5, 0, 0):
        yield f"{used} used, {account.open_items} open, {account.unapplied} unapplied"


def _numbers_ready(desks: Desks, size: int) -> None:
    desk = furnish(desks, {"BOLT": size})
    for n in range(size):
        order = desk.orders.place(so.OrderRequest("C0", [so.Line("BOLT", 1)]), key=f"n{n}").unwrap()
        desk.shipments.ship(order.id, key=f"n{n}-s").unwrap()


def _numbers(size: int, chance: Random) -> list[Step]:
    return [Step("issue", f"n{n}-i", {"shipment": shipment_of(f"n{n}-s")}) for n in range(size)]


def _numbers_wrong(end: End) -> Iterator[str]:
    numbers = sorted(invoice.number for invoice in end.papers("invoice"))
    if numbers != [f"INV-2026-{n:06d}" for n in range(1, end.size + 1)]:
        yield f"{len(numbers)} invoices, {len(set(numbers))} numbers, the last {numbers[-1:]}"


# --- T9: at the moment at which a reservation ends


HOLD = timedelta(hours=72)
LAST = timedelta(microseconds=1)


def _expiry_ready(desks: Desks, size: int) -> None:
    desk = furnish(desks, {f"P{n}": 1 for n in range(size)}, limit=0, price="1.00")
    desk.catalog.add(a_customer("C9", "unlimited", terms="net 30"), key="c9").unwrap()
    for n in range(size):
        held = desk.orders.place(so.OrderRequest("C0", [so.Line(f"P{n}", 1)]), key=f"e{n}")
        assert isinstance(held, so.Held)


def _expiry(size: int, chance: Random) -> list[Step]:
    steps = []
    for n in range(size):
        # Whoever confirms stands a moment before the end, at it, or behind it; the buyer at it.
        at = HOLD + chance.choice((-LAST, timedelta(), LAST))
        steps.append(Step("release", f"e{n}-r", {"order": order_of(f"e{n}")}, "ben", at))
        what = {"customer": "C9", "lines": [(f"P{n}", 1)]}
        steps.append(Step("place", f"e{n}-b", what, "ann", HOLD))
    return steps


def _expiry_wrong(end: End) -> Iterator[str]:
    for level in end.papers("stock"):
        if (level.claimed, level.on_hand) != (1, 1):
            yield f"{level.sku}: {level.claimed} claimed of {level.on_hand}"
    won = end.kinds("release")["Placed"] + end.kinds("place")["Placed"]
    if won != end.size:
        yield f"{won} were confirmed of {end.size}"


# --- T12: relays


def _relays_ready(desks: Desks, size: int) -> None:
    desk = furnish(desks, {"BOLT": size}, customers=1)
    for n in range(size):
        desk.orders.place(so.OrderRequest("C0", [so.Line("BOLT", 1)]), key=f"r{n}").unwrap()


def _relays(size: int, chance: Random) -> list[Step]:
    return [Step("relay", f"relay-{n}", {"dies": n % 5 == 4}) for n in range(size)]


def _relays_wrong(end: End) -> Iterator[str]:
    # What the dead ones held is anybody's when their leases have ended.
    later = [
        answered(end.desks, Step("relay", f"later-{n}", at=timedelta(minutes=6)))
        for n in range(end.size)
    ]
    answers = (*end.ran.answers, *later)
    carried = Counter(key for answer in answers for key in answer.text.split())
    twice = [key for key, times in carried.items() if times > 1]
    if twice:
        yield f"{len(twice)} effects were carried more than once"
    if missing := {f"r{n}/0" for n in range(end.size)} - set(carried):
        yield f"{len(missing)} effects were never carried"
    if end.desks.store.pending("main", limit=1):
        yield "an effect still waits"


# --- T13, T15: readers beside writers


CASH = 10


def _transfers_ready(desks: Desks, size: int) -> None:
    desk = furnish(desks, {"BOLT": 1_000})
    for n in range(CASH):
        _sell(desk, f"a{n}", 10)
    for n in range(CASH):
        desk.cash.receive("", so.Money("10.00", "EUR"), bank_ref=f"B{n}", key=f"cash-{n}")


def _payment(n: int) -> str:
    return derived_id("PY", "main", f"B{n}", "bank_ref")


def _transfers(size: int, chance: Random) -> list[Step]:
    """One payment at one invoice, back and forth: used here is settled there at every moment."""
    steps = []
    for n in range(size):
        pair = n % CASH
        invoice = derived_id("IN", "main", f"a{pair}-i", "IN", 0)
        what = {"payment": _payment(pair), "invoice": invoice}
        back = (n // CASH) % 2
        verb, more = ("unapply", {}) if back else ("apply", {"amount": f"{pair + 1}.00"})
        steps.append(Step(verb, f"m{n}", {**what, **more}))
        steps.append(Step("look", f"look-{n}"))
    return steps


def _looks_wrong(end: End) -> Iterator[str]:
    for answer in end.ran.answers:
        if answer.kind == "seen" and answer.text:
            yield f"a reader saw: {answer.text[:200]}"


def _readers_ready(desks: Desks, size: int) -> None:
    furnish(desks, {"BOLT": 1_000, "NUT": 1_000}, customers=2)


def _readers(size: int, chance: Random) -> list[Step]:
    steps = []
    for n in range(size):
        what = {"customer": f"C{n % 2}", "lines": [("BOLT", 1), ("NUT", 2)]}
        steps.append(Step("place", f"w{n}", what))
        steps.append(Step("look", f"look-{n}"))
    return steps


# --- T14: two that each see the other absent


def _skew_ready(desks: Desks, size: int) -> None:
    desk = furnish(desks, {"BOLT": 10 * size}, limit=0)
    ann = so.Actor("ann", roles={"sales"})
    for n in range(size):
        lines = [so.Line("BOLT", 2, discount="50%")]
        held = desk.orders.place(so.OrderRequest("C0", lines), key=f"k{n}", by=ann)
        assert isinstance(held, so.Held)


def _skew(size: int, chance: Random) -> list[Step]:
    """Each order needs an approval and a release; both come twice."""
    steps = []
    for n in range(size):
        what = {"order": order_of(f"k{n}")}
        steps += [
            Step("approve", f"k{n}-a1", what, "bob"),
            Step("release", f"k{n}-r1", what, "ben"),
            Step("approve", f"k{n}-a2", what, "boss"),
            Step("release", f"k{n}-r2", what, "cara"),
        ]
    return steps


def _skew_wrong(end: End) -> Iterator[str]:
    for order in end.papers("order"):
        gates = sorted(given.gate for given in order.releases)
        if order.holds or gates != ["authority", "credit"]:
            yield f"{order.id}: held by {[h.gate for h in order.holds]}, let go by {gates}"
    for verb in ("approve", "release"):
        kinds = end.kinds(verb)
        if kinds["Rejected"] != end.size:
            yield f"{verb} of {end.size} orders, each twice: {dict(kinds)}"


OUTRUN = (("versions",), ("versions", "transaction"))
RACES = [
    Race(
        "T1",
        "ten buyers for each unit, every fifth command sent twice",
        100,
        1000,
        _buyers_ready,
        _buyers,
        _buyers_wrong,
        (("versions", "transaction"), ("versions",), ("keys", "versions")),
    ),
    Race(
        "T2",
        "two to five articles in any order",
        40,
        480,
        _crossed_ready,
        _crossed,
        _crossed_wrong,
        (("order",),),
    ),
    Race("T3", "two lines of one article", 8, 40, _twice_ready, _twice, _twice_wrong, OUTRUN),
    Race(
        "T5",
        "one payment told many times",
        20,
        50,
        _webhook_ready,
        _webhook,
        _webhook_wrong,
        (("versions", "keys"),),
    ),
    Race("T6", "invoice numbers", 24, 160, _numbers_ready, _numbers, _numbers_wrong, OUTRUN),
    Race("T7", "orders of 100 against 1000", 50, 50, limit_ready, limit, limit_wrong, OUTRUN),
    Race("T7G", "customers of a group and a pool", 50, 50, pool_ready, pool, pool_wrong, OUTRUN),
    Race(
        "T9",
        "a reservation ends while it is confirmed",
        12,
        100,
        _expiry_ready,
        _expiry,
        _expiry_wrong,
        OUTRUN[:1],
    ),
    Race(
        "T12",
        "relays, some of which die",
        24,
        200,
        _relays_ready,
        _relays,
        _relays_wrong,
        (("leases",),),
    ),
    Race(
        "T13",
        "cash moved back and forth, and readers",
        40,
        400,
        _transfers_ready,
        _transfers,
        _looks_wrong,
        (("moment",), ("transaction",)),
        # Nothing to undo yet, or nothing left to settle.
        frozenset({"receivable.not_applied", "receivable.over_applied"}),
    ),
    Race(
        "T14",
        "an approval and a release, each twice",
        8,
        60,
        _skew_ready,
        _skew,
        _skew_wrong,
        OUTRUN[:1],
    ),
    Race(
        "T15",
        "readers while orders are written",
        24,
        200,
        _readers_ready,
        _readers,
        _looks_wrong,
        (("transaction",), ("moment",)),
    ),
]
BY_NAME = {race.name: race for race in RACES}

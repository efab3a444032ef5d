"""Laws of stock, under random histories."""

from __future__ import annotations

import decimal
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.inventory import (
    DayDemand,
    InventoryPolicy,
    PlannedReceipt,
    StockLevel,
    Want,
    atp,
    promise,
)
from salesorders.kernel.codec import decode, encode
from salesorders.kernel.errors import Conflict
from tests.inventory.builders import NOON, POLICY, TODAY, day

DAYS = st.integers(-3, 12)
QUANTITIES = st.integers(1, 10**9).map(lambda n: Decimal(n) / 1000 + 1_000_000)
SMALL = st.integers(1, 60).map(Decimal)
EXPIRIES = st.integers(-2, 4).map(lambda hours: NOON + timedelta(hours=hours))


@st.composite
def levels(draw: st.DrawFn, sku: str = "BOLT", site: str = "BER") -> StockLevel:
    receipts = draw(st.lists(st.tuples(DAYS, SMALL), max_size=4))
    demand = draw(st.dictionaries(DAYS, SMALL, max_size=4))
    level = StockLevel(
        sku,
        site,
        draw(st.integers(0, 120)),
        draw(st.integers(0, 20)),
        [PlannedReceipt(f"R{n}", day(on), q) for n, (on, q) in enumerate(receipts)],
        [DayDemand(day(on), q) for on, q in demand.items()],
    )
    for number, (on, quantity) in enumerate(draw(st.lists(st.tuples(DAYS, SMALL), max_size=3))):
        try:
            level = level.reserve(f"H{number}", "1", day(on), quantity, draw(EXPIRIES))
        except Conflict:
            continue
    return level


@st.composite
def wants(draw: st.DrawFn) -> list[Want]:
    parts = draw(st.lists(st.tuples(DAYS, SMALL, st.booleans()), min_size=1, max_size=6))
    return [
        Want(str(n), "BOLT", q, day(on), complete=whole) for n, (on, q, whole) in enumerate(parts)
    ]


def free_on(level: StockLevel) -> dict[int, Decimal]:
    return {number: atp(level, day(number), TODAY, NOON, POLICY) for number in range(14)}


def brute_atp(level: StockLevel, number: int) -> Decimal:
    """The definition, summed from scratch for every day."""
    least = None
    for later in range(number, 16):
        end = day(later)
        proj = level.on_hand - level.safety
        proj += sum(r.quantity for r in level.receipts if r.on <= end)
        proj -= sum(d.quantity for d in level.demand if d.on <= end)
        proj -= sum(r.quantity for r in level.reservations if r.on <= end and r.expires_at > NOON)
        least = proj if least is None else min(least, proj)
    assert least is not None
    return max(Decimal(0), least)


@settings(max_examples=3000, deadline=None)
@given(levels())
def test_atp_is_its_definition_and_never_falls(level: StockLevel) -> None:
    figures = [atp(level, day(number), TODAY, NOON, POLICY) for number in range(14)]
    assert figures == [brute_atp(level, number) for number in range(14)]
    assert figures == sorted(figures)


@settings(max_examples=3000, deadline=None)
@given(st.integers(0, 200), st.lists(st.tuples(st.sampled_from("craiv"), DAYS, SMALL), max_size=25))
def test_claims_never_exceed_supply_on_any_day(
    start: int, steps: list[tuple[str, int, Decimal]]
) -> None:
    level = StockLevel("BOLT", "BER", start)
    claimed: dict[int, Decimal] = {}
    on_hand = Decimal(start)
    for index, (verb, number, quantity) in enumerate(steps):
        on = day(number)
        try:
            if verb == "c":
                level = level.claim(on, quantity, at=NOON)
                claimed[number] = claimed.get(number, Decimal(0)) + quantity
            elif verb == "r":
                level = level.release(on, quantity)
                claimed[number] -= quantity
            elif verb == "a":
                level = level.plan_receipt(f"R{index}", on, quantity)
            elif verb == "i":
                level = level.issue(on, quantity)
                claimed[number] -= quantity
                on_hand -= quantity
            else:
                level = level.receive(quantity)
                on_hand += quantity
        except Conflict:
            continue
        assert level.on_hand == on_hand >= 0
        assert {d.on: d.quantity for d in level.demand} == {
            day(n): q for n, q in claimed.items() if q
        }
        for number in range(-3, 13):
            supply = level.on_hand + sum(r.quantity for r in level.receipts if r.on <= day(number))
            assert sum(d.quantity for d in level.demand if d.on <= day(number)) <= supply


@settings(max_examples=3000, deadline=None)
@given(levels(), wants(), st.booleans())
def test_a_promise_keeps_to_what_was_free(level: StockLevel, asked: list[Want], firm: bool) -> None:
    answer = promise(
        {level.ref: level},
        asked,
        {"BOLT": ("BER",)},
        today=TODAY,
        at=NOON,
        policy=POLICY,
        holder="SO-1",
        expires_at=None if firm else NOON + timedelta(hours=1),
    )
    for number, free in free_on(level).items():
        assert sum(p.quantity for p in answer.schedule if p.on <= day(number)) <= free
    for want in asked:
        mine = [p for p in answer.schedule if p.line == want.line]
        got = answer.confirmed(want.line)
        assert got <= want.quantity
        assert all(p.on >= max(want.requested_on, TODAY) and p.quantity > 0 for p in mine)
        assert not want.complete or (len(mine) == 1 and got == want.quantity) or not mine
        short = [
            f for f in answer.findings if f.code == "stock.short" and f.fact("line") == want.line
        ]
        assert bool(short) == (got < want.quantity)


@settings(max_examples=3000, deadline=None)
@given(levels(), levels(site="HAM"), wants())
def test_a_promise_over_sites_oversells_none_and_gives_all_that_is_there(
    ber: StockLevel, ham: StockLevel, asked: list[Want]
) -> None:
    both = {ber.ref: ber, ham.ref: ham}
    sites = {"BOLT": ("BER", "HAM")}
    asked = [Want(w.line, w.sku, w.quantity, w.requested_on) for w in asked]
    answer = promise(both, asked, sites, today=TODAY, at=NOON, policy=POLICY, holder="SO-1")
    for level in (ber, ham):
        for number, free in free_on(level).items():
            parts = [p for p in answer.schedule if p.site == level.site and p.on <= day(number)]
            assert sum(p.quantity for p in parts) <= free
    after = [answer.levels.get(ref, level) for ref, level in both.items()]
    if any(f.code == "stock.short" for f in answer.findings):
        last = day(POLICY.horizon_days)
        assert all(atp(level, last, TODAY, NOON, POLICY) == 0 for level in after)


@settings(max_examples=3000, deadline=None)
@given(levels(), wants())
def test_confirming_a_reservation_is_claiming_at_once(level: StockLevel, asked: list[Want]) -> None:
    level = level.tidy(NOON)
    case = ({level.ref: level}, asked, {"BOLT": ("BER",)})
    firm = promise(*case, today=TODAY, at=NOON, policy=POLICY, holder="SO-1")
    until = NOON + timedelta(hours=1)
    soft = promise(*case, today=TODAY, at=NOON, policy=POLICY, holder="SO-1", expires_at=until)
    assert firm.schedule == soft.schedule
    held = soft.levels.get(level.ref, level)
    confirmed, live = held.confirm("SO-1", NOON)
    assert confirmed == firm.levels.get(level.ref, level)
    assert len(live) == len(soft.schedule)
    assert held.release_holder("SO-1") == level
    late, none = held.confirm("SO-1", until)
    assert (late, none) == (level, ())


@settings(max_examples=3000, deadline=None)
@given(levels(), wants())
def test_releasing_what_was_promised_restores_the_level(
    level: StockLevel, asked: list[Want]
) -> None:
    level = level.tidy(NOON)
    answer = promise(
        {level.ref: level},
        asked,
        {"BOLT": ("BER",)},
        today=TODAY,
        at=NOON,
        policy=POLICY,
        holder="SO-1",
    )
    after = answer.levels.get(level.ref, level)
    for part in answer.schedule:
        after = after.release(part.on, part.quantity)
    assert after == level
    assert decode(encode(after)) == level


@settings(max_examples=3000, deadline=None)
@given(levels())
def test_tidying_changes_no_answer(level: StockLevel) -> None:
    assert free_on(level) == free_on(level.tidy(NOON))
    assert level.tidy(NOON).tidy(NOON) == level.tidy(NOON)


@settings(max_examples=3000, deadline=None)
@given(levels())
def test_spare_goods_may_leave_early_without_harm(level: StockLevel) -> None:
    curve = level.spare(TODAY, NOON)
    for claim in level.demand:
        least = min((left for on, left in curve if on < claim.on), default=Decimal(0))
        take = min(claim.quantity, least, level.on_hand)
        if claim.on <= TODAY or take <= 0:
            continue
        after = level.issue(claim.on, take).spare(TODAY, NOON)
        kept = {on: left for on, left in curve if on >= claim.on}
        assert all(left >= 0 for on, left in after if on < claim.on)
        assert {on: left for on, left in after if on >= claim.on} | kept == kept



@settings(max_examples=3000, deadline=None)
@given(QUANTITIES, QUANTITIES, QUANTITIES)
def test_a_hosts_few_digits_change_nothing(one: Decimal, two: Decimal, three: Decimal) -> None:
    with decimal.localcontext() as context:
        context.prec = 6
        level = StockLevel("BOLT", "BER", one).receive(two).plan_receipt("R", day(1), three)
        answer = promise(
            {level.ref: level},
            [
                Want("1", "BOLT", two, TODAY),
                Want("2", "BOLT", one, TODAY),
                Want("3", "BOLT", three, day(1)),
            ],
            {"BOLT": ("BER",)},
            today=TODAY,
            at=NOON,
            policy=InventoryPolicy(),
            holder="SO-1",
        )
        after = answer.levels[level.ref].issue(TODAY, two)
    assert answer.findings == ()
    assert after.claimed_on(TODAY) == one
    assert after.on_hand == one
    assert after.claimed_on(day(1)) == three

"""Laws of cash: nothing is lost, everything can be taken back, and nobody guesses."""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from salesorders.kernel.codec import encode
from salesorders.receivables import MatchingPolicy, OpenItem
from salesorders.receivables.subsets import exact_subsets
from tests.receivables.builders import TODAY, a_payment, an_item, matched

WIDE = Context(prec=50)
cents = st.integers(1, 10**11).map(lambda n: Decimal(f"{n // 100}.{n % 100:02d}"))
small = st.integers(1, 12).map(lambda n: Decimal(f"{n * 50 // 100}.{n * 50 % 100:02d}"))
references = st.sampled_from(
    [
        "",
        "thanks",
        "INV-2026-000001",
        "inv 2026 2",
        "INV-2026-000001 INV-2026-000003",
        "INV-2026-000077",
    ]
)


@st.composite
def ledgers(draw: st.DrawFn) -> list[OpenItem]:
    """A few items with small amounts, so that equal sums are common."""
    return [
        an_item(
            n,
            draw(small),
            discount=draw(st.sampled_from([0, 0, 2, 10])),
            customer=draw(st.sampled_from(["C7", "C7", "C8"])),
        )
        for n in range(1, draw(st.integers(1, 7)) + 1)
    ]


@given(cents, st.lists(st.tuples(st.integers(1, 5), st.integers(1, 100)), max_size=12))
def test_applied_and_on_account_are_the_whole_payment(
    amount: Decimal, uses: list[tuple[int, int]]
) -> None:
    payment = a_payment(amount)
    with localcontext() as context:
        for invoice, percent in uses:
            context.prec = 50
            part = (payment.unapplied * percent / 100).quantize(Decimal("0.01"), "ROUND_FLOOR")
            context.prec = 6
            if part > 0:
                payment = payment.allocate(f"IN-{invoice}", part)
            context.prec = 50
            assert payment.allocated + payment.unapplied == amount
            assert 0 <= payment.allocated <= amount


@given(
    cents, st.lists(st.integers(1, 100), min_size=1, max_size=6), st.randoms(use_true_random=False)
)
def test_applying_and_taking_back_in_any_order_is_as_if_nothing_was(
    amount: Decimal, parts: list[int], chance: object
) -> None:
    start = an_item(1, amount)
    item, applied = start, []
    for n, percent in enumerate(parts):
        units = int(item.open.scaleb(2, WIDE)) * percent // 100
        cut = Decimal(f"{units // 100}.{units % 100:02d}")
        if 0 < cut <= item.open:
            before = item
            item = item.apply(f"PAY-{n}", cut, on=TODAY)
            assert encode(item.unapply(f"PAY-{n}")) == encode(before)
            applied.append(f"PAY-{n}")
        assert 0 <= item.open <= amount
    chance.shuffle(applied)  # type: ignore[attr-defined]  # hypothesis types its randoms as object
    for payment in applied:
        item = item.unapply(payment)
    assert encode(item) == encode(start)


def explanations(items: list[OpenItem], amount: Decimal) -> int:
    """Count by trying everything: each item left out, in full, or less its earned discount."""
    count = 0
    choices = [
        [
            None,
            item.open,
            *([item.open - item.discount_on(TODAY)] if item.discount_on(TODAY) else []),
        ]
        for item in items
    ]
    for way in product(*choices):
        taken = [part for part in way if part is not None]
        count += bool(taken) and sum(taken) == amount
    return count


@given(ledgers(), small)
def test_without_a_reference_a_payment_is_booked_if_and_only_if_one_explanation_exists(
    items: list[OpenItem], amount: Decimal
) -> None:
    answer = matched(a_payment(amount), items)
    own = [item for item in items if item.customer == "C7"]
    ways = explanations(own, amount)
    assert bool(answer.allocations) == (ways == 1)
    assert len(answer.candidates) == (min(ways, 20) if ways > 1 else 0)
    assert answer.decision.allowed == bool(answer.allocations)


@given(ledgers(), small, references, st.sampled_from(["C7", ""]), st.randoms(use_true_random=False))
def test_the_order_of_items_changes_nothing(
    items: list[OpenItem], amount: Decimal, reference: str, customer: str, chance: object
) -> None:
    payment = a_payment(amount, reference, customer=customer)
    answer = matched(payment, items)
    shuffled = list(items)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its randoms as object
    assert matched(payment, shuffled) == answer


@given(ledgers(), small, references, st.sampled_from(["C7", "", "C8"]))
def test_what_is_booked_can_be_applied_and_never_exceeds_the_cash(
    items: list[OpenItem], amount: Decimal, reference: str, customer: str
) -> None:
    payment = a_payment(amount, reference, customer=customer)
    answer = matched(payment, items)
    by_id = {item.invoice: item for item in items}
    assert answer.decision.allowed == bool(answer.allocations)
    if answer.allocations:
        payment = payment.identify(answer.customer)
    for part in answer.allocations:
        item = by_id[part.invoice]
        assert item.customer == answer.customer
        assert item.apply(payment.id, part.amount, part.discount, on=TODAY).open >= 0
        payment = payment.allocate(part.invoice, part.amount)
    assert payment.allocated + payment.unapplied == amount


@given(
    st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=2, unique=True), max_size=8),
    st.integers(1, 120),
)
def test_both_searches_find_every_solution(options: list[list[int]], target: int) -> None:
    indexed = [[None, *range(len(values))] for values in options]
    wanted = set()
    for way in product(*indexed):
        chosen = tuple((i, n) for i, n in enumerate(way) if n is not None)
        if chosen and sum(options[i][n] for i, n in chosen) == target:
            wanted.add(chosen)
    counted = exact_subsets(options, target, most=10**6, states_max=10**6)
    halves = exact_subsets(options, target, most=10**6, states_max=0)
    assert set(counted.solutions) == set(halves.solutions) == wanted
    assert len(counted.solutions) == len(halves.solutions) == len(wanted)


@given(ledgers(), small)
def test_a_smaller_bound_may_hold_but_never_books_otherwise(
    items: list[OpenItem], amount: Decimal
) -> None:
    answer = matched(a_payment(amount), items)
    bound = matched(a_payment(amount), items, MatchingPolicy(search_states_max=1))
    assert bound.allocations == answer.allocations

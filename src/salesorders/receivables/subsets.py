"""Which choices add up to a target: exact, bounded, and never content with the first answer.

Whole numbers only. Each item may be left out or taken with one of its options (the full amount, or
less an earned discount). The search stops at ``most`` solutions; two already mean: do not guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import gcd, prod

import attrs

__all__ = ["Found", "exact_subsets"]

Choice = tuple[int, int]
Chain = tuple["Chain", Choice] | None
HALVES_MAX = 24
# Three options for each of twelve items; what one half of a search may hold.
HALF_STATES_MAX = 3**12


@attrs.frozen
class Found:
    """Solutions as tuples of (item, option); not ``complete`` where the bound was met first."""

    solutions: tuple[tuple[Choice, ...], ...]
    complete: bool = True


def exact_subsets(
    options: Sequence[Sequence[int]], target: int, *, most: int, states_max: int
) -> Found:
    """Return up to ``most`` choices of options that add up to ``target`` (above 0).

    Options are whole numbers above 0. Sums are counted in a table of items x target while that
    stays inside ``states_max``; else up to 24 items are searched in two halves that meet in
    the middle; beyond that nothing is searched and the answer says so.
    """
    usable = [
        (index, tuple((n, value) for n, value in enumerate(values) if 0 < value <= target))
        for index, values in enumerate(options)
    ]
    items = [(index, values) for index, values in usable if values]
    if target <= 0 or target > sum(max(value for _, value in values) for _, values in items):
        return Found(())
    unit = gcd(*(value for _, values in items for _, value in values))
    if target % unit:
        return Found(())
    scaled = [(index, [(n, value // unit) for n, value in values]) for index, values in items]
    goal = target // unit
    if len(scaled) * goal <= states_max:
        return _take(_counted(scaled, goal), most)
    half = len(scaled) // 2
    states = max(
        prod(len(values) + 1 for _, values in part) for part in (scaled[:half], scaled[half:])
    )
    if len(scaled) <= HALVES_MAX and states <= HALF_STATES_MAX:
        return _take(_met(scaled[:half], scaled[half:], goal, most), most)
    return Found((), complete=False)


Items = list[tuple[int, list[Choice]]]


def _take(solutions: Iterator[tuple[Choice, ...]], most: int) -> Found:
    taken = []
    for solution in solutions:
        taken.append(solution)
        if len(taken) >= most:
            break
    return Found(tuple(taken))


def _counted(items: Items, goal: int) -> Iterator[tuple[Choice, ...]]:
    """Bit n of a row says whether the items from there on can add up to n."""
    size, mask = goal // 8 + 1, (1 << (goal + 1)) - 1
    reach = 1
    rows = [reach.to_bytes(size, "little")]
    for _, values in reversed(items):
        with_item = reach
        for _, value in values:
            with_item |= reach << value
        reach = with_item & mask
        rows.append(reach.to_bytes(size, "little"))
    rows.reverse()

    def open_at(row: int, left: int) -> bool:
        return left >= 0 and bool(rows[row][left >> 3] >> (left & 7) & 1)

    stack: list[tuple[int, int, Chain]] = [(0, goal, None)] if open_at(0, goal) else []
    while stack:
        row, left, chain = stack.pop()
        if left == 0:
            yield _unlinked(chain)
            continue
        index, values = items[row]
        if open_at(row + 1, left):
            stack.append((row + 1, left, chain))
        for n, value in reversed(values):
            if open_at(row + 1, left - value):
                stack.append((row + 1, left - value, (chain, (index, n))))


def _met(first: Items, second: Items, goal: int, most: int) -> Iterator[tuple[Choice, ...]]:
    sums: dict[int, list[Chain]] = {}
    for total, chain in _sums(first, goal):
        kept = sums.setdefault(total, [])
        if len(kept) < most:
            kept.append(chain)
    for total, chain in _sums(second, goal):
        for before in sums.get(goal - total, ()):
            yield (*_unlinked(before), *_unlinked(chain))


def _sums(items: Items, goal: int) -> list[tuple[int, Chain]]:
    sums: list[tuple[int, Chain]] = [(0, None)]
    for index, values in items:
        sums += [
            (total + value, (chain, (index, n)))
            for total, chain in sums
            for n, value in values
            if total + value <= goal
        ]
    return sums


def _unlinked(chain: Chain) -> tuple[Choice, ...]:
    choices = []
    while chain is not None:
        chain, choice = chain
        choices.append(choice)
    return tuple(reversed(choices))

"""Laws of the one way in which an amount is split."""

from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from salesorders.kernel.errors import InvalidValue
from salesorders.kernel.money import Money, split
from salesorders.testing.laws import split_conserves

law = settings(deadline=None)
# The tests themselves may run under few digits, as a host may.
WIDE = Context(prec=60)

weight = st.decimals("0", "1000000", places=3) | st.integers(0, 100).map(Decimal)
weightings = st.lists(weight, min_size=1, max_size=30).filter(any)


@st.composite
def totals(draw, least=-(10**14)):
    digits = draw(st.integers(0, 4))
    return Decimal(draw(st.integers(least, 10**14))).scaleb(-digits), digits


def test_the_shares_add_up_and_are_less_than_one_unit_from_their_exact_parts():
    split_conserves()


@law
@given(totals(), weightings)
def test_every_share_is_written_with_the_digits_asked_for(of, weights):
    total, digits = of
    assert {-share.as_tuple().exponent for share in split(total, weights, digits)} == {digits}


@law
@given(totals(), weightings)
def test_a_negative_total_mirrors_the_positive_one(of, weights):
    total, digits = of
    mirrored = [share.copy_negate() for share in split(total.copy_negate(), weights, digits)]
    assert mirrored == list(split(total, weights, digits))


@law
@given(totals(least=0), weightings)
def test_nobody_gets_less_than_nothing_and_a_zero_weight_gets_nothing(of, weights):
    total, digits = of
    for share, part in zip(split(total, weights, digits), weights, strict=True):
        assert share >= 0
        assert part or not share


@law
@given(totals(least=0), weightings)
def test_who_weighs_more_never_gets_less(of, weights):
    total, digits = of
    by_weight = sorted(zip(weights, split(total, weights, digits), strict=True))
    shares = [share for _, share in by_weight]
    unit = Decimal(1).scaleb(-digits)
    for (w, share), (v, other) in pairwise(by_weight):
        assert share <= other or (w == v and share - other <= unit)
    assert shares[0] >= 0


@law
@given(totals(), weightings, st.randoms(use_true_random=False))
def test_the_order_of_the_weights_matters_only_between_equal_remainders(of, weights, random):
    total, digits = of
    order = list(range(len(weights)))
    random.shuffle(order)
    shares = split(total, weights, digits)
    shuffled = split(total, [weights[n] for n in order], digits)
    everything, size = sum(map(Fraction, weights)), Fraction(abs(total)) * 10**digits

    def remainder(n):
        return size * Fraction(weights[n]) / everything % 1

    moved = [n for place, n in enumerate(order) if shares[n] != shuffled[place]]
    assert len({remainder(n) for n in moved}) <= 1


@law
@given(totals(), weightings, st.integers(1, 1_000))
def test_only_the_proportion_of_the_weights_counts(of, weights, factor):
    total, digits = of
    heavier = [WIDE.multiply(part, factor) for part in weights]
    assert split(total, heavier, digits) == split(total, weights, digits)


@law
@given(totals(), st.integers(1, 10))
def test_an_all_zero_weighting_is_refused(of, count):
    total, digits = of
    assume(total)
    with pytest.raises(InvalidValue) as caught:
        split(total, [Decimal(0)] * count, digits)
    assert (caught.value.code, caught.value.path) == ("split.weights", "weights")


@st.composite
def capped(draw):
    weights = draw(weightings)
    digits = draw(st.integers(0, 2))
    unit = Decimal(1).scaleb(-digits)
    cap = st.none() | st.integers(0, 10_000).map(lambda n: n * unit)
    caps = draw(st.lists(cap, min_size=len(weights), max_size=len(weights)))
    total = draw(st.integers(0, 50_000)) * unit
    return total, weights, digits, caps


@law
@given(capped())
def test_caps_are_kept_and_the_total_is_still_met_or_it_is_refused(of):
    total, weights, digits, caps = of
    room = [cap if part else Decimal(0) for part, cap in zip(weights, caps, strict=True)]
    if None not in room and sum(map(Fraction, room)) < Fraction(total):
        with pytest.raises(InvalidValue) as caught:
            split(total, weights, digits, caps=caps)
        assert caught.value.code == "split.caps"
        return
    shares = split(total, weights, digits, caps=caps)
    assert sum(map(Fraction, shares)) == Fraction(total)
    assert all(cap is None or share <= cap for share, cap in zip(shares, caps, strict=True))
    assert all(share >= 0 for share in shares)


@law
@given(capped())
def test_nobody_is_above_the_level_while_someone_below_it_has_room(of):
    """Water-filling: an unfilled share gets, per weight, what every other unfilled one gets."""
    total, weights, digits, caps = of
    try:
        shares = split(total, weights, digits, caps=caps)
    except InvalidValue:
        return
    unit = Fraction(1, 10**digits)
    rows = [
        (Fraction(share), Fraction(part), cap)
        for share, part, cap in zip(shares, weights, caps, strict=True)
        if part
    ]
    for share, part, cap in rows:
        if cap is not None and share >= cap:
            continue  # full
        for other, others_part, _ in rows:
            # Nobody else, full or not, lies more than a unit above this one's level.
            assert (other - unit) / others_part <= (share + unit) / part


@law
@given(capped())
def test_caps_that_nobody_reaches_change_nothing(of):
    total, weights, digits, _ = of
    shares = split(total, weights, digits)
    assert split(total, weights, digits, caps=list(shares)) == shares
    assert split(total, weights, digits, caps=[None] * len(weights)) == shares


@law
@given(totals(), st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any))
def test_cumulative_parts_of_a_total_add_up_to_it(of, quantities):
    """A line invoiced in any pieces: what is left is split off, and the last takes the rest."""
    total, digits = of
    left, open_quantity, taken = total, sum(quantities), []
    for quantity in quantities:
        if not open_quantity:
            break
        part, left = split(left, [Decimal(quantity), Decimal(open_quantity - quantity)], digits)
        open_quantity -= quantity
        taken.append(part)
    assert sum(map(Fraction, taken)) == Fraction(total)
    assert not left


@law
@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 100), min_size=1).filter(any))
def test_money_is_split_like_its_amount(cents, weights):
    money = Money(Decimal(cents).scaleb(-2), "EUR")
    shares = money.split(weights)
    assert sum(shares, Money.zero("EUR")) == money
    assert all(type(share) is Money for share in shares)

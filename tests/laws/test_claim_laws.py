"""Laws of claims on a bounded resource: nothing is claimed twice, nothing is lost, expiry is exclusive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from salesorders.kernel.claim import Book
from salesorders.kernel.errors import Conflict
from salesorders.testing.laws import claim_laws
from tests.amounts.builders import WIDE

law = settings(deadline=None, max_examples=50)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
amounts = st.integers(1, 10**10).map(lambda n: Decimal(n).scaleb(-2, WIDE))
holders = st.sampled_from(["SO-1", "SO-2", "SO-3"])
hours = st.integers(-3, 3)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """A book with firm and expiring claims that all fit."""
    book = Book(Decimal(10**10))
    for holder, amount, hour in draw(
        st.lists(st.tuples(holders, amounts, st.none() | st.integers(1, 4)), max_size=6)
    ):
        if amount <= book.headroom(NOON):
            book = book.claim(holder, amount, NOON, None if hour is None else NOON + hour * HOUR)
    return book


def test_a_book_keeps_the_laws_of_bounded_resources():
    claim_laws()


@law
@given(books(), amounts)
def test_a_claim_takes_exactly_its_amount_of_the_headroom_or_is_refused(book, amount):
    free = book.headroom(NOON)
    if amount > free:
        with pytest.raises(Conflict) as caught:
            book.claim("SO-9", amount, NOON)
        assert caught.value.code == "claim.exceeds"
    else:
        after = book.claim("SO-9", amount, NOON).headroom(NOON)
        assert Fraction(after) == Fraction(free) - Fraction(amount)


@law
@given(books(), holders)
def test_releasing_all_of_a_holder_twice_is_releasing_it_once(book, holder):
    once = book.release_all(holder)
    assert once.release_all(holder) == once
    assert once.held_by(holder, NOON) == 0
    assert once.firm == book.firm


@law
@given(books(), amounts, holders)
def test_releasing_takes_a_firm_claim_back(book, amount, holder):
    if amount <= book.headroom(NOON):
        assert book.claim(holder, amount, NOON).release(amount).headroom(NOON) == book.headroom(
            NOON
        )


@law
@given(books(), amounts)
def test_consuming_leaves_the_headroom_of_the_others_as_it_is(book, amount):
    if amount <= book.headroom(NOON):
        claimed = book.claim("SO-9", amount, NOON)
        assert claimed.consume(amount).headroom(NOON) == claimed.headroom(NOON)


@law
@given(books(), hours)
def test_sweeping_expired_claims_changes_nothing_that_counts(book, hour):
    at = NOON + hour * HOUR
    assert book.tidy(at).claimed(at) == book.claimed(at)
    assert book.tidy(at).tidy(at) == book.tidy(at)


@law
@given(books(), holders, st.integers(0, 5))
def test_confirming_makes_what_is_live_firm_and_counts_it_once(book, holder, hour):
    at = NOON + hour * HOUR
    confirmed = book.confirm(holder, at)
    assert confirmed.claimed(at) == book.claimed(at)
    assert confirmed.confirm(holder, at) == confirmed


@law
@given(books())
def test_what_is_claimed_only_falls_with_time(book):
    claimed = [book.claimed(NOON + hour * HOUR) for hour in range(6)]
    assert claimed == sorted(claimed, reverse=True)
    assert claimed[-1] == book.firm


class Bookkeeping(RuleBasedStateMachine):
    """A book beside a plain record of who holds what until when."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book(Decimal(100))
        self.now = NOON
        self.firm, self.capacity = Fraction(0), Fraction(100)
        self.expiring: list[tuple[str, Fraction, datetime]] = []

    def live(self) -> Fraction:
        return self.firm + sum(a for _, a, until in self.expiring if self.now < until)

    @rule(holder=holders, amount=st.integers(1, 60), hour=st.none() | st.integers(1, 3))
    def claim(self, holder: str, amount: int, hour: int | None) -> None:
        until = None if hour is None else self.now + hour * HOUR
        if self.live() + amount > self.capacity:
            with pytest.raises(Conflict):
                self.book.claim(holder, Decimal(amount), self.now, until)
            return
        self.book = self.book.claim(holder, Decimal(amount), self.now, until)
        if until is None:
            self.firm += amount
        else:
            self.expiring.append((holder, Fraction(amount), until))

    @rule(amount=st.integers(0, 60), consumed=st.booleans())
    def let_go(self, amount: int, consumed: bool) -> None:
        step = self.book.consume if consumed else self.book.release
        if amount > self.firm:
            with pytest.raises(Conflict):
                step(Decimal(amount))
            return
        self.book = step(Decimal(amount))
        self.firm -= amount
        self.capacity -= amount if consumed else 0

    @rule(holder=holders, confirmed=st.booleans())
    def settle(self, holder: str, confirmed: bool) -> None:
        if confirmed:
            self.book = self.book.confirm(holder, self.now)
            self.firm += sum(a for h, a, t in self.expiring if h == holder and self.now < t)
        else:
            self.book = self.book.release_all(holder)
        self.expiring = [entry for entry in self.expiring if entry[0] != holder]

    @rule()
    def an_hour_passes(self) -> None:
        self.now += HOUR

    @invariant()
    def the_book_agrees_and_never_exceeds_its_capacity(self) -> None:
        assert Fraction(self.book.claimed(self.now)) == self.live() <= self.capacity
        assert Fraction(self.book.headroom(self.now)) == self.capacity - self.live()


Bookkeeping.TestCase.settings = settings(deadline=None, max_examples=25, stateful_step_count=20)
TestBookkeeping = Bookkeeping.TestCase

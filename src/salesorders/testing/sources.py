"""What every source of scores and of exchange rates promises. Said to the port itself, blocking or async."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

import pytest

from salesorders.credit import ExchangeRate, Score
from salesorders.testing.suite import Suite, promise

__all__ = ["RateSourceSuite", "ScoreSourceSuite"]

AT_ONCE = 8
PATIENCE = 10.0
# Days before the first that is known: over a weekend, a week, a month, and long ago.
DAYS_BEFORE = (1, 2, 3, 7, 30, 3650)
# Days after one that is known: every day of a week, whichever it begins on, and a month.
DAYS_AFTER = (1, 2, 3, 4, 5, 6, 7, 30)
Pair = tuple[str, str]


class ScoreSourceSuite(Suite):
    """Subclass it and write ``make`` so that it returns the source over a sandbox of the bureau.

    ``known`` names customers whom the bureau knows, at least two with different scores; ``unknown`` one
    whom it doesn't; ``stale`` one whose score has run out. ``slow`` names one about whom the bureau never
    answers, ``broken`` one about whom it answers nonsense or refuses; where a sandbox can't play that, say
    ``times_out = False`` or ``tells_failure = False`` with the reason.
    """

    port: ClassVar[str] = "scores"
    flags: ClassVar[tuple[str, ...]] = ("times_out", "tells_failure", "keeps_stale")
    hooks: ClassVar[tuple[str, ...]] = ("known", "unknown", "stale", "slow", "broken", "today")
    times_out: ClassVar[bool] = True
    tells_failure: ClassVar[bool] = True
    keeps_stale: ClassVar[bool] = True
    known: ClassVar[tuple[str, ...]] = ()
    """Customers whom the bureau knows: at least two, with different scores."""
    unknown: ClassVar[str] = "nobody-at-all"
    """A customer whom the bureau does not know."""
    stale: ClassVar[str] = ""
    """A customer whose score has run out."""
    slow: ClassVar[str] = ""
    """A customer about whom the bureau never answers."""
    broken: ClassVar[str] = ""
    """A customer about whom the bureau answers nonsense, or refuses."""
    today: ClassVar[date] = date(2026, 3, 2)
    """The day on which the known scores are good, and the stale one no more."""

    def _score(self, customer: str) -> Score:
        score = self.adapter.score(customer)
        assert isinstance(score, Score), f"{customer}: {type(score).__name__} is no Score"
        return score

    @promise("an order that was released on somebody else's score")
    def test_a_score_is_of_the_customer_that_was_asked_about(self) -> None:
        """Every known customer gets its own."""
        assert len(self.known) >= 2, "name two customers that the bureau knows"
        assert [self._score(name).customer for name in self.known] == list(self.known)

    @promise("the hold on a bad payer: everybody has the score of whoever was asked about first")
    def test_customers_have_scores_of_their_own(self) -> None:
        """Two that the bureau tells apart are told apart."""
        values = {name: self._score(name).value for name in self.known}
        assert len(set(values.values())) >= 2, (
            f"all of them score alike, {values}: `known` names two whose scores differ"
        )

    @promise("the hold on a customer whom no bureau knows")
    def test_a_customer_whom_the_bureau_does_not_know_has_no_score(self) -> None:
        """Not one of 0, and none by default."""
        assert self.adapter.score(self.unknown) is None

    @promise("the day on which a score stops deciding")
    def test_a_score_says_from_when_and_until_when_it_is_good(self) -> None:
        """A good one is good today."""
        for name in self.known:
            assert self._score(name).is_good(self.today)

    @promise("the finding that a score has run out", needs="keeps_stale")
    def test_a_score_that_ran_out_comes_with_its_own_days(self) -> None:
        """It is for the policy to say what a stale score is worth."""
        assert not self._score(self.stale).is_good(self.today)

    @promise("the same answer when a decision is asked again")
    def test_the_same_question_has_the_same_answer(self) -> None:
        """As long as the bureau says the same."""
        for name in self.known:
            assert self.adapter.score(name) == self.adapter.score(name)

    @promise("a decision that mixes up two customers under load")
    def test_questions_at_once_get_their_own_answers(self) -> None:
        """One connection is not two."""
        alone = {name: self._score(name) for name in self.known}
        asked = [self.known[n % len(self.known)] for n in range(AT_ONCE)]
        answers = self.adapter.at_once("score", [(name,) for name in asked])
        assert answers == [alone[name] for name in asked]

    @promise("the desk's time: one that never answers holds up every order", needs="times_out")
    def test_a_bureau_that_does_not_answer_is_a_time_out(self) -> None:
        """Raised in good time, and as nothing else."""
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            self.adapter.score(self.slow)
        assert time.monotonic() - start < PATIENCE

    @promise("the difference between no score and no line to the bureau", needs="tells_failure")
    def test_a_bureau_that_fails_is_no_bureau_that_knows_nothing(self) -> None:
        """It raises; None would say that the bureau looked and found nobody."""
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it raises: the desk says that it failed
            self.adapter.score(self.broken)


class RateSourceSuite(Suite):
    """Subclass it and write ``make`` so that it returns the source over a sandbox that knows ``rates``.

    ``rates`` holds at least two exact rates with their days: of every pair that it names the first day
    that the sandbox knows, and the reverse of a pair where that is known as a rate of its own; each other
    reverse is asked, and has to be ``None``. A sandbox that knows every pair both ways says ``one_way =
    False`` with the reason. ``missing`` is a pair that it does not know.
    """

    port: ClassVar[str] = "rates"
    flags: ClassVar[tuple[str, ...]] = ("one_way",)
    hooks: ClassVar[tuple[str, ...]] = ("rates", "missing")
    rates: ClassVar[tuple[ExchangeRate, ...]] = ()
    """At least two exact rates that the source knows, with their days; of each pair its first day too."""
    one_way: ClassVar[bool] = True
    missing: ClassVar[Pair] = ("EUR", "ISK")
    """A pair of currencies whose rate the source does not know."""

    def _rate(self, wanted: ExchangeRate, on: date | None = None) -> ExchangeRate | None:
        answer: ExchangeRate | None = self.adapter.rate(
            wanted.source_currency, wanted.target_currency, on or wanted.on
        )
        return answer

    def _known(self) -> dict[Pair, list[ExchangeRate]]:
        """The rates of each pair, oldest first."""
        found: dict[Pair, list[ExchangeRate]] = {}
        for rate in sorted(self.rates, key=lambda rate: rate.on):
            found.setdefault((rate.source_currency, rate.target_currency), []).append(rate)
        return found

    @promise("cents: a rate that went through a float is another rate")
    def test_a_rate_is_exact(self) -> None:
        """To the last digit that the bank gave."""
        assert len(self.rates) >= 2, "name two rates that the source knows"
        for wanted in self.rates:
            answer = self._rate(wanted)
            assert isinstance(answer, ExchangeRate)
            assert type(answer.rate) is Decimal
            assert answer.rate == wanted.rate

    @promise("a limit that is compared the wrong way round")
    def test_a_rate_is_from_the_one_currency_into_the_other(self) -> None:
        """As it was asked for, not turned round."""
        for wanted in self.rates:
            answer = self._rate(wanted)
            assert answer is not None
            pair = (answer.source_currency, answer.target_currency)
            assert pair == (wanted.source_currency, wanted.target_currency)

    @promise("the hold where nobody knows the rate: 1:1 is a guess")
    def test_a_rate_that_is_not_known_is_none(self) -> None:
        """Not 1, not 0, not an error."""
        assert self.adapter.rate(*self.missing, self.rates[0].on) is None

    @promise(
        "a limit that is compared at a rate that no bank gave: it was turned round", needs="one_way"
    )
    def test_a_rate_is_never_turned_round(self) -> None:
        """A bank buys at another rate than it sells at; the way back is a rate of its own, or none."""
        known = self._known()
        turned = {
            (into, of): rates for (of, into), rates in known.items() if (into, of) not in known
        }
        assert turned, "`rates` names every pair both ways: name one that is known one way only"
        for (into, of), rates in turned.items():
            for rate in rates:
                answer = self.adapter.rate(into, of, rate.on)
                assert answer is None, (
                    f"{answer}, where `rates` names {of} to {into} only; a reverse that the source"
                    " knows as a rate of its own is named there too"
                )

    @promise("a rate that decided before it was there")
    def test_a_rate_is_of_the_day_or_of_an_earlier_one(self) -> None:
        """And says of which; before the first day there is none."""
        for first, *_ in self._known().values():
            for days in DAYS_BEFORE:
                on = first.on - timedelta(days=days)
                answer = self._rate(first, on)
                assert answer is None, (
                    f"{answer} was told for {on}, where the first in `rates` is of {first.on}; of"
                    " each pair the first day that the source knows is named there"
                )
        for wanted in self.rates:
            for days in DAYS_AFTER:
                on = wanted.on + timedelta(days=days)
                later = self._rate(wanted, on)
                assert later is None or later.on <= on, f"{later} was told for {on}"

    @promise("the age of a rate: Friday's, or last month's, would pass for today's")
    def test_an_older_rate_keeps_its_own_day(self) -> None:
        """The policy decides how old is too old."""
        for wanted in self.rates:
            pair = (wanted.source_currency, wanted.target_currency)
            named = {(rate.rate, rate.on) for rate in self._known()[pair]}
            for days in DAYS_AFTER:
                later = self._rate(wanted, wanted.on + timedelta(days=days))
                if later is not None and later.rate == wanted.rate:
                    assert (later.rate, later.on) in named, (
                        f"the rate of {wanted.on} came as one of {later.on}; where the source has"
                        " the same again on that day, it is named in `rates`"
                    )

    @promise("the same answer when a decision is asked again")
    def test_the_same_question_has_the_same_answer(self) -> None:
        """Of a day that is over, at any time."""
        for wanted in self.rates:
            assert self._rate(wanted) == self._rate(wanted)

    @promise("an order that was compared in somebody else's currency under load")
    def test_questions_at_once_get_their_own_answers(self) -> None:
        """One connection is not two."""
        asked = [self.rates[n % len(self.rates)] for n in range(AT_ONCE)]
        questions = [(one.source_currency, one.target_currency, one.on) for one in asked]
        answers = self.adapter.at_once("rate", questions)
        assert [getattr(answer, "rate", answer) for answer in answers] == [
            one.rate for one in asked
        ]

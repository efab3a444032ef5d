"""The host's own answers: scores and exchange rates, asked before anything is written, with a time-out as an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, Protocol

import attrs

from salesorders.aio.wait import within
from salesorders.credit import ExchangeRate, Score
from salesorders.kernel.change import Answer
from salesorders.kernel.errors import invalid

__all__ = ["RateSource", "ScoreSource", "Sources"]

Question = tuple[str, ...]


class ScoreSource(Protocol):
    """Tells what a bureau says of a customer."""

    async def score(self, customer: str) -> Score | None:
        """Return the newest score, ``None`` where there is none.

        Raise ``TimeoutError`` where it takes too long, anything else where it can't be told: either is a
        finding that holds the order, never a score.
        """


class RateSource(Protocol):
    """Tells exchange rates."""

    async def rate(self, source: str, target: str, on: date) -> ExchangeRate | None:
        """Return the rate from one currency into another for a day, or an earlier day's with that day.

        ``None`` where there is none: it is never 1, and never turned round.
        """


@attrs.frozen
class Sources:
    """The sources of a desk. ``seconds`` is how long any one of them may take for an answer."""

    scores: ScoreSource | None = None
    rates: RateSource | None = None
    seconds: float = 2.0

    def __attrs_post_init__(self) -> None:
        for name, verb in (("scores", "score"), ("rates", "rate")):
            source = getattr(self, name)
            if source is not None and not callable(getattr(source, verb, None)):
                invalid("sources.type", f"sources.{name}", f"something with {verb}() is wanted")
        if isinstance(self.seconds, bool) or not isinstance(self.seconds, (int, float)):
            invalid("sources.seconds", "sources.seconds", "a number of seconds is wanted")
        if not 0 < self.seconds <= 3600:
            invalid("sources.seconds", "sources.seconds", "above 0 and at most 3,600 seconds")

    async def answer(self, question: Question) -> Answer:
        """Ask the source that a question is for; whatever goes wrong there is an answer too."""
        kind, *about = question
        if kind == "score":
            score = None if self.scores is None else self.scores.score
            return await self._asked(score, (about[0],), Score)
        rate = None if self.rates is None else self.rates.rate
        day = date.fromisoformat(about[2])
        return await self._asked(rate, (about[0], about[1], day), ExchangeRate)

    async def _asked(
        self, ask: Callable[..., Awaitable[Any]] | None, about: tuple[Any, ...], wanted: type
    ) -> Answer:
        if ask is None:
            return Answer(None, "no_source")
        try:
            value = await within(self.seconds, ask, *about)
        except TimeoutError:
            return Answer(None, "time_out")
        except Exception:  # noqa: BLE001 - a source is the host's: whatever it raises, the answer is not known
            return Answer(None, "failed")
        if value is None:
            return Answer(None, "unknown")
        told = isinstance(value, (Score, ExchangeRate)) and isinstance(value, wanted)
        return Answer(value) if told and _is_about(value, about) else Answer(None, "failed")


def _is_about(value: Score | ExchangeRate, about: tuple[Any, ...]) -> bool:
    """Whether an answer is to the question that was asked."""
    if isinstance(value, Score):
        return (value.customer,) == about
    pair = (value.source_currency, value.target_currency)
    return pair == about[:2] and value.on <= date.fromisoformat(f"{about[2]}")

"""Sources of scores and rates that keep every promise, and some that each break one."""

import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from salesorders.credit import ExchangeRate, Score

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
RATES = (
    ExchangeRate("USD", "EUR", "0.9200", TODAY),
    ExchangeRate("EUR", "IDR", "17654321.123456789012", TODAY - DAY),
)


class Bureau:
    """A right source over a table."""

    table: ClassVar[dict[str, int]] = {"C7": 712, "C8": 430, "OLD": 500}

    def score(self, customer: str) -> Any:
        if customer == "SLOW":
            raise TimeoutError
        if customer == "BROKEN":
            raise OSError("the bureau refused")
        if customer not in self.table:
            return None
        good = -2 * DAY if customer == "OLD" else 30 * DAY
        return Score(customer, self.table[customer], TODAY - 5 * DAY, TODAY + good, "bureau")


class AsyncBureau(Bureau):
    async def score(self, customer: str) -> Any:
        return super().score(customer)


class Unnamed(Bureau):
    """Every answer is of the first customer."""

    def score(self, customer: str) -> Any:
        score = super().score(customer)
        return super().score("C7") if score else score


class FirstForAll(Bureau):
    """What the first one scores is kept for whoever comes, under the right name."""

    def __init__(self) -> None:
        self.first: Any = None

    def score(self, customer: str) -> Any:
        score = super().score(customer)
        self.first = self.first or score
        return score and attrs.evolve(score, value=self.first.value)


class ZeroForNobody(Bureau):
    def score(self, customer: str) -> Any:
        return super().score(customer) or Score(customer, 0, TODAY, TODAY)


class Endless(Bureau):
    """The days are those of the question, whatever the bureau said."""

    def score(self, customer: str) -> Any:
        score = super().score(customer)
        return score and Score(customer, score.value, TODAY, TODAY + DAY)


class Yesterday(Bureau):
    """What is good today comes as if it had run out."""

    def score(self, customer: str) -> Any:
        score = super().score(customer)
        return score and Score(customer, score.value, TODAY - 9 * DAY, TODAY - DAY)


class Drifting(Bureau):
    asked = 0

    def score(self, customer: str) -> Any:
        Drifting.asked += 1
        score = super().score(customer)
        return score and Score(customer, Drifting.asked, score.as_of, score.expires_on)


class OneLine(Bureau):
    """Keeps the customer that is asked about in one place for all threads."""

    def score(self, customer: str) -> Any:
        self.current = customer
        time.sleep(0.01)
        return super().score(self.current)


class OneLineRenamed(OneLine):
    """The same, and the answer gets the name that was asked for."""

    def score(self, customer: str) -> Any:
        score = super().score(customer)
        return score and attrs.evolve(score, customer=customer)


class Patient(Bureau):
    """Swallows the time-out."""

    def score(self, customer: str) -> Any:
        return None if customer == "SLOW" else super().score(customer)


class Quiet(Bureau):
    """A failure is logged, and nobody is known."""

    def score(self, customer: str) -> Any:
        try:
            return super().score(customer)
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise
            return None


class Bank:
    """A right source over a table: the rate of the day, or of the last one before."""

    def rate(self, source: str, target: str, on: date) -> Any:
        found = [
            rate
            for rate in RATES
            if (rate.source_currency, rate.target_currency) == (source, target) and rate.on <= on
        ]
        return found[-1] if found else None


class AsyncBank(Bank):
    async def rate(self, source: str, target: str, on: date) -> Any:
        return super().rate(source, target, on)


class Floating(Bank):
    def rate(self, source: str, target: str, on: date) -> Any:
        rate = super().rate(source, target, on)
        return rate and ExchangeRate(source, target, Decimal(str(float(rate.rate))), rate.on)


class Turned(Bank):
    def rate(self, source: str, target: str, on: date) -> Any:
        rate = super().rate(source, target, on)
        return rate and ExchangeRate(target, source, rate.rate, rate.on)


class Inverts(Bank):
    """A pair that it does not have is the other way round."""

    def rate(self, source: str, target: str, on: date) -> Any:
        there = super().rate(source, target, on)
        back = None if there else super().rate(target, source, on)
        return ExchangeRate(source, target, round(1 / back.rate, 12), back.on) if back else there


class OneToOne(Bank):
    def rate(self, source: str, target: str, on: date) -> Any:
        return super().rate(source, target, on) or ExchangeRate(source, target, 1, on)


class Foreseeing(Bank):
    """Tomorrow's rate will do."""

    def rate(self, source: str, target: str, on: date) -> Any:
        return super().rate(source, target, max(on, TODAY))


class AheadOfTime(Bank):
    """Where there is none yet, next month's will do."""

    ahead = 30

    def rate(self, source: str, target: str, on: date) -> Any:
        known = super().rate(source, target, on)
        return known or super().rate(source, target, on + self.ahead * DAY)


class AheadByADay(AheadOfTime):
    """Where there is none yet, tomorrow's will do, as if it were today's."""

    ahead = 1

    def rate(self, source: str, target: str, on: date) -> Any:
        known = super().rate(source, target, on)
        return known and attrs.evolve(known, on=min(on, known.on))


class Fresh(Bank):
    """Yesterday's rate with today's date."""

    def rate(self, source: str, target: str, on: date) -> Any:
        rate = super().rate(source, target, on)
        return rate and ExchangeRate(source, target, rate.rate, on)


class FreshOnSundays(Bank):
    """At the weekend the last rate is that of the day."""

    def rate(self, source: str, target: str, on: date) -> Any:
        rate = super().rate(source, target, on)
        return rate and attrs.evolve(rate, on=on if on.weekday() >= 5 else rate.on)


class FreshWhenOld(Bank):
    """What is older than a week is taken for today's."""

    def rate(self, source: str, target: str, on: date) -> Any:
        rate = super().rate(source, target, on)
        return rate and attrs.evolve(rate, on=on if on - rate.on > 7 * DAY else rate.on)


class Nervous(Bank):
    count = 0

    def rate(self, source: str, target: str, on: date) -> Any:
        rate = super().rate(source, target, on)
        Nervous.count += 1
        return rate and ExchangeRate(source, target, rate.rate, rate.on, f"tick {Nervous.count}")


class OneDesk(Bank):
    def rate(self, source: str, target: str, on: date) -> Any:
        self.pair = (source, target)
        time.sleep(0.01)
        return super().rate(*self.pair, on)


BUREAU = {"known": ("C7", "C8"), "stale": "OLD", "slow": "SLOW", "broken": "BROKEN"}
BANK = {"rates": RATES}
RIGHT = [Bureau, AsyncBureau]
RIGHT_RATES = [Bank, AsyncBank]
WRONG = [
    Unnamed,
    FirstForAll,
    ZeroForNobody,
    Endless,
    Yesterday,
    Drifting,
    OneLine,
    OneLineRenamed,
    Patient,
    Quiet,
]
WRONG_RATES = [
    Floating,
    Turned,
    Inverts,
    OneToOne,
    Foreseeing,
    AheadOfTime,
    AheadByADay,
    Fresh,
    FreshOnSundays,
    FreshWhenOld,
    Nervous,
    OneDesk,
]

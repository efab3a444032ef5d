"""Bureaus and rates: asked before anything is written, and what goes wrong there holds."""

import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

import salesorders as so
from tests.builders import DAY, a_house, codes
from tests.desk.credit_house import (
    euros,
    hundreds,
    policies,
    worth,
)

# --- sources


class Bureau:
    def __init__(self, answer: Any = None, twin: str = "sync") -> None:
        self.answer, self.twin, self.asked = answer, twin, 0

    def score(self, customer: str) -> Any:
        self.asked += 1
        if self.twin == "aio":
            return self._later()
        return self._now()

    async def _later(self) -> Any:
        import asyncio

        if self.answer == "slow":
            await asyncio.sleep(5)
        return self._now()

    def _now(self) -> Any:
        if self.answer == "slow":
            time.sleep(0.3)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Rates(Bureau):
    def rate(self, source: str, target: str, on: date) -> Any:
        return self.score(source)


def a_score(value: object, days: int = 30, customer: str = "C7") -> so.Score:
    return so.Score(customer, value, DAY - timedelta(days=60), DAY + timedelta(days=days), "bureau")


@pytest.mark.parametrize(
    ("answer", "code", "why"),
    [
        (a_score(700), None, None),
        (a_score(300), "credit.score", None),
        (a_score(700, -1), "credit.score_stale", None),
        (None, "credit.score_missing", "unknown"),
        ("slow", "credit.score_missing", "time out"),
        (OSError("no line"), "credit.score_missing", "failed"),
        (a_score(700, customer="C8"), "credit.score_missing", "failed"),
        (700, "credit.score_missing", "failed"),
    ],
    ids=["good", "low", "stale", "none", "slow", "broken", "of another", "a number"],
)
@pytest.mark.parametrize("twin", ["sync", "aio"])
def test_a_bureau_is_asked_and_what_goes_wrong_holds(
    twin: str, answer: Any, code: str, why: str
) -> None:
    bureau = Bureau(answer, twin)
    sources = so.Sources(scores=bureau, seconds=0.05)
    if twin == "aio":
        from salesorders import aio

        sources = aio.Sources(scores=bureau, seconds=0.05)
    house = hundreds(a_house(twin, sources=sources, policies=policies(score_min=Decimal(500))))
    outcome = worth(house)
    assert codes(outcome) == ({code} if code else set())
    assert bureau.asked == 1
    if why:
        (finding,) = (f for f in outcome.findings if f.code == code)
        assert finding.fact("why") == why
    if code == "credit.score":
        hold = house.desk.orders.get(outcome.order.id).holds[0]
        kept = next(f for f in hold.decision.findings if f.code == code)
        assert (kept.fact("score"), kept.fact("source")) == (300, "bureau")


def test_no_bureau_where_one_is_wanted_holds() -> None:
    house = hundreds(a_house(policies=policies(score_min=Decimal(500))))
    (finding,) = (f for f in worth(house).findings if f.code == "credit.score_missing")
    assert finding.fact("why") == "no source"


def test_a_limit_in_another_currency_asks_for_the_rate_and_keeps_it() -> None:
    rates = Rates(so.ExchangeRate("EUR", "USD", "1.10", DAY))
    house = hundreds(a_house(sources=so.Sources(rates=rates)))
    house.ada.credit.set_limit("C7", "200", currency="USD")
    assert isinstance(worth(house), so.Placed)
    held = worth(house)
    (finding,) = (f for f in held.findings if f.code == "credit.limit")
    assert finding.fact("exposure_after") == so.Money("220.00", "USD")
    assert (finding.fact("rate_EUR"), finding.fact("rate_EUR_on")) == (Decimal("1.10"), DAY)
    rates.answer = None
    assert codes(worth(house)) == {"credit.rate_missing"}


def test_a_watched_group_in_another_currency_is_looked_at_with_its_rate() -> None:
    rates = Rates(so.ExchangeRate("EUR", "USD", "1.10", DAY))
    house = hundreds(a_house(sources=so.Sources(rates=rates)))
    house.ada.credit.open("GROUP", "1000", currency="USD")
    house.ada.credit.arrange("C7", within=["GROUP"])
    assert isinstance(worth(house), so.Placed)
    house.ada.credit.set_limit("GROUP", "100")
    assert house.desk.credit.get("GROUP").watched
    house.kai.cash.receive("C7", euros(50))
    house.ben.credit.recheck("C7")
    assert not house.desk.credit.get("GROUP").watched


def test_a_default_desk_asks_nobody() -> None:
    bureau = Rates(OSError("asked"))
    house = hundreds(a_house(sources=so.Sources(scores=bureau, rates=bureau)))
    house.shipped(worth(house).unwrap())
    assert bureau.asked == 0


def test_a_bucket_limit_is_in_the_limits_currency_and_the_base_limit_alone_sets_that() -> None:
    rates = Rates(so.ExchangeRate("EUR", "USD", "2", DAY))
    house = hundreds(a_house(sources=so.Sources(rates=rates)))
    house.ada.credit.set_limit("C7", "1000", currency="USD")
    house.ada.credit.set_limit("C7", so.Money("200", "USD"), bucket="open_orders")
    assert isinstance(worth(house), so.Placed)
    assert codes(worth(house)) == {"credit.bucket_limit"}
    assert "USD" in house.desk.credit.sheet("C7").limits().columns
    with pytest.raises(so.InvalidValue) as caught:
        house.ada.credit.set_limit("C7", "1000", currency="EUR")
    assert (caught.value.code, caught.value.path) == ("credit.limit_kind", "currency")


def test_a_temporary_limit_that_has_ended_is_in_no_currencys_way() -> None:
    rates = Rates(so.ExchangeRate("EUR", "USD", "2", DAY))
    house = hundreds(a_house(sources=so.Sources(rates=rates)))
    house.ada.credit.set_limit("C7", "50", temporary=True, until=DAY)
    before = house.state()
    with pytest.raises(so.InvalidValue) as caught:
        house.ada.credit.set_limit("C7", "1000", currency="USD")
    assert (caught.value.code, caught.value.path) == ("credit.limit_kind", "currency")
    assert house.state() == before
    house.clock.advance(days=1)
    account = house.ada.credit.set_limit("C7", "1000", currency="USD").account
    assert (account.currency, account.temporary) == ("USD", ())


def test_what_is_unapplied_within_a_limit_in_another_currency_is_not_watched() -> None:
    rates = Rates(so.ExchangeRate("EUR", "USD", "2", DAY))
    house = hundreds(a_house(sources=so.Sources(rates=rates)))
    house.ada.credit.set_limit("C7", "1000", currency="USD")
    invoice = house.billed(house.shipped(worth(house).unwrap()))
    paid = house.kai.cash.receive("C7", invoice.balance, reference=invoice.number)
    house.kai.cash.unapply(paid.payment.id, invoice.id)
    assert not house.desk.credit.get("C7").watched


def test_a_group_in_another_currency_is_no_longer_watched_once_it_is_back_within_its_limit() -> (
    None
):
    rates = Rates(so.ExchangeRate("EUR", "USD", "2", DAY))
    house = hundreds(a_house(sources=so.Sources(rates=rates)))
    house.ada.credit.open("GROUP", "400", currency="USD")
    house.ada.credit.arrange("C7", within=["GROUP"])
    worth(house).unwrap()
    assert house.ada.credit.set_limit("GROUP", "100", currency="USD").account.watched
    house.kai.cash.receive("C7", so.Money(60, "EUR"))
    house.ben.credit.recheck("C7")
    assert not house.desk.credit.get("GROUP").watched


@pytest.mark.parametrize(
    ("checkpoints", "watched"),
    [(("currency_change",), True), (("limit_cut",), True), (("confirm",), False)],
)
def test_limits_that_get_another_currency_are_asked_whether_they_still_hold(
    checkpoints: tuple[str, ...], watched: bool
) -> None:
    rates = Rates(so.ExchangeRate("EUR", "USD", "3", DAY))
    house = hundreds(
        a_house(
            limit="200", sources=so.Sources(rates=rates), policies=policies(checkpoints=checkpoints)
        )
    )
    worth(house).unwrap()
    house.ada.credit.set_limit("C7", "200", currency="USD")
    assert house.desk.credit.get("C7").watched is watched


def test_another_limit_in_the_same_currency_is_no_change_of_currency() -> None:
    only = policies(checkpoints=("currency_change",))
    house = hundreds(a_house(limit="200", policies=only))
    worth(house).unwrap()
    house.ada.credit.set_limit("C7", "50", currency="EUR")
    assert not house.desk.credit.get("C7").watched

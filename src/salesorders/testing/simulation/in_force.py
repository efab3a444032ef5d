"""The policies of the simulated host: some are its own and may raise, credit becomes easier, the relay gives up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from attrs import evolve

from salesorders.credit import CreditPolicy, Exclusion, Horizon
from salesorders.inventory import InventoryPolicy
from salesorders.kernel.calendar import WorkCalendar
from salesorders.kernel.change import changed
from salesorders.kernel.policy import Dated, PolicyVersion
from salesorders.lifecycle import Policies
from salesorders.outbox import RelayPolicy
from salesorders.testing.simulation.faults import HostError
from salesorders.testing.simulation.horizon import CLOSED, HORIZONS
from salesorders.testing.simulation.lending import EASY, EASY_FROM, STRICT, Terms
from salesorders.testing.simulation.rooms.dead_letters import DAYS, TRIES
from salesorders.testing.simulation.scoring import (
    LOOKED_AT,
    SCORE_MIN,
    STALE_HOLDS,
    STALE_INFORMS,
)

__all__ = ["policies"]


def _host_policy(passing: Callable[[str], str | None]) -> InventoryPolicy:
    class HostPolicy(InventoryPolicy):
        """A host's own policy, which may raise."""

        def last_day(self, today: Any) -> Any:
            if passing("policy") == "policy.raises":
                raise HostError("the host's policy raises")
            return super().last_day(today)

    return HostPolicy()


# A run begins in 2026, and its clock leaps past 2031 once at the most.
YEARS = range(2026, 2041)


@cache
def _calendar() -> WorkCalendar:
    days = [date(year, month, day) for year in YEARS for month, day in CLOSED]
    return WorkCalendar.of_years("simulated", YEARS[0], YEARS[-1], holidays=days)


def _credit(version: PolicyVersion, terms: Terms) -> CreditPolicy:
    """Return how credit is asked: each risk class looks ahead as far as the model says, or at scores."""
    base = CreditPolicy(
        version=version,
        release_tolerance_percent=Decimal(terms.tolerance),
        release_window_days=terms.window,
        releases_automatically=terms.by_itself,
    )
    by_class = []
    for name, ahead in HORIZONS.items():
        horizon = Horizon(ahead.days, ahead.months, _calendar() if ahead.working else None)
        by_class.append((name, evolve(base, horizon=horizon)))
    scored = evolve(base, score_min=SCORE_MIN)
    codes = ("credit.score_stale",)
    informs = Exclusion("any score", risk_classes=[STALE_INFORMS], overrides=codes)
    by_class += [(STALE_HOLDS, scored), (STALE_INFORMS, evolve(scored, exclusions=(informs,)))]
    return evolve(base, by_class=tuple(by_class), risk_classes_referred=(LOOKED_AT,))


def _both() -> tuple[CreditPolicy, CreditPolicy]:
    easy = PolicyVersion("credit", 2, EASY_FROM)
    return _credit(PolicyVersion("credit"), STRICT), _credit(easy, EASY)


def policies(passing: Callable[[str], str | None]) -> Dated[Policies]:
    """Return what is in force: credit becomes easier from a day on, and ``passing`` says when a policy raises."""
    relay = RelayPolicy(tries=TRIES, days=DAYS)
    strict, easy = _both()
    before = Policies(inventory=_host_policy(passing), relay=relay, credit=strict)
    return Dated({date.min: before, EASY_FROM: changed(before, credit=easy)})

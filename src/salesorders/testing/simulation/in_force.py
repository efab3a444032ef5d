"""The policies of the simulated host: some are its own and may raise, credit becomes easier, the relay gives up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from salesorders.credit import CreditPolicy
from salesorders.inventory import InventoryPolicy
from salesorders.kernel.change import changed
from salesorders.kernel.policy import Dated, PolicyVersion
from salesorders.lifecycle import Policies
from salesorders.outbox import RelayPolicy
from salesorders.testing.simulation.faults import HostError
from salesorders.testing.simulation.lending import EASY, EASY_FROM
from salesorders.testing.simulation.rooms.dead_letters import DAYS, TRIES

__all__ = ["policies"]


def _host_policy(passing: Callable[[str], str | None]) -> InventoryPolicy:
    class HostPolicy(InventoryPolicy):
        """A host's own policy, which may raise."""

        def last_day(self, today: Any) -> Any:
            if passing("policy") == "policy.raises":
                raise HostError("the host's policy raises")
            return super().last_day(today)

    return HostPolicy()


def policies(passing: Callable[[str], str | None]) -> Dated[Policies]:
    """Return what is in force: credit becomes easier from a day on, and ``passing`` says when a policy raises."""
    relay = RelayPolicy(tries=TRIES, days=DAYS)
    easy = CreditPolicy(
        version=PolicyVersion("credit", 2, EASY_FROM),
        release_tolerance_percent=Decimal(EASY.tolerance),
        release_window_days=EASY.window,
        releases_automatically=EASY.by_itself,
    )
    before = Policies(inventory=_host_policy(passing), relay=relay)
    return Dated({date.min: before, EASY_FROM: changed(before, credit=easy)})

"""What a host may set about the relay, and the sentence of its one rule."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from salesorders.kernel.calendar import moment_of
from salesorders.kernel.limits import whole_of
from salesorders.kernel.messages import register
from salesorders.kernel.policy import PolicyVersion, version_of

__all__ = ["RelayPolicy"]

register(
    {
        "dead_letter.not_open": "{letter} is {state} already: nothing is left to decide.",
    }
)


def _tries(value: object) -> int:
    return whole_of(value, "tries", least=1, most=1_000_000)


def _days(value: object) -> int:
    return whole_of(value, "days", least=0, most=3_650)


@attrs.frozen(kw_only=True)
class RelayPolicy:
    """When the relay gives an effect up: after so many ``tries`` failed over so many ``days``, both.

    Tries alone would give up a night's work in a minute, where a relay runs every second; days alone would
    give up at the first failure after a long pause. ``days=0`` counts tries only, ``tries=1`` days only.
    """

    version: PolicyVersion = attrs.field(default=PolicyVersion("relay"), converter=version_of)
    tries: int = attrs.field(default=20, converter=_tries)
    days: int = attrs.field(default=3, converter=_days)

    def gives_up(self, tries: int, failing_since: datetime, at: datetime) -> bool:
        """Whether an effect is given up at a moment after so many failed tries, the first at ``failing_since``.

        Raises ``moment.naive`` for moments without a zone.
        """
        failing = moment_of(at, "at") - moment_of(failing_since, "failing_since")
        return tries >= self.tries and failing >= timedelta(days=self.days)

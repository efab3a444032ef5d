"""How far a release reaches."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import attrs

from salesorders.kernel.claim import unexpired

__all__ = ["Envelope"]


@attrs.frozen
class Envelope:
    """How far a release reaches: up to ``amount`` gross, before ``expires_at`` (exclusive, ``None`` for ever).

    ``amount`` is of what was *ordered*, tolerance included, so that another promise of the same order is
    inside. Goods that would leave before ``ships_from``, where it is given, are outside.
    """

    amount: Decimal
    expires_at: datetime | None
    ships_from: date | None = None

    def covers(self, amount: Decimal, at: datetime, ships_on: date | None = None) -> bool:
        """Whether a value at a moment is inside."""
        if self.ships_from is not None and ships_on is not None and ships_on < self.ships_from:
            return False
        return amount <= self.amount and unexpired(self.expires_at, at)

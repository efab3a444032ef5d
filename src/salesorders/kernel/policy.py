"""Versions of policies: what a host may set is data with a name, a version and a first day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Generic, TypeVar

import attrs

from salesorders.kernel.errors import invalid

__all__ = ["Dated", "PolicyVersion"]

T = TypeVar("T")
FIRST_DAY = date(1900, 1, 1)


@attrs.frozen
class PolicyVersion:
    """Which policy decided: its name, version and first day. Kept with every decision."""

    name: str
    version: int = 1
    effective_from: date = FIRST_DAY

    def __str__(self) -> str:
        return f"{self.name} v{self.version} from {self.effective_from.isoformat()}"


class Dated(Generic[T]):
    """Values by their first day: the one in force on a day is the latest that has begun.

    Raises ``policy.overlap`` where two begin on one day and ``policy.missing`` for a day before the first.
    """

    def __init__(self, versions: Mapping[date, T] | Iterable[tuple[date, T]]) -> None:
        pairs = sorted(
            versions.items() if isinstance(versions, Mapping) else versions,
            key=lambda pair: pair[0],
        )
        days = [day for day, _ in pairs]
        if len(set(days)) != len(days):
            invalid("policy.overlap", "versions", "two versions begin on one day")
        self._pairs: tuple[tuple[date, T], ...] = tuple(pairs)

    def __eq__(self, other: object) -> bool:
        return self._pairs == other._pairs if isinstance(other, Dated) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._pairs)

    def __repr__(self) -> str:
        return f"Dated({dict(self._pairs)!r})"

    def on(self, day: date) -> T:
        """Return the version in force on ``day``."""
        for first, version in reversed(self._pairs):
            if first <= day:
                return version
        invalid("policy.missing", "versions", f"no version is in force on {day.isoformat()}")

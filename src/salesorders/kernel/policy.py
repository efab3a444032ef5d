"""Versions of policies: what a host may set is data with a name, a version and a first day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import attrs

from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import tuple_of

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

    Raises ``policy.overlap`` where two begin on one day, ``policy.missing`` for a day before the first,
    ``value.type`` and ``date.type`` for what is no pairs of a date and a value.
    """

    def __init__(self, versions: Mapping[date, T] | Iterable[tuple[date, T]]) -> None:
        given = versions.items() if isinstance(versions, Mapping) else versions
        begun = [_begun(pair) for pair in tuple_of(given, "versions")]
        pairs = sorted(begun, key=lambda pair: pair[0])
        days = [day for day, _ in pairs]
        if len(set(days)) != len(days):
            invalid("policy.overlap", "versions", "two versions begin on one day")
        self._pairs: tuple[tuple[date, T], ...] = tuple(pairs)

    @property
    def versions(self) -> tuple[T, ...]:
        """All of them, in order of their days."""
        return tuple(version for _, version in self._pairs)

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


def _begun(pair: Any) -> tuple[date, Any]:
    try:
        day, version = pair
    except (TypeError, ValueError):
        invalid("value.type", "versions", "pairs of a date and what begins on it are wanted")
    if not isinstance(day, date) or isinstance(day, datetime):
        invalid("date.type", "versions", f"a date is wanted, not {type(day).__name__}")
    return day, version

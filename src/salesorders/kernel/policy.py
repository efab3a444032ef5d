"""Versions of policies: what a host may set is data with a name, a version and a first day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import attrs

from salesorders.kernel.calendar import date_of
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import text_of
from salesorders.kernel.limits import tuple_of, whole_of

__all__ = ["Dated", "PolicyVersion", "version_of"]

T = TypeVar("T")
FIRST_DAY = date(1900, 1, 1)


def _name(value: str) -> str:
    return text_of(value, "name")


def _number(value: int) -> int:
    return whole_of(value, "version", most=10**15)


def _first_day(value: date) -> date:
    return date_of(value, "effective_from")


@attrs.frozen
class PolicyVersion:
    """Which policy decided: its name, version (0 to 10**15) and first day. Kept with every decision.

    What could not be kept is refused here, not at somebody's order.
    """

    name: str = attrs.field(converter=_name)
    version: int = attrs.field(default=1, converter=_number)
    effective_from: date = attrs.field(default=FIRST_DAY, converter=_first_day)

    def __str__(self) -> str:
        return f"{self.name} v{self.version} from {self.effective_from.isoformat()}"


def version_of(value: PolicyVersion) -> PolicyVersion:
    """Return the version that a policy says it is; raises ``value.type`` for anything else."""
    if not isinstance(value, PolicyVersion):
        invalid("value.type", "version", f"a PolicyVersion is wanted, not {type(value).__name__}")
    return value


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

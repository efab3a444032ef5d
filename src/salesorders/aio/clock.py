"""Clocks: the machine's, and one that tests and examples set."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import whole_of

__all__ = ["FixedClock", "SystemClock", "told"]


def told(now: object) -> datetime:
    """Return what a host's clock answered in UTC; raises ``clock.answer`` or ``moment.naive`` for no moment."""
    if not isinstance(now, datetime):
        invalid("clock.answer", "clock", f"a moment is wanted, not {type(now).__name__}")
    if now.tzinfo is None:
        invalid("moment.naive", "clock", "the clock gives a moment without a zone")
    return now.astimezone(UTC)


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """Return the moment."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands until it is moved. A date means 08:00 UTC of that day.

    >>> clock = FixedClock(date(2026, 11, 23))
    >>> clock.advance(days=8)
    >>> clock.now().date()
    datetime.date(2026, 12, 1)
    """

    def __init__(self, start: date | datetime) -> None:
        if not isinstance(start, date):
            invalid(
                "clock.start", "start", f"a date or a moment is wanted, not {type(start).__name__}"
            )
        moment = start if isinstance(start, datetime) else datetime.combine(start, time(8), UTC)
        if moment.tzinfo is None:
            invalid("moment.naive", "start", "a moment without a zone")
        self._now = moment

    def now(self) -> datetime:
        """Return the moment that is set."""
        return self._now

    def advance(self, *, days: int = 0, hours: int = 0, minutes: int = 0) -> None:
        """Move the clock on (or back)."""
        for name, number in (("days", days), ("hours", hours), ("minutes", minutes)):
            whole_of(number, name, least=-(10**6), most=10**6)
        self._now += timedelta(days=days, hours=hours, minutes=minutes)

"""Clocks that each break one promise."""

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count
from typing import Any

from salesorders.sync import FixedClock, SystemClock


class Naive:
    """The machine's wall clock."""

    def now(self) -> Any:
        return datetime.now(UTC).replace(tzinfo=None)


class Seconds:
    """Seconds since 1970."""

    def now(self) -> Any:
        return datetime.now(UTC).timestamp()


class Unplaced(tzinfo):
    """A zone that does not know its distance from UTC."""

    def utcoffset(self, moment: Any) -> None:
        return None


class NoOffset:
    """A moment in a zone that is nowhere."""

    def now(self) -> Any:
        return datetime.now(UTC).replace(tzinfo=Unplaced())


class LocalCalledUtc:
    """Local time with the wrong name."""

    def now(self) -> Any:
        return datetime.now(UTC) + timedelta(hours=2)


class Stopped(FixedClock):
    """Read once, when the program began."""

    def __init__(self) -> None:
        super().__init__(datetime.now(UTC))


class EndOfTime:
    """No time is the last time."""

    def now(self) -> Any:
        return datetime.max.replace(tzinfo=UTC)


class Jumps:
    """Every reading is an hour after the one before."""

    def __init__(self) -> None:
        self.steps = count()

    def now(self) -> Any:
        return datetime.now(UTC) + timedelta(hours=next(self.steps))


RIGHT: list[Any] = [SystemClock]
WRONG: list[Any] = [Naive, Seconds, NoOffset, LocalCalledUtc, Stopped, EndOfTime, Jumps]

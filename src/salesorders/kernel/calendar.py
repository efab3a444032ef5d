"""Dates, moments, working days and cut-off times.

Dates run from 1900-01-01 to 2999-12-31. A :class:`WorkCalendar` is a table over whole years: it is
built once from weekdays, holidays and rules, and a question beyond it is an error, never "open".
Time zones are read from the system's or tzdata's copy of the IANA data, once per process and zone.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from operator import sub
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import attrs

from salesorders.kernel.errors import InvalidValue, invalid, shown
from salesorders.kernel.limits import LIMITS, whole_of

__all__ = ["ALWAYS", "CONVENTIONS", "Convention", "CutOff", "WorkCalendar", "add_months", "date_of"]
__all__ += ["days_after", "end_of_month", "moment_of", "zone_of"]

FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)
SPAN_YEARS = ANCHOR_YEARS = 60
GAP_DAYS = 366
RULES_MAX, RULE_CHARACTERS = 30, 200

Convention = Literal["none", "following", "modified_following", "preceding", "modified_preceding"]
CONVENTIONS: tuple[str, ...] = get_args(Convention)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z", re.ASCII)
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\Z", re.ASCII)
# Both name whatever the machine is set to, so an answer would depend on where it was asked.
_NO_ZONES = frozenset({"localtime", "posixrules", "Factory"})
_RULE = re.compile(
    r"(?:RRULE:)?FREQ=(?:YEARLY|MONTHLY|WEEKLY|DAILY)(?:;(?:INTERVAL=[1-9][0-9]{0,2}|(?:WKST|BYDAY"
    r"|BYMONTH|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYSETPOS)=[A-Z0-9,+-]+))*\Z"
)
_NAMING = frozenset({"BYDAY", "BYMONTHDAY", "BYYEARDAY"})


def date_of(value: object, path: str = "date") -> date:
    """Return ``value`` as a date from 1900-01-01 to 2999-12-31.

    Takes a ``date`` that is no ``datetime`` (a moment has no date without a zone) and text
    ``YYYY-MM-DD``. Raises ``date.type``, ``date.text`` or ``date.range``.

    >>> date_of("2026-07-01")
    datetime.date(2026, 7, 1)
    """
    if isinstance(value, str):
        try:
            day = date.fromisoformat(value if _DAY.match(value) else "")
        except ValueError:
            invalid("date.text", path, f"{shown(value)} is not a date such as 2026-07-01")
    elif isinstance(value, date) and not isinstance(value, datetime):
        day = value if type(value) is date else date(value.year, value.month, value.day)
    else:
        invalid("date.type", path, f"a date is wanted, not {type(value).__name__}")
    if not FIRST <= day <= LAST:
        invalid("date.range", path, f"a date from {FIRST} to {LAST} is wanted")
    return day


def moment_of(value: object, path: str = "at") -> datetime:
    """Return an aware ``datetime`` from 1900 to 2999 in UTC.

    Raises ``moment.type``, ``moment.naive`` for a datetime without an offset, ``moment.range``.

    >>> moment_of(datetime(2026, 7, 1, 15, 30, tzinfo=ZoneInfo("Europe/Berlin"))).isoformat()
    '2026-07-01T13:30:00+00:00'
    """
    if not isinstance(value, datetime):
        invalid("moment.type", path, f"an aware datetime is wanted, not {type(value).__name__}")
    if value.utcoffset() is None:
        invalid("moment.naive", path, "a moment needs an offset to UTC; attach the zone it is in")
    # One day of margin: the offset may move it over the border.
    if not FIRST <= value.date() <= LAST - timedelta(days=1):
        invalid("moment.range", path, f"a moment from {FIRST} to {LAST} is wanted")
    utc = value.astimezone(UTC)
    return utc if type(utc) is datetime else datetime.combine(utc.date(), utc.time(), UTC)


def days_after(day: date, n: int, path: str = "date") -> date:
    """Return the date ``n`` calendar days after ``day`` (before, if negative), or ``date.range``.

    >>> days_after(date(2026, 1, 31), 30)
    datetime.date(2026, 3, 2)
    """
    ordinal = date_of(day, path).toordinal() + _count(n)
    return date_of(date.fromordinal(max(1, min(ordinal, date.max.toordinal()))), path)


def _count(n: object) -> int:
    if isinstance(n, bool) or not isinstance(n, int):
        invalid("number.type", "n", f"a whole number is wanted, not {type(n).__name__}")
    return max(-(10**9), min(n, 10**9))  # beyond every span, and small enough to go on with


def add_months(day: date, n: int, path: str = "date") -> date:
    """Return the same day ``n`` months later (earlier, if negative), clamped to the month's last.

    Raises ``date.range``.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    day = date_of(day, path)
    year, month = divmod(day.year * 12 + day.month - 1 + _count(n), 12)
    first = date(max(1, min(year, date.max.year)), month + 1, 1)
    return date_of(first.replace(day=min(day.day, monthrange(first.year, month + 1)[1])), path)


def end_of_month(day: date) -> date:
    """Return the last day of the month that ``day`` is in.

    >>> end_of_month(date(2028, 2, 10))
    datetime.date(2028, 2, 29)
    """
    day = date_of(day)
    return day.replace(day=monthrange(day.year, day.month)[1])


def zone_of(name: object, path: str = "zone") -> ZoneInfo:
    """Return the IANA time zone called ``name``, such as ``Europe/Berlin``; ``zone.unknown`` else.

    >>> zone_of("America/New_York").key
    'America/New_York'
    """
    text = name if isinstance(name, str) and len(name) <= LIMITS.ident else ""
    try:
        if _ZONE.match(text) and text not in _NO_ZONES:
            return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        pass  # no such file, a folder, or a file that holds no zone
    raise InvalidValue("zone.unknown", path, f"{shown(name)} is no time zone of the IANA data")


def _open_days(value: Sequence[int]) -> Sequence[int]:
    return value if isinstance(value, range) else tuple(value)


@attrs.frozen
class WorkCalendar:
    """Which days are working days, from ``first`` to ``last``; build one with :meth:`of_years`.

    ``opened`` are the ordinals of the open days, ascending. A question beyond the span raises
    ``calendar.uncovered``; where no day is open within 366 days it raises ``calendar.exhausted``.

    >>> us = WorkCalendar.of_years("US", 2026, 2026, holidays=["2026-07-03", "2026-12-25"])
    >>> us.add_days(date(2026, 7, 2), 1)
    datetime.date(2026, 7, 6)
    """

    name: str
    first: date = attrs.field(converter=date_of)
    last: date = attrs.field(converter=date_of)
    opened: Sequence[int] = attrs.field(converter=_open_days, repr=False)

    def __attrs_post_init__(self) -> None:
        days, low, high = self.opened, self.first.toordinal(), self.last.toordinal()
        steps = (days.step,) if isinstance(days, range) else map(sub, days[1:], days)
        rising = all(step > 0 for step in steps)
        if low > high or not rising or (days and not low <= days[0] <= days[-1] <= high):
            invalid("calendar.span", "opened", "ascending days between first and last are wanted")

    @classmethod
    def of_years(
        cls,
        name: str,
        first_year: int,
        last_year: int,
        *,
        weekdays: Iterable[int] = (0, 1, 2, 3, 4),
        holidays: Iterable[date | str] = (),
        open_on: Iterable[date | str] = (),
        open_rules: Iterable[str] = (),
        holiday_rules: Iterable[str] = (),
        anchor: date | str | None = None,
    ) -> WorkCalendar:
        """Return the calendar of whole years (at most 60).

        A day is open if its weekday (0 is Monday) is in ``weekdays`` or one of ``open_rules``
        gives it, unless it is a holiday; ``open_on`` opens it all the same. Where there are
        holidays, every year needs one: a table that misses a year is an error.

        Rules are iCalendar's, ``FREQ`` (first) from ``YEARLY`` to ``DAILY``, such as
        ``FREQ=MONTHLY;BYDAY=-1FR``. They name their days, hold no times, ``COUNT`` or ``UNTIL``
        and give at least one day. With ``INTERVAL`` they count from ``anchor``, at most 60 years
        before the first day. At most 30 rules and 10,000 dates of each kind.

        Raises ``number.range``, ``calendar.span``, ``.weekday``, ``.rule``, ``.too_many``,
        ``.uncovered`` (date beyond the years, year without holidays) and as :func:`date_of`.
        """
        begin = whole_of(first_year, "first_year", least=FIRST.year, most=LAST.year)
        years = range(begin, whole_of(last_year, "last_year", least=begin, most=LAST.year) + 1)
        if len(years) > SPAN_YEARS:
            invalid("calendar.span", "last_year", f"at most {SPAN_YEARS} years are taken")
        week = frozenset(weekdays)
        if not all(type(day) is int and 0 <= day <= 6 for day in week):
            invalid("calendar.weekday", "weekdays", "0 for Monday to 6 for Sunday are wanted")
        start = None if anchor is None else date_of(anchor, "anchor")
        closed = _dates(holidays, "holidays", years)
        closed |= _ruled(holiday_rules, "holiday_rules", years, start)
        missing = set(years) - {date.fromordinal(day).year for day in closed}
        if closed and missing:
            invalid("calendar.uncovered", "holidays", f"no holidays are given for {min(missing)}")
        low, high = date(years[0], 1, 1), date(years[-1], 12, 31)
        days = range(low.toordinal(), high.toordinal() + 1)
        opened = {day for day in days if (day - 1) % 7 in week}  # ordinal 1 is a Monday
        opened |= _ruled(open_rules, "open_rules", years, start)
        opened = (opened - closed) | _dates(open_on, "open_on", years)
        return cls(name, low, high, sorted(opened))

    def is_open(self, day: date) -> bool:
        """Tell whether ``day`` is a working day; raises ``calendar.uncovered``."""
        number = self._covered(day)
        return bisect_right(self.opened, number) > bisect_left(self.opened, number)

    def next_open(self, day: date) -> date:
        """Return ``day`` if it is open, else the first open day after it."""
        number = self._covered(day)
        at = bisect_left(self.opened, number)
        return self._reached(number, at, at, forward=True)

    def last_open(self, day: date) -> date:
        """Return ``day`` if it is open, else the last open day before it."""
        number = self._covered(day)
        at = bisect_right(self.opened, number) - 1
        return self._reached(number, at, at, forward=False)

    def add_days(self, day: date, n: int) -> date:
        """Return the ``n``-th open day after ``day``, or before it if ``n`` is negative.

        ``day`` is not counted and need not be open. 0 is :meth:`next_open`.
        """
        count = _count(n)
        if not count:
            return self.next_open(day)
        number = self._covered(day)
        if count > 0:
            start = bisect_right(self.opened, number)
            return self._reached(number, start, start + count - 1, forward=True)
        start = bisect_left(self.opened, number) - 1
        return self._reached(number, start, start + count + 1, forward=False)

    def count_between(self, start: date, end: date) -> int:
        """Return how many open days lie after ``start``, up to and with ``end``.

        Negative where ``end`` comes first. From one open day to another it is the number with
        which :meth:`add_days` leads there.
        """
        low, high = self._covered(start), self._covered(end)
        search = bisect_right if low <= high else bisect_left
        return search(self.opened, high) - search(self.opened, low)

    def adjust(self, day: date, convention: Convention = "following") -> date:
        """Return ``day`` moved to an open day by ``convention``.

        ``none`` leaves it alone. ``following`` and ``preceding`` take the next or last open day;
        the modified ones go the other way where that would leave the month. Raises
        ``calendar.convention`` for another name.

        >>> five_days = WorkCalendar.of_years("five days", 2026, 2026)
        >>> five_days.adjust(date(2026, 1, 31), "modified_following")
        datetime.date(2026, 1, 30)
        """
        if convention == "none":
            return day
        if convention not in CONVENTIONS:
            invalid("calendar.convention", "convention", f"{shown(convention)} is none")
        day = date.fromordinal(self._covered(day))
        forward = convention.endswith("following")
        if convention.startswith("modified"):
            begin, end = (day, end_of_month(day)) if forward else (day.replace(day=1), day)
            low = bisect_left(self.opened, begin.toordinal())
            if low == bisect_right(self.opened, end.toordinal()):
                forward = not forward  # the rest of the month is closed
        return self.next_open(day) if forward else self.last_open(day)

    def _covered(self, day: date) -> int:
        asked = date_of(day)
        if not self.first <= asked <= self.last:
            invalid("calendar.uncovered", "date", f"{self.name} is not known on {asked}")
        return asked.toordinal()

    def _reached(self, number: int, start: int, at: int, *, forward: bool) -> date:
        """Return the open day at index ``at``, walking from day ``number`` over index ``start``."""
        step, edge = (1, self.last) if forward else (-1, self.first)
        for index in range(start, at + step, step):
            known = 0 <= index < len(self.opened)
            if not known and abs(edge.toordinal() - number) < GAP_DAYS:
                invalid("calendar.uncovered", "date", f"{self.name} is not known beyond {edge}")
            if not known or abs(self.opened[index] - number) > GAP_DAYS:
                invalid("calendar.exhausted", "date", f"closed for more than {GAP_DAYS} days")
            number = self.opened[index]
        return date.fromordinal(number)


#: Every day is open, from 1900-01-01 to 2999-12-31.
ALWAYS = WorkCalendar("always", FIRST, LAST, range(FIRST.toordinal(), LAST.toordinal() + 1))


def _dates(values: Iterable[date | str], path: str, years: range) -> set[int]:
    found = set()
    for n, value in enumerate(values):
        if n >= LIMITS.lines:
            invalid("calendar.too_many", path, f"at most {LIMITS.lines} dates are taken")
        day = date_of(value, f"{path}[{n}]")
        if day.year not in years:
            invalid("calendar.uncovered", f"{path}[{n}]", f"{day} is not within the years given")
        found.add(day.toordinal())
    return found


def _ruled(rules: Iterable[object], path: str, years: range, anchor: date | None) -> set[int]:
    found: set[int] = set()
    first = date(years[0], 1, 1)
    for n, rule in enumerate(rules):
        where = f"{path}[{n}]"
        if n >= RULES_MAX:
            invalid("calendar.too_many", path, f"at most {RULES_MAX} rules are taken")
        if not isinstance(rule, str) or len(rule) > RULE_CHARACTERS or not _RULE.match(rule):
            invalid("calendar.rule", where, f"{shown(rule)} is not like FREQ=WEEKLY;BYDAY=SA")
        names = re.findall("([A-Z]+)=", rule)
        if len(names) > len(set(names)) or not (_NAMING & set(names) or "FREQ=DAILY" in rule):
            invalid("calendar.rule", where, "a part is there twice, or none names the days")
        begin = anchor if "INTERVAL" in names else first
        if begin is None or not first.year - ANCHOR_YEARS <= begin.year or begin > first:
            invalid("calendar.rule", "anchor", f"INTERVAL needs one, not long before {first}")
        try:
            days = _rule_days(rule, begin, years)
        except (ValueError, LookupError, OverflowError, TypeError):
            days = set()
        if not days:
            invalid("calendar.rule", where, f"{shown(rule)} gives no day of these years")
        found |= days
    return found


def _rule_days(rule: str, begin: date, years: range) -> set[int]:
    from dateutil.rrule import rrulestr

    # A rule that never comes true is searched for until the year 9999. The calendar repeats every
    # 400 years, weekdays included, so the search is done at the end of time and is short.
    cycles = (9990 - years[-1]) // 400
    start, low, high = (
        datetime(day.year + cycles * 400, day.month, day.day, tzinfo=UTC)
        for day in (begin, date(years[0], 1, 1), date(years[-1], 12, 31))
    )
    days = rrulestr(rule, dtstart=start).between(low, high, inc=True)
    return {day.toordinal() - cycles * 146_097 for day in days}


def _clock(value: object) -> time:
    if isinstance(value, str) and _CLOCK.match(value):
        return time.fromisoformat(value)
    if not isinstance(value, time) or value.tzinfo or value.microsecond:
        invalid("cutoff.time", "cutoff.at", f"{shown(value)} is no local time such as 14:00")
    return value.replace(fold=0)


def _zone_name(value: object) -> str:
    return zone_of(value, "cutoff.zone").key


@attrs.frozen
class CutOff:
    """The local time ``at`` which a place's day is over for new orders, in the time zone ``zone``.

    ``at`` is a ``time`` or text ``HH:MM``. Where the clocks jump over it, it is as much later
    (02:30 is 03:30); where it comes twice, the first counts. ``cutoff.time``, ``zone.unknown``.

    >>> CutOff("02:30", "America/New_York").deadline(date(2024, 3, 10)).isoformat()
    '2024-03-10T07:30:00+00:00'
    """

    at: time = attrs.field(converter=_clock)
    zone: str = attrs.field(converter=_zone_name)

    def deadline(self, day: date) -> datetime:
        """Return the moment of the cut-off on the local date ``day``, in UTC."""
        # fold=0 means the offset before the change, in a gap as well as in an overlap.
        return datetime.combine(date_of(day), self.at, ZoneInfo(self.zone)).astimezone(UTC)

    def starts_on(self, entered_at: datetime, calendar: WorkCalendar = ALWAYS) -> date:
        """Return the open day on which work on an order starts at the earliest.

        That is the local date of entry, or the day after it if entered after the cut-off (the
        very moment is in time), moved to an open day of ``calendar``.
        """
        moment = moment_of(entered_at, "entered_at")
        day = moment.astimezone(ZoneInfo(self.zone)).date()
        if moment > self.deadline(day):
            day = days_after(day, 1)
        return calendar.next_open(day)

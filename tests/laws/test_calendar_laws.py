"""Laws of working days, months and cut-offs."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.kernel.calendar import (
    CONVENTIONS,
    CutOff,
    WorkCalendar,
    add_months,
    date_of,
    days_after,
    end_of_month,
    moment_of,
)
from salesorders.kernel.errors import InvalidValue

law = settings(deadline=None)


def answered(function, *args, **kwargs):
    """Return what the function answers, or the error with which it refuses."""
    try:
        return function(*args, **kwargs), None
    except InvalidValue as error:
        return None, error


FIRST, LAST = date(2024, 1, 1), date(2029, 12, 31)
inner = st.dates(date(2025, 6, 1), date(2028, 6, 1))
every_date = st.dates(date(1900, 1, 1), date(2999, 12, 31))
moves = st.sampled_from([name for name in CONVENTIONS if name != "none"])
zones = st.sampled_from(
    [
        "Africa/Casablanca",
        "America/New_York",
        "America/Sao_Paulo",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Europe/Berlin",
        "Pacific/Apia",
        "UTC",
    ]
)


@st.composite
def calendars(draw):
    weekdays = draw(st.sets(st.integers(0, 6), min_size=1))
    holidays = draw(st.sets(st.dates(FIRST, LAST), max_size=40))
    if holidays:
        holidays |= {date(year, 12, 25) for year in range(FIRST.year, LAST.year + 1)}
    opened = draw(st.sets(st.dates(FIRST, LAST), max_size=10))
    return WorkCalendar.of_years(
        "drawn", FIRST.year, LAST.year, weekdays=weekdays, holidays=holidays, open_on=opened
    )


@law
@given(calendars(), inner, moves)
def test_adjusting_lands_on_an_open_day_and_stays_there(calendar, day, convention):
    moved = calendar.adjust(day, convention)
    assert calendar.is_open(moved)
    assert calendar.adjust(moved, convention) == moved
    assert not calendar.is_open(day) or moved == day


@law
@given(calendars(), inner)
def test_following_and_preceding_find_the_nearest_open_days(calendar, day):
    after, before = calendar.adjust(day, "following"), calendar.adjust(day, "preceding")
    assert before <= day <= after
    between = (before + timedelta(days=n) for n in range(1, (after - before).days))
    assert not any(calendar.is_open(other) for other in between)


@law
@given(calendars(), inner, st.sampled_from(["modified_following", "modified_preceding"]))
def test_the_modified_conventions_stay_in_the_month_if_it_has_an_open_day(
    calendar, day, convention
):
    month = (day.replace(day=n) for n in range(1, end_of_month(day).day + 1))
    if any(calendar.is_open(other) for other in month):
        moved = calendar.adjust(day, convention)
        assert (moved.year, moved.month) == (day.year, day.month)


@law
@given(calendars(), inner, st.integers(-60, 60))
def test_adding_days_is_undone_by_taking_them_away(calendar, day, n):
    start = calendar.next_open(day)
    there = calendar.add_days(start, n)
    assert calendar.is_open(there)
    assert calendar.add_days(there, -n) == start
    assert calendar.count_between(start, there) == n


@law
@given(calendars(), inner, st.integers(-30, 30), st.integers(-30, 30))
def test_days_may_be_added_in_pieces(calendar, day, n, m):
    start = calendar.next_open(day)
    assert calendar.add_days(calendar.add_days(start, n), m) == calendar.add_days(start, n + m)


@law
@given(calendars(), inner, st.integers(1, 40))
def test_adding_days_is_stepping_through_the_open_ones(calendar, day, n):
    here = day
    for _ in range(n):
        here += timedelta(days=1)
        while not calendar.is_open(here):
            here += timedelta(days=1)
    assert calendar.add_days(day, n) == here


@law
@given(calendars(), inner, inner, inner)
def test_counts_between_dates_add_up(calendar, a, b, c):
    days = sorted((a, b, c))
    first, middle, last = days
    whole = calendar.count_between(first, last)
    assert whole == calendar.count_between(first, middle) + calendar.count_between(middle, last)
    assert 0 <= whole <= (last - first).days


@law
@given(calendars(), st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_outside_its_span_a_calendar_never_answers(calendar, day):
    if FIRST <= day <= LAST:
        assert calendar.is_open(day) in (True, False)
    else:
        with pytest.raises(InvalidValue) as caught:
            calendar.is_open(day)
        assert (caught.value.code, caught.value.path) == ("calendar.uncovered", "date")


@law
@given(
    st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY"]),
    st.lists(
        st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    st.sets(st.integers(1, 12), max_size=3),
    st.integers(1, 5),
    st.dates(date(2015, 1, 1), date(2024, 1, 1)),
)
def test_rules_give_the_days_that_dateutil_gives(freq, weekdays, months, interval, anchor):
    rule = f"FREQ={freq};INTERVAL={interval};BYDAY={','.join(weekdays)}"
    if months:
        rule += f";BYMONTH={','.join(map(str, sorted(months)))}"
    start = datetime.combine(anchor, time(), UTC)
    low, high = (datetime.combine(day, time(), UTC) for day in (FIRST, LAST))
    expected = [day.date() for day in rrulestr(rule, dtstart=start).between(low, high, inc=True)]
    arguments = {"weekdays": (), "open_rules": [rule], "anchor": anchor}
    if not expected:
        with pytest.raises(InvalidValue):
            WorkCalendar.of_years("ruled", FIRST.year, LAST.year, **arguments)
        return
    calendar = WorkCalendar.of_years("ruled", FIRST.year, LAST.year, **arguments)
    assert [date.fromordinal(n) for n in calendar.opened] == expected


# ---------------------------------------------------------------- dates


@law
@given(every_date, st.integers(-20_000, 20_000))
def test_months_are_added_as_dateutil_adds_them_or_refused(day, n):
    moved, error = answered(add_months, day, n)
    if error:
        assert error.code == "date.range"
        assert not 1900 <= (day.year * 12 + day.month - 1 + n) // 12 <= 2999
    else:
        assert moved == day + relativedelta(months=n)
        assert moved.day == min(day.day, end_of_month(moved).day)


@law
@given(every_date, st.integers(-(10**6), 10**6))
def test_days_are_added_and_taken_away_or_refused(day, n):
    moved, error = answered(days_after, day, n)
    if error:
        assert error.code == "date.range"
    else:
        assert (moved - day).days == n
        assert days_after(moved, -n) == day


@law
@given(every_date)
def test_a_date_prints_and_reads_back(day):
    assert date_of(day.isoformat()) == date_of(day) == day
    assert (end_of_month(day) + timedelta(days=1)).day == 1 or day >= date(2999, 12, 1)


@law
@given(st.text(max_size=12))
def test_other_text_is_no_date(text):
    day, error = answered(date_of, text)
    if error:
        assert error.code in {"date.text", "date.range"}
    else:
        assert day.isoformat() == text


# ---------------------------------------------------------------- cut-offs


@law
@given(zones, st.dates(date(1990, 1, 1), date(2037, 12, 31)), st.times())
def test_a_deadline_is_the_local_time_or_as_much_later_as_the_clocks_jump(zone, day, at):
    at = at.replace(microsecond=0, fold=0)
    local = datetime.combine(day, at, ZoneInfo(zone))
    expected = tz.resolve_imaginary(local).astimezone(UTC)
    assert CutOff(at, zone).deadline(day) == expected


@law
@given(
    zones,
    st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31)),  # noqa: DTZ001 - made aware below
    st.times(),
)
def test_an_order_starts_on_its_local_day_or_the_next(zone, entered, at):
    cutoff = CutOff(at.replace(microsecond=0), zone)
    moment = entered.replace(tzinfo=UTC)
    local = moment.astimezone(ZoneInfo(zone)).date()
    late = moment > cutoff.deadline(local)
    assert cutoff.starts_on(moment) == local + timedelta(days=late)


@law
@given(
    zones,
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - made aware below
    st.integers(0, 1),
)
def test_a_moment_is_the_same_instant_in_utc(zone, local, fold):
    aware = local.replace(tzinfo=ZoneInfo(zone), fold=fold)
    moment = moment_of(aware)
    assert moment.tzinfo is UTC
    assert moment.timestamp() == aware.timestamp()

"""Dates, moments, zones and cut-off times."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from datetime import time as clock
from zoneinfo import ZoneInfo

import attrs
import pytest

from salesorders.kernel.calendar import (
    ALWAYS,
    CutOff,
    WorkCalendar,
    add_months,
    date_of,
    days_after,
    end_of_month,
    moment_of,
    zone_of,
)
from salesorders.kernel.errors import InvalidValue

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")


def refused(function, *args, **kwargs):
    with pytest.raises(InvalidValue) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


def five_days(first=2026, last=2026, **rules):
    return WorkCalendar.of_years("five days", first, last, **rules)


@pytest.fixture
def us():
    return five_days(holidays=["2026-01-01", "2026-07-03", "2026-12-25"])


# ---------------------------------------------------------------- dates


def test_a_date_is_read_from_iso_text_and_from_a_date():
    assert date_of("2026-07-01") == date_of(date(2026, 7, 1)) == date(2026, 7, 1)


@pytest.mark.parametrize("day", ["1900-01-01", "2999-12-31", "2028-02-29"])
def test_dates_at_the_edges_are_taken(day):
    assert date_of(day).isoformat() == day


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (datetime(2026, 7, 1, tzinfo=UTC), "date.type"),
        (None, "date.type"),
        (20260701, "date.type"),
        (20260701.0, "date.type"),
        ("20260701", "date.text"),
        ("2026-W27-3", "date.text"),
        ("2026-7-1", "date.text"),
        ("2026-02-29", "date.text"),
        ("2026-13-01", "date.text"),
        ("0000-01-01", "date.text"),
        (" 2026-07-01", "date.text"),
        ("2026-07-01\n", "date.text"),
        ("2026-07-01T00:00", "date.text"),
        ("01.07.2026", "date.text"),
        ("٢٠٢٦-07-01", "date.text"),
        ("", "date.text"),
        pytest.param("2" * 1_000_000, "date.text", id="long"),
        ("1899-12-31", "date.range"),
        ("3000-01-01", "date.range"),
        (date.max, "date.range"),
        (date.min, "date.range"),
    ],
)
def test_what_is_no_date_is_refused(value, code):
    assert refused(date_of, value, "due_on") == (code, "due_on")


def test_a_subclass_of_date_comes_out_as_a_plain_date():
    class Day(date):
        pass

    assert type(date_of(Day(2026, 7, 1))) is date


@pytest.mark.parametrize(
    ("day", "n", "later"),
    [
        ("2026-01-31", 30, "2026-03-02"),  # net 30
        ("2026-03-02", -30, "2026-01-31"),
        ("2028-02-28", 1, "2028-02-29"),
    ],
)
def test_calendar_days_are_counted(day, n, later):
    assert days_after(date_of(day), n) == date_of(later)


@pytest.mark.parametrize("n", [10**6, -(10**6), 10**9, 10**5_000, -(10**5_000)], ids=lambda n: "n")
def test_days_beyond_the_range_are_refused_without_overflow(n):
    assert refused(days_after, date(2026, 1, 1), n, "due_on") == ("date.range", "due_on")
    assert refused(add_months, date(2026, 1, 1), n, "due_on") == ("date.range", "due_on")


@pytest.mark.parametrize("n", [1.0, "1", None, True])
def test_a_number_of_days_is_whole(n):
    assert refused(days_after, date(2026, 1, 1), n) == ("number.type", "n")
    assert refused(add_months, date(2026, 1, 1), n) == ("number.type", "n")
    assert refused(ALWAYS.add_days, date(2026, 1, 1), n) == ("number.type", "n")


@pytest.mark.parametrize(
    ("day", "n", "later"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_months_are_added_and_clamped(day, n, later):
    assert add_months(date_of(day), n) == date_of(later)


def test_the_end_of_a_month_knows_leap_years():
    assert end_of_month(date(2026, 2, 1)) == date(2026, 2, 28)
    assert end_of_month(date(2028, 2, 29)) == date(2028, 2, 29)


def test_45_days_end_of_month_has_two_readings():
    invoiced = date(2026, 1, 15)
    assert end_of_month(days_after(invoiced, 45)) == date(2026, 3, 31)
    assert days_after(end_of_month(invoiced), 45) == date(2026, 3, 17)


# ---------------------------------------------------------------- moments


def test_a_moment_comes_out_in_utc():
    moment = moment_of(datetime(2026, 7, 1, 15, 30, tzinfo=BERLIN))
    assert moment == datetime(2026, 7, 1, 13, 30, tzinfo=UTC)
    assert moment.tzinfo is UTC


def test_the_second_of_two_equal_local_times_is_an_hour_later():
    local = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    assert moment_of(local.replace(fold=1)) - moment_of(local) == timedelta(hours=1)


class Nowhere(tzinfo):
    def utcoffset(self, _):
        return None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (datetime(2026, 7, 1, 15, 30), "moment.naive"),  # noqa: DTZ001 - that it has none is the point
        (datetime(2026, 7, 1, 15, 30, tzinfo=Nowhere()), "moment.naive"),
        (date(2026, 7, 1), "moment.type"),
        ("2026-07-01T15:30:00Z", "moment.type"),
        (1_782_912_600, "moment.type"),
        (None, "moment.type"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "moment.range"),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))), "moment.range"),
        (datetime(1899, 12, 31, tzinfo=UTC), "moment.range"),
    ],
)
def test_what_is_no_moment_is_refused(value, code):
    assert refused(moment_of, value, "issued_at") == (code, "issued_at")


# ---------------------------------------------------------------- zones and cut-offs


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"])
def test_zones_of_the_iana_data_are_known(name):
    assert zone_of(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Atlantis",
        "America",  # a folder
        "",
        "/etc/passwd",
        "../../etc/passwd",
        "Europe/../Europe/Berlin",
        "zone.tab",
        "localtime",
        "Europe/Berlin\x00",
        "Europe/Berlin\n",
        "Éurope/Berlin",
        pytest.param("A" * 100_000, id="long"),
        None,
        2,
        UTC,
    ],
)
def test_what_is_no_zone_is_refused(name):
    assert refused(zone_of, name, "site.zone") == ("zone.unknown", "site.zone")


@pytest.mark.parametrize(
    ("at", "zone", "code", "path"),
    [
        ("25:00", "UTC", "cutoff.time", "cutoff.at"),
        ("14", "UTC", "cutoff.time", "cutoff.at"),
        ("14:00:00", "UTC", "cutoff.time", "cutoff.at"),
        ("2pm", "UTC", "cutoff.time", "cutoff.at"),
        (1400, "UTC", "cutoff.time", "cutoff.at"),
        (clock(14, tzinfo=UTC), "UTC", "cutoff.time", "cutoff.at"),
        ("14:00", "Europe/Atlantis", "zone.unknown", "cutoff.zone"),
    ],
)
def test_a_malformed_cut_off_is_refused(at, zone, code, path):
    assert refused(CutOff, at, zone) == (code, path)


def test_a_cut_off_is_a_value():
    assert CutOff("14:00", "UTC") == CutOff(clock(14), "UTC")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        CutOff("14:00", "UTC").zone = "Europe/Berlin"


@pytest.mark.parametrize(
    ("entered", "starts"),
    [
        ("13:59:59", "2026-07-01"),
        ("14:00:00", "2026-07-01"),  # the very moment is in time
        ("14:00:01", "2026-07-02"),
        ("15:30:00", "2026-07-02"),
        ("23:59:59", "2026-07-02"),
    ],
)
def test_after_the_cut_off_an_order_counts_as_the_next_working_day(us, entered, starts):
    at = datetime.fromisoformat(f"2026-07-01T{entered}").replace(tzinfo=NEW_YORK)
    assert CutOff("14:00", "America/New_York").starts_on(at, us) == date_of(starts)


def test_the_cut_off_is_the_local_time_of_the_place_not_of_the_customer():
    # 20:30 in Berlin is 14:30 in New York.
    at = datetime(2026, 7, 1, 20, 30, tzinfo=BERLIN)
    assert CutOff("15:00", "America/New_York").starts_on(at) == date(2026, 7, 1)
    assert CutOff("14:00", "America/New_York").starts_on(at) == date(2026, 7, 2)


def test_the_local_date_of_the_place_counts():
    # In Auckland it is already the second.
    at = datetime(2026, 7, 1, 20, 0, tzinfo=UTC)
    assert CutOff("14:00", "Pacific/Auckland").starts_on(at) == date(2026, 7, 2)


def test_an_order_entered_on_a_closed_day_counts_as_the_next_open_day(us):
    cutoff = CutOff("14:00", "America/New_York")
    for hour in (9, 20):
        at = datetime(2026, 7, 3, hour, tzinfo=NEW_YORK)  # Independence Day observed
        assert cutoff.starts_on(at, us) == date(2026, 7, 6)


def test_a_cut_off_that_does_not_exist_is_as_much_later():
    deadline = CutOff("02:30", "America/New_York").deadline(date(2024, 3, 10))
    assert deadline.astimezone(NEW_YORK).isoformat() == "2024-03-10T03:30:00-04:00"


def test_a_cut_off_that_comes_twice_is_the_first():
    deadline = CutOff("01:30", "America/New_York").deadline(date(2024, 11, 3))
    assert deadline.isoformat() == "2024-11-03T05:30:00+00:00"


def test_a_naive_entry_is_refused():
    naive = datetime(2026, 7, 1, 15, 30)  # noqa: DTZ001 - that it has none is the point
    assert refused(CutOff("14:00", "UTC").starts_on, naive) == ("moment.naive", "entered_at")

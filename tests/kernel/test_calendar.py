"""Working days: which they are, and counting by them."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import attrs
import pytest

from salesorders.kernel.calendar import (
    ALWAYS,
    CutOff,
    WorkCalendar,
    date_of,
    days_after,
)
from salesorders.kernel.errors import InvalidValue

NEW_YORK = ZoneInfo("America/New_York")


def refused(function, *args, **kwargs):
    with pytest.raises(InvalidValue) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


def five_days(first=2026, last=2026, **rules):
    return WorkCalendar.of_years("five days", first, last, **rules)


@pytest.fixture
def us():
    return five_days(holidays=["2026-01-01", "2026-07-03", "2026-12-25"])


# ---------------------------------------------------------------- working days


def test_forward_from_an_entry_after_the_cut_off(us):
    entered = datetime(2026, 7, 1, 15, 30, tzinfo=NEW_YORK)
    start = CutOff("14:00", "America/New_York").starts_on(entered, us)
    issue = us.add_days(start, 1)  # one day to pick
    delivery = us.add_days(issue, 2)  # two working days on the road
    assert (start, issue, delivery) == (date(2026, 7, 2), date(2026, 7, 6), date(2026, 7, 8))


def test_backward_from_a_requested_delivery(us):
    issue = us.add_days(date(2026, 7, 10), -2)
    assert us.add_days(issue, -1) == date(2026, 7, 7)


@pytest.mark.parametrize(
    ("convention", "day"),
    [
        ("none", "2026-01-31"),
        ("following", "2026-02-02"),
        ("modified_following", "2026-01-30"),
        ("preceding", "2026-01-30"),
        ("modified_preceding", "2026-01-30"),
    ],
)
def test_a_saturday_at_the_end_of_a_month_is_adjusted(convention, day):
    assert five_days().adjust(date(2026, 1, 31), convention) == date_of(day)


@pytest.mark.parametrize(
    ("convention", "day"),
    [("preceding", "2026-01-30"), ("modified_preceding", "2026-02-02")],
)
def test_a_sunday_at_the_start_of_a_month_is_adjusted(convention, day):
    assert five_days().adjust(date(2026, 2, 1), convention) == date_of(day)


@pytest.mark.parametrize(
    "convention", ["none", "following", "modified_following", "preceding", "modified_preceding"]
)
def test_an_open_day_is_left_alone_by_every_convention(convention):
    assert five_days().adjust(date(2026, 1, 30), convention) == date(2026, 1, 30)


def test_modified_following_at_the_end_of_the_span_needs_no_next_year():
    closed_new_year = five_days(holidays=["2026-12-31"])
    assert closed_new_year.adjust(date(2026, 12, 31), "modified_following") == date(2026, 12, 30)
    assert refused(closed_new_year.adjust, date(2026, 12, 31))[0] == "calendar.uncovered"


@pytest.mark.parametrize("convention", ["FOLLOWING", "", "nearest", None])
def test_an_unknown_convention_is_refused(convention):
    code, path = refused(five_days().adjust, date(2026, 1, 30), convention)
    assert (code, path) == ("calendar.convention", "convention")


def test_holidays_close_and_exceptions_open():
    calendar = five_days(holidays=["2026-05-01"], open_on=["2026-05-01", "2026-05-02"])
    assert calendar.is_open(date(2026, 5, 1))
    assert calendar.is_open(date(2026, 5, 2))
    assert not calendar.is_open(date(2026, 5, 3))


def test_weekdays_are_the_hosts():
    gulf = five_days(weekdays=[6, 0, 1, 2, 3])
    assert gulf.is_open(date(2026, 1, 4))  # a Sunday
    assert not gulf.is_open(date(2026, 1, 2))  # a Friday


def test_add_zero_days_is_the_next_open_day():
    assert five_days().add_days(date(2026, 1, 31), 0) == date(2026, 2, 2)


def test_days_are_counted_between_dates():
    calendar = five_days()
    friday, monday = date(2026, 1, 30), date(2026, 2, 2)
    assert calendar.count_between(friday, monday) == 1
    assert calendar.count_between(monday, friday) == -1
    assert calendar.count_between(monday, monday) == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.is_open(date(2027, 1, 1)),
        lambda c: c.is_open(date(2025, 12, 31)),
        lambda c: c.next_open(date(2027, 1, 1)),
        lambda c: c.last_open(date(2025, 12, 31)),
        lambda c: c.add_days(date(2026, 12, 31), 1),
        lambda c: c.add_days(date(2026, 1, 1), -1),
        lambda c: c.add_days(date(2026, 6, 1), 10**9),
        lambda c: c.add_days(date(2026, 6, 1), -(10**30)),
        lambda c: c.count_between(date(2026, 6, 1), date(2027, 1, 1)),
        lambda c: c.adjust(date(2027, 1, 1)),
    ],
)
def test_a_question_beyond_the_span_is_an_error_not_an_open_day(ask):
    assert refused(ask, five_days()) == ("calendar.uncovered", "date")


@pytest.mark.parametrize("day", [datetime(2026, 1, 1, tzinfo=UTC), None, 5])
def test_a_question_is_about_a_date(day):
    assert refused(five_days().is_open, day) == ("date.type", "date")


def test_a_place_that_never_opens_exhausts_the_search():
    closed = five_days(2020, 2030, weekdays=[])
    middle = date(2025, 6, 1)
    for ask in (
        lambda: closed.next_open(middle),
        lambda: closed.last_open(middle),
        lambda: closed.add_days(middle, 1),
        lambda: closed.add_days(middle, -1),
        lambda: closed.adjust(middle, "modified_following"),
    ):
        assert refused(ask) == ("calendar.exhausted", "date")


def test_near_the_end_of_the_table_it_is_not_known_whether_the_search_ends():
    closed = five_days(2020, 2030, weekdays=[])
    assert refused(closed.next_open, date(2030, 6, 1))[0] == "calendar.uncovered"
    assert refused(closed.last_open, date(2020, 6, 1))[0] == "calendar.uncovered"


@pytest.mark.parametrize(("gap", "found"), [(366, True), (367, False)])
def test_the_search_goes_366_days_and_no_further(gap, found):
    monday = date(2024, 1, 1)
    again = days_after(monday, gap)
    calendar = five_days(2023, 2027, weekdays=[], open_on=[monday, again])
    if found:
        assert calendar.add_days(monday, 1) == again
        assert calendar.add_days(again, -1) == monday
    else:
        assert refused(calendar.add_days, monday, 1)[0] == "calendar.exhausted"
        assert refused(calendar.add_days, again, -1)[0] == "calendar.exhausted"


def test_a_closed_year_on_the_way_is_not_stepped_over():
    opened = [date(2023, 6, 1), date(2023, 6, 2), date(2025, 6, 2), date(2025, 6, 3)]
    calendar = five_days(2023, 2025, weekdays=[], open_on=opened)
    assert refused(calendar.add_days, opened[0], 3)[0] == "calendar.exhausted"


def test_a_table_without_holidays_for_one_of_its_years_is_refused():
    code, path = refused(five_days, 2026, 2027, holidays=["2026-12-25"])
    assert (code, path) == ("calendar.uncovered", "holidays")


def test_a_calendar_without_any_holidays_may_span_years():
    assert five_days(2026, 2027).is_open(date(2027, 1, 1))


@pytest.mark.parametrize("field", ["holidays", "open_on"])
@pytest.mark.parametrize(
    ("day", "code"),
    [("2027-01-01", "calendar.uncovered"), ("2026-02-30", "date.text"), (None, "date.type")],
)
def test_a_date_that_does_not_fit_is_refused_with_its_place(field, day, code):
    code_and_path = refused(five_days, **{field: ["2026-01-01", day]})
    assert code_and_path == (code, f"{field}[1]")


def test_endless_dates_are_refused():
    def for_ever():
        while True:
            yield date(2026, 1, 1)

    assert refused(five_days, holidays=for_ever()) == ("calendar.too_many", "holidays")


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (2026, 2025, "number.range"),
        (1899, 1900, "number.range"),
        (2999, 3000, "number.range"),
        (2000, 2060, "calendar.span"),
        ("2026", 2026, "number.type"),
        (True, 2026, "number.type"),
    ],
)
def test_a_span_is_one_to_sixty_years(first, last, code):
    assert refused(five_days, first, last)[0] == code


@pytest.mark.parametrize("weekday", [7, -1, 1.0, True, "0", "MO", None])
def test_weekdays_are_numbers_from_monday_0_to_sunday_6(weekday):
    assert refused(five_days, weekdays=[weekday]) == ("calendar.weekday", "weekdays")


# ---------------------------------------------------------------- rules


def days_by_rule(rule, first=2026, last=2026, **more):
    calendar = five_days(first, last, weekdays=[], open_rules=[rule], **more)
    return [date.fromordinal(day).isoformat() for day in calendar.opened]


@pytest.mark.parametrize(
    ("rule", "count", "first"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", 261, "2026-01-01"),
        ("RRULE:FREQ=WEEKLY;BYDAY=SA", 52, "2026-01-03"),
        ("FREQ=MONTHLY;BYDAY=-1FR", 12, "2026-01-30"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", 12, "2026-01-31"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", 1, "2026-11-26"),  # Thanksgiving
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", 1, "2026-05-25"),  # Memorial Day
        ("FREQ=YEARLY;BYYEARDAY=-1", 1, "2026-12-31"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", 12, "2026-01-30"),
        ("FREQ=DAILY", 365, "2026-01-01"),
    ],
)
def test_rules_of_icalendar_give_days(rule, count, first):
    days = days_by_rule(rule)
    assert (len(days), days[0]) == (count, first)


def test_a_rule_may_be_a_holiday():
    calendar = five_days(2026, 2030, holiday_rules=["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25"])
    assert not calendar.is_open(date(2030, 12, 25))


def test_the_phase_of_an_interval_comes_from_its_anchor_not_from_the_span():
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"
    anchor = date(2024, 1, 6)
    days = days_by_rule(rule, 2026, 2026, anchor=anchor)
    assert set(days) <= set(days_by_rule(rule, 2025, 2027, anchor=anchor))
    assert all((date_of(day) - anchor).days % 14 == 0 for day in days)
    assert len(days) == 26


@pytest.mark.parametrize("anchor", [None, "2026-01-02", "1965-12-31"])
def test_an_interval_without_an_anchor_before_the_span_is_refused(anchor):
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"
    assert refused(five_days, open_rules=[rule], anchor=anchor) == ("calendar.rule", "anchor")


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every day",
        None,
        5,
        "FREQ=HOURLY",
        "FREQ=MINUTELY",
        "FREQ=SECONDLY",
        "FREQ=FORTNIGHTLY",
        "BYDAY=MO",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=1000000000000",
        "FREQ=DAILY;COUNT=3",
        "FREQ=DAILY;UNTIL=20261231",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=DAILY;BYDAY=MO;BYDAY=TU",
        "FREQ=WEEKLY",  # on which day?
        "FREQ=MONTHLY",
        "FREQ=YEARLY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=,",
        "FREQ=YEARLY;BYDAY=60MO",
        "FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=400",
        "FREQ=MONTHLY;BYMONTHDAY=99999999999999999999",
        "DTSTART:20260101\nRRULE:FREQ=DAILY",
        "EXRULE:FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO\n",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        pytest.param("FREQ=YEARLY;BYMONTHDAY=" + ",".join(["1"] * 10_000), id="long"),
    ],
)
def test_a_rule_that_is_malformed_too_fine_or_never_true_is_refused_in_bounded_time(rule):
    started = time.perf_counter()
    refusal = refused(five_days, holiday_rules=["FREQ=WEEKLY;BYDAY=SU", rule])
    assert refusal == ("calendar.rule", "holiday_rules[1]")
    assert time.perf_counter() - started < 2


def test_too_many_rules_are_refused():
    rules = ["FREQ=WEEKLY;BYDAY=SA"] * 31
    assert refused(five_days, open_rules=rules) == ("calendar.too_many", "open_rules")


# ---------------------------------------------------------------- a value


def test_a_calendar_is_a_value():
    assert five_days() == five_days()
    assert hash(five_days()) == hash(five_days())
    assert five_days() != five_days(weekdays=[0])


def test_a_calendar_is_frozen():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        five_days().opened = ()


@pytest.mark.parametrize(
    ("first", "last", "opened"),
    [
        ("2026-12-31", "2026-01-01", ()),
        ("2026-01-01", "2026-12-31", (739_618, 739_617)),
        ("2026-01-01", "2026-12-31", (739_617, 739_617)),
        ("2026-01-01", "2026-12-31", (1,)),
        ("2026-01-01", "2026-12-31", range(739_618, 739_617, -1)),
    ],
)
def test_a_malformed_table_is_refused(first, last, opened):
    assert refused(WorkCalendar, "odd", first, last, opened) == ("calendar.span", "opened")


def test_always_is_open():
    assert ALWAYS.is_open(date(2026, 1, 4))
    assert ALWAYS.add_days(date(2026, 1, 31), 30) == date(2026, 3, 2)
    assert ALWAYS.adjust(date(2999, 12, 31)) == date(2999, 12, 31)


def test_always_ends_in_2999():
    assert refused(ALWAYS.add_days, date(2999, 12, 31), 1) == ("calendar.uncovered", "date")

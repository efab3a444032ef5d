"""Versions of policies: by their first day, without overlap."""

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.policy import Dated, PolicyVersion

NEW_YEAR = date(2026, 1, 1)
DAY = timedelta(days=1)


def refused(function, *args):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args)
    return caught.value.code, caught.value.path


def test_a_version_begins_on_its_first_day():
    dated = Dated({date(2025, 1, 1): "old", NEW_YEAR: "new"})
    assert [dated.on(day) for day in (NEW_YEAR - DAY, NEW_YEAR, NEW_YEAR + DAY)] == [
        "old",
        "new",
        "new",
    ]


def test_before_the_first_day_nothing_is_in_force():
    assert refused(Dated({NEW_YEAR: "new"}).on, NEW_YEAR - DAY) == ("policy.missing", "versions")


def test_without_versions_nothing_is_in_force():
    assert refused(Dated({}).on, NEW_YEAR) == ("policy.missing", "versions")


def test_two_versions_of_one_day_are_refused():
    pairs = [(NEW_YEAR, "one"), (NEW_YEAR, "other")]
    assert refused(Dated, pairs) == ("policy.overlap", "versions")


def test_pairs_need_no_order_and_values_none_either():
    dated = Dated([(NEW_YEAR, object), (date(2025, 1, 1), 7)])
    assert dated.on(NEW_YEAR - DAY) == 7


@pytest.mark.parametrize(
    ("versions", "code"),
    [
        ({"2026-01-01": "new"}, "date.type"),
        ({datetime(2026, 1, 1, tzinfo=UTC): "new", NEW_YEAR: "other"}, "date.type"),
        ([(NEW_YEAR, "new"), (None, "other")], "date.type"),
        ([NEW_YEAR, NEW_YEAR + DAY], "value.type"),
        ([(NEW_YEAR, "new", "more")], "value.type"),
        (5, "value.type"),
        (None, "value.type"),
        ("new", "value.type"),
    ],
)
def test_versions_are_said_by_their_days(versions, code):
    assert refused(Dated, versions) == (code, "versions")


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.dates(), st.integers(), min_size=1), st.dates())
def test_the_version_of_a_day_is_the_latest_that_has_begun(versions, day):
    begun = [first for first in versions if first <= day]
    if begun:
        assert Dated(versions).on(day) == versions[max(begun)]
    else:
        assert refused(Dated(versions).on, day)[0] == "policy.missing"


def test_a_version_says_who_it_is():
    version = PolicyVersion("credit", 3, NEW_YEAR)
    assert str(version) == "credit v3 from 2026-01-01"


@pytest.mark.parametrize(
    ("field", "wrong", "code"),
    [
        ("name", None, "text.type"),
        ("name", "", "text.blank"),
        ("name", "\ud800", "text.characters"),
        ("name", "x" * 1_001, "text.too_long"),
        ("version", "2", "number.type"),
        ("version", True, "number.type"),
        ("version", float("nan"), "number.type"),
        ("version", -1, "number.range"),
        ("version", 10**400, "number.range"),
        ("effective_from", None, "date.type"),
        ("effective_from", datetime(2026, 1, 1, tzinfo=UTC), "date.type"),
        ("effective_from", date.max, "date.range"),
    ],
)
def test_a_version_is_what_can_be_kept_with_a_decision(field, wrong, code):
    assert refused(lambda: PolicyVersion(**{"name": "credit", field: wrong})) == (code, field)


def test_a_version_is_frozen():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        PolicyVersion("credit").version = 2


def test_dated_values_are_equal_where_their_versions_are() -> None:
    one, same = Dated({date(2026, 1, 1): "a"}), Dated([(date(2026, 1, 1), "a")])
    assert one == same
    assert hash(one) == hash(same)
    assert one != Dated({date(2026, 1, 1): "b"})
    assert "'a'" in repr(one)

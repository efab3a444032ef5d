"""Payment terms: when a document falls due and what early payment earns (FINANCE 5)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.catalog import Step, Terms
from salesorders.kernel.errors import InvalidValue, SalesOrdersError
from tests.amounts.builders import WIDE

LAST_OF_JANUARY = date(2026, 1, 31)


def refused(function, *args, **kwargs):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


def steps(*pairs):
    return [Step(*pair) for pair in pairs]


def test_net_30_from_the_last_of_january_is_the_second_of_march():
    assert Terms.parse("net 30").due_on(LAST_OF_JANUARY) == date(2026, 3, 2)


def test_45_days_and_end_of_month_are_two_readings_by_order():
    days, eom = ("days", 45), ("end_of_month",)
    mid = date(2026, 1, 15)
    assert Terms.of("a", steps(days, eom)).due_on(mid) == date(2026, 3, 31)
    assert Terms.of("b", steps(eom, days)).due_on(mid) == date(2026, 3, 17)
    assert Terms.parse("net 45 eom").due_on(mid) == date(2026, 3, 31)


def test_two_percent_of_1190_are_23_80_within_ten_days():
    terms = Terms.parse("2/10 net 30")
    assert terms.discount_of(Decimal("1190.00"), "EUR") == Decimal("23.80")
    assert terms.discount_until(LAST_OF_JANUARY) == date(2026, 2, 10)


def test_months_are_clamped():
    assert Terms.of("a", steps(("months", 1))).due_on(LAST_OF_JANUARY) == date(2026, 2, 28)
    assert Terms.of("a", steps(("months", 1))).due_on(date(2028, 1, 31)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("day", "n", "due"),
    [
        (date(2026, 1, 14), 15, date(2026, 1, 15)),
        (date(2026, 1, 15), 15, date(2026, 2, 15)),
        (date(2026, 1, 31), 31, date(2026, 2, 28)),
        (date(2026, 12, 20), 10, date(2027, 1, 10)),
    ],
)
def test_a_day_of_the_month_is_the_next_one_strictly_after(day, n, due):
    assert Step("day", n).after(day) == due


@pytest.mark.parametrize(
    ("text", "due", "until"),
    [
        ("due on receipt", date(2026, 1, 31), None),
        ("net 0", date(2026, 1, 31), None),
        ("NET 30", date(2026, 3, 2), None),
        ("net30", date(2026, 3, 2), None),
        ("  net   30  ", date(2026, 3, 2), None),
        ("net 30 end of month", date(2026, 3, 31), None),
        ("2 % / 10, net 30", date(2026, 3, 2), date(2026, 2, 10)),
        ("2.5%/10 net 30", date(2026, 3, 2), date(2026, 2, 10)),
    ],
)
def test_terms_are_read(text, due, until):
    terms = Terms.parse(text)
    assert (terms.due_on(LAST_OF_JANUARY), terms.discount_until(LAST_OF_JANUARY)) == (due, until)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text.blank"),
        ("whenever", "terms.text"),
        ("net thirty", "terms.text"),
        ("net -30", "terms.text"),
        ("net 1000", "terms.text"),
        ("net 30; drop table", "terms.text"),
        ("net ٣٠", "terms.text"),
        ("2/10", "terms.text"),
        ("200/10 net 30", "terms.text"),
        ("2/45 net 30", "terms.discount_after_due"),
        ("2/10 due on receipt", "terms.discount_after_due"),
        ("net 30\u202e", "text.characters"),
        ("n" * 65, "text.too_long"),
        (None, "text.type"),
        (30, "text.type"),
    ],
)
def test_what_is_no_terms_is_refused(text, code):
    assert refused(Terms.parse, text) == (code, "terms")


def test_the_path_is_the_callers():
    assert refused(Terms.parse, "whenever", "customer.terms")[1] == "customer.terms"


@pytest.mark.parametrize("percent", ["101", "-1", 1.5, "NaN"])
def test_a_malformed_discount_is_refused(percent):
    assert refused(Terms.of, "a", steps(("days", 30)), percent)[1] == "terms.discount_percent"


@pytest.mark.parametrize("n", [-1, 3661, True, "30", 1.5])
def test_a_malformed_step_is_refused_by_of(n):
    assert refused(Terms.of, "a", steps(("days", n)))[1] == "terms.steps"


def test_a_step_of_an_unknown_kind_is_refused():
    refused(Step, "weeks", 2)


def test_a_discount_that_outlasts_the_due_date_in_some_months_is_refused():
    found = refused(Terms.of, "a", steps(("months", 1)), "2", steps(("days", 31)))
    assert found == ("terms.discount_after_due", "terms")


@settings(deadline=None, max_examples=60)
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 999), st.booleans())
def test_due_is_never_before_the_invoice_and_later_invoices_never_fall_due_earlier(day, net, eom):
    terms = Terms.parse(f"net {net}{' eom' if eom else ''}")
    assert terms.due_on(day) >= day
    assert terms.due_on(day + timedelta(days=1)) >= terms.due_on(day)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9), st.integers(0, 99), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_a_discount_is_never_more_than_the_amount(minor, percent, currency):
    digits = {"EUR": 2, "JPY": 0, "KWD": 3}[currency]
    gross = Decimal(minor).scaleb(-digits, WIDE)
    terms = Terms.of("a", steps(("days", 30)), percent, steps(("days", 10)))
    assert 0 <= terms.discount_of(gross, currency) <= gross


def test_terms_put_together_by_hand_are_checked_too() -> None:
    with pytest.raises(InvalidValue) as raised:
        Terms("mine", (Step("days", 10),), Decimal(2), (Step("days", 30),))
    assert raised.value.code == "terms.discount_after_due"
    with pytest.raises(InvalidValue) as raised:
        Terms("mine", (Step("days", 10),), Decimal(200))
    assert raised.value.code == "rate.range"


@pytest.mark.parametrize("due", [(5,), "net", None, (None,)])
def test_terms_take_steps_only(due) -> None:
    with pytest.raises(InvalidValue):
        Terms("mine", due)


def test_terms_take_a_list_of_steps_as_well() -> None:
    assert Terms("mine", [Step("days", 10)]).due_on(date(2026, 1, 1)) == date(2026, 1, 11)

"""The worked examples of the trade, to the cent: FINANCE 1, and SAP's two sums in FORMULAS F1."""

import itertools
from datetime import date
from decimal import Decimal

import pytest

from salesorders.credit import (
    Collateral,
    CreditPolicy,
    Evidence,
    ExchangeRate,
    ExposureEntry,
    Horizon,
    TemporaryLimit,
    recomputed,
)
from salesorders.credit.asking import percent_used, what_if
from salesorders.kernel.calendar import WorkCalendar
from salesorders.kernel.money import Money
from tests.credit.builders import NOON, TODAY, a_request, an_account, decided, the_finding

TWO_MONTHS = CreditPolicy(horizon=Horizon(months=2))
USD = Evidence(rates=(ExchangeRate("USD", "EUR", "0.9200", TODAY),))
EXTRA = TemporaryLimit("20000.00", TODAY, date(2026, 3, 31))


def the_account(limit="250000", **more):
    return an_account(
        limit,
        orders={date(2026, 3, 10): "60000.00", date(2026, 7, 1): "90000.00"},
        items={date(2026, 1, 20): "18000.00", date(2026, 3, 20): "124380.50"},
        delivered_unbilled="24500.00",
        unapplied="8000.00",
        credit_notes="1190.00",
        **more,
    )


def the_order():
    return {"currency": "USD", "evidence": USD, "ships_on": date(2026, 3, 20)}


def test_the_static_exposure_is_307_690_50():
    assert the_account().counted(TODAY) == Decimal("307690.50")


def test_up_to_the_horizon_of_two_months_it_is_217_690_50():
    last = Horizon(months=2).last(TODAY)
    assert last == date(2026, 5, 2)
    assert the_account().counted(TODAY, last) == Decimal("217690.50")
    assert the_account().position(TODAY, last).total == Decimal("217690.50")


def test_with_the_order_in_dollars_it_is_254_490_50_and_4_490_50_too_much():
    finding = the_finding(
        decided("40000.00", the_account(), TWO_MONTHS, **the_order()), "credit.limit"
    )
    assert finding.fact("exposure") == Money("217690.50", "EUR")
    assert finding.fact("amount") == Money("36800.00", "EUR")
    assert finding.fact("exposure_after") == Money("254490.50", "EUR")
    assert finding.fact("excess") == Money("4490.50", "EUR")
    assert (finding.fact("rate_USD"), finding.fact("rate_USD_on")) == (Decimal("0.9200"), TODAY)


def test_a_temporary_20_000_leaves_15_509_50_and_uses_94_26_percent():
    answer = what_if(
        a_request("40000.00", **the_order()), the_account(temporary=(EXTRA,)), TWO_MONTHS, NOON
    )
    assert answer.decision.allowed
    assert answer.headroom == Money("15509.50", "EUR")
    assert answer.percent_used == Decimal("94.26")
    assert answer.payment == Money(0, "EUR")


def test_the_payment_that_would_release_it_is_the_excess():
    answer = what_if(a_request("40000.00", **the_order()), the_account(), TWO_MONTHS, NOON)
    assert answer.payment == Money("4490.50", "EUR")


def test_shipped_after_the_horizon_it_would_go():
    asked = a_request("40000.00", **the_order())
    later = what_if(asked, the_account(), TWO_MONTHS, NOON, ships_on=date(2026, 5, 5))
    assert later.decision.allowed
    sooner = what_if(asked, the_account(), TWO_MONTHS, NOON, ships_on=date(2026, 5, 2))
    assert not sooner.decision.allowed


def test_a_temporary_limit_counts_to_the_end_of_its_last_day():
    account = the_account(temporary=(EXTRA,))
    assert account.limit_on(date(2026, 3, 31)).amount == 270_000
    assert account.limit_on(date(2026, 4, 1)).amount == 250_000
    assert account.limit_on(date(2026, 3, 1)).amount == 250_000


def test_the_oldest_item_is_41_days_late():
    policy = CreditPolicy(oldest_item_days_max=40)
    finding = the_finding(decided(1, the_account(), policy), "credit.oldest_item")
    assert (finding.fact("days_late"), finding.fact("due_on")) == (41, date(2026, 1, 20))
    assert decided(0, the_account(limit="unlimited"), CreditPolicy(oldest_item_days_max=41)).allowed


def test_12_64_percent_are_more_than_30_days_late():
    policy = CreditPolicy(overdue_share_percent_max=Decimal("12.64"))
    finding = the_finding(
        decided(0, the_account(limit="unlimited"), policy), "credit.overdue_share"
    )
    assert finding.fact("share") == Decimal("12.64")
    assert finding.fact("overdue") == Money("18000.00", "EUR")
    more = CreditPolicy(overdue_share_percent_max=Decimal("12.65"))
    assert decided(0, the_account(limit="unlimited"), more).allowed


def test_utilisation_of_a_limit_of_nothing_is_no_number():
    assert percent_used(Decimal(5), Decimal(0)) is None


# --- FORMULAS F1

SOON, LATE, NEW = date(2026, 3, 12), date(2026, 5, 31), date(2026, 3, 22)


def the_f1_account(**more):
    return an_account(
        "100000",
        orders={SOON: "20000", LATE: "30000"},
        items={date(2026, 3, 20): "40000"},
        delivered_unbilled="10000",
        billed_unposted="3000",
        unapplied="5000",
        **more,
    )


def f1_exposure(policy, account=None, amount="17850", **request):
    decision = decided(amount, account or the_f1_account(), policy, ships_on=NEW, **request)
    found = (f.fact("exposure_after") for f in decision.findings if f.fact("exposure_after"))
    return next(found).amount, decision.allowed


def test_f1_static_is_115_850_and_blocks():
    assert f1_exposure(CreditPolicy()) == (Decimal(115850), False)


def test_f1_dynamic_over_30_days_is_85_850_and_passes():
    assert f1_exposure(CreditPolicy(horizon=Horizon(days=30))) == (Decimal(85850), True)


def settings():
    """Every setting that changes what counts, with every other."""
    week = WorkCalendar.of_years("week", 2026, 2027)
    horizons = [None, Horizon(), Horizon(days=10), Horizon(days=30), Horizon(months=3)]
    horizons.append(Horizon(days=22, calendar=week))
    guarantee = Collateral("G1", "12907.81", TODAY, TODAY)
    for horizon, disputed, percent, secured, picked in itertools.product(
        horizons, (True, False), (50, 90, 100), ((), (guarantee,)), (0, 20000)
    ):
        account = the_f1_account(collateral=secured)
        account = account.dispute(Decimal(15000), date(2026, 3, 20))
        account = account.allocate(Decimal(picked), SOON)
        policy = CreditPolicy(
            horizon=horizon, disputed_counts=disputed, limit_percent=Decimal(percent)
        )
        yield policy, account


def test_h3_no_setting_mixes_net_with_gross_into_102_941_18():
    mixed = (Decimal("102941.18"), Decimal("102941.176"))
    sums = {f1_exposure(policy, account)[0] for policy, account in settings()}
    assert len(sums) > 10
    assert not sums & set(mixed)


def test_horizon_by_working_days_skips_what_is_closed():
    calendar = WorkCalendar.of_years("DE", 2026, 2026, holidays=["2026-04-03", "2026-04-06"])
    # Thursday before Easter: the second working day is the Wednesday after.
    assert Horizon(days=2, calendar=calendar).last(date(2026, 4, 2)) == date(2026, 4, 8)
    assert Horizon(days=2).last(date(2026, 4, 2)) == date(2026, 4, 4)


@pytest.mark.parametrize("last", [None, date(2026, 5, 2), date(2026, 3, 9)])
def test_the_position_adds_up_to_what_counts_and_splits_what_is_late(last):
    account = the_account(collateral=(Collateral("G1", "1000", TODAY, TODAY, 80),))
    position = account.position(TODAY, last)
    assert position.total == account.counted(TODAY, last)
    assert (position.overdue, position.secured) == (Decimal("18000.00"), 800)
    assert position.open_orders + position.beyond_horizon == 150_000


def test_the_same_account_counted_from_entries():
    entries = [
        ExposureEntry("open_orders", Decimal("60000.00"), "SO-1", date(2026, 3, 10)),
        ExposureEntry("open_orders", Decimal("90000.00"), "SO-2", date(2026, 7, 1)),
        ExposureEntry("delivered_unbilled", Decimal("24500.00"), "SH-1"),
        ExposureEntry("open_items", Decimal("18000.00"), "IN-1", date(2026, 1, 20)),
        ExposureEntry("open_items", Decimal("124380.50"), "IN-2", date(2026, 3, 20)),
        ExposureEntry("unapplied", Decimal("8000.00"), "PY-1"),
        ExposureEntry("credit_notes", Decimal("1190.00"), "CN-1"),
    ]
    assert recomputed("EUR", entries) == the_account().exposure

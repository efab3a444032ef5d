"""What people look at: sheets, worklists and the use of a limit over time, without a desk."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

import salesorders.credit.sheet as sheets
from salesorders.credit import CreditPolicy, ExposureEntry
from salesorders.credit.sheet import (
    AccountSheet,
    HeldOrder,
    UsageChange,
    Worklist,
    usage_of,
    worklist_order,
)
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.money import Money
from tests.credit.builders import NOON, TODAY, an_account, decided, refused

DAY = timedelta(days=1)


def a_sheet(account, **more):
    return AccountSheet(account, account.position(TODAY), **more)


def held(order, value, payment=None, at=NOON):
    decision = decided(value, an_account("0"))
    paid = None if payment is None else Money(payment, "EUR")
    return HeldOrder(order, "C7", Money(value, "EUR"), decision, at, paid)


def test_a_sheet_says_what_is_left_and_how_much_is_used():
    sheet = a_sheet(an_account("200", open_items="50"))
    assert (sheet.headroom, sheet.percent_used) == (Money(150, "EUR"), Decimal("25.00"))
    assert "EUR 150.00 left, 25.00 % used" in str(sheet)


@pytest.mark.parametrize("limit", [None, "unlimited"])
def test_without_an_amount_there_is_nothing_to_compare_with(limit):
    sheet = a_sheet(an_account(limit, open_items="50"))
    assert (sheet.headroom, sheet.percent_used) == (None, None)
    assert "no amount to compare with" in str(sheet)


def test_of_a_limit_of_nothing_no_share_is_used():
    sheet = a_sheet(an_account("0", open_items="50"))
    assert (sheet.headroom, sheet.percent_used) == (Money(-50, "EUR"), None)


def test_a_sheet_is_marked_where_goods_are_watched_or_the_account_is_closed():
    text = str(a_sheet(an_account(status="on_hold").watch(over=True)))
    assert "on hold" in text
    assert "watched" in text


def test_long_lists_are_cut_for_people_and_whole_for_programs():
    documents = tuple(ExposureEntry("open_items", Decimal(1), f"item/{n}") for n in range(60))
    sheet = a_sheet(an_account(open_items="60"), documents=documents)
    assert len(sheet.behind()) == 60
    assert len(sheet.behind("unapplied")) == 0
    assert "10 more" in str(sheet)
    assert "10 more" in sheet._repr_html_()


def test_names_of_users_are_shown_as_text():
    account = an_account(name="<b>C7</b>")
    assert "<b>C7</b>" not in a_sheet(account)._repr_html_()


def test_a_worklist_ranks_what_waits():
    orders = (held("A", "10", "5"), held("B", "30"), held("C", "20", "5", NOON - DAY))
    assert [one.order for one in Worklist(orders).ranked] == ["B", "C", "A"]
    assert [one.order for one in Worklist(orders, "payment").ranked] == ["C", "A", "B"]
    assert refused(worklist_order, "age") == ("credit.rank", "by")


def usage():
    changes = [
        UsageChange(TODAY, Decimal(100), "200"),
        UsageChange(TODAY, Decimal(-40)),
        UsageChange(TODAY + 5 * DAY, limit="unlimited"),
        UsageChange(TODAY + 9 * DAY, Decimal(20)),
    ]
    return usage_of("C7", "EUR", changes)


def test_use_over_time_has_one_point_a_day():
    assert [(one.on, one.exposure, one.limit) for one in usage().points] == [
        (TODAY, 60, 200),
        (TODAY + 5 * DAY, 60, None),
        (TODAY + 9 * DAY, 80, None),
    ]
    assert usage().to_records()[0]["% used"] == Decimal("30.00")
    assert usage().to_records()[1]["% used"] is None


def test_a_plot_shows_exposure_and_limit():
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    (axes,) = usage().plot().axes
    assert [line.get_label() for line in axes.lines] == ["exposure", "limit"]
    assert list(axes.lines[0].get_ydata()) == [60, 60, 80]


def test_without_matplotlib_a_plot_says_how_to_get_it(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(sheets, "import_module", missing)
    with pytest.raises(SalesOrdersError, match=r"pip install 'salesorders\[plot\]'") as caught:
        usage().plot()
    assert caught.value.code == "plot.missing"


def test_a_position_says_what_lies_beyond_the_horizon_and_what_is_contested():
    account = an_account(orders={date(2027, 1, 1): "70"}, disputed="30")
    table = account.position(TODAY, TODAY, disputed=False).table()
    assert table.notes == (
        "EUR 70.00 of open orders leave after 2026-03-02.",
        "EUR 30.00 are disputed and do not count.",
    )
    assert table.to_records()[-1]["EUR"] == 0
    assert "Exposure on" in account.position(TODAY)._repr_html_()


def test_an_exposure_shows_itself():
    exposure = an_account(open_items="5", unapplied="2").exposure
    assert exposure.table().to_records()[-1] == {"bucket": "total", "EUR": 3}
    assert "less unapplied" in exposure._repr_html_()
    assert CreditPolicy().of("any") == CreditPolicy()

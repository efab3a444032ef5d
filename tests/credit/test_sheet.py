"""What people look at: sheets, worklists and the use of a limit over time, without a desk."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from salesorders import tables
from salesorders.credit import (
    CreditPolicy,
    Evidence,
    ExchangeRate,
    ExposureEntry,
    TemporaryLimit,
)
from salesorders.credit.asking import what_if
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
from tests.credit.builders import (
    NOON,
    TODAY,
    a_chain,
    a_request,
    an_account,
    decided,
    refused,
)

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

    monkeypatch.setattr(tables, "import_module", missing)
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


def test_a_sheet_leaves_what_the_tightest_limit_above_leaves():
    own = an_account("1000", open_items="50")
    group = an_account("500", name="G", open_items="450")
    sheet = a_sheet(own, above=(group,))
    assert (sheet.headroom, sheet.percent_used) == (Money(50, "EUR"), Decimal("90.00"))
    assert "EUR 50.00 left within G" in str(sheet)
    assert "EUR 50.00 left within G" in sheet._repr_html_()
    inherits = a_sheet(an_account(None, open_items="50"), above=(group,))
    assert inherits.headroom == Money(50, "EUR")


def test_what_if_leaves_what_the_tightest_limit_leaves_and_not_what_the_fullest_does():
    own = an_account("1000", open_items="850", within=("G",))
    group = an_account("10000", name="G", open_items="9450")
    chain = a_chain(own, group)
    answer = what_if(a_request(50), chain, CreditPolicy(), NOON)
    assert (answer.headroom, answer.percent_used) == (Money(100, "EUR"), Decimal("90.00"))


def test_limits_in_other_currencies_are_compared_at_their_rate():
    own = an_account("1000", open_items="850", within=("G",))
    group = an_account("1890", name="G", open_items="850", limit_currency="USD")
    told = Evidence(rates=(ExchangeRate("EUR", "USD", "2", TODAY),))
    answer = what_if(a_request(50, evidence=told), a_chain(own, group), CreditPolicy(), NOON)
    assert answer.headroom == Money(90, "USD")


def test_the_headline_of_a_sheet_is_in_its_html_too():
    sheet = a_sheet(an_account("200", open_items="50").watch(over=True))
    assert "EUR 150.00 left, 25.00 % used; watched" in sheet._repr_html_()


def test_overdue_is_not_called_nothing_where_nobody_knows_it():
    bare = an_account(open_items="50").position(TODAY)
    assert not bare.overdue_known
    assert "overdue" not in [row["bucket"] for row in bare.table().to_records()]
    assert bare.table().notes == ("What of the open items is overdue is not known here.",)
    late = bare.with_overdue(Decimal(20))
    assert (late.open_items, late.overdue, late.total) == (30, 20, 50)
    assert an_account(items={TODAY: 5}).position(TODAY).overdue_known


def test_use_over_time_goes_on_to_today_and_shows_temporary_limits_and_ends():
    extra = TemporaryLimit("50", TODAY + 2 * DAY, TODAY + 3 * DAY)
    changes = [
        UsageChange(TODAY, Decimal(100), "200", TODAY + 8 * DAY),
        UsageChange(TODAY + DAY, temporary=extra),
    ]
    use = usage_of("C7", "EUR", changes, TODAY + 20 * DAY)
    assert [((one.on - TODAY).days, one.exposure, one.limit) for one in use.points] == [
        (0, 100, 200),
        (1, 100, 200),
        (2, 100, 250),
        (4, 100, 200),
        (9, 100, None),
        (20, 100, None),
    ]


def test_a_limit_in_another_currency_is_not_shown_as_if_it_were_in_the_books():
    changes = [
        UsageChange(TODAY, Decimal(100), "200"),
        UsageChange(TODAY + DAY, limit="1000", currency="USD"),
    ]
    use = usage_of("C7", "EUR", changes)
    assert [one.limit for one in use.points] == [200, None]
    assert use.table().notes == ("Limits in USD are not shown beside EUR.",)


def test_a_plot_leaves_a_gap_where_there_was_no_limit():
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    (axes,) = usage().plot().axes
    _, limits = axes.lines
    drawn = [str(value) for value in limits.get_ydata()]
    assert drawn == ["200", "NaN", "NaN"]

"""Replaying credit: every policy meets the same accounts, and each order is asked about on its day."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest

import salesorders as so
from salesorders.kernel.errors import SalesOrdersError

DAY = date(2026, 3, 2)


def past(n, amount, placed=0, shipped=None, paid=None, customer="C7", **more):
    """An order placed, shipped and paid so many days after the first."""
    days = {
        "placed_on": DAY + timedelta(days=placed),
        "shipped_on": None if shipped is None else DAY + timedelta(days=shipped),
        "due_on": None if shipped is None else DAY + timedelta(days=shipped + 10),
        "paid_on": None if paid is None else DAY + timedelta(days=paid),
        "amount": amount,
    }
    return so.PastOrder(order=f"SO-{n}", customer=customer, **(days | more))


def history(*orders, limit="100", currency="EUR"):
    return so.CreditHistory.of(orders, {"C7": limit, "C8": limit}, currency)


def held(result, name="today"):
    return [one.past.order for one in result.orders if name in one.held_by]


def refused(function, *args, **kwargs):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args, **kwargs)
    return caught.value.code


def replayed():
    return so.replay(history(past(1, "1")), {"today": so.CreditPolicy()})


def test_an_order_is_asked_about_with_what_was_owed_on_its_day():
    result = so.replay(
        history(past(1, "80"), past(2, "30", 1), past(3, "30", 6)), {"today": so.CreditPolicy()}
    )
    assert held(result) == ["SO-2", "SO-3"]
    assert [one.exposure for one in result.orders] == [0, 80, 110]


def test_a_payment_makes_room_for_what_comes_on_the_same_day():
    orders = (past(1, "80", shipped=1, paid=5), past(2, "30", 4), past(3, "70", 5))
    result = so.replay(history(*orders), {"today": so.CreditPolicy()})
    assert [one.exposure for one in result.orders] == [0, 80, 30]
    assert held(result) == ["SO-2"]


def test_policies_are_objects_or_plain_functions_of_values():
    def never(account, request):
        return so.Finding("mine.never", so.Effect.REFER, "order", {"amount": request.amount})

    def several(account, request):
        yield so.Finding("mine.one", so.Effect.REFER)
        yield so.Finding("mine.two", so.Effect.ALLOW)

    policies = {
        "today": so.CreditPolicy(),
        "never": never,
        "several": several,
        "all": lambda a, r: None,
    }
    result = so.replay(history(past(1, "50")), policies)
    assert result.orders[0].held_by == ("never", "several")
    assert result.orders[0].why("several") == "mine.one"
    assert result.orders[0].why("all") == ""


def test_every_policy_meets_the_same_account():
    """What one would have held went on all the same: that is what happened."""
    orders = (past(1, "90"), past(2, "90", 1))
    none = so.CreditPolicy(document_maximum=Decimal(0))
    both = so.replay(history(*orders), {"none": none, "today": so.CreditPolicy()})
    alone = so.replay(history(*orders), {"today": so.CreditPolicy()})
    assert held(both) == held(alone) == ["SO-2"]


def test_rules_that_ask_by_date_are_answered():
    orders = (past(1, "40", shipped=1), past(2, "10", 30))
    strict = so.CreditPolicy(oldest_item_days_max=5)
    assert held(so.replay(history(*orders), {"today": strict})) == ["SO-2"]


def test_tables_say_what_was_held_what_was_late_and_where_policies_differ():
    orders = (
        past(1, "80", shipped=1, paid=50),
        past(2, "30", 1, shipped=2, paid=3),
        past(3, "20", 60),
    )
    result = so.replay(
        history(*orders),
        {"today": so.CreditPolicy(), "none": so.CreditPolicy(document_maximum=Decimal(10))},
    )
    rows = {row["policy"]: row for row in result.table().to_records()}
    assert (rows["today"]["held"], rows["none"]["held"]) == (1, 3)
    assert rows["today"]["value held"] == so.Money("30.00", "EUR")
    assert rows["today"]["paid late and not held"] == so.Money("80.00", "EUR")
    assert rows["none"]["of it paid late"] == so.Money("80.00", "EUR")
    assert [row["order"] for row in result.differences().to_records()] == ["SO-1", "SO-3"]
    assert len(result.to_records()) == 6
    assert result.to_records()[0]["held"] is False
    assert "today" in str(result)
    assert "today" in result._repr_html_()


def test_a_customer_without_a_limit_is_held_and_one_without_bounds_is_not():
    orders = (past(1, "1", customer="C9"), past(2, "999999"))
    result = so.replay(history(*orders, limit="unlimited"), {"today": so.CreditPolicy()})
    assert held(result) == ["SO-1"]


def test_a_history_is_read_from_a_file():
    text = "order,customer,amount,placed_on,shipped_on,due_on,paid_on\nA,C7,10.00,2026-03-02,2026-03-03,,\n"
    read = so.CreditHistory.from_csv(io.StringIO(text), {"C7": "5"}, "EUR")
    assert held(so.replay(read, {"today": so.CreditPolicy()})) == ["A"]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: so.replay(history(past(1, "1")), {}), "replay.policies"),
        (lambda: so.replay(history(past(1, "1")), {"a": 5}), "replay.policies"),
        (lambda: so.replay(history(past(1, "1")), {"a": lambda a, r: [1]}), "replay.policies"),
        (lambda: so.replay(history(past(1, "1")), {"a": lambda a, r: 5}), "value.type"),
        (lambda: so.replay("x", {"a": so.CreditPolicy()}), "value.type"),
        (lambda: so.replay(history(past(1, "1")), "today"), "replay.policies"),
        (lambda: replayed().held("nope"), "replay.policies"),
        (lambda: replayed().orders[0].why("nope"), "replay.policies"),
        (lambda: history(past(1, "1"), past(1, "2")), "history.order"),
        (lambda: history(past(1, "-1")), "money.negative"),
        (lambda: history(past(1, "0.001")), "money.precision"),
        (lambda: past(1, "1", 5, shipped=4), "history.order"),
        (lambda: past(1, "1", 5, shipped=6, paid=5), "history.order"),
        (lambda: past(1, "1", 5, paid=5), "history.order"),
        (lambda: history("SO-1"), "value.type"),
        (lambda: so.CreditHistory.of([past(1, "1")], None, "EUR"), "value.type"),
        (lambda: so.CreditHistory.from_csv("past.csv", {}, "EUR"), "value.type"),
        (lambda: so.CreditHistory.from_csv(None, {}, "EUR"), "value.type"),
        (lambda: history(past(1, so.Money("5.00", "USD"))), "currency.mismatch"),
        (
            lambda: so.CreditHistory.from_csv(io.StringIO("order\nA\n"), {}, "EUR"),
            "history.columns",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call, code):
    assert refused(call) == code


@pytest.mark.parametrize("amount", [so.Money("60.00", "EUR"), "60", 60, "60.00"])
def test_however_an_amount_is_told_it_counts_the_same(amount):
    told = history(past(1, "60"), past(2, amount, 1))
    assert told == history(past(1, "60"), past(2, "60", 1))
    assert held(so.replay(told, {"today": so.CreditPolicy()})) == ["SO-2"]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('"A,C7,1,2026-01-01', ("history.csv", "lines[1]")),
        ("A,C7,1,2026-01-xx", ("date.text", "lines[1].placed_on")),
        ("A,C7,abc,2026-01-01", ("money.text", "lines[1].amount")),
        ("A,C7", ("money.type", "lines[1].amount")),
        ("A B,C7,1,2026-01-01", ("id.characters", "lines[1].order")),
    ],
)
def test_a_broken_file_is_refused_with_the_line(line, wanted):
    text = io.StringIO(f"order,customer,amount,placed_on\n{line}\n")
    with pytest.raises(SalesOrdersError) as caught:
        so.CreditHistory.from_csv(text, {}, "EUR")
    assert (caught.value.code, caught.value.path) == wanted


def late_of(*orders):
    result = so.replay(history(*orders, limit="0"), {"today": so.CreditPolicy()})
    return result.table().to_records()[0]["of it paid late"].amount


def test_an_order_that_was_paid_soon_is_not_late_though_its_due_date_is_not_known():
    assert late_of(past(1, "10", shipped=1, paid=2, due_on=None)) == 0
    assert late_of(past(1, "10", shipped=1, paid=40, due_on=None)) == 10


def test_what_was_not_due_when_the_history_ends_is_not_late():
    unpaid = past(1, "10", shipped=1)  # due on day 11
    assert late_of(unpaid) == 0
    assert late_of(unpaid, past(2, "7", 41)) == 0
    assert late_of(unpaid, past(2, "7", 42)) == 10


def test_a_plot_needs_its_extra_and_says_how_to_get_it(monkeypatch):
    from salesorders import tables

    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(tables, "import_module", missing)
    result = so.replay(history(past(1, "1")), {"today": so.CreditPolicy()})
    with pytest.raises(so.SalesOrdersError, match=r"pip install 'salesorders\[plot\]'") as caught:
        result.plot()
    assert caught.value.code == "plot.missing"


def test_a_plot_has_a_line_for_every_policy():
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    policies = {"today": so.CreditPolicy(), "all": lambda a, r: None}
    figure = so.replay(history(past(1, "200"), past(2, "1", 40)), policies).plot()
    (axes,) = figure.axes
    assert [line.get_label() for line in axes.lines] == ["today", "all"]
    assert list(axes.lines[0].get_ydata()) == [200, 1]

"""Ageing and days sales outstanding, with the worked numbers of FINANCE 10."""

from __future__ import annotations

from datetime import date

import pytest

from salesorders.kernel.errors import InvalidValue
from salesorders.receivables import (
    ageing,
    average_days_delinquent,
    collection_effectiveness,
    dso,
    dso_best_possible,
    dso_countback,
)
from tests.receivables.builders import TODAY, a_payment, an_item, d


def test_items_age_by_due_date_and_unapplied_cash_is_a_credit() -> None:
    items = [
        an_item(1, "100.00", due_on=TODAY),
        an_item(2, "10.00", due_on=date(2026, 11, 30)),
        an_item(3, "20.00", due_on=date(2026, 11, 1)),
        an_item(4, "30.00", due_on=date(2026, 10, 31)),
        an_item(5, "40.00", due_on=date(2026, 9, 1), customer="C8"),
    ]
    table = ageing(
        items, [a_payment("25.00"), a_payment("5.00", customer="", id="P2")], TODAY, "EUR"
    )
    assert table.columns == (
        "customer",
        "current",
        "1-30",
        "31-60",
        "61-90",
        ">90",
        "unapplied",
        "total",
    )
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["C7"] == (100, 30, 30, 0, 0, -25, 135)
    assert rows["C8"] == (0, 0, 0, 0, 40, 0, 40)
    assert rows["(unidentified)"][-1] == -5
    assert rows["total"] == (100, 30, 30, 0, 40, -30, 170)


def test_other_currencies_and_paid_items_are_left_out() -> None:
    done = an_item(1).apply("PAY-1", d("1190.00"), on=TODAY)
    table = ageing([done, an_item(2, currency="USD")], [], TODAY, "EUR")
    assert [row[0] for row in table.rows] == ["total"]


@pytest.mark.parametrize("buckets", [(), (30, 30), (60, 30)])
def test_buckets_rise(buckets: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue) as caught:
        ageing([], [], TODAY, "EUR", buckets)
    assert caught.value.code == "ageing.buckets"


def test_days_sales_outstanding() -> None:
    assert dso(d(212000), d(250000), 90).value == d("76.32")


def test_best_possible_days() -> None:
    assert dso_best_possible(d(150000), d(250000), 90).value == d("54.00")


def test_average_days_delinquent() -> None:
    assert average_days_delinquent(d(212000), d(150000), d(250000), 90).value == d("22.32")


def test_counting_back() -> None:
    months = [(d(100000), 31), (d(80000), 28), (d(70000), 31)]
    assert dso_countback(d(212000), months).value == d("73.17")
    assert dso_countback(d(212000), [(sales, 30) for sales, _ in months]).value == d("73.71")


def test_collection_effectiveness() -> None:
    ratio = collection_effectiveness(d(190000), d(250000), d(212000), d(150000))
    assert ratio.value == d("78.62")


def test_no_sales_give_a_reason_and_no_number() -> None:
    figure = dso(d(212000), d(0), 90)
    assert figure.value is None
    assert figure.reason
    assert dso_countback(d(10), [(d(5), 30)]).value is None

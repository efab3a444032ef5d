"""Days sales outstanding and its relatives, with formulas, and a reason where there is no value.

Include or exclude tax in receivables and sales alike; these functions take the numbers as given.
Values are rounded half up to two decimals, once, at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import attrs

from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import decimal_of, exact, round_to, whole_of

__all__ = [
    "Kpi",
    "average_days_delinquent",
    "collection_effectiveness",
    "dso",
    "dso_best_possible",
    "dso_countback",
]

ZERO = Decimal(0)
NO_SALES = "no credit sales in the period"


@attrs.frozen
class Kpi:
    """A figure with its formula; ``value`` is ``None`` for a ``reason``, never a made-up 0."""

    name: str
    value: Decimal | None
    formula: str
    unit: str = "days"
    reason: str = ""

    def __str__(self) -> str:
        shown = f"none ({self.reason})" if self.value is None else f"{self.value:f} {self.unit}"
        return f"{self.name}: {shown} = {self.formula}"


@exact
def dso(receivables: Decimal, credit_sales: Decimal, days: int) -> Kpi:
    """Days sales outstanding: receivables / credit sales x days.

    >>> dso(Decimal(212000), Decimal(250000), 90).value
    Decimal('76.32')
    """
    return _days("DSO", "receivables / credit sales x days", receivables, credit_sales, days)


@exact
def dso_best_possible(receivables_current: Decimal, credit_sales: Decimal, days: int) -> Kpi:
    """Best possible DSO: receivables that are not yet due / credit sales x days."""
    return _days(
        "best possible DSO",
        "current receivables / credit sales x days",
        receivables_current,
        credit_sales,
        days,
    )


@exact
def average_days_delinquent(
    receivables: Decimal, receivables_current: Decimal, credit_sales: Decimal, days: int
) -> Kpi:
    """DSO less best possible DSO: the days that lateness costs."""
    overdue = _amount(receivables, "receivables") - _amount(
        receivables_current, "receivables_current"
    )
    return _days("ADD", "DSO - best possible DSO", overdue, credit_sales, days)


@exact
def dso_countback(receivables: Decimal, months: Sequence[tuple[Decimal, int]]) -> Kpi:
    """DSO by counting back: whole months of sales come off receivables, then a share of the last.

    ``months`` are (credit sales, calendar days), the latest first. ``None`` where they do
    not reach back far enough.
    """
    formula = "days of whole months + rest / sales of the month x its days"
    left, total = _amount(receivables, "receivables"), ZERO
    for n, (sales, days) in enumerate(months):
        if left == 0:
            break
        sold = _amount(sales, f"months[{n}].sales")
        length = whole_of(days, f"months[{n}].days", least=1, most=366)
        share = min(left, sold)
        total += length * (share / sold if sold > left else 1)
        left -= share
    if left:
        return Kpi(
            "DSO by countback", None, formula, reason="the sales given do not cover the receivables"
        )
    return Kpi("DSO by countback", round_to(total, 2), formula)


@exact
def collection_effectiveness(
    opening: Decimal, credit_sales: Decimal, ending: Decimal, ending_current: Decimal
) -> Kpi:
    """Share of what could be collected that was: 100 % is everything."""
    formula = "(opening + sales - ending) / (opening + sales - ending current) x 100"
    values = (opening, credit_sales, ending, ending_current)
    first, sales, last, current = (_amount(value, "receivables") for value in values)
    base = first + sales - current
    if base <= 0:
        return Kpi("CEI", None, formula, "%", "nothing was due for collection")
    return Kpi("CEI", round_to((first + sales - last) * 100 / base, 2), formula, "%")


def _days(name: str, formula: str, amount: Decimal, credit_sales: Decimal, days: int) -> Kpi:
    length = whole_of(days, "days", least=1, most=3660)
    owed = decimal_of(amount, "receivables", code="money")
    sales = _amount(credit_sales, "credit_sales")
    if sales == 0:
        return Kpi(name, None, formula, reason=NO_SALES)
    return Kpi(name, round_to(owed * length / sales, 2), formula)


def _amount(value: Decimal, path: str) -> Decimal:
    number = decimal_of(value, path, code="money")
    if number < 0:
        invalid("money.negative", path, "at least 0 is wanted")
    return number

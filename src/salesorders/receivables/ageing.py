"""Who owes what for how long: open items by age, with unapplied cash in a column of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import exact, whole_of
from salesorders.kernel.money import NOTHING, currency_of
from salesorders.receivables.model import OpenItem, Payment
from salesorders.tables import Table

__all__ = ["ageing"]

ZERO = Decimal(0)
Cell = str | Decimal
NOBODY = "(unidentified)"


@exact
def ageing(
    items: Iterable[OpenItem],
    payments: Iterable[Payment],
    as_of: date,
    currency: str,
    buckets: Sequence[int] = (30, 60, 90),
) -> Table:
    """Return what is open by days overdue on ``as_of``: a row a customer, the last ``total``.

    Columns: current (not overdue), one for each bucket's days, beyond the last, unapplied (cash
    without an invoice, as a credit) and total. Items and payments are taken as they are handed in;
    those of another currency and those with nothing open are left out. The grand total is the
    receivables control account less unapplied cash. Raises ``ageing.buckets``.
    """
    edges = [whole_of(edge, f"buckets[{n}]", least=1, most=3660) for n, edge in enumerate(buckets)]
    if not edges or edges != sorted(set(edges)):
        invalid("ageing.buckets", "buckets", "days are wanted in rising order")
    zero = NOTHING[currency_of(currency)]
    rows: dict[str, list[Decimal]] = {}
    for item in items:
        if item.currency == currency and not item.is_paid:
            row = rows.setdefault(item.customer, [zero] * (len(edges) + 3))
            row[_bucket(item.days_overdue(as_of), edges)] += item.open
    for payment in payments:
        if payment.currency == currency and payment.unapplied:
            row = rows.setdefault(payment.customer or NOBODY, [zero] * (len(edges) + 3))
            row[-1] -= payment.unapplied
    table: list[tuple[Cell, ...]] = [
        (customer, *row, sum(row, zero)) for customer, row in sorted(rows.items())
    ]
    sums = [sum((row[n] for row in rows.values()), zero) for n in range(len(edges) + 3)]
    starts = [1, *(edge + 1 for edge in edges)]
    names = [f"{start}-{edge}" for start, edge in zip(starts, edges, strict=False)]
    columns = ("customer", "current", *names, f">{edges[-1]}", "unapplied", "total")
    return Table(
        f"Ageing on {as_of.isoformat()} in {currency}",
        columns,
        (*table, ("total", *sums, sum(sums, zero))),
        ("By due date. Unapplied cash is a credit; the total is open items less unapplied cash.",),
    )


def _bucket(days: int, edges: Sequence[int]) -> int:
    if days <= 0:
        return 0
    return 1 + sum(days > edge for edge in edges)

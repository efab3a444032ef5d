"""Reads the orders of a folder, for the notebook beside it: our own sample, or the tables of a Northwind dump."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import salesorders as so

SAMPLE = Path(__file__).parent / "data" / "orders"
CENT = Decimal("0.01")


def read(
    folder: Path, *, months_of_sales: Decimal = Decimal(6), days_net: int = 30
) -> so.CreditHistory:
    """Return what happened, out of ``orders.csv`` and ``limits.csv`` or ``salesorder.csv`` and ``orderdetail.csv``.

    A Northwind dump holds no limits and no payments. There each customer gets ``months_of_sales`` of its
    average month as a limit, and pays ``days_net`` days after the goods left, each the later the larger
    its number: an assumption, and said to be one.
    """
    if (folder / "orders.csv").exists():
        with (folder / "limits.csv").open(newline="", encoding="utf-8") as file:
            limits = {row["customer"]: row["limit"] or None for row in csv.DictReader(file)}
        with (folder / "orders.csv").open(newline="", encoding="utf-8") as file:
            return so.CreditHistory.from_csv(file, limits, "EUR")
    if (folder / "salesorder.csv").exists():
        orders = list(northwind(folder, days_net))
        return so.CreditHistory.of(orders, limits_from(orders, months_of_sales), "USD")
    raise SystemExit(f"{folder} holds neither orders.csv nor salesorder.csv")


def northwind(folder: Path, days_net: int) -> Iterator[so.PastOrder]:
    """Yield the orders of a Northwind dump, lines less discount plus freight."""
    worth: dict[str, Decimal] = defaultdict(Decimal)
    with (folder / "orderdetail.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            price, quantity = Decimal(row["unitPrice"]), Decimal(row["quantity"])
            worth[row["orderId"]] += price * quantity * (1 - Decimal(row["discount"]))
    with (folder / "salesorder.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            shipped = day(row["shippedDate"])
            due = shipped and shipped + timedelta(days=days_net)
            # Nobody wrote down when they paid: some on time, some up to seven weeks late.
            late = timedelta(days=7 * (int(row["customerId"]) % 8))
            amount = worth[row["entityId"]] + Decimal(row["freight"])
            yield so.PastOrder(
                order=row["entityId"],
                customer=f"N{row['customerId']}",
                amount=amount.quantize(CENT, ROUND_HALF_UP),
                placed_on=day(row["orderDate"]),
                ships_on=day(row["requiredDate"]),
                shipped_on=shipped,
                due_on=due,
                paid_on=due and due + late,
            )


def day(text: str) -> date | None:
    """Return the day of a moment as the dump writes it, ``None`` for NULL."""
    return date.fromisoformat(text[:10]) if text and text != "NULL" else None


def limits_from(orders: list[so.PastOrder], months: Decimal) -> dict[str, object]:
    """Give each customer so many of its average months as a limit, in whole hundreds, at least one."""
    sold: dict[str, Decimal] = defaultdict(Decimal)
    for one in orders:
        sold[one.customer] += one.amount
    first, last = min(o.placed_on for o in orders), max(o.placed_on for o in orders)
    span = Decimal((last - first).days + 1) / 30
    return {
        customer: max(Decimal(100), (total / span * months / 100).quantize(Decimal(1)) * 100)
        for customer, total in sold.items()
    }

"""What happened, as far as credit looks at it: orders with the days on which they were placed, left and were paid."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from salesorders.credit import CreditLimit
from salesorders.kernel.calendar import date_of
from salesorders.kernel.change import changed
from salesorders.kernel.errors import InvalidValue, invalid
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import tuple_of
from salesorders.kernel.money import amount_of, currency_of

__all__ = ["CreditHistory", "PastOrder"]

COLUMNS = (
    "order",
    "customer",
    "amount",
    "placed_on",
    "ships_on",
    "shipped_on",
    "due_on",
    "paid_on",
)
MOST = 1_000_000


def _ships_on(value: object) -> date | None:
    return None if value is None else date_of(value, "ships_on")


def _shipped_on(value: object) -> date | None:
    return None if value is None else date_of(value, "shipped_on")


def _due_on(value: object) -> date | None:
    return None if value is None else date_of(value, "due_on")


def _paid_on(value: object) -> date | None:
    return None if value is None else date_of(value, "paid_on")


def _order(value: str) -> str:
    return ident_of(value, "order")


def _customer(value: str) -> str:
    return ident_of(value, "customer")


def _placed_on(value: object) -> date:
    return date_of(value, "placed_on")


@attrs.frozen(kw_only=True)
class PastOrder:
    """An order of the past: gross value, and the days that are known of it; ``None`` where it never came so far.

    ``ships_on`` is the goods issue that was planned, ``shipped_on`` the one that was; with it the order
    was billed, due on ``due_on`` and paid in full on ``paid_on``, that day or later. ``amount`` is what
    :meth:`CreditHistory.of` takes for one of its currency. Raises ``history.order``.
    """

    order: str = attrs.field(converter=_order)
    customer: str = attrs.field(converter=_customer)
    amount: Decimal
    placed_on: date = attrs.field(converter=_placed_on)
    ships_on: date | None = attrs.field(default=None, converter=_ships_on)
    shipped_on: date | None = attrs.field(default=None, converter=_shipped_on)
    due_on: date | None = attrs.field(default=None, converter=_due_on)
    paid_on: date | None = attrs.field(default=None, converter=_paid_on)

    def __attrs_post_init__(self) -> None:
        if self.shipped_on is not None and self.shipped_on < self.placed_on:
            invalid("history.order", "shipped_on", "an order leaves after it was placed")
        if self.paid_on is not None and (self.shipped_on or date.max) > self.paid_on:
            invalid("history.order", "paid_on", "an order is paid after it left and was billed")

    @property
    def days_late(self) -> int | None:
        """How many days after it was due the order was paid; ``None`` where it was not, or was due on no day."""
        if self.paid_on is None or self.due_on is None:
            return None
        return max(0, (self.paid_on - self.due_on).days)


@attrs.frozen
class CreditHistory:
    """Past orders in one currency, with the limit of each customer; one that is not named has none set."""

    currency: str
    orders: tuple[PastOrder, ...]
    limits: Mapping[str, CreditLimit]

    @property
    def known_to(self) -> date | None:
        """The last day of which anything is told, ``None`` of an empty history; nobody knows what came after."""
        days = (
            day
            for one in self.orders
            for day in (one.placed_on, one.shipped_on, one.paid_on)
            if day is not None
        )
        return max(days, default=None)

    @classmethod
    def of(
        cls, orders: Iterable[PastOrder], limits: Mapping[str, object], currency: str
    ) -> CreditHistory:
        """Put a history together; ``limits`` are as in ``set_limit``. Raises ``history.order`` for one order twice."""
        code = currency_of(currency)
        given: tuple[PastOrder, ...] = tuple_of(orders, "orders", most=MOST)
        kept = [_checked(one, code, f"orders[{index}]") for index, one in enumerate(given)]
        seen: set[str] = set()
        for index, one in enumerate(kept):
            if one.order in seen:
                invalid("history.order", f"orders[{index}].order", f"{one.order} stands twice")
            seen.add(one.order)
        if not isinstance(limits, Mapping):
            invalid("value.type", "limits", "limits by customer are wanted")
        named = {
            name: CreditLimit.of(limit, code, f"limits.{name}") for name, limit in limits.items()
        }
        return cls(code, tuple(sorted(kept, key=lambda one: (one.placed_on, one.order))), named)

    @classmethod
    def from_csv(
        cls, lines: Iterable[str], limits: Mapping[str, object], currency: str
    ) -> CreditHistory:
        """Read orders from an open CSV file: ``order, customer, amount, placed_on``, and what else is known.

        Days are ISO dates, blank where there is none. Raises ``history.columns``, ``history.csv`` for a file
        that is broken, and as :meth:`of`; paths name the line of the order, the first after the heading being 1.
        """
        return cls.of(_read(lines, currency_of(currency)), limits, currency)


def _checked(past: PastOrder, currency: str, path: str) -> PastOrder:
    """Return the order with its value as a plain amount of the currency."""
    if not isinstance(past, PastOrder):
        invalid("value.type", path, "a PastOrder is wanted")
    amount = amount_of(past.amount, currency, f"{path}.amount")
    if amount < 0:
        invalid("money.negative", f"{path}.amount", "an order is worth at least 0")
    return changed(past, amount=amount)


def _read(lines: Iterable[str], currency: str) -> Iterator[PastOrder]:
    given: object = lines
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        invalid("value.type", "lines", "an open text file is wanted, or its lines")
    rows = csv.DictReader(lines, strict=True)
    number = 0
    try:
        missing = sorted(set(COLUMNS[:4]) - set(rows.fieldnames or ()))
        if missing:
            invalid("history.columns", "lines", f"the columns {', '.join(missing)} are missing")
        for number, row in enumerate(rows, 1):
            yield _past(row, f"lines[{number}]", currency)
    except csv.Error as error:
        raise InvalidValue("history.csv", f"lines[{number + 1}]", str(error)) from error


def _past(row: Mapping[str, Any], path: str, currency: str) -> PastOrder:
    try:
        days = {name: row.get(name) or None for name in COLUMNS[4:]}
        return PastOrder(
            order=row["order"],
            customer=row["customer"],
            amount=amount_of(row["amount"], currency, "amount"),
            placed_on=row["placed_on"],
            **days,
        )
    except InvalidValue as error:
        raise error.within(path) from error

"""The reports counter: views for people. Nothing is written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from salesorders.aio.history import facts
from salesorders.kernel.calendar import date_of
from salesorders.lifecycle import (
    Kpis,
    backlog,
    items_as_of,
    kpis,
    open_holds,
    payments_as_of,
    period_of,
)
from salesorders.receivables import OpenItem, ageing
from salesorders.tables import Table

if TYPE_CHECKING:
    from salesorders.aio.desk import Desk

__all__ = ["Reports"]

MOST = 1_000_000


class Reports:
    """Tables that print, show as HTML and give records."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ageing(self, as_of: date) -> Table:
        """Return what customers owe by days overdue, as it stood at the end of ``as_of``."""
        engine = self._desk.engine
        as_of = date_of(as_of, "as_of")
        recorded = await facts(engine)
        items = items_as_of(await self._items(), recorded, as_of)
        payments = payments_as_of(await self._all("payment", "all"), recorded, as_of)
        return ageing(items, payments, as_of, engine.currency)

    async def kpis(self, first: date, last: date) -> Kpis:
        """Return the key figures of a period, both days included."""
        first, last = period_of(first, last)
        return kpis(await facts(self._desk.engine), await self._items(), first, last)

    async def backlog(self) -> Table:
        """Return what is still to be shipped."""
        return backlog(await self._all("order", "backlog"))

    async def open_holds(self) -> Table:
        """Return the orders that are held, and why."""
        return open_holds(await self._all("order", "held"))

    async def _items(self) -> list[OpenItem]:
        return await self._all("receivable", "all")

    async def _all(self, kind: str, name: str) -> list[Any]:
        return [held.document for held in await self._desk.engine.all(kind, name, "", MOST)]

"""The stock counter: receipts, planned receipts, counts, availability."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from salesorders.aio.counter import Counter
from salesorders.inventory import StockLevel, StockSites, availability
from salesorders.kernel.actors import Actor
from salesorders.kernel.calendar import date_of
from salesorders.kernel.errors import NotFound
from salesorders.kernel.ids import ident_of
from salesorders.lifecycle import (
    ADJUST,
    PLAN_RECEIPT,
    RECEIVE,
    AdjustRequest,
    ReceiptRequest,
    Rejected,
    Stocked,
)
from salesorders.tables import Table

__all__ = ["Stock"]

Number = Decimal | int | str


class Stock(Counter[StockLevel]):
    """Stock by item and site. ``level`` reads one; ``find`` by ``sku=`` or ``site=``."""

    kind = "stock"
    lookups = ("sku", "site")

    async def receive(
        self,
        sku: str,
        quantity: Number,
        *,
        site: str,
        receipt: str = "",
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Stocked | Rejected:
        """Goods came in: ``quantity`` above 0 in the item's base unit; ``receipt`` is the planned one, if any."""
        return await self._run(
            RECEIVE, ReceiptRequest(sku, quantity, site, None, receipt), key, by, dry_run
        )

    async def plan_receipt(
        self,
        sku: str,
        quantity: Number,
        *,
        site: str,
        on: date,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Stocked | Rejected:
        """Goods are expected on a day and may be promised from then on."""
        return await self._run(
            PLAN_RECEIPT, ReceiptRequest(sku, quantity, site, date_of(on, "on")), key, by, dry_run
        )

    async def adjust(
        self,
        sku: str,
        quantity: Number,
        *,
        site: str,
        reason: str,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Stocked | Rejected:
        """A count differs: ``quantity`` is added to what is on hand and may be negative."""
        return await self._run(ADJUST, AdjustRequest(sku, quantity, site, reason), key, by, dry_run)

    async def level(self, sku: str, site: str) -> StockLevel:
        """Return the stock of an item at a site; raises ``stock.unknown``."""
        ref = f"stock/{ident_of(sku, 'sku')}@{ident_of(site, 'site')}"
        held = await self._desk.engine.store.read(self._desk.tenant, (ref,))
        if ref not in held:
            raise NotFound("stock.unknown", "sku", f"{sku} has never been at {site}")
        level: StockLevel = held[ref].document
        return level

    async def availability(self, sku: str, *, by: Actor | None = None) -> Table:
        """Return what may be promised of an item, by site and day, without breaking a promise already given."""
        engine = self._desk.engine
        sites_ref = f"sites/{ident_of(sku, 'sku')}"
        held = await engine.store.read(self._desk.tenant, (sites_ref,))
        sites: StockSites = held[sites_ref].document if sites_ref in held else StockSites(sku)
        refs = tuple(f"stock/{sku}@{site}" for site in sites.sites)
        levels = await engine.store.read(self._desk.tenant, refs)
        command = engine.command(self._desk.actor_or_host(by), "read")
        policy = engine.setting(command).policies.inventory
        return availability(
            [levels[ref].document for ref in refs if ref in levels],
            command.today,
            command.at,
            policy,
        )

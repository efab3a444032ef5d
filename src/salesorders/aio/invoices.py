"""The invoices counter."""

from __future__ import annotations

from datetime import date

from salesorders.aio.counter import Counter
from salesorders.billing import IssuedInvoice
from salesorders.kernel.actors import Actor
from salesorders.kernel.change import Page, changed
from salesorders.lifecycle import ISSUE, Issued, IssueRequest, Rejected
from salesorders.receivables import OpenItem

__all__ = ["Invoices"]


class Invoices(Counter[IssuedInvoice]):
    """Invoices. ``find`` by ``customer=``, ``order=`` or ``number=``; ``balance`` is what is open when read."""

    kind = "invoice"
    lookups = ("customer", "order", "number")

    async def issue(
        self,
        shipment: str,
        *,
        on: date | None = None,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Issued | Rejected:
        """Bill a shipment under the next number; ``on`` is today by default."""
        return await self._run(ISSUE, IssueRequest(shipment, on), key, by, dry_run)

    async def get(self, name: str) -> IssuedInvoice:
        """Return the invoice of that id with what is settled on it so far."""
        (invoice,) = await self._settled((await super().get(name),))
        return invoice

    async def find(
        self, *, after: str = "", limit: int = 100, **lookup: str
    ) -> Page[IssuedInvoice]:
        """Return a page of invoices under one lookup, each with what is settled on it so far."""
        page = await super().find(after=after, limit=limit, **lookup)
        return Page(await self._settled(page.items), page.after)

    async def _settled(self, invoices: tuple[IssuedInvoice, ...]) -> tuple[IssuedInvoice, ...]:
        refs = tuple(f"receivable/{invoice.id}" for invoice in invoices)
        held = await self._desk.engine.store.read(self._desk.tenant, refs)
        items: list[OpenItem] = [held[ref].document for ref in refs]
        return tuple(
            changed(invoice, settled=item.settled) if item.applications else invoice
            for invoice, item in zip(invoices, items, strict=True)
        )

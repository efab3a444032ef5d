# Generated from salesorders/aio/catalog.py by tools/make_sync.py; edit that file and run the tool.
"""The catalog counter: items and customers."""

from __future__ import annotations

from salesorders.sync.counter import Counter
from salesorders.catalog import Customer, Item
from salesorders.kernel.actors import Actor
from salesorders.kernel.change import Page
from salesorders.lifecycle import ADD, CHANGE, RETIRE, Added, MasterRequest, Rejected, RetireRequest
from salesorders.tables import Table

__all__ = ["Catalog"]


class Catalog(Counter[Item]):
    """Items and customers. ``get`` and ``find`` speak of items; ``customer`` and ``customers`` of customers."""

    kind = "item"

    def add(
        self,
        *things: Item | Customer,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Added | Rejected:
        """Add items and customers, all or none; a customer's credit account is opened with its limit."""
        return self._run(ADD, MasterRequest(things), key, by, dry_run)

    def change(
        self,
        *things: Item | Customer,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Added | Rejected:
        """Replace items and customers by new versions; documents keep what they were made from."""
        return self._run(CHANGE, MasterRequest(things), key, by, dry_run)

    def retire(
        self, ref: str, *, key: str | None = None, by: Actor | None = None, dry_run: bool = False
    ) -> Added:
        """Take ``item/...`` or ``customer/...`` out of use for new orders."""
        return self._run(RETIRE, RetireRequest(ref), key, by, dry_run)

    def customer(self, name: str) -> Customer:
        """Return a customer by id."""
        return _Customers(self._desk).get(name)

    def customers(
        self, *, after: str = "", limit: int = 100, **lookup: str
    ) -> Page[Customer]:
        """Return a page of customers; ``alias=`` finds by name or identifier."""
        return _Customers(self._desk).find(after=after, limit=limit, **lookup)

    def quality(self) -> Table:
        """Return what is missing in master data: items without price or cost, customers without limit."""
        rows: list[tuple[str, str]] = []
        for held in self._desk.engine.all("item", "all", "", 100_000):
            item = held.document
            rows += [(item.ref, "no list price")] if not item.prices else []
            rows += [(item.ref, "no cost")] if item.stocked and item.cost is None else []
        for held in self._desk.engine.all("credit", "all", "", 100_000):
            account = held.document
            rows += (
                [(f"customer/{account.customer}", "no credit limit set")]
                if account.limit.kind == "not_set"
                else []
            )
        return Table("Master data to complete", ("what", "missing"), tuple(rows))


class _Customers(Counter[Customer]):
    kind = "customer"
    lookups = ("alias",)

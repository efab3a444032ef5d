# Generated from salesorders/aio/orders.py by tools/make_sync.py; edit that file and run the tool.
"""The orders counter: price, place, release, approve, decline."""

from __future__ import annotations

from collections.abc import Sequence

from salesorders.sync.counter import Counter
from salesorders.interchange import OrderDocument
from salesorders.interchange.intake import INTAKE, IntakeRequest
from salesorders.kernel.actors import Actor
from salesorders.kernel.errors import invalid
from salesorders.lifecycle import (
    APPROVE,
    DECLINE,
    PLACE,
    QUOTE,
    RELEASE,
    Declined,
    Held,
    HeldRequest,
    Placed,
    PlaceRequest,
    Quote,
    Rejected,
    quoted,
)
from salesorders.orders import Line, Order, OrderRequest

__all__ = ["Orders"]


class Orders(Counter[Order]):
    """Orders. ``find`` by ``customer=``, ``reference=``, ``held=""``, ``backlog=""`` or ``done=""``."""

    kind = "order"
    lookups = ("customer", "reference", "held", "backlog", "done")

    def price(
        self, customer: str | OrderRequest, lines: Sequence[Line] = (), *, by: Actor | None = None
    ) -> Quote:
        """Price a request and answer with the quote; nothing is written.

        ``customer`` is an id with ``lines``, or a whole :class:`OrderRequest`. Raises
        :class:`~salesorders.kernel.errors.Refused` with every finding where it can't be priced.
        """
        request = customer if isinstance(customer, OrderRequest) else OrderRequest(customer, lines)
        actor = self._desk.engine.admitted(self._desk.actor if by is None else by, QUOTE.name)
        return quoted(self._desk.engine.ask(QUOTE, request, actor))

    def place(
        self,
        order: Quote | OrderRequest,
        *,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Placed | Held | Rejected:
        """Place a quote or a request: it is priced again, every gate is asked, stock and credit are claimed."""
        if isinstance(order, Quote):
            request = PlaceRequest(order.request, order.amounts.gross)
        elif isinstance(order, OrderRequest):
            request = PlaceRequest(order)
        else:
            invalid(
                "order.type",
                "order",
                f"a Quote or OrderRequest is wanted, not {type(order).__name__}",
            )
        return self._run(PLACE, request, key, by, dry_run)

    def intake(
        self,
        document: OrderDocument,
        *,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Placed | Held | Rejected:
        """Place an order that a reader took from a document; everything that is wrong is answered at once."""
        if not isinstance(document, OrderDocument):
            invalid(
                "order.type", "document", "an OrderDocument is wanted: read_ubl_order gives one"
            )
        return self._run(INTAKE, IntakeRequest(document), key, by, dry_run)

    def release(
        self,
        order: str,
        *,
        reason: str,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Placed | Held | Rejected:
        """Let a credit hold go, for a reason; never by a maker of the order."""
        return self._run(RELEASE, HeldRequest(order, reason), key, by, dry_run)

    def approve(
        self,
        order: str,
        *,
        reason: str,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Placed | Held | Rejected:
        """Let a discount or price hold go, within the approver's authority; never by a maker of the order."""
        return self._run(APPROVE, HeldRequest(order, reason), key, by, dry_run)

    def decline(
        self,
        order: str,
        *,
        reason: str,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Declined | Rejected:
        """Turn a held order down; what it reserved is free again."""
        return self._run(DECLINE, HeldRequest(order, reason), key, by, dry_run)

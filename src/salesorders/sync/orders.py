# Generated from salesorders/aio/orders.py by tools/make_sync.py; edit that file and run the tool.
"""The orders counter: price, place, amend, cancel, close, reopen, release, approve, decline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from salesorders.sync.counter import Counter
from salesorders.catalog import Address
from salesorders.interchange import OrderDocument
from salesorders.interchange.intake import INTAKE, IntakeRequest
from salesorders.kernel.actors import Actor
from salesorders.kernel.errors import invalid
from salesorders.lifecycle import (
    AMEND,
    APPROVE,
    CANCEL,
    CLOSE,
    DECLINE,
    PLACE,
    QUOTE,
    RELEASE,
    REOPEN,
    Amended,
    AmendRequest,
    Cancelled,
    CancelRequest,
    Closed,
    CloseRequest,
    Declined,
    Held,
    HeldRequest,
    Placed,
    PlaceRequest,
    Quote,
    Rejected,
    Reopened,
    ReopenRequest,
    cancel_lines,
    quoted,
)
from salesorders.orders import Line, LineChange, Order, OrderRequest

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

    def amend(
        self,
        order: str,
        changes: Iterable[LineChange] = (),
        *,
        reason: str,
        add: Iterable[Line] = (),
        requested_on: date | None = None,
        ship_to: Address | None = None,
        ship_to_name: str | None = None,
        reprice: bool = False,
        seen: Order | str | None = None,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Amended | Held | Rejected:
        """Change an order, whole or not at all: quantities, dates and discounts of lines, new lines, where it goes.

        Every gate that the change concerns is asked again; ``Held`` leaves the order as it was. ``seen`` is the
        order as the user saw it, or its ``fingerprint``: raises ``version.stale`` where it changed since.
        """
        request = AmendRequest(
            order, reason, changes, add, requested_on, ship_to, ship_to_name, reprice, seen
        )
        return self._run(AMEND, request, key, by, dry_run)

    def cancel(
        self,
        order: str,
        lines: Mapping[str, object] | None = None,
        *,
        reason: str,
        seen: Order | str | None = None,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Cancelled | Rejected:
        """Cancel what is open of an order, or quantities of ``lines`` by id; all that was claimed for it is free.

        Paths of findings count the lines by id.
        """
        named = () if lines is None else cancel_lines(lines)
        return self._run(CANCEL, CancelRequest(order, reason, named, seen), key, by, dry_run)

    def close(
        self,
        order: str,
        *,
        reason: str,
        seen: Order | str | None = None,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Closed | Rejected:
        """Close an order short: what is open will not come, what has left stays as it is."""
        return self._run(CLOSE, CloseRequest(order, reason, seen), key, by, dry_run)

    def reopen(
        self,
        order: str,
        *,
        reason: str,
        seen: Order | str | None = None,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Reopened | Held | Rejected:
        """Undo the last ``cancel`` or ``close``, where every gate lets it pass; ``Held`` leaves it as it was."""
        return self._run(REOPEN, ReopenRequest(order, reason, seen), key, by, dry_run)

    def release(
        self,
        order: str,
        *,
        reason: str,
        seen: Order | str | None = None,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Placed | Held | Rejected:
        """Let a credit hold go, for a reason; never by a maker of the order.

        ``seen`` is the order as it was looked at, or its ``fingerprint``: raises ``version.stale`` where it
        changed since. So it is for ``approve`` and ``decline``.
        """
        return self._run(RELEASE, HeldRequest(order, reason, seen), key, by, dry_run)

    def approve(
        self,
        order: str,
        *,
        reason: str,
        seen: Order | str | None = None,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Placed | Held | Rejected:
        """Let a discount or price hold go, within the approver's authority; never by a maker of the order."""
        return self._run(APPROVE, HeldRequest(order, reason, seen), key, by, dry_run)

    def decline(
        self,
        order: str,
        *,
        reason: str,
        seen: Order | str | None = None,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Declined | Rejected:
        """Turn a held order down; what it reserved is free again."""
        return self._run(DECLINE, HeldRequest(order, reason, seen), key, by, dry_run)

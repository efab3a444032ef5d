# Generated from salesorders/aio/shipments.py by tools/make_sync.py; edit that file and run the tool.
"""The shipments counter."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from salesorders.sync.counter import Counter
from salesorders.fulfilment import ShipLine, Shipment, ShipRequest
from salesorders.kernel.actors import Actor
from salesorders.kernel.errors import invalid
from salesorders.lifecycle import SHIP, Rejected, Shipped, by_line

__all__ = ["Shipments"]


class Shipments(Counter[Shipment]):
    """Shipments. ``find`` by ``order=``, ``customer=`` or ``unbilled=`` (a customer)."""

    kind = "shipment"
    lookups = ("order", "customer", "unbilled")

    def ship(
        self,
        order: str,
        lines: Mapping[str, Decimal | int | str] | None = None,
        *,
        site: str = "",
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Shipped | Rejected:
        """Ship from one site: ``lines`` (line id to quantity), by default all that is confirmed and lies there.

        Paths of findings count the lines by id.
        """
        if lines is not None and not isinstance(lines, Mapping):
            invalid("shipment.lines", "lines", "line ids with quantities are wanted")
        if lines is not None and not lines:
            invalid(
                "shipment.nothing", "lines", "no line is named; leave lines out to ship everything"
            )
        named = by_line(lines or {}, ShipLine)
        return self._run(SHIP, ShipRequest(order, named, site), key, by, dry_run)

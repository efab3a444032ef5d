"""What a reader finds wrong in one look at everything: sums that don't agree are half-written work."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import salesorders as so
from salesorders.kernel.codec import decode
from salesorders.kernel.limits import exact
from salesorders.receivables import OpenItem, Payment
from salesorders.storage import Snapshot

ZERO = Decimal(0)


def documents(snapshot: Snapshot) -> dict[str, list[Any]]:
    """The documents of a snapshot by kind."""
    found: dict[str, list[Any]] = {}
    for one in snapshot.documents:
        found.setdefault(one.ref.partition("/")[0], []).append(decode(one.body))
    return found


def seen(desk: so.Desk) -> str:
    """What is wrong in one snapshot and in one read of all payments and receivables; nothing where all is well."""
    store = desk.engine.store
    snapshot = store.snapshot(desk.tenant)
    refs = [
        one.ref for one in snapshot.documents if one.ref.startswith(("payment/", "receivable/"))
    ]
    there = store.read(desk.tenant, refs)
    cash = [one.document for one in there.values()]
    return "; ".join([*disagreements(documents(snapshot)), *unbalanced(cash, "read")])


@exact
def disagreements(found: dict[str, list[Any]]) -> list[str]:
    """Where two documents of one command tell different stories."""
    wrong = []
    orders = [order for order in found.get("order", []) if not order.holds]
    for level in found.get("stock", []):
        claimed = _sum(
            claim.quantity
            for order in orders
            for line in order.lines
            for claim in line.claimed
            if (line.sku, claim.site) == (level.sku, level.site)
        )
        if claimed != level.claimed:
            wrong.append(f"{level.ref}: {level.claimed} claimed, orders claim {claimed}")
        supply = level.on_hand + _sum(receipt.quantity for receipt in level.receipts)
        if level.claimed > supply:
            wrong.append(f"{level.ref}: {level.claimed} claimed of {supply}")
    accounts = {account.customer: account for account in found.get("credit", [])}
    for account in accounts.values():
        members = {name for name in accounts if account.customer in _reached(accounts, name)}
        gone = _sum(
            paper.amounts.gross for paper in found.get("shipment", []) if paper.customer in members
        )
        owed = _sum(
            order.amounts.gross
            for order in orders
            if order.customer in members and order.status != "cancelled"
        )
        if account.exposure.open_orders != owed - gone:
            wrong.append(f"{account.ref}: {account.exposure.open_orders} of {owed - gone}")
    return [*wrong, *unbalanced([*found.get("payment", []), *found.get("receivable", [])], "seen")]


def _reached(accounts: dict[str, Any], name: str) -> set[str]:
    """An account itself, and every group and pool in which it counts."""
    return {name}.union(*(_reached(accounts, one) for one in accounts[name].within))


@exact
def unbalanced(cash: list[Any], how: str) -> list[str]:
    """Cash goes from payments to invoices and back: what is used of the one is settled on the other."""
    used = _sum(one.allocated for one in cash if isinstance(one, Payment))
    settled = _sum(one.settled for one in cash if isinstance(one, OpenItem))
    return [] if used == settled else [f"{how}: {used} used, {settled} settled"]


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, ZERO)

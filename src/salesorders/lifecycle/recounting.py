"""Counting an account from its documents: what running totals must agree with, and what begins totals by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import attrs

from salesorders.credit import Accounts, CreditAccount, ExposureEntry, recomputed
from salesorders.credit.events import AccountRecounted
from salesorders.credit.model import BUCKETS
from salesorders.credit.model.exposure import day_totals
from salesorders.fulfilment import Shipment
from salesorders.kernel.change import Ask, Change, Command, Document, Loading, changed
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import CONTEXT, exact
from salesorders.lifecycle.ahead import waits
from salesorders.lifecycle.crediting import with_above
from salesorders.lifecycle.dating import planned_days, with_days
from salesorders.lifecycle.outcomes import Recounted
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.orders import Order
from salesorders.receivables import OpenItem, Payment

__all__ = ["RECOUNT", "RecountRequest", "exposure_entries"]

ZERO = Decimal(0)
MOST = 1_000_000


@exact
def exposure_entries(
    orders: Sequence[Order],
    shipments: Iterable[Shipment],
    items: Iterable[OpenItem],
    payments: Iterable[Payment],
) -> list[ExposureEntry]:
    """Return what each document of a customer adds to which bucket; nothing counts twice.

    An order counts for its gross value less what its shipments were worth, a shipment until it is billed,
    an item for what is open of it, a payment for what is not applied, less what waits for orders.
    """
    left: dict[str, Decimal] = {}
    entries = []
    for shipment in shipments:
        gross = shipment.amounts.gross
        left[shipment.order] = left.get(shipment.order, ZERO) + gross
        if not shipment.invoice:
            entries.append(ExposureEntry("delivered_unbilled", gross, shipment.ref))
    for order in orders:
        if order.holds:
            continue
        value = order.amounts.gross - left.get(order.id, ZERO)
        if value:
            if order.credit_on is None:
                entries.append(ExposureEntry("open_orders", value, order.ref))
                continue
            entries += [
                ExposureEntry("open_orders", day.amount, order.ref, day.on)
                for day in planned_days(order, value)
            ]
    for item in items:
        calm = CONTEXT.subtract(item.open, item.disputed)
        entries.append(ExposureEntry("open_items", calm, item.ref, item.due_on))
        if item.disputed:
            entries.append(ExposureEntry("disputed", item.disputed, item.ref, item.due_on))
    entries += [ExposureEntry("unapplied", one.unapplied, one.ref) for one in payments]
    for order in orders:
        if there := waits(order):
            entries.append(ExposureEntry("paid_ahead", there, order.ref))
            entries.append(ExposureEntry("unapplied", -there, order.ref))
    return entries


def _account(value: str) -> str:
    return ident_of(value, "account")


@attrs.frozen
class RecountRequest:
    """Count an account from its documents and from the accounts that count in it."""

    account: str = attrs.field(converter=_account)


@attrs.frozen
class RecountCase:
    """The account with those above it, its documents, and the members whose sums it holds."""

    setting: Setting
    accounts: Accounts
    members: tuple[CreditAccount, ...]
    orders: Sequence[Order]
    shipments: Sequence[Shipment]
    items: Sequence[OpenItem]
    payments: Sequence[Payment]


def load_documents(customer: str, setting: Setting) -> Loading[RecountCase]:
    """Ask for everything that counts in a customer's exposure."""
    find = ("customer", customer)
    orders = ("order", *find)
    shipments = ("shipment", *find)
    items, payments = ("receivable", "open", customer), ("payment", "unapplied", customer)
    members = ("credit", "within", customer)
    ref = f"credit/{customer}"
    loaded = yield Ask((ref,), (orders, shipments, items, payments, members), MOST)
    accounts = yield from with_above(loaded.need(CreditAccount, ref, "account"))
    return RecountCase(
        setting,
        accounts,
        loaded.all(CreditAccount, *members),
        loaded.all(Order, *orders),
        loaded.all(Shipment, *shipments),
        loaded.all(OpenItem, *items),
        loaded.all(Payment, *payments),
    )


def load_recount(
    request: RecountRequest, setting: Setting, command: Command
) -> Loading[RecountCase]:
    """Ask for the account, everything that counts in it, and those above."""
    case = yield from load_documents(request.account, setting)
    return case


def recount(request: RecountRequest, case: RecountCase, command: Command) -> Change[Recounted]:
    """Set the account to what its documents say; those above follow by the difference.

    Where the policy asks by date, totals by day begin here, and every open order gets its day.
    """
    own = case.accounts.own
    dated = case.setting.policies.credit.keeps_days
    orders = [_dated(order) if dated else order for order in case.orders]
    entries = exposure_entries(orders, case.shipments, case.items, case.payments)
    exposure = recomputed(own.exposure.currency, entries)
    fresh = changed(own, exposure=exposure, orders_by_day=None, items_by_day=None)
    if dated:
        fresh = changed(
            fresh,
            orders_by_day=day_totals(entries, "open_orders"),
            items_by_day=day_totals(entries, "open_items"),
        )
    for member in case.members:
        fresh = fresh.combined(member)
    above = [one.combined(own, -1).combined(fresh) for one in case.accounts.above]
    differences = tuple(
        bucket
        for bucket in BUCKETS
        if CONTEXT.subtract(getattr(fresh.exposure, bucket), getattr(own.exposure, bucket))
    )
    moved = [new for new, old in zip(orders, case.orders, strict=True) if new is not old]
    event = AccountRecounted(own.customer, len(entries), differences)
    puts: tuple[Document, ...] = (fresh, *above, *moved)
    return Change(Recounted(fresh, differences), puts, (event,))


def _dated(order: Order) -> Order:
    return order if order.holds else with_days(order)


RECOUNT = UseCase("credit.recount", load_recount, recount)

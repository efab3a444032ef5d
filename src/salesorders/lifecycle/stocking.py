"""Stock that comes, is expected or is counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.catalog import Item
from salesorders.inventory import (
    ReceiptPlanned,
    StockAdjusted,
    StockLevel,
    StockReceived,
    StockSites,
)
from salesorders.kernel.calendar import date_of
from salesorders.kernel.change import Ask, Change, Command, Document, Loading
from salesorders.kernel.decision import Fact, refuse
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import ident_of, text_of
from salesorders.kernel.limits import decimal_of
from salesorders.kernel.messages import register
from salesorders.kernel.quantity import is_whole, quantity_of
from salesorders.lifecycle.outcomes import Rejected, Stocked
from salesorders.lifecycle.usecase import Setting, UseCase

__all__ = ["ADJUST", "PLAN_RECEIPT", "RECEIVE", "AdjustRequest", "ReceiptRequest"]

register(
    {
        "item.not_stocked": "{sku} is a service and has no stock.",
        "stock.below_zero": "{sku} at {site} would fall to {after}.",
    }
)


def _sku(value: str) -> str:
    return ident_of(value, "sku")


def _site(value: str) -> str:
    return ident_of(value, "site")


def _quantity(value: object) -> Decimal:
    return quantity_of(value, "quantity")


def _delta(value: object) -> Decimal:
    delta = decimal_of(value, "quantity", code="quantity")
    if not delta:
        invalid("quantity.zero", "quantity", "a count that does not differ is no adjustment")
    return delta


def _on(value: object) -> date | None:
    return None if value is None else date_of(value, "on")


def _receipt(value: str) -> str:
    return ident_of(value, "receipt") if value else ""


def _reason(value: str) -> str:
    return text_of(value, "reason")


@attrs.frozen
class ReceiptRequest:
    """So much of an item, in its base unit, at a site: received now, or planned for ``on``.

    ``receipt`` names the planned receipt that arrives; what is missing of it stays planned.
    """

    sku: str = attrs.field(converter=_sku)
    quantity: Decimal = attrs.field(converter=_quantity)
    site: str = attrs.field(converter=_site)
    on: date | None = attrs.field(default=None, converter=_on)
    receipt: str = attrs.field(default="", converter=_receipt)


@attrs.frozen
class AdjustRequest:
    """A count that differs: ``quantity`` is added to what is on hand and may be negative."""

    sku: str = attrs.field(converter=_sku)
    quantity: Decimal = attrs.field(converter=_delta)
    site: str = attrs.field(converter=_site)
    reason: str = attrs.field(default="count", converter=_reason)


@attrs.frozen
class StockingCase:
    """The item, its level at the site (new where there is none) and the sites that hold it."""

    setting: Setting
    item: Item
    level: StockLevel
    sites: StockSites


def load_stocking(
    request: ReceiptRequest | AdjustRequest, setting: Setting, command: Command
) -> Loading[StockingCase]:
    """Ask for item, level and sites."""
    item_ref, level_ref, sites_ref = (
        f"item/{request.sku}",
        f"stock/{request.sku}@{request.site}",
        f"sites/{request.sku}",
    )
    loaded = yield Ask((item_ref, level_ref, sites_ref))
    item = loaded.need(Item, item_ref, "sku")
    level = loaded.get(StockLevel, level_ref) or StockLevel(request.sku, request.site)
    return StockingCase(
        setting, item, level, loaded.get(StockSites, sites_ref) or StockSites(request.sku)
    )


def receive(
    request: ReceiptRequest, case: StockingCase, command: Command
) -> Change[Stocked | Rejected]:
    """Goods came in and are on hand."""
    _whole(request.quantity, case.item)
    if request.receipt:
        level = case.level.arrive(request.receipt, request.quantity)
    else:
        level = case.level.receive(request.quantity)
    event = StockReceived(request.sku, request.site, request.quantity, command.today, command.key)
    return _booked(level, event, case)


def plan_receipt(
    request: ReceiptRequest, case: StockingCase, command: Command
) -> Change[Stocked | Rejected]:
    """Goods are expected on a day and may be promised from then on."""
    _whole(request.quantity, case.item)
    on = request.on or command.today
    level = case.level.plan_receipt(command.new_id("PR"), on, request.quantity)
    event = ReceiptPlanned(request.sku, request.site, request.quantity, on, command.key)
    return _booked(level, event, case)


def adjust(
    request: AdjustRequest, case: StockingCase, command: Command
) -> Change[Stocked | Rejected]:
    """The count differs: what is on hand follows it, promises stay."""
    _whole(request.quantity, case.item)
    if case.level.on_hand + request.quantity < 0:
        facts: dict[str, Fact] = {
            "sku": request.sku,
            "site": request.site,
            "after": case.level.on_hand + request.quantity,
        }
        return Change(Rejected((refuse("stock.below_zero", "quantity", **facts),)))
    level = case.level.adjust(request.quantity)
    event = StockAdjusted(
        request.sku, request.site, request.quantity, command.today, request.reason
    )
    return _booked(level, event, case)


def _whole(quantity: Decimal, item: Item) -> None:
    if is_whole(item.unit) and quantity % 1:
        invalid("quantity.fractional_unit", "quantity", f"{item.unit} is indivisible")


def _booked(level: StockLevel, event: object, case: StockingCase) -> Change[Stocked | Rejected]:
    if not case.item.stocked:
        return Change(Rejected((refuse("item.not_stocked", "sku", sku=case.item.sku),)))
    puts: tuple[Document, ...] = (level,)
    sites = case.sites.with_site(level.site)
    if sites != case.sites:
        puts = (*puts, sites)
    return Change(Stocked(level), puts, (event,))


RECEIVE = UseCase("stock.receive", load_stocking, receive)
PLAN_RECEIPT = UseCase("stock.plan_receipt", load_stocking, plan_receipt)
ADJUST = UseCase("stock.adjust", load_stocking, adjust)

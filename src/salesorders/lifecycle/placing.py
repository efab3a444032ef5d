"""Placing an order: prices again, asks every gate, promises dates and claims what is bounded."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import attrs

from salesorders.amounts import Amounts
from salesorders.catalog import Customer, Item
from salesorders.credit import NO_EVIDENCE, Accounts, CreditAccount, Evidence
from salesorders.inventory import StockLevel, StockSites
from salesorders.kernel.change import (
    Ask,
    Change,
    Command,
    Document,
    GatewayEffect,
    Loading,
    changed,
)
from salesorders.kernel.decision import Effect, Finding
from salesorders.kernel.money import Money
from salesorders.lifecycle.crediting import load_evidence, refusals, with_above
from salesorders.lifecycle.gates import claim, gate_holds, merged, promise_all, refused
from salesorders.lifecycle.outcomes import Held, Placed, Rejected
from salesorders.lifecycle.quoting import priced, reference_findings
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.orders import Order, OrderHeld, OrderLine, OrderPlaced, OrderRequest

__all__ = ["PLACE", "PlaceCase", "PlaceRequest", "StockCase", "load_stock"]


@attrs.frozen
class PlaceRequest:
    """An order to place; ``shown`` is the total that the customer saw, where one was shown.

    ``remarks`` are findings of the channel that read it, kept with the order.
    """

    order: OrderRequest
    shown: Decimal | None = None
    remarks: tuple[Finding, ...] = ()


@attrs.frozen
class StockCase:
    """The stock of some items: which sites hold each, and the level at each site."""

    sites: Mapping[str, StockSites]
    levels: Mapping[str, StockLevel]


@attrs.frozen
class PlaceCase:
    """Everything that placing looks at."""

    setting: Setting
    customer: Customer | None
    account: Accounts | None
    items: Mapping[str, Item]
    stock: StockCase
    evidence: Evidence = NO_EVIDENCE


def load_stock(skus: list[str], sites: Mapping[str, StockSites]) -> Loading[StockCase]:
    """Ask for the level of every item at every site that holds it."""
    refs = tuple(f"stock/{sku}@{site}" for sku in skus if sku in sites for site in sites[sku].sites)
    loaded = yield Ask(refs)
    levels = ((ref, loaded.get(StockLevel, ref)) for ref in refs)
    return StockCase(sites, {ref: level for ref, level in levels if level is not None})


def load_place(request: PlaceRequest, setting: Setting, command: Command) -> Loading[PlaceCase]:
    """First wave: customer, account, items and where they lie; second: the stock there."""
    asked = request.order
    skus = sorted({line.sku for line in asked.lines})
    customer, account = f"customer/{asked.customer}", f"credit/{asked.customer}"
    leading = (account, *(f"sites/{sku}" for sku in skus))
    loaded = yield Ask((customer, *leading, *(f"item/{sku}" for sku in skus)), leading=leading)
    items = {sku: item for sku in skus if (item := loaded.get(Item, f"item/{sku}")) is not None}
    sites = {
        sku: entry for sku in skus if (entry := loaded.get(StockSites, f"sites/{sku}")) is not None
    }
    own, evidence = loaded.get(CreditAccount, account), NO_EVIDENCE
    accounts: Accounts | None = own
    if own is not None:
        accounts = yield from with_above(own)
        evidence = yield from load_evidence(accounts, setting, command)
    stock = yield from load_stock(skus, sites)
    return PlaceCase(setting, loaded.get(Customer, customer), accounts, items, stock, evidence)


def place(
    request: PlaceRequest, case: PlaceCase, command: Command
) -> Change[Placed | Held | Rejected]:
    """Place the order: placed where every gate lets pass, held where one asks for more, else rejected."""
    asked, policies = request.order, case.setting.policies
    findings = reference_findings(asked, case.customer, case.items)
    if findings or case.customer is None or case.account is None:
        return Change(Rejected((*request.remarks, *findings)))
    sheet = priced(asked, case.items, case.setting)
    remarks = (*request.remarks, *sheet.findings, *_drift(request, sheet.amounts))
    if refused(remarks):
        return Change(Rejected(remarks))
    order = _new_order(request, sheet.amounts, case, command)
    holds = gate_holds(order, remarks, case.account, policies, command, case.evidence)
    if gated := refusals(holds):
        return Change(Rejected((*remarks, *gated)))
    order = changed(order, holds=holds)
    answer = promise_all(order, case.stock.levels, case.stock.sites, policies, command)
    if refused(answer.findings):
        return Change(Rejected((*remarks, *answer.findings)))
    claims = claim(order, answer, case.account, policies, command)
    order = changed(claims.order, findings=(*remarks, *claims.findings))
    gates = tuple(hold.gate for hold in order.holds)
    placed = OrderPlaced(
        order.id,
        order.customer,
        order.reference,
        order.placed_on,
        case.setting.currency,
        order.amounts.gross,
        gates,
    )
    held = tuple(
        OrderHeld(order.id, hold.gate, tuple(sorted(hold.decision.codes))) for hold in order.holds
    )
    puts: tuple[Document, ...] = (order, *claims.levels)
    if claims.account is not None:
        puts = (*puts, *claims.account.accounts)
    if order.is_held:
        return Change(
            Held(order, merged(order, command, policies)), puts, (placed, *held, *claims.events)
        )
    return Change(Placed(order), puts, (placed, *claims.events), (confirmation(order),))


def confirmation(order: Order) -> GatewayEffect:
    """Return the notice that tells the customer what was confirmed."""
    payload = (
        ("order", order.id),
        ("customer", order.customer),
        ("reference", order.reference),
        ("total", order.total),
    )
    return GatewayEffect("notices", "order.confirmed", payload)


def _drift(request: PlaceRequest, amounts: Amounts) -> tuple[Finding, ...]:
    """A total other than the one shown: cheaper is remarked, dearer has to be agreed again."""
    if request.shown is None or request.shown == amounts.gross:
        return ()
    effect = Effect.REFER if amounts.gross > request.shown else Effect.ALLOW
    facts = {"shown": Money(request.shown, amounts.currency), "total": amounts.total}
    return (Finding("price.drift", effect, "total", facts, {}, {"total": amounts.total}),)


def _new_order(request: PlaceRequest, amounts: Amounts, case: PlaceCase, command: Command) -> Order:
    asked = request.order
    lines = []
    for line in asked.lines:
        item = case.items[line.sku]
        unit = line.unit or item.unit
        lines.append(
            OrderLine(
                line.id or "",
                line.sku,
                line.quantity,
                unit,
                item.factor(unit),
                line.requested_on or asked.requested_on or command.today,
                complete=line.complete,
                stocked=item.stocked,
            )
        )
    return Order(
        id=command.new_id("SO"),
        customer=asked.customer,
        reference=asked.reference,
        buyer_reference=asked.buyer_reference,
        placed_at=command.at,
        placed_on=command.today,
        makers=(command.actor.id,),
        amounts=amounts,
        lines=tuple(lines),
        complete=asked.complete,
        ship_to=asked.ship_to,
        ship_to_name=asked.ship_to_name,
        channel=asked.channel,
        note=asked.note,
        prepaid=_prepaid(asked, case.customer),
    )


def _prepaid(asked: OrderRequest, customer: Customer | None) -> bool:
    if asked.prepaid is None:
        return customer is not None and customer.terms.prepaid
    return asked.prepaid


PLACE = UseCase("orders.place", load_place, place)

"""Shipping: goods leave, stock and credit follow, the billable part of the order is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import attrs

from salesorders.amounts import Amounts, portion
from salesorders.catalog import Item
from salesorders.credit import NO_EVIDENCE, Accounts, CreditAccount, Evidence
from salesorders.credit.days import negated
from salesorders.fulfilment import OpenLine, Shipment, ShipmentIssued, ShipRequest, plan_shipment
from salesorders.fulfilment import ShipmentPlan as Plan
from salesorders.inventory import StockIssued, StockLevel
from salesorders.kernel.change import Ask, Change, Command, Document, GatewayEffect, Loading
from salesorders.kernel.decision import Effect, refuse
from salesorders.kernel.limits import exact
from salesorders.kernel.messages import register
from salesorders.kernel.money import Money, rounded
from salesorders.ledger import shipment_entry
from salesorders.lifecycle.ahead import waiting
from salesorders.lifecycle.crediting import at_shipping, load_evidence, with_above
from salesorders.lifecycle.dating import redated
from salesorders.lifecycle.outcomes import Rejected, Shipped
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.lifecycle.watching import unwatched
from salesorders.orders import Order, OrderLine

__all__ = ["SHIP", "ShipCase"]

ZERO = Decimal(0)

register(
    {
        "shipment.negative_worth": "This part of {order} would be worth {net}: allowances and prices "
        "below a minor unit round apart. Ship more at once.",
    }
)


@attrs.frozen
class ShipCase:
    """The order, the account that pays, the items and the stock that is claimed for it."""

    setting: Setting
    order: Order
    account: Accounts
    items: Mapping[str, Item]
    levels: Mapping[str, StockLevel]
    evidence: Evidence = NO_EVIDENCE


def load_ship(request: ShipRequest, setting: Setting, command: Command) -> Loading[ShipCase]:
    """First the order, then its account, items and the levels where it has claims."""
    ref = f"order/{request.order}"
    loaded = yield Ask((ref,))
    order = loaded.need(Order, ref, "order")
    skus = sorted({line.sku for line in order.lines})
    stock = sorted(
        {
            f"stock/{line.sku}@{claim.site}"
            for line in order.lines
            for claim in line.claimed
            if claim.site
        }
    )
    account = f"credit/{order.customer}"
    asked = (account, *(f"item/{sku}" for sku in skus), *stock)
    loaded = yield Ask(asked, leading=(account,))
    items = {sku: loaded.need(Item, f"item/{sku}", "order") for sku in skus}
    levels = {ref: loaded.need(StockLevel, ref, "order") for ref in stock}
    accounts = yield from with_above(loaded.need(CreditAccount, account, "order"))
    checkpoint = "confirm" if order.prepaid else "ship"
    evidence = yield from load_evidence(accounts, setting, command, checkpoint)
    return ShipCase(setting, order, accounts, items, levels, evidence)


def ship(request: ShipRequest, case: ShipCase, command: Command) -> Change[Shipped | Rejected]:
    """Ship what is named, or everything that is confirmed and lies there; from one site at a time."""
    order, policies = case.order, case.setting.policies
    if order.is_held:
        gates = tuple(hold.gate for hold in order.holds)
        return Change(Rejected((refuse("order.held", "order", order=order.id, gates=gates),)))
    plan = plan_shipment(
        request,
        [_open_line(line) for line in order.lines],
        {(level.sku, level.site): level.on_hand for level in case.levels.values()},
        today=command.today,
        policy=policies.fulfilment,
        ship_complete=order.complete,
        spare={
            (level.sku, level.site): level.spare(command.today, command.at)
            for level in case.levels.values()
        },
    )
    if not plan.lines or any(finding.effect is Effect.REFUSE for finding in plan.findings):
        return Change(Rejected(plan.findings))
    worth = _worth(plan, order)
    if worth.net < 0 or any(line.net < 0 for line in worth.lines):
        net = Money(worth.net, case.setting.currency)
        finding = refuse("shipment.negative_worth", "lines", order=order.id, net=net)
        return Change(Rejected((finding,)))
    credit, after = policies.credit, _after(plan, order)
    if held := at_shipping(order, after, case.account, credit, command, worth.gross, case.evidence):
        return Change(Rejected(held))
    return _left(plan, worth, after, case, command)


def _after(plan: Plan, order: Order) -> Order:
    """The order once the goods have left."""
    lines = {line.id: line for line in order.lines}
    for part in plan.lines:
        line = lines[part.order_line]
        lines[line.id] = line.ship(
            part.quantity, part.base_quantity, plan.site if line.stocked else "", part.planned_on
        )
    return order.with_lines(lines)


@exact
def _worth(plan: Plan, order: Order) -> Amounts:
    take: dict[str, Decimal] = {}
    for part in plan.lines:
        take[part.order_line] = take.get(part.order_line, ZERO) + part.quantity
    shipped = {line.id: line.shipped for line in order.lines}
    return portion(order.cut_from or order.amounts, shipped, take)


def _open_line(line: OrderLine) -> OpenLine:
    confirmed = tuple((claim.site, claim.on, claim.quantity) for claim in line.claimed)
    return OpenLine(
        line.id,
        line.sku,
        line.unit,
        line.factor,
        confirmed,
        line.ordered,
        line.shipped,
        line.cancelled,
        line.complete,
    )


@exact
def _left(
    plan: Plan, worth: Amounts, after: Order, case: ShipCase, command: Command
) -> Change[Shipped]:
    order, currency = case.order, case.setting.currency
    shipment_id = command.new_id("SH")
    lines, levels, events, cost = (
        {line.id: line for line in order.lines},
        dict(case.levels),
        [],
        ZERO,
    )
    for part in plan.lines:
        line = lines[part.order_line]
        if line.stocked:
            ref = f"stock/{line.sku}@{plan.site}"
            levels[ref] = levels[ref].issue(part.planned_on, part.base_quantity)
            events.append(
                StockIssued(line.sku, plan.site, part.base_quantity, command.today, shipment_id)
            )
        cost += rounded((case.items[line.sku].cost or ZERO) * part.base_quantity, currency)
    shipment = Shipment(
        id=shipment_id,
        order=order.id,
        customer=order.customer,
        site=plan.site,
        shipped_on=command.today,
        lines=plan.lines,
        amounts=worth,
        cost=cost,
    )
    entry = shipment_entry(
        command.new_id("JE"), shipment.ref, command.today, currency, worth.net, cost, order.customer
    )
    facts: tuple[object, ...] = (
        ShipmentIssued(shipment_id, order.id, order.customer, plan.site, command.today),
        *events,
    )
    if entry is not None:
        facts = (*facts, entry)
    others = tuple(level for ref, level in levels.items() if level is not case.levels[ref])
    after, on = redated(order, after, case.account)
    account, moves = waiting(order, after, case.account)
    account = account.deliver(worth.gross, on and negated(on))
    account = unwatched(account, case.setting.policies.credit, command, case.evidence)
    notice = GatewayEffect(
        "notices",
        "shipment.left",
        (("shipment", shipment_id), ("order", order.id), ("customer", order.customer)),
    )
    facts = (*facts, *moves)
    puts: tuple[Document, ...] = (after, *others, *account.accounts, shipment)
    return Change(Shipped(shipment, plan.findings), puts, facts, (notice,))


SHIP = UseCase("shipments.ship", load_ship, ship)

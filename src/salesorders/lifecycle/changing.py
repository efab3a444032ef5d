"""What changing, cancelling, closing and reopening an order share: what they load, give back and claim.

The places where an order's change meets credit and stock are all here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol

import attrs

from salesorders.catalog import Customer, Item
from salesorders.credit import (
    NO_EVIDENCE,
    Accounts,
    CreditAccount,
    CreditPolicy,
    CreditRequest,
    CreditUnclaimed,
    Evidence,
    decide_credit,
)
from salesorders.credit.days import negated
from salesorders.inventory import Reservation, StockLevel, StockReleased, StockSites, level_ref
from salesorders.kernel.change import Ask, Command, Document, GatewayEffect, Loading, changed
from salesorders.kernel.claim import unexpired
from salesorders.kernel.decision import Decision
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import exact
from salesorders.kernel.messages import register
from salesorders.lifecycle.ahead import freed_by, paid_for, waiting
from salesorders.lifecycle.crediting import (
    credit_claimed,
    credit_released,
    load_evidence,
    with_above,
)
from salesorders.lifecycle.dating import counted_days, planned_days, redated, ships_on
from salesorders.lifecycle.placing import StockCase, load_stock
from salesorders.lifecycle.usecase import Setting
from salesorders.lifecycle.watching import unwatched
from salesorders.orders import Order, OrderLine

__all__ = [
    "ChangeCase",
    "credit_again",
    "given_back",
    "load_change",
    "moved",
    "notice",
    "order_id",
    "put_with",
    "with_maker",
]

ZERO = Decimal(0)

register(
    {
        "order.unknown_line": "{line} is no line of {order}.",
        "order.nothing_open": "Nothing of {order} is open: it is {status}.",
        "order.ended": "{order} is {status}; nothing of it is changed.",
        "order.ended/cure": "Open it again first: {verb}.",
    }
)

Levels = dict[str, StockLevel]


def order_id(value: str) -> str:
    """Read the id of an order."""
    return ident_of(value, "order")


class _Asked(Protocol):
    @property
    def order(self) -> str: ...


@attrs.frozen
class ChangeCase:
    """The order, who buys and pays, the items where prices are looked at, and the stock of all items."""

    setting: Setting
    order: Order
    customer: Customer
    account: Accounts
    items: Mapping[str, Item]
    stock: StockCase
    evidence: Evidence = NO_EVIDENCE


def load_change(
    request: _Asked,
    setting: Setting,
    command: Command,
    *,
    added: Iterable[str] = (),
    priced: bool = False,
) -> Loading[ChangeCase]:
    """First the order; then who pays and where its and the ``added`` items lie; then the stock there."""
    ref = f"order/{request.order}"
    loaded = yield Ask((ref,))
    order = loaded.need(Order, ref, "order")
    skus = sorted({*(line.sku for line in order.lines), *added})
    account, customer = f"credit/{order.customer}", f"customer/{order.customer}"
    items_asked = tuple(f"item/{sku}" for sku in skus) if priced else ()
    leading = (account, *(f"sites/{sku}" for sku in skus))
    loaded = yield Ask((customer, *items_asked, *leading), leading=leading)
    items = {sku: item for sku in skus if (item := loaded.get(Item, f"item/{sku}")) is not None}
    sites = {
        sku: entry for sku in skus if (entry := loaded.get(StockSites, f"sites/{sku}")) is not None
    }
    accounts = yield from with_above(loaded.need(CreditAccount, account))
    evidence = NO_EVIDENCE
    if priced:  # only what may raise the exposure is asked about
        evidence = yield from load_evidence(accounts, setting, command)
    stock = yield from load_stock(skus, sites)
    return ChangeCase(
        setting, order, loaded.need(Customer, customer), accounts, items, stock, evidence
    )


# --- credit


def credit_again(
    before: Order, after: Order, case: ChangeCase, command: Command, question: str
) -> Decision | None:
    """Ask credit for what is open afterwards in place of what was; what lowers the exposure is not asked.

    ``None`` where nothing is to be asked: the order is worth no more and leaves no sooner, or a release covers it.
    """
    policy = case.setting.policies.credit
    dated = case.account.is_dated or policy.release_window_days is not None
    # What was wanted for a day that has passed leaves today at the soonest.
    leaving = max(ships_on(after), command.today) if dated else None
    raised = after.amounts.gross > before.amounts.gross
    value = max(after.amounts_open, ZERO)
    by_day = planned_days(after, value) if case.account.is_dated else ()
    sooner = by_day != counted_days(before) if case.account.is_dated else dated
    if not (raised or sooner) or credit_released(after, case.account, policy, command, leaving):
        return None
    checkpoint = "amend" if raised else "pull_in"
    # Allowances may round apart, so that the last of an order is worth a minor unit less than nothing.
    request = CreditRequest(
        after.id,
        after.customer,
        value,
        leaving,
        checkpoint="reopen" if question == "orders.reopen" else checkpoint,
        on=command.today,
        claimed=max(before.amounts_open, ZERO),
        claimed_on=before.credit_on,
        evidence=case.evidence,
        by_day=by_day,
        claimed_by_day=counted_days(before) if by_day and before.amounts_open > 0 else (),
        prepaid=after.prepaid,
        authorised=paid_for(after),
        freed=freed_by(before, after),
    )
    account, _ = waiting(before, after, case.account)
    return decide_credit(request, account, policy, command.at)


@exact
def moved(
    before: Order, after: Order, accounts: Accounts, policy: CreditPolicy, command: Command
) -> tuple[Order, Accounts, tuple[object, ...]]:
    """Return the order with its days for credit, the accounts with what it is worth now, and the fact."""
    after, on = redated(before, after, accounts)
    more = after.amounts.gross - before.amounts.gross
    accounts, facts = waiting(before, after, accounts)
    if more > 0:
        accounts = accounts.claim(more, on)
        facts = (credit_claimed(after, more, accounts, policy, command), *facts)
    if more < 0:
        accounts = accounts.unclaim(-more, on and negated(on))
        facts = (CreditUnclaimed(after.customer, after.id, -more), *facts)
    if not more and on:
        accounts = accounts.claim(ZERO, on)
    return after, accounts, facts


# --- stock


def given_back(
    before: Order, after: Order, levels: Mapping[str, StockLevel], command: Command
) -> tuple[Levels, tuple[object, ...]]:
    """Return the levels without the claims that ``before`` has and ``after`` has not, and the facts."""
    there = dict(levels)
    if before.is_held:
        return _reserved_as(after, there, command), ()
    facts: list[object] = []
    for line, now in zip(before.lines, after.lines, strict=False):
        for (site, on), quantity in _fewer(line, now):
            ref = level_ref(line.sku, site)
            there[ref] = there[ref].release(on, quantity)
            facts.append(StockReleased(line.sku, site, quantity, on, before.id))
    return there, tuple(facts)


@exact
def _fewer(before: OrderLine, after: OrderLine) -> list[tuple[tuple[str, date], Decimal]]:
    kept: dict[tuple[str, date], Decimal] = {}
    for entry in after.claimed:
        place = (entry.site, entry.on)
        kept[place] = kept.get(place, ZERO) + entry.quantity
    fewer: dict[tuple[str, date], Decimal] = {}
    for entry in before.claimed if before.stocked else ():
        place = (entry.site, entry.on)
        fewer[place] = fewer.get(place, ZERO) + entry.quantity
    return [
        (place, quantity - kept.get(place, ZERO))
        for place, quantity in fewer.items()
        if quantity > kept.get(place, ZERO)
    ]


def _reserved_as(order: Order, levels: Levels, command: Command) -> Levels:
    """A held order's reservations are what its lines still say, for as long as they were given."""
    there = {ref: level.release_holder(order.id) for ref, level in levels.items()}
    if order.held_until is None or not unexpired(order.held_until, command.at):
        return there
    for line in order.lines:
        for entry in line.claimed if line.stocked else ():
            ref = level_ref(line.sku, entry.site)
            held = Reservation(order.id, line.id, entry.on, entry.quantity, order.held_until)
            there[ref] = there[ref].with_reservations((held,))
    return there


# --- what is written


def put_with(
    order: Order,
    account: Accounts,
    levels: Mapping[str, StockLevel],
    case: ChangeCase,
    command: Command,
) -> tuple[Document, ...]:
    """Return the documents that differ from what was loaded, the order first.

    An account that is back within its limits by the change is watched no longer.
    """
    others: list[Document] = [
        level for ref, level in levels.items() if level != case.stock.levels.get(ref)
    ]
    if account != case.account:
        policy = case.setting.policies.credit
        others += unwatched(account, policy, command, case.evidence).accounts
    return (order, *others)


def with_maker(order: Order, command: Command) -> Order:
    """Return the order with the actor among its makers, so that none of them lets it go (I19)."""
    if command.actor.id in order.makers:
        return order
    return changed(order, makers=(*order.makers, command.actor.id))


def notice(kind: str, order: Order) -> GatewayEffect:
    """Return the notice that tells the customer what became of the order."""
    payload = (
        ("order", order.id),
        ("customer", order.customer),
        ("reference", order.reference),
        ("total", order.total),
    )
    return GatewayEffect("notices", kind, payload)

"""Letting a held order go on, or turning it down: credit releases, a sales manager approves or declines."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from salesorders.catalog import Customer
from salesorders.credit import (
    NO_EVIDENCE,
    Accounts,
    CreditAccount,
    Evidence,
    ReleaseRequest,
    decide_credit,
    decide_release,
)
from salesorders.governance import decide_approval
from salesorders.inventory import StockSites
from salesorders.kernel.actors import reason_of
from salesorders.kernel.change import Ask, Change, Command, Document, Loading, changed
from salesorders.kernel.decision import Decision, Effect, refuse
from salesorders.kernel.ids import ident_of
from salesorders.lifecycle.ahead import waiting, with_own_cash
from salesorders.lifecycle.crediting import (
    asked_at_shipping,
    credit_released,
    credit_request,
    eased,
    load_evidence,
    with_above,
)
from salesorders.lifecycle.gates import claim_all, discount_request, merged
from salesorders.lifecycle.naming import as_seen, order_seen
from salesorders.lifecycle.outcomes import Declined, Held, Placed, Rejected
from salesorders.lifecycle.placing import StockCase, confirmation, load_stock
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.lifecycle.watching import unwatched
from salesorders.orders import Hold, Order, OrderDeclined, OrderHeld, OrderReleased, Release

__all__ = ["APPROVE", "DECLINE", "RELEASE", "HeldRequest"]


def _order(value: str) -> str:
    return ident_of(value, "order")


@attrs.frozen
class HeldRequest:
    """A held order and why it shall go on, or not.

    ``seen`` is the order as it was looked at, or its fingerprint: nobody lets go what became another order.
    """

    order: str = attrs.field(converter=_order)
    reason: str = attrs.field(converter=reason_of)
    seen: str = attrs.field(default="", converter=order_seen)


@attrs.frozen
class HeldCase:
    """The order, the account that pays, and the stock of its items."""

    setting: Setting
    order: Order
    customer: Customer
    account: Accounts
    stock: StockCase
    evidence: Evidence = NO_EVIDENCE


def load_held(request: HeldRequest, setting: Setting, command: Command) -> Loading[HeldCase]:
    """First the order, then its account and where its items lie, then the stock there."""
    ref = f"order/{request.order}"
    loaded = yield Ask((ref,))
    order = loaded.need(Order, ref, "order")
    skus = sorted({line.sku for line in order.lines})
    account, customer = f"credit/{order.customer}", f"customer/{order.customer}"
    leading = (account, *(f"sites/{sku}" for sku in skus))
    loaded = yield Ask((customer, *leading), leading=leading)
    sites = {
        sku: entry for sku in skus if (entry := loaded.get(StockSites, f"sites/{sku}")) is not None
    }
    accounts = yield from with_above(loaded.need(CreditAccount, account))
    evidence = yield from load_evidence(accounts, setting, command)
    stock = yield from load_stock(skus, sites)
    return HeldCase(setting, order, loaded.need(Customer, customer), accounts, stock, evidence)


def release(
    request: HeldRequest, case: HeldCase, command: Command
) -> Change[Placed | Held | Rejected]:
    """Let the credit hold go, inside an envelope; the releasing actor must not be a maker of the order."""
    as_seen(case.order, request.seen)

    def judged(order: Order) -> tuple[Decision, Release]:
        policy = case.setting.policies.credit
        credit = credit_request(order, command, policy, case.evidence)
        asked = ReleaseRequest(credit, request.reason, order.makers)
        account = with_own_cash(order, order, case.account)
        decision, envelope = decide_release(asked, account, policy, command.actor, command.at)
        return decision, Release(
            "credit",
            decision,
            command.actor.id,
            envelope.amount,
            envelope.expires_at,
            envelope.ships_from,
        )

    policy = case.setting.policies.credit
    if (
        any(line.open for line in case.order.lines)
        and not case.order.is_held
        and (case.order.prepaid or asked_at_shipping(case.account, policy, command))
    ):
        return _ahead(judged, case)

    return _let_go(("credit",), judged, request, case, command)


def approve(
    request: HeldRequest, case: HeldCase, command: Command
) -> Change[Placed | Held | Rejected]:
    """Let the discount or price hold go: the approver needs the authority and is never a maker."""
    as_seen(case.order, request.seen)

    def judged(order: Order) -> tuple[Decision, Release]:
        asked = discount_request(order.ref, order.amounts)
        authority = case.setting.policies.authority
        decision = decide_approval(
            asked, command.actor, order.makers, authority, command.at, request.reason
        )
        return decision, Release("authority", decision, command.actor.id, order.amounts.gross)

    return _let_go(("authority", "price", "document"), judged, request, case, command)


def _let_go(
    gates: tuple[str, ...],
    judged: Callable[[Order], tuple[Decision, Release]],
    request: HeldRequest,
    case: HeldCase,
    command: Command,
) -> Change[Placed | Held | Rejected]:
    order = case.order
    held_by = [hold.gate for hold in order.holds if hold.gate in gates]
    if not held_by:
        return Change(
            Rejected((refuse("order.not_held", "order", order=order.id, gate=" or ".join(gates)),))
        )
    decision, given = judged(order)
    if decision.effect is Effect.REFUSE:
        return Change(Rejected(decision.findings))
    if not decision.allowed:
        # Too little authority: the order stays as it is and the answer says who may.
        return Change(Held(order, decision))
    for gate in held_by:
        order = order.without_hold(gate, changed(given, gate=gate))
    events: tuple[object, ...] = tuple(
        OrderReleased(order.id, gate, command.actor.id, request.reason) for gate in held_by
    )
    return _go_on(order, events, case, command)


def _ahead(
    judged: Callable[[Order], tuple[Decision, Release]], case: HeldCase
) -> Change[Placed | Held | Rejected]:
    """Release an order that goes on before credit is asked again when its goods leave."""
    decision, given = judged(case.order)
    if not decision.allowed:
        return Change(Rejected(decision.findings))
    order = changed(case.order, releases=(*case.order.releases, given))
    event = OrderReleased(order.id, "credit", given.by, str(_reason(decision)))
    return Change(Placed(order), (order,), (event,))


def _reason(decision: Decision) -> object:
    return decision.findings[0].fact("reason")


def _go_on(
    order: Order, events: tuple[object, ...], case: HeldCase, command: Command
) -> Change[Placed | Held | Rejected]:
    """Claim what is bounded once the last hold is gone; headroom may have gone meanwhile, so credit is asked again."""
    policies = case.setting.policies
    if not order.holds and not credit_released(order, case.account, policies.credit, command):
        asked = credit_request(order, command, policies.credit, case.evidence, case.order)
        account = with_own_cash(case.order, case.order, case.account)
        decision = decide_credit(asked, account, policies.credit, command.at)
        if not decision.allowed:
            order = changed(order, holds=(Hold("credit", decision),))
            events = (*events, OrderHeld(order.id, "credit", tuple(sorted(decision.codes))))
    if order.holds:
        return Change(Held(order, merged(order, command, policies)), (order,), events)
    own = {ref: level.release_holder(order.id) for ref, level in case.stock.levels.items()}
    account, moves = waiting(case.order, order, case.account)
    claims = claim_all(order, account, own, case.stock.sites, policies, command)
    if any(finding.effect is Effect.REFUSE for finding in claims.findings):
        return Change(Rejected(claims.findings))
    order = claims.order
    levels = {level.ref: level for level in (*own.values(), *claims.levels)}
    others = [level for ref, level in levels.items() if level != case.stock.levels[ref]]
    puts: list[Document] = [order, *others]
    if claims.account is not None:
        puts += claims.account.accounts
    order = changed(order, findings=(*order.findings, *claims.findings))
    puts[0] = order
    facts = (*events, *moves, *claims.events)
    return Change(Placed(order), tuple(puts), facts, (confirmation(order),))


def decline(request: HeldRequest, case: HeldCase, command: Command) -> Change[Declined | Rejected]:
    """Turn a held order down: everything open is cancelled and what it reserved is free."""
    as_seen(case.order, request.seen)
    order = case.order
    if not order.holds:
        return Change(
            Rejected((refuse("order.not_held", "order", order=order.id, gate="any gate"),))
        )
    lines = {line.id: line.cancel(line.open) for line in order.lines if line.open}
    # What was cancelled before can't be opened again either: nothing would ask the gates that it never passed.
    order = changed(order.resized(lines), holds=(), held_until=None, endings=())
    levels = [level.release_holder(order.id) for level in case.stock.levels.values()]
    others = [level for level in levels if level != case.stock.levels[level.ref]]
    event = OrderDeclined(order.id, command.actor.id, request.reason)
    account, moves = waiting(case.order, order, case.account)
    policy = case.setting.policies.credit
    account = unwatched(account, policy, command, case.evidence)
    puts: tuple[Document, ...] = (order, *others, *(account.accounts if moves else ()))
    change = Change(Declined(order), puts, (event, *moves))
    # It frees no credit but for the cash that waited for it; younger ones waited behind it.
    return eased(change, order.customer, policy)


RELEASE = UseCase("orders.release", load_held, release)
APPROVE = UseCase("orders.approve", load_held, approve)
DECLINE = UseCase("orders.decline", load_held, decline)

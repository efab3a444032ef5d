"""Reading credit: what if, the sheet of an account, the worklist of held orders, its use over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from salesorders.credit import (
    NO_EVIDENCE,
    Accounts,
    CreditAccount,
    CreditClaimed,
    CreditPolicy,
    Evidence,
    LimitSet,
    decide_credit,
)
from salesorders.credit.asking import WhatIf, payment_needed, what_if
from salesorders.credit.events import CreditUnclaimed
from salesorders.credit.sheet import AccountSheet, HeldOrder, UsageChange, Worklist
from salesorders.kernel.calendar import date_of
from salesorders.kernel.change import Ask, Change, Command, Loading
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import exact
from salesorders.kernel.money import Money, amount_of
from salesorders.lifecycle.crediting import credit_request, load_evidence, with_above
from salesorders.lifecycle.recounting import RecountCase, exposure_entries, load_documents
from salesorders.lifecycle.reporting import Fact
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.orders import Order
from salesorders.receivables import (
    PaymentApplied,
    PaymentReceived,
    PaymentReversed,
    PaymentUnapplied,
)

__all__ = ["SHEET", "WHAT_IF", "WORKLIST", "WhatIfRequest", "usage_changes"]

ZERO = Decimal(0)


def _order(value: str) -> str:
    return ident_of(value, "order")


def _ships_on(value: object) -> date | None:
    return None if value is None else date_of(value, "ships_on")


@attrs.frozen
class WhatIfRequest:
    """A held or open order, and the one thing that would be different."""

    order: str = attrs.field(converter=_order)
    ships_on: date | None = attrs.field(default=None, converter=_ships_on)
    amount: Money | None = None
    pays: Money | None = None
    limit: Any = ...


@attrs.frozen
class WhatIfCase:
    """The order, its accounts and what sources say."""

    setting: Setting
    order: Order
    accounts: Accounts
    evidence: Evidence


def load_what_if(request: WhatIfRequest, setting: Setting, command: Command) -> Loading[WhatIfCase]:
    """First the order, then its accounts, then the sources."""
    ref = f"order/{request.order}"
    loaded = yield Ask((ref,))
    order = loaded.need(Order, ref, "order")
    account = f"credit/{order.customer}"
    loaded = yield Ask((account,))
    accounts = yield from with_above(loaded.need(CreditAccount, account))
    evidence = yield from load_evidence(accounts, setting, command)
    return WhatIfCase(setting, order, accounts, evidence)


def ask_what_if(request: WhatIfRequest, case: WhatIfCase, command: Command) -> Change[WhatIf]:
    """Ask credit about the order as it would be; what an open order claims already does not count twice."""
    order, policy, accounts = case.order, case.setting.policies.credit, case.accounts
    asked = credit_request(order, command, policy, case.evidence)
    if not order.holds:
        value = max(order.amounts_open, ZERO)
        asked = attrs.evolve(asked, amount=value, claimed=value, claimed_on=order.credit_on)
    currency = case.setting.currency
    answer = what_if(
        asked,
        accounts,
        policy,
        command.at,
        ships_on=request.ships_on,
        amount=None if request.amount is None else amount_of(request.amount, currency, "amount"),
        pays=None if request.pays is None else amount_of(request.pays, currency, "pays"),
        limit=request.limit,
    )
    return Change(answer)


# --- sheets and worklists


@attrs.frozen
class SheetCase:
    """Everything of one account, and what sources say."""

    documents: RecountCase
    evidence: Evidence


def load_sheet(request: str, setting: Setting, command: Command) -> Loading[SheetCase]:
    """Ask for the account, those above and every document that counts."""
    documents = yield from load_documents(ident_of(request, "customer"), setting)
    evidence = yield from load_evidence(documents.accounts, setting, command)
    return SheetCase(documents, evidence)


def sheet(request: str, case: SheetCase, command: Command) -> Change[AccountSheet]:
    """Put the sheet together."""
    papers, accounts = case.documents, case.documents.accounts
    policy = papers.setting.policies.credit.of(accounts.own.risk_class)
    last = None if policy.horizon is None else policy.horizon.last(command.today)
    position = accounts.own.position(command.today, last, disputed=policy.disputed_counts)
    held = tuple(
        _held(order, accounts, policy, case.evidence, command)
        for order in papers.orders
        if any(hold.gate == "credit" for hold in order.holds)
    )
    entries = exposure_entries(papers.orders, papers.shipments, papers.items, papers.payments)
    return Change(AccountSheet(accounts.own, position, accounts.above, held, tuple(entries)))


def _held(
    order: Order, accounts: Accounts, policy: CreditPolicy, evidence: Evidence, command: Command
) -> HeldOrder:
    """Return a held order with what credit says today, not with what it said then."""
    asked = credit_request(order, command, policy, evidence)
    decision = decide_credit(asked, accounts, policy, command.at)
    payment = payment_needed(asked, accounts, policy, command.at)
    return HeldOrder(order.id, order.customer, order.total, decision, order.placed_at, payment)


@attrs.frozen
class WorklistCase:
    """Every order that credit holds, with its accounts and what sources say of them."""

    setting: Setting
    orders: tuple[Order, ...]
    accounts: Mapping[str, Accounts]
    evidence: Mapping[str, Evidence]


def load_worklist(request: str, setting: Setting, command: Command) -> Loading[WorklistCase]:
    """First the held orders, then the accounts of their customers."""
    find = ("order", "held", "")
    loaded = yield Ask(finds=(find,))
    orders = tuple(
        order
        for order in loaded.all(Order, *find)
        if any(hold.gate == "credit" for hold in order.holds)
    )
    names = sorted({order.customer for order in orders})
    loaded = yield Ask(tuple(f"credit/{name}" for name in names))
    accounts: dict[str, Accounts] = {}
    evidence = {}
    for name in names:
        accounts[name] = yield from with_above(loaded.need(CreditAccount, f"credit/{name}"))
        evidence[name] = yield from load_evidence(accounts[name], setting, command)
    return WorklistCase(setting, orders, accounts, evidence)


def worklist(request: str, case: WorklistCase, command: Command) -> Change[Worklist]:
    """Rank what is held."""
    policy = case.setting.policies.credit
    held = [
        _held(
            order,
            case.accounts[order.customer],
            policy,
            case.evidence.get(order.customer, NO_EVIDENCE),
            command,
        )
        for order in case.orders
    ]
    return Change(Worklist(tuple(held), request))


# --- use over time


@exact
def usage_changes(account: CreditAccount, facts: Iterable[Fact]) -> list[UsageChange]:
    """Return what each fact did to a customer's exposure or base limit; delivering and billing do nothing."""
    unknown: dict[str, Decimal] = {}
    changes: list[UsageChange] = []
    first: str | None = None
    for fact in facts:
        event = fact.event
        if isinstance(event, PaymentReceived) and not event.customer:
            unknown[event.payment] = event.amount
        if getattr(event, "customer", "") != account.customer:
            continue
        if isinstance(event, LimitSet) and event.kind == "base":
            first = event.before if first is None else first
            changes.append(UsageChange(fact.on, limit=event.limit))
            continue
        amount = _moved_by(event)
        if isinstance(event, PaymentApplied):
            # Cash of a payer nobody knew counts from when it is applied.
            amount -= unknown.pop(event.payment, ZERO)
        if amount:
            changes.append(UsageChange(fact.on, amount))
    # The limit with which the account began is what the first change found, or what there still is.
    began = str(account.limit) if first is None else first
    return (
        [attrs.evolve(changes[0], limit=changes[0].limit or began), *changes[1:]] if changes else []
    )


@exact
def _moved_by(event: object) -> Decimal:
    """Return what an event added to what its customer owes or will owe."""
    if isinstance(event, (CreditClaimed, PaymentReversed)):
        return event.amount
    if isinstance(event, (CreditUnclaimed, PaymentReceived)):
        return -event.amount
    if isinstance(event, PaymentApplied):
        return -event.discount
    return event.discount if isinstance(event, PaymentUnapplied) else ZERO


WHAT_IF = UseCase("credit.what_if", load_what_if, ask_what_if)
SHEET = UseCase("credit.sheet", load_sheet, sheet)
WORKLIST = UseCase("credit.worklist", load_worklist, worklist)

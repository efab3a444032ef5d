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
    CashFreed,
    CashReserved,
    CreditAccount,
    CreditClaimed,
    CreditPolicy,
    Evidence,
    LimitSet,
    TemporaryLimit,
    decide_credit,
)
from salesorders.credit.asking import WhatIf, payment_needed, what_if
from salesorders.credit.events import AccountOpened, CreditUnclaimed
from salesorders.credit.sheet import AccountSheet, HeldOrder, UsageChange, Worklist
from salesorders.kernel.calendar import date_of
from salesorders.kernel.change import Ask, Change, Command, Loading
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import added, exact
from salesorders.kernel.money import Money, amount_of
from salesorders.lifecycle.ahead import freed_by, paid_for, with_own_cash
from salesorders.lifecycle.arranging import load_below
from salesorders.lifecycle.crediting import credit_request, load_evidence, with_above
from salesorders.lifecycle.dating import counted_days
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

__all__ = ["SHEET", "USAGE", "WHAT_IF", "WORKLIST", "WhatIfRequest", "usage_changes"]

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
        days = counted_days(order) if value and order.credit_on is not None else ()
        asked = attrs.evolve(
            asked,
            amount=value,
            claimed=value,
            claimed_on=order.credit_on,
            by_day=days,
            claimed_by_day=days,
            authorised=paid_for(order),
            freed=freed_by(order, order),
        )
    currency = case.setting.currency
    answer = what_if(
        asked,
        with_own_cash(order, order, accounts),
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
    """Everything of one account and of those that count in it, and what sources say of each."""

    documents: RecountCase
    below: tuple[RecountCase, ...]
    evidence: tuple[Evidence, ...]


def load_sheet(request: str, setting: Setting, command: Command) -> Loading[SheetCase]:
    """Ask for the account, those above, those below and every document that counts."""
    documents = yield from load_documents(ident_of(request, "customer"), setting)
    members: list[RecountCase] = []
    if documents.members:
        names = yield from load_below((documents.accounts.own.customer,))
        for name in sorted(names):
            member = yield from load_documents(name, setting)
            members.append(member)
    evidence: list[Evidence] = []
    for papers in (documents, *members):
        said = yield from load_evidence(papers.accounts, setting, command)
        evidence.append(said)
    return SheetCase(documents, tuple(members), tuple(evidence))


def sheet(request: str, case: SheetCase, command: Command) -> Change[AccountSheet]:
    """Put the sheet together."""
    accounts, policies = case.documents.accounts, case.documents.setting.policies
    policy = policies.credit.of(accounts.own.risk_class)
    last = None if policy.horizon is None else policy.horizon.last(command.today)
    position = accounts.own.position(command.today, last, disputed=policy.disputed_counts)
    everything = (case.documents, *case.below)
    held = [
        _held(order, papers.accounts, policies.credit, evidence, command)
        for papers, evidence in zip(everything, case.evidence, strict=True)
        for order in papers.orders
        if any(hold.gate == "credit" for hold in order.holds)
    ]
    # The order in which they would be released.
    held.sort(key=lambda one: (one.held_at, one.order))
    entries = tuple(
        entry
        for papers in everything
        for entry in exposure_entries(
            papers.orders, papers.shipments, papers.items, papers.payments
        )
    )
    if not accounts.own.is_dated:
        items = [one for one in entries if one.bucket == "open_items" and one.on is not None]
        late = added(one.amount for one in items if one.on and one.on < command.today)
        position = position.with_overdue(late)
    above, evidence = accounts.above, case.evidence[0]
    return Change(AccountSheet(accounts.own, position, above, tuple(held), entries, evidence))


def _held(
    order: Order, accounts: Accounts, policy: CreditPolicy, evidence: Evidence, command: Command
) -> HeldOrder:
    """Return a held order with what credit says today, not with what it said then."""
    asked, accounts = (
        credit_request(order, command, policy, evidence),
        with_own_cash(order, order, accounts),
    )
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


@attrs.frozen
class UsageCase:
    """An account, the names of everybody who counts in it, and the business day."""

    account: CreditAccount
    names: frozenset[str]
    today: date


def load_usage(request: str, setting: Setting, command: Command) -> Loading[UsageCase]:
    """Ask for the account and for those below it."""
    ref = f"credit/{ident_of(request, 'customer')}"
    loaded = yield Ask((ref,))
    account = loaded.need(CreditAccount, ref, "customer")
    below = yield from load_below((account.customer,))
    return UsageCase(account, frozenset((account.customer, *below)), command.today)


def usage(request: str, case: UsageCase, command: Command) -> Change[UsageCase]:
    """Say whose facts are to be added up."""
    return Change(case)


def _of_limit(event: object, on: date, account: CreditAccount) -> UsageChange | None:
    """What a fact did to the account's own limits."""
    if isinstance(event, AccountOpened) and event.account == account.customer:
        return UsageChange(on, limit=event.limit, currency=account.limit_currency)
    if not isinstance(event, LimitSet) or event.customer != account.customer:
        return None
    if event.kind == "base":
        return UsageChange(on, limit=event.limit, until=event.until, currency=event.currency)
    if event.kind != "temporary" or event.since is None or event.until is None or event.currency:
        return None
    return UsageChange(on, temporary=TemporaryLimit(event.limit, event.since, event.until))


@exact
def usage_changes(
    account: CreditAccount, facts: Iterable[Fact], names: frozenset[str] = frozenset()
) -> list[UsageChange]:
    """Return what each fact did to the account's limits and to the exposure of ``names``, the account's own alone.

    Delivering and billing do nothing. Of a group it is what its members of today did, whenever they came.
    """
    names = names or frozenset((account.customer,))
    unknown: dict[str, Decimal] = {}
    changes: list[UsageChange] = []
    first: str | None = None
    for fact in facts:
        event = fact.event
        if isinstance(event, PaymentReceived) and not event.customer:
            unknown[event.payment] = event.amount
        set_to = _of_limit(event, fact.on, account)
        if set_to is not None:
            if set_to.limit is not None and first is None:
                first = getattr(event, "before", set_to.limit)
            changes.append(set_to)
            continue
        if getattr(event, "customer", "") not in names:
            continue
        amount = _moved_by(event)
        if isinstance(event, PaymentApplied):
            # Cash of a payer nobody knew counts from when it is applied.
            amount -= unknown.pop(event.payment, ZERO)
        if amount:
            changes.append(UsageChange(fact.on, amount))
    # The limit with which the account began is what the first change found, or what there still is.
    began = str(account.limit) if first is None else first
    if not changes or changes[0].limit is not None:
        return changes
    # Customers begin in the books' currency.
    foreign = account.limit_currency if first is None else ""
    return [UsageChange(changes[0].on, limit=began, currency=foreign), *changes]


@exact
def _moved_by(event: object) -> Decimal:
    """Return what an event added to what its customer owes or will owe."""
    if isinstance(event, (CreditClaimed, CashReserved, PaymentReversed)):
        return event.amount
    if isinstance(event, (CreditUnclaimed, CashFreed, PaymentReceived)):
        return -event.amount
    if isinstance(event, PaymentApplied):
        return -event.discount
    return event.discount if isinstance(event, PaymentUnapplied) else ZERO


WHAT_IF = UseCase("credit.what_if", load_what_if, ask_what_if)
SHEET = UseCase("credit.sheet", load_sheet, sheet)
USAGE = UseCase("credit.usage", load_usage, usage)
WORKLIST = UseCase("credit.worklist", load_worklist, worklist)

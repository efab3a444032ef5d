"""A person's choice: which invoices a payment settles."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import attrs

from salesorders.credit import NO_EVIDENCE, Accounts, CreditAccount, Evidence
from salesorders.kernel.change import Ask, Change, Command, Loading, changed
from salesorders.kernel.decision import Decision, Finding, allow, refuse
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import CONTEXT, added
from salesorders.kernel.messages import register
from salesorders.lifecycle.ahead import with_cash
from salesorders.lifecycle.crediting import all_with_above, eased, load_evidence
from salesorders.lifecycle.dating import cash_moved
from salesorders.lifecycle.naming import items_named
from salesorders.lifecycle.outcomes import Applied, Rejected
from salesorders.lifecycle.paying import settled
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.lifecycle.watching import remarks_of, watched_all
from salesorders.orders import Order
from salesorders.receivables import (
    OpenItem,
    Payment,
)
from salesorders.receivables import Proposed as Share

__all__ = ["APPLY", "ApplyCase", "ApplyRequest", "load_apply"]

ZERO = Decimal(0)

register(
    {
        "payment.chosen": "{actor} chose what the payment settles.",
        "payment.secured_over_limit": "What it settled had been secured, or did not count: "
        "{customer} owes {exposure_after} now; the limit is {limit}.",
    }
)


def _payment(value: str) -> str:
    return ident_of(value, "payment")


def _invoice(value: str) -> str:
    return ident_of(value, "invoice")


@attrs.frozen
class ApplyRequest:
    """A person's choice: which invoices (by id or number) a payment settles, with how much cash and earned discount."""

    payment: str = attrs.field(converter=_payment)
    shares: tuple[Share, ...] = ()


@attrs.frozen
class ApplyCase:
    """The payment, the items that are chosen, the payer's account and what its limits' currencies need."""

    payment: Payment
    items: tuple[OpenItem, ...]
    accounts: Mapping[str, Accounts]
    setting: Setting
    order: Order | None = None
    evidence: Evidence = NO_EVIDENCE


def load_apply(request: ApplyRequest, setting: Setting, command: Command) -> Loading[ApplyCase]:
    """First payment and items, then by number what is no id, then the accounts."""
    ref = f"payment/{request.payment}"
    loaded = yield Ask((ref, *(f"receivable/{share.invoice}" for share in request.shares)))
    payment = loaded.need(Payment, ref, "payment")
    paths = [f"shares[{n}].invoice" for n in range(len(request.shares))]
    items = yield from items_named([share.invoice for share in request.shares], loaded, paths)
    for n, item in enumerate(items):
        if item in items[:n]:
            invalid("match.twice", paths[n], "an invoice stands twice")
    party = payment.customer or (items[0].customer if items else "")
    ahead = (f"order/{payment.order}",) if payment.order else ()
    loaded = yield Ask((f"credit/{party}", *ahead) if party else ())
    order = loaded.need(Order, ahead[0]) if ahead else None
    own = {party: loaded.need(CreditAccount, f"credit/{party}")} if party else {}
    accounts = yield from all_with_above(own)
    evidence = NO_EVIDENCE
    if party:
        evidence = yield from load_evidence(accounts[party], setting, command, "payment_reversal")
    return ApplyCase(payment, items, accounts, setting, order, evidence)


def apply(request: ApplyRequest, case: ApplyCase, command: Command) -> Change[Applied | Rejected]:
    """Apply as chosen. Another customer's invoice, too much, or a discount that is not earned is refused.

    What collateral secured, or what was disputed and did not count, may make more of the account count once it is
    settled: an account that is then over a limit is watched.
    """
    payment, accounts = case.payment, dict(case.accounts)
    findings = [
        refuse(
            "payment.other_customer",
            f"shares[{n}].invoice",
            customer=payment.customer,
            others=(item.customer,),
        )
        for n, item in enumerate(case.items)
        if item.customer not in accounts
    ]
    if findings:
        return Change(Rejected(tuple(findings)))
    if not request.shares:
        invalid("payment.nothing", "shares", "say which invoices")
    if not payment.customer:
        payment = payment.identify(case.items[0].customer)
        accounts[payment.customer] = accounts[payment.customer].receive(payment.unapplied)
    account = accounts[payment.customer]
    shares = [
        changed(share, invoice=item.invoice)
        for share, item in zip(request.shares, case.items, strict=True)
    ]
    chosen: tuple[Finding, ...] = (allow("payment.chosen", actor=command.actor.id),)
    version = case.setting.policies.matching.version
    decision = Decision("cash.match", payment.ref, version, command.at, chosen)
    order, moves = case.order, tuple[object, ...]()
    if case.order is not None:
        # What is taken for another order's invoice is not there for this one any more.
        taken = added(
            share.amount
            for share, item in zip(shares, case.items, strict=True)
            if item.order != case.order.id
        )
        if taken <= payment.unapplied:  # else it is refused below
            left = with_cash(case.order, CONTEXT.minus(taken))
            order, account, moves = cash_moved(case.order, left, account)
    answer, account = settled(payment, shares, case.items, account, decision, moves, command)
    policy, before = case.setting.policies.credit, case.accounts[payment.customer]
    account, found = watched_all(
        account, policy, case.evidence, command, "payment_reversal", before=before
    )
    if found:
        told = (*chosen, *remarks_of(found, "payment.secured_over_limit"))
        outcome = changed(answer.outcome, decision=changed(decision, findings=told))
        answer = changed(answer, outcome=outcome)
    moved = () if order is None or order is case.order else (order,)
    answer = changed(answer, puts=(*answer.puts, *account.accounts, *moved))
    return eased(answer, payment.customer, policy)


APPLY = UseCase("cash.apply", load_apply, apply)

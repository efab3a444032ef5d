"""Taking back: what a payment settled, or the payment itself. Nothing is edited; everything is reversed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import attrs

from salesorders.credit import NO_EVIDENCE, Accounts, CreditAccount, CreditPolicy, Evidence
from salesorders.kernel.actors import reason_of
from salesorders.kernel.calendar import date_of
from salesorders.kernel.change import Ask, Change, Command, Document, Loading
from salesorders.kernel.decision import Finding, allow, refuse
from salesorders.kernel.errors import NotFound
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import added, exact
from salesorders.kernel.messages import register
from salesorders.kernel.money import Money
from salesorders.ledger import application_entry, receipt_entry, reversal
from salesorders.lifecycle.ahead import taken_elsewhere, with_cash
from salesorders.lifecycle.applying import ApplyCase, ApplyRequest, load_apply
from salesorders.lifecycle.crediting import load_evidence, with_above
from salesorders.lifecycle.dating import cash_moved
from salesorders.lifecycle.disputing import dispute_moved
from salesorders.lifecycle.outcomes import Rejected, Reversed, Unapplied
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.lifecycle.watching import over_limit, watched_all
from salesorders.orders import Order
from salesorders.receivables import OpenItem, Payment, PaymentReversed, PaymentUnapplied
from salesorders.receivables import Proposed as Share

__all__ = ["REVERSE", "UNAPPLY", "ReverseRequest", "UnapplyRequest"]

ZERO = Decimal(0)

register(
    {
        "payment.reversed": "{payment} was taken back on {on} already.",
        "payment.refunded": "{refunded} of {payment} was sent back to the payer.",
        "payment.reversed_early": "{payment} came in on {received_on}; it can't be taken back on {on}.",
        "payment.over_limit": "Without this payment {customer} owes {exposure}; the limit is {limit}.",
    }
)


def _payment(value: str) -> str:
    return ident_of(value, "payment")


def _invoice(value: str) -> str:
    return ident_of(value, "invoice")


def _on(value: object) -> date | None:
    return None if value is None else date_of(value, "on")


@attrs.frozen
class UnapplyRequest:
    """Undo what a payment settled on an invoice (by id)."""

    payment: str = attrs.field(converter=_payment)
    invoice: str = attrs.field(converter=_invoice)


def load_unapply(request: UnapplyRequest, setting: Setting, command: Command) -> Loading[ApplyCase]:
    """Ask for what applying looks at."""
    case = yield from load_apply(
        ApplyRequest(request.payment, (Share(request.invoice, ZERO),)), setting, command
    )
    return case


def unapply(request: UnapplyRequest, case: ApplyCase, command: Command) -> Change[Unapplied]:
    """Undo: item, payment and account are exactly what they were; the ledger gets the reversing entry."""
    (item,) = case.items
    payer = case.payment.customer
    account = case.accounts[payer] if payer else None
    after, payment, account, events = undone(item, case.payment, account, command)
    puts: tuple[Document, ...] = (payment, after)
    if account is not None:
        policy = case.setting.policies.credit
        order = case.order
        if order is not None and item.order != order.id:
            back = with_cash(order, added(part.amount for part in item.applied_by(payment.id)))
            back, account, moves = cash_moved(order, back, account)
            events, puts = (*events, *moves), (*puts, back)
        account, _ = watched_all(account, policy, case.evidence, command, "payment_reversal")
        puts += account.accounts
    return Change(Unapplied(payment), puts, events)


def undone(
    item: OpenItem,
    payment: Payment,
    account: Accounts | None,
    command: Command,
    first: int = 1,
) -> tuple[OpenItem, Payment, Accounts | None, tuple[object, ...]]:
    """Return item, payment and account as if the payment had never settled the item, and the facts.

    ``first`` numbers the reversing entries. Raises ``receivable.not_applied``.
    """
    parts = item.applied_by(payment.id)
    if not parts or account is None:
        raise NotFound("receivable.not_applied", "payment", "it is not applied there")
    after = item.unapply(payment.id)
    if any(share.invoice == item.invoice for share in payment.allocations):
        payment = payment.unallocate(item.invoice)
    events: list[object] = []
    for number, part in enumerate(parts, first):
        account = account.unsettle(part.amount, part.discount, item.due_on)
        events.append(
            PaymentUnapplied(
                payment.id, item.invoice, item.customer, part.amount, part.discount, command.today
            )
        )
        # What was posted, made again from the same values under its own id: the reversal names it.
        entry = application_entry(
            part.entry or command.new_id("JE", number),
            item.ref,
            command.today,
            item.currency,
            item.customer,
            part.amount,
            part.discount,
            item.groups,
        )
        events.append(reversal(entry, command.new_id("JR", number), command.today))
    return after, payment, dispute_moved(item, after, account), tuple(events)


@attrs.frozen
class ReverseRequest:
    """Take a payment back, for a reason; ``on`` is the value date of that, today by default."""

    payment: str = attrs.field(converter=_payment)
    reason: str = attrs.field(converter=reason_of)
    on: date | None = attrs.field(default=None, converter=_on)


@attrs.frozen
class ReverseCase:
    """The payment, the items that it settled and the payer's account, where the payer is known."""

    setting: Setting
    payment: Payment
    items: Mapping[str, OpenItem]
    account: Accounts | None
    evidence: Evidence = NO_EVIDENCE
    order: Order | None = None


def load_reverse(
    request: ReverseRequest, setting: Setting, command: Command
) -> Loading[ReverseCase]:
    """First the payment, then the items that it settled and the payer's account."""
    ref = f"payment/{request.payment}"
    loaded = yield Ask((ref,))
    payment = loaded.need(Payment, ref, "payment")
    invoices = [part.invoice for part in payment.allocations]
    account = f"credit/{payment.customer}"
    asked = [f"receivable/{invoice}" for invoice in invoices]
    ahead = f"order/{payment.order}"
    asked += [ahead] if payment.order else []
    loaded = yield Ask((*asked, account) if payment.customer else tuple(asked))
    items = {invoice: loaded.need(OpenItem, f"receivable/{invoice}") for invoice in invoices}
    if not payment.customer:
        return ReverseCase(setting, payment, items, None)
    accounts = yield from with_above(loaded.need(CreditAccount, account))
    evidence = yield from load_evidence(accounts, setting, command, "payment_reversal")
    order = loaded.need(Order, ahead) if payment.order else None
    return ReverseCase(setting, payment, items, accounts, evidence, order)


@exact
def reverse(
    request: ReverseRequest, case: ReverseCase, command: Command
) -> Change[Reversed | Rejected]:
    """Take the payment back.

    Every item that it settled is as open as before, with its own due date and with the discount that was
    given; every posting gets its reversing one; the payer owes it again.
    """
    payment, account, on = case.payment, case.account, request.on or command.today
    findings = _findings(payment, on, command.today)
    if findings:
        return Change(Rejected(findings))
    puts: list[Document] = []
    events: list[object] = []
    for item in case.items.values():
        after, payment, account, facts = undone(
            item, payment, account, command, first=len(events) + 1
        )
        puts.append(after)
        events += facts
    entry = receipt_entry(
        payment.entry or command.new_id("JE"),
        payment.ref,
        command.today,
        payment.currency,
        payment.amount,
        payment.customer,
    )
    back = entry.reversal(command.new_id("JR"), command.today)
    payment = payment.reverse(on, back.id)
    event = PaymentReversed(
        payment.id,
        payment.customer,
        payment.currency,
        payment.amount,
        on,
        command.actor.id,
        request.reason,
    )
    remarks: tuple[Finding, ...] = ()
    if account is not None:
        policy = case.setting.policies.credit
        if case.order is not None:
            there = case.payment.amount - taken_elsewhere(case.payment, case.items)
            order = with_cash(case.order, -there)
            order, account, moves = cash_moved(case.order, order, account)
            puts += [order] if order is not case.order else []
            events += moves
        account = account.unreceive(payment.amount)
        account, _ = watched_all(account, policy, case.evidence, command, "payment_reversal")
        puts += account.accounts
        remarks = _remarks(account, policy, case.evidence, command)
    return Change(Reversed(payment, remarks), (payment, *puts), (*events, back, event))


def _findings(payment: Payment, on: date, today: date) -> tuple[Finding, ...]:
    if payment.reversed_on is not None:
        finding = refuse("payment.reversed", "payment", payment=payment.id, on=payment.reversed_on)
        return (finding,)
    findings = []
    if payment.refunded:
        refunded = Money(payment.refunded, payment.currency)
        findings.append(
            refuse("payment.refunded", "payment", payment=payment.id, refunded=refunded)
        )
    if on > today:
        findings.append(refuse("payment.future", "on", on=on))
    if on < payment.received_on:
        findings.append(
            refuse(
                "payment.reversed_early",
                "on",
                payment=payment.id,
                on=on,
                received_on=payment.received_on,
            )
        )
    return tuple(findings)


def _remarks(
    accounts: Accounts, policy: CreditPolicy, evidence: Evidence, command: Command
) -> tuple[Finding, ...]:
    """Money that went back may leave the payer, or a group, over a limit; it is said, for nobody can hold the bank."""
    return tuple(
        allow(
            "payment.over_limit",
            "payment",
            customer=account.customer,
            exposure=finding.fact("exposure_after"),
            limit=finding.fact("limit"),
        )
        for account in accounts.accounts
        for finding in over_limit(account, policy, evidence, command)
        if finding.code == "credit.limit"
    )


UNAPPLY = UseCase("cash.unapply", load_unapply, unapply)
REVERSE = UseCase("cash.reverse", load_reverse, reverse)

"""Cash: a payment is booked when it arrives; what it settles is booked only where one explanation fits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import attrs

from salesorders.catalog import Customer
from salesorders.credit import Accounts, CreditAccount
from salesorders.kernel.building import built_open
from salesorders.kernel.calendar import date_of
from salesorders.kernel.change import Ask, Change, Command, Document, Loading, changed
from salesorders.kernel.decision import Decision, Fact, Finding, allow, refuse
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import derived_id, ident_of, text_of
from salesorders.kernel.messages import register
from salesorders.kernel.money import CurrencyMismatch, Money, rounded
from salesorders.ledger import application_entry, receipt_entry
from salesorders.lifecycle.ahead import is_live, with_cash
from salesorders.lifecycle.crediting import all_with_above, eased
from salesorders.lifecycle.dating import cash_moved
from salesorders.lifecycle.disputing import dispute_moved
from salesorders.lifecycle.outcomes import Applied, Proposed, Rejected, Unidentified
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.lifecycle.watching import unwatched
from salesorders.orders import Order
from salesorders.receivables import (
    Match,
    OpenItem,
    Payment,
    PaymentApplied,
    PaymentProposed,
    PaymentReceived,
    match,
)
from salesorders.receivables import Proposed as Share

__all__ = ["RECEIVE_CASH", "CashRequest", "settled"]

ZERO = Decimal(0)
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+#-]{2,63}", re.ASCII)

register(
    {
        "payment.seen": "The bank's reference {bank_ref} was booked before as {payment}.",
        "payment.ahead": "{amount} were paid ahead for {order}.",
        "payment.order_over": "Nothing of {order} is to leave: it is {status}.",
        "payment.future": "A value date of {on} lies after today.",
    }
)


def _blank(name: str, value: str) -> str:
    return text_of(value, name, blank=True)


def _customer(value: str) -> str:
    return "" if value == "" else ident_of(value, "customer")


def _order(value: str) -> str:
    return "" if value == "" else ident_of(value, "order")


def _reference(value: str) -> str:
    return _blank("reference", value)


def _bank_ref(value: str) -> str:
    return text_of(value, "bank_ref", most=255, blank=True)


def _on(value: object) -> date | None:
    return None if value is None else date_of(value, "on")


def _money(value: Money) -> Money:
    if not isinstance(value, Money):
        invalid("money.type", "amount", f"Money is wanted, not {type(value).__name__}")
    if value.amount <= 0:
        invalid("payment.amount", "amount", "a payment is above 0")
    return value


@built_open
@attrs.frozen
class CashRequest:
    """Money that came in.

    ``customer`` is empty where nobody says who paid; then name and account of the payer are evidence.
    ``on`` is the value date (today by default); ``bank_ref`` is the bank's own reference: the same one is booked
    once only, whatever key it comes under. ``order`` is the order for which it is paid ahead of any invoice.
    """

    customer: str = attrs.field(converter=_customer)
    amount: Money = attrs.field(converter=_money)
    on: date | None = attrs.field(default=None, converter=_on)
    reference: str = attrs.field(default="", converter=_reference)
    bank_ref: str = attrs.field(default="", converter=_bank_ref)
    payer_name: str = attrs.field(default="", converter=_reference)
    payer_iban: str = attrs.field(default="", converter=_reference)
    order: str = attrs.field(default="", converter=_order)


@attrs.frozen
class CashCase:
    """The open items that may be meant, the accounts of their customers, an earlier payment of that bank reference."""

    setting: Setting
    customer: str
    items: tuple[OpenItem, ...]
    accounts: Mapping[str, Accounts]
    seen: Payment | None = None
    order: Order | None = None


def _payment_id(request: CashRequest, command: Command) -> str:
    """A bank reference names its payment, so that two commands with one reference meet in one document."""
    if request.bank_ref:
        return derived_id("PY", command.tenant, request.bank_ref, "bank_ref")
    return command.new_id("PY")


def load_cash(request: CashRequest, setting: Setting, command: Command) -> Loading[CashCase]:
    """First who paid, then what is open for them and whatever the reference names."""
    payment = f"payment/{_payment_id(request, command)}"
    evidence = [text for text in (request.payer_iban, request.payer_name) if text]
    finds = () if request.customer else tuple(("customer", "alias", text) for text in evidence)
    refs = (payment,) + ((f"customer/{request.customer}",) if request.customer else ())
    loaded = yield Ask(refs, finds)
    if request.customer:
        loaded.need(Customer, f"customer/{request.customer}", "customer")
    seen = loaded.get(Payment, payment)
    known = {customer.id for find in finds for customer in loaded.all(Customer, *find)}
    customer = request.customer or (known.pop() if len(known) == 1 else "")
    tokens = tuple(dict.fromkeys(_TOKEN.findall(request.reference)))[:50]
    numbers = tuple(("receivable", "number", token) for token in tokens)
    opens = (("receivable", "open", customer),) if customer else ()
    named = (request.order,) if request.order else tuple(t for t in tokens if t.startswith("SO-"))
    loaded = yield Ask(tuple(f"order/{name}" for name in named), numbers + opens)
    if request.order:
        loaded.need(Order, f"order/{request.order}", "order")
    orders = [order for name in named if (order := loaded.get(Order, f"order/{name}"))]
    billed = {item.invoice: item for find in numbers for item in loaded.all(OpenItem, *find)}
    meant = _orders_meant(request, customer, orders, billed)
    order = meant[0] if len(meant) == 1 else None
    items = dict(billed)
    if not meant:
        items |= {item.invoice: item for find in opens for item in loaded.all(OpenItem, *find)}
    customer = customer or (order.customer if order is not None else "")
    parties = sorted({customer, *(item.customer for item in items.values())} - {""})
    loaded = yield Ask(tuple(f"credit/{party}" for party in parties))
    own = {party: loaded.need(CreditAccount, f"credit/{party}") for party in parties}
    accounts = yield from all_with_above(own)
    chosen = tuple(items[key] for key in sorted(items))
    return CashCase(setting, customer, chosen, accounts, seen, order)


def _orders_meant(
    request: CashRequest, customer: str, orders: Sequence[Order], billed: Mapping[str, OpenItem]
) -> Sequence[Order]:
    """The orders for which money is paid ahead: the one that is said, else all that a reference names.

    A reference counts where it names nothing else, no invoice and no order of which something is invoiced. Of
    several orders nobody guesses who gets how much, nor that an invoice was meant.
    """
    if request.order:
        return orders[:1]
    meant = [
        order
        for order in orders
        if customer in ("", order.customer)
        and is_live(order)
        and not any(line.invoiced for line in order.lines)
    ]
    return meant if len(orders) == len(meant) and not billed else []


def receive(
    request: CashRequest, case: CashCase, command: Command
) -> Change[Applied | Proposed | Unidentified | Rejected]:
    """Book the cash and, where exactly one explanation fits, what it settles."""
    currency = case.setting.currency
    if request.amount.currency.code != currency:
        raise CurrencyMismatch(
            None, "amount", f"{currency} is wanted, not {request.amount.currency.code}"
        )
    on = request.on or command.today
    if on > command.today:
        return Change(Rejected((refuse("payment.future", "on", on=on),)))
    if case.seen is not None:
        finding = refuse(
            "payment.seen", "bank_ref", bank_ref=request.bank_ref, payment=case.seen.id
        )
        return Change(Rejected((finding,)))
    if case.order is not None and (wrong := _not_for(case.order, case.customer)):
        return Change(Rejected((wrong,)))
    payment = Payment(
        id=_payment_id(request, command),
        customer=case.customer,
        currency=currency,
        amount=request.amount.amount,
        received_on=on,
        reference=request.reference,
        bank_ref=request.bank_ref,
        payer_name=request.payer_name,
        payer_iban=request.payer_iban,
        entry=command.new_id("JE"),
        order="" if case.order is None else case.order.id,
    )
    # What is paid for orders waits for their invoices; no other one is guessed, so none is in the case.
    found = match(payment, case.items, case.setting.policies.matching, command.at)
    if found.customer and not payment.customer:
        payment = payment.identify(found.customer)
    received = PaymentReceived(
        payment.id, payment.customer, currency, payment.amount, on, payment.bank_ref
    )
    entry = receipt_entry(
        payment.entry, payment.ref, command.today, currency, payment.amount, payment.customer
    )
    if not payment.customer:
        return _waiting(payment, found, (received, entry))
    return _on_account(payment, found, (received, entry), case, command)


def _on_account(
    payment: Payment, found: Match, booked: tuple[object, ...], case: CashCase, command: Command
) -> Change[Applied | Proposed | Unidentified]:
    """Book cash on the payer's account, with what it is for, settles or may settle."""
    answer: Change[Applied | Proposed | Unidentified]
    account = case.accounts[payment.customer].receive(payment.amount)
    if case.order is not None:
        answer, account = _ahead(payment, case.order, account, booked, case, command)
    elif found.allocations:
        answer, account = settled(
            payment, found.allocations, case.items, account, found.decision, booked, command
        )
    else:
        answer = _waiting(payment, found, booked)
    policy = case.setting.policies.credit
    account = unwatched(account, policy, command)
    answer = changed(answer, puts=(*answer.puts, *account.accounts))
    return eased(answer, payment.customer, policy)


def _not_for(order: Order, customer: str) -> Finding | None:
    """Say why money can't be paid ahead for an order: it is another customer's, or nothing of it is to leave."""
    if order.customer != customer:
        facts: dict[str, Fact] = {"customer": customer, "others": (order.customer,)}
        return refuse("payment.other_customer", "order", **facts)
    if not is_live(order):
        return refuse("payment.order_over", "order", order=order.id, status=order.status)
    return None


def _ahead(
    payment: Payment,
    order: Order,
    account: Accounts,
    booked: tuple[object, ...],
    case: CashCase,
    command: Command,
) -> tuple[Change[Applied], Accounts]:
    """Keep the cash for the order: it waits while that is held, and counts for the customer otherwise.

    The account is still to be put.
    """
    after, account, moves = cash_moved(order, with_cash(order, payment.amount), account)
    money = Money(payment.amount, payment.currency)
    said = allow("payment.ahead", "order", order=order.id, amount=money)
    version = case.setting.policies.matching.version
    decision = Decision("cash.match", payment.ref, version, command.at, (said,))
    return Change(Applied(payment, decision), (payment, after), (*booked, *moves)), account


def _waiting(
    payment: Payment, found: Match, booked: tuple[object, ...]
) -> Change[Proposed | Unidentified]:
    """Keep the cash; the account, where it is known whose, is still to be put."""
    payment = payment.propose(found.candidates)
    codes = tuple(sorted(found.decision.codes))
    events = (*booked, PaymentProposed(payment.id, payment.customer, len(found.candidates), codes))
    if not payment.customer:
        return Change(Unidentified(payment, found.decision), (payment,), events)
    return Change(Proposed(payment, found.decision), (payment,), events)


def settled(
    payment: Payment,
    shares: Sequence[Share],
    items: Sequence[OpenItem],
    account: Accounts,
    decision: Decision,
    booked: tuple[object, ...],
    command: Command,
) -> tuple[Change[Applied], Accounts]:
    """Return the payment applied as ``shares`` say, behind what was ``booked``; the account is still to be put."""
    by_invoice = {item.invoice: item for item in items}
    puts: list[Document] = []
    events = list(booked)
    for number, share in enumerate(shares, 1):
        item = by_invoice[share.invoice]
        share = changed(share, discount=rounded(share.discount, payment.currency))
        entry_id = command.new_id("JE", number)
        after = item.apply(
            payment.id, share.amount, share.discount, on=payment.received_on, entry=entry_id
        )
        payment = payment.allocate(item.invoice, share.amount) if share.amount else payment
        account = dispute_moved(item, after, account)
        account = account.settle(share.amount, share.discount, item.due_on)
        puts.append(after)
        events.append(
            PaymentApplied(
                payment.id,
                item.invoice,
                item.customer,
                share.amount,
                share.discount,
                payment.received_on,
            )
        )
        entry = application_entry(
            entry_id,
            after.ref,
            command.today,
            payment.currency,
            payment.customer,
            share.amount,
            share.discount,
            item.groups,
        )
        events.append(entry)
    return Change(Applied(payment, decision), (payment, *puts), tuple(events)), account


RECEIVE_CASH = UseCase("cash.receive", load_cash, receive)

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
from salesorders.kernel.change import Ask, Change, Command, Document, Loaded, Loading, changed
from salesorders.kernel.decision import Decision, Finding, allow, refuse
from salesorders.kernel.errors import NotFound, invalid, shown
from salesorders.kernel.ids import derived_id, ident_of, text_of
from salesorders.kernel.messages import register
from salesorders.kernel.money import CurrencyMismatch, Money, rounded
from salesorders.ledger import application_entry, receipt_entry
from salesorders.lifecycle.crediting import all_with_above, eased
from salesorders.lifecycle.outcomes import Applied, Proposed, Rejected, Unidentified
from salesorders.lifecycle.usecase import Setting, UseCase
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

__all__ = ["APPLY", "RECEIVE_CASH", "ApplyCase", "ApplyRequest", "CashRequest", "load_apply"]

ZERO = Decimal(0)
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+#-]{2,63}", re.ASCII)

register(
    {
        "payment.seen": "The bank's reference {bank_ref} was booked before as {payment}.",
        "payment.chosen": "{actor} chose what the payment settles.",
        "payment.future": "A value date of {on} lies after today.",
    }
)


def _blank(name: str, value: str) -> str:
    return text_of(value, name, blank=True)


def _customer(value: str) -> str:
    return "" if value == "" else ident_of(value, "customer")


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
    once only, whatever key it comes under.
    """

    customer: str = attrs.field(converter=_customer)
    amount: Money = attrs.field(converter=_money)
    on: date | None = attrs.field(default=None, converter=_on)
    reference: str = attrs.field(default="", converter=_reference)
    bank_ref: str = attrs.field(default="", converter=_bank_ref)
    payer_name: str = attrs.field(default="", converter=_reference)
    payer_iban: str = attrs.field(default="", converter=_reference)


@attrs.frozen
class CashCase:
    """The open items that may be meant, the accounts of their customers, an earlier payment of that bank reference."""

    setting: Setting
    customer: str
    items: tuple[OpenItem, ...]
    accounts: Mapping[str, Accounts]
    seen: Payment | None = None


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
    loaded = yield Ask(finds=numbers + opens)
    items = {item.invoice: item for find in numbers + opens for item in loaded.all(OpenItem, *find)}
    parties = sorted({customer, *(item.customer for item in items.values())} - {""})
    loaded = yield Ask(tuple(f"credit/{party}" for party in parties))
    own = {party: loaded.need(CreditAccount, f"credit/{party}") for party in parties}
    accounts = yield from all_with_above(own)
    return CashCase(setting, customer, tuple(items[key] for key in sorted(items)), accounts, seen)


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
    )
    found = match(payment, case.items, case.setting.policies.matching, command.at)
    if found.customer and not payment.customer:
        payment = payment.identify(found.customer)
    received = PaymentReceived(
        payment.id, payment.customer, currency, payment.amount, on, payment.bank_ref
    )
    entry = receipt_entry(
        payment.entry, payment.ref, command.today, currency, payment.amount, payment.customer
    )
    accounts = dict(case.accounts)
    if payment.customer:
        accounts[payment.customer] = accounts[payment.customer].receive(payment.amount)
    booked: tuple[object, ...] = (received, entry)
    policy = case.setting.policies.credit
    if found.allocations:
        settled = _settled(
            payment, found.allocations, case.items, accounts, found.decision, booked, command
        )
        return eased(settled, payment.customer, policy)
    return eased(_waiting(payment, found, accounts, booked), payment.customer, policy)


def _waiting(
    payment: Payment,
    found: Match,
    accounts: Mapping[str, Accounts],
    booked: tuple[object, ...],
) -> Change[Proposed | Unidentified]:
    payment = payment.propose(found.candidates)
    codes = tuple(sorted(found.decision.codes))
    events = (*booked, PaymentProposed(payment.id, payment.customer, len(found.candidates), codes))
    if not payment.customer:
        return Change(Unidentified(payment, found.decision), (payment,), events)
    puts: tuple[Document, ...] = (payment, *accounts[payment.customer].accounts)
    return Change(Proposed(payment, found.decision), puts, events)


def _settled(
    payment: Payment,
    shares: Sequence[Share],
    items: Sequence[OpenItem],
    accounts: Mapping[str, Accounts],
    decision: Decision,
    booked: tuple[object, ...],
    command: Command,
) -> Change[Applied]:
    by_invoice = {item.invoice: item for item in items}
    account = accounts[payment.customer]
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
    puts += account.accounts
    return Change(Applied(payment, decision), (payment, *puts), tuple(events))


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
    """The payment, the items that are chosen and the payer's account."""

    payment: Payment
    items: tuple[OpenItem, ...]
    accounts: Mapping[str, Accounts]
    setting: Setting


def load_apply(request: ApplyRequest, setting: Setting, command: Command) -> Loading[ApplyCase]:
    """First payment and items, then by number what is no id, then the accounts."""
    ref = f"payment/{request.payment}"
    loaded = yield Ask((ref, *(f"receivable/{share.invoice}" for share in request.shares)))
    payment = loaded.need(Payment, ref, "payment")
    items = yield from _chosen_items(request, loaded)
    party = payment.customer or (items[0].customer if items else "")
    loaded = yield Ask((f"credit/{party}",) if party else ())
    own = {party: loaded.need(CreditAccount, f"credit/{party}")} if party else {}
    accounts = yield from all_with_above(own)
    return ApplyCase(payment, items, accounts, setting)


def _chosen_items(request: ApplyRequest, loaded: Loaded) -> Loading[tuple[OpenItem, ...]]:
    names = [share.invoice for share in request.shares]
    items = {name: loaded.get(OpenItem, f"receivable/{name}") for name in names}
    finds = {name: ("receivable", "number", name) for name, item in items.items() if item is None}
    if finds:
        numbered = yield Ask(finds=tuple(finds.values()))
        for name, find in finds.items():
            # A number that two items bear names none of them.
            found = numbered.all(OpenItem, *find)
            items[name] = found[0] if len(found) == 1 else None
    chosen = []
    for n, name in enumerate(names):
        item = items[name]
        if item is None:
            raise NotFound(
                "receivable.unknown", f"shares[{n}].invoice", f"{shown(name)} is no open item"
            )
        if item in chosen:
            invalid("match.twice", f"shares[{n}].invoice", "an invoice stands twice")
        chosen.append(item)
    return tuple(chosen)


def apply(request: ApplyRequest, case: ApplyCase, command: Command) -> Change[Applied | Rejected]:
    """Apply as chosen. Another customer's invoice, too much, or a discount that is not earned is refused."""
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
    shares = [
        changed(share, invoice=item.invoice)
        for share, item in zip(request.shares, case.items, strict=True)
    ]
    chosen: tuple[Finding, ...] = (allow("payment.chosen", actor=command.actor.id),)
    version = case.setting.policies.matching.version
    decision = Decision("cash.match", payment.ref, version, command.at, chosen)
    settled = _settled(payment, shares, case.items, accounts, decision, (), command)
    return eased(settled, payment.customer, case.setting.policies.credit)


RECEIVE_CASH = UseCase("cash.receive", load_cash, receive)
APPLY = UseCase("cash.apply", load_apply, apply)

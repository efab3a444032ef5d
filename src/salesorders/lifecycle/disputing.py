"""Disputes: what a customer contests of an invoice is owed, but not late; agreeing on it takes that back."""

from __future__ import annotations

import attrs

from salesorders.credit import NO_EVIDENCE, Accounts, CreditAccount, Evidence
from salesorders.kernel.actors import reason_of
from salesorders.kernel.change import Ask, Change, Command, Document, Loading
from salesorders.kernel.decision import Fact, Finding, refuse
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import CONTEXT
from salesorders.kernel.messages import register
from salesorders.kernel.money import Money, amount_of
from salesorders.lifecycle.crediting import eased, load_evidence, with_above
from salesorders.lifecycle.naming import as_seen, item_seen, items_named
from salesorders.lifecycle.outcomes import Disputed, Rejected
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.lifecycle.watching import watched_all
from salesorders.receivables import ItemDisputed, OpenItem

__all__ = ["DISPUTE", "DisputeRequest", "dispute_moved"]

register(
    {
        "dispute.paid": "Nothing of {invoice} is open that could be disputed.",
        "dispute.over": "{amount} can't be disputed of {invoice}: {open} is open.",
        "dispute.nothing": "Of {invoice} {amount} is disputed already.",
    }
)


def _invoice(value: str) -> str:
    return ident_of(value, "invoice")


def _amount(value: Money | None) -> Money | None:
    if value is None:
        return None
    if not isinstance(value, Money):
        invalid("money.type", "amount", f"Money is wanted, not {type(value).__name__}")
    if value.amount < 0:
        invalid("money.negative", "amount", "what is disputed is at least 0")
    return value


@attrs.frozen
class DisputeRequest:
    """So much of an invoice (by id or number) is disputed from now on, all that is open where ``None``, for a reason.

    0 ends the dispute. ``seen`` is the item as the user saw it, or its fingerprint, where that matters.
    """

    invoice: str = attrs.field(converter=_invoice)
    reason: str = attrs.field(converter=reason_of)
    amount: Money | None = attrs.field(default=None, converter=_amount)
    seen: str = attrs.field(default="", converter=item_seen)


@attrs.frozen
class DisputeCase:
    """The item and the account of who owes it."""

    setting: Setting
    item: OpenItem
    accounts: Accounts
    evidence: Evidence = NO_EVIDENCE


def load_dispute(
    request: DisputeRequest, setting: Setting, command: Command
) -> Loading[DisputeCase]:
    """First the item, by its id or else its number, then the account."""
    loaded = yield Ask((f"receivable/{request.invoice}",))
    (item,) = yield from items_named((request.invoice,), loaded, ("invoice",))
    account = f"credit/{item.customer}"
    loaded = yield Ask((account,))
    accounts = yield from with_above(loaded.need(CreditAccount, account))
    evidence = yield from load_evidence(accounts, setting, command, "payment_reversal")
    return DisputeCase(setting, item, accounts, evidence)


def dispute(
    request: DisputeRequest, case: DisputeCase, command: Command
) -> Change[Disputed | Rejected]:
    """Contest so much of an item, or agree: what is disputed is owed and never late.

    Where less is disputed than was, more of it counts like any other item, and where more is, less of it is
    secured: an account that is then over a limit is watched.
    """
    before = case.item
    as_seen(before, request.seen)
    if request.amount is None and not before.open:
        # All of nothing would be 0, which ends a dispute.
        return Change(Rejected((refuse("dispute.paid", "invoice", invoice=before.number),)))
    wanted = before.open if request.amount is None else request.amount
    amount = amount_of(wanted, before.currency)
    if wrong := _wrong(before, Money(amount, before.currency)):
        return Change(Rejected((wrong,)))
    after = before.dispute(amount, request.reason)
    accounts = dispute_moved(before, after, case.accounts)
    policy = case.setting.policies.credit
    more = after.disputed > before.disputed
    accounts, remarks = watched_all(
        accounts,
        policy,
        case.evidence,
        command,
        "payment_reversal",
        before=case.accounts if more else None,
    )
    event = ItemDisputed(
        after.invoice,
        after.customer,
        after.currency,
        after.disputed,
        before.disputed,
        request.reason,
        command.actor.id,
        command.today,
    )
    puts: tuple[Document, ...] = (after, *accounts.accounts)
    change = Change(Disputed(after, remarks), puts, (event,))
    return eased(change, after.customer, policy) if more else change


def _wrong(item: OpenItem, amount: Money) -> Finding | None:
    if amount.amount > item.open:
        facts: dict[str, Fact] = {"invoice": item.number, "amount": amount}
        return refuse("dispute.over", "amount", **facts, open=Money(item.open, item.currency))
    if amount.amount == item.contested:
        return refuse("dispute.nothing", "amount", invoice=item.number, amount=amount)
    return None


def dispute_moved(before: OpenItem, after: OpenItem, accounts: Accounts) -> Accounts:
    """Return the accounts with what of an item is disputed ``after`` in place of what was ``before``."""
    if not before.contested and not after.contested:
        return accounts
    more = CONTEXT.subtract(after.disputed, before.disputed)
    if more > 0:
        return accounts.dispute(more, after.due_on)
    return accounts.undispute(-more, after.due_on) if more else accounts


DISPUTE = UseCase("cash.dispute", load_dispute, dispute)

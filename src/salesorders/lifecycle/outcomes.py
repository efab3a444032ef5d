"""What the verbs answer: closed unions on one base, so that a type checker sees an unhandled case."""

from __future__ import annotations

from typing import Any, NoReturn

import attrs

from salesorders.billing import IssuedInvoice
from salesorders.credit import CreditAccount
from salesorders.fulfilment import Shipment
from salesorders.inventory import StockLevel
from salesorders.kernel.change import Outcome
from salesorders.kernel.decision import Decision, Finding
from salesorders.kernel.errors import Refused
from salesorders.kernel.events import stored
from salesorders.orders import Order
from salesorders.receivables import Candidate, OpenItem, Payment

__all__ = [
    "Added",
    "Amended",
    "Applied",
    "Cancelled",
    "Closed",
    "Declined",
    "Disputed",
    "Held",
    "Issued",
    "LimitChanged",
    "Placed",
    "Preview",
    "Proposed",
    "Rechecked",
    "Recounted",
    "Rejected",
    "Reopened",
    "Reversed",
    "Shipped",
    "Stocked",
    "Unapplied",
    "Unidentified",
]


@stored("outcome.rejected/1")
@attrs.frozen
class Rejected(Outcome[Any]):
    """Refused, with every reason; nothing was changed."""

    findings: tuple[Finding, ...] = ()

    def unwrap(self) -> NoReturn:
        """Raise: there is no result."""
        raise Refused(self.findings, "rejected")

    def explain(self, locale: str = "en") -> str:
        """Return every reason as a line of text."""
        return "\n".join(f"{finding.code}: {finding.explain(locale)}" for finding in self.findings)


@stored("outcome.added/1")
@attrs.frozen
class Added(Outcome[tuple[str, ...]]):
    """Master data was written; ``refs`` names what."""

    refs: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    def unwrap(self) -> tuple[str, ...]:
        """Return the references."""
        return self.refs


@stored("outcome.placed/1")
@attrs.frozen
class Placed(Outcome[Order]):
    """The order goes on: credit and stock are claimed."""

    order: Order

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was remarked on the way."""
        return self.order.findings

    def unwrap(self) -> Order:
        """Return the order."""
        return self.order


@stored("outcome.held/1")
@attrs.frozen
class Held(Outcome[Order]):
    """The order is kept, but a gate holds it. ``decision`` says why, who may release and what would cure it."""

    order: Order
    decision: Decision

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What every gate found."""
        return self.decision.findings

    def unwrap(self) -> NoReturn:
        """Raise: a held order does not go on."""
        raise Refused(self.findings, "held")


@stored("outcome.declined/1")
@attrs.frozen
class Declined(Outcome[Order]):
    """A held order was turned down; what it reserved is free again."""

    order: Order

    def unwrap(self) -> Order:
        """Return the order."""
        return self.order


@stored("outcome.amended/1")
@attrs.frozen
class Amended(Outcome[Order]):
    """The change was made, whole; an order that was held before may still be. ``findings`` are its remarks."""

    order: Order
    findings: tuple[Finding, ...] = ()

    def unwrap(self) -> Order:
        """Return the order."""
        return self.order


@stored("outcome.cancelled/1")
@attrs.frozen
class Cancelled(Outcome[Order]):
    """What was open, or so much of it as was named, was cancelled; what it had claimed is free again."""

    order: Order

    def unwrap(self) -> Order:
        """Return the order."""
        return self.order


@stored("outcome.closed/1")
@attrs.frozen
class Closed(Outcome[Order]):
    """What was open will not come; what it had claimed is free again."""

    order: Order

    def unwrap(self) -> Order:
        """Return the order."""
        return self.order


@stored("outcome.reopened/1")
@attrs.frozen
class Reopened(Outcome[Order]):
    """What the last cancelling or closing took off is wanted again; an order that was held then may still be."""

    order: Order
    findings: tuple[Finding, ...] = ()

    def unwrap(self) -> Order:
        """Return the order."""
        return self.order


@stored("outcome.stocked/1")
@attrs.frozen
class Stocked(Outcome[StockLevel]):
    """A stock movement or planned receipt was booked."""

    level: StockLevel

    def unwrap(self) -> StockLevel:
        """Return the stock level after it."""
        return self.level


@stored("outcome.shipped/1")
@attrs.frozen
class Shipped(Outcome[Shipment]):
    """Goods left."""

    shipment: Shipment
    findings: tuple[Finding, ...] = ()

    def unwrap(self) -> Shipment:
        """Return the shipment."""
        return self.shipment


@stored("outcome.issued/1")
@attrs.frozen
class Issued(Outcome[IssuedInvoice]):
    """An invoice was posted under its number."""

    invoice: IssuedInvoice

    def unwrap(self) -> IssuedInvoice:
        """Return the invoice."""
        return self.invoice


@stored("outcome.limit_changed/1")
@attrs.frozen
class LimitChanged(Outcome[CreditAccount]):
    """A credit limit was set, or something else arranged; ``findings`` say where the account is over it now."""

    account: CreditAccount
    remarks: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Where the account is over a limit now."""
        return self.remarks

    def unwrap(self) -> CreditAccount:
        """Return the account."""
        return self.account


@stored("outcome.rechecked/1")
@attrs.frozen
class Rechecked(Outcome[tuple[str, ...]]):
    """Held orders were looked at again: those ``released``, the oldest first, and those that still wait."""

    released: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    def unwrap(self) -> tuple[str, ...]:
        """Return the orders that were released."""
        return self.released


@stored("outcome.recounted/1")
@attrs.frozen
class Recounted(Outcome[CreditAccount]):
    """An account was counted from its documents; ``differences`` names the buckets that did not agree."""

    account: CreditAccount
    differences: tuple[str, ...] = ()

    def unwrap(self) -> CreditAccount:
        """Return the account."""
        return self.account


@stored("outcome.applied/1")
@attrs.frozen
class Applied(Outcome[Payment]):
    """The payment is booked, and what explains it unambiguously was settled."""

    payment: Payment
    decision: Decision

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Why it was applied like that."""
        return self.decision.findings

    def unwrap(self) -> Payment:
        """Return the payment."""
        return self.payment


@stored("outcome.proposed/1")
@attrs.frozen
class Proposed(Outcome[Payment]):
    """The payment is on the customer's account; several explanations fit and a person has to choose."""

    payment: Payment
    decision: Decision

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """What it may pay."""
        return self.payment.candidates

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Why nothing was settled."""
        return self.decision.findings

    def unwrap(self) -> NoReturn:
        """Raise: nothing was settled, a person has to choose."""
        raise Refused(self.findings, "proposed")


@stored("outcome.unidentified/1")
@attrs.frozen
class Unidentified(Outcome[Payment]):
    """The cash is booked, but nobody knows yet who paid."""

    payment: Payment
    decision: Decision

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Why the payer is unknown."""
        return self.decision.findings

    def unwrap(self) -> NoReturn:
        """Raise: nothing was settled."""
        raise Refused(self.findings, "unidentified")


@stored("outcome.unapplied/1")
@attrs.frozen
class Unapplied(Outcome[Payment]):
    """An application was undone: item and payment are exactly what they were before it."""

    payment: Payment

    def unwrap(self) -> Payment:
        """Return the payment."""
        return self.payment


@stored("outcome.disputed/1")
@attrs.frozen
class Disputed(Outcome[OpenItem]):
    """So much of an item is disputed now, or nothing any more; ``findings`` say where an account is over a limit."""

    item: OpenItem
    findings: tuple[Finding, ...] = ()

    def unwrap(self) -> OpenItem:
        """Return the item."""
        return self.item


@stored("outcome.reversed/1")
@attrs.frozen
class Reversed(Outcome[Payment]):
    """A payment was taken back: what it had settled is open again."""

    payment: Payment
    findings: tuple[Finding, ...] = ()

    def unwrap(self) -> Payment:
        """Return the payment."""
        return self.payment


@attrs.frozen
class Preview(Outcome[Any]):
    """What a command would answer and record; nothing was written."""

    outcome: Any
    events: tuple[Any, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the outcome."""
        found: tuple[Finding, ...] = self.outcome.findings
        return found

    def unwrap(self) -> Any:
        """Return what the outcome would unwrap to."""
        return self.outcome.unwrap()

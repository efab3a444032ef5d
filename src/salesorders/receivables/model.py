"""What is owed and what was paid: open items and payments, with transitions that can be taken back.

All amounts of an item or a payment are in its one currency. Applying and taking back are exact
inverses: after ``unapply`` a value is what it was, to the byte.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from salesorders.amounts import TaxGroup
from salesorders.kernel.building import built_open
from salesorders.kernel.change import changed
from salesorders.kernel.codec import digest, encode
from salesorders.kernel.errors import Conflict, NotFound, invalid, shown
from salesorders.kernel.events import stored
from salesorders.kernel.ids import ident_of, text_of
from salesorders.kernel.limits import CONTEXT, LIMITS, added, exact, rate_of
from salesorders.kernel.money import NOTHING, amount_of, currency_of, rounded

__all__ = ["Allocation", "Application", "Candidate", "OpenItem", "Payment", "Proposed"]

ZERO = Decimal(0)
HUNDRED = Decimal(100)
KINDS = ("payment", "credit_note", "write_off")


def _line(value: str) -> str:
    return text_of(value, "payment", blank=True)


@attrs.frozen
class Application:
    """So much of an item was settled by ``payment`` with value date ``on``.

    ``amount`` is cash (or credit), ``discount`` what early payment earned on top. ``kind`` is
    ``payment``, ``credit_note`` or ``write_off``; ``payment`` is then the id of that document. ``entry``
    is the id of the posting, which a reversal names.
    """

    payment: str
    amount: Decimal
    discount: Decimal
    on: date
    kind: str = "payment"
    entry: str = ""

    @property
    @exact
    def settled(self) -> Decimal:
        """What it takes off the item: amount and discount."""
        return self.amount + self.discount


@stored("receivables.open_item/1")
@built_open
@attrs.frozen(kw_only=True)
class OpenItem:
    """What is still owed on one issued invoice.

    ``invoice`` is its id, ``number`` the legal number. ``discount_percent`` (0 to 100) is earned on
    what is open by a value date up to and including ``discount_until``. Law: ``open`` is ``amount``
    less every application, and never below 0. ``contested`` is what the customer disputes of it, and why.
    """

    invoice: str
    number: str
    customer: str
    currency: str
    amount: Decimal
    groups: tuple[TaxGroup, ...] = ()
    issued_on: date
    due_on: date
    discount_until: date | None = None
    discount_percent: Decimal = ZERO
    order: str = ""
    order_reference: str = ""
    applications: tuple[Application, ...] = ()
    contested: Decimal = ZERO
    contested_for: str = ""

    def __attrs_post_init__(self) -> None:
        ident_of(self.invoice, "invoice")
        currency_of(self.currency)
        rate_of(self.discount_percent, "discount_percent")
        if amount_of(self.amount, self.currency) < 0:
            invalid(
                "receivable.negative", "amount", "an item is owed by the customer, so at least 0"
            )
        if self.settled > self.amount:
            raise Conflict(
                "receivable.over_applied", "applications", "more is applied than is owed"
            )

    @property
    def ref(self) -> str:
        """The text key under which the item is stored."""
        return f"receivable/{self.invoice}"

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Names under which it is found; ``open`` (by customer and, as ``""``, all) while it is."""
        names = (("customer", self.customer), ("number", self.number))
        return names if self.is_paid else (*names, ("open", self.customer), ("open", ""))

    @property
    def settled(self) -> Decimal:
        """Everything taken off so far: cash, credit, write-offs and discounts."""
        if not self.applications:
            return NOTHING[self.currency]
        return rounded(added(part.settled for part in self.applications), self.currency)

    @property
    def open(self) -> Decimal:
        """What is still owed."""
        return rounded(CONTEXT.subtract(self.amount, self.settled), self.currency)

    @property
    def disputed(self) -> Decimal:
        """What is owed and contested; what is paid is taken off what nobody contests first."""
        return min(self.contested, self.open) if self.contested else ZERO

    @property
    def fingerprint(self) -> str:
        """A short text that differs as soon as anything of the item does."""
        return digest(encode(self))[:32]

    def dispute(self, amount: Decimal, reason: str) -> OpenItem:
        """Return the item with so much of it contested, nothing where 0; raises ``receivable.over_disputed``."""
        if not 0 <= amount <= self.open:
            raise Conflict("receivable.over_disputed", "amount", f"{self.open} is open")
        return changed(self, contested=amount or ZERO, contested_for=reason if amount else "")

    @property
    def is_paid(self) -> bool:
        """Whether nothing is open."""
        return self.open == 0

    def days_overdue(self, on: date) -> int:
        """Return the days since the due date, 0 on or before it and for a paid item."""
        return 0 if self.is_paid else max(0, (on - self.due_on).days)

    @exact
    def discount_on(self, value_date: date, part: Decimal | None = None) -> Decimal:
        """Return what payment of ``value_date`` earns on what is open, or on a ``part`` of it.

        The value date alone decides, not the day of booking; what was settled before earns nothing.
        """
        if self.discount_until is None or value_date > self.discount_until:
            return NOTHING[self.currency]
        base = self.open if part is None else min(part, self.open)
        return rounded(base * self.discount_percent / HUNDRED, self.currency)

    def applied_by(self, payment: str) -> tuple[Application, ...]:
        """Return the applications of one payment, credit note or write-off."""
        return tuple(part for part in self.applications if part.payment == payment)

    @exact
    def apply(
        self,
        payment: str,
        amount: Decimal,
        discount: Decimal = ZERO,
        *,
        on: date,
        kind: str = "payment",
        entry: str = "",
    ) -> OpenItem:
        """Return the item with ``amount`` and ``discount`` taken off.

        Raises ``receivable.over_applied`` above what is open, ``receivable.discount`` for more
        discount than ``on`` earns on this part, ``receivable.negative`` and ``receivable.nothing``.
        """
        ident_of(payment, "payment")
        amount = amount_of(amount, self.currency)
        discount = amount_of(discount, self.currency, "discount")
        if kind not in KINDS:
            invalid("receivable.kind", "kind", f"{shown(kind)} is none of {', '.join(KINDS)}")
        if amount < 0 or discount < 0:
            invalid(
                "receivable.negative",
                "amount",
                "an application is at least 0; to take back, unapply",
            )
        if amount + discount == 0:
            invalid("receivable.nothing", "amount", "there is nothing to apply")
        if amount + discount > self.open:
            raise Conflict(
                "receivable.over_applied",
                "amount",
                f"{amount + discount} is applied and {self.open} is open",
            )
        if discount > (earned := self.discount_on(on, amount + discount)):
            raise Conflict(
                "receivable.discount", "discount", f"{discount} is taken and {earned} is earned"
            )
        part = Application(payment, amount, discount, on, kind, entry)
        return changed(self, applications=(*self.applications, part))

    def unapply(self, payment: str) -> OpenItem:
        """Return it as if ``payment`` was never applied; raises ``receivable.not_applied``."""
        left = tuple(part for part in self.applications if part.payment != payment)
        if len(left) == len(self.applications):
            raise NotFound(
                "receivable.not_applied", "payment", f"{shown(payment)} is not applied here"
            )
        return changed(self, applications=left)


@attrs.frozen
class Proposed:
    """So much cash, and so much earned discount, for one invoice."""

    invoice: str
    amount: Decimal
    discount: Decimal = ZERO


@attrs.frozen
class Candidate:
    """One way to explain a payment; ``reason`` is the code of the rule that found it."""

    reason: str
    allocations: tuple[Proposed, ...]
    customer: str = ""

    @property
    def invoices(self) -> tuple[str, ...]:
        """The ids of the invoices it would settle."""
        return tuple(part.invoice for part in self.allocations)

    @property
    @exact
    def amount(self) -> Decimal:
        """The cash that it explains."""
        return sum((part.amount for part in self.allocations), ZERO)

    @property
    @exact
    def discount(self) -> Decimal:
        """The discount that it would grant."""
        return sum((part.discount for part in self.allocations), ZERO)


@attrs.frozen
class Allocation:
    """So much of a payment was used for one invoice."""

    invoice: str
    amount: Decimal


@stored("receivables.payment/1")
@built_open
@attrs.frozen(kw_only=True)
class Payment:
    """Money that came in with value date ``received_on``; ``entry`` and ``reversal`` are the ids of its postings.

    ``customer`` is empty while nobody knows who paid. ``candidates`` are kept for whoever decides. ``order``
    is the order for which it was paid before anything was invoiced, where it was for one.
    Law: ``amount`` is what is allocated, refunded and unapplied together, none of them below 0.
    """

    id: str
    customer: str = ""
    currency: str
    amount: Decimal
    received_on: date
    reference: str = attrs.field(default="", converter=_line)
    bank_ref: str = attrs.field(default="", converter=_line)
    payer_name: str = attrs.field(default="", converter=_line)
    payer_iban: str = attrs.field(default="", converter=_line)
    allocations: tuple[Allocation, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    refunded: Decimal = ZERO
    reversed_on: date | None = None
    entry: str = ""
    reversal: str = ""
    order: str = ""

    def __attrs_post_init__(self) -> None:
        ident_of(self.id)
        currency_of(self.currency)
        if amount_of(self.amount, self.currency) <= 0:
            invalid("payment.amount", "amount", "a payment is above 0")
        if len(self.bank_ref) > LIMITS.key:
            invalid("text.too_long", "bank_ref", f"at most {LIMITS.key} characters are taken")
        if self.refunded < 0 or self._used > self.amount:
            raise Conflict("payment.over_allocated", "allocations", "more is used than came in")

    @property
    def _used(self) -> Decimal:
        return CONTEXT.add(self.allocated, self.refunded)

    @property
    def ref(self) -> str:
        """The text key under which the payment is stored."""
        return f"payment/{self.id}"

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Names under which it is found; ``unapplied`` (by customer) while something is."""
        named = (("customer", self.customer), ("bank_ref", self.bank_ref))
        names = tuple(pair for pair in named if pair[1])
        if self.order:
            names = (*names, ("order", self.order))
        return (*names, ("unapplied", self.customer)) if self.unapplied else names

    @property
    def allocated(self) -> Decimal:
        """What was used for invoices."""
        if not self.allocations:
            return NOTHING[self.currency]
        return rounded(added(part.amount for part in self.allocations), self.currency)

    @property
    def unapplied(self) -> Decimal:
        """What is still there for invoices, on account or unidentified; 0 after a reversal."""
        left = ZERO if self.reversed_on else CONTEXT.subtract(self.amount, self._used)
        return rounded(left, self.currency)

    @property
    def status(self) -> str:
        """Derived: reversed, applied, partly applied, proposed, unidentified or on account."""
        if self.reversed_on:
            return "reversed"
        if not self.unapplied:
            return "applied"
        if self.allocations:
            return "partly applied"
        if self.candidates:
            return "proposed"
        return "on account" if self.customer else "unidentified"

    def identify(self, customer: str) -> Payment:
        """Return it as ``customer``'s payment; raises ``payment.allocated`` once some is used."""
        if self.allocations and customer != self.customer:
            raise Conflict("payment.allocated", "customer", "take the allocations back first")
        return attrs.evolve(self, customer=ident_of(customer, "customer"))

    def propose(self, candidates: tuple[Candidate, ...]) -> Payment:
        """Return the payment with these explanations for a person to choose from."""
        return changed(self, candidates=candidates)

    @exact
    def allocate(self, invoice: str, amount: Decimal) -> Payment:
        """Return the payment with ``amount`` used for ``invoice``.

        Raises ``payment.over_allocated`` above what is unapplied and ``payment.unidentified`` while
        nobody knows who paid.
        """
        amount = amount_of(amount, self.currency)
        if amount <= 0:
            invalid("payment.amount", "amount", "an allocation is above 0")
        if not self.customer:
            raise Conflict("payment.unidentified", "customer", "say first who paid")
        if amount > self.unapplied:
            raise Conflict(
                "payment.over_allocated", "amount", f"{self.unapplied} is not yet applied"
            )
        part = Allocation(ident_of(invoice, "invoice"), amount)
        return changed(self, allocations=(*self.allocations, part))

    def unallocate(self, invoice: str) -> Payment:
        """Return it as if none was ever used for ``invoice``; raises ``payment.not_allocated``."""
        left = tuple(part for part in self.allocations if part.invoice != invoice)
        if len(left) == len(self.allocations):
            raise NotFound(
                "payment.not_allocated", "invoice", f"nothing is used for {shown(invoice)}"
            )
        return changed(self, allocations=left)

    @exact
    def refund(self, amount: Decimal) -> Payment:
        """Return the payment after ``amount`` of what is unapplied was sent back."""
        amount = amount_of(amount, self.currency)
        if amount <= 0:
            invalid("payment.amount", "amount", "a refund is above 0")
        if amount > self.unapplied:
            raise Conflict(
                "payment.over_allocated", "amount", f"{self.unapplied} is not yet applied"
            )
        return attrs.evolve(self, refunded=rounded(self.refunded + amount, self.currency))

    def reverse(self, on: date, entry: str = "") -> Payment:
        """Return the payment as taken back by the bank; allocations and refunds come first."""
        if self.reversed_on:
            raise Conflict("payment.reversed", "payment", "it was taken back before")
        if self.allocations or self.refunded:
            raise Conflict(
                "payment.allocated", "payment", "take allocations and refunds back first"
            )
        return attrs.evolve(self, reversed_on=on, reversal=entry)

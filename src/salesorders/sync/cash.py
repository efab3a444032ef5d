# Generated from salesorders/aio/cash.py by tools/make_sync.py; edit that file and run the tool.
"""The cash counter: payments, bank statements, applying and undoing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import attrs

from salesorders.sync.counter import Counter
from salesorders.interchange import Statement
from salesorders.kernel.actors import Actor
from salesorders.kernel.change import Page
from salesorders.kernel.codec import digest
from salesorders.kernel.decision import Effect
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import ident_of, key_of
from salesorders.kernel.limits import whole_of
from salesorders.kernel.money import Money, amount_of
from salesorders.lifecycle import (
    APPLY,
    DISPUTE,
    RECEIVE_CASH,
    REVERSE,
    UNAPPLY,
    Applied,
    ApplyRequest,
    CashRequest,
    Disputed,
    DisputeRequest,
    Proposed,
    Rejected,
    Reversed,
    ReverseRequest,
    Unapplied,
    UnapplyRequest,
    Unidentified,
)
from salesorders.receivables import OpenItem, Payment
from salesorders.receivables import Proposed as Share
from salesorders.tables import Table

__all__ = ["Cash", "StatementResult"]

Answer = Applied | Proposed | Unidentified | Rejected


@attrs.frozen
class StatementResult:
    """What became of every credit of a statement, in its order; ``skipped`` counts debits and reversals."""

    statement: str
    lines: tuple[tuple[str, Answer], ...]
    skipped: int = 0

    @property
    def table(self) -> Table:
        """One row a credit: the bank's reference, what it was taken for, and why."""
        rows = tuple(
            (
                ref,
                type(answer).__name__.lower(),
                ", ".join(dict.fromkeys(f.code for f in answer.findings)),
            )
            for ref, answer in self.lines
        )
        return Table(f"Statement {self.statement}", ("bank reference", "answer", "because"), rows)


class Cash(Counter[Payment]):
    """Payments. ``find`` by ``customer=``, ``bank_ref=``, ``order=`` (paid ahead for it) or ``unapplied=``.

    ``unapplied`` is a customer; empty for nobody known.
    """

    kind = "payment"
    lookups = ("customer", "bank_ref", "unapplied", "order")

    def receive(
        self,
        customer: str,
        amount: Money,
        *,
        on: date | None = None,
        reference: str = "",
        bank_ref: str = "",
        payer_name: str = "",
        payer_iban: str = "",
        order: str = "",
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Answer:
        """Book money that came in, and what it settles where exactly one explanation fits.

        ``customer`` may be empty where nobody says who paid. ``on`` is the value date, today by default. ``order``
        is the order for which it is paid ahead; a ``reference`` that names nothing but an order that is not
        invoiced yet says the same. It then settles nothing else by itself.
        """
        request = CashRequest(
            customer, amount, on, reference, bank_ref, payer_name, payer_iban, order
        )
        return self._run(RECEIVE_CASH, request, key, by, dry_run)

    def import_statement(
        self, statement: Statement, *, key: str | None = None, by: Actor | None = None
    ) -> StatementResult:
        """Book every credit of a bank statement, each as a command of its own.

        A line's key comes from the statement's own account and id, so a file that is read twice books
        nothing twice, whatever ``key`` it comes under. Debits and reversals are counted, not booked.
        Of a statement that does not add up (``statement.unbalanced``) nothing is booked: what it
        found to refuse is raised.
        """
        actor = self._desk.engine.admitted(
            self._desk.actor if by is None else by, RECEIVE_CASH.name
        )
        key_of(self._desk.key_for(key))
        if not isinstance(statement, Statement):
            invalid("statement.type", "statement", "a Statement is wanted: read_camt053 gives some")
        for finding in statement.findings:
            if finding.effect is Effect.REFUSE:
                invalid(finding.code, f"statement.{finding.path}".rstrip("."), finding.explain())
        answers = []
        skipped = 0
        for line in statement.lines:
            if line.amount <= 0 or line.is_reversal:
                skipped += 1
                continue
            reference = " ".join(
                part for part in (line.reference, line.remittance, line.end_to_end_id) if part
            )
            seen = digest(f"{statement.account}/{statement.id}/{line.bank_ref}/{line.n}")[:32]
            request = CashRequest(
                "",
                Money(line.amount, statement.currency),
                line.value_on,
                reference[:1000],
                line.bank_ref[:255],
                line.payer_name,
                line.payer_iban,
            )
            answers.append(
                (
                    line.bank_ref,
                    self._run(RECEIVE_CASH, request, f"statement:{seen}", actor, False),
                )
            )
        return StatementResult(statement.id, tuple(answers), skipped)

    def apply(
        self,
        payment: str,
        shares: Mapping[str, Money] | None = None,
        *,
        candidate: int | None = None,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Applied | Rejected:
        """Settle invoices (id or number to amount) with a payment, or take one of its candidates by number, from 0."""
        chosen: tuple[Share, ...]
        if candidate is not None:
            # Who may not apply is told so, whatever he names.
            self._desk.engine.admitted(self._desk.actor if by is None else by, APPLY.name)
            offered = self.get(payment).candidates
            if whole_of(candidate, "candidate") >= len(offered):
                invalid("payment.candidate", "candidate", f"there are {len(offered)}")
            chosen = offered[candidate].allocations
        else:
            currency = self._desk.engine.currency
            if shares is not None and not isinstance(shares, Mapping):
                invalid("payment.shares", "shares", "invoice ids with amounts are wanted")
            named = [
                Share(
                    ident_of(invoice, "invoice"), amount_of(money, currency, "shares"), Decimal(0)
                )
                for invoice, money in (shares or {}).items()
            ]
            # However a host's dict is ordered, it is one command.
            chosen = tuple(sorted(named, key=lambda share: share.invoice))
        return self._run(APPLY, ApplyRequest(payment, chosen), key, by, dry_run)

    def unapply(
        self,
        payment: str,
        invoice: str,
        *,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Unapplied:
        """Undo what a payment settled on an invoice: everything is exactly what it was."""
        return self._run(UNAPPLY, UnapplyRequest(payment, invoice), key, by, dry_run)

    def reverse(
        self,
        payment: str,
        *,
        reason: str,
        on: date | None = None,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Reversed | Rejected:
        """Take a payment back, bounced or keyed by mistake: what it settled is open again, discounts included.

        ``on`` is the value date of that, today by default; postings are reversed, never edited.
        """
        return self._run(REVERSE, ReverseRequest(payment, reason, on), key, by, dry_run)

    def dispute(
        self,
        invoice: str,
        amount: Money | None = None,
        *,
        reason: str,
        seen: OpenItem | str | None = None,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Disputed | Rejected:
        """Say how much of an invoice (id or number) its customer disputes, all that is open by default; 0 ends it.

        What is disputed is owed and never late. ``seen`` is the item as the user saw it, or its
        ``fingerprint``: raises ``version.stale`` where it changed since.
        """
        request = DisputeRequest(invoice, reason, amount, seen)
        return self._run(DISPUTE, request, key, by, dry_run)

    def item(self, invoice: str) -> OpenItem:
        """Return the receivable of an invoice (by id): what is open and what settled the rest."""
        return _Items(self._desk).get(invoice)

    def open_items(
        self, customer: str = "", *, after: str = "", limit: int = 100
    ) -> Page[OpenItem]:
        """Return a page of open items, of one customer or of all."""
        return _Items(self._desk).find(open=customer, after=after, limit=limit)


class _Items(Counter[OpenItem]):
    kind = "receivable"
    lookups = ("customer", "number", "open")

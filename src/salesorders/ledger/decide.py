"""How business facts are booked: one builder a fact, plain values in, a balanced entry out.

Amounts are in ``currency``, net without and gross with tax. ``id`` is the event's, ``source`` the
document's reference, ``on`` the posting date. Where nothing is to be posted the answer is ``None``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from salesorders.amounts import Tax, TaxGroup
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import exact
from salesorders.kernel.money import amount_of, currency_of, exponent_of, split
from salesorders.ledger.model import (
    AR,
    CASH,
    COGS,
    CONTRACT_LIABILITY,
    DISCOUNT,
    INVENTORY,
    REVENUE,
    TAX_OUT,
    UNAPPLIED,
    UNBILLED_AR,
    WRITE_OFF,
    Entry,
    Line,
)

__all__ = [
    "application_entry",
    "credit_note_entry",
    "invoice_entry",
    "receipt_entry",
    "refund_entry",
    "reversal",
    "shipment_entry",
    "tax_label",
    "write_off_entry",
]

ZERO = Decimal(0)


def tax_label(tax: Tax) -> str:
    """Return how a tax is written on a line: category and rate, ``S19``; ``AE`` without one."""
    return f"{tax.category}{tax.rate:f}" if tax.rate else tax.category


@exact
def shipment_entry(
    id: str,  # noqa: A002  # the field's own name
    source: str,
    on: date,
    currency: str,
    net: Decimal,
    cost: Decimal = ZERO,
    customer: str = "",
    *,
    invoiced: bool = False,
) -> Entry | None:
    """Control of goods passes: COGS to INVENTORY at ``cost``, UNBILLED_AR to REVENUE at ``net``.

    Goods ``invoiced`` before delivery take up CONTRACT_LIABILITY instead of UNBILLED_AR.
    """
    lines = [
        *_debit(COGS, cost, currency),
        *_debit(CONTRACT_LIABILITY if invoiced else UNBILLED_AR, net, currency, customer),
        *_credit(INVENTORY, cost, currency),
        *_credit(REVENUE, net, currency, customer),
    ]
    return _entry(id, source, "shipment", on, currency, lines)


@exact
def invoice_entry(
    id: str,  # noqa: A002  # the field's own name
    source: str,
    on: date,
    currency: str,
    customer: str,
    net: Decimal,
    tax_by_group: Sequence[TaxGroup],
    gross: Decimal,
    *,
    before_delivery: bool = False,
) -> Entry | None:
    """A bill: AR at ``gross`` to UNBILLED_AR (CONTRACT_LIABILITY before delivery) and TAX_OUT.

    Raises ``ledger.unbalanced`` where net and the groups' tax do not add up to gross.
    """
    against = CONTRACT_LIABILITY if before_delivery else UNBILLED_AR
    lines = [
        *_debit(AR, gross, currency, customer),
        *_credit(against, net, currency, customer),
        *_taxes(tax_by_group, currency, customer),
    ]
    return _entry(id, source, "invoice", on, currency, lines)


@exact
def credit_note_entry(
    id: str,  # noqa: A002  # the field's own name
    source: str,
    on: date,
    currency: str,
    customer: str,
    net: Decimal,
    tax_by_group: Sequence[TaxGroup],
    gross: Decimal,
    cost: Decimal = ZERO,
) -> Entry | None:
    """A credit note: REVENUE and TAX_OUT to AR; goods back at ``cost``: INVENTORY to COGS."""
    lines = [
        *_debit(REVENUE, net, currency, customer),
        *(line.mirrored() for line in _taxes(tax_by_group, currency, customer)),
        *_debit(INVENTORY, cost, currency),
        *_credit(AR, gross, currency, customer),
        *_credit(COGS, cost, currency),
    ]
    return _entry(id, source, "credit_note", on, currency, lines)


@exact
def receipt_entry(
    id: str,  # noqa: A002  # the field's own name
    source: str,
    on: date,
    currency: str,
    amount: Decimal,
    customer: str = "",
) -> Entry:
    """Money came in: CASH to UNAPPLIED, whoever paid; ``customer`` is empty while nobody knows."""
    amount = _owed(amount, currency)
    lines = [*_debit(CASH, amount, currency), *_credit(UNAPPLIED, amount, currency, customer)]
    return Entry(id, source, "receipt", on, currency, tuple(lines))


@exact
def refund_entry(
    id: str,  # noqa: A002  # the field's own name
    source: str,
    on: date,
    currency: str,
    amount: Decimal,
    customer: str,
) -> Entry:
    """Unapplied money was sent back: UNAPPLIED to CASH."""
    amount = _owed(amount, currency)
    lines = [*_debit(UNAPPLIED, amount, currency, customer), *_credit(CASH, amount, currency)]
    return Entry(id, source, "refund", on, currency, tuple(lines))


@exact
def application_entry(
    id: str,  # noqa: A002  # the field's own name
    source: str,
    on: date,
    currency: str,
    customer: str,
    amount: Decimal,
    discount: Decimal = ZERO,
    groups: Sequence[TaxGroup] = (),
    *,
    payer: str | None = None,
) -> Entry:
    """Cash settles an invoice: UNAPPLIED, DISCOUNT and TAX_OUT to AR (FINANCE 8).

    The discount is split over the invoice's VAT ``groups``, and in each over net and tax, by
    largest remainder; without groups it has no effect on tax. ``payer`` is the party of the
    receipt, where that was not ``customer`` (empty for one that was unidentified).
    """
    amount, discount = _owed(amount, currency), _owed(discount, currency)
    party = customer if payer is None else payer
    lines = [
        *_debit(UNAPPLIED, amount, currency, party),
        *_reduced(DISCOUNT, discount, groups, currency, customer),
        *_credit(AR, amount + discount, currency, customer),
    ]
    return Entry(id, source, "application", on, currency, tuple(lines))


@exact
def write_off_entry(
    id: str,  # noqa: A002  # the field's own name
    source: str,
    on: date,
    currency: str,
    customer: str,
    amount: Decimal,
    groups: Sequence[TaxGroup] = (),
) -> Entry:
    """A small rest is given up: WRITE_OFF and, where ``groups`` are given, TAX_OUT to AR."""
    amount = _owed(amount, currency)
    lines = [
        *_reduced(WRITE_OFF, amount, groups, currency, customer),
        *_credit(AR, amount, currency, customer),
    ]
    return Entry(id, source, "write_off", on, currency, tuple(lines))


def reversal(entry: Entry, id: str, on: date) -> Entry:  # noqa: A002  # the field's own name
    """Return the entry that takes ``entry`` back on ``on``."""
    return entry.reversal(id, on)


def _reduced(
    role: str, amount: Decimal, groups: Sequence[TaxGroup], currency: str, party: str
) -> list[Line]:
    """Split a gross reduction over groups, then net and tax; the parts add up to it exactly."""
    digits = exponent_of(currency)
    weights = [max(ZERO, group.base + group.amount) for group in groups]
    if not any(weights):
        return _debit(role, amount, currency, party)
    net, taxes = ZERO, []
    for group, share in zip(groups, split(amount, weights, digits), strict=True):
        if share:
            part_net, part_tax = split(
                share, [max(ZERO, group.base), max(ZERO, group.amount)], digits
            )
            net += part_net
            taxes += _debit(TAX_OUT, part_tax, currency, party, tax_label(group.tax))
    return [*_debit(role, net, currency, party), *taxes]


def _taxes(groups: Iterable[TaxGroup], currency: str, party: str) -> list[Line]:
    return [
        line
        for group in groups
        for line in _credit(TAX_OUT, group.amount, currency, party, tax_label(group.tax))
    ]


def _debit(role: str, amount: Decimal, currency: str, party: str = "", tax: str = "") -> list[Line]:
    """Return the line, on the other side for an amount below 0 and none at all for 0."""
    if not amount:
        return []
    amount = amount_of(amount, currency, role)
    if amount < 0:
        return [Line(role, credit=-amount, party=party, tax=tax)]
    return [Line(role, debit=amount, party=party, tax=tax)]


def _credit(
    role: str, amount: Decimal, currency: str, party: str = "", tax: str = ""
) -> list[Line]:
    return _debit(role, -amount, currency, party, tax)


def _entry(
    id: str,  # noqa: A002  # the field's own name
    source: str,
    kind: str,
    on: date,
    currency: str,
    lines: Sequence[Line],
) -> Entry | None:
    return Entry(id, source, kind, on, currency, tuple(lines)) if lines else None


def _owed(amount: Decimal, currency: str) -> Decimal:
    """Return an amount of cash: at the minor unit and never below 0."""
    number = amount_of(amount, currency_of(currency))
    if number < 0:
        invalid("ledger.negative", "amount", "an amount is at least 0; to take back, reverse")
    return number

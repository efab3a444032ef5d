"""What the library's documents say, in the model's words: whole cents, thousandths, keys instead of ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from salesorders.testing.simulation.lending import BUCKETS

__all__ = ["VIEWS", "WIDE", "cents", "decimal", "seen", "thousandths"]

View = tuple[Any, ...]
Names = Mapping[str, str]
# Our own: the thread's context is one of the things that a host changes.
WIDE = Context(prec=60)


def decimal(number: int, digits: int) -> Decimal:
    """Return so many hundredths, thousandths ... as a decimal."""
    return Decimal(number).scaleb(-digits, WIDE)


def cents(amount: Decimal, digits: int = 2) -> int:
    """Return an amount in cents; one that is finer is no amount that we know."""
    whole = amount.scaleb(digits, WIDE)
    number = int(whole)
    if number != whole:
        raise AssertionError(f"{amount} is finer than a cent")
    return number


def thousandths(quantity: Decimal) -> int:
    """Return a quantity in thousandths."""
    return cents(quantity, 3)


def sums(amounts: Any) -> View:
    """Net, tax, gross and the groups of a document's amounts."""
    groups = tuple(
        sorted(
            (g.tax.category, int(g.tax.rate), cents(g.base), cents(g.amount))
            for g in amounts.groups
        )
    )
    return (cents(amounts.net), cents(amounts.tax), cents(amounts.gross), groups)


def _tax(tax: Any) -> tuple[str, int]:
    return (tax.category, int(tax.rate))


def _item(item: Any, names: Names) -> View:
    prices = tuple((thousandths(p.at_least), thousandths(p.value)) for p in item.prices)
    units = tuple((code, (factor.numerator, factor.denominator)) for code, factor in item.units)
    return (item.retired, prices, _tax(item.tax), units)


def _customer(customer: Any, names: Names) -> View:
    terms = customer.terms
    early = (
        (cents(terms.discount_percent), terms.discount_due[0].n) if terms.discount_percent else None
    )
    return (customer.retired, terms.due[0].n, early)


def _account(account: Any, names: Names) -> View:
    limit = account.limit
    stands = {"unlimited": "unlimited", "not_set": None}
    exposure = account.exposure
    temporary = tuple((cents(one.amount), one.since, one.until) for one in account.temporary)
    buckets = {ours: theirs for theirs, ours in BUCKETS.items()}
    limits = sorted((buckets[one.bucket], cents(one.amount)) for one in account.bucket_limits)
    return (
        cents(limit.amount) if limit.kind == "amount" else stands[limit.kind],
        limit.until,
        account.limit_currency,
        temporary,
        tuple(limits),
        account.within,
        account.watched,
        account.status,
        account.closed_at,
        account.risk_class,
        tuple(
            (one.id, cents(one.amount), int(one.coverage_percent), one.valid_from, one.valid_to)
            for one in account.collateral
        ),
        cents(exposure.open_orders),
        cents(exposure.delivered_unbilled),
        cents(exposure.open_items),
        cents(exposure.disputed),
        cents(exposure.unapplied),
        cents(exposure.paid_ahead),
        tuple((day.on, cents(day.amount)) for day in account.orders_by_day),
        tuple((day.on, cents(day.amount)) for day in account.items_by_day),
    )


def _sites(entry: Any, names: Names) -> View:
    return tuple(entry.sites)


def _level(level: Any, names: Names) -> View:
    return (
        thousandths(level.on_hand),
        tuple(sorted((r.on, thousandths(r.quantity)) for r in level.receipts)),
        tuple(sorted((d.on, thousandths(d.quantity)) for d in level.demand)),
        tuple(
            sorted(
                (
                    names.get(r.holder, r.holder),
                    r.line,
                    r.on,
                    thousandths(r.quantity),
                    r.expires_at,
                )
                for r in level.reservations
            )
        ),
    )


def _schedule(parts: Any) -> View:
    return tuple((part.site, part.on, thousandths(part.quantity)) for part in parts)


def _opened(release: Any) -> bool:
    """Whether it was given although an account was on hold."""
    told = [finding.fact("overrides") or () for finding in release.decision.findings]
    return any("credit.account_on_hold" in codes for codes in told)


def _order(order: Any, names: Names) -> View:
    lines = tuple(
        (
            line.id,
            line.sku,
            "" if line.factor == 1 else line.unit,
            thousandths(line.ordered),
            thousandths(line.shipped),
            thousandths(line.invoiced),
            thousandths(line.cancelled),
            _schedule(line.confirmed),
            _schedule(line.claimed),
            cents(worth.net),
            line.requested_on,
        )
        for line, worth in zip(order.lines, order.amounts.lines, strict=True)
    )
    released = tuple(
        (r.gate, r.by, cents(r.amount), r.expires_at, r.ships_from, _opened(r))
        for r in order.releases
    )
    gates = tuple(hold.gate for hold in order.holds)
    head = (order.customer, gates, tuple(order.makers), order.held_until)
    endings = tuple(
        (
            ending.kind,
            tuple((line, thousandths(q)) for line, q in ending.lines),
            ending.on,
            ending.by,
            tuple(hold.gate for hold in ending.holds),
            ending.reason,
        )
        for ending in order.endings
    )
    tail = (order.status, order.ship_to_name, endings, order.prepaid, cents(order.paid_ahead))
    return (*head, released, sums(order.amounts), lines, *tail)


def _fine(quantity: Decimal) -> int | Fraction:
    """Return a quantity in thousandths; a piece of a carton is a fraction of them."""
    exact = Fraction(quantity) * 1_000
    return int(exact) if exact.denominator == 1 else exact


def _shipment(shipment: Any, names: Names) -> View:
    parts = tuple(
        (
            p.order_line,
            p.sku,
            _fine(p.quantity),
            thousandths(p.base_quantity),
            p.planned_on,
            p.site,
        )
        for p in shipment.lines
    )
    head = (names.get(shipment.order), shipment.customer, shipment.site, shipment.shipped_on)
    tail = (sums(shipment.amounts), cents(shipment.cost), names.get(shipment.invoice, ""))
    return (*head, parts, *tail)


def _invoice(invoice: Any, names: Names) -> View:
    return (
        names.get(invoice.order),
        names.get(invoice.shipment),
        invoice.customer,
        invoice.number,
        invoice.issued_on,
        invoice.due_on,
        invoice.discount_until,
        invoice.delivered_on,
        sums(invoice.amounts),
    )


def _receivable(item: Any, names: Names) -> View:
    applied = tuple(
        (names.get(a.payment), cents(a.amount), cents(a.discount), a.on) for a in item.applications
    )
    head = (item.number, item.customer, cents(item.amount), item.due_on, item.discount_until)
    return (*head, applied, cents(item.contested), item.contested_for)


def _payment(payment: Any, names: Names) -> View:
    return (
        payment.customer,
        cents(payment.amount),
        payment.received_on,
        payment.bank_ref,
        len(payment.candidates),
        payment.reversed_on,
        names.get(payment.order, ""),
        tuple(sorted((names.get(a.invoice, ""), cents(a.amount)) for a in payment.allocations)),
    )


def _series(series: Any, names: Names) -> View:
    return (series.last, series.last_on)


VIEWS: dict[str, Callable[[Any, Names], View]] = {
    "item": _item,
    "customer": _customer,
    "credit": _account,
    "sites": _sites,
    "stock": _level,
    "order": _order,
    "shipment": _shipment,
    "invoice": _invoice,
    "receivable": _receivable,
    "payment": _payment,
    "series": _series,
}


def seen(document: Any, names: Names) -> View:
    """Return a document in the model's words; ``names`` gives the key of the command that made an id."""
    return VIEWS[document.ref.partition("/")[0]](document, names)

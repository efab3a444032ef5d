"""What pricing answers: amounts, and the steps that made them."""

from __future__ import annotations

from decimal import Decimal

import attrs

from salesorders.amounts import AmountLine, Amounts
from salesorders.kernel.decision import Finding
from salesorders.kernel.limits import exact
from salesorders.kernel.money import Money, rounded
from salesorders.tables import Table

__all__ = ["PriceSheet", "PriceStep", "price_table", "trace"]


@attrs.frozen
class PriceStep:
    """One step of a price: what was done, on what base, at what rate, what it made.

    The ``amount`` of all steps of a line add up to its net exactly.
    """

    code: str
    text: str
    base: Decimal | None
    rate: Decimal | None
    amount: Decimal


@attrs.frozen
class PriceSheet:
    """A priced document with everything the rules found."""

    amounts: Amounts
    findings: tuple[Finding, ...] = ()


def shown_price(price: Decimal, currency: str) -> Decimal:
    """Return a unit price with at least the decimals of its currency: 0.8 as 0.80, 0.42155 as it is."""
    minor = rounded(price, currency)
    return minor if price == minor else price


@exact
def trace(line: AmountLine, currency: str) -> tuple[PriceStep, ...]:
    """Return the steps of a line from the list price to its net; their amounts add up to it."""
    unit = f"{shown_price(line.price, currency):f}" + (
        f" per {line.per:f}" if line.per != 1 else ""
    )
    # What is left of the net without adjustments: on a part of a line, as it was cut.
    worth = sum((a.signed.copy_negate() for a in line.adjustments), line.net)
    steps = [
        PriceStep(
            "price.list",
            f"{line.quantity:f} {line.unit} at {unit} ({line.source or 'agreed'})",
            line.quantity,
            line.price,
            worth,
        )
    ]
    for adjustment in line.adjustments:
        code = "price.charge" if adjustment.charge else "price.allowance"
        steps.append(
            PriceStep(
                code, adjustment.reason, adjustment.base, adjustment.percent, adjustment.signed
            )
        )
    return tuple(steps)


def price_table(amounts: Amounts, title: str = "Price") -> Table:
    """Return the whole trace as a table: every line's steps, document adjustments, VAT groups, total."""
    currency = amounts.currency
    rows: list[tuple[str, str, Money | None]] = []
    for line in amounts.lines:
        for step in trace(line, currency):
            rate = (
                f" {step.rate:f} % of {step.base:,f}"
                if step.code != "price.list" and step.rate is not None and step.base is not None
                else ""
            )
            rows.append(
                (f"{line.id} {line.sku}", f"{step.text}{rate}", Money(step.amount, currency))
            )
        rows.append((f"{line.id} {line.sku}", "net", Money(line.net, currency)))
    rows += [
        (
            "document",
            f"{'charge' if a.charge else 'allowance'}: {a.reason} (VAT {a.tax})",
            Money(a.signed, currency),
        )
        for a in amounts.adjustments
    ]
    rows.append(("document", "net", Money(amounts.net, currency)))
    for group in amounts.groups:
        rows.append(
            (
                "document",
                f"VAT {group.tax} of {group.base:,f}, half up",
                Money(group.amount, currency),
            )
        )
    rows.append(("document", "total", amounts.total))
    return Table(title, ("where", "step", "amount"), tuple(rows))

"""Pricing: a pure function of item, quantity, unit and terms; the edit path never counts (P14)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from salesorders.amounts import Adjustment, AmountLine, Amounts, Tax
from salesorders.amounts.model import line_worth, summed, totalled
from salesorders.catalog import Price
from salesorders.kernel.decision import Effect, Finding, allow, refuse
from salesorders.kernel.limits import exact
from salesorders.kernel.money import NOTHING, Money, rounded
from salesorders.kernel.quantity import convert
from salesorders.pricing.model import PriceSheet
from salesorders.pricing.policy import PricingPolicy
from salesorders.pricing.requests import PricedWant, PriceRequest

__all__ = ["price"]

ZERO = Decimal(0)
BASE = Fraction(1)


@exact
def price(request: PriceRequest, policy: PricingPolicy) -> PriceSheet:
    """Price every line at the list and add the document up.

    All-units breaks: the break that the whole quantity (in base units) reaches prices all of it.
    Unit prices are never rounded; a line is rounded once, half away from zero. Findings:
    ``price.missing``, ``item.retired``, ``price.line_negative``, ``price.document_negative`` refuse;
    ``price.deviates`` and ``price.near_break`` inform.
    """
    findings: list[Finding] = []
    lines = []
    for index, want in enumerate(request.wants):
        line = _priced(want, index, request.currency, findings, policy)
        if line is not None:
            lines.append(line)
    if findings and any(finding.effect is Effect.REFUSE for finding in findings):
        return PriceSheet(_nothing(request.currency), tuple(findings))
    adjustments = _settled(request, lines) if request.adjustments else ()
    amounts = summed(request.currency, lines, adjustments)
    for group in amounts.groups:
        if group.base < ZERO:
            net = Money(group.base, request.currency)
            findings.append(
                refuse("price.document_negative", "adjustments", net=net, tax=str(group.tax))
            )
    return PriceSheet(amounts, tuple(findings))


def _settled(request: PriceRequest, lines: list[AmountLine]) -> tuple[Adjustment, ...]:
    """What the document's own allowances and charges come to."""
    lines_net = sum((line.net for line in lines), ZERO)
    common = _common_tax(lines)
    return tuple(
        asked.settle(lines_net, request.currency, asked.tax or common)
        for asked in request.adjustments
    )


def _nothing(currency: str) -> Amounts:
    return totalled(currency, (), (), (), (NOTHING[currency],) * 3)


def _common_tax(lines: list[AmountLine]) -> Tax | None:
    """The category of a document allowance that names none: the one that taxes most of the document."""
    worth: dict[Tax, Decimal] = {}
    for line in lines:
        worth[line.tax] = worth.get(line.tax, ZERO) + line.net
    return max(worth, key=lambda tax: (worth[tax], str(tax)), default=None)


def _priced(
    want: PricedWant, index: int, currency: str, findings: list[Finding], policy: PricingPolicy
) -> AmountLine | None:
    item, quantity = want.item, want.quantity
    if item.retired:
        findings.append(refuse("item.retired", f"lines[{index}].sku", sku=item.sku))
    in_base = want.unit == item.unit
    factor = BASE if in_base else item.factor(want.unit, f"lines[{index}].unit")
    entry, beyond = _reached(item.prices, quantity if in_base else convert(quantity, factor, 12))
    if entry is None:
        path, facts = f"lines[{index}].price", {"sku": item.sku, "quantity": quantity}
        findings.append(Finding("price.missing", Effect.REFUSE, path, facts, {}, {"sku": item.sku}))
        return None
    value, per = entry.value, entry.per
    if not in_base:
        value, per = value * factor.numerator, per * factor.denominator
    net = worth = line_worth(quantity, value, per, currency)
    adjustments: tuple[Adjustment, ...] = ()
    if want.adjustments:
        adjustments = tuple([asked.settle(worth, currency) for asked in want.adjustments])
        net = sum([adjustment.signed for adjustment in adjustments], worth)
        if net < 0:
            path, short = f"lines[{index}].discount", Money(net, currency)
            findings.append(refuse("price.line_negative", path, sku=item.sku, net=short))
    if want.expected is not None:
        _compare(want, f"lines[{index}].price", value, per, findings, policy)
    hinted = policy.hint_breaks and in_base and not adjustments
    if hinted and beyond is not None and beyond.worth < worth:
        _hint(want, index, beyond, worth, currency, findings)
    return AmountLine(
        want.line,
        item.sku,
        item.name,
        quantity,
        want.unit,
        value,
        net,
        want.tax or item.tax,
        per,
        value,
        adjustments,
        entry.source,
    )


def _reached(prices: Sequence[Price], quantity: Decimal) -> tuple[Price | None, Price | None]:
    """The price whose break the quantity reaches, and the next one beyond it."""
    reached = None
    for entry in prices:
        if entry.at_least > quantity:
            return reached, entry
        reached = entry
    return reached, None


def _compare(
    want: PricedWant,
    path: str,
    value: Decimal,
    per: Decimal,
    findings: list[Finding],
    policy: PricingPolicy,
) -> None:
    if want.expected is None or want.expected * per == value * want.expected_per:
        return
    facts = {
        "sku": want.item.sku,
        "expected": want.expected,
        "expected_per": want.expected_per,
        "price": value,
        "per": per,
    }
    effect = Effect.REFER if policy.deviation_holds else Effect.ALLOW
    findings.append(Finding("price.deviates", effect, path, facts, {}, {"price": value}))


def _hint(
    want: PricedWant,
    index: int,
    beyond: Price,
    worth: Decimal,
    currency: str,
    findings: list[Finding],
) -> None:
    there = rounded(beyond.worth, currency)
    if there < worth:
        more, saved = beyond.at_least - want.quantity, Money(worth - there, currency)
        path = f"lines[{index}].quantity"
        findings.append(allow("price.near_break", path, sku=want.item.sku, more=more, saved=saved))

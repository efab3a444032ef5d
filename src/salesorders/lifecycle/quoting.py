"""Pricing an order request: the quote that a customer sees and that placing starts from."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from salesorders.amounts import Amounts
from salesorders.catalog import Customer, Item
from salesorders.kernel.change import Ask, Change, Command, Loading, Outcome
from salesorders.kernel.decision import Effect, Fact, Finding, refuse
from salesorders.kernel.errors import Refused
from salesorders.kernel.money import Money
from salesorders.kernel.quantity import is_whole
from salesorders.lifecycle.outcomes import Rejected
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.orders import OrderRequest
from salesorders.pricing import PricedWant, PriceRequest, PriceSheet, price, price_table

__all__ = ["QUOTE", "Quote", "QuoteCase", "priced", "reference_findings"]


@attrs.frozen
class Quote(Outcome["Quote"]):
    """A priced request: the total, how it was made, what was remarked."""

    request: OrderRequest
    amounts: Amounts
    remarks: tuple[Finding, ...] = ()

    @property
    def total(self) -> Money:
        """What the customer would pay, with tax."""
        return self.amounts.total

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was remarked; none of it refuses."""
        return self.remarks

    def unwrap(self) -> Quote:
        """Return the quote itself."""
        return self

    def explain(self, locale: str = "en") -> str:
        """Return which price, break, discount, tax and rounding made every line, and what was remarked."""
        remarks = [f"{finding.code}: {finding.explain(locale)}" for finding in self.remarks]
        return "\n".join(
            [str(price_table(self.amounts, f"Price for {self.request.customer}")), *remarks]
        )

    def _repr_html_(self) -> str:
        return price_table(self.amounts, f"Price for {self.request.customer}")._repr_html_()


@attrs.frozen
class QuoteCase:
    """The customer and the items that are there."""

    setting: Setting
    customer: Customer | None
    items: Mapping[str, Item]


def load_quote(request: OrderRequest, setting: Setting, command: Command) -> Loading[QuoteCase]:
    """Ask for the customer and every item."""
    skus = sorted({line.sku for line in request.lines})
    customer_ref = f"customer/{request.customer}"
    loaded = yield Ask((customer_ref, *(f"item/{sku}" for sku in skus)))
    found = ((sku, loaded.get(Item, f"item/{sku}")) for sku in skus)
    items = {sku: item for sku, item in found if item is not None}
    return QuoteCase(setting, loaded.get(Customer, customer_ref), items)


def reference_findings(
    request: OrderRequest, customer: Customer | None, items: Mapping[str, Item]
) -> list[Finding]:
    """Refuse what the request names and nobody knows: the customer, items, units."""
    findings = []
    if customer is None:
        findings.append(refuse("customer.unknown", "customer", id=request.customer))
    elif customer.retired:
        findings.append(refuse("customer.retired", "customer", id=request.customer))
    for index, line in enumerate(request.lines):
        item = items.get(line.sku)
        if item is None:
            findings.append(refuse("item.unknown", f"lines[{index}].sku", id=line.sku))
        elif line.unit is not None and line.unit != item.unit and line.unit not in dict(item.units):
            facts: dict[str, Fact] = {"sku": line.sku, "unit": line.unit, "item_unit": item.unit}
            findings.append(Finding("unit.mismatch", Effect.REFUSE, f"lines[{index}].unit", facts))
        elif is_whole(line.unit or item.unit) and line.quantity % 1:
            facts = {"sku": line.sku, "quantity": line.quantity, "unit": line.unit or item.unit}
            findings.append(
                Finding(
                    "quantity.fractional_unit", Effect.REFUSE, f"lines[{index}].quantity", facts
                )
            )
    return findings


def priced(request: OrderRequest, items: Mapping[str, Item], setting: Setting) -> PriceSheet:
    """Translate the request for pricing and price it; every item must be known."""
    wants = tuple(
        PricedWant(
            line.id or str(number),
            items[line.sku],
            line.quantity,
            line.unit or items[line.sku].unit,
            line.asked,
            line.price,
            line.price_per,
            line.tax,
        )
        for number, line in enumerate(request.lines, 1)
    )
    asked = PriceRequest(setting.currency, wants, request.adjustments)
    return price(asked, setting.policies.pricing)


def quote(request: OrderRequest, case: QuoteCase, command: Command) -> Change[Quote | Rejected]:
    """Price the request, or refuse it with everything that is wrong."""
    findings = reference_findings(request, case.customer, case.items)
    if findings:
        return Change(Rejected(tuple(findings)))
    sheet = priced(request, case.items, case.setting)
    if any(finding.effect is Effect.REFUSE for finding in sheet.findings):
        return Change(Rejected(sheet.findings))
    return Change(Quote(request, sheet.amounts, sheet.findings))


def quoted(outcome: Quote | Rejected) -> Quote:
    """Return the quote, or raise :class:`Refused` with every finding."""
    if isinstance(outcome, Quote):
        return outcome
    raise Refused(outcome.findings, "orders.price")


QUOTE = UseCase("orders.price", load_quote, quote)

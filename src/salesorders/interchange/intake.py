"""From a buyer's document to an order: who buys, which items are meant, and everything that is not known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import attrs

from salesorders.amounts import Adjustment, AllowanceCharge, Tax
from salesorders.catalog import Address, Customer, Item
from salesorders.interchange.code_lists import COUNTRIES
from salesorders.interchange.document import (
    DocumentAddress,
    DocumentLine,
    DocumentParty,
    OrderDocument,
    free_line_id,
)
from salesorders.kernel.change import Ask, Change, Command, Loading
from salesorders.kernel.decision import Effect, Finding, allow, refuse
from salesorders.kernel.errors import InvalidValue
from salesorders.kernel.ids import ident_of
from salesorders.kernel.messages import register
from salesorders.lifecycle import (
    PLACE,
    Held,
    PlaceCase,
    Placed,
    PlaceRequest,
    Rejected,
    Setting,
    UseCase,
)
from salesorders.orders import Line, OrderRequest

__all__ = ["INTAKE", "IntakeRequest", "evidence_of", "sku_of"]

register(
    {
        "buyer.unknown": "The buyer {name} is no customer here.",
        "buyer.unknown/cure": "Add the customer, with one of these as alias: {evidence}.",
        "buyer.ambiguous": "The buyer {name} may be any of {customers}.",
        "line.item_unknown": "{article} is no item here.",
        "line.item_unknown/cure": "Add the item, or name one that is sold.",
        "order.currency": "The order is in {currency}; here it has to be {wanted}.",
        "tax.deviates": "The buyer expects VAT {expected} on {sku}; it is sold with {tax}.",
        "order.expired": "The order was good until {until}.",
    }
)


@attrs.frozen
class IntakeRequest:
    """An order document to place."""

    document: OrderDocument


@attrs.frozen
class IntakeCase:
    """The customers that the buyer may be, the items that the lines may mean, and the case of placing."""

    setting: Setting
    customers: tuple[Customer, ...]
    items: Mapping[str, Item]
    request: PlaceRequest | None
    findings: tuple[Finding, ...]
    place: PlaceCase | None = None


def evidence_of(party: DocumentParty) -> tuple[str, ...]:
    """Return what a party is known by, strongest first: ids with their scheme, endpoint, VAT id, names."""
    ids = [f"{scheme}:{value}" if scheme else value for scheme, value in party.ids]
    endpoint = [f"{party.endpoint_scheme}:{party.endpoint}"] if party.endpoint else []
    others = [party.vat_id, party.registration, party.name, party.trade_name]
    return tuple(dict.fromkeys(text for text in (*ids, *endpoint, *others) if text))


def sku_of(line: DocumentLine) -> str | None:
    """Return the item id that a line names: ours, else the standard one, else the buyer's; ``None`` for none."""
    names = (line.item.seller, line.item.standard, line.item.buyer)
    return next((name for name in names if _is_id(name)), None)


def load_intake(request: IntakeRequest, setting: Setting, command: Command) -> Loading[IntakeCase]:
    """First who buys and what is meant; then, where that is clear, everything that placing looks at."""
    document = request.document
    evidence = evidence_of(document.buyer)
    named = f"customer/{document.buyer.customer_id}" if _is_id(document.buyer.customer_id) else ""
    skus = sorted({sku for line in document.lines if (sku := sku_of(line)) is not None})
    finds = tuple(("customer", "alias", text) for text in evidence)
    loaded = yield Ask(((named,) if named else ()) + tuple(f"item/{sku}" for sku in skus), finds)
    customer = loaded.get(Customer, named) if named else None
    customers = (customer,) if customer is not None else _by_evidence(loaded.found, finds)
    items = {sku: item for sku in skus if (item := loaded.get(Item, f"item/{sku}")) is not None}
    findings = [*document.findings, *_unknown(document, customers, items, setting, command.today)]
    if any(finding.effect is Effect.REFUSE for finding in findings):
        return IntakeCase(setting, customers, items, None, tuple(findings))
    place = PlaceRequest(_order(document, customers[0], items), None, tuple(findings))
    case = yield from PLACE.load(place, setting, command)
    return IntakeCase(setting, customers, items, place, tuple(findings), case)


def _is_id(value: str) -> bool:
    try:
        return bool(value and ident_of(value))
    except InvalidValue:
        return False


def _by_evidence(
    found: Mapping[tuple[str, str, str], tuple[Customer, ...]],
    finds: tuple[tuple[str, str, str], ...],
) -> tuple[Customer, ...]:
    """The customers that the strongest piece of evidence names; weaker ones are not looked at then."""
    for find in finds:
        live = tuple(customer for customer in found.get(find, ()) if not customer.retired)
        if live:
            return live
    return ()


def _unknown(
    document: OrderDocument,
    customers: tuple[Customer, ...],
    items: Mapping[str, Item],
    setting: Setting,
    today: date,
) -> list[Finding]:
    findings = []
    name = document.buyer.name or document.buyer.trade_name
    if not customers:
        cure = {"evidence": evidence_of(document.buyer)}
        findings.append(Finding("buyer.unknown", Effect.REFUSE, "buyer", {"name": name}, {}, cure))
    elif len(customers) > 1:
        findings.append(
            refuse("buyer.ambiguous", "buyer", name=name, customers=tuple(c.id for c in customers))
        )
    if document.currency and document.currency != setting.currency:
        findings.append(
            refuse(
                "order.currency", "currency", currency=document.currency, wanted=setting.currency
            )
        )
    if document.valid_until is not None and document.valid_until < today:
        findings.append(allow("order.expired", "valid_until", until=document.valid_until))
    refused = {f.path.split(".")[0] for f in document.findings if f.effect is Effect.REFUSE}
    for index, line in enumerate(document.lines):
        sku = sku_of(line)
        item = items.get(sku) if sku else None
        if item is None and f"lines[{index}]" in refused:
            continue  # what is wrong with the line itself is said already
        if item is None:
            both = f"{line.name} ({sku})" if line.name and sku else ""
            facts = {"name": line.name, "sku": sku or "", "article": both or line.name or sku or ""}
            findings.append(
                Finding(
                    "line.item_unknown",
                    Effect.REFUSE,
                    f"lines[{index}].item",
                    facts,
                    {},
                    {"item": sku or ""},
                )
            )
        elif line.tax is not None and (line.tax.category, line.tax.rate) != (
            item.tax.category,
            item.tax.rate,
        ):
            facts = {"sku": item.sku, "expected": str(line.tax), "tax": str(item.tax)}
            findings.append(allow("tax.deviates", f"lines[{index}].tax", **facts))
    return findings


def _asked(adjustment: Adjustment, tax: Tax | None = None) -> AllowanceCharge:
    return AllowanceCharge(
        adjustment.charge,
        adjustment.amount,
        adjustment.percent,
        adjustment.reason,
        adjustment.code,
        adjustment.base,
        tax,
    )


def _order(document: OrderDocument, customer: Customer, items: Mapping[str, Item]) -> OrderRequest:
    ids = [line.id if _is_id(line.id) else "" for line in document.lines]
    for index, taken in enumerate(ids):
        ids[index] = taken or free_line_id(index + 1, ids)
    lines = tuple(
        _line(line, line_id, items) for line, line_id in zip(document.lines, ids, strict=True)
    )
    return OrderRequest(
        customer.id,
        lines,
        reference=document.number,
        buyer_reference=document.buyer_reference,
        requested_on=document.requested_on,
        adjustments=tuple(
            _asked(adjustment, adjustment.tax) for adjustment in document.adjustments
        ),
        ship_to=_address(document.ship_to),
        ship_to_name=document.ship_to.name if document.ship_to else "",
        channel="ubl",
        note=document.note[:1000],
    )


def _line(line: DocumentLine, line_id: str, items: Mapping[str, Item]) -> Line:
    sku = sku_of(line)
    assert sku is not None
    assert line.quantity is not None
    return Line(
        sku,
        line.quantity,
        unit=line.unit or items[sku].unit,
        price=line.price,
        price_per=line.price_per,
        requested_on=line.requested_on,
        adjustments=tuple(_asked(adjustment) for adjustment in line.adjustments),
        complete=line.partial_delivery is False,
        id=line_id,
    )


def _address(place: DocumentAddress | None) -> Address | None:
    if place is None or place.country not in COUNTRIES:
        return None
    return Address(
        street=place.street,
        additional=place.additional,
        city=place.city,
        postal_code=place.postal_code,
        region=place.region,
        country=place.country,
    )


def intake(
    request: IntakeRequest, case: IntakeCase, command: Command
) -> Change[Placed | Held | Rejected]:
    """Place what the document asks for, or refuse it with everything that is wrong at once."""
    if case.request is None or case.place is None:
        return Change(Rejected(case.findings))
    return PLACE.decide(case.request, case.place, command)


INTAKE = UseCase("orders.intake", load_intake, intake)

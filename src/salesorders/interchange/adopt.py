"""Taking buyer, items and prices from an order document as master data, so that any order can be tried.

For trials and first contacts only: a document's word replaces the price list. Defaults that had to be
used are findings, never silent.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

import attrs

from salesorders.amounts import Adjustment, Tax
from salesorders.catalog import Customer, Item, Price, Terms
from salesorders.interchange.code_lists import COUNTRIES
from salesorders.interchange.document import DocumentLine, DocumentParty, ItemIds, OrderDocument
from salesorders.interchange.intake import evidence_of, sku_of
from salesorders.kernel.decision import Finding, allow, refuse
from salesorders.kernel.errors import InvalidValue
from salesorders.kernel.messages import register

__all__ = ["Adoption", "adopt"]

register(
    {
        "tax.defaulted": "The document names no VAT category; {tax} is used.",
        "country.defaulted": "The buyer's country is not named; {country} is used.",
        "vat_id.dropped": "The VAT id {vat_id} does not start with the letters of {country} and is left out.",
        "tax.mixed_outside_scope": "What is outside the scope of VAT goes on an invoice of its own (BR-O-11).",
        "tax.buyer_vat_id": "Category {category} needs the buyer's VAT id.",
    }
)
# What the reader asked a person about and adopting answers.
SETTLED = ("item.unidentified", "buyer.unidentified")
_NOT_ID = re.compile(r"[^A-Za-z0-9_.:+#-]+", re.ASCII)


@attrs.frozen
class Adoption:
    """What was taken: a customer, items, and the document with their ids in it.

    ``findings`` that refuse say what can't be taken; then ``items`` lacks those lines.
    """

    customer: Customer
    items: tuple[Item, ...]
    document: OrderDocument
    findings: tuple[Finding, ...]


def adopt(
    document: OrderDocument,
    *,
    default_tax: Tax,
    default_country: str,
    terms: Terms | str = "net 30",
    credit_limit: str | None = "unlimited",
) -> Adoption:
    """Return master data that fits the document.

    A line without VAT category gets ``default_tax``, a buyer without country ``default_country``;
    both are said in findings. Lines that name one item but differ in price, unit or tax become items of their own.
    """
    findings: list[Finding] = []
    customer = _customer(document, default_country, terms, credit_limit, findings)
    items: dict[str, Item] = {}
    lines = []
    for index, line in enumerate(document.lines):
        if line.tax is None:
            findings.append(allow("tax.defaulted", f"lines[{index}].tax", tax=str(default_tax)))
            line = attrs.evolve(line, tax=default_tax)
        lines.append(_adopted(line, index, items, findings))
        _needs_vat_id(line.tax, customer, f"lines[{index}].tax", findings)
    categories = {line.tax.category for line in lines if line.tax is not None}
    if "O" in categories and len(categories) > 1:
        findings.append(refuse("tax.mixed_outside_scope", "lines"))
    most = _most_taxed(lines) or default_tax
    adjustments = tuple(
        _taxed(a, most, index, findings) for index, a in enumerate(document.adjustments)
    )
    buyer = attrs.evolve(document.buyer, customer_id=customer.id)
    kept = (finding for finding in document.findings if finding.code not in SETTLED)
    taken = attrs.evolve(
        document,
        buyer=buyer,
        lines=tuple(lines),
        adjustments=adjustments,
        findings=(*kept, *findings),
    )
    return Adoption(customer, tuple(items.values()), taken, tuple(findings))


def _adopted(
    line: DocumentLine, index: int, items: dict[str, Item], findings: list[Finding]
) -> DocumentLine:
    """Find or make the item of a line and write its id into the line."""
    base = sku_of(line) or _id(
        line.item.seller or line.item.standard or line.item.buyer or line.name, f"LINE-{index + 1}"
    )
    sku, n = base, 1
    while True:
        item = _item(sku, line, index, findings)
        if item is None:
            return line
        if items.setdefault(sku, item) == item:
            return attrs.evolve(line, item=ItemIds(seller=sku))
        n += 1
        sku = f"{base}-{n}"


def _item(sku: str, line: DocumentLine, index: int, findings: list[Finding]) -> Item | None:
    if line.price is None or not line.unit or line.tax is None:
        return None  # the reader has refused the line already
    try:
        price = Price(line.price, per=line.price_per)
        return Item(
            sku, line.name or line.description or sku, prices=[price], tax=line.tax, unit=line.unit
        )
    except InvalidValue as error:
        findings.append(refuse(error.code, f"lines[{index}].{error.path}", value=line.price))
        return None


def _most_taxed(lines: list[DocumentLine]) -> Tax | None:
    worth: dict[Tax, Decimal] = {}
    for line in lines:
        if line.tax is not None:
            worth[line.tax] = worth.get(line.tax, Decimal(0)) + (line.net or Decimal(0))
    return max(worth, key=lambda tax: (worth[tax], str(tax)), default=None)


def _taxed(adjustment: Adjustment, tax: Tax, index: int, findings: list[Finding]) -> Adjustment:
    if adjustment.tax is not None:
        return adjustment
    findings.append(allow("tax.defaulted", f"adjustments[{index}].tax", tax=str(tax)))
    return attrs.evolve(adjustment, tax=tax)


def _needs_vat_id(tax: Tax | None, customer: Customer, path: str, findings: list[Finding]) -> None:
    if tax is not None and tax.category in ("AE", "K") and not customer.vat_id:
        findings.append(refuse("tax.buyer_vat_id", path, category=tax.category))


def _customer(
    document: OrderDocument,
    default_country: str,
    terms: Terms | str,
    limit: str | None,
    findings: list[Finding],
) -> Customer:
    buyer = document.buyer
    country = _country(document)
    if not country:
        country = default_country
        findings.append(allow("country.defaulted", "buyer.country", country=country))
    vat_id = buyer.vat_id.replace(" ", "").upper()
    letters = "EL" if country == "GR" else country
    if vat_id and not (vat_id.isalnum() and vat_id.startswith(letters) and len(vat_id) > 3):
        findings.append(allow("vat_id.dropped", "buyer.vat_id", vat_id=vat_id, country=country))
        vat_id = ""
    name = buyer.name or buyer.trade_name or "Unnamed buyer"
    place = buyer.address
    return Customer(
        _id(buyer.customer_id or (buyer.ids[0][1] if buyer.ids else name), "BUYER"),
        name,
        country=country,
        vat_id=vat_id,
        registration=buyer.registration,
        registration_scheme=buyer.registration_scheme,
        street=place.street if place else "",
        additional=place.additional if place else "",
        city=place.city if place else "",
        postal_code=place.postal_code if place else "",
        email=buyer.email,
        endpoint=buyer.endpoint,
        endpoint_scheme=buyer.endpoint_scheme,
        terms=terms,
        credit_limit=limit,
        aliases=_aliases(buyer, name),
    )


def _aliases(buyer: DocumentParty, name: str) -> tuple[str, ...]:
    return tuple(text for text in evidence_of(buyer) if text != name)


def _country(document: OrderDocument) -> str:
    """The buyer's country, else the one that is billed, else the one that is delivered to."""
    billed = document.bill_to.address if document.bill_to else None
    for place in (document.buyer.address, billed, document.ship_to):
        if place is not None and place.country in COUNTRIES:
            return place.country
    return ""


def _id(text: str, fallback: str) -> str:
    """Make an id of people's text: ASCII letters and digits, the rest becomes a dash."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    short = _NOT_ID.sub("-", ascii_text).strip("-_.:+#")[:40].rstrip("-_.:+#")
    return re.sub(r"\.{2,}", ".", short) or fallback

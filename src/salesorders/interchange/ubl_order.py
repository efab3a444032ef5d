"""Purchase orders in UBL 2.0 to 2.4: read whole, with every fault listed at once.

Our own arithmetic stands: where the totals that a buyer states differ from what the lines give,
that is a warning with both figures, never a silent choice.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from salesorders.amounts import Adjustment, Tax, line_net
from salesorders.catalog.model.item import PRICE_DIGITS
from salesorders.interchange.document import (
    DocumentLine,
    DocumentParty,
    ItemIds,
    OrderDocument,
    StatedTotals,
    free_line_id,
)
from salesorders.interchange.reading import Reading
from salesorders.interchange.totals import compare_totals
from salesorders.interchange.ubl_party import read_party, read_requested, read_ship_to
from salesorders.interchange.xml import Node, parse_xml
from salesorders.kernel.decision import Effect
from salesorders.kernel.errors import invalid, shown
from salesorders.kernel.limits import LIMITS, exact, round_to
from salesorders.kernel.money import currency_of
from salesorders.kernel.quantity import unit_of

__all__ = ["read_ubl_order"]

NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"
PARTS = (
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
)
ONE = Decimal(1)


@exact
def read_ubl_order(document: bytes | str) -> OrderDocument:
    """Return the order that ``document`` holds, in UBL 2.0 or later.

    Raises only what the XML door raises (``xml.malformed``, ``xml.root`` and so on) and
    ``order.too_many_lines`` above 10,000 lines. Every fault in the content is a finding: REFUSE
    for what can't be taken (``order.no_lines``, ``line.duplicate``, ``unit.unknown``,
    ``currency.mixed``), REFER for what a person must see, ALLOW for what was mapped, derived or
    left to a default (``unit.alias``, ``tax.missing``, ``totals.contradict``).
    """
    root = parse_xml(document, root="Order", namespace=NAMESPACE, others=PARTS)
    nodes = root.all("OrderLine")
    if len(nodes) > LIMITS.lines:
        invalid("order.too_many_lines", "lines", f"at most {LIMITS.lines} lines are taken")
    reading = Reading()
    reading.currency = _currency(reading, root)
    number = reading.ident(root.text("ID"), "number")
    if not number:
        reading.refuse("order.number_missing", "number")
    if root.one("BuyerCustomerParty") is None:
        reading.refer("order.buyer_missing", "buyer")
    lines = _lines(reading, nodes)
    adjustments = _adjustments(reading, root, "", taxed=True)
    stated = _stated(reading, root)
    deliveries = root.all("Delivery")
    requested_on, requested_until = read_requested(reading, deliveries, "")
    if not root.text("IssueDate"):
        reading.allow("order.date_missing", "issued_on")
    order = OrderDocument(
        number=number,
        issued_on=reading.day(root.text("IssueDate"), "issued_on"),
        currency=reading.currency,
        buyer=read_party(reading, root.one("BuyerCustomerParty"), "buyer") or DocumentParty(),
        seller=read_party(reading, root.one("SellerSupplierParty"), "seller"),
        bill_to=read_party(reading, root.one("AccountingCustomerParty"), "bill_to"),
        ship_to=read_ship_to(reading, deliveries, "ship_to"),
        requested_on=requested_on,
        requested_until=requested_until,
        valid_until=reading.day(root.text("ValidityPeriod", "EndDate"), "valid_until"),
        buyer_reference=reading.text(root.text("CustomerReference"), "buyer_reference"),
        accounting_cost=reading.text(root.text("AccountingCost"), "accounting_cost"),
        sales_order=reading.ident(root.text("SalesOrderID"), "sales_order"),
        quotation=reading.ident(root.text("QuotationDocumentReference", "ID"), "quotation"),
        contract=reading.ident(root.text("Contract", "ID"), "contract"),
        note=reading.text(" ".join(root.texts("Note")), "note"),
        terms=reading.text(" ".join(root.texts("PaymentTerms", "Note")), "terms"),
        lines=lines,
        adjustments=adjustments,
        stated=stated,
    )
    compare_totals(reading, order, complete=_is_complete(reading))
    return order.with_findings(reading.findings)


def _currency(reading: Reading, root: Node) -> str:
    named = {code.strip() for code in root.attributes("currencyID")} - {""}
    written = root.text("DocumentCurrencyCode")
    if not written and len(named) > 1:
        reading.refuse("currency.mixed", "currency", written=tuple(sorted(named)[:5]))
        return ""
    code = written or next(iter(named), "")
    if not code:
        reading.refuse("currency.missing", "currency")
        return ""
    return reading.taken(currency_of, code, "currency") or ""


def _is_complete(reading: Reading) -> bool:
    """Whether nothing that has a part in the totals had to be left out."""
    return not any(
        finding.effect is Effect.REFUSE
        and ("adjustments[" in finding.path or "lines" in finding.path)
        for finding in reading.findings
    )


def _adjustments(
    reading: Reading, holder: Node, path: str, *, taxed: bool = False
) -> tuple[Adjustment, ...]:
    read = (
        reading.adjustment(node, f"{path}adjustments[{n}]", taxed=taxed)
        for n, node in enumerate(holder.all("AllowanceCharge"))
    )
    return tuple(adjustment for adjustment in read if adjustment is not None)


def _stated(reading: Reading, root: Node) -> StatedTotals:
    total = root.one("AnticipatedMonetaryTotal")
    names = {
        "lines_net": "LineExtensionAmount",
        "allowances": "AllowanceTotalAmount",
        "charges": "ChargeTotalAmount",
        "tax_exclusive": "TaxExclusiveAmount",
        "tax_inclusive": "TaxInclusiveAmount",
        "prepaid": "PrepaidAmount",
        "rounding": "PayableRoundingAmount",
        "payable": "PayableAmount",
    }
    amounts = {
        key: reading.money(total.one(name), f"stated.{key}", Effect.ALLOW)
        for key, name in names.items()
        if total is not None
    }
    taxes = [
        amount
        for node in root.all("TaxTotal", "TaxAmount")
        if (amount := reading.money(node, "stated.tax", Effect.ALLOW)) is not None
    ]
    prepaid = amounts.get("prepaid")
    if prepaid:
        reading.allow("prepaid.unverified", "stated.prepaid", prepaid=prepaid)
    return StatedTotals(**amounts, tax=sum(taxes, Decimal(0)) if taxes else None)


def _lines(reading: Reading, nodes: list[Node]) -> tuple[DocumentLine, ...]:
    if not nodes:
        reading.refuse("order.no_lines", "lines")
    lines: list[DocumentLine] = []
    seen: dict[str, int] = {}
    items = [node.one("LineItem") for node in nodes]
    named = {item.text("ID") for item in items if item is not None}
    for n, (node, item) in enumerate(zip(nodes, items, strict=True)):
        path = f"lines[{n}]"
        if item is None:
            reading.refuse("line.empty", path)
            continue
        line = _line(reading, node, item, n, named | set(seen))
        if line.id in seen:
            reading.refuse("line.duplicate", f"{path}.id", id=shown(line.id), first=seen[line.id])
        seen.setdefault(line.id, n)
        lines.append(line)
    return tuple(lines)


def _line(
    reading: Reading, holder: Node, node: Node, n: int, taken: Collection[str]
) -> DocumentLine:
    path = f"lines[{n}]"
    line_id = reading.ident(node.text("ID"), f"{path}.id")
    if not line_id:
        line_id = free_line_id(n + 1, taken)
        reading.allow("line.id_missing", f"{path}.id", taken=line_id)
    item = node.one("Item") or node
    quantity, unit, written = _quantity(reading, node, path)
    adjustments = _adjustments(reading, node, f"{path}.")
    net_stated = reading.money(node.one("LineExtensionAmount"), f"{path}.net_stated", Effect.ALLOW)
    per = _per(reading, node, unit, path)
    price, price_list = _price(reading, node, path)
    if node.one("Price", "PriceAmount") is None:
        price = _derived(reading, net_stated, quantity, per, adjustments, path)
    net = None
    if price is not None and quantity is not None and reading.currency:
        net = line_net(quantity, price, per, adjustments, reading.currency)
    requested_on, requested_until = read_requested(reading, node.all("Delivery"), f"{path}.")
    notes = [*holder.texts("Note"), *node.texts("Note")]
    description = " ".join(item.texts("Description"))
    ids = _item_ids(reading, item, path)
    _look_at(reading, node, path)
    return DocumentLine(
        id=line_id,
        item=ids,
        name=reading.text(item.text("Name") or description, f"{path}.name", 300),
        description=reading.text(description, f"{path}.description"),
        quantity=quantity,
        unit=unit,
        unit_as_written=written,
        price=price,
        price_per=per,
        price_list=price_list,
        tax=_tax(reading, node, item, path),
        adjustments=adjustments,
        net=net,
        net_stated=net_stated,
        requested_on=requested_on,
        requested_until=requested_until,
        partial_delivery=reading.flag(
            node.text("PartialDeliveryIndicator"), f"{path}.partial_delivery"
        ),
        note=reading.text(" ".join(notes), f"{path}.note"),
        accounting_cost=reading.text(node.text("AccountingCost"), f"{path}.accounting_cost"),
    )


def _item_ids(reading: Reading, item: Node, path: str) -> ItemIds:
    standard = item.one("StandardItemIdentification", "ID")
    ids = ItemIds(
        seller=reading.ident(item.text("SellersItemIdentification", "ID"), f"{path}.item.seller"),
        buyer=reading.ident(item.text("BuyersItemIdentification", "ID"), f"{path}.item.buyer"),
        standard=reading.ident(standard.text() if standard else "", f"{path}.item.standard"),
        standard_scheme=standard.attribute("schemeID") if standard else "",
    )
    if not (ids.seller or ids.buyer or ids.standard):
        reading.refer("item.unidentified", f"{path}.item", name=shown(item.text("Name")))
    return ids


def _quantity(reading: Reading, node: Node, path: str) -> tuple[Decimal | None, str, str]:
    found = node.one("Quantity")
    if found is None or not found.text():
        reading.refuse("line.quantity_missing", f"{path}.quantity")
        return None, "", ""
    written = reading.text(found.attribute("unitCode"), f"{path}.unit", LIMITS.ident)
    return (
        reading.quantity(found, f"{path}.quantity"),
        reading.unit(written, f"{path}.unit"),
        written,
    )


def _per(reading: Reading, node: Node, unit: str, path: str) -> Decimal:
    base = node.one("Price", "BaseQuantity")
    if base is None or not base.text():
        return ONE
    written = base.attribute("unitCode")
    if written and unit:
        priced = reading.taken(unit_of, written, f"{path}.price_per")
        if priced and priced != unit:
            reading.refuse("price.unit", f"{path}.price_per", written=shown(written), unit=unit)
    return reading.quantity(base, f"{path}.price_per") or ONE


def _price(reading: Reading, node: Node, path: str) -> tuple[Decimal | None, Decimal | None]:
    """Return the net price and the price before the price's own allowance."""
    amount = node.one("Price", "PriceAmount")
    if amount is None:
        return None, None
    price = reading.price(amount, f"{path}.price")
    allowance = node.one("Price", "AllowanceCharge")
    if price is None or allowance is None:
        return price, None
    if reading.flag(allowance.text("ChargeIndicator"), f"{path}.price_list"):
        reading.refer("price.charge", f"{path}.price_list")
        return price, None
    off, base = allowance.one("Amount"), allowance.one("BaseAmount")
    taken_off = reading.price(off, f"{path}.price_list") if off is not None and off.text() else None
    if base is None or not base.text():
        return price, None if taken_off is None else price + taken_off
    listed = reading.price(base, f"{path}.price_list")
    if listed is not None and taken_off is not None and listed - taken_off != price:
        reading.allow(
            "price.contradict", f"{path}.price", stated=price, computed=listed - taken_off
        )
    return price, listed


def _derived(
    reading: Reading,
    net: Decimal | None,
    quantity: Decimal | None,
    per: Decimal,
    adjustments: tuple[Adjustment, ...],
    path: str,
) -> Decimal | None:
    """Return the price that gives the stated line amount exactly, where there is one."""
    if net is not None and quantity is not None:
        worth = net - sum((adjustment.signed for adjustment in adjustments), Decimal(0))
        price = round_to(worth * per / quantity, PRICE_DIGITS)
        if price >= 0 and price * quantity == worth * per:
            reading.allow("line.price_derived", f"{path}.price", derived=price)
            return price
    reading.refuse("line.price_missing", f"{path}.price")
    return None


def _tax(reading: Reading, node: Node, item: Node, path: str) -> Tax | None:
    nodes = item.all("ClassifiedTaxCategory") or node.all("TaxTotal", "TaxSubtotal", "TaxCategory")
    return reading.tax(nodes, f"{path}.tax")


def _look_at(reading: Reading, node: Node, path: str) -> None:
    """Find what a line asks for that is beyond quantity, price and date."""
    if "cancel" in node.text("LineStatusCode").lower():
        reading.refer("line.status", path, status=shown(node.text("LineStatusCode")))
    if node.all("SubLineItem"):
        reading.refer("line.sublines", path, count=len(node.all("SubLineItem")))
    if len(node.all("Delivery")) > 1:
        reading.refer("delivery.several", path, count=len(node.all("Delivery")))
    if any(
        delivery.first(("DeliveryLocation",), ("DeliveryAddress",))
        for delivery in node.all("Delivery")
    ):
        reading.refer("ship_to.line", f"{path}.ship_to")

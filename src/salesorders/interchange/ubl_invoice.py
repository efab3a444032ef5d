"""Invoices out: UBL 2.1 as EN 16931 wants it, with every amount exactly as it was issued.

Nothing is computed again here. Elements stand in the order of the UBL schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from salesorders.amounts import Adjustment, AmountLine, Tax, TaxGroup
from salesorders.billing import IssuedInvoice
from salesorders.catalog import Address, Party
from salesorders.interchange.code_lists import (
    ALLOWANCE_REASONS,
    CHARGE_REASONS,
    ENDPOINT_SCHEMES,
    REGISTRATION_SCHEMES,
)
from salesorders.interchange.einvoice import (
    EINVOICE_DECIMALS,
    OUTSIDE,
    EInvoiceIncomplete,
    categories_of,
    check_einvoice,
    iban_digits,
)
from salesorders.interchange.xml import Builder
from salesorders.kernel.limits import exact, round_to
from salesorders.kernel.money import exponent_of

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["write_ubl_invoice"]

NAMESPACES: dict[str | None, str] = {
    None: "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
CUSTOMIZATION = "urn:cen.eu:en16931:2017"
COMMERCIAL_INVOICE = "380"
CREDIT_TRANSFER = "30"
# Why no VAT is charged, by category: the words unless a host says others, and the VATEX code.
EXEMPTIONS: dict[str, tuple[str, str]] = {
    "E": ("Exempt from VAT", ""),
    "AE": ("Reverse charge", "VATEX-EU-AE"),
    "K": ("Intra-community supply", "VATEX-EU-IC"),
    "G": ("Export outside the EU", "VATEX-EU-G"),
    OUTSIDE: ("Not subject to VAT", "VATEX-EU-O"),
}


@exact
def write_ubl_invoice(
    invoice: IssuedInvoice,
    *,
    seller_iban: str = "",
    exemption_reasons: Mapping[str, str] | None = None,
) -> bytes:
    """Return ``invoice`` as a UBL 2.1 document of EN 16931.

    ``seller_iban``, else the invoice's own, is printed as the account to pay to by credit
    transfer. ``exemption_reasons`` says by VAT category (E, AE, K, G, O) why no VAT is charged,
    where the invoice's own reason is not to stand. Raises :class:`EInvoiceIncomplete`
    (``einvoice.incomplete``) with everything that the standard would miss, ``xml.characters`` for
    text that XML can't hold, ``extra.missing``.
    """
    findings = check_einvoice(invoice, seller_iban=seller_iban)
    if findings:
        raise EInvoiceIncomplete(findings)
    return _Writer(invoice, exemption_reasons or {}).document(
        iban_digits(seller_iban or invoice.iban)
    )


class _Writer:
    """Writes one invoice, from the top of the schema to its lines."""

    def __init__(self, invoice: IssuedInvoice, reasons: Mapping[str, str]) -> None:
        self.invoice = invoice
        self.reasons = reasons
        self.currency = invoice.amounts.currency
        self.digits = min(exponent_of(self.currency), EINVOICE_DECIMALS)
        self.outside = OUTSIDE in categories_of(invoice)
        self.built = Builder("Invoice", NAMESPACES)
        self.leaf, self.group = self.built.leaf, self.built.group

    def document(self, iban: str) -> bytes:
        invoice, root = self.invoice, self.built.root
        self._head(root)
        self._party(root, "cac:AccountingSupplierParty", invoice.seller)
        self._party(root, "cac:AccountingCustomerParty", invoice.buyer)
        self._delivery(root)
        if iban:
            self._payment(root, iban)
        self.leaf(self.group(root, "cac:PaymentTerms"), "cbc:Note", self._terms())
        for adjustment in invoice.amounts.adjustments:
            self._adjustment(root, adjustment)
        self._tax(root)
        self._totals(root)
        for line in invoice.amounts.lines:
            self._line(root, line)
        return self.built.to_bytes()

    def money(self, parent: _Element, name: str, amount: Decimal) -> None:
        short = round_to(amount, self.digits)
        self.leaf(parent, name, f"{short:f}", currencyID=self.currency)

    def _head(self, root: _Element) -> None:
        invoice = self.invoice
        self.leaf(root, "cbc:CustomizationID", CUSTOMIZATION)
        self.leaf(root, "cbc:ID", invoice.number)
        self.leaf(root, "cbc:IssueDate", invoice.issued_on.isoformat())
        self.leaf(root, "cbc:DueDate", invoice.due_on.isoformat())
        self.leaf(root, "cbc:InvoiceTypeCode", COMMERCIAL_INVOICE)
        self.leaf(root, "cbc:Note", invoice.note)
        self.leaf(root, "cbc:DocumentCurrencyCode", self.currency)
        self.leaf(root, "cbc:BuyerReference", invoice.buyer_reference)
        order = self.group(root, "cac:OrderReference")
        self.leaf(order, "cbc:ID", invoice.order_reference.strip() or invoice.order)
        self.leaf(order, "cbc:SalesOrderID", invoice.order)
        if invoice.shipment.strip():
            despatch = self.group(root, "cac:DespatchDocumentReference")
            self.leaf(despatch, "cbc:ID", invoice.shipment)

    def _party(self, root: _Element, role: str, named: Party) -> None:
        party = self.group(self.group(root, role), "cac:Party")
        if named.endpoint_scheme in ENDPOINT_SCHEMES:
            self.leaf(party, "cbc:EndpointID", named.endpoint, schemeID=named.endpoint_scheme)
        self.leaf(self.group(party, "cac:PartyName"), "cbc:Name", named.name)
        self._address(party, "cac:PostalAddress", named.address)
        if named.vat_id and not self.outside:
            scheme = self.group(party, "cac:PartyTaxScheme")
            self.leaf(scheme, "cbc:CompanyID", named.vat_id)
            self._scheme(scheme)
        legal = self.group(party, "cac:PartyLegalEntity")
        self.leaf(legal, "cbc:RegistrationName", named.name)
        known = named.registration_scheme in REGISTRATION_SCHEMES
        register = named.registration_scheme if known else ""
        self.leaf(legal, "cbc:CompanyID", named.registration, schemeID=register)
        if named.contact or named.email:
            contact = self.group(party, "cac:Contact")
            self.leaf(contact, "cbc:Name", named.contact)
            self.leaf(contact, "cbc:ElectronicMail", named.email)

    def _address(self, parent: _Element, name: str, address: Address) -> None:
        node = self.group(parent, name)
        self.leaf(node, "cbc:StreetName", address.street)
        self.leaf(node, "cbc:AdditionalStreetName", address.additional)
        self.leaf(node, "cbc:CityName", address.city)
        self.leaf(node, "cbc:PostalZone", address.postal_code)
        self.leaf(node, "cbc:CountrySubentity", address.region)
        country = self.group(node, "cac:Country")
        self.leaf(country, "cbc:IdentificationCode", address.country)

    def _scheme(self, parent: _Element) -> None:
        self.leaf(self.group(parent, "cac:TaxScheme"), "cbc:ID", "VAT")

    def _delivery(self, root: _Element) -> None:
        delivery = self.group(root, "cac:Delivery")
        self.leaf(delivery, "cbc:ActualDeliveryDate", self.invoice.delivered_on.isoformat())
        place = self.invoice.ship_to
        if place is not None:
            location = self.group(delivery, "cac:DeliveryLocation")
            self._address(location, "cac:Address", place.address)
            party = self.group(delivery, "cac:DeliveryParty")
            self.leaf(self.group(party, "cac:PartyName"), "cbc:Name", place.name)

    def _payment(self, root: _Element, iban: str) -> None:
        means = self.group(root, "cac:PaymentMeans")
        self.leaf(means, "cbc:PaymentMeansCode", CREDIT_TRANSFER)
        self.leaf(means, "cbc:PaymentID", self.invoice.number)
        account = self.group(means, "cac:PayeeFinancialAccount")
        self.leaf(account, "cbc:ID", iban)
        self.leaf(account, "cbc:Name", self.invoice.seller.name)

    def _terms(self) -> str:
        terms, until = self.invoice.terms, self.invoice.discount_until
        words = terms.name or f"due {self.invoice.due_on.isoformat()}"
        if until is None:
            return words
        return f"{words}; {terms.discount_percent:f} % discount if paid by {until.isoformat()}"

    def _adjustment(self, parent: _Element, adjustment: Adjustment) -> None:
        node = self.group(parent, "cac:AllowanceCharge")
        charge = adjustment.charge
        self.leaf(node, "cbc:ChargeIndicator", "true" if charge else "false")
        codes = CHARGE_REASONS if charge else ALLOWANCE_REASONS
        if adjustment.code in codes:
            self.leaf(node, "cbc:AllowanceChargeReasonCode", adjustment.code)
        usual = "Charge" if charge else "Discount"
        self.leaf(node, "cbc:AllowanceChargeReason", adjustment.reason.strip() or usual)
        base = adjustment.base
        whole = base is not None and round_to(base, EINVOICE_DECIMALS) == base
        if adjustment.percent is not None and base is not None and whole:
            self.leaf(node, "cbc:MultiplierFactorNumeric", f"{adjustment.percent:f}")
            self.money(node, "cbc:Amount", adjustment.amount)
            self.money(node, "cbc:BaseAmount", base)
        else:
            self.money(node, "cbc:Amount", adjustment.amount)
        if adjustment.tax is not None and parent is self.built.root:
            self._scheme(self._category(node, "cac:TaxCategory", adjustment.tax))

    def _category(self, parent: _Element, name: str, tax: Tax) -> _Element:
        node = self.group(parent, name)
        self.leaf(node, "cbc:ID", tax.category)
        if tax.category != OUTSIDE:
            self.leaf(node, "cbc:Percent", f"{tax.rate:f}")
        return node

    def _tax(self, root: _Element) -> None:
        total = self.group(root, "cac:TaxTotal")
        self.money(total, "cbc:TaxAmount", self.invoice.amounts.tax)
        for group in self.invoice.amounts.groups:
            self._subtotal(total, group)

    def _subtotal(self, total: _Element, group: TaxGroup) -> None:
        node = self.group(total, "cac:TaxSubtotal")
        self.money(node, "cbc:TaxableAmount", group.base)
        self.money(node, "cbc:TaxAmount", group.amount)
        category = self._category(node, "cac:TaxCategory", group.tax)
        usual = EXEMPTIONS.get(group.tax.category)
        if usual is not None:
            words, code = usual
            reason = self.reasons.get(group.tax.category, "").strip() or group.tax.reason or words
            self.leaf(category, "cbc:TaxExemptionReasonCode", code)
            self.leaf(category, "cbc:TaxExemptionReason", reason)
        self._scheme(category)

    def _totals(self, root: _Element) -> None:
        amounts = self.invoice.amounts
        node = self.group(root, "cac:LegalMonetaryTotal")
        self.money(node, "cbc:LineExtensionAmount", amounts.lines_net)
        self.money(node, "cbc:TaxExclusiveAmount", amounts.net)
        self.money(node, "cbc:TaxInclusiveAmount", amounts.gross)
        if any(not a.charge for a in amounts.adjustments):
            self.money(node, "cbc:AllowanceTotalAmount", amounts.allowances)
        if any(a.charge for a in amounts.adjustments):
            self.money(node, "cbc:ChargeTotalAmount", amounts.charges)
        self.money(node, "cbc:PayableAmount", amounts.gross)

    def _line(self, root: _Element, line: AmountLine) -> None:
        node = self.group(root, "cac:InvoiceLine")
        self.leaf(node, "cbc:ID", line.id)
        self.leaf(node, "cbc:InvoicedQuantity", f"{line.quantity:f}", unitCode=line.unit)
        self.money(node, "cbc:LineExtensionAmount", line.net)
        for adjustment in line.adjustments:
            self._adjustment(node, adjustment)
        item = self.group(node, "cac:Item")
        self.leaf(item, "cbc:Name", line.name.strip() or line.sku)
        if line.sku.strip():
            sellers = self.group(item, "cac:SellersItemIdentification")
            self.leaf(sellers, "cbc:ID", line.sku)
        self._scheme(self._category(item, "cac:ClassifiedTaxCategory", line.tax))
        self._price(node, line)

    def _price(self, node: _Element, line: AmountLine) -> None:
        price = self.group(node, "cac:Price")
        self.leaf(price, "cbc:PriceAmount", f"{line.price:f}", currencyID=self.currency)
        self.leaf(price, "cbc:BaseQuantity", f"{line.per:f}", unitCode=line.unit)
        if line.price_list is not None and line.price_list > line.price:
            off = self.group(price, "cac:AllowanceCharge")
            self.leaf(off, "cbc:ChargeIndicator", "false")
            difference = line.price_list - line.price
            self.leaf(off, "cbc:Amount", f"{difference:f}", currencyID=self.currency)
            self.leaf(off, "cbc:BaseAmount", f"{line.price_list:f}", currencyID=self.currency)

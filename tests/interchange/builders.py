"""Documents and invoices for the tests: each names only what matters to it."""

from datetime import date
from decimal import Decimal

from salesorders.amounts import AmountLine, Tax, amounts_of, line_net
from salesorders.billing import DraftInvoice
from salesorders.catalog import Address, Party, Terms
from salesorders.kernel.errors import SalesOrdersError

UBL = "urn:oasis:names:specification:ubl:schema:xsd"
VAT = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
IBAN = "DE34200300400000123456"


def an_order(
    *lines,
    head="",
    currency="<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>",
    number="<cbc:ID>PO-1</cbc:ID>",
    tail="",
):
    """A UBL order: ``head`` goes before the lines, ``tail`` after them."""
    return (
        f'<Order xmlns="{UBL}:Order-2" xmlns:cac="{UBL}:CommonAggregateComponents-2" '
        f'xmlns:cbc="{UBL}:CommonBasicComponents-2">{number}'
        f"<cbc:IssueDate>2026-03-09</cbc:IssueDate>{currency}"
        "<cac:BuyerCustomerParty><cac:Party><cac:PartyName><cbc:Name>Buyer</cbc:Name>"
        f"</cac:PartyName></cac:Party></cac:BuyerCustomerParty>{head}{''.join(lines)}{tail}</Order>"
    ).encode()


def a_line(
    ident="1",
    quantity="10",
    unit="H87",
    price="5.00",
    net="",
    tax="S",
    rate="19",
    more="",
    price_more="",
    currency="EUR",
    sku="A-1",
):
    """An order line; blank parts are left out."""
    parts = [f"<cbc:ID>{ident}</cbc:ID>" if ident else ""]
    if quantity:
        parts.append(f'<cbc:Quantity unitCode="{unit}">{quantity}</cbc:Quantity>')
    if net:
        parts.append(money("LineExtensionAmount", net, currency))
    parts.append(more)
    if price:
        parts.append(f"<cac:Price>{money('PriceAmount', price, currency)}{price_more}</cac:Price>")
    parts.append("<cac:Item><cbc:Name>Thing</cbc:Name>")
    if sku:
        parts.append(
            f"<cac:SellersItemIdentification><cbc:ID>{sku}</cbc:ID></cac:SellersItemIdentification>"
        )
    if tax:
        parts.append(category("ClassifiedTaxCategory", tax, rate))
    return (
        f"<cac:OrderLine><cac:LineItem>{''.join(parts)}</cac:Item></cac:LineItem></cac:OrderLine>"
    )


def money(name, amount, currency="EUR"):
    return f'<cbc:{name} currencyID="{currency}">{amount}</cbc:{name}>'


def category(name, letter, rate):
    percent = f"<cbc:Percent>{rate}</cbc:Percent>" if rate else ""
    return f"<cac:{name}><cbc:ID>{letter}</cbc:ID>{percent}{VAT}</cac:{name}>"


def an_adjustment(amount="5.00", *, charge="false", factor="", base="", more="", currency="EUR"):
    return (
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{charge}</cbc:ChargeIndicator>"
        + (f"<cbc:MultiplierFactorNumeric>{factor}</cbc:MultiplierFactorNumeric>" if factor else "")
        + (money("Amount", amount, currency) if amount else "")
        + (money("BaseAmount", base, currency) if base else "")
        + f"{more}</cac:AllowanceCharge>"
    )


def totals(**amounts):
    """Stated totals, by the words of UBL without ``Amount``."""
    inner = "".join(money(f"{name}Amount", amount) for name, amount in amounts.items())
    return f"<cac:AnticipatedMonetaryTotal>{inner}</cac:AnticipatedMonetaryTotal>"


SELLER = Party(
    "Müller & Söhne <GmbH>",
    address=Address(street="Weg 1", city="Köln", postal_code="50667", country="DE"),
    vat_id="DE123456789",
    registration="HRB 1",
    email="post@mueller.example",
)
BUYER = Party("Ζεύς ΑΕ", address=Address(country="GR"), vat_id="EL123456789", registration="77")


def an_amount_line(
    n=1,
    quantity="2",
    price="10.10",
    tax="S19",
    *,
    currency="EUR",
    per="1",
    unit="H87",
    name=None,
    adjustments=(),
    price_list=None,
):
    quantity, price, per = Decimal(quantity), Decimal(price), Decimal(per)
    net = line_net(quantity, price, per, adjustments, currency)
    listed = None if price_list is None else Decimal(price_list)
    name = f"Item {n}" if name is None else name
    return AmountLine(
        str(n),
        f"SKU-{n}",
        name,
        quantity,
        unit,
        price,
        net,
        Tax.parse(tax),
        per,
        listed,
        tuple(adjustments),
    )


def an_invoice(*lines, adjustments=(), currency="EUR", amounts=None, **changes):
    """An issued invoice of 6 January 2026 from Köln to Athens."""
    amounts = amounts or amounts_of(
        currency, lines or [an_amount_line(currency=currency)], adjustments
    )
    fields = {
        "id": "I-1",
        "customer": "C-1",
        "seller": SELLER,
        "buyer": BUYER,
        "ship_to": BUYER,
        "order": "SO-1",
        "order_reference": "PO/1",
        "shipment": "SH-1",
        "delivered_on": date(2026, 1, 5),
        "terms": Terms.parse("2/10 net 30"),
        "amounts": amounts,
    }
    return DraftInvoice(**{**fields, **changes}).issue("INV-2026-000001", date(2026, 1, 6))


CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."


def a_statement(*entries, opening="100.00", closing="150.00", version="08", head=""):
    def balance(code, amount):
        return (
            f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
            "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-04-07</Dt></Dt></Bal>"
            if amount
            else ""
        )

    return (
        f'<Document xmlns="{CAMT}{version}"><BkToCstmrStmt><Stmt><Id>ST-1</Id>'
        f"<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>{head}"
        f"{balance('OPBD', opening)}{balance('CLBD', closing)}{''.join(entries)}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def an_entry(
    amount="50.00",
    sign="CRDT",
    *,
    status="<Cd>BOOK</Cd>",
    ref="B-1",
    details="",
    more="",
    currency="EUR",
):
    reference = f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{more}'
        f"<Sts>{status}</Sts><BookgDt><Dt>2026-04-07</Dt></BookgDt>"
        f"<ValDt><Dt>2026-04-08</Dt></ValDt>{reference}{details}</Ntry>"
    )


def details(*parts):
    return f"<NtryDtls>{''.join(f'<TxDtls>{part}</TxDtls>' for part in parts)}</NtryDtls>"


def refusal(read, document):
    """Return the code of our own error, ``""`` where the document was read; others go through."""
    try:
        read(document)
    except SalesOrdersError as error:
        return error.code
    return ""

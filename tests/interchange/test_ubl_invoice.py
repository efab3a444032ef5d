"""Invoices out: valid under EN 16931 with the amounts as they were issued, or refused beforehand."""

import pickle
from decimal import Decimal

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesorders.amounts import Adjustment, Tax, amounts_of, portion
from salesorders.catalog import Address, Party, Terms
from salesorders.interchange import (
    EInvoiceIncomplete,
    check_einvoice,
    ubl_invoice,
    write_ubl_invoice,
)
from salesorders.interchange.ubl_invoice import NAMESPACES
from salesorders.interchange.xml import parse_xml
from salesorders.kernel.decision import Effect
from salesorders.kernel.errors import SalesOrdersError
from tests.interchange.builders import BUYER, IBAN, SELLER, an_amount_line, an_invoice

S19 = Tax.parse("S19")
CATEGORIES = ["S19", "Z", "E", "AE", "K", "G", "O", "L7", "M4"]


def off(amount, tax=None, **more):
    return Adjustment(False, Decimal(amount), tax=tax, **more)


def on(amount, tax=None, **more):
    return Adjustment(True, Decimal(amount), tax=tax, **more)


def read(document):
    first, *others = NAMESPACES.values()
    return parse_xml(document, root="Invoice", namespace=first, others=others)


def missing(invoice, **options):
    return {(f.code, f.path) for f in check_einvoice(invoice, **options)}


def test_an_invoice_says_what_it_bills(assert_valid):
    document = write_ubl_invoice(an_invoice(buyer_reference="Dept 7", note="Thank you"))
    root = read(document)
    assert root.text("ID") == "INV-2026-000001"
    assert root.text("InvoiceTypeCode") == "380"
    assert root.text("DueDate") == "2026-02-05"
    assert root.text("BuyerReference") == "Dept 7"
    assert (root.text("OrderReference", "ID"), root.text("OrderReference", "SalesOrderID")) == (
        "PO/1",
        "SO-1",
    )
    assert root.text("DespatchDocumentReference", "ID") == "SH-1"
    assert root.text("Delivery", "ActualDeliveryDate") == "2026-01-05"
    assert root.text("PaymentTerms", "Note") == "2/10 net 30; 2 % discount if paid by 2026-01-16"
    assert_valid(document)


def test_without_a_number_of_the_buyers_our_own_names_the_order(assert_valid):
    document = write_ubl_invoice(an_invoice(order_reference="", shipment="", ship_to=None))
    assert read(document).text("OrderReference", "ID") == "SO-1"
    assert_valid(document)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_vat_category_is_written_as_the_standard_wants_it(category, assert_valid):
    tax = Tax.parse(category)
    invoice = an_invoice(
        an_amount_line(tax=category, adjustments=[off("1.00"), on("0.50")]),
        adjustments=[off("2.00", tax), on("3.00", tax)],
    )
    document = write_ubl_invoice(invoice)
    assert_valid(document)
    written = read(document).text("TaxTotal", "TaxSubtotal", "TaxCategory", "TaxExemptionReason")
    assert bool(written) is (category in {"E", "AE", "K", "G", "O"})


def test_outside_the_scope_of_vat_no_vat_id_is_written():
    root = read(write_ubl_invoice(an_invoice(an_amount_line(tax="O"))))
    assert root.all("AccountingSupplierParty", "Party", "PartyTaxScheme") == []
    assert root.all("AccountingCustomerParty", "Party", "PartyTaxScheme") == []


def test_a_host_may_say_why_no_vat_is_charged():
    document = write_ubl_invoice(
        an_invoice(an_amount_line(tax="E")), exemption_reasons={"E": "Art. 132"}
    )
    assert (
        read(document).text("TaxTotal", "TaxSubtotal", "TaxCategory", "TaxExemptionReason")
        == "Art. 132"
    )


def test_several_rates_stand_in_one_invoice_each_with_its_own_group(assert_valid):
    invoice = an_invoice(
        an_amount_line(1, tax="S19"),
        an_amount_line(2, tax="S7", quantity="7", price="14.285"),
        an_amount_line(3, tax="Z", price="250"),
        adjustments=[off("20.00", S19), on("12.50", Tax.parse("S7"))],
    )
    document = write_ubl_invoice(invoice)
    assert len(read(document).all("TaxTotal", "TaxSubtotal")) == 3
    assert_valid(document)


def test_amounts_are_those_of_the_invoice_and_never_computed_again():
    amounts = amounts_of("EUR", [an_amount_line()])
    odd = attrs.evolve(amounts, tax=Decimal("3.85"), gross=Decimal("24.05"))
    root = read(write_ubl_invoice(an_invoice(amounts=odd)))
    assert root.text("TaxTotal", "TaxAmount") == "3.85"
    assert root.text("LegalMonetaryTotal", "PayableAmount") == "24.05"


def test_a_reason_is_given_where_the_invoice_gives_none(assert_valid):
    line = an_amount_line(
        adjustments=[off("1.00"), on("1.00", code="FC"), off("1.00", code="ZZ", reason="Loyalty")]
    )
    document = write_ubl_invoice(an_invoice(line, adjustments=[off("0.50", S19), on("0.25", S19)]))
    root = read(document)
    inner = root.all("InvoiceLine", "AllowanceCharge")
    assert [node.text("AllowanceChargeReason") for node in inner] == [
        "Discount",
        "Charge",
        "Loyalty",
    ]
    assert [node.text("AllowanceChargeReasonCode") for node in inner] == ["", "FC", ""]
    assert_valid(document)


def test_a_percentage_is_written_together_with_its_base(assert_valid):
    both = off("5.00", S19, percent=Decimal(5), base=Decimal("100.00"), code="95")
    alone = off("5.00", S19, percent=Decimal(5))
    document = write_ubl_invoice(an_invoice(an_amount_line(price="100"), adjustments=[both, alone]))
    nodes = read(document).all("AllowanceCharge")
    assert [node.text("MultiplierFactorNumeric") for node in nodes] == ["5", ""]
    assert [node.text("BaseAmount") for node in nodes] == ["100.00", ""]
    assert_valid(document)


def test_a_price_below_the_list_shows_the_list_price(assert_valid):
    line = an_amount_line(
        price="9.523456", price_list="10.25", quantity="10.5", unit="KGM", per="100"
    )
    document = write_ubl_invoice(an_invoice(line))
    price = read(document).one("InvoiceLine", "Price")
    assert price.text("PriceAmount") == "9.523456"
    assert price.text("BaseQuantity") == "100"
    assert price.text("AllowanceCharge", "Amount") == "0.726544"
    assert price.text("AllowanceCharge", "BaseAmount") == "10.25"
    assert_valid(document)


def test_a_price_at_or_above_the_list_shows_no_allowance():
    document = write_ubl_invoice(an_invoice(an_amount_line(price="10", price_list="10")))
    assert read(document).all("InvoiceLine", "Price", "AllowanceCharge") == []


def test_a_free_line_costs_nothing_and_stands(assert_valid):
    assert_valid(write_ubl_invoice(an_invoice(an_amount_line(1), an_amount_line(2, price="0"))))


def test_a_line_without_a_name_goes_under_its_sku():
    document = write_ubl_invoice(an_invoice(an_amount_line(name="")))
    assert read(document).text("InvoiceLine", "Item", "Name") == "SKU-1"


def test_a_currency_without_minor_unit_is_written_whole(assert_valid):
    document = write_ubl_invoice(
        an_invoice(an_amount_line(price="333.5", tax="S10", currency="JPY"), currency="JPY")
    )
    assert read(document).text("LegalMonetaryTotal", "LineExtensionAmount") == "667"
    assert_valid(document)


def test_an_account_is_written_with_the_number_as_payment_reference(assert_valid):
    document = write_ubl_invoice(an_invoice(), seller_iban="de34 2003 0040 0000 1234 56")
    means = read(document).one("PaymentMeans")
    assert means.text("PaymentMeansCode") == "30"
    assert means.text("PaymentID") == "INV-2026-000001"
    assert means.text("PayeeFinancialAccount", "ID") == IBAN
    assert_valid(document)


def test_the_invoices_own_account_is_taken_where_none_is_given():
    document = write_ubl_invoice(an_invoice(iban=IBAN))
    assert read(document).text("PaymentMeans", "PayeeFinancialAccount", "ID") == IBAN


def test_electronic_addresses_and_registers_are_named_where_the_scheme_is_known(assert_valid):
    known = attrs.evolve(
        SELLER,
        endpoint="4000000000011",
        endpoint_scheme="0088",
        registration_scheme="0204",
        contact="Jörg",
    )
    unknown = attrs.evolve(BUYER, endpoint="x", endpoint_scheme="XX", registration_scheme="XX")
    document = write_ubl_invoice(an_invoice(seller=known, buyer=unknown))
    root = read(document)
    assert root.text("AccountingSupplierParty", "Party", "EndpointID") == "4000000000011"
    assert root.all("AccountingCustomerParty", "Party", "EndpointID") == []
    assert (
        root.one("AccountingCustomerParty", "Party", "PartyLegalEntity", "CompanyID").attribute(
            "schemeID"
        )
        == ""
    )
    assert_valid(document)


def test_a_partial_invoice_is_as_valid_as_the_whole(assert_valid):
    whole = amounts_of(
        "EUR",
        [
            an_amount_line(
                1,
                "7",
                "3.333333",
                adjustments=[off("1.01", percent=Decimal(5), base=Decimal("23.33"))],
            ),
            an_amount_line(2, "3", "0.10", "S7"),
        ],
        [on("9.99", S19), off("0.05", Tax.parse("S7"))],
    )
    taken = {"1": Decimal(0), "2": Decimal(0)}
    for take in (
        {"1": Decimal(2)},
        {"1": Decimal(3), "2": Decimal(1)},
        {"1": Decimal(2), "2": Decimal(2)},
    ):
        assert_valid(write_ubl_invoice(an_invoice(amounts=portion(whole, taken, take))))
        taken = {line: taken[line] + take.get(line, Decimal(0)) for line in taken}


@pytest.mark.parametrize("category", ["S19", "Z", "E", "AE", "K", "G", "L7", "M4"])
def test_a_seller_without_a_vat_id_is_found_before_writing(category):
    seller = attrs.evolve(SELLER, vat_id="")
    assert missing(an_invoice(an_amount_line(tax=category), seller=seller)) == {
        ("einvoice.seller_vat_id", "seller.vat_id")
    }


NOBODY = Party("Nobody", address=Address(country="GR"))


INCOMPLETE = [
    (an_invoice(an_amount_line(tax="AE"), buyer=NOBODY), "einvoice.buyer_id", "buyer.vat_id"),
    (an_invoice(an_amount_line(tax="K"), buyer=NOBODY), "einvoice.buyer_vat_id", "buyer.vat_id"),
    (an_invoice(an_amount_line(tax="K"), ship_to=None), "einvoice.deliver_to", "ship_to"),
    (an_invoice(an_amount_line(tax="O"), seller=NOBODY), "einvoice.seller_id", "seller.registration"),
    (an_invoice(an_amount_line(1, tax="O"), an_amount_line(2, tax="Z")),
     "einvoice.mixed_outside_scope", "amounts.groups"),
    (an_invoice(amounts=amounts_of("EUR", [])), "einvoice.no_lines", "amounts.lines"),
    (an_invoice(an_amount_line(unit="furlong")), "einvoice.unit", "amounts.lines[0].unit"),
    (an_invoice(an_amount_line(price="1.001", quantity="1", currency="KWD"), currency="KWD"),
     "einvoice.decimals", "amounts.lines_net"),
    (an_invoice(an_amount_line(currency="BGN"), currency="BGN"), "einvoice.currency", "amounts.currency"),
    (an_invoice(seller=attrs.evolve(SELLER, vat_id="QQ123")), "einvoice.vat_id_prefix", "seller.vat_id"),
    (an_invoice(buyer=Party("X", address=Address(country="QQ"))), "einvoice.country", "buyer.address.country"),
]  # fmt: skip


@pytest.mark.parametrize(("invoice", "code", "path"), INCOMPLETE)
def test_what_the_standard_would_miss_is_found_before_writing(invoice, code, path):
    findings = check_einvoice(invoice)
    assert (code, path) in {(f.code, f.path) for f in findings}
    assert {f.effect for f in findings} == {Effect.REFUSE}
    with pytest.raises(EInvoiceIncomplete) as caught:
        write_ubl_invoice(invoice)
    assert caught.value.code == "einvoice.incomplete"
    assert caught.value.findings == findings
    assert pickle.loads(pickle.dumps(caught.value)).findings == findings


UNCHECKED = [
    *(
        an_invoice(an_amount_line(tax=tax), seller=attrs.evolve(SELLER, vat_id=""))
        for tax in ("S19", "Z", "E", "AE", "K", "G", "L7", "M4")
    ),
    *(invoice for invoice, code, _ in INCOMPLETE if code != "einvoice.decimals"),
]


@pytest.mark.parametrize("invoice", UNCHECKED, ids=lambda i: check_einvoice(i)[0].fact("rule"))
def test_what_is_found_before_writing_is_what_the_rules_would_refuse(
    invoice, invoice_rules, monkeypatch
):
    findings = check_einvoice(invoice)
    monkeypatch.setattr(ubl_invoice, "check_einvoice", lambda *_, **__: ())
    broken = invoice_rules(write_ubl_invoice(invoice))
    assert {finding.fact("rule") for finding in findings} <= set(broken)


@pytest.mark.parametrize("iban", ["DE34200300400000123457", "DE", "12", "X" * 22])
def test_an_account_number_that_is_none_is_refused(iban):
    assert missing(an_invoice(), seller_iban=iban) == {("einvoice.iban", "seller_iban")}


def test_three_decimals_that_are_not_used_do_no_harm(assert_valid):
    line = an_amount_line(price="1.5", quantity="1", tax="Z", currency="KWD")
    assert_valid(write_ubl_invoice(an_invoice(line, currency="KWD")))


def test_text_that_xml_cannot_hold_is_refused():
    with pytest.raises(SalesOrdersError) as caught:
        write_ubl_invoice(an_invoice(note="bell\x07"))
    assert caught.value.code == "xml.characters"


def test_terms_without_a_discount_are_written_by_name():
    document = write_ubl_invoice(an_invoice(terms=Terms.parse("net 30")))
    assert read(document).text("PaymentTerms", "Note") == "net 30"


cents = st.integers(0, 5000).map(lambda n: Decimal(n) / 100)
taxes = st.sampled_from(["S19", "S7", "Z", "E", "AE", "K", "G"])


@st.composite
def whole_and_parts(draw):
    lines = []
    for n in range(draw(st.integers(1, 4))):
        quantity = Decimal(draw(st.integers(1, 40))) / draw(st.sampled_from([1, 2, 4]))
        price = Decimal(draw(st.integers(0, 10**8))) / 10**6
        extra = [
            draw(st.sampled_from([on, off]))(draw(cents) / 10 // Decimal("0.01") * Decimal("0.01"))
            for _ in range(draw(st.integers(0, 2)))
        ]
        per = draw(st.sampled_from(["1", "100"]))
        lines.append(
            an_amount_line(n, quantity, price, draw(taxes), per=per, adjustments=extra, unit="KGM")
        )
    own = [
        draw(st.sampled_from([on, off]))(
            draw(cents), draw(st.sampled_from([line.tax for line in lines]))
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    whole = amounts_of("EUR", lines, own)
    first = {
        line.id: (line.quantity / draw(st.sampled_from([2, 3, 7]))).quantize(Decimal("0.001"))
        for line in lines
    }
    rest = {line.id: line.quantity - first[line.id] for line in lines}
    return whole, portion(whole, {}, first), portion(whole, first, rest)


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(whole_and_parts())
def test_any_whole_and_its_parts_are_valid(assert_valid, amounts):
    for part in amounts:
        if part.lines:
            assert_valid(write_ubl_invoice(an_invoice(amounts=part)))

"""Orders in UBL: read whole, every fault listed at once."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from salesorders.amounts import Adjustment, Tax
from salesorders.interchange import ItemIds, read_ubl_order
from salesorders.kernel.decision import Effect
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.limits import LIMITS
from tests.interchange.builders import (
    UBL,
    a_line,
    an_adjustment,
    an_order,
    category,
    money,
    totals,
)

EXAMPLE = Path(__file__).parents[2] / "examples" / "data" / "order.xml"


def found(document, effect=None):
    order = read_ubl_order(document)
    return {(f.code, f.path) for f in order.findings if effect is None or f.effect is effect}


def the_line(**parts):
    return read_ubl_order(an_order(a_line(**parts))).lines[0]


def test_a_faultless_order_has_no_findings():
    order = read_ubl_order(an_order(a_line()))
    line = order.lines[0]
    assert order.findings == ()
    assert (order.number, order.currency, order.issued_on) == ("PO-1", "EUR", date(2026, 3, 9))
    assert (line.quantity, line.unit, line.price, line.net) == (10, "H87", 5, 50)
    assert line.tax == Tax("S", Decimal(19))


def test_our_own_example_is_read_whole():
    order = read_ubl_order(EXAMPLE.read_bytes())
    assert [(f.code, f.path, f.effect) for f in order.findings] == [
        ("unit.alias", "lines[0].unit", Effect.ALLOW)
    ]
    assert order.stated.payable == Decimal("1080.82")
    assert order.adjustments == (
        Adjustment(True, Decimal("45.00"), "Freight", "FC", tax=Tax("S", Decimal(19))),
    )
    screws, cement, cable, drill = order.lines
    assert (screws.unit, screws.unit_as_written, screws.price_per) == ("H87", "PCE", 100)
    assert cement.adjustments[0].percent == 15
    assert (cable.requested_on, cable.partial_delivery) == (date(2026, 3, 23), True)
    assert (drill.price, drill.price_list) == (Decimal("8.9"), Decimal("9.9"))
    assert (order.requested_on, order.requested_until) == (date(2026, 3, 16), date(2026, 3, 20))
    assert order.ship_to.city == "Celle"
    assert order.buyer.vat_id == "DE811111117"


def test_all_faults_are_listed_at_once():
    document = an_order(
        a_line("1", quantity="-1", unit="furlong"),
        a_line("1", quantity="", price="x", sku=""),
        number="",
    )
    assert found(document, Effect.REFUSE) == {
        ("order.number_missing", "number"),
        ("quantity.not_positive", "lines[0].quantity"),
        ("unit.unknown", "lines[0].unit"),
        ("line.duplicate", "lines[1].id"),
        ("line.quantity_missing", "lines[1].quantity"),
        ("price.text", "lines[1].price"),
    }


def test_an_order_without_lines_is_refused():
    assert ("order.no_lines", "lines") in found(an_order(), Effect.REFUSE)


@pytest.mark.parametrize(
    ("parts", "code", "path", "effect"),
    [
        ({"quantity": "0"}, "quantity.not_positive", "quantity", Effect.REFUSE),
        ({"quantity": "1e3"}, "quantity.text", "quantity", Effect.REFUSE),
        ({"quantity": "NaN"}, "quantity.text", "quantity", Effect.REFUSE),
        ({"quantity": "1.2345678"}, "quantity.precision", "quantity", Effect.REFUSE),
        ({"quantity": "9" * 16}, "quantity.range", "quantity", Effect.REFUSE),
        ({"unit": ""}, "unit.missing", "unit", Effect.REFUSE),
        ({"unit": "KG"}, "unit.alias", "unit", Effect.ALLOW),
        ({"price": "-1"}, "price.negative", "price", Effect.REFUSE),
        ({"price": "1.1234567"}, "price.precision", "price", Effect.REFUSE),
        ({"price": ""}, "line.price_missing", "price", Effect.REFUSE),
        ({"tax": ""}, "tax.missing", "tax", Effect.ALLOW),
        ({"rate": ""}, "tax.missing", "tax", Effect.ALLOW),
        ({"tax": "VAT25"}, "tax.category", "tax.category", Effect.REFER),
        ({"rate": "0.19"}, "tax.rate", "tax.rate", Effect.REFER),
        ({"ident": ""}, "line.id_missing", "id", Effect.ALLOW),
        ({"ident": "x" * 65}, "id.too_long", "id", Effect.REFUSE),
        ({"sku": ""}, "item.unidentified", "item", Effect.REFER),
        ({"currency": "USD"}, "currency.mixed", "price", Effect.REFUSE),
        ({"net": "51.00"}, "totals.contradict", "net_stated", Effect.ALLOW),
        ({"more": an_adjustment("")}, "adjustment.amount_missing", "adjustments[0].amount", Effect.REFUSE),
        ({"more": an_adjustment("-5.00")}, "money.negative", "adjustments[0].amount", Effect.REFUSE),
        ({"more": an_adjustment("5.001")}, "money.precision", "adjustments[0].amount", Effect.REFER),
        ({"more": an_adjustment(charge="?")}, "adjustment.indicator", "adjustments[0].charge", Effect.REFUSE),
        ({"more": "<cbc:LineStatusCode>Cancelled</cbc:LineStatusCode>"}, "line.status", "", Effect.REFER),
        ({"more": "<cac:Delivery/><cac:Delivery/>"}, "delivery.several", "", Effect.REFER),
        ({"price_more": '<cbc:BaseQuantity unitCode="H87">0</cbc:BaseQuantity>'},
         "quantity.not_positive", "price_per", Effect.REFUSE),
        ({"price_more": '<cbc:BaseQuantity unitCode="KGM">1</cbc:BaseQuantity>'},
         "price.unit", "price_per", Effect.REFUSE),
        ({"price_more": an_adjustment("1.00", charge="true")}, "price.charge", "price_list", Effect.REFER),
        ({"price_more": an_adjustment("1.00", base="7.00")}, "price.contradict", "price", Effect.ALLOW),
    ],
)  # fmt: skip
def test_a_fault_of_a_line_is_found_where_it_stands(parts, code, path, effect):
    at = f"lines[0].{path}" if path else "lines[0]"
    assert (code, at) in found(an_order(a_line(**parts)), effect)


@pytest.mark.parametrize("written", ["+10", " 10 ", "10.", "10.000", "\n10\n"])
def test_plain_decimal_text_is_taken_as_xml_allows_it(written):
    assert the_line(quantity=written).quantity == 10


def test_a_price_for_a_hundred_counts_for_a_hundred():
    line = the_line(
        quantity="250",
        price="4.00",
        price_more='<cbc:BaseQuantity unitCode="H87">100</cbc:BaseQuantity>',
    )
    assert (line.price_per, line.net) == (100, 10)


def test_the_list_price_is_the_one_before_the_prices_own_allowance():
    assert the_line(price_more=an_adjustment("1.00", base="6.00")).price_list == 6
    assert the_line(price_more=an_adjustment("1.00")).price_list == 6


def test_a_missing_price_follows_from_the_lines_own_worth_where_it_is_exact():
    order = read_ubl_order(an_order(a_line(price="", net="45.00", more=an_adjustment("5.00"))))
    assert order.lines[0].price == 5
    assert [(f.code, f.effect) for f in order.findings] == [("line.price_derived", Effect.ALLOW)]
    assert ("line.price_missing", "lines[0].price") in found(
        an_order(a_line(quantity="3", price="", net="10.00")), Effect.REFUSE
    )


@pytest.mark.parametrize("factor", ["5", "0.05"])
def test_a_factor_is_a_percentage_whichever_way_it_is_written(factor):
    line = the_line(more=an_adjustment("2.50", factor=factor, base="50.00"))
    assert (line.adjustments[0].percent, line.adjustments[0].base) == (5, 50)


def test_an_allowance_that_is_not_its_percentage_stands_as_an_amount():
    document = an_order(a_line(more=an_adjustment("3.00", factor="5", base="50.00")))
    line = read_ubl_order(document).lines[0]
    assert (line.adjustments[0].amount, line.adjustments[0].percent, line.net) == (3, None, 47)
    assert ("adjustment.contradict", "lines[0].adjustments[0]") in found(document, Effect.ALLOW)


def test_an_allowance_without_amount_is_worked_out_and_shown_to_a_person():
    document = an_order(a_line(more=an_adjustment("", factor="5", base="50.00")))
    assert read_ubl_order(document).lines[0].adjustments[0].amount == Decimal("2.50")
    assert ("adjustment.amount_missing", "lines[0].adjustments[0].amount") in found(
        document, Effect.REFER
    )


def test_totals_that_agree_are_not_mentioned():
    tail = totals(
        LineExtension="50.00", TaxExclusive="55.00", TaxInclusive="65.45", ChargeTotal="5.00",
        Prepaid="0.00", PayableRounding="0.05", Payable="65.50",
    )  # fmt: skip
    charge = an_adjustment("5.00", charge="true", more=category("TaxCategory", "S", "19"))
    tax = f"<cac:TaxTotal>{money('TaxAmount', '10.45')}</cac:TaxTotal>"
    assert found(an_order(a_line(net="50.00"), head=charge + tax + tail)) == set()


def test_each_total_that_contradicts_the_lines_is_a_warning_with_both_figures():
    tail = totals(
        LineExtension="51.00", TaxExclusive="52.00", TaxInclusive="53.00", AllowanceTotal="1.00",
        ChargeTotal="2.00", Payable="54.00",
    )  # fmt: skip
    tax = f"<cac:TaxTotal>{money('TaxAmount', '9.00')}</cac:TaxTotal>"
    order = read_ubl_order(an_order(a_line(), head=tax + tail))
    said = {f.path: (f.fact("stated"), f.fact("computed")) for f in order.findings}
    assert {f.code for f in order.findings} == {"totals.contradict"}
    assert order.effect is Effect.ALLOW
    assert said == {
        "stated.lines_net": (51, 50),
        "stated.allowances": (1, 0),
        "stated.charges": (2, 0),
        "stated.tax_exclusive": (52, 50),
        "stated.tax": (9, Decimal("9.50")),
        "stated.tax_inclusive": (53, Decimal("59.50")),
        "stated.payable": (54, Decimal("59.50")),
    }


def test_where_no_line_names_a_tax_the_stated_one_is_taken():
    tax = f"<cac:TaxTotal>{money('TaxAmount', '9.00')}</cac:TaxTotal>"
    document = an_order(a_line(tax=""), head=tax + totals(TaxInclusive="59.00", Payable="60.00"))
    assert {path for code, path in found(document) if code == "totals.contradict"} == {
        "stated.payable"
    }


def test_totals_are_not_blamed_for_a_line_that_could_not_be_read():
    document = an_order(a_line(price="x"), a_line("2"), head=totals(LineExtension="99.00"))
    assert "totals.contradict" not in {code for code, _ in found(document)}


def test_a_prepayment_is_the_buyers_word_only():
    assert ("prepaid.unverified", "stated.prepaid") in found(
        an_order(a_line(), head=totals(Prepaid="10.00")), Effect.ALLOW
    )


def test_the_currency_is_the_one_that_all_amounts_name():
    assert read_ubl_order(an_order(a_line(currency="GBP"), currency="")).currency == "GBP"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (an_order(a_line(price="", net=""), currency=""), "currency.missing"),
        (an_order(a_line(currency="EUR"), a_line("2", currency="USD"), currency=""), "currency.mixed"),
        (an_order(a_line(), currency="<cbc:DocumentCurrencyCode>XYZ</cbc:DocumentCurrencyCode>"),
         "currency.unknown"),
    ],
)  # fmt: skip
def test_an_order_without_one_currency_is_refused(document, code):
    assert (code, "currency") in found(document, Effect.REFUSE)


@pytest.mark.parametrize("written", ["2026-04-01", "2026-04-01Z", "2026-04-01+01:00"])
def test_a_date_is_the_buyers_day_whatever_zone_follows_it(written):
    period = f"<cac:RequestedDeliveryPeriod><cbc:StartDate>{written}</cbc:StartDate></cac:RequestedDeliveryPeriod>"
    order = read_ubl_order(an_order(a_line(), head=f"<cac:Delivery>{period}</cac:Delivery>"))
    assert order.requested_on == date(2026, 4, 1)


def test_of_several_deliveries_the_earliest_start_and_the_latest_end_count():
    def delivery(start, end, city):
        return (
            f"<cac:Delivery><cac:DeliveryAddress><cbc:CityName>{city}</cbc:CityName></cac:DeliveryAddress>"
            f"<cac:RequestedDeliveryPeriod><cbc:StartDate>{start}</cbc:StartDate>"
            f"<cbc:EndDate>{end}</cbc:EndDate></cac:RequestedDeliveryPeriod></cac:Delivery>"
        )

    document = an_order(
        a_line(),
        head=delivery("2026-05-01", "2026-05-02", "Celle")
        + delivery("2026-04-01", "2026-04-02", "Kiel"),
    )
    order = read_ubl_order(document)
    assert (order.requested_on, order.requested_until) == (date(2026, 4, 1), date(2026, 5, 2))
    assert order.ship_to.city == "Celle"
    assert found(document) == {("ship_to.several", "ship_to")}


@pytest.mark.parametrize("written", ["01.04.2026", "2026-02-30", "soon"])
def test_a_date_that_is_none_is_shown_to_a_person(written):
    period = f"<cac:RequestedDeliveryPeriod><cbc:StartDate>{written}</cbc:StartDate></cac:RequestedDeliveryPeriod>"
    document = an_order(a_line(), head=f"<cac:Delivery>{period}</cac:Delivery>")
    assert ("date.text", "requested_on") in found(document, Effect.REFER)


def test_text_of_any_length_is_cut_and_cleaned_with_a_warning():
    document = an_order(a_line(), head=f"<cbc:Note>{'x' * 2000}</cbc:Note>")
    assert len(read_ubl_order(document).note) == LIMITS.text
    assert found(document) == {("text.too_long", "note")}
    hidden = an_order(a_line(), head="<cbc:Note>soft\u00adware\u202e</cbc:Note>")
    assert read_ubl_order(hidden).note == "software"
    assert found(hidden) == {("text.characters", "note")}


def test_an_order_in_the_style_of_ubl_2_0_is_read():
    document = f"""<Order xmlns="{UBL}:Order-2" xmlns:cac="{UBL}:CommonAggregateComponents-2"
        xmlns:cbc="{UBL}:CommonBasicComponents-2">
      <cbc:UBLVersionID>2.0</cbc:UBLVersionID><cbc:ID>AEG012345</cbc:ID>
      <cbc:CopyIndicator>false</cbc:CopyIndicator><cbc:IssueDate>2005-06-20</cbc:IssueDate>
      <cac:BuyerCustomerParty><cbc:SupplierAssignedAccountID>CO001</cbc:SupplierAssignedAccountID>
        <cac:Party><cac:PartyName><cbc:Name>Jam Makers</cbc:Name></cac:PartyName>
          <cac:PostalAddress><cbc:StreetName>Mill Lane</cbc:StreetName>
            <cbc:BuildingName>The Mill</cbc:BuildingName><cbc:BuildingNumber>7</cbc:BuildingNumber>
            <cac:AddressLine><cbc:Line>3rd floor</cbc:Line></cac:AddressLine>
            <cac:Country><cbc:IdentificationCode>GB</cbc:IdentificationCode></cac:Country>
          </cac:PostalAddress>
          <cac:PartyTaxScheme><cbc:CompanyID>12356478</cbc:CompanyID>
            <cac:TaxScheme><cbc:ID>UK VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
        </cac:Party></cac:BuyerCustomerParty>
      <cac:Delivery><cac:DeliveryAddress><cbc:CityName>Poole</cbc:CityName></cac:DeliveryAddress></cac:Delivery>
      <cac:AnticipatedMonetaryTotal>{money("LineExtensionAmount", "100.00", "GBP")}
        {money("PayableAmount", "100.00", "GBP")}</cac:AnticipatedMonetaryTotal>
      <cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID>
        <cbc:LineStatusCode>NoStatus</cbc:LineStatusCode><cbc:Quantity unitCode="KG">100</cbc:Quantity>
        {money("LineExtensionAmount", "100.00", "GBP")}{money("TotalTaxAmount", "17.50", "GBP")}
        <cac:Price>{money("PriceAmount", "1.00", "GBP")}</cac:Price>
        <cac:Item><cbc:Description>Beeswax</cbc:Description>
          <cac:BuyersItemIdentification><cbc:ID>6578489</cbc:ID></cac:BuyersItemIdentification></cac:Item>
      </cac:LineItem></cac:OrderLine></Order>""".encode()
    order = read_ubl_order(document)
    line = order.lines[0]
    assert {f.code for f in order.findings} == {"unit.alias", "tax.missing"}
    assert (order.currency, order.buyer.vat_id, order.buyer.customer_id) == (
        "GBP",
        "12356478",
        "CO001",
    )
    assert (order.buyer.address.street, order.buyer.address.additional) == (
        "Mill Lane 7",
        "The Mill, 3rd floor",
    )
    assert (line.name, line.unit, line.item) == ("Beeswax", "KGM", ItemIds(buyer="6578489"))
    assert order.ship_to.city == "Poole"


def test_a_category_of_the_lines_tax_total_is_taken_where_the_item_names_none():
    tax = f"<cac:TaxTotal><cac:TaxSubtotal>{category('TaxCategory', 'S', '20')}</cac:TaxSubtotal></cac:TaxTotal>"
    assert the_line(tax="", more=tax).tax == Tax("S", Decimal(20))


def test_another_tax_is_not_taken_for_vat():
    tax = category("TaxCategory", "S", "8").replace("VAT", "SALES")
    more = f"<cac:TaxTotal><cac:TaxSubtotal>{tax}</cac:TaxSubtotal></cac:TaxTotal>"
    assert ("tax.scheme", "lines[0].tax") in found(
        an_order(a_line(tax="", more=more)), Effect.REFER
    )


def test_lines_are_bounded():
    document = an_order("<cac:OrderLine/>" * (LIMITS.lines + 1))
    with pytest.raises(SalesOrdersError) as caught:
        read_ubl_order(document)
    assert caught.value.code == "order.too_many_lines"


def test_a_thousand_lines_take_a_second_at_most():
    document = an_order(*(a_line(str(n)) for n in range(1000)))
    started = time.perf_counter()
    assert len(read_ubl_order(document).lines) == 1000
    assert time.perf_counter() - started < 2


def test_a_line_without_an_id_takes_one_that_no_other_line_has() -> None:
    document = read_ubl_order(an_order(a_line(ident=""), a_line(ident="1"), a_line(ident="")))
    assert [line.id for line in document.lines] == ["2", "1", "3"]
    assert "line.duplicate" not in {finding.code for finding in document.findings}

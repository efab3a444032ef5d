"""What a document is worth: lines, allowances and charges, VAT groups, totals."""

from decimal import Decimal, localcontext

import pytest

from salesorders.amounts import Adjustment, Tax, allowance, amounts_of, charge, line_net, tax_of
from salesorders.kernel.errors import InvalidValue, SalesOrdersError
from salesorders.kernel.money import Money
from tests.amounts.builders import S10, S19, a_document, a_line, groups_of

S20 = Tax.parse("S20")


def refused(function, *args, **kwargs):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


def the_worked_document():
    """FINANCE 4: three lines of two rates, an allowance and a charge."""
    return a_document(
        a_line("1", 3, "33.33", tax=S20),
        a_line("2", 7, "14.285", tax=S20),
        a_line("3", 1, "250.00", tax=S10),
        adjustments=[
            allowance("20.00", tax=S20).settle(Decimal(0), "EUR", S20),
            charge("12.50", tax=S10).settle(Decimal(0), "EUR", S10),
        ],
    )


def test_the_worked_document_totals_as_published():
    amounts = the_worked_document()
    assert (amounts.lines_net, amounts.net) == (Decimal("449.99"), Decimal("442.49"))
    assert (amounts.tax, amounts.total) == (Decimal("62.25"), Money("504.74", "EUR"))


def test_the_worked_document_is_taxed_by_category_and_rate():
    assert groups_of(the_worked_document()) == {
        ("S", Decimal(20)): (Decimal("179.99"), Decimal("36.00")),
        ("S", Decimal(10)): (Decimal("262.50"), Decimal("26.25")),
    }


def test_ten_lines_of_33_cents_are_taxed_once_as_a_document():
    amounts = a_document(*(a_line(str(n), 1, "0.33", tax=S19) for n in range(10)))
    assert (amounts.net, amounts.tax) == (Decimal("3.30"), Decimal("0.63"))


def test_a_line_is_rounded_half_away_from_zero():
    assert a_line(quantity=7, price="14.285").net == Decimal("100.00")
    assert a_line(quantity=-7, price="14.285").net == Decimal("-100.00")


def test_a_price_for_144_is_divided_once_and_late():
    assert a_line(quantity=130, price="1350.00", per=144).net == Decimal("1218.75")


def test_the_parts_of_a_line_are_rounded_alone():
    asked = [
        allowance("5%").settle(Decimal("0.33"), "EUR"),
        charge("0.10").settle(Decimal("0.33"), "EUR"),
    ]
    assert line_net(Decimal(1), Decimal("0.33"), Decimal(1), asked, "EUR") == Decimal("0.41")


def test_p09_three_lines_at_ten_percent_come_to_the_same_in_any_order():
    lines = [a_line("1", 1, "54.45", tax=S10), a_line("2", 1, "600", tax=S10)]
    lines.append(a_line("3", -1, "500", tax=S10))
    taxes = {a_document(*order).tax for order in (lines, lines[::-1], [lines[2], *lines[:2]])}
    assert taxes == {Decimal("15.45")}


def test_p09_one_line_is_worth_the_same_as_the_document():
    line = a_line(
        "1",
        16,
        "348.35",
        tax=Tax.parse("S22"),
        adjustments=[allowance("4%").settle(Decimal("5573.60"), "EUR")],
    )
    amounts = a_document(line)
    assert (line.net, amounts.gross) == (Decimal("5350.66"), Decimal("6527.81"))


def test_p08_the_total_of_two_rates_is_taxed_rate_by_rate():
    amounts = a_document(
        a_line("1", 1, "0.13", tax=S10),
        a_line("2", 1, "0.16", tax=S20),
    )
    assert amounts.tax == Decimal("0.04")


@pytest.mark.parametrize(
    ("currency", "price", "tax"), [("JPY", "333", "63"), ("KWD", "0.333", "0.063")]
)
def test_tax_is_rounded_to_the_minor_unit_of_the_currency(currency, price, tax):
    assert a_document(a_line(price=price, currency=currency), currency=currency).tax == Decimal(tax)


def test_a_document_of_nothing_is_worth_nothing():
    assert amounts_of("EUR", []).total == Money(0, "EUR")


def test_a_document_allowance_without_category_is_refused():
    lost = Adjustment(False, Decimal("1.00"))
    assert refused(amounts_of, "EUR", [a_line()], [lost]) == (
        "adjustment.tax",
        "adjustments[0].tax",
    )


def test_a_line_that_is_not_there_is_refused():
    assert refused(a_document(a_line("1")).line, "2") == ("line.unknown", "line")


@pytest.mark.parametrize(
    ("text", "category", "rate"),
    [
        ("S19", "S", "19"),
        ("S 7.5", "S", "7.5"),
        ("S 20 %", "S", "20"),
        ("Z", "Z", "0"),
        ("AE", "AE", "0"),
        ("K0", "K", "0"),
        ("L0", "L", "0"),
    ],
)
def test_a_category_is_read_with_its_rate(text, category, rate):
    tax = Tax.parse(text)
    assert (tax.category, tax.rate) == (category, Decimal(rate))


@pytest.mark.parametrize("category", ["E", "AE", "K", "G", "O"])
def test_who_charges_no_tax_says_why(category):
    assert tax_of(category, 0).reason


@pytest.mark.parametrize("category", ["S", "Z"])
def test_who_charges_tax_needs_no_reason(category):
    assert not tax_of(category, 19 if category == "S" else 0).reason


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text.blank"),
        ("X5", "tax.category"),
        ("19", "tax.category"),
        ("S", "tax.rate"),
        ("S0.19", "tax.rate"),
        ("S101", "rate.range"),
        ("Z19", "tax.rate"),
        ("S1 9", "rate.text"),
        ("S" * 21, "text.too_long"),
        ("S\u202e19", "text.characters"),
        (None, "text.type"),
        (19, "text.type"),
    ],
)
def test_a_malformed_category_is_refused(text, code):
    found, path = refused(Tax.parse, text)
    assert found == code
    assert path.split(".")[0] == "tax"


@pytest.mark.parametrize("make", [allowance, charge])
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("-1", "money.negative"),
        ("101%", "rate.range"),
        ("-5%", "rate.range"),
        (1.5, "money.type"),
        (True, "money.type"),
        (Decimal("NaN"), "money.not_finite"),
        ("five", "money.text"),
        (None, "money.type"),
    ],
)
def test_a_malformed_allowance_or_charge_is_refused(make, value, code):
    assert refused(make, value)[0] == code


def test_a_percentage_keeps_what_it_was_taken_of():
    made = allowance("5%").settle(Decimal("1456.00"), "EUR")
    assert (made.amount, made.percent, made.base) == (
        Decimal("72.80"),
        Decimal(5),
        Decimal("1456.00"),
    )


def test_an_amount_stays_what_it_is():
    made = charge("12.50", "Freight", code="FC").settle(Decimal("99.99"), "EUR")
    assert (made.signed, made.reason, made.code) == (Decimal("12.50"), "Freight", "FC")


def test_an_amount_of_half_a_cent_is_not_rounded_in_silence():
    with pytest.raises(InvalidValue):
        allowance("0.005").settle(Decimal("1.00"), "EUR")


def test_six_digits_of_the_host_change_no_total():
    line = a_line("1", 1, "123456.78")
    with localcontext() as context:
        context.prec = 6
        amounts = a_document(line, a_line("2", 1, "0.01"))
        assert str(amounts.total) == "EUR 146913.58"


def test_six_digits_of_the_host_change_no_signed_amount():
    with localcontext() as context:
        context.prec = 6
        assert Adjustment(False, Decimal("123456.78")).signed == Decimal("-123456.78")

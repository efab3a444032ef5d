"""Prices: list, breaks, discounts, units, hints; the worked numbers of FINANCE 3."""

from decimal import Decimal, localcontext

import pytest

from salesorders.amounts import Tax, allowance, charge
from salesorders.catalog import Price
from salesorders.kernel.decision import Effect
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.money import Money
from salesorders.pricing import PricingPolicy, price_table, trace
from tests.pricing.builders import STAIRS, a_want, an_item, line_of, priced


def found(sheet):
    return {(finding.code, finding.path, finding.effect) for finding in sheet.findings}


@pytest.mark.parametrize(
    ("quantity", "net"),
    [(1, "12.50"), (49, "612.50"), (50, "590.00"), (99, "1168.20"), (100, "1120.00")],
)
def test_the_break_that_the_whole_quantity_reaches_prices_all_of_it(quantity, net):
    assert line_of(a_want(an_item(*STAIRS), quantity)).net == Decimal(net)


def test_130_at_the_highest_break_are_1456():
    assert line_of(a_want(an_item(*STAIRS), 130)).net == Decimal("1456.00")


def test_the_order_in_which_breaks_are_given_does_not_count():
    assert line_of(a_want(an_item(*STAIRS[::-1]), 130)).net == Decimal("1456.00")


def test_less_than_the_lowest_break_has_no_price():
    sheet = priced(a_want(an_item(Price("1", at_least=10)), 9))
    assert found(sheet) == {("price.missing", "lines[0].price", Effect.REFUSE)}
    assert sheet.amounts.total == Money(0, "EUR")


def test_at_99_one_more_is_said_to_cost_48_20_less():
    (hint,) = priced(a_want(an_item(*STAIRS), 99)).findings
    assert (hint.code, hint.effect) == ("price.near_break", Effect.ALLOW)
    assert (hint.fact("more"), hint.fact("saved")) == (Decimal(1), Money("48.20", "EUR"))


@pytest.mark.parametrize("quantity", [1, 40, 94, 100, 130])
def test_where_more_would_not_cost_less_nothing_is_hinted(quantity):
    assert not priced(a_want(an_item(*STAIRS), quantity)).findings


def test_hints_may_be_turned_off():
    policy = PricingPolicy(hint_breaks=False)
    assert not priced(a_want(an_item(*STAIRS), 99), policy=policy).findings


def test_a_discount_of_eight_percent_of_1456_is_116_48():
    line = line_of(a_want(an_item(*STAIRS), 130, allowance("8%")))
    assert (line.adjustments[0].amount, line.net) == (Decimal("116.48"), Decimal("1339.52"))


def test_a_discount_and_a_charge_are_both_of_the_worth_before_them():
    line = line_of(a_want(an_item(*STAIRS), 130, allowance("5%"), charge("5%")))
    assert line.net == Decimal("1456.00")


def test_a_document_discount_in_percent_is_of_the_sum_of_the_lines():
    sheet = priced(
        a_want(an_item(Price("1339.52")), 1),
        a_want(an_item(Price("260.00"), sku="NUT"), 1, line="2"),
        adjustments=[allowance("5%")],
    )
    assert (sheet.amounts.allowances, sheet.amounts.net) == (Decimal("79.98"), Decimal("1519.54"))


def test_a_document_discount_is_taxed_like_most_of_the_document():
    sheet = priced(
        a_want(an_item(Price("10"), tax="S7"), 1),
        a_want(an_item(Price("90"), sku="NUT"), 1, line="2"),
        adjustments=[allowance("5.00")],
    )
    assert sheet.amounts.adjustments[0].tax == Tax.parse("S19")


def test_a_category_named_for_a_document_charge_is_kept():
    sheet = priced(
        a_want(an_item(), 10), adjustments=[charge("5.00", "Freight", tax=Tax.parse("S7"))]
    )
    assert sheet.amounts.adjustments[0].tax == Tax.parse("S7")


def test_a_line_given_away_is_worth_nothing():
    assert line_of(a_want(an_item(), 5, allowance("100%"))).net == 0


def test_a_line_below_nothing_is_refused():
    sheet = priced(a_want(an_item(), 5, allowance("6.00")))
    assert found(sheet) == {("price.line_negative", "lines[0].discount", Effect.REFUSE)}


@pytest.mark.parametrize("tax", [None, "S7"])
def test_a_document_or_a_category_below_nothing_is_refused(tax):
    asked = allowance("6.00" if tax is None else "0.01", tax=tax and Tax.parse(tax))
    sheet = priced(a_want(an_item(), 5), adjustments=[asked])
    assert found(sheet) == {("price.document_negative", "adjustments", Effect.REFUSE)}


def test_a_price_per_pallet_of_144_is_divided_once():
    line = line_of(a_want(an_item(Price("1350.00", per=144)), 130), currency="USD")
    assert (line.net, line.price, line.per) == (Decimal("1218.75"), Decimal(1350), Decimal(144))


def test_p14_a_dozen_costs_what_twelve_pieces_cost():
    item = an_item(Price("18.33"), units={"DZN": 12})
    dozen = line_of(a_want(item, 1, unit="DZN"))
    assert dozen.net == line_of(a_want(item, 12)).net == Decimal("219.96")


def test_p14_a_break_is_reached_in_base_units():
    item = an_item(Price("0.75"), Price("0.50", at_least=1000), units={"XCT": 250})
    assert line_of(a_want(item, 4, unit="XCT")).net == Decimal("500.00")
    assert line_of(a_want(item, 3, unit="XCT")).net == Decimal("562.50")


def test_a_gram_of_what_is_priced_by_the_kilogram_keeps_its_exact_price():
    item = an_item(Price("9.99"), unit="KGM", units={"GRM": "0.001"})
    assert line_of(a_want(item, 500, unit="GRM")).net == Decimal("5.00")


def test_a_unit_that_the_item_does_not_have_is_refused_with_its_path():
    with pytest.raises(SalesOrdersError) as caught:
        priced(a_want(an_item(), 1, line="7", unit="KGM"))
    assert (caught.value.code, caught.value.path) == ("unit.mismatch", "lines[0].unit")


def test_yen_have_no_decimals():
    assert line_of(a_want(an_item(Price("33.3")), 10), currency="JPY").net == Decimal(333)


def test_a_buyers_deviating_price_is_remarked_and_ours_stands():
    sheet = priced(a_want(an_item(), 5, expected="0.90"))
    assert found(sheet) == {("price.deviates", "lines[0].price", Effect.ALLOW)}
    assert sheet.amounts.net == Decimal("5.00")


def test_a_policy_may_hold_an_order_for_a_deviating_price():
    sheet = priced(
        a_want(an_item(), 5, expected="0.90"), policy=PricingPolicy(deviation_holds=True)
    )
    assert found(sheet) == {("price.deviates", "lines[0].price", Effect.REFER)}


@pytest.mark.parametrize(("expected", "per"), [("1.00", 1), ("100", 100)])
def test_a_buyers_price_that_means_the_same_is_no_deviation(expected, per):
    assert not priced(a_want(an_item(), 5, expected=expected, expected_per=per)).findings


def test_every_line_reports_at_once():
    sheet = priced(
        a_want(an_item(Price("1", at_least=10), retired=True), 9),
        a_want(an_item(sku="NUT"), 5, allowance("6.00"), line="2"),
    )
    assert {code for code, _, _ in found(sheet)} == {
        "item.retired",
        "price.missing",
        "price.line_negative",
    }


def test_the_trace_names_the_break_and_the_discount():
    steps = trace(line_of(a_want(an_item(*STAIRS), 130, allowance("8%"))), "EUR")
    assert [(step.code, step.amount) for step in steps] == [
        ("price.list", Decimal("1456.00")),
        ("price.allowance", Decimal("-116.48")),
    ]


def test_the_table_ends_in_the_total():
    sheet = priced(a_want(an_item(*STAIRS), 130), adjustments=[allowance("5%")])
    assert list(price_table(sheet.amounts))[-1][-1] == sheet.amounts.total


def test_six_digits_of_the_host_change_no_row_of_the_table():
    sheet = priced(a_want(an_item(Price("200000")), 1), adjustments=[allowance("123456.78")])
    rows = list(price_table(sheet.amounts))
    with localcontext() as context:
        context.prec = 6
        assert list(price_table(sheet.amounts)) == rows
    assert Money("-123456.78", "EUR") in [row[-1] for row in rows]

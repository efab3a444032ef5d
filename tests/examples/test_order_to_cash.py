"""The walk of one order from a buyer's document to matched cash, as the README starts it."""

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "order_to_cash.py"
PEPPOL = (
    "Order_Example.xml",
    "Order use cases/UC1_Order.xml",
    "Order use cases/UC2_Order.xml",
    "Order use cases/UC3_Order.xml",
    "Order use cases/UC5_Order.xml",
    "Advanced Ordering scenarios/advanced_ordering_sc1/Order_sc1.xml",
)
TOTAL = re.compile(r"^document +total +[A-Z]{3} ([0-9,.]+)$", re.MULTILINE)
INVOICED = re.compile(r"^  invoice \S+: [A-Z]{3} ([0-9.]+),", re.MULTILINE)
UBL_20 = """<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:UBLVersionID>2.0</cbc:UBLVersionID><cbc:ID>PO 17/4</cbc:ID><cbc:IssueDate>2007-02-11</cbc:IssueDate>
  <cac:BuyerCustomerParty><cac:Party><cac:PartyName><cbc:Name>Baker &amp; Sons</cbc:Name></cac:PartyName>
    <cac:PostalAddress><cbc:CityName>Leeds</cbc:CityName>
      <cac:Country><cbc:IdentificationCode>GB</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
    <cac:PartyTaxScheme><cbc:CompanyID>123 4567 89</cbc:CompanyID>
      <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  </cac:Party></cac:BuyerCustomerParty>
  <cac:OrderLine><cac:LineItem><cbc:ID>A</cbc:ID><cbc:Quantity unitCode="KG">101</cbc:Quantity>
    <cbc:LineExtensionAmount currencyID="GBP">152.51</cbc:LineExtensionAmount>
    <cac:Price><cbc:PriceAmount currencyID="GBP">1.51</cbc:PriceAmount></cac:Price>
    <cac:Item><cbc:Description>Flour, fine</cbc:Description></cac:Item></cac:LineItem></cac:OrderLine>
</Order>
"""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(EXAMPLE), *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def amounts(pattern: re.Pattern[str], text: str) -> list[Decimal]:
    return [Decimal(found.replace(",", "")) for found in pattern.findall(text)]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    out = tmp_path_factory.mktemp("out")
    done = run("--out", out)
    assert done.returncode == 0, done.stderr
    return done.stdout, out


def test_the_buyers_deviating_price_is_a_finding_and_ours_stands(walk):
    assert "price.deviates: The buyer expects 1.18" in walk[0]
    assert amounts(TOTAL, walk[0]) == [Decimal("1093.31")]


def test_authority_and_credit_hold_it_and_name_who_may_let_it_go(walk):
    assert "Held by authority." in walk[0]
    assert "sales-manager may approve it" in walk[0]
    assert "Held by credit." in walk[0]
    assert "A payment of EUR 93.31 or a limit higher by EUR 93.31 is enough for it" in walk[0]


def test_two_shipments_are_invoiced_to_the_cent(walk):
    invoiced = amounts(INVOICED, walk[0])
    assert len(invoiced) == 2
    assert sum(invoiced) == Decimal("1093.31")


def test_the_invoices_name_the_order_and_break_no_rule(walk, assert_valid):
    written = sorted(walk[1].glob("*.xml"))
    assert len(written) == 2
    for path in written:
        assert "MB-2026-0471" in path.read_text("utf-8")
        assert_valid(path.read_bytes())


def test_one_payment_is_exact_one_earns_the_discount_and_one_is_only_proposed(walk):
    answers = re.findall(r"^  -> (\w+)$", walk[0], re.MULTILINE)
    assert answers == ["applied", "applied", "proposed"]
    assert "match.discount" in walk[0]
    assert "match.ambiguous" in walk[0]


def test_the_books_balance_and_the_chain_is_whole(walk):
    debit, credit = re.search(
        r"^EUR: debits (\S+) = credits (\S+)$", walk[0], re.MULTILINE
    ).groups()
    assert debit == credit
    assert "whole" in walk[0]


def test_an_unknown_buyer_and_unknown_items_are_all_listed_at_once(tmp_path):
    order = tmp_path / "order.xml"
    order.write_text(UBL_20, "utf-8")
    done = run(order)
    assert done.returncode == 1
    assert "buyer.unknown" in done.stdout
    assert "line.item_unknown" in done.stdout


def test_an_order_of_ubl_2_0_without_currency_and_with_a_unit_in_plain_words_is_run(
    tmp_path, assert_valid
):
    order = tmp_path / "order.xml"
    order.write_text(UBL_20, "utf-8")
    done = run(order, "--adopt", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "unit.alias" in done.stdout
    assert "one that pays each invoice was made" in done.stdout
    written = sorted((tmp_path / "out").glob("*.xml"))
    assert len(written) == 2
    for path in written:
        assert_valid(path.read_bytes())


@pytest.mark.parametrize("name", PEPPOL)
def test_every_real_order_is_run_to_the_end(name, tmp_path, shared_data, assert_valid):
    done = run(shared_data / "peppol_ordering" / "examples" / name, "--adopt", "--out", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sum(amounts(INVOICED, done.stdout)) == sum(amounts(TOTAL, done.stdout))
    assert done.stdout.count("-> applied") == len(list(tmp_path.glob("*.xml")))
    for path in tmp_path.glob("*.xml"):
        assert_valid(path.read_bytes())


def test_synthetic_orders_run_with_a_balanced_book():
    done = run("--orders", 20)
    assert done.returncode == 0, done.stderr
    assert "broken_at=None" in done.stdout


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_second_run_over_the_same_database_tells_the_same_and_does_nothing_twice(
    kind, any_store, walk
):
    url = any_store.url(kind)
    first, second = run("--store", url), run("--store", url)
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert "Audit chain: 30 commands, whole" in second.stdout
    assert first.stdout.splitlines()[-1] == walk[0].splitlines()[-1]


def test_another_order_finds_its_own_place_in_the_same_database(any_store, tmp_path):
    url = any_store.url("sqlite")
    assert run("--store", url).returncode == 0
    done = run(variant(tmp_path, ("GBP", "EUR")), "--adopt", "--store", url)
    assert done.returncode == 0, done.stdout + done.stderr


def test_synthetic_orders_are_kept_in_a_database(any_store):
    done = run("--orders", 3, "--store", any_store.url("sqlite"))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "arguments", [["--orders", 0], ["--orders", -5], ["--out", EXAMPLE], ["--store", "mysql://x/y"]]
)
def test_nonsense_on_the_command_line_is_refused_in_a_sentence(arguments):
    done = run(*arguments)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def variant(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The order above with some of its text changed."""
    text = UBL_20
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    order = tmp_path / "order.xml"
    order.write_text(text, "utf-8")
    return order


RUNS = {
    "a country that is none": [("GB</cbc:IdentificationCode>", "UK</cbc:IdentificationCode>")],
    "a quantity below one": [(">101<", ">0.5<"), ("152.51", "0.76")],
    "one piece": [('"KG">101<', '"EA">1<'), ("152.51", "1.51")],
    "a price for a thousand": [
        (
            "1.51</cbc:PriceAmount>",
            '1.51</cbc:PriceAmount><cbc:BaseQuantity unitCode="KG">1000</cbc:BaseQuantity>',
        ),
        ("152.51", "0.15"),
    ],
    "nothing to pay": [(">1.51<", ">0<"), ("152.51", "0")],
    "a currency without cents": [("GBP", "JPY"), ("152.51", "15251"), (">1.51<", ">151<")],
    "an allowance without VAT category": [
        (
            "<cac:OrderLine>",
            (
                "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>"
                '<cbc:Amount currencyID="GBP">3.33</cbc:Amount></cac:AllowanceCharge><cac:OrderLine>'
            ),
        )
    ],
}
REFUSALS = {
    "quantity.not_positive": [(">101<", ">-3<")],
    "unit.unknown": [('"KG"', '"FOOBAR"')],
    "currency.mixed": [('currencyID="GBP">1.51', 'currencyID="EUR">1.51')],
    "stock.horizon": [
        (
            "<cac:OrderLine>",
            (
                "<cac:Delivery><cac:RequestedDeliveryPeriod><cbc:StartDate>2030-01-01</cbc:StartDate>"
                "</cac:RequestedDeliveryPeriod></cac:Delivery><cac:OrderLine>"
            ),
        )
    ],
}


@pytest.mark.parametrize("name", RUNS)
def test_an_odd_order_is_run_to_valid_invoices(name, tmp_path, assert_valid):
    done = run(variant(tmp_path, *RUNS[name]), "--adopt", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert sum(amounts(INVOICED, done.stdout)) == sum(amounts(TOTAL, done.stdout))
    written = sorted((tmp_path / "out").glob("*.xml"))
    assert written
    for path in written:
        assert_valid(path.read_bytes())


@pytest.mark.parametrize("code", REFUSALS)
def test_an_impossible_order_is_refused_with_its_reason(code, tmp_path):
    done = run(variant(tmp_path, *REFUSALS[code]), "--adopt")
    assert done.returncode == 1
    assert f"{code}:" in done.stdout
    assert "Traceback" not in done.stderr

"""Entries: what they refuse, and how each business fact is booked."""

from __future__ import annotations

import pytest

from salesorders.kernel.codec import decode, encode
from salesorders.kernel.errors import InvalidValue
from salesorders.ledger import (
    Entry,
    Line,
    application_entry,
    credit_note_entry,
    invoice_entry,
    receipt_entry,
    refund_entry,
    reversal,
    shipment_entry,
    write_off_entry,
)
from tests.ledger.builders import DAY, a_cycle, a_group, d, found


def sides(entry: Entry) -> dict[str, str]:
    return {line.role: str(line.signed) for line in entry.lines}


def refused(*lines: Line) -> str:
    with pytest.raises(InvalidValue) as caught:
        Entry("E1", "x/1", "test", DAY, "EUR", lines)
    return caught.value.code


@pytest.mark.parametrize(
    ("debit", "credit", "code"),
    [
        ("1", "1", "ledger.both_sided"),
        ("0", "0", "ledger.empty_line"),
        ("-1", "0", "ledger.negative"),
    ],
)
def test_a_line_has_one_side_above_nothing(debit: str, credit: str, code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        Line("AR", d(debit), d(credit))
    assert caught.value.code == code


def test_a_line_has_a_known_role() -> None:
    with pytest.raises(InvalidValue) as caught:
        Line("CASHBOX", d(1))
    assert caught.value.code == "ledger.role"


def test_an_entry_balances() -> None:
    assert refused(Line("AR", d("1.00")), Line("REVENUE", credit=d("0.99"))) == "ledger.unbalanced"


def test_an_entry_is_not_empty() -> None:
    assert refused() == "ledger.empty"


def test_an_entry_stands_at_the_minor_unit() -> None:
    assert refused(Line("AR", d("0.001")), Line("REVENUE", credit=d("0.001"))) == "money.precision"


def test_a_shipment_moves_goods_and_earns_revenue() -> None:
    entry = found(shipment_entry("E1", "shipment/SH-1", DAY, "EUR", d(1000), d(620)))
    assert sides(entry) == {
        "COGS": "620.00",
        "INVENTORY": "-620.00",
        "UNBILLED_AR": "1000.00",
        "REVENUE": "-1000.00",
    }


def test_a_shipment_worth_nothing_posts_nothing() -> None:
    assert shipment_entry("E1", "shipment/SH-1", DAY, "EUR", d(0)) is None


def test_goods_billed_before_take_up_the_contract_liability() -> None:
    entry = found(shipment_entry("E1", "shipment/SH-1", DAY, "EUR", d(1000), invoiced=True))
    assert sides(entry) == {"CONTRACT_LIABILITY": "1000.00", "REVENUE": "-1000.00"}


def test_an_invoice_makes_a_receivable() -> None:
    entry = found(
        invoice_entry("E1", "invoice/IN-1", DAY, "EUR", "C7", d(1000), [a_group()], d(1190))
    )
    assert sides(entry) == {"AR": "1190.00", "UNBILLED_AR": "-1000.00", "TAX_OUT": "-190.00"}
    assert [line.tax for line in entry.lines if line.role == "TAX_OUT"] == ["S19"]


def test_an_invoice_before_delivery_makes_a_contract_liability() -> None:
    entry = found(
        invoice_entry(
            "E1",
            "invoice/IN-1",
            DAY,
            "EUR",
            "C7",
            d(1000),
            [a_group()],
            d(1190),
            before_delivery=True,
        )
    )
    assert entry.amount("CONTRACT_LIABILITY") == d(-1000)


def test_an_invoice_whose_parts_do_not_add_up_is_refused() -> None:
    with pytest.raises(InvalidValue) as caught:
        invoice_entry("E1", "invoice/IN-1", DAY, "EUR", "C7", d(1000), [a_group()], d(1191))
    assert caught.value.code == "ledger.unbalanced"


def test_an_early_payment_reduces_revenue_and_tax() -> None:
    *_, entry = a_cycle()
    assert sides(entry) == {
        "UNAPPLIED": "1166.20",
        "DISCOUNT": "20.00",
        "TAX_OUT": "3.80",
        "AR": "-1190.00",
    }


def test_a_discount_over_two_rates_is_split_exactly() -> None:
    groups = [a_group("100.00", "19.00"), a_group("100.00", "7.00", 7), a_group("50.00", "0.00", 0)]
    entry = application_entry("E1", "p/1", DAY, "EUR", "C7", d("270.48"), d("5.52"), groups)
    assert entry.amount("DISCOUNT") + entry.amount("TAX_OUT") == d("5.52")
    assert [(line.tax, str(line.debit)) for line in entry.lines if line.role == "TAX_OUT"] == [
        ("S19", "0.38"),
        ("S7", "0.14"),
    ]


def test_a_discount_without_groups_leaves_tax_alone() -> None:
    entry = application_entry("E1", "p/1", DAY, "EUR", "C7", d("98.00"), d("2.00"))
    assert sides(entry) == {"UNAPPLIED": "98.00", "DISCOUNT": "2.00", "AR": "-100.00"}


def test_unidentified_money_waits_in_unapplied() -> None:
    receipt = receipt_entry("E1", "payment/P1", DAY, "EUR", d(500))
    applied = application_entry("E2", "payment/P1", DAY, "EUR", "C7", d(500), payer="")
    assert receipt.amount("UNAPPLIED") + applied.amount("UNAPPLIED") == 0
    assert applied.amount("AR") == d(-500)


def test_a_refund_takes_from_unapplied() -> None:
    assert sides(refund_entry("E1", "payment/P1", DAY, "EUR", d(5), "C7")) == {
        "UNAPPLIED": "5.00",
        "CASH": "-5.00",
    }


def test_a_small_write_off_corrects_tax() -> None:
    entry = write_off_entry("E1", "receivable/IN-1", DAY, "EUR", "C7", d("1.00"), [a_group()])
    assert sides(entry) == {"WRITE_OFF": "0.84", "TAX_OUT": "0.16", "AR": "-1.00"}


def test_a_credit_note_with_returned_goods_takes_back_revenue_and_cost() -> None:
    group = a_group("100.00", "19.00")
    entry = found(
        credit_note_entry("E1", "credit/CN-1", DAY, "EUR", "C7", d(100), [group], d(119), d(62))
    )
    assert sides(entry) == {
        "REVENUE": "100.00",
        "TAX_OUT": "19.00",
        "INVENTORY": "62.00",
        "AR": "-119.00",
        "COGS": "-62.00",
    }


@pytest.mark.parametrize("amount", ["-1.00", "0.00"])
def test_money_that_comes_in_is_above_nothing(amount: str) -> None:
    with pytest.raises(InvalidValue):
        receipt_entry("E1", "payment/P1", DAY, "EUR", d(amount))


def test_a_reversal_takes_everything_back_and_names_what_it_reverses() -> None:
    entry = a_cycle()[-1]
    back = reversal(entry, "E9", DAY)
    assert back.reverses == entry.id
    assert all(entry.amount(role) + back.amount(role) == 0 for role in sides(entry))


def test_an_entry_survives_storage() -> None:
    for entry in a_cycle():
        assert decode(encode(entry)) == entry

"""Charts, balances, the trial balance and control accounts."""

from __future__ import annotations

import pytest

from salesorders.kernel.errors import InvalidValue, NotFound
from salesorders.ledger import (
    DEFAULT_CHART,
    ROLES,
    Account,
    Chart,
    Line,
    balances,
    control,
    journal,
    receipt_entry,
    reconcile,
    trial_balance,
)
from tests.ledger.builders import DAY, a_cycle, d

THIN = Chart((Account("AR", "1200", "Receivables"),))


def test_the_default_chart_knows_every_role() -> None:
    assert {account.role for account in DEFAULT_CHART.accounts} == set(ROLES)


def test_the_most_specific_key_wins() -> None:
    chart = Chart(
        (
            Account("TAX_OUT", "2200", "VAT"),
            Account("TAX_OUT", "2219", "VAT 19", tax="S19"),
            Account("TAX_OUT", "2277", "VAT of C7", party="C7"),
        )
    )
    assert chart.account(Line("TAX_OUT", d(1), tax="S7")).code == "2200"
    assert chart.account(Line("TAX_OUT", d(1), tax="S19")).code == "2219"
    assert chart.account(Line("TAX_OUT", d(1), tax="S19", party="C7")).code == "2277"


def test_one_key_has_one_account() -> None:
    with pytest.raises(InvalidValue) as caught:
        Chart((Account("AR", "1", "a"), Account("AR", "2", "b")))
    assert caught.value.code == "chart.duplicate"


def test_a_role_without_an_account_is_refused_line_by_line() -> None:
    findings = THIN.check(a_cycle()[1])
    assert [(finding.code, finding.fact("role")) for finding in findings] == [
        ("ledger.unmapped", "UNBILLED_AR"),
        ("ledger.unmapped", "TAX_OUT"),
    ]


def test_a_report_with_an_unmapped_line_is_refused() -> None:
    with pytest.raises(NotFound) as caught:
        trial_balance(a_cycle(), THIN)
    assert caught.value.code == "ledger.unmapped"


def test_balances_add_up_to_nothing() -> None:
    assert sum(balance.balance for balance in balances(a_cycle())) == 0


def test_the_trial_balance_prints_debits_and_credits_that_agree() -> None:
    table = trial_balance(a_cycle(), DEFAULT_CHART)
    *_, total = table.rows
    assert total == ("EUR", "", "total", d("1806.20"), d("1806.20"))
    assert "EUR: debits 1,806.20 = credits 1,806.20" in str(table)


def test_the_journal_lists_every_line() -> None:
    entries = a_cycle()
    assert len(journal(entries, DEFAULT_CHART)) == sum(len(entry.lines) for entry in entries)


def test_control_is_per_currency_and_party() -> None:
    entries = [*a_cycle(), receipt_entry("E9", "payment/P9", DAY, "USD", d(7), "C8")]
    assert control(entries, "CASH", "USD") == 7
    assert control(entries, "UNAPPLIED", "USD", "C7") == 0
    with pytest.raises(InvalidValue) as caught:
        control(entries, "CASH")
    assert caught.value.code == "ledger.currency"


def test_the_sub_ledger_agrees_with_the_control_accounts() -> None:
    before = a_cycle()[:3]
    assert reconcile(before, d("1190.00"), d("1166.20"), "EUR") == ()
    assert reconcile(a_cycle(), d("0.00"), d("0.00"), "EUR") == ()


def test_a_difference_between_ledger_and_sub_ledger_is_found() -> None:
    findings = reconcile(a_cycle()[:3], d("1189.00"), d("0.00"), "EUR")
    assert [finding.code for finding in findings] == [
        "ledger.ar_control",
        "ledger.unapplied_control",
    ]
    assert all(finding.explain() for finding in findings)

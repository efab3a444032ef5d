"""What a type checker has to see in money and decisions; mypy reads this file, nobody runs it."""

from decimal import Decimal
from typing import assert_type

import salesorders as so

EUR = so.Money("1.00", "EUR")


def arithmetic_of_money_is_money() -> None:
    assert_type(EUR + EUR, so.Money)
    assert_type(EUR - EUR, so.Money)
    assert_type(-EUR, so.Money)
    assert_type(+EUR, so.Money)
    assert_type(abs(EUR), so.Money)
    assert_type(EUR * 2, so.Money)
    assert_type(EUR.times("0.19"), so.Money)
    assert_type(EUR.split([1, 2]), tuple[so.Money, ...])
    assert_type(so.Money.zero("EUR"), so.Money)


def two_times_money_is_money() -> None:
    assert_type(2 * EUR, so.Money)


def money_by_money_is_a_number() -> None:
    assert_type(EUR / EUR, Decimal)


def comparing_money_is_a_flag() -> None:
    assert_type(EUR < EUR, bool)
    assert_type(EUR >= EUR, bool)


def a_sum_of_money_is_money() -> None:
    assert_type(sum([EUR, EUR], so.Money.zero("EUR")), so.Money)


def totals_are_money(order: so.Order, invoice: so.IssuedInvoice) -> None:
    assert_type(order.total, so.Money)
    assert_type(invoice.balance, so.Money)


def rounding_money_has_no_result() -> None:
    EUR.round()


def a_policy_is_a_plain_function(
    account: so.CreditAccount, request: so.CreditRequest
) -> so.Finding:
    return so.Finding("mine.rule", so.Effect.REFER, "customer", {"limit": account.customer})


def versions_by_day_keep_their_type(dated: so.Dated[so.CreditPolicy]) -> None:
    from datetime import date

    assert_type(dated.on(date(2026, 1, 1)), so.CreditPolicy)

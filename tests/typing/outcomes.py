"""What a type checker has to see in the outcomes of verbs; mypy reads this file, nobody runs it.

An ignore that is not needed is an error here, so every one of them proves that mypy complains.
"""

from typing import assert_never, assert_type

import salesorders as so
from salesorders.lifecycle import Quote


def every_case_is_seen(outcome: so.Placed | so.Held | so.Rejected) -> str:
    match outcome:
        case so.Placed(order):
            assert_type(order, so.Order)
            return order.id
        case so.Held(order, decision):
            assert_type(decision, so.Decision)
            return order.id
        case so.Rejected(findings):
            assert_type(findings, tuple[so.Finding, ...])
            return findings[0].code
        case _:
            assert_never(outcome)


def a_missing_case_is_an_error(outcome: so.Placed | so.Held | so.Rejected) -> str:
    match outcome:
        case so.Placed(order):
            return order.id
        case so.Rejected():
            return ""
        case _:
            assert_never(outcome)  # type: ignore[arg-type]  # Held is not handled


def every_answer_to_a_change_is_seen(outcome: so.Amended | so.Held | so.Rejected) -> str:
    match outcome:
        case so.Amended(order, findings):
            assert_type(findings, tuple[so.Finding, ...])
            return order.status
        case so.Held() | so.Rejected():
            return "as it was"
        case _:
            assert_never(outcome)


def a_change_that_may_be_held_is_not_made_yet(desk: so.Desk) -> None:
    changes = [so.LineChange("1", 5)]
    amended = desk.orders.amend("SO-1", changes, reason="r")
    assert_type(amended, so.Amended | so.Held | so.Rejected)
    amended.order  # type: ignore[union-attr]  # noqa: B018  # Rejected holds none
    assert_type(desk.orders.cancel("SO-1", {"1": 5}, reason="r"), so.Cancelled | so.Rejected)
    assert_type(desk.orders.close("SO-1", reason="r"), so.Closed | so.Rejected)
    assert_type(desk.orders.reopen("SO-1", reason="r"), so.Reopened | so.Held | so.Rejected)
    assert_type(desk.cash.reverse("PY-1", reason="r"), so.Reversed | so.Rejected)


def a_missing_case_by_isinstance_is_an_error(outcome: so.Applied | so.Proposed) -> so.Payment:
    if isinstance(outcome, so.Applied):
        return outcome.payment
    assert_never(outcome)  # type: ignore[arg-type]  # Proposed is not handled


def unwrapping_gives_the_result(
    placed: so.Placed | so.Held,
    shipped: so.Shipped,
    issued: so.Issued,
    applied: so.Applied | so.Proposed | so.Unidentified,
    quote: Quote,
    amended: so.Amended | so.Held,
    back: so.Reversed,
) -> None:
    assert_type(placed.unwrap(), so.Order)
    assert_type(shipped.unwrap(), so.Shipment)
    assert_type(issued.unwrap(), so.IssuedInvoice)
    assert_type(applied.unwrap(), so.Payment)
    assert_type(quote.unwrap(), Quote)
    assert_type(amended.unwrap(), so.Order)
    assert_type(back.unwrap(), so.Payment)


def what_unwrap_gives_is_not_something_else(placed: so.Placed) -> so.IssuedInvoice:
    return placed.unwrap()  # type: ignore[return-value]  # an order is no invoice


def every_outcome_has_findings(outcome: so.Placed | so.Held | so.Rejected) -> None:
    assert_type(outcome.findings, tuple[so.Finding, ...])


def a_frozen_value_is_not_changed(placed: so.Placed) -> None:
    placed.order = placed.order  # type: ignore[misc]  # a frozen value refuses it


def a_rejected_order_has_no_order(outcome: so.Placed | so.Held | so.Rejected) -> None:
    outcome.order  # type: ignore[union-attr]  # noqa: B018  # Rejected holds none


def a_limit_is_set_or_an_account_refused(
    outcome: so.LimitChanged | so.Rejected,
) -> so.CreditAccount:
    match outcome:
        case so.LimitChanged(account):
            assert_type(account, so.CreditAccount)
            return account
        case so.Rejected():
            return outcome.unwrap()
        case _:
            assert_never(outcome)


def what_credit_runs_give(checked: so.Rechecked, counted: so.Recounted) -> None:
    assert_type(checked.unwrap(), tuple[str, ...])
    assert_type(counted.unwrap(), so.CreditAccount)
    checked.unwrap().append("SO-1")  # type: ignore[attr-defined]  # what was released is a fact

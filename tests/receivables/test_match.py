"""Matching: what is booked, what is held, and why."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salesorders.kernel.errors import InvalidValue
from salesorders.receivables import MatchingPolicy
from tests.receivables.builders import a_payment, an_item, booked, d, matched, paid, said

FIVE = an_item(1), an_item(2, "500.00"), an_item(3, "700.00")


@pytest.mark.parametrize(
    "reference",
    [
        "INV-2026-000001",
        "payment for INV-2026-000001, thanks.",
        "inv-2026-000001",
        "INV 2026 000001",
        "INV2026000001",
        "INV-2026-1",
        "Rechnung:INV-2026-000001",
        "IN-1",
    ],
)
def test_a_named_invoice_paid_in_full_is_settled(reference: str) -> None:
    answer = matched(a_payment(reference=reference), FIVE)
    assert booked(answer) == {"IN-1": ("1190.00", "0.00")}
    assert answer.outcome == "applied"
    assert answer.decision.allowed


def test_several_named_invoices_that_add_up_are_settled() -> None:
    answer = matched(a_payment("1200.00", "INV-2026-000002 + INV-2026-000003"), FIVE)
    assert set(booked(answer)) == {"IN-2", "IN-3"}


def test_an_earned_discount_is_granted_on_the_one_way_that_fits() -> None:
    items = an_item(1, discount=2), an_item(2, "500.00")
    answer = matched(a_payment("1666.20", "INV-2026-000001 INV-2026-000002"), items)
    assert booked(answer) == {"IN-1": ("1166.20", "23.80"), "IN-2": ("500.00", "0.00")}


def test_two_ways_to_take_the_discount_are_held() -> None:
    items = an_item(1, "100.00", discount=2), an_item(2, "100.00", discount=2)
    answer = matched(a_payment("198.00", "INV-2026-000001 INV-2026-000002"), items)
    assert said(answer) == {"match.ambiguous"}
    assert len(answer.candidates) == 2
    assert not answer.allocations


def test_the_last_day_of_the_discount_still_counts_and_the_next_does_not() -> None:
    item = an_item(1, discount=2, discount_until=date(2026, 12, 1))
    reference = "INV-2026-000001"
    assert booked(matched(a_payment("1166.20", reference), [item]))["IN-1"][1] == "23.80"
    late = matched(a_payment("1166.20", reference, on=date(2026, 12, 2)), [item])
    assert booked(late) == {"IN-1": ("1166.20", "0.00")}
    assert said(late) == {"discount.late", "match.partial"}


def test_a_named_invoice_paid_in_part_keeps_the_rest_open() -> None:
    answer = matched(a_payment("1000.00", "INV-2026-000001"), FIVE)
    assert booked(answer) == {"IN-1": ("1000.00", "0.00")}
    assert said(answer) == {"match.partial"}


def test_a_tolerance_is_the_lower_of_amount_and_percent() -> None:
    policy = MatchingPolicy(tolerance_amount=d(5), tolerance_percent=d("0.1"))
    reference = "INV-2026-000001"
    assert said(matched(a_payment("1188.81", reference), FIVE, policy)) == {"match.tolerance"}
    assert said(matched(a_payment("1188.80", reference), FIVE, policy)) == {"match.partial"}


def test_no_tolerance_without_a_reference() -> None:
    policy = MatchingPolicy(tolerance_amount=d(5), tolerance_percent=d(1))
    assert said(matched(a_payment("1189.00"), FIVE, policy)) == {"payment.unmatched"}


def test_a_surplus_over_the_named_invoices_stays_on_account() -> None:
    answer = matched(a_payment("1200.00", "INV-2026-000001"), FIVE)
    assert booked(answer) == {"IN-1": ("1190.00", "0.00")}
    assert said(answer) == {"payment.surplus"}


def test_several_named_invoices_paid_short_are_proposed() -> None:
    answer = matched(a_payment("1000.00", "INV-2026-000002, INV-2026-000003"), FIVE)
    assert answer.outcome == "proposed"
    assert said(answer) == {"match.short"}
    assert not answer.decision.allowed


def test_without_a_reference_one_fitting_set_of_a_known_payer_is_settled() -> None:
    answer = matched(a_payment("1690.00", "thank you"), FIVE)
    assert set(booked(answer)) == {"IN-1", "IN-2"}


def test_an_amount_that_fits_one_set_less_its_discount_is_settled() -> None:
    answer = matched(a_payment("98.00"), [an_item(1, "100.00", discount=2), an_item(2, "55.00")])
    assert booked(answer) == {"IN-1": ("98.00", "2.00")}


def test_two_equal_invoices_without_a_reference_are_never_guessed_between() -> None:
    answer = matched(a_payment("500.00"), [an_item(1, "500.00"), an_item(2, "500.00")])
    assert not answer.allocations
    assert {candidate.invoices for candidate in answer.candidates} == {("IN-1",), ("IN-2",)}
    assert answer.decision.codes == {"match.ambiguous"}


def test_the_usual_order_is_not_offered_beside_the_set_that_it_comes_to() -> None:
    items = [an_item(1, "100.00"), an_item(2, "70.00")]
    answer = matched(a_payment("100.00", "INV-2026-000001 INV-2026-000002"), items)
    assert [candidate.invoices for candidate in answer.candidates] == [("IN-1",)]
    other = matched(a_payment("70.00", "INV-2026-000001 INV-2026-000002"), items)
    assert {candidate.invoices for candidate in other.candidates} == {("IN-1",), ("IN-2",)}


def test_candidates_are_bounded_by_the_policy() -> None:
    items = [an_item(n, "500.00") for n in range(1, 11)]
    answer = matched(a_payment("500.00"), items, MatchingPolicy(candidates_max=3))
    assert len(answer.candidates) == 3


def test_what_fits_nothing_stays_on_account() -> None:
    answer = matched(a_payment("1.00"), FIVE)
    assert (answer.outcome, said(answer)) == ("on account", {"payment.unmatched"})


def test_an_amount_alone_does_not_say_who_paid() -> None:
    answer = matched(a_payment("1190.00", customer=""), FIVE)
    assert (answer.outcome, answer.candidates) == ("unidentified", ())


def test_a_reference_to_one_customers_invoices_and_the_exact_amount_say_who_paid() -> None:
    items = [an_item(1), an_item(2, "1190.00", customer="C8")]
    answer = matched(a_payment("1190.00", "INV-2026-000002", customer=""), items)
    assert (answer.customer, answer.outcome) == ("C8", "applied")


def test_a_reference_with_another_amount_does_not_say_who_paid() -> None:
    answer = matched(a_payment("1000.00", "INV-2026-000001", customer=""), FIVE)
    assert (answer.customer, answer.allocations) == ("", ())


def test_invoices_of_two_customers_do_not_say_who_paid() -> None:
    items = [an_item(1, "10.00"), an_item(2, "20.00", customer="C8")]
    answer = matched(a_payment("30.00", "INV-2026-000001 INV-2026-000002", customer=""), items)
    assert answer.outcome == "unidentified"


def test_an_invoice_of_somebody_else_holds_the_payment() -> None:
    items = [an_item(1), an_item(2, "1190.00", customer="C8")]
    answer = matched(a_payment("1190.00", "INV-2026-000002"), items)
    assert said(answer) == {"payment.other_customer"}
    assert not answer.allocations


def test_the_order_reference_names_the_orders_invoices() -> None:
    items = [an_item(1, "100.00", order_reference="PO-4711"), an_item(2, "100.00")]
    assert set(booked(matched(a_payment("100.00", "po 4711"), items))) == {"IN-1"}


def test_one_fitting_invoice_of_a_named_order_is_settled() -> None:
    items = [
        an_item(1, "100.00", order="SO-1"),
        an_item(2, "60.00", order="SO-1"),
        an_item(3, "60.00"),
    ]
    assert set(booked(matched(a_payment("60.00", "SO-1"), items))) == {"IN-2"}


def test_another_customers_order_reference_means_nothing() -> None:
    items = [an_item(1, "100.00"), an_item(2, "70.00", customer="C8", order_reference="4711")]
    assert set(booked(matched(a_payment("100.00", "4711"), items))) == {"IN-1"}


def test_a_number_inside_another_number_is_not_named() -> None:
    items = [an_item(1, number="INV-1"), an_item(12, "1190.00", number="INV-12")]
    assert set(booked(matched(a_payment("1190.00", "INV-12"), items))) == {"IN-12"}


def test_an_exact_number_beats_one_that_is_only_like_it() -> None:
    items = [an_item(1, number="INV-01"), an_item(2, "1190.00", number="INV-1")]
    assert set(booked(matched(a_payment("1190.00", "INV-1"), items))) == {"IN-2"}


def test_text_that_fits_two_numbers_names_neither() -> None:
    items = [an_item(1, number="INV-1-23"), an_item(2, "1190.00", number="INV-12-3")]
    answer = matched(a_payment("1190.00", "INV123"), items)
    assert said(answer) == {"match.reference_unclear"}
    assert not answer.allocations


@given(
    st.integers(1, 9_999_999), st.sampled_from(["INV-2026-{:06d}", "inv 2026 {}", "INV2026-{:08d}"])
)
@example(10_000, "INV-2026-{:06d}")
@example(1_000_000, "inv 2026 {}")
def test_every_number_is_found_however_many_zeros_it_ends_with(n: int, written: str) -> None:
    items = [an_item(n, "60.00"), an_item(n + 1, "60.00")]
    assert set(booked(matched(a_payment("60.00", written.format(n)), items))) == {f"IN-{n}"}


def test_an_unknown_number_holds_what_only_the_amount_explains() -> None:
    answer = matched(a_payment("1190.00", "INV-2026-000099"), FIVE)
    assert said(answer) == {"match.reference_unknown"}
    assert [candidate.invoices for candidate in answer.candidates] == [("IN-1",)]


def test_a_day_in_the_text_is_no_invoice_number() -> None:
    items = [an_item(17, "100.00", number="17"), an_item(2, "60.00")]
    assert set(booked(matched(a_payment("60.00", "our payment of 17 May"), items))) == {"IN-2"}
    assert set(booked(matched(a_payment("100.00", "17"), items))) == {"IN-17"}


def test_an_invoice_paid_twice_stays_on_account() -> None:
    items = [paid(an_item(1)), an_item(2, "1190.00")]
    answer = matched(a_payment("1190.00", "INV-2026-000001"), items)
    assert said(answer) == {"payment.already_paid"}
    assert answer.outcome == "on account"


def test_items_of_another_currency_are_not_settled() -> None:
    answer = matched(a_payment(reference="INV-2026-000001"), [an_item(1, currency="USD")])
    assert said(answer) == {"payment.other_currency"}


def test_a_search_without_end_is_held() -> None:
    items = [an_item(n, f"{1000 + n * n}.{n:02d}") for n in range(1, 40)]
    answer = matched(a_payment("9876.54"), items, MatchingPolicy(search_states_max=1_000))
    assert said(answer) == {"match.too_many"}


def test_only_what_is_not_yet_applied_is_matched() -> None:
    payment = a_payment("1690.00").allocate("IN-9", d("500.00"))
    assert set(booked(matched(payment, FIVE))) == {"IN-1"}


def test_a_payment_that_is_used_up_has_nothing_to_match() -> None:
    payment = a_payment("500.00").allocate("IN-9", d("500.00"))
    assert said(matched(payment, FIVE)) == {"match.nothing"}


def test_an_invoice_that_stands_twice_is_refused() -> None:
    with pytest.raises(InvalidValue) as caught:
        matched(a_payment(), [an_item(1), an_item(1)])
    assert caught.value.code == "match.twice"


def test_every_finding_has_a_sentence() -> None:
    answers = [
        matched(a_payment("500.00"), [an_item(1, "500.00"), an_item(2, "500.00")]),
        matched(a_payment("1.00"), FIVE),
        matched(a_payment("1200.00", "INV-2026-000001"), FIVE),
        matched(a_payment("1000.00", "INV-2026-000002, INV-2026-000003"), FIVE),
    ]
    for answer in answers:
        for finding in answer.decision.findings:
            assert finding.explain()
            assert not finding.explain().startswith(finding.code)

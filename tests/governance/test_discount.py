"""Discount authority: measured on what is left of the list price after everything (P06, F3)."""

from datetime import UTC, datetime
from decimal import Decimal, localcontext

import pytest

from salesorders.governance import (
    AuthorityLevel,
    AuthorityPolicy,
    DiscountedLine,
    DiscountRequest,
    decide_discount,
)
from salesorders.kernel.actors import Actor
from salesorders.kernel.decision import Effect
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.money import split

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANN, BOB, EVE = Actor("ann", "sales"), Actor("bob", "sales-manager"), Actor("eve")


def a_request(*lines):
    """Lines of (worth at list, taken off)."""
    return DiscountRequest(
        "order/SO-1",
        tuple(
            DiscountedLine(str(n), None if listed is None else Decimal(listed), Decimal(off))
            for n, (listed, off) in enumerate(lines, 1)
        ),
    )


def decided(*lines, by=ANN, policy=None):
    return decide_discount(a_request(*lines), by, policy or AuthorityPolicy(), NOON)


def measured(decision):
    return {finding.path: finding.fact("discount") for finding in decision.findings}


def test_84_of_100_is_16_percent_and_beyond_sales():
    decision = decided(("100.00", "16.00"))
    assert decision.codes == {"discount.authority"}
    assert measured(decision) == {"lines[0]": Decimal("16.00"), "document": Decimal("16.00")}


def test_84_of_100_is_within_a_managers_authority():
    assert decided(("100.00", "16.00"), by=BOB).allowed


def test_p06_a_document_discount_counts_on_every_line_by_its_net():
    """FORMULAS F3: A 10 x 100 at 90, B 4 x 50 at 50, 60 off the document."""
    share_a, share_b = split(Decimal("60.00"), [Decimal("900.00"), Decimal("200.00")], 2)
    with localcontext() as context:
        context.prec = 50
        decision = decided(("1000.00", Decimal("100.00") + share_a), ("200.00", share_b))
    assert measured(decision) == {
        "lines[0]": Decimal("14.91"),
        "lines[1]": Decimal("5.46"),
        "document": Decimal("13.33"),
    }


def test_ten_percent_is_within_and_a_hundredth_more_is_not():
    assert decided(("100.00", "10.00")).allowed
    assert not decided(("100.00", "10.01")).allowed


def test_the_percentage_is_rounded_to_two_decimals_before_it_is_judged():
    assert decided(("1000.00", "100.04")).allowed


def test_a_line_without_list_price_counts_as_the_highest_level():
    decision = decided((None, "0"))
    assert decision.codes == {"discount.no_list_price"}
    assert decision.findings[0].fact("approvers") == ("sales-manager",)


def test_a_line_without_list_price_is_no_obstacle_for_who_has_no_bound():
    assert decided((None, "0"), by=BOB).allowed


def test_who_has_no_level_gives_nothing():
    assert decided(("100.00", "0.01"), by=EVE).codes == {"discount.authority"}


def test_where_nothing_is_taken_off_nothing_is_asked():
    assert decided(("100.00", "0")).findings == ()


def test_the_cure_names_who_may_and_how_far_to_go_down():
    (finding, _) = decided(("100.00", "16.00")).findings
    assert (finding.fact("approvers"), finding.fact("to")) == (("sales-manager",), Decimal(10))


def test_every_line_is_judged_even_where_the_document_is_within():
    decision = decided(("100.00", "50.00"), ("900.00", "0"))
    effects = {finding.path: finding.effect for finding in decision.findings}
    assert effects == {"lines[0]": Effect.REFER, "document": Effect.ALLOW}


def test_the_highest_of_several_roles_counts():
    policy = AuthorityPolicy(levels=(AuthorityLevel("sales", 10), AuthorityLevel("lead", 20)))
    both = Actor("ann", ["sales", "lead"])
    assert decided(("100.00", "20.00"), by=both, policy=policy).allowed


def test_who_may_give_is_named_from_the_least_authority_up():
    policy = AuthorityPolicy(
        levels=(
            AuthorityLevel("boss", None),
            AuthorityLevel("lead", 20),
            AuthorityLevel("sales", 10),
        )
    )
    assert policy.may_give(Decimal(15)) == ("lead", "boss")
    assert policy.may_give(None) == ("boss",)


def test_an_authority_of_zero_is_zero():
    policy = AuthorityPolicy(levels=(AuthorityLevel("sales", 0),))
    assert not decided(("100.00", "0.01"), policy=policy).allowed


@pytest.mark.parametrize("percent", ["101", "-1", 1.5, True, "much"])
def test_a_malformed_level_is_refused(percent):
    with pytest.raises(SalesOrdersError) as caught:
        AuthorityLevel("sales", percent)
    assert caught.value.path == "discount_percent_max"


def test_what_was_given_away_free_of_list_worth_is_no_percentage():
    assert decided(("0", "0.01")).allowed


def test_the_decision_keeps_policy_subject_and_moment():
    decision = decided(("100.00", "1.00"))
    assert (decision.subject, decision.asked_at) == ("order/SO-1", NOON)
    assert decision.policy == AuthorityPolicy().version


def test_six_digits_of_the_host_change_no_percentage():
    with localcontext() as context:
        context.prec = 6
        decision = decided(("1234567.89", "123456.79"), ("0.11", "0"))
    assert measured(decision)["document"] == Decimal("10.00")

"""Approval: never by a maker, and only as far as the approver's own authority reaches (P05)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.governance import (
    AuthorityLevel,
    AuthorityPolicy,
    DiscountedLine,
    DiscountRequest,
    decide_approval,
    four_eyes,
)
from salesorders.kernel.actors import Actor

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIXTEEN = DiscountRequest("order/SO-1", (DiscountedLine("1", Decimal("100.00"), Decimal("16.00")),))
UNLISTED = DiscountRequest("order/SO-1", (DiscountedLine("1", None, Decimal(0)),))
people = st.sampled_from(["ann", "bob", "eve", "max"])
roles = st.frozensets(st.sampled_from(["sales", "sales-manager", "credit", "lead"]))


def decided(approver, makers, request=SIXTEEN, policy=None):
    return decide_approval(request, approver, makers, policy or AuthorityPolicy(), NOON, "agreed")


def test_a_manager_who_did_not_make_it_approves():
    decision = decided(Actor("bob", "sales-manager"), ["ann"])
    assert decision.allowed
    assert [finding.code for finding in decision.findings] == ["approval.given"]
    assert decision.findings[0].fact("reason") == "agreed"


def test_a_manager_who_made_it_does_not():
    assert decided(Actor("bob", "sales-manager"), ["ann", "bob"]).codes == {"approval.own"}


def test_too_little_authority_does_not_approve():
    assert decided(Actor("eve", "sales"), ["ann"]).codes == {"discount.authority"}


def test_a_maker_without_authority_hears_both_reasons():
    codes = decided(Actor("ann", "sales"), ["ann"]).codes
    assert codes == {"discount.authority", "approval.own"}


def test_an_unlisted_line_is_approved_at_the_highest_level_only():
    assert decided(Actor("eve", "sales"), ["ann"], UNLISTED).codes == {"discount.no_list_price"}
    assert decided(Actor("bob", "sales-manager"), ["ann"], UNLISTED).allowed


@settings(deadline=None, max_examples=60)
@given(people, roles, st.lists(people, min_size=1), st.sampled_from([SIXTEEN, UNLISTED]))
def test_p05_no_role_lets_a_maker_approve(person, held, makers, request):
    decision = decided(Actor(person, held), makers, request)
    if person in makers:
        assert not decision.allowed
        assert "approval.own" in decision.codes
    else:
        assert decision.allowed == ("sales-manager" in held)


@settings(deadline=None, max_examples=60)
@given(people, st.dictionaries(st.sampled_from(["sales", "lead"]), st.integers(0, 100)), roles)
def test_p05_no_policy_lets_a_maker_approve(person, percents, held):
    given_ = [AuthorityLevel(role, percent) for role, percent in percents.items()]
    levels = (AuthorityLevel("sales-manager", None), *given_)
    decision = decided(Actor(person, held), [person], policy=AuthorityPolicy(levels=levels))
    assert "approval.own" in decision.codes


@pytest.mark.parametrize(
    ("makers", "count"), [([], 0), (["ann"], 1), (["Ann"], 0), (["annabel"], 0)]
)
def test_four_eyes_compare_persons_exactly(makers, count):
    assert len(four_eyes(Actor("ann", "sales-manager"), makers)) == count

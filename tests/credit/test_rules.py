"""Every rule, one fact at a time; what is missing holds, and zero is a number."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from salesorders.credit import (
    RULES,
    Collateral,
    CreditLimit,
    CreditPolicy,
    CreditTerms,
    Evidence,
    ExchangeRate,
    Exclusion,
    Horizon,
    Score,
    TemporaryLimit,
    decide_release,
)
from salesorders.credit.asking import payment_needed, what_if
from salesorders.credit.requests import ReleaseRequest
from salesorders.kernel.actors import Actor
from salesorders.kernel.change import changed
from salesorders.kernel.decision import Effect
from salesorders.kernel.money import Money
from salesorders.kernel.policy import PolicyVersion
from tests.credit.builders import (
    NOON,
    TODAY,
    a_chain,
    a_request,
    an_account,
    decided,
    refused,
    the_finding,
)

DAY = timedelta(days=1)


# --- currencies: a rate or a hold


def in_dollars(**more):
    return an_account("1000", limit_currency="USD", open_items="800", **more)


def test_a_limit_in_dollars_is_compared_in_dollars():
    rate = Evidence(rates=(ExchangeRate("EUR", "USD", "1.10", TODAY),))
    finding = the_finding(decided("110", in_dollars(), evidence=rate), "credit.limit")
    assert finding.fact("exposure_after") == Money("1001.00", "USD")
    assert decided("109.09", in_dollars(), evidence=rate).allowed


def test_a_missing_rate_holds_and_says_why():
    late = Evidence(rate_failure="time_out")
    finding = the_finding(decided("1", in_dollars(), evidence=late), "credit.rate_missing")
    assert finding.fact("why") == "time out"
    assert decided("1", in_dollars()).codes == {"credit.rate_missing"}


def test_a_rate_the_other_way_round_is_no_rate():
    turned = Evidence(rates=(ExchangeRate("USD", "EUR", "0.90", TODAY),))
    assert decided("1", in_dollars(), evidence=turned).codes == {"credit.rate_missing"}


def test_a_rate_older_than_the_policy_allows_holds():
    old = Evidence(rates=(ExchangeRate("EUR", "USD", "1.10", TODAY - 3 * DAY),))
    assert decided("1", in_dollars(), evidence=old).allowed
    policy = CreditPolicy(rate_age_days_max=2)
    assert decided("1", in_dollars(), policy, evidence=old).codes == {"credit.rate_stale"}


def test_an_order_in_another_currency_without_a_rate_meets_no_maximum_either():
    decision = decided(
        "1", an_account(), CreditPolicy(document_maximum=Decimal(50)), currency="USD"
    )
    assert decision.codes == {"credit.rate_missing"}


# --- what is not known by date


def test_days_that_are_not_kept_hold_where_a_rule_asks_by_date():
    account = an_account(open_orders="10")
    policy = CreditPolicy(horizon=Horizon(days=30))
    assert decided("1", account, policy).codes == {"credit.exposure_unknown"}
    assert decided("1", an_account(), policy).allowed


def test_an_order_that_nobody_dated_counts_within_every_horizon():
    account = an_account("100", items={}).claim(Decimal(60)).claim(Decimal(40), date(2027, 1, 1))
    policy = CreditPolicy(horizon=Horizon(days=1))
    assert decided("40", account, policy).allowed
    assert decided("40.01", account, policy).codes == {"credit.limit"}


# --- limits


def test_a_limit_that_ended_holds():
    account = an_account()
    ended = CreditLimit.of("250000", "EUR", until=TODAY - DAY)
    still = CreditLimit.of("250000", "EUR", until=TODAY)
    assert decided("1", an_account().__class__("C7", ended, account.exposure)).codes == {
        "credit.limit_expired"
    }
    assert decided("1", an_account().__class__("C7", still, account.exposure)).allowed


def test_a_temporary_limit_has_an_end_and_no_unlimited_account_needs_one():
    assert refused(TemporaryLimit, "1", TODAY, None) == ("credit.endless", "until")
    assert refused(TemporaryLimit, "1", TODAY, TODAY - DAY) == ("credit.span", "until")
    assert refused(TemporaryLimit, "-1", TODAY, TODAY) == ("money.negative", "amount")
    extra = TemporaryLimit("1", TODAY, TODAY)
    assert an_account("unlimited", temporary=(extra,)).limit_on(TODAY).kind == "unlimited"


def test_only_so_much_of_the_limit_may_be_used():
    account = an_account("10000", open_items="5000")
    policy = CreditPolicy(limit_percent=Decimal(90))
    assert decided("4000", account, policy).allowed
    assert decided("4500", account, policy).codes == {"credit.limit"}


def test_collateral_counts_once_on_its_days_and_never_more_than_the_items():
    guarantee = Collateral("G1", "1000", TODAY, TODAY + 10 * DAY, 50)
    account = an_account(open_items="400", collateral=(guarantee,))
    assert account.counted(TODAY) == 0
    assert account.counted(TODAY + 11 * DAY) == 400
    more = an_account(open_items="900", open_orders="100", collateral=(guarantee,))
    assert more.counted(TODAY) == 500


def test_disputed_items_stay_in_unless_the_policy_leaves_them_out():
    account = an_account("100", disputed="90")
    assert decided("11", account).codes == {"credit.limit"}
    assert decided("11", account, CreditPolicy(disputed_counts=False)).allowed


# --- groups and pools


def test_every_ancestor_has_to_let_pass():
    own, group = an_account("1000", within=("G",)), an_account("100", name="G", open_orders="90")
    assert decided("10", a_chain(own, group)).allowed
    finding = the_finding(decided("10.01", a_chain(own, group)), "credit.limit")
    assert finding.fact("customer") == "G"


def test_a_child_without_a_limit_lives_on_the_groups():
    own = an_account(None, within=("G",))
    assert decided("10", a_chain(own, an_account("100", name="G"))).allowed
    assert decided("10", a_chain(own, an_account(None, name="G"))).codes == {"credit.no_limit"}
    assert decided("101", a_chain(own, an_account("100", name="G"))).codes == {"credit.limit"}


def test_a_group_whose_limit_ended_holds_its_members_whatever_theirs_is():
    ended = CreditLimit.of("100", "EUR", until=TODAY - DAY)
    group = changed(an_account(name="G"), limit=ended)
    for limit, more in ((None, {"credit.no_limit"}), ("unlimited", set())):
        answer = decided("100000", a_chain(an_account(limit, within=("G",)), group))
        assert not answer.allowed
        assert answer.codes == {"credit.limit_expired"} | more
        assert the_finding(answer, "credit.limit_expired").fact("customer") == "G"


def test_a_member_lives_on_the_limit_above_that_still_runs():
    ended = CreditLimit.of("100", "EUR", until=TODAY)
    group = changed(an_account(name="G"), limit=ended)
    chain = a_chain(an_account(None, within=("G",)), group)
    assert decided("100", chain).allowed
    assert decided("101", chain).codes == {"credit.limit"}


def test_every_step_moves_the_whole_chain():
    chain = a_chain(an_account(), an_account(name="G", open_orders="5"), an_account(name="P"))
    moved = chain.claim(Decimal(30)).deliver(Decimal(20)).bill(Decimal(20)).receive(Decimal(8))
    moved = moved.settle(Decimal(8), Decimal(2))
    assert [one.exposure.open_items for one in moved.accounts] == [10, 10, 10]
    assert [one.exposure.open_orders for one in moved.accounts] == [10, 15, 10]
    assert moved.unsettle(Decimal(8), Decimal(2)).unreceive(Decimal(8)).exposure.unapplied == 0


# --- standing


def test_a_blocked_account_refuses_and_one_on_hold_holds():
    assert decided("1", an_account(status="blocked")).effect is Effect.REFUSE
    assert decided("1", an_account(status="on_hold")).effect is Effect.REFER


def test_a_release_by_hand_does_not_open_a_blocked_account():
    asked = ReleaseRequest(a_request("1"), "because", ("ann",))
    blocked = an_account(status="blocked")
    decision, _ = decide_release(asked, blocked, CreditPolicy(), Actor("ben", ["credit"]), NOON)
    assert decision.codes == {"credit.account_blocked"}


@pytest.mark.parametrize(
    ("evidence", "codes"),
    [
        (Evidence(), {"credit.score_missing"}),
        (Evidence(score_failure="time_out"), {"credit.score_missing"}),
        (Evidence(Score("C7", 300, TODAY, TODAY)), {"credit.score"}),
        (Evidence(Score("C7", 600, TODAY, TODAY)), set()),
        (Evidence(Score("C7", 600, TODAY - 2 * DAY, TODAY - DAY)), {"credit.score_stale"}),
    ],
    ids=["none", "time-out", "low", "enough", "stale"],
)
def test_a_score_is_there_in_time_and_high_enough(evidence, codes):
    policy = CreditPolicy(score_min=Decimal(500))
    assert decided("1", an_account(), policy, evidence=evidence).codes == codes


def test_some_risk_classes_are_always_looked_at():
    policy = CreditPolicy(risk_classes_referred=("D",))
    assert decided("1", an_account(risk_class="D"), policy).codes == {"credit.risk_class"}
    assert decided("1", an_account(risk_class="A"), policy).allowed


def test_a_risk_class_may_have_a_policy_of_its_own():
    strict = CreditPolicy(PolicyVersion("strict"), document_maximum=Decimal(10))
    policy = CreditPolicy(by_class=(("D", strict),))
    decision = decided("11", an_account(risk_class="D"), policy)
    assert decision.codes == {"credit.document_maximum"}
    assert decision.policy.name == "strict"
    assert decided("11", an_account(risk_class="A"), policy).allowed


def test_longer_terms_or_more_discount_than_agreed_are_looked_at():
    account = an_account(terms=CreditTerms(30, Decimal(2)))
    policy = CreditPolicy(terms_change_holds=True)
    for terms in (CreditTerms(31, Decimal(2)), CreditTerms(30, Decimal(3))):
        assert decided("1", account, policy, terms=terms).codes == {"credit.terms_changed"}
    assert decided("1", account, policy, terms=CreditTerms(14)).allowed


# --- prepaid: only while covered


def test_what_is_authorised_exempts_up_to_its_end_and_its_amount():
    account = an_account("0")
    until = NOON + timedelta(hours=1)
    asked = {"prepaid": True, "authorised": Decimal(50), "authorised_until": until}
    assert decided("50", account, **asked).allowed
    short = the_finding(decided("51", account, **asked), "credit.prepayment")
    assert short.fact("missing") == Money("1", "EUR")
    asked["authorised_until"] = NOON
    late = the_finding(decided("50", account, **asked), "credit.prepayment")
    assert late.fact("missing") == Money("50", "EUR")


# --- exclusions, in a printed order


def test_the_first_exclusion_that_fits_decides_and_every_rule_still_reports():
    exclusions = (
        Exclusion("other customer", customers=("C8",)),
        Exclusion("small", amount_max=Decimal(50)),
        Exclusion("ours", customers=("C7",)),
    )
    policy = CreditPolicy(exclusions=exclusions)
    decision = decided("50", an_account("0"), policy)
    assert decision.allowed
    excluded, *others = decision.findings
    assert (excluded.fact("exclusion"), excluded.fact("place")) == ("small", 2)
    assert [one.fact("overridden_by") for one in others] == ["small"]
    assert "small" in decision.explain()


def test_an_exclusion_overrides_what_it_names_and_no_refusal():
    policy = CreditPolicy(
        exclusions=(
            Exclusion("late is fine", customers=("C7",), overrides=("credit.oldest_item",)),
        ),
        oldest_item_days_max=10,
    )
    account = an_account("100", items={date(2026, 1, 1): "50"})
    assert decided("50", account, policy).allowed
    assert decided("51", account, policy).codes == {"credit.limit"}
    always = CreditPolicy(exclusions=(Exclusion("ours", customers=("C7",)),))
    assert decided("1", an_account(status="blocked"), always).codes == {"credit.account_blocked"}


def test_a_rule_of_the_hosts_own_is_asked_like_any_other():
    def no_fridays(request, account, policy):
        return None

    policy = CreditPolicy(rules=(no_fridays,))
    assert decided("999999999", an_account(None), policy).findings == ()


@pytest.mark.parametrize("answer", [5, "no", [], (), iter([])])
@pytest.mark.parametrize("above", [True, False])
def test_a_rule_of_the_hosts_own_answers_with_a_finding_or_nothing(answer, above):
    own = an_account("1000", within=("G",) if above else ())
    chain = a_chain(own, an_account("1000", name="G")) if above else own
    small = Exclusion("small", amount_max=50)
    policy = CreditPolicy(
        rules=(*RULES, lambda request, account, policy: answer), exclusions=(small,)
    )
    assert refused(lambda: decided(5, chain, policy)) == ("credit.rule", "rules")


# --- what if


def test_the_payment_is_the_smallest_that_would_do():
    account = an_account("100", items={date(2026, 1, 1): "30", date(2026, 3, 30): "60"})
    policy = CreditPolicy(oldest_item_days_max=10)
    # 30 of it are late; 20 would make room for the order, but would leave 10 late.
    assert payment_needed(a_request("30"), account, policy, NOON) == Money("30.00", "EUR")
    assert payment_needed(a_request("50"), account, policy, NOON) == Money("40.00", "EUR")


def test_no_payment_helps_against_what_is_no_money_matter():
    assert payment_needed(a_request("1"), an_account(None), CreditPolicy(), NOON) is None


def test_a_group_feels_the_payment_of_its_member():
    own = an_account("unlimited", open_items="80", within=("G",))
    group = an_account("100", name="G", open_items="90")
    assert payment_needed(a_request("30"), a_chain(own, group), CreditPolicy(), NOON) == Money(
        "20.00", "EUR"
    )


def test_what_if_takes_another_limit_value_or_payment():
    account = an_account("100", open_items="90")
    asked = a_request("20")
    assert not what_if(asked, account, CreditPolicy(), NOON).decision.allowed
    assert what_if(asked, account, CreditPolicy(), NOON, limit="110").decision.allowed
    assert what_if(asked, account, CreditPolicy(), NOON, pays=Decimal(10)).decision.allowed
    assert what_if(asked, account, CreditPolicy(), NOON, amount=Decimal(10)).decision.allowed
    assert refused(what_if, asked, account, CreditPolicy(), NOON, pays=Decimal(-1)) == (
        "money.negative",
        "pays",
    )


# --- bad input


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Score("C7", 1, TODAY, TODAY - DAY), ("credit.span", "expires_on")),
        (lambda: Score("C7", 1.5, TODAY, TODAY), ("number.type", "value")),
        (lambda: ExchangeRate("EUR", "USD", "0", TODAY), ("credit.rate", "rate")),
        (lambda: ExchangeRate("EUR", "USD", "-1", TODAY), ("credit.rate", "rate")),
        (lambda: ExchangeRate("EUR", "ZZZ", "1", TODAY), ("currency.unknown", "target_currency")),
        (lambda: Collateral("G", "-1", TODAY, TODAY), ("money.negative", "amount")),
        (lambda: Collateral("G", "1", TODAY, TODAY - DAY), ("credit.span", "valid_to")),
        (lambda: Collateral("G", "1", TODAY, TODAY, 101), ("rate.range", "coverage_percent")),
        (lambda: an_account(status="closed"), ("credit.status", "status")),
        (lambda: a_request("1", checkpoint="lunch"), ("credit.checkpoint", "checkpoint")),
        (lambda: a_request("1", claimed=Decimal(-1)), ("money.negative", "claimed")),
        (lambda: CreditPolicy(checkpoints=("lunch",)), ("credit.checkpoint", "checkpoints")),
        (lambda: CreditPolicy(horizon=30), ("credit.horizon", "horizon")),
        (lambda: Exclusion("all"), ("credit.exclusion", "exclusion")),
        (lambda: CreditPolicy(score_min=0.5), ("number.type", "score_min")),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_is_said(make, said):
    assert refused(make) == said


def test_what_is_worth_less_and_leaves_sooner_is_asked_only_where_it_comes_into_the_horizon():
    near, far = TODAY + 5 * DAY, TODAY + 90 * DAY
    account = an_account("10", orders={near: 50, far: 50})
    policy = CreditPolicy(horizon=Horizon(days=30))

    def changes(was, now):
        more = {"checkpoint": "amend", "claimed": Decimal(50), "claimed_on": was, "ships_on": now}
        return decided("40", account, policy, **more).codes

    assert changes(far, near) == {"credit.limit"}
    assert changes(near, TODAY) == set()
    assert changes(far, far - DAY) == set()

"""Settings and questions that were misread or let through in silence: each has a code and a path now."""

from datetime import date
from decimal import Decimal

import pytest

import salesorders as so
from salesorders.credit import CreditTerms, Evidence, decide_release
from salesorders.credit import ReleaseRequest as Asked
from tests.credit.builders import NOON, TODAY, a_request, an_account, decided, refused

POLICY = so.CreditPolicy


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        # Text in place of several texts: its letters would have been looked for in.
        (
            lambda: so.Exclusion("x", customers="AC7X"),
            ("value.type", "exclusion.customers"),
        ),
        (lambda: so.Exclusion("x", risk_classes="D"), ("value.type", "exclusion.risk_classes")),
        (
            lambda: so.Exclusion("x", amount_max=5, overrides="credit.limit_expired"),
            ("value.type", "exclusion.overrides"),
        ),
        (
            lambda: so.Exclusion("x", amount_max=5, checkpoints="confirm"),
            ("value.type", "exclusion.checkpoints"),
        ),
        (lambda: POLICY(risk_classes_referred="D"), ("value.type", "risk_classes_referred")),
        (lambda: POLICY(approvers="credit"), ("value.type", "approvers")),
        (lambda: POLICY(approvers=(3,)), ("text.type", "approvers[0]")),
        (lambda: POLICY(checkpoints="confirm"), ("value.type", "checkpoints")),
        # Something else than a policy is made of.
        (lambda: POLICY("strict"), ("value.type", "version")),
        (lambda: POLICY(rules=None), ("value.type", "rules")),
        (lambda: POLICY(rules=("a",)), ("value.type", "rules[0]")),
        (lambda: POLICY(exclusions=("x",)), ("value.type", "exclusions[0]")),
        (
            lambda: POLICY(exclusions=so.Exclusion("x", amount_max=5)),
            ("value.type", "exclusions"),
        ),
        (lambda: POLICY(by_class={"D": POLICY()}), ("value.type", "by_class")),
        (lambda: POLICY(by_class=(("D", 3),)), ("value.type", "by_class[0]")),
        (lambda: POLICY(by_class=(("D",),)), ("value.type", "by_class[0]")),
        (
            lambda: POLICY(by_class=(("D", POLICY()), ("D", POLICY()))),
            ("credit.risk_class", "by_class[1]"),
        ),
        (lambda: POLICY(releases_automatically="no"), ("value.type", "releases_automatically")),
        (lambda: POLICY(best_fit=1), ("value.type", "best_fit")),
        (lambda: POLICY(disputed_counts="no"), ("value.type", "disputed_counts")),
        (lambda: POLICY(terms_change_holds="no"), ("value.type", "terms_change_holds")),
        (lambda: POLICY(document_maximum=1.5), ("money.type", "document_maximum")),
        (lambda: POLICY(document_maximum=-1), ("money.negative", "document_maximum")),
        (lambda: POLICY(score_min=Decimal("NaN")), ("number.not_finite", "score_min")),
        # Accounts, terms and questions.
        (
            lambda: so.CreditAccount("C7", "100", so.Exposure("EUR")),
            ("value.type", "limit"),
        ),
        (
            lambda: so.CreditAccount("C7", an_account().limit, "EUR"),
            ("value.type", "exposure"),
        ),
        (lambda: CreditTerms("30"), ("number.type", "terms.days_net")),
        (lambda: CreditTerms(30, "x"), ("rate.text", "terms.discount_percent")),
        (lambda: a_request(5, ships_on="soon"), ("date.text", "ships_on")),
        (lambda: a_request(5, ships_on=NOON), ("date.type", "ships_on")),
        (lambda: a_request(5, claimed=-1), ("money.negative", "claimed")),
        (lambda: a_request(5, prepaid="no"), ("value.type", "prepaid")),
        (lambda: a_request(5, currency="euro"), ("currency.unknown", "currency")),
        (lambda: a_request(5, terms="net 30"), ("value.type", "terms")),
        (lambda: a_request(5, evidence="good"), ("value.type", "evidence")),
        (
            lambda: a_request(5, authorised=5, authorised_until=NOON.replace(tzinfo=None)),
            ("moment.naive", "authorised_until"),
        ),
        (lambda: so.Sources(seconds="2"), ("sources.seconds", "sources.seconds")),
        (lambda: so.Sources(seconds=True), ("sources.seconds", "sources.seconds")),
        # A question about one customer, put to the account of another.
        (lambda: decided(5, an_account(name="C8")), ("credit.other_customer", "customer")),
    ],
)
def test_what_can_not_be_meant_is_refused_where_it_stands(call, wanted):
    assert refused(call) == wanted


def test_numbers_written_as_text_are_numbers():
    account = an_account("100", open_items="60")
    score = so.Score("C7", 499, TODAY, TODAY)
    policy = POLICY(document_maximum="30", limit_percent="90", score_min="500")
    decision = decided("31", account, policy, evidence=Evidence(score))
    assert decision.codes == {"credit.limit", "credit.document_maximum", "credit.score"}
    small = POLICY(exclusions=(so.Exclusion("small", amount_max="50"),))
    assert decided("50", account, small).allowed


def test_a_question_takes_amounts_and_days_as_text():
    asked = so.CreditRequest("SO-1", "C7", "50", "2026-03-09", on="2026-03-02", claimed="20.00")
    assert (asked.amount, asked.claimed) == (Decimal(50), Decimal(20))
    assert (asked.ships_on, asked.on) == (date(2026, 3, 9), TODAY)


def test_a_tolerance_written_as_text_reaches_as_far_as_the_number():
    actor = so.Actor("ben", roles=["credit"])
    request = Asked(a_request(100), "known for years")
    policy = POLICY(release_tolerance_percent="10")
    _, envelope = decide_release(request, an_account("0"), policy, actor, NOON)
    assert envelope.amount == 110


def test_a_list_of_names_is_as_good_as_a_tuple():
    policy = POLICY(
        exclusions=[so.Exclusion("friends", customers=["C7"])], risk_classes_referred=["D"]
    )
    assert decided(5, an_account("0"), policy).allowed
    assert policy == POLICY(
        exclusions=(so.Exclusion("friends", customers=("C7",)),), risk_classes_referred=("D",)
    )


def test_an_exposure_that_is_not_known_says_who_may_release_the_order():
    decision = decided(5, an_account(open_items="1"), POLICY(oldest_item_days_max=3))
    (finding,) = (one for one in decision.findings if one.code == "credit.exposure_unknown")
    assert dict(finding.cure) == {"approvers": ("credit",)}
    assert "credit.recount" in finding.explain()

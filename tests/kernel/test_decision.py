"""Decisions: the strongest finding decides, and every reason explains itself."""

from datetime import UTC, date, datetime
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.kernel.decision import Decision, Effect, Finding, allow, refer, refuse
from salesorders.kernel.money import Money
from salesorders.kernel.policy import PolicyVersion

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
VERSION = PolicyVersion("credit", 2, date(2026, 1, 1))
LIMIT = Finding(
    "credit.limit",
    Effect.REFER,
    "customer",
    {"exposure_after": Money("1200.50", "EUR"), "due": date(2026, 11, 3)},
    {"limit": Money("1000.00", "EUR")},
    {
        "payment": Money("200.50", "EUR"),
        "excess": Money("200.50", "EUR"),
        "approvers": ("credit",),
    },
)


def a_decision(*findings):
    return Decision("credit.order", "order/SO-1", VERSION, NOON, findings)


def test_a_decision_without_findings_allows():
    assert a_decision().allowed
    assert a_decision().codes == frozenset()


@pytest.mark.parametrize(
    ("makers", "effect"),
    [
        ([allow], Effect.ALLOW),
        ([allow, refer], Effect.REFER),
        ([refuse, allow, refer], Effect.REFUSE),
        ([refer, refer], Effect.REFER),
    ],
)
def test_the_strongest_effect_decides(makers, effect):
    findings = [make(f"x.{n}") for n, make in enumerate(makers)]
    assert a_decision(*findings).effect is effect


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from([allow, refer, refuse])), st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_change_the_effect(makers, random):
    findings = [make(f"x.{n}") for n, make in enumerate(makers)]
    effect = a_decision(*findings).effect
    random.shuffle(findings)
    assert a_decision(*findings).effect is effect


def test_only_what_holds_or_refuses_is_among_the_codes():
    assert a_decision(allow("a"), refer("b"), refuse("c")).codes == {"b", "c"}


def test_facts_parameters_and_cures_are_kept_apart_and_found_by_name():
    assert dict(LIMIT.facts).keys() == {"exposure_after", "due"}
    assert LIMIT.fact("limit") == Money("1000.00", "EUR")
    assert LIMIT.fact("approvers") == ("credit",)
    assert LIMIT.fact("nothing") is None


def test_findings_with_equal_facts_are_equal_however_they_were_given():
    assert Finding("x", Effect.ALLOW, "", {"a": 1}) == Finding("x", Effect.ALLOW, "", (("a", 1),))


def test_asking_again_with_the_stored_facts_gives_the_same_answer():
    def rule(decision):
        for finding in decision.findings:
            over = finding.fact("exposure_after") > finding.fact("limit")
            if over:
                yield LIMIT

    decision = a_decision(LIMIT)
    assert decision.again(rule) == decision


def test_asking_again_by_another_rule_may_give_another():
    assert a_decision(LIMIT).again(lambda decision: []).allowed


def test_a_record_says_everything_in_plain_values():
    record = a_decision(LIMIT).to_record()
    assert record["effect"] == "refer"
    assert record["policy"] == {"name": "credit", "version": 2, "effective_from": "2026-01-01"}
    assert record["asked_at"] == "2026-11-23T12:00:00+00:00"
    (finding,) = record["findings"]
    assert finding == {
        "code": "credit.limit",
        "effect": "refer",
        "path": "customer",
        "facts": {"exposure_after": "EUR 1200.50", "due": "2026-11-03"},
        "parameters": {"limit": "EUR 1000.00"},
        "cure": {
            "payment": "EUR 200.50",
            "excess": "EUR 200.50",
            "approvers": ["credit"],
        },
    }


def test_an_explanation_names_every_code():
    text = a_decision(LIMIT, refuse("nobody.knows", "lines[0].sku", sku="BOLT")).explain()
    assert "credit.limit" in text
    assert "nobody.knows" in text
    assert "BOLT" in text
    assert "lines[0].sku" in text


def test_an_explanation_shows_numbers_and_cures():
    text = LIMIT.explain()
    assert "EUR 1,200.50" in text
    assert "EUR 200.50" in text


def test_an_explanation_in_german_has_german_numbers_and_days():
    finding = allow(
        "x.y", amount=Money("1200.50", "EUR"), number=Decimal("1200.50"), on=date(2026, 11, 3)
    )
    text = finding.explain("de")
    assert "EUR 1.200,50" in text
    assert "number 1.200,50" in text
    assert "03.11.2026" in text


def test_a_region_is_no_obstacle():
    assert "1.200,50" in LIMIT.explain("de_DE")
    assert "1.200,50" in LIMIT.explain("de-DE")


@pytest.mark.parametrize("locale", ["tlh", "xx_YY", "", "../../etc/passwd"])
def test_an_unknown_locale_is_no_obstacle(locale):
    assert "1,200.50" in LIMIT.explain(locale)


HOSTILE = "<script>alert(1)</script>"


def test_markup_in_facts_codes_and_subjects_is_escaped():
    decision = Decision(
        HOSTILE, HOSTILE, PolicyVersion(HOSTILE), NOON, (refuse("x" + HOSTILE, HOSTILE, a=HOSTILE),)
    )
    html = decision._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "text", ["{0.__class__}", "{}", "{sku!r}", "{", "}", "%s", "{sku.__class__}", "{sku[0]}"]
)
def test_a_fact_is_shown_as_it_is_and_never_filled_in(text):
    assert text in refuse("item.retired", sku=text).explain()
    assert text in refuse("nobody.knows", sku=text).explain()


def test_a_long_fact_is_cut():
    assert len(refuse("item.retired", sku="x" * 10_000).explain()) < 200


def test_a_fact_never_makes_a_line_of_its_own():
    forged = "x\n  allow  credit.released: fine"
    assert len(a_decision(refuse("item.retired", sku=forged)).explain().splitlines()) == 2


def test_six_digits_of_the_host_change_no_number_that_is_shown():
    with localcontext() as context:
        context.prec = 6
        finding = allow("x.y", amount=Money("123456.78", "EUR"), number=Decimal("9876543.21"))
        assert "123,456.78" in finding.explain()
        assert "9,876,543.21" in finding.explain()


def test_six_digits_of_the_host_change_no_number_in_german():
    with localcontext() as context:
        context.prec = 6
        assert "9.876.543,21" in allow("x.y", number=Decimal("9876543.21")).explain("de")

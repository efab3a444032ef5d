"""Credit: three kinds of limit, the static check, moves that conserve, releases with an envelope."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.credit import (
    NOT_SET,
    UNLIMITED,
    CreditAccount,
    CreditLimit,
    CreditPolicy,
    CreditRequest,
    Envelope,
    Exposure,
    ReleaseRequest,
    decide_credit,
    decide_release,
    recomputed,
)
from salesorders.kernel.actors import Actor
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.money import Money
from tests.amounts.builders import WIDE

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
BEN = Actor("ben", "credit")


def an_account(limit="250000", **buckets):
    exposure = Exposure("EUR", **{name: Decimal(str(amount)) for name, amount in buckets.items()})
    return CreditAccount("C7", CreditLimit.of(limit, "EUR"), exposure)


def decided(amount, account, *, prepaid=False, **policy):
    request = CreditRequest("SO-1", "C7", Decimal(str(amount)), prepaid=prepaid)
    return decide_credit(request, account, CreditPolicy(**policy), NOON)


def released(account, by=BEN, makers=("ann",), amount="1000.00", **policy):
    request = ReleaseRequest(
        CreditRequest("SO-1", "C7", Decimal(amount)), "paid by wire", tuple(makers)
    )
    return decide_release(request, account, CreditPolicy(**policy), by, NOON)


def codes(decision):
    return {finding.code for finding in decision.findings}


def refused(function, *args, **kwargs):
    with pytest.raises(SalesOrdersError) as caught:
        function(*args, **kwargs)
    return caught.value.code, caught.value.path


def test_h9_zero_unlimited_and_not_set_are_three_things():
    zero = CreditLimit.of("0", "EUR")
    assert len({zero, UNLIMITED, NOT_SET}) == 3


def test_h9_zero_means_nothing_on_credit():
    assert decided("0.01", an_account("0")).codes == {"credit.limit"}
    assert decided("0", an_account("0")).allowed


def test_h9_unlimited_lets_everything_pass():
    assert decided("999999999", an_account("unlimited")).allowed


def test_h9_not_set_holds_every_order():
    assert decided("0.01", an_account(None)).codes == {"credit.no_limit"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("-1", "money.negative"),
        ("1.005", "money.precision"),
        (1.5, "money.type"),
        (True, "money.type"),
        ("infinite", "money.text"),
        (Decimal("Infinity"), "money.not_finite"),
        (Money(1, "USD"), "currency.mismatch"),
        ("Unlimited", "money.text"),
    ],
)
def test_a_malformed_limit_is_refused(value, code):
    assert refused(CreditLimit.of, value, "EUR") == (code, "limit")


def the_worked_account(limit):
    """FINANCE 1: credit notes of 1,190.00 are taken off the items."""
    return an_account(
        limit,
        open_orders="150000.00",
        delivered_unbilled="24500.00",
        open_items="141190.50",
        unapplied="8000.00",
    )


def test_the_worked_exposure_is_307_690_50():
    assert the_worked_account("250000").exposure.total == Decimal("307690.50")


def test_an_order_up_to_the_limit_passes_and_a_cent_more_is_held():
    account = an_account("1000.00", open_items="900.00")
    assert decided("100.00", account).allowed
    assert decided("100.01", account).codes == {"credit.limit"}


def test_the_cure_is_the_excess():
    account = an_account("250000", open_orders="217690.50")
    (finding,) = decided("36800.00", account).findings
    assert finding.fact("excess") == Money("4490.50", "EUR")
    assert finding.fact("exposure_after") == Money("254490.50", "EUR")
    assert finding.fact("approvers") == ("credit",)


def test_unapplied_cash_gives_headroom():
    assert an_account("100", open_items="150", unapplied="80").headroom == Money(30, "EUR")


def test_headroom_is_negative_when_over_and_none_without_an_amount():
    assert an_account("100", open_items="150").headroom == Money(-50, "EUR")
    assert an_account(None).headroom is None
    assert an_account("unlimited").headroom is None


def test_a_document_maximum_holds_whoever_is_unlimited():
    decision = decided("1000.01", an_account("unlimited"), document_maximum=Decimal(1000))
    assert decision.codes == {"credit.document_maximum"}
    assert decided("1000.00", an_account("unlimited"), document_maximum=Decimal(1000)).allowed


def test_every_rule_reports_at_once():
    decision = decided("200", an_account("100"), document_maximum=Decimal(50))
    assert decision.codes == {"credit.limit", "credit.document_maximum"}
    assert decided("200", an_account(None), document_maximum=Decimal(50)).codes == {
        "credit.no_limit",
        "credit.document_maximum",
    }


def test_what_is_prepaid_needs_no_credit_while_the_money_covers_it():
    request = CreditRequest("SO-1", "C7", Decimal(999), prepaid=True, authorised=Decimal(999))
    decision = decide_credit(request, an_account("0"), CreditPolicy(), NOON)
    assert (decision.allowed, codes(decision)) == (True, {"credit.prepaid"})
    assert decided("999", an_account("unlimited"), prepaid=True).codes == {"credit.prepayment"}


@pytest.mark.parametrize("amount", [Decimal(-1), Decimal("NaN"), 1.5])
def test_a_malformed_amount_is_refused(amount):
    assert refused(CreditRequest, "SO-1", "C7", amount)[1] == "amount"


def test_six_digits_of_the_host_change_no_decision():
    account = an_account("1234567.89", open_items="1234567.88")
    with localcontext() as context:
        context.prec = 6
        assert decided("0.01", account).allowed
        assert not decided("0.02", account).allowed
        assert account.headroom == Money("0.01", "EUR")


STEPS = ("claim", "unclaim", "deliver", "bill", "receive", "settle", "unsettle")
moves = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5000)), max_size=30)
SHARES = {
    "claim": {"open_orders": 1},
    "unclaim": {"open_orders": -1},
    "deliver": {"open_orders": -1, "delivered_unbilled": 1},
    "bill": {"delivered_unbilled": -1, "open_items": 1},
    "receive": {"unapplied": 1},
    "settle": {"unapplied": -1, "open_items": -1},
    "unsettle": {"unapplied": 1, "open_items": 1},
}


@settings(deadline=None, max_examples=50)
@given(moves)
def test_running_totals_agree_with_a_recount_and_never_fall_below_zero(steps):
    account, shares = an_account(), []
    for step, cents in steps:
        amount = Decimal(cents).scaleb(-2, WIDE)
        try:
            account = getattr(account, step)(amount)
        except SalesOrdersError as error:
            assert error.code == "credit.bucket_negative"  # noqa: PT017  # refused steps count too
            continue
        shares += [(b, amount if s > 0 else amount.copy_negate()) for b, s in SHARES[step].items()]
    assert account.exposure == recomputed("EUR", shares)
    assert (
        min(
            account.exposure.open_orders,
            account.exposure.delivered_unbilled,
            account.exposure.open_items,
            account.exposure.unapplied,
        )
        >= 0
    )


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_delivering_and_billing_leave_the_total_as_it_is(cents, part):
    amount, moved = Decimal(cents).scaleb(-2, WIDE), Decimal(min(part, cents)).scaleb(-2, WIDE)
    account = an_account().claim(amount)
    totals = {account.exposure.total, account.deliver(moved).exposure.total}
    totals.add(account.deliver(moved).bill(moved).exposure.total)
    assert set(map(Fraction, totals)) == {Fraction(amount)}


def test_settling_with_discount_and_undoing_it_is_nothing():
    account = an_account(open_items="1190.00", unapplied="1166.20")
    settled = account.settle(Decimal("1166.20"), Decimal("23.80"))
    assert settled.exposure.total == 0
    assert settled.unsettle(Decimal("1166.20"), Decimal("23.80")) == account


@pytest.mark.parametrize("step", ["claim", "unclaim", "deliver", "bill", "receive"])
def test_a_step_of_a_negative_amount_is_refused(step):
    account = an_account(open_orders=10, delivered_unbilled=10)
    assert refused(getattr(account, step), Decimal(-1)) == ("money.negative", "amount")


@pytest.mark.parametrize("step", ["settle", "unsettle"])
def test_settling_a_negative_amount_is_refused(step):
    account = an_account(open_items=10, unapplied=10)
    assert refused(getattr(account, step), Decimal(-1)) == ("money.negative", "amount")


@pytest.mark.parametrize("step", ["unclaim", "settle"])
def test_six_digits_of_the_host_change_no_step(step):
    account = an_account(open_orders="200000", open_items="200000", unapplied="200000")
    with localcontext() as context:
        context.prec = 6
        after = getattr(account, step)(Decimal("123456.78"))
    assert Decimal("76543.22") in (after.exposure.open_orders, after.exposure.open_items)


def test_a_release_says_what_it_overrides_and_how_far_it_reaches():
    decision, envelope = released(an_account("500.00"))
    assert decision.allowed
    (finding,) = decision.findings
    assert finding.fact("overrides") == ("credit.limit",)
    assert finding.fact("reason") == "paid by wire"
    assert envelope == Envelope(Decimal("1000.00"), NOON + timedelta(hours=72))


def test_p05_a_maker_never_releases():
    decision, _ = released(an_account("500.00"), by=Actor("ann", ["sales", "credit"]))
    assert decision.codes == {"approval.own"}


def test_an_envelope_is_exclusive_in_time_and_inclusive_in_amount():
    _, envelope = released(an_account("500.00"), release_hours=1)
    until = NOON + timedelta(hours=1)
    assert envelope.covers(Decimal("1000.00"), until - MOMENT)
    assert not envelope.covers(Decimal("1000.01"), NOON)
    assert not envelope.covers(Decimal("1.00"), until)


def test_released_for_1000_with_ten_percent_reaches_1100():
    _, envelope = released(an_account("500.00"), release_tolerance_percent=Decimal(10))
    assert envelope.covers(Decimal("1100.00"), NOON)
    assert not envelope.covers(Decimal("1100.01"), NOON)


@pytest.mark.parametrize(
    "fields",
    [
        {"document_maximum": Decimal(-1)},
        {"release_hours": -1},
        {"release_tolerance_percent": Decimal(-5)},
    ],
    ids=str,
)
def test_a_malformed_policy_is_refused(fields):
    refused(CreditPolicy, **fields)

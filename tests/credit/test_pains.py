"""What users of other systems suffer, and the properties that rule it out; named after the lists of the trade."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from salesorders.credit import (
    CHECKPOINTS,
    NOT_SET,
    UNLIMITED,
    CreditAccount,
    CreditLimit,
    CreditPolicy,
    CreditRequest,
    Envelope,
    Evidence,
    ExchangeRate,
    Exposure,
    Horizon,
    ReleaseRequest,
    decide_credit,
    decide_release,
)
from salesorders.kernel.actors import Actor
from salesorders.kernel.errors import SalesOrdersError
from tests.credit.builders import NOON, TODAY, an_account, decided

LIMIT = 100
POLICY = CreditPolicy(horizon=Horizon(days=30))
amounts = st.integers(0, 150).map(Decimal)
days = st.integers(0, 60).map(lambda n: TODAY + timedelta(days=n))
commands = st.lists(
    st.tuples(
        st.sampled_from(["create", "amend", "pull_in", "close", "reopen", "ship"]),
        st.integers(0, 3),
        amounts,
        days,
    ),
    max_size=25,
)


class Trade:
    """Orders by number, with what each counts for; every change that may raise that asks first."""

    def __init__(self):
        self.account = an_account(str(LIMIT), orders={}, items={})
        self.orders = {}  # number: amount, day, open

    def asked(self, number, amount, on, checkpoint):
        claimed, claimed_on, is_open = self.orders.get(number, (Decimal(0), None, False))
        if not is_open:
            claimed, claimed_on = Decimal(0), None
        request = CreditRequest(
            f"SO-{number}",
            "C7",
            amount,
            on,
            checkpoint=checkpoint,
            on=TODAY,
            claimed=claimed,
            claimed_on=claimed_on,
        )
        decision = decide_credit(request, self.account, POLICY, NOON)
        if decision.allowed:
            if is_open:
                self.account = self.account.unclaim(claimed, claimed_on)
            self.account = self.account.claim(amount, on)
            self.orders[number] = (amount, on, True)
        return decision

    def counted(self):
        return self.account.counted(TODAY, TODAY + timedelta(days=30))

    def do(self, verb, number, amount, on):
        """Do one thing; answer with the decision, where one was asked for."""
        there = self.orders.get(number)
        if verb == "create" and there is None:
            return self.asked(number, amount, on, "confirm")
        if there is None:
            return None
        was, was_on, is_open = there
        if verb == "amend" and is_open:
            return self.asked(number, amount, was_on, "amend")
        if verb == "pull_in" and is_open:
            return self.asked(number, was, on, "pull_in")
        if verb == "reopen" and not is_open:
            return self.asked(number, was, was_on, "reopen")
        if verb == "close" and is_open:
            self.account = self.account.unclaim(was, was_on)
            self.orders[number] = (was, was_on, False)
        if verb == "ship" and is_open:
            self.account = self.account.deliver(was, was_on)
            del self.orders[number]
        return None


@settings(deadline=None, max_examples=150)
@given(commands)
def test_p01_h1_h12_no_sequence_of_changes_gets_past_the_limit(sequence):
    trade = Trade()
    for verb, number, amount, on in sequence:
        before = trade.counted()
        was = trade.orders.get(number)
        decision = trade.do(verb, number, amount, on)
        if decision is not None and decision.allowed and trade.counted() > before:
            assert trade.counted() <= LIMIT
        if decision is not None and verb == "amend" and amount <= was[0]:
            assert decision.allowed  # what lowers exposure is never blocked


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(amounts, days), min_size=1, max_size=4), amounts)
def test_p02_what_was_closed_is_asked_again_when_it_is_reopened(orders, later):
    trade = Trade()
    for number, (amount, on) in enumerate(orders):
        trade.do("create", number, amount, on)
    for number in range(len(orders)):
        trade.do("close", number, 0, TODAY)
    assert trade.account.exposure.open_orders == 0
    trade.do("create", 9, later, TODAY)
    for number in range(len(orders)):
        trade.do("reopen", number, 0, TODAY)
    assert trade.counted() <= LIMIT


def test_p02_every_change_that_raises_exposure_is_a_checkpoint_by_default():
    raising = {"confirm", "amend", "reopen", "pull_in", "currency_change", "payment_reversal"}
    assert raising | {"limit_cut"} <= set(CreditPolicy().checkpoints)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(CHECKPOINTS), st.integers(0, 60000), st.integers(0, 60000))
def test_p03_one_function_answers_at_every_checkpoint(checkpoint, owed, asked):
    account = an_account("50000", open_items=owed)
    policy = CreditPolicy(checkpoints=CHECKPOINTS, document_maximum=Decimal(40000))
    here = decided(asked, account, policy, checkpoint=checkpoint)
    there = decided(asked, account, policy, checkpoint="confirm")
    if asked:  # an amendment to nothing lowers
        assert here.findings == there.findings


def test_p03_a_checkpoint_that_the_policy_does_not_name_is_not_asked_and_says_so():
    decision = decided("1", an_account("0"), checkpoint="ship")
    assert [finding.code for finding in decision.findings] == ["credit.not_asked"]


def test_p04_an_order_of_101_zloty_is_90_90_euros_against_100_euros():
    rate = Evidence(rates=(ExchangeRate("PLN", "EUR", "0.90", TODAY),))
    assert decided("101", an_account("100"), currency="PLN", evidence=rate).allowed
    assert not decided("112", an_account("100"), currency="PLN", evidence=rate).allowed


@settings(deadline=None, max_examples=100)
@given(
    st.integers(0, 40000), st.integers(0, 40000), st.sampled_from(["0.25", "0.5", "1", "4", "8"])
)
def test_p04_the_currency_of_the_books_changes_no_answer(owed, asked, rate):
    """The same debt told in euros or in another currency, against one limit in euros."""
    ours = decided(asked, an_account("50000", open_items=owed))
    factor = Decimal(1) / Decimal(rate)
    told = an_account("50000", books="USD", limit_currency="EUR", open_items=Decimal(owed) * factor)
    evidence = Evidence(rates=(ExchangeRate("USD", "EUR", rate, TODAY),))
    theirs = decided(Decimal(asked) * factor, told, currency="USD", evidence=evidence)
    assert ours.codes == theirs.codes
    mixed = decided(asked, told, currency="EUR", evidence=evidence)
    assert ours.codes == mixed.codes


names = st.sampled_from(["ann", "ben", "cid", "dee"])
roles = st.sets(st.sampled_from(["sales", "credit", "sales-manager", "master-data"]))


@settings(deadline=None, max_examples=60)
@given(names, roles, st.sets(names, min_size=1))
def test_p05_no_maker_releases_whatever_the_roles(name, held, makers):
    asked = ReleaseRequest(CreditRequest("SO-1", "C7", Decimal(1)), "why", tuple(sorted(makers)))
    decision, _ = decide_release(asked, an_account("0"), CreditPolicy(), Actor(name, held), NOON)
    assert decision.allowed is (name not in makers)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2000), st.integers(0, 2000), st.integers(0, 20))
def test_p07_inside_the_envelope_nothing_is_asked_again_outside_always(released, later, tolerance):
    policy = CreditPolicy(release_tolerance_percent=Decimal(tolerance))
    asked = ReleaseRequest(CreditRequest("SO-1", "C7", Decimal(released)), "why", ("ann",))
    _, envelope = decide_release(asked, an_account("0"), policy, Actor("ben", ["credit"]), NOON)
    assert envelope.covers(Decimal(later), NOON) is (later * 100 <= released * (100 + tolerance))


def test_a_release_has_a_window_for_the_day_on_which_goods_leave():
    envelope = Envelope(Decimal(10), NOON + timedelta(days=9), TODAY + timedelta(days=5))
    assert envelope.covers(Decimal(10), NOON, TODAY + timedelta(days=5))
    assert envelope.covers(Decimal(10), NOON)
    assert not envelope.covers(Decimal(10), NOON, TODAY + timedelta(days=4))


steps = st.lists(
    st.tuples(st.sampled_from(["claim", "deliver", "bill"]), st.integers(0, 99)), max_size=12
)


@settings(deadline=None, max_examples=60)
@given(steps)
def test_h2_the_account_that_is_checked_is_the_one_that_collects(moves):
    """Whatever was claimed, delivered or billed on an account is in the exposure that its next order meets."""
    account = an_account("unlimited")
    put_in = Decimal(0)
    for step, amount in moves:
        try:
            account = getattr(account, step)(Decimal(amount))
        except SalesOrdersError:
            continue
        put_in += amount if step == "claim" else 0
    limited = CreditAccount("C7", CreditLimit.of(put_in, "EUR"), account.exposure)
    assert decided("0", limited).allowed
    assert not decided("0.01", limited).allowed


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 10**5), st.integers(0, 40))
def test_h3_one_tax_basis_from_order_to_payment(cents, rate):
    """An order of a gross value counts for that, at every step; net appears nowhere."""
    net = Decimal(cents).scaleb(-2)
    gross = (net * (100 + rate) / 100).quantize(Decimal("0.01"))
    account = an_account(str(gross))
    assert decided(gross, account).allowed
    for step in ("claim", "deliver", "bill"):
        account = getattr(account, step)(gross)
        assert account.exposure.total == gross
        assert decided("0.01", account).codes == {"credit.limit"}
    assert account.receive(gross).settle(gross).exposure.total == 0


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_h9_zero_unlimited_and_not_set_answer_apart(owed, asked):
    exposure = Exposure("EUR", open_items=Decimal(owed))
    zero = CreditLimit.of("0", "EUR")
    answers = [
        decided(asked, CreditAccount("C7", limit, exposure)).codes
        for limit in (zero, UNLIMITED, NOT_SET)
    ]
    assert answers == [{"credit.limit"}, frozenset(), {"credit.no_limit"}]


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_h9_exceeded_amounts_are_of_each_limit_not_the_last(asked, first, second):
    """Two limits that are exceeded are two findings, each with its own excess."""
    from salesorders.credit import CreditChain

    own = an_account("0", open_items=first, within=("G",))
    chain = CreditChain(own, (an_account("0", name="G", open_items=first + second),))
    found = [f.fact("excess").amount for f in decided(asked, chain).findings]
    assert found == [asked + first, asked + first + second]


def test_another_promise_of_the_same_order_is_inside_its_release():
    """The envelope is of what was ordered: what is confirmed of it, and for when, does not change its value."""
    asked = ReleaseRequest(
        CreditRequest("SO-1", "C7", Decimal(500), date(2026, 3, 9)), "why", ("ann",)
    )
    _, envelope = decide_release(
        asked, an_account("0"), CreditPolicy(), Actor("ben", ["credit"]), NOON
    )
    assert all(envelope.covers(Decimal(500), NOON, on) for on in (None, TODAY, date(2026, 4, 1)))

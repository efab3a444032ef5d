"""Laws as Hypothesis checks that hosts run over their own rules: each raises where it finds a value that breaks it.

>>> split_conserves(examples=20)
>>> def by_hand(total, weights, digits):
...     return [round(total * weight / sum(weights), digits) for weight in weights]
>>> split_conserves(by_hand)
Traceback (most recent call last):
...
AssertionError: the shares are not the total: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesorders.kernel.claim import Book
from salesorders.kernel.decision import Effect, Finding
from salesorders.kernel.errors import Conflict, InvalidValue
from salesorders.kernel.money import split
from salesorders.ledger import DEFAULT_CHART, Entry, balances, trial_balance
from salesorders.pricing import PriceRequest, PriceSheet, PricingPolicy, price, trace
from salesorders.testing.strategies import (
    amounts,
    journals,
    money,
    price_requests,
    splits,
)

__all__ = [
    "claim_laws",
    "journal_balances",
    "money_laws",
    "pricing_laws",
    "rule_laws",
    "split_conserves",
]

EXAMPLES = 100
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Split = Callable[[Decimal, Sequence[Decimal], int], Iterable[Decimal]]


def _for_all(law: Callable[..., None], *strategies: st.SearchStrategy[Any], examples: int) -> None:
    """Ask a law for so many examples; the smallest that breaks it is shown."""
    asked = settings(
        deadline=None,
        max_examples=examples,
        database=None,
        report_multiple_bugs=False,
        # A host's rule may take its time.
        suppress_health_check=[HealthCheck.too_slow],
    )

    @asked
    @given(st.tuples(*strategies))
    def check(drawn: tuple[Any, ...]) -> None:
        law(*drawn)

    check()


def _total(parts: Iterable[Any]) -> Fraction:
    """The exact sum, whatever decimal context a host has set."""
    return sum(map(Fraction, parts), Fraction(0))


def money_laws(values: st.SearchStrategy[Any] | None = None, *, examples: int = EXAMPLES) -> None:
    """Check that amounts of one currency are added, compared and split as amounts are.

    ``values`` gives money of one currency; by default ours, in EUR.
    """
    drawn = money("EUR") if values is None else values
    _for_all(_adds_up, drawn, drawn, drawn, examples=examples)
    _for_all(_bears_few_digits, drawn, drawn, examples=examples)


def _adds_up(a: Any, b: Any, c: Any) -> None:
    nothing = a - a
    assert (a + b) + c == a + (b + c), "adding in another order gives another sum"
    assert a + b == b + a, "adding in another order gives another sum"
    assert a + nothing == a, "nothing is not nothing"
    assert a - b == a + -b, "taking away is not adding the opposite"
    assert (a < b) + (a == b) + (a > b) == 1, "two amounts are not in one order"
    assert (a <= b) == (a + c <= b + c), "adding the same to both changes their order"
    assert hash(a + b) == hash(b + a), "equal amounts have different hashes"


def _bears_few_digits(a: Any, b: Any) -> None:
    plain = [str(a + b), str(a - b), str(-a), a < b]
    with localcontext() as context:
        context.prec = 3
        few = [str(a + b), str(a - b), str(-a), a < b]
    assert few == plain, "a host's decimal context changes amounts"


def split_conserves(of: Split = split, *, examples: int = EXAMPLES) -> None:
    """Check a way to split a total by weights: the shares are the total, and each is near its exact part.

    ``of(total, weights, digits)`` returns a share for each weight, with so many decimals.
    """

    def law(asked: tuple[Decimal, list[Decimal], int]) -> None:
        total, weights, digits = asked
        shares = list(of(total, weights, digits))
        assert len(shares) == len(weights), "not every weight has a share"
        assert _total(shares) == Fraction(total), f"the shares are not the total: {shares}"
        for share, weight in zip(shares, weights, strict=True):
            exactly = Fraction(total) * Fraction(weight) / _total(weights)
            assert abs(Fraction(share) - exactly) < Fraction(1, 10**digits), (
                f"{share} is a unit or more from {exactly}"
            )
            assert weight or not share, "who weighs nothing gets something"

    _for_all(law, splits(), examples=examples)


def journal_balances(
    entries: st.SearchStrategy[Sequence[Entry]] | None = None, *, examples: int = EXAMPLES
) -> None:
    """Check that every entry of a journal balances, all of them together, and that reversals leave nothing.

    ``entries`` gives journals; by default those of our own postings.
    """

    def law(listed: Sequence[Entry]) -> None:
        for entry in listed:
            assert not _total(line.signed for line in entry.lines), f"{entry.id} does not balance"
        for currency in {entry.currency for entry in listed}:
            own = [one.balance for one in balances(listed) if one.currency == currency]
            assert not _total(own), f"the books in {currency} do not balance"
        for row in trial_balance(listed, DEFAULT_CHART).rows:
            assert row[2] != "total" or row[3] == row[4], "debits are not credits"
        back = [entry.reversal(f"B{n}", entry.on) for n, entry in enumerate(listed)]
        assert not any(one.balance for one in balances([*listed, *back])), (
            "a reversal leaves a rest"
        )

    _for_all(law, journals() if entries is None else entries, examples=examples)


def claim_laws(book: Callable[[Decimal], Any] = Book, *, examples: int = EXAMPLES) -> None:
    """Check a bounded resource: never claimed beyond its bound, nothing lost, expiry exclusive.

    ``book(capacity)`` returns one with nothing claimed and the verbs of
    :class:`~salesorders.kernel.claim.Book`.
    """
    hours = st.none() | st.integers(1, 4)
    asked = st.lists(
        st.tuples(st.sampled_from("ABC"), amounts(least=1, most=60), hours), max_size=8
    )

    def law(claims: list[tuple[str, Decimal, int | None]], step: int, taken: int) -> None:
        held = book(Decimal(100))
        live: list[tuple[Decimal, datetime | None]] = []
        for holder, amount, hour in claims:
            until = None if hour is None else NOON + timedelta(hours=hour)
            room = 100 - _total(amount for amount, _ in live)
            try:
                held = held.claim(holder, amount, NOON, until)
            except Conflict:
                assert amount > room, "a claim that fits is refused"
            else:
                assert amount <= room, "more is claimed than there is"
                live.append((amount, until))
        at = NOON + timedelta(hours=step)
        still = [amount for amount, until in live if until is None or at < until]
        assert Fraction(held.claimed(at)) == _total(still), (
            "what is claimed is not what was claimed"
        )
        assert Fraction(held.headroom(at)) == 100 - _total(still), (
            "claimed and free are not the whole"
        )
        firm = _total(amount for amount, until in live if until is None)
        part = Decimal(min(int(firm), taken))
        assert Fraction(held.release(part).claimed(at)) == _total([*still, -part]), (
            "a release is lost"
        )
        assert held.consume(part).headroom(at) == held.headroom(at), "using up frees something"
        once = held.release_all("A")
        assert once.release_all("A") == once, "releasing twice is not releasing once"

    _for_all(law, asked, st.integers(0, 5), st.integers(0, 60), examples=examples)


def pricing_laws(
    policy: PricingPolicy | Callable[[PriceRequest], PriceSheet] | None = None,
    *,
    requests: st.SearchStrategy[PriceRequest] | None = None,
    examples: int = EXAMPLES,
) -> None:
    """Check a pricing policy, or a function that prices: its lines add up, whatever their order.

    Steps are the line's net, lines and adjustments the document's, tax groups the tax, and net with tax
    the gross; the same lines in another order have the same total; the same request twice the same sheet.
    """
    in_force = policy if isinstance(policy, PricingPolicy) else PricingPolicy()
    priced = policy if callable(policy) else (lambda request: price(request, in_force))

    def law(request: PriceRequest) -> None:
        made = priced(request).amounts
        for line in made.lines:
            steps = _total(step.amount for step in trace(line, made.currency))
            assert steps == Fraction(line.net), f"the steps of line {line.id} are not its net"
        lines = _total(line.net for line in made.lines)
        assert lines == Fraction(made.lines_net), "the lines are not their sum"
        net = lines - Fraction(made.allowances) + Fraction(made.charges)
        assert net == Fraction(made.net), "lines, allowances and charges are not the net"
        assert _total(group.base for group in made.groups) == net, (
            "the bases of tax are not the net"
        )
        assert _total(group.amount for group in made.groups) == Fraction(made.tax), (
            "the tax of the groups is not the tax"
        )
        assert net + Fraction(made.tax) == Fraction(made.gross), "net and tax are not the gross"
        turned = attrs.evolve(request, wants=request.wants[::-1])
        assert priced(turned).amounts.gross == made.gross, "another order of lines, another total"
        assert priced(request) == priced(request), "asked twice, priced otherwise"

    _for_all(law, price_requests() if requests is None else requests, examples=examples)


def rule_laws(
    rule: Callable[..., Finding | Sequence[Finding] | None],
    *arguments: st.SearchStrategy[Any],
    examples: int = EXAMPLES,
) -> None:
    """Check a rule of a host's policy: a pure function that answers with findings and never raises for business.

    The same case gives the same findings, each with a dotted code and an effect.
    """

    def law(*case: Any) -> None:
        try:
            once, again = rule(*case), rule(*case)
        except InvalidValue:  # a malformed value is no business
            return
        assert once == again, "the same case is judged otherwise"
        found = [once] if isinstance(once, Finding) else list(once or ())
        for finding in found:
            assert isinstance(finding, Finding), f"{type(finding).__name__} is no finding"
            assert isinstance(finding.effect, Effect), "a finding lets pass, refers or refuses"
            assert "." in finding.code, f"{finding.code} is no dotted code"
            assert finding.code == finding.code.lower(), f"{finding.code} is no dotted code"

    _for_all(law, *arguments, examples=examples)

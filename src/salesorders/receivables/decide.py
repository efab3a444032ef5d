"""Matching a payment with open items: one undominated explanation is booked, all else is held.

In order of strength: the invoices named add up exactly; they do with earned discounts; one named
invoice is paid in part; without a reference, exactly one set of a known payer's invoices fits.
An amount alone never identifies a payer, and two equal explanations are two candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import attrs

from salesorders.kernel.change import changed
from salesorders.kernel.decision import Decision, Effect, Fact, Finding
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import exact
from salesorders.kernel.money import NOTHING, Money, exponent_of, rounded
from salesorders.receivables.evidence import Evidence, evidence_in
from salesorders.receivables.model import Candidate, OpenItem, Payment, Proposed
from salesorders.receivables.policy import MatchingPolicy
from salesorders.receivables.subsets import exact_subsets

__all__ = ["Match", "match"]

ZERO = Decimal(0)
HUNDRED = Decimal(100)


@attrs.frozen
class Match:
    """The answer: what is booked, or what a person may choose from, and why.

    ``allocations`` are booked if and only if the decision allows; ``customer`` is the payer, found
    by the reference where the payment did not know.
    """

    decision: Decision
    customer: str = ""
    allocations: tuple[Proposed, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @property
    def outcome(self) -> str:
        """``applied``, ``proposed``, ``on account`` or ``unidentified``."""
        if self.allocations:
            return "applied"
        if not self.customer:
            return "unidentified"
        return "proposed" if self.candidates else "on account"


@attrs.frozen
class _Case:
    """The payment, what is left of it, and how to speak about it."""

    payment: Payment
    policy: MatchingPolicy
    asked_at: datetime
    cash: Decimal
    numbers: Mapping[str, str]

    def money(self, amount: Decimal) -> Money:
        return Money(amount, self.payment.currency)

    def note(
        self, code: str, path: str = "amount", cure: dict[str, Fact] | None = None, **facts: Fact
    ) -> Finding:
        return Finding(
            code, Effect.REFER, path, {"amount": self.money(self.cash), **facts}, (), cure or {}
        )

    def booked(self, candidate: Candidate, notes: Iterable[Finding]) -> Match:
        return self._answer(Effect.ALLOW, notes, candidate.customer, candidate.allocations)

    def held(self, notes: Iterable[Finding], candidates: Iterable[Candidate] = ()) -> Match:
        ranked = sorted(candidates, key=lambda c: (len(c.invoices), c.discount, c.invoices))
        # The usual order may come to one of the sets: nobody is asked to choose between the same.
        different = {frozenset(way.allocations): way for way in reversed(ranked)}
        offered = [way for way in ranked if different[frozenset(way.allocations)] is way]
        most = self.policy.candidates_max
        return self._answer(Effect.REFER, notes, self.payment.customer, (), tuple(offered)[:most])

    def _answer(
        self,
        effect: Effect,
        notes: Iterable[Finding],
        customer: str,
        allocations: tuple[Proposed, ...],
        candidates: tuple[Candidate, ...] = (),
    ) -> Match:
        findings = tuple(changed(note, effect=effect) for note in notes)
        decision = Decision(
            "cash.match", self.payment.ref, self.policy.version, self.asked_at, findings
        )
        return Match(decision, customer, allocations, candidates)


@exact
def match(
    payment: Payment, items: Sequence[OpenItem], policy: MatchingPolicy, asked_at: datetime
) -> Match:
    """Return what the unapplied part of ``payment`` settles among ``items``.

    ``items`` are the open items of the payer or, where nobody knows who paid, of everybody the
    reference may mean; paid ones may be among them and show a payment made twice. Their order
    changes nothing. ``asked_at`` is kept with the decision. Raises ``match.twice`` where an
    invoice stands twice.
    """
    ordered = sorted(items, key=lambda item: (item.due_on, item.invoice))
    if len({item.invoice for item in ordered}) != len(ordered):
        invalid("match.twice", "items", "an invoice stands twice")
    numbers = {item.invoice: item.number for item in ordered}
    case = _Case(payment, policy, asked_at, payment.unapplied, numbers)
    if not case.cash:
        return case._answer(Effect.ALLOW, [case.note("match.nothing")], payment.customer, ())
    evidence = evidence_in(payment.reference, ordered, payment.customer)
    # Some of an order's invoices may be paid long since; only naming a paid one itself is odd.
    due = tuple(item for item in evidence.orders if not item.is_paid)
    named = evidence.documents or due or evidence.orders
    others = sorted({item.customer for item in named} - {payment.customer})
    if evidence.unclear:
        return case.held(
            [*_unknown_payer(case), case.note("match.reference_unclear", "reference")],
            _sets(case, named)[0],
        )
    if payment.customer and others:
        facts: dict[str, Fact] = {"customer": payment.customer, "others": tuple(others)}
        note = case.note("payment.other_customer", "reference", None, **facts)
        return case.held([note], _sets(case, named)[0])
    if not payment.customer:
        return _by_unknown_payer(case, evidence, named)
    if named:
        return _by_name(case, evidence, named)
    return _by_amount(case, evidence, ordered)


def _unknown_payer(case: _Case) -> list[Finding]:
    if case.payment.customer:
        return []
    return [case.note("payment.unidentified", "customer", {"reference": "an invoice number"})]


def _by_unknown_payer(case: _Case, evidence: Evidence, named: Sequence[OpenItem]) -> Match:
    """Only invoices of one customer, named and paid to the cent, say who paid."""
    live, notes = _usable(case, named)
    if len({item.customer for item in named}) == 1 and live:
        ways = _named_ways(case, live, evidence)
        if len(ways) == 1:
            return case.booked(ways[0], [*notes, _spoken(case, ways[0])])
    return case.held([*_unknown_payer(case), *notes], _sets(case, live)[0])


def _usable(case: _Case, named: Sequence[OpenItem]) -> tuple[list[OpenItem], list[Finding]]:
    """Split off what is named but can't take money: paid items and those of another currency."""
    notes = []
    foreign = [item for item in named if item.currency != case.payment.currency]
    paid = [item for item in named if item.is_paid and item not in foreign]
    if paid:
        notes.append(case.note("payment.already_paid", "reference", invoices=_numbers(paid)))
    if foreign:
        notes.append(case.note("payment.other_currency", "reference", invoices=_numbers(foreign)))
    return [item for item in named if item not in paid and item not in foreign], notes


def _by_name(case: _Case, evidence: Evidence, named: Sequence[OpenItem]) -> Match:
    live, notes = _usable(case, named)
    if evidence.unknown:
        notes.append(case.note("match.reference_unknown", "reference"))
    if not live:
        return case.held(notes)
    ways = _named_ways(case, live, evidence)
    if len(ways) == 1:
        return case.booked(ways[0], [*notes, _spoken(case, ways[0])])
    if ways:
        return case.held([*notes, _ambiguous(case, ways)], ways)
    total = sum((item.open for item in live), ZERO)
    if case.cash > total:
        everything = _candidate("match.exact", [(item, ZERO) for item in live])
        surplus = case.note("payment.surplus", surplus=case.money(case.cash - total))
        return case.booked(everything, [*notes, surplus])
    notes += _late(case, live, total - case.cash)
    if len(live) == 1 and not evidence.unknown and len(named) == 1:
        return _in_part(case, live[0], notes)
    short = case.note(
        "match.short", cure={"invoices": _numbers(live)}, short=case.money(total - case.cash)
    )
    return case.held([*notes, short], [*_sets(case, live)[0], _oldest_first(case, live)])


def _named_ways(case: _Case, live: Sequence[OpenItem], evidence: Evidence) -> list[Candidate]:
    """Return the explanations on the strongest level that has one; several are for a person."""
    short = sum((item.open for item in live), ZERO) - case.cash
    if short == 0:
        return [_candidate("match.exact", [(item, ZERO) for item in live])]
    if short < 0:
        return []
    earned = [item.discount_on(case.payment.received_on) for item in live]
    found = exact_subsets(
        [[_units(case, part)] for part in earned],
        _units(case, short),
        most=_most(case),
        states_max=case.policy.search_states_max,
    )
    ways = []
    for solution in found.solutions:
        taken = {index for index, _ in solution}
        parts = [(item, earned[n] if n in taken else ZERO) for n, item in enumerate(live)]
        ways.append(_candidate("match.discount", parts))
    if not ways and not evidence.documents:
        # An order names all its invoices at once: one fitting set of them is as good as a name.
        ways, _ = _sets(case, live)
    return ways


def _in_part(case: _Case, item: OpenItem, notes: list[Finding]) -> Match:
    short = item.open - case.cash
    tolerance = case.policy.tolerance(item.open, item.currency)
    facts: dict[str, Fact] = {"short": case.money(short), "invoices": _numbers([item])}
    if short <= tolerance:
        spoken = case.note(
            "match.tolerance", "amount", None, tolerance=case.money(tolerance), **facts
        )
    else:
        spoken = case.note("match.partial", "amount", None, **facts)
    part = Candidate(
        spoken.code,
        (Proposed(item.invoice, case.cash, NOTHING[item.currency]),),
        item.customer,
    )
    return case.booked(part, [*notes, spoken])


def _late(case: _Case, live: Sequence[OpenItem], short: Decimal) -> list[Finding]:
    """Say so where exactly the discounts are missing that the value date no longer earns."""
    day = case.payment.received_on
    late = [item for item in live if item.discount_until is not None and item.discount_until < day]
    lost = sum(
        (rounded(item.open * item.discount_percent / HUNDRED, item.currency) for item in late), ZERO
    )
    earned = sum((item.discount_on(day) for item in live), ZERO)
    if not lost or short not in (lost, lost + earned):
        return []
    until = min(item.discount_until for item in late if item.discount_until is not None)
    return [
        case.note("discount.late", "received_on", discount=case.money(lost), until=until, on=day)
    ]


def _by_amount(case: _Case, evidence: Evidence, items: Sequence[OpenItem]) -> Match:
    own = [
        item
        for item in items
        if item.customer == case.payment.customer
        and item.currency == case.payment.currency
        and not item.is_paid
    ]
    ways, complete = _sets(case, own)
    unknown = [case.note("match.reference_unknown", "reference")] if evidence.unknown else []
    if not complete:
        cure: dict[str, Fact] = {"reference": "an invoice number"}
        return case.held([*unknown, case.note("match.too_many", cure=cure, items=len(own))])
    if not ways:
        return case.held([*unknown, case.note("payment.unmatched")])
    if len(ways) > 1:
        return case.held([*unknown, _ambiguous(case, ways)], ways)
    return case.held(unknown, ways) if unknown else case.booked(ways[0], [_spoken(case, ways[0])])


def _sets(case: _Case, items: Sequence[OpenItem]) -> tuple[list[Candidate], bool]:
    """Return the sets of items, each in full or less its earned discount, that make up the cash."""
    day = case.payment.received_on
    live = [item for item in items if item.currency == case.payment.currency and not item.is_paid]
    discounts = [(NOTHING[item.currency], item.discount_on(day)) for item in live]
    options = [
        [_units(case, item.open - part) for part in (parts if parts[1] else parts[:1])]
        for item, parts in zip(live, discounts, strict=True)
    ]
    found = exact_subsets(
        options, _units(case, case.cash), most=_most(case), states_max=case.policy.search_states_max
    )
    ways = [
        _candidate(
            "match.subset", [(live[index], discounts[index][option]) for index, option in solution]
        )
        for solution in found.solutions
    ]
    return ways, found.complete


def _candidate(reason: str, parts: Iterable[tuple[OpenItem, Decimal]]) -> Candidate:
    pairs = list(parts)
    shares = tuple(
        Proposed(
            item.invoice,
            rounded(item.open - discount, item.currency),
            rounded(discount, item.currency),
        )
        for item, discount in pairs
    )
    customers = {item.customer for item, _ in pairs}
    return Candidate(reason, shares, customers.pop() if len(customers) == 1 else "")


def _oldest_first(case: _Case, live: Sequence[OpenItem]) -> Candidate:
    """Offer the usual order to a person; a machine never books it."""
    left, shares = case.cash, []
    for item in live:
        amount = min(left, item.open)
        left -= amount
        if amount:
            shares.append(Proposed(item.invoice, amount, NOTHING[item.currency]))
    return Candidate("match.short", tuple(shares), live[0].customer)


def _spoken(case: _Case, way: Candidate) -> Finding:
    invoices = tuple(case.numbers[invoice] for invoice in way.invoices)
    facts: dict[str, Fact] = {"invoices": invoices, "discount": case.money(way.discount)}
    return case.note(way.reason, "amount", None, **facts)


def _ambiguous(case: _Case, ways: Sequence[Candidate]) -> Finding:
    invoices = tuple(sorted({case.numbers[i] for way in ways for i in way.invoices}))
    return case.note("match.ambiguous", cure={"invoices": invoices}, ways=len(ways))


def _numbers(items: Iterable[OpenItem]) -> tuple[str, ...]:
    return tuple(item.number for item in items)


def _most(case: _Case) -> int:
    return max(2, case.policy.candidates_max)


def _units(case: _Case, amount: Decimal) -> int:
    return int(amount.scaleb(exponent_of(case.payment.currency)))

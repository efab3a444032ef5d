"""What if: the same question with one thing changed, and the smallest payment that would change the answer."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import attrs

from salesorders.credit.days import days_of
from salesorders.credit.decide import decide_credit
from salesorders.credit.model import Accounts, CreditLimit, Position
from salesorders.credit.policy import CreditPolicy
from salesorders.credit.policy.curing import smallest
from salesorders.credit.requests import CreditRequest
from salesorders.kernel.change import changed
from salesorders.kernel.decision import Decision
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import CONTEXT, exact, round_to
from salesorders.kernel.money import Money, amount_of, split

__all__ = ["WhatIf", "payment_needed", "percent_used", "what_if"]

ZERO = Decimal(0)
HUNDRED = Decimal(100)


@attrs.frozen
class WhatIf:
    """The answer to "what if": the decision, what counts, what is left, and what payment would be needed.

    ``payment`` is 0 where the order may go, ``None`` where no payment would help. ``headroom`` (negative
    when over) and ``percent_used`` are those of the limit that leaves least, the customer's own or one above;
    ``None`` unless a limit is an amount.
    """

    decision: Decision
    position: Position
    headroom: Money | None
    percent_used: Decimal | None
    payment: Money | None

    def explain(self, locale: str = "en") -> str:
        """Return the decision as lines of text, and what payment would be needed."""
        lines = [self.decision.explain(locale)]
        if self.payment is None:
            lines.append("No payment would change the answer.")
        elif not self.decision.allowed:
            lines.append(f"A payment of {self.payment} would.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.decision._repr_html_() + self.position._repr_html_()


def what_if(
    request: CreditRequest,
    account: Accounts,
    policy: CreditPolicy,
    asked_at: datetime,
    *,
    ships_on: date | None = None,
    amount: Decimal | None = None,
    pays: Decimal | None = None,
    limit: object = ...,
) -> WhatIf:
    """Ask again with the goods leaving on another day, another value, a payment first, or another limit.

    ``pays`` is in the books' currency and pays the oldest items first; ``limit`` is as in ``set_limit``.
    """
    if ships_on is not None:
        request = changed(request, ships_on=ships_on, by_day=())
    if amount is not None:
        request = _worth(request, amount)
    if request.on is None:
        request = changed(request, on=asked_at.date())
    if limit is not ...:
        account = _with_limit(account, CreditLimit.of(limit, account.own.currency))
    if pays is not None:
        paid = amount_of(pays, account.exposure.currency, "pays")
        if paid < 0:
            invalid("money.negative", "pays", "a payment is at least 0")
        account = account.paid(paid)
    decision = decide_credit(request, account, policy, asked_at)
    policy = policy.of(account.own.risk_class)
    on = request.on or asked_at.date()
    last = None if policy.horizon is None else policy.horizon.last(on)
    position = account.own.position(on, last, disputed=policy.disputed_counts)
    left, used = _tightest(decision, account.exposure.currency)
    payment = payment_needed(request, account, policy, asked_at)
    return WhatIf(decision, position, left, used, payment)


@exact
def _worth(request: CreditRequest, amount: Decimal) -> CreditRequest:
    """The same order for another amount, its days in proportion."""
    by_day = request.by_day
    if by_day and amount >= 0:
        digits = -min(int(amount.as_tuple().exponent), 0)
        shares = split(amount, [max(day.amount, ZERO) for day in by_day], digits)
        by_day = days_of((day.on, share) for day, share in zip(by_day, shares, strict=True))
    return attrs.evolve(request, amount=amount, by_day=by_day)


def _with_limit(account: Accounts, limit: CreditLimit) -> Accounts:
    own = changed(account.own, limit=limit)
    return own if account.own is account else changed(account, own=own)


@exact
def _tightest(decision: Decision, books: str) -> tuple[Money | None, Decimal | None]:
    """Of every limit that was looked at, the least that one leaves and how full that one is.

    Limits in other currencies are compared at the rate of their own finding.
    """
    found: tuple[Money | None, Decimal | None] = (None, None)
    least: Decimal | None = None
    for finding in decision.findings:
        after, limit = finding.fact("exposure_after"), finding.fact("limit")
        if not (isinstance(after, Money) and isinstance(limit, Money)):
            continue
        left = limit - after
        rate = finding.fact(f"rate_{books}")
        worth = left.amount / rate if isinstance(rate, Decimal) else left.amount
        if least is None or worth < least:
            least, found = worth, (left, percent_used(after.amount, limit.amount))
    return found


@exact
def percent_used(exposure: Decimal, limit: Decimal) -> Decimal | None:
    """Return how much of a limit is used, in percent to two places, half up; ``None`` of a limit of 0."""
    return round_to(exposure * HUNDRED / limit, 2) if limit else None


def payment_needed(
    request: CreditRequest, account: Accounts, policy: CreditPolicy, asked_at: datetime
) -> Money | None:
    """Return the smallest payment, oldest items first, after which the order may go; ``None`` where none would do.

    It is enough on account as well, where less may be: to settle what collateral secures lowers nothing. Found by
    asking the rules themselves, so it holds for those of a host too, as long as no rule minds being paid more.
    """
    currency = account.exposure.currency

    def allowed(amount: Decimal) -> bool:
        return decide_credit(request, account.paid(amount), policy, asked_at).allowed

    if decide_credit(request, account, policy, asked_at).allowed:
        return Money(ZERO, currency)
    if request.prepaid and request.amount and not request.is_covered(asked_at):
        # Only what is paid for the order itself helps.
        whole = changed(request, authorised=request.amount, authorised_until=None, freed=None)
        helps = decide_credit(whole, account, policy, asked_at).allowed
        there = request.authorised if request.authorised < request.amount else ZERO
        return Money(CONTEXT.subtract(request.amount, there), currency) if helps else None
    owed = max(one.exposure.total for one in account.accounts)
    guess = CONTEXT.add(max(owed, ZERO), request.amount)
    needed = smallest(allowed, guess, currency)
    return None if needed is None else Money(needed, currency)

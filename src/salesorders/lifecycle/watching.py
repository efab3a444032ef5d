"""Watched accounts: over a limit without an order's doing, so that no goods leave unasked until they are back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from salesorders.credit import (
    NO_EVIDENCE,
    Accounts,
    CreditAccount,
    CreditChain,
    CreditPolicy,
    CreditRequest,
    Evidence,
    limit_is_set,
    within_bucket_limits,
    within_limit,
)
from salesorders.kernel.change import Command, changed
from salesorders.kernel.decision import Effect, Finding

__all__ = ["chain_of", "over_limit", "remarks_of", "unwatched", "watched", "watched_all"]

ZERO = Decimal(0)
NO_LIMIT = frozenset({"credit.no_limit", "credit.limit_expired"})
NO_RATE = frozenset({"credit.rate_missing", "credit.rate_stale"})
OVER = frozenset({"credit.limit", "credit.bucket_limit"}) | NO_RATE | NO_LIMIT


def chain_of(account: CreditAccount, known: Mapping[str, CreditAccount]) -> Accounts:
    """Return an account with what lies above it, out of accounts that were loaded."""
    if not account.within:
        return account
    reached: set[str] = set()
    wanted = list(account.within)
    while wanted:
        name = wanted.pop()
        reached.add(name)
        wanted += known[name].within
    return CreditChain(account, tuple(known[name] for name in sorted(reached)))


def over_limit(
    account: CreditAccount,
    policy: CreditPolicy,
    evidence: Evidence,
    command: Command,
    *,
    inherits: bool = False,
) -> tuple[Finding, ...]:
    """Return where an account by itself is over a limit, or where nobody can tell; no other rule is asked.

    What is owed without a limit is over it, unless the account ``inherits`` one. No order waits, so that nobody is
    named who may release it.
    """
    asked = CreditRequest(
        "", account.customer, ZERO, checkpoint="limit_cut", on=command.today, evidence=evidence
    )
    codes = OVER
    if account.exposure.total <= 0:
        codes = OVER - NO_LIMIT
    elif inherits:
        codes = OVER - {"credit.no_limit"}
    rules = (limit_is_set, within_limit, within_bucket_limits)
    found = [rule(asked, account, policy.of(account.risk_class)) for rule in rules]
    return tuple(_of_account(one) for one in found if one is not None and one.code in codes)


def _of_account(finding: Finding) -> Finding:
    cure = tuple((name, value) for name, value in finding.cure if name != "approvers")
    return changed(finding, cure=cure)


def watched(
    account: CreditAccount,
    policy: CreditPolicy,
    evidence: Evidence,
    command: Command,
    *,
    inherits: bool = False,
) -> tuple[CreditAccount, tuple[Finding, ...]]:
    """Return the account, watched where it is over a limit, with why."""
    found = over_limit(account, policy, evidence, command, inherits=inherits)
    over = bool(found)
    return (account if account.watched is over else account.watch(over=over)), found


def watched_all(
    accounts: Accounts,
    policy: CreditPolicy,
    evidence: Evidence,
    command: Command,
    checkpoint: str = "",
    *,
    before: Accounts | None = None,
) -> tuple[Accounts, tuple[Finding, ...]]:
    """Return accounts that something other than an order changed, watched where they are over a limit now, with why.

    Those that are back are watched no longer. None comes to be watched where the policy does not ask at that
    checkpoint, nor, where it is said what they were ``before``, while no more of it counts than did.
    """
    asked = checkpoint in policy.of(accounts.own.risk_class).checkpoints
    known = {one.customer: one for one in accounts.accounts}
    looked_at: list[CreditAccount] = []
    found: tuple[Finding, ...] = ()
    for one, old in zip(accounts.accounts, (before or accounts).accounts, strict=True):
        grew = asked and (before is None or _grew(old, one, policy, command))
        if grew or one.watched:
            inherits = chain_of(one, known).inherits_limit(command.today)
            if one is not accounts.own:
                # A group needs no limit; one that lost it stays watched.
                inherits |= not one.watched
            one, over = watched(one, policy, evidence, command, inherits=inherits)
            found += over if grew else ()
        looked_at.append(one)
    own, *above = looked_at
    return (CreditChain(own, tuple(above)) if above else own), found


def unwatched(
    accounts: Accounts, policy: CreditPolicy, command: Command, evidence: Evidence = NO_EVIDENCE
) -> Accounts:
    """Return accounts that owe less than they did, watched no longer where they are back within their limits.

    As ``credit.recheck`` would find them; without the rate that a limit needs, it is left to that.
    """
    if not accounts.watched:
        return accounts
    return watched_all(accounts, policy, evidence, command)[0]


def _grew(
    before: CreditAccount, after: CreditAccount, policy: CreditPolicy, command: Command
) -> bool:
    """Whether more of what an account owes counts: what was settled had been secured, or was disputed."""
    policy, on = policy.of(after.risk_class), command.today
    last = None if policy.horizon is None else policy.horizon.last(on)
    was, now = (one.counted(on, last, disputed=policy.disputed_counts) for one in (before, after))
    return now > was


def remarks_of(found: tuple[Finding, ...], code: str) -> tuple[Finding, ...]:
    """Return why accounts came to be watched as remarks, for nothing can be held; ``code`` is that of a limit."""
    return tuple(
        Finding(
            code if one.code == "credit.limit" else one.code,
            Effect.ALLOW,
            "payment",
            one.facts,
            one.parameters,
        )
        for one in found
    )

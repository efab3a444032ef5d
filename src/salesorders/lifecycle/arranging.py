"""Arranging credit accounts: groups and pools, status, risk class, collateral, agreed terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from salesorders.credit import (
    NO_EVIDENCE,
    Accounts,
    Collateral,
    CreditAccount,
    CreditChain,
    CreditTerms,
    Evidence,
)
from salesorders.credit.events import AccountArranged
from salesorders.kernel.change import Ask, Change, Command, Document, Loading, changed
from salesorders.kernel.decision import Finding, refuse
from salesorders.kernel.errors import NotFound, invalid
from salesorders.kernel.ids import ident_of, text_of
from salesorders.kernel.limits import tuple_of
from salesorders.kernel.messages import register
from salesorders.kernel.money import amount_of
from salesorders.lifecycle.crediting import eased, load_evidence, with_above
from salesorders.lifecycle.outcomes import LimitChanged, Rejected
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.lifecycle.watching import chain_of, unwatched, watched_all

__all__ = ["ARRANGE", "ArrangeRequest", "load_below"]

LEVELS = 20
Edges = Mapping[str, tuple[str, ...]]

register(
    {
        "credit.within_cycle": "{account} would count in itself, by way of {way}.",
        "credit.within_twice": "{account} would count in {twice} by two ways.",
    }
)


def _account(value: str) -> str:
    return ident_of(value, "account")


def _within(values: Iterable[str] | None) -> tuple[str, ...] | None:
    if values is None:
        return None
    names = tuple(ident_of(name, "within") for name in tuple_of(values, "within", most=20))
    if len(set(names)) != len(names):
        invalid("credit.within", "within", "an account stands twice")
    return tuple(sorted(names))


def _collateral(values: Iterable[Collateral] | None) -> tuple[Collateral, ...] | None:
    if values is None:
        return None
    given = tuple_of(values, "collateral", most=100)
    for index, one in enumerate(given):
        if not isinstance(one, Collateral):
            invalid("credit.collateral", f"collateral[{index}]", "a Collateral is wanted")
    if len({one.id for one in given}) != len(given):
        invalid("credit.collateral", "collateral", "two have one id: it would count twice")
    return given


def _terms(value: CreditTerms | None) -> CreditTerms | None:
    if value is not None and not isinstance(value, CreditTerms):
        invalid("credit.terms", "terms", "CreditTerms are wanted")
    return value


def _risk_class(value: str | None) -> str | None:
    return None if value is None else text_of(value, "risk_class", most=40, blank=True)


def _reason(value: str) -> str:
    return text_of(value, "reason", blank=True)


@attrs.frozen
class ArrangeRequest:
    """What is arranged about an account; what is ``None`` stays as it is.

    ``within`` names every group and pool directly above; an empty one takes the account out of all.
    ``collateral`` is all there is, without what has ended.
    """

    account: str = attrs.field(converter=_account)
    within: tuple[str, ...] | None = attrs.field(default=None, converter=_within)
    status: str | None = None
    risk_class: str | None = attrs.field(default=None, converter=_risk_class)
    collateral: tuple[Collateral, ...] | None = attrs.field(default=None, converter=_collateral)
    terms: CreditTerms | None = attrs.field(default=None, converter=_terms)
    reason: str = attrs.field(default="", converter=_reason)


@attrs.frozen
class ArrangeCase:
    """The account, and every account above it, below it or above one of those, as they are now."""

    setting: Setting
    account: CreditAccount
    family: Mapping[str, CreditAccount]
    below: frozenset[str]
    evidence: Evidence = NO_EVIDENCE


def load_below(names: Iterable[str]) -> Loading[dict[str, CreditAccount]]:
    """Ask for every account that counts in one of these, one level at a time."""
    found: dict[str, CreditAccount] = {}
    level = sorted(set(names))
    while level:
        finds = tuple(("credit", "within", name) for name in level)
        loaded = yield Ask(finds=finds)
        members = {one.customer: one for find in finds for one in loaded.all(CreditAccount, *find)}
        level = sorted(set(members) - set(found))
        found |= members
    return found


def _load_above(
    names: Iterable[str], known: dict[str, CreditAccount]
) -> Loading[dict[str, CreditAccount]]:
    wanted = set(names) - set(known)
    while wanted:
        loaded = yield Ask(tuple(f"credit/{name}" for name in sorted(wanted)))
        for name in sorted(wanted):
            account = loaded.get(CreditAccount, f"credit/{name}")
            if account is None:
                raise NotFound("credit.unknown", "within", f"{name} is no credit account here")
            known[name] = account
        wanted = {above for name in wanted for above in known[name].within} - set(known)
    return known


def load_arrange(
    request: ArrangeRequest, setting: Setting, command: Command
) -> Loading[ArrangeCase]:
    """First the account; where it moves, everything above and below it too."""
    ref = f"credit/{request.account}"
    loaded = yield Ask((ref,))
    account = loaded.need(CreditAccount, ref, "account")
    if request.within is None:
        accounts = yield from with_above(account)
        above = {one.customer: one for one in accounts.above}
        evidence = yield from load_evidence(accounts, setting, command, "limit_cut")
        return ArrangeCase(setting, account, above, frozenset(), evidence)
    below = yield from load_below((account.customer,))
    known = below | {account.customer: account}
    wanted = {name for one in known.values() for name in one.within} | set(request.within)
    family = yield from _load_above(wanted, known)
    everyone = CreditChain(account, tuple(family[name] for name in sorted(family)))
    evidence = yield from load_evidence(everyone, setting, command, "limit_cut")
    return ArrangeCase(setting, account, family, frozenset(below), evidence)


def arrange(
    request: ArrangeRequest, case: ArrangeCase, command: Command
) -> Change[LimitChanged | Rejected]:
    """Arrange it. An account that moves takes what it owes out of the old limits and into the new ones.

    Where one is over its limit by it, no goods leave unasked.
    """
    named = {"status": request.status, "risk_class": request.risk_class, "terms": request.terms}
    fields: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    if request.collateral is not None:
        for index, one in enumerate(request.collateral):
            amount_of(one.amount, case.account.exposure.currency, f"collateral[{index}].amount")
            if one.valid_to < command.today:
                path = f"collateral[{index}].valid_to"
                invalid("credit.span", path, f"it ended before {command.today}")
        fields["collateral"] = request.collateral
    what = tuple(sorted([*fields, *(["within"] if request.within is not None else [])]))
    if not what:
        invalid("credit.nothing", "account", "there is nothing to arrange")
    if request.status is not None and request.status != case.account.status:
        fields["closed_at"] = None if request.status == "open" else command.at
    account = attrs.evolve(case.account, **fields)
    above, left = tuple(case.family.values()), tuple[CreditAccount, ...]()
    if request.within is not None:
        edges = {name: one.within for name, one in case.family.items()}
        before = _reached(account.customer, edges)
        edges[account.customer] = request.within
        finding = _unsound(edges, {account.customer, *case.below})
        if finding is not None:
            return Change(Rejected((finding,)))
        after = _reached(account.customer, edges)
        account = changed(account, within=request.within)
        moved = _moved(account, case.family, before, after)
        above = tuple(one for one in moved if one.customer in after)
        left = tuple(one for one in moved if one.customer not in after)
    policy = case.setting.policies.credit
    accounts: Accounts = CreditChain(account, above) if above else account
    accounts, remarks = watched_all(accounts, policy, case.evidence, command, "limit_cut")
    known = {one.customer: one for one in (*accounts.accounts, *left)}
    left = tuple(
        unwatched(chain_of(one, known), policy, command, case.evidence).own for one in left
    )
    others = [
        one
        for one in sorted((*accounts.above, *left), key=lambda one: one.customer)
        if request.within is not None or one is not case.family[one.customer]
    ]
    puts: tuple[Document, ...] = (accounts.own, *others)
    event = AccountArranged(account.customer, what, request.reason)
    change = Change(LimitChanged(accounts.own, remarks), puts, (event,))
    change = eased(change, account.customer, policy)
    for group in left:
        # Who leaves makes room for those who stay.
        change = eased(change, group.customer, policy)
    return change


def _reached(name: str, edges: Edges) -> set[str]:
    """Return every account above one, itself left out."""
    reached: set[str] = set()
    wanted = list(edges[name])
    while wanted:
        above = wanted.pop()
        if above not in reached:
            reached.add(above)
            wanted += edges[above]
    return reached


def _unsound(edges: Edges, starts: set[str]) -> Finding | None:
    """Nothing counts in itself, and nothing counts twice in another: then what moves is exact."""
    for start in sorted(starts):
        seen: set[str] = set()
        ways: list[tuple[str, tuple[str, ...]]] = [(above, (start,)) for above in edges[start]]
        while ways:
            name, path = ways.pop()
            if name in path:
                return refuse("credit.within_cycle", "within", account=name, way=path)
            if name in seen:
                return refuse("credit.within_twice", "within", account=start, twice=name)
            if len(path) >= LEVELS:
                invalid("limit.exceeded", "within", f"at most {LEVELS} levels")
            seen.add(name)
            ways += [(above, (*path, name)) for above in edges[name]]
    return None


def _moved(
    account: CreditAccount, family: Mapping[str, CreditAccount], before: set[str], after: set[str]
) -> tuple[CreditAccount, ...]:
    """Return every account above, now and then, as it is afterwards.

    Those whose sum stays the same are written too: two moves at once that would make a cycle or count
    something twice meet in one of them, and the second is asked again.
    """
    there = []
    for name in sorted(before | after):
        one = family[name]
        if name not in after:
            one = one.combined(account, -1)
        elif name not in before:
            one = one.combined(account)
        there.append(one)
    return tuple(there)


ARRANGE = UseCase("credit.arrange", load_arrange, arrange)

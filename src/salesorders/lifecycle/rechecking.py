"""Letting held orders go by themselves: when there is room again, the oldest first."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs

from salesorders.credit import (
    NO_EVIDENCE,
    Accounts,
    CreditAccount,
    Evidence,
    decide_credit,
)
from salesorders.inventory import StockLevel, StockSites
from salesorders.kernel.change import Ask, Change, Command, Document, Loading, changed
from salesorders.kernel.decision import Decision, Effect
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import whole_of
from salesorders.lifecycle.ahead import waiting, with_own_cash
from salesorders.lifecycle.arranging import load_below
from salesorders.lifecycle.crediting import (
    credit_request,
    eased,
    load_evidence,
    with_above,
)
from salesorders.lifecycle.gates import claim_all, refused
from salesorders.lifecycle.outcomes import Rechecked
from salesorders.lifecycle.placing import StockCase, confirmation, load_stock
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.lifecycle.watching import chain_of, watched
from salesorders.orders import Order, OrderReleased, Release

__all__ = ["RECHECK", "RecheckRequest"]

ZERO = Decimal(0)
# What an order waits for that another one could take from it.
ROOM = frozenset({"credit.limit", "credit.bucket_limit"})


def _customer(value: str) -> str:
    return ident_of(value, "customer")


def _most(value: object) -> int:
    return whole_of(value, "most", least=1, most=10_000)


@attrs.frozen
class RecheckRequest:
    """Look at the held orders of a customer and of everybody who shares a limit; release at most so many."""

    customer: str = attrs.field(converter=_customer)
    most: int = attrs.field(default=1_000, converter=_most)


@attrs.frozen
class RecheckCase:
    """Every account that shares a limit, the held orders, and the stock of their items.

    ``evidence`` is what sources say of those who wait, ``rates`` what the limits of watched accounts need.
    """

    setting: Setting
    accounts: Mapping[str, CreditAccount]
    orders: tuple[Order, ...]
    stock: StockCase
    evidence: Mapping[str, Evidence]
    rates: Mapping[str, Evidence]


def load_recheck(
    request: RecheckRequest, setting: Setting, command: Command
) -> Loading[RecheckCase]:
    """First the accounts that share a limit, then their held orders, then the stock of those."""
    ref = f"credit/{request.customer}"
    loaded = yield Ask((ref,))
    own = loaded.need(CreditAccount, ref, "customer")
    chain = yield from with_above(own)
    known = {one.customer: one for one in chain.accounts}
    below = yield from load_below(known)
    known |= below
    for account in below.values():  # what a member counts in besides
        other = yield from with_above(account)
        known |= {one.customer: one for one in other.accounts}
    finds = tuple(("order", "held", name) for name in sorted(known))
    loaded = yield Ask(finds=finds)
    orders = [order for find in finds for order in loaded.all(Order, *find)]
    evidence = {}
    # A watched account may be back within its limits; in another currency only a rate tells.
    watching = {one.customer for one in known.values() if one.watched}
    for name in sorted({order.customer for order in orders} | watching):
        asked = yield from load_evidence(chain_of(known[name], known), setting, command)
        evidence[name] = asked
    rates = {}
    for name, account in known.items():
        if account.watched:
            rates[name] = yield from load_evidence(account, setting, command, "limit_cut")
    skus = sorted({line.sku for order in orders for line in order.lines})
    leading = tuple(f"sites/{sku}" for sku in skus)
    loaded = yield Ask(leading, leading=leading)
    sites = {sku: entry for sku in skus if (entry := loaded.get(StockSites, f"sites/{sku}"))}
    stock = yield from load_stock(skus, sites)
    oldest = tuple(sorted(orders, key=lambda order: (order.placed_at, order.id)))
    return RecheckCase(setting, known, oldest, stock, evidence, rates)


def recheck(request: RecheckRequest, case: RecheckCase, command: Command) -> Change[Rechecked]:
    """Release held orders while there is room, the oldest first; every rule is asked for each.

    None passes an older held one that waits for nothing but room in the same limit, unless the policy says
    ``best_fit``. Where ``most`` of them went and others are left, a note asks for the next run.
    """
    run = _Run(case, command)
    orders = [order for order in case.orders if any(h.gate == "credit" for h in order.holds)]
    looked_at = 0
    while looked_at < len(orders) and len(run.released) < request.most:
        run.look_at(orders[looked_at])
        looked_at += 1
    run.unwatch()
    outcome = Rechecked(tuple(run.released), tuple(run.waiting))
    change = Change(outcome, run.puts(), tuple(run.events), tuple(run.effects))
    if looked_at == len(orders):
        return change
    return eased(change, request.customer, case.setting.policies.credit)


class _Run:
    """One run over held orders: accounts and stock as they are after each release."""

    def __init__(self, case: RecheckCase, command: Command) -> None:
        self.case, self.command = case, command
        self.policy = case.setting.policies.credit
        self.accounts: dict[str, CreditAccount] = dict(case.accounts)
        self.levels: dict[str, StockLevel] = dict(case.stock.levels)
        self.orders: list[Order] = []
        self.released: list[str] = []
        self.waiting: list[str] = []
        self.full: set[object] = set()
        self.events: list[object] = []
        self.effects: list[Any] = []

    def look_at(self, order: Order) -> None:
        """Release an order from its credit hold where the rules let it pass."""
        chain = chain_of(self.accounts[order.customer], self.accounts)
        names = {one.customer for one in chain.accounts}
        asked = credit_request(order, self.command, self.policy, self.case.evidence[order.customer])
        paid = asked.is_covered(self.command.at)  # it takes nobody's room
        if names & self.full and not self.policy.best_fit and not paid:
            self.waiting.append(order.id)
            return
        with_cash = with_own_cash(order, order, chain)
        decision = decide_credit(asked, with_cash, self.policy, self.command.at)
        if not decision.allowed:
            self.waiting.append(order.id)
            # One that waits for a person or for papers as well holds nobody else up.
            if decision.codes <= ROOM:
                self.full |= {
                    finding.fact("customer")
                    for finding in decision.findings
                    if finding.effect is not Effect.ALLOW
                }
            return
        self._release(order, chain, decision)

    def _release(self, order: Order, chain: Accounts, decision: Decision) -> None:
        # It overrides nothing, so it covers nothing later: an amount of 0.
        given = Release("credit", decision, self.command.actor.id, ZERO)
        held, order = order, order.without_hold("credit", given)
        event = OrderReleased(order.id, "credit", self.command.actor.id, RECHECK.name)
        if order.holds:
            self._let_go(order, event)
            return
        sites = self.case.stock.sites
        refs = {
            f"stock/{line.sku}@{site}"
            for line in order.lines
            if line.sku in sites
            for site in sites[line.sku].sites
        }
        mine = {
            ref: self.levels[ref].release_holder(order.id)
            for ref in sorted(refs)
            if ref in self.levels
        }
        chain, moves = waiting(held, order, chain)
        claims = claim_all(order, chain, mine, sites, self.case.setting.policies, self.command)
        if refused(claims.findings):  # no stock any more, and nobody promises what is not there
            self.waiting.append(order.id)
            return
        self.levels |= mine | {level.ref: level for level in claims.levels}
        if claims.account is not None:
            self.accounts |= {one.customer: one for one in claims.account.accounts}
        order = changed(claims.order, findings=(*claims.order.findings, *claims.findings))
        self._let_go(order, event, *moves, *claims.events)
        self.effects.append(confirmation(order))

    def _let_go(self, order: Order, *events: object) -> None:
        self.released.append(order.id)
        self.orders.append(order)
        self.events += events

    def unwatch(self) -> None:
        """An account that is back within its limits lets goods leave unasked again."""
        for name, account in self.accounts.items():
            if not account.watched:
                continue
            chain = chain_of(account, self.accounts)
            self.accounts[name], _ = watched(
                account,
                self.policy,
                self.case.rates.get(name, NO_EVIDENCE),
                self.command,
                inherits=chain.inherits_limit(self.command.today),
            )

    def puts(self) -> tuple[Document, ...]:
        """Return what differs from what was loaded."""
        levels = [
            level for ref, level in self.levels.items() if level != self.case.stock.levels[ref]
        ]
        accounts = [one for name, one in self.accounts.items() if one != self.case.accounts[name]]
        return (*self.orders, *levels, *accounts)


RECHECK = UseCase("credit.recheck", load_recheck, recheck)

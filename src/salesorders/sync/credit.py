# Generated from salesorders/aio/credit.py by tools/make_sync.py; edit that file and run the tool.
"""The credit counter: limits, groups and pools, what if, held orders, the sheet of an account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from salesorders.sync.counter import Counter
from salesorders.sync.history import facts
from salesorders.credit import Collateral, CreditAccount, CreditTerms, Exposure
from salesorders.credit.asking import WhatIf
from salesorders.credit.sheet import AccountSheet, Usage, Worklist, usage_of, worklist_order
from salesorders.governance import ANYONE
from salesorders.kernel.actors import HOST, Actor
from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.money import Money, amount_of
from salesorders.lifecycle import (
    ARRANGE,
    OPEN_ACCOUNT,
    RECHECK,
    RECOUNT,
    SET_LIMIT,
    ArrangeRequest,
    LimitChanged,
    LimitRequest,
    OpenRequest,
    Rechecked,
    RecheckRequest,
    Recounted,
    RecountRequest,
    Rejected,
)
from salesorders.lifecycle.surveying import (
    SHEET,
    USAGE,
    WHAT_IF,
    WORKLIST,
    WhatIfRequest,
    usage_changes,
)

if TYPE_CHECKING:
    from salesorders.sync.desk import Desk

__all__ = ["Credit", "CreditReleases"]


class Credit(Counter[CreditAccount]):
    """Credit accounts, by customer, group or pool. ``find`` by ``within=``."""

    kind = "credit"
    lookups = ("within",)

    def set_limit(
        self,
        customer: str,
        limit: object,
        *,
        temporary: bool = False,
        bucket: str = "",
        since: date | None = None,
        until: date | None = None,
        currency: str = "",
        reason: str = "",
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> LimitChanged:
        """Set a limit: an amount (0 is one), ``"unlimited"``, or ``None`` for "not set".

        ``temporary`` puts it on top of the base, from ``since`` (today) to ``until``, both included, where
        ``until`` is not before today (``credit.span``); 0 takes away the one that begins on ``since``.
        ``bucket`` limits one bucket; ``until`` alone ends the base limit. ``currency`` is the limits' own.
        """
        if isinstance(limit, Money):
            limit = amount_of(limit, currency or self._currency(customer), "limit")
        request = LimitRequest(customer, limit, reason, temporary, bucket, since, until, currency)
        return self._run(SET_LIMIT, request, key, by, dry_run)

    def _currency(self, customer: str) -> str:
        return self.get(customer).currency

    def open(
        self,
        account: str,
        limit: object = None,
        *,
        currency: str = "",
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> LimitChanged | Rejected:
        """Open the account of a group or of a pool that several customers share."""
        if isinstance(limit, Money):
            limit = amount_of(limit, currency or self._desk.engine.currency, "limit")
        request = OpenRequest(account, limit, currency)
        return self._run(OPEN_ACCOUNT, request, key, by, dry_run)

    def arrange(
        self,
        account: str,
        *,
        within: Iterable[str] | None = None,
        status: str | None = None,
        risk_class: str | None = None,
        collateral: Iterable[Collateral] | None = None,
        terms: CreditTerms | None = None,
        reason: str = "",
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> LimitChanged | Rejected:
        """Arrange what stands around an account; what is left out stays.

        ``within`` names every group and pool directly above; what the account owes moves with it.
        """
        request = ArrangeRequest(account, within, status, risk_class, collateral, terms, reason)
        return self._run(ARRANGE, request, key, by, dry_run)

    def recheck(
        self,
        customer: str,
        *,
        most: int = 1_000,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Rechecked:
        """Release held orders of a customer, and of all who share a limit, while there is room: oldest first."""
        return self._run(RECHECK, RecheckRequest(customer, most), key, by, dry_run)

    def recount(
        self,
        account: str,
        *,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Recounted:
        """Count an account from its documents; where the policy asks by date, totals by day begin here."""
        return self._run(RECOUNT, RecountRequest(account), key, by, dry_run)

    def exposure(self, customer: str) -> Exposure:
        """Return what a customer owes or will owe, by bucket."""
        return self.get(customer).exposure

    def what_if(
        self,
        order: str,
        *,
        ships_on: date | None = None,
        amount: Money | None = None,
        pays: Money | None = None,
        limit: object = ...,
    ) -> WhatIf:
        """Ask credit about an order as if one thing were different; nothing is written.

        The answer holds the smallest ``payment`` that would let it go as well.
        """
        if isinstance(limit, Money):
            held = self._desk.orders.get(order)
            limit = amount_of(limit, self._currency(held.customer), "limit")
        request = WhatIfRequest(order, ships_on, amount, pays, limit)
        answer: WhatIf = self._desk.engine.ask(WHAT_IF, request, self._desk.actor_or_host())
        return answer

    def sheet(self, customer: str) -> AccountSheet:
        """Return an account's sheet: buckets, limits, holds and the documents behind each number."""
        return self._desk.engine.ask(SHEET, customer, self._desk.actor_or_host())

    def worklist(self, by: str = "value") -> Worklist:
        """Return the orders that credit holds, ranked by ``value`` at risk or by the ``payment`` that would do."""
        return self._desk.engine.ask(WORKLIST, worklist_order(by), self._desk.actor_or_host())

    def usage(self, customer: str) -> Usage:
        """Return how much of its limit an account used, from the facts, by day up to today; ``plot()`` draws it.

        Of a group it is what its members of today used, whenever they came.
        """
        case = self._desk.engine.ask(USAGE, customer, self._desk.actor_or_host())
        told = facts(self._desk.engine)
        changes = usage_changes(case.account, told, case.names)
        books = case.account.exposure.currency
        return usage_of(case.account.customer, books, changes, case.today)


class CreditReleases:
    """The gateway that rechecks held orders after money came in; the relay carries it like any other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        """Recheck the customer under the effect's own key, so that a second delivery does nothing more."""
        about: dict[str, Any] = dict(effect.payload)
        engine = self._desk.engine
        today = engine.command(HOST, "recheck").today
        roles = engine.policies.on(today).duties.roles_for(RECHECK.name)
        # Who releases by rule is no person and borrows no person's name.
        rule = Actor("credit-rules", [role for role in roles if role != ANYONE])
        self._desk.credit.recheck(str(about["customer"]), key=key, by=rule)

"""An account with everything above it: what counts in one limit counts in all of them, or in none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from salesorders.credit.days import Days
from salesorders.credit.model.account import CreditAccount
from salesorders.credit.model.exposure import Exposure
from salesorders.kernel.change import changed

__all__ = ["Accounts", "CreditChain"]

ZERO = Decimal(0)


@attrs.frozen
class CreditChain:
    """A customer's account and every group and pool above it, in order of id. Each step moves all of them."""

    own: CreditAccount
    above: tuple[CreditAccount, ...]

    @property
    def accounts(self) -> tuple[CreditAccount, ...]:
        """All of them, the customer's own first."""
        return (self.own, *self.above)

    @property
    def customer(self) -> str:
        """The customer's id."""
        return self.own.customer

    @property
    def exposure(self) -> Exposure:
        """The customer's own exposure."""
        return self.own.exposure

    @property
    def is_dated(self) -> bool:
        """Whether any of them keeps totals by day."""
        return any(account.is_dated for account in self.accounts)

    @property
    def watched(self) -> bool:
        """Whether any of them is watched."""
        return any(account.watched for account in self.accounts)

    def inherits_limit(self, on: date) -> bool:
        """Whether the account has no limit of its own and lives on one above that runs on a day."""
        return self.own.limit.kind == "not_set" and any(
            one.limit_on(on).kind != "not_set" for one in self.above
        )

    def watch(self, *, over: bool) -> CreditChain:
        """Return the chain with its accounts watched, or not."""
        return self._map(lambda account: changed(account, watched=over))

    def claim(self, amount: Decimal, on: date | Days | None = None) -> CreditChain:
        """See :meth:`CreditAccount.claim`."""
        return self._each("claim", amount, on)

    def unclaim(self, amount: Decimal, on: date | Days | None = None) -> CreditChain:
        """See :meth:`CreditAccount.unclaim`."""
        return self._each("unclaim", amount, on)

    def deliver(self, amount: Decimal, on: date | Days | None = None) -> CreditChain:
        """See :meth:`CreditAccount.deliver`."""
        return self._each("deliver", amount, on)

    def bill(self, amount: Decimal, due_on: date | None = None) -> CreditChain:
        """See :meth:`CreditAccount.bill`."""
        return self._each("bill", amount, due_on)

    def receive(self, amount: Decimal) -> CreditChain:
        """See :meth:`CreditAccount.receive`."""
        return self._each("receive", amount)

    def unreceive(self, amount: Decimal) -> CreditChain:
        """See :meth:`CreditAccount.unreceive`."""
        return self._each("unreceive", amount)

    def earmark(self, amount: Decimal) -> CreditChain:
        """See :meth:`CreditAccount.earmark`."""
        return self._each("earmark", amount)

    def free(self, amount: Decimal) -> CreditChain:
        """See :meth:`CreditAccount.free`."""
        return self._each("free", amount)

    def settle(
        self, amount: Decimal, discount: Decimal = ZERO, due_on: date | None = None
    ) -> CreditChain:
        """See :meth:`CreditAccount.settle`."""
        return self._each("settle", amount, discount, due_on)

    def unsettle(
        self, amount: Decimal, discount: Decimal = ZERO, due_on: date | None = None
    ) -> CreditChain:
        """See :meth:`CreditAccount.unsettle`."""
        return self._each("unsettle", amount, discount, due_on)

    def dispute(self, amount: Decimal, due_on: date | None = None) -> CreditChain:
        """See :meth:`CreditAccount.dispute`."""
        return self._each("dispute", amount, due_on)

    def undispute(self, amount: Decimal, due_on: date | None = None) -> CreditChain:
        """See :meth:`CreditAccount.undispute`."""
        return self._each("undispute", amount, due_on)

    def paid(self, amount: Decimal) -> CreditChain:
        """See :meth:`CreditAccount.paid`: the customer pays own items, and every limit above feels it."""
        own = self.own.paid(amount)
        above = [one.combined(self.own, -1).combined(own) for one in self.above]
        return CreditChain(own, tuple(above))

    def _each(self, step: str, *arguments: Any) -> CreditChain:
        return self._map(lambda account: getattr(account, step)(*arguments))

    def _map(self, change: Any) -> CreditChain:
        accounts: Iterator[CreditAccount] = map(change, self.accounts)
        own, *above = accounts
        return CreditChain(own, tuple(above))


# What a verb moves: most customers have their own account only.
Accounts = CreditAccount | CreditChain

"""The credit counter."""

from __future__ import annotations

from salesorders.aio.counter import Counter
from salesorders.credit import CreditAccount, Exposure
from salesorders.kernel.actors import Actor
from salesorders.kernel.money import Money, amount_of
from salesorders.lifecycle import SET_LIMIT, LimitChanged, LimitRequest

__all__ = ["Credit"]


class Credit(Counter[CreditAccount]):
    """Credit accounts, by customer."""

    kind = "credit"

    async def set_limit(
        self,
        customer: str,
        limit: object,
        *,
        reason: str = "",
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> LimitChanged:
        """Set a limit: an amount (0 is one), ``"unlimited"``, or ``None`` for "not set"."""
        if isinstance(limit, Money):
            limit = amount_of(limit, self._desk.engine.currency, "limit")
        return await self._run(SET_LIMIT, LimitRequest(customer, limit, reason), key, by, dry_run)

    async def exposure(self, customer: str) -> Exposure:
        """Return what a customer owes or will owe, by bucket."""
        return (await self.get(customer)).exposure

"""Claims on a bounded resource: the one state machine for stock, credit, quotas and numbers of uses.

A claim is live until it is consumed, released or expired. Expiry is decided when it is read:
``expires_at`` is exclusive, so at that very moment the claim no longer counts, whether or not
anybody swept. The owner of the resource keeps a firm total and only the expiring claims.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import attrs

from salesorders.kernel.errors import Conflict, invalid
from salesorders.kernel.limits import exact

__all__ = ["Book", "Claim", "unexpired"]

ZERO = Decimal(0)


def unexpired(expires_at: datetime | None, at: datetime) -> bool:
    """Whether something that ends at ``expires_at`` (exclusive; ``None`` for never) still counts."""
    return expires_at is None or at < expires_at


@attrs.frozen
class Claim:
    """So much of a resource for ``holder``, until ``expires_at`` (exclusive) where one is given."""

    holder: str
    amount: Decimal
    expires_at: datetime | None = None

    def live(self, at: datetime) -> bool:
        """Whether the claim counts at that moment."""
        return self.amount > 0 and unexpired(self.expires_at, at)


@attrs.frozen
class Book:
    """The claims on one resource of ``capacity`` (``None`` for no bound).

    ``firm`` is the sum of claims that do not expire; ``expiring`` holds the others. Laws: what is
    claimed never exceeds capacity at the moment of a claim; consume + release + expiry of a claim
    add up to what was claimed; release is idempotent.
    """

    capacity: Decimal | None = None
    firm: Decimal = ZERO
    expiring: tuple[Claim, ...] = ()

    @exact
    def claimed(self, at: datetime) -> Decimal:
        """Return everything that is claimed at ``at``."""
        return sum((claim.amount for claim in self.expiring if claim.live(at)), self.firm)

    @exact
    def headroom(self, at: datetime) -> Decimal | None:
        """Return what is still free, never below 0; ``None`` where there is no bound."""
        return None if self.capacity is None else max(ZERO, self.capacity - self.claimed(at))

    @exact
    def claim(
        self, holder: str, amount: Decimal, at: datetime, expires_at: datetime | None = None
    ) -> Book:
        """Return the book with the claim, or raise ``claim.exceeds`` where headroom does not cover it."""
        if amount <= 0:
            invalid("claim.amount", "amount", "a claim is above 0")
        if not unexpired(expires_at, at):
            invalid("claim.expired", "expires_at", "the claim would be dead on arrival")
        free = self.headroom(at)
        if free is not None and amount > free:
            raise Conflict("claim.exceeds", "amount", f"{amount} is asked and {free} is free")
        if expires_at is None:
            return attrs.evolve(self, firm=self.firm + amount)
        return attrs.evolve(
            self, expiring=(*self.tidy(at).expiring, Claim(holder, amount, expires_at))
        )

    @exact
    def held_by(self, holder: str, at: datetime) -> Decimal:
        """Return what ``holder`` has in live, expiring claims."""
        return sum(
            (claim.amount for claim in self.expiring if claim.holder == holder and claim.live(at)),
            ZERO,
        )

    @exact
    def consume(self, amount: Decimal) -> Book:
        """Return the book after ``amount`` of the firm claims was used up: it leaves capacity too."""
        if amount < 0 or amount > self.firm:
            raise Conflict("claim.consume", "amount", f"{self.firm} is claimed firmly")
        capacity = None if self.capacity is None else self.capacity - amount
        return attrs.evolve(self, firm=self.firm - amount, capacity=capacity)

    @exact
    def release(self, amount: Decimal) -> Book:
        """Return the book after ``amount`` of the firm claims was given back."""
        if amount < 0 or amount > self.firm:
            raise Conflict("claim.release", "amount", f"{self.firm} is claimed firmly")
        return attrs.evolve(self, firm=self.firm - amount)

    def release_all(self, holder: str) -> Book:
        """Return the book without the expiring claims of ``holder``; a second time changes nothing."""
        return attrs.evolve(
            self, expiring=tuple(claim for claim in self.expiring if claim.holder != holder)
        )

    @exact
    def confirm(self, holder: str, at: datetime) -> Book:
        """Return the book with the live, expiring claims of ``holder`` made firm."""
        return attrs.evolve(self.release_all(holder), firm=self.firm + self.held_by(holder, at))

    def tidy(self, at: datetime) -> Book:
        """Return the book without expired claims; what counts is the same before and after."""
        return attrs.evolve(
            self, expiring=tuple(claim for claim in self.expiring if claim.live(at))
        )

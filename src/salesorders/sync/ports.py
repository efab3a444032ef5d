# Generated from salesorders/aio/ports.py by tools/make_sync.py; edit that file and run the tool.
"""The ports of the shell: what a store, a clock and a gateway have to do. No base classes: they are structural."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from salesorders.kernel.change import GatewayEffect, Page
from salesorders.storage import Asked, Entry, Pending, Row, Snapshot, Versioned

__all__ = ["Clock", "Deciding", "Gateway", "Reader", "Store"]


class Clock(Protocol):
    """Tells the moment."""

    def now(self) -> datetime:
        """Return the moment, with a zone."""


class Store(Protocol):
    """Documents by tenant and reference, with versions; one row a command; an outbox.

    Everything is by tenant: another tenant's data is never read, found or written. Tenants, references, kinds, names
    and values are compared letter by letter, and a moment is one whatever its zone, to the microsecond.
    One that lies in the process itself may say ``near = True``: nothing is read for it before it is asked for.
    """

    def read(self, tenant: str, refs: Sequence[str]) -> Mapping[str, Versioned]:
        """Return what is there of ``refs``; a reference that is not there is left out."""

    def find(
        self, tenant: str, kind: str, name: str, value: str, *, after: str, limit: int
    ) -> Page[Versioned]:
        """Return documents of ``kind`` under a lookup, in order of reference, from behind ``after``.

        Besides its own lookups every document is found under ``("all", "")``.
        """

    def answer(self, tenant: str, key: str) -> Row | None:
        """Return the row of a key."""

    def commit(self, tenant: str, entry: Entry) -> None:
        """Write all of it or nothing.

        Raises ``version.stale`` where a document of ``puts`` or ``reads`` is not at the version that was
        read, and ``key.reused`` where the key has a row.
        """

    def rows(self, tenant: str, *, after: int, limit: int) -> Sequence[Row]:
        """Return the rows of the chain in order, from behind the place ``after``."""

    def seal(self, tenant: str) -> int:
        """Give committed rows that have no place in the chain yet one each; return how many had none.

        A store with one writer chains at commit and has nothing to do here.
        """

    def pending(
        self, tenant: str, *, limit: int, gateways: Sequence[str] | None = None
    ) -> Sequence[Pending]:
        """Return effects that were not delivered, oldest first; of these gateways only, where named."""

    def lease(
        self,
        tenant: str,
        *,
        worker: str,
        now: datetime,
        until: datetime,
        gateways: Sequence[str],
        limit: int,
    ) -> Sequence[Pending]:
        """Take effects for these gateways that no other worker holds at ``now``, oldest first.

        They are ``worker``'s until the moment ``until``; then anybody's again.
        """

    def give_back(
        self, tenant: str, key: str, number: int, *, worker: str, failed_at: datetime | None = None
    ) -> None:
        """Let anybody have an effect that ``worker`` holds; one that it does not hold stays as it is.

        With ``failed_at`` one more try has failed: the effect counts it, and keeps the moment of the first. Without
        it nothing is counted, and what was stays. However many failed, it is given as before.
        """

    def delivered(self, tenant: str, key: str, number: int) -> None:
        """Note that an effect was taken; a second time changes nothing."""

    def snapshot(self, tenant: str) -> Snapshot:
        """Return all that the tenant has, as it stands at one moment, every row sealed.

        May raise ``version.stale`` where another writer stands in its way; then it is asked again.
        """

    def restore(self, tenant: str, snapshot: Snapshot) -> None:
        """Write a snapshot into a tenant that has nothing, else raise ``backup.occupied``; all of it or nothing.

        What waits waits as before, with its tries and the moment of the first. A tenant with a row has
        something, though it has no document. Raises for what can't be kept whole: a text that is no document, a
        document, a key or an effect that is there twice.
        """


class Reader(Protocol):
    """What a decision reads with that is made inside a store's transaction; it waits for nobody."""

    def read(self, refs: Sequence[str]) -> Mapping[str, Versioned]:
        """Return what is there of ``refs``."""

    def find(self, kind: str, name: str, value: str, *, after: str, limit: int) -> Page[Versioned]:
        """Return documents under a lookup, as the store's own ``find`` does."""


class Deciding(Protocol):
    """A store where a command that was outrun may be decided with its documents in hand.

    A store may leave this out; then a command that was outrun pauses and tries again like the first time.
    """

    def decide(
        self, tenant: str, asked: Asked, refs: Sequence[str], decision: Callable[[Reader], Entry]
    ) -> None:
        """Keep every other writer off ``refs``, call ``decision`` once and commit the entry that it returns.

        ``refs`` stand in the order in which they are to be held; one that is not there is left out. What
        ``decision`` raises is raised as it is and nothing is written; otherwise this raises what ``commit``
        does. A row's place in the chain is behind those whose documents the decision has read.
        """


class Gateway(Protocol):
    """Carries effects to the outside: at least once, so it must know a key that it has seen."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        """Carry ``effect``; raise where it did not arrive or that is unknown, and it is tried again."""

# Generated from salesorders/aio/ports.py by tools/make_sync.py; edit that file and run the tool.
"""The ports of the shell: what a store, a clock and a gateway have to do. No base classes: they are structural."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import attrs

from salesorders.kernel.change import Document, GatewayEffect, Page

__all__ = ["Clock", "Entry", "Gateway", "Pending", "Put", "Row", "Store", "Versioned"]


class Clock(Protocol):
    """Tells the moment."""

    def now(self) -> datetime:
        """Return the moment, with a zone."""


@attrs.frozen
class Versioned:
    """A document as the store holds it; the first version is 1."""

    version: int
    document: Any


@attrs.frozen
class Put:
    """A document to write over ``version`` (0: it must not exist yet).

    ``earlier`` is the document at that version, so that a store knows which lookups to take away.
    """

    version: int
    document: Document
    earlier: Document | None = None


@attrs.frozen
class Entry:
    """One command to commit: its documents and effects, and its canonical text with facts and answer.

    ``body`` is the hash of what was asked; ``puts`` stand in the order in which they are to be written.
    """

    key: str
    body: str
    at: datetime
    text: str
    puts: tuple[Put, ...] = ()
    effects: tuple[GatewayEffect, ...] = ()


@attrs.frozen
class Row:
    """A committed command: its place in the tenant's chain, its canonical text and hash.

    ``hash`` is SHA-256 of the hash before, place, moment and ``text``; the first row follows 64 zeros.
    """

    seq: int
    key: str
    body: str
    recorded_at: datetime
    text: str
    before: str
    hash: str


@attrs.frozen
class Pending:
    """An effect that no gateway has taken yet, with the key under which it must be carried."""

    key: str
    number: int
    effect: GatewayEffect


class Store(Protocol):
    """Documents by tenant and reference, with versions; one row a command; an outbox.

    Everything is by tenant: another tenant's data is never read, found or written.
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

    def commit(self, tenant: str, entry: Entry) -> Row:
        """Write all of it or nothing.

        Raises ``version.stale`` where a document is not at the version that was read, and
        ``key.reused`` where the key has a row.
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

    def delivered(self, tenant: str, key: str, number: int) -> None:
        """Note that an effect was taken; a second time changes nothing."""


class Gateway(Protocol):
    """Carries effects to the outside: at least once, so it must know a key that it has seen."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        """Carry ``effect``; raise where it did not arrive or that is unknown, and it is tried again."""

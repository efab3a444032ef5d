"""What a store holds and is handed: documents with versions, commands, rows of the chain, effects that wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from salesorders.kernel.building import built_open
from salesorders.kernel.change import Document, GatewayEffect

__all__ = ["Asked", "Entry", "Pending", "Put", "Row", "Snapshot", "Stored", "Versioned"]


@attrs.frozen
class Versioned:
    """A document as the store holds it; the first version is 1."""

    version: int
    document: Any


@attrs.frozen
class Put:
    """A document to write over ``version`` (0: it must not exist yet).

    ``earlier`` is the document at that version, so that a store knows which lookups to take away; over a version above
    0 it has to be there, or a store raises ``store.refused``.
    """

    version: int
    document: Document
    earlier: Document | None = None


@attrs.frozen
class Asked:
    """A command that is still to be decided: its key, the hash of what is asked, its moment."""

    key: str
    body: str
    at: datetime


@built_open
@attrs.frozen
class Entry:
    """One command to commit: its documents and effects, and its canonical text with facts and answer.

    ``body`` is the hash of what was asked; ``puts`` stand in the order in which they are to be written.
    ``reads`` are what else it was made from: all of it where no document is written, and what a decision in
    hand leans on without having read it again. References with the version of
    each, 0 for one that is not there.
    """

    key: str
    body: str
    at: datetime
    text: str
    puts: tuple[Put, ...] = ()
    effects: tuple[GatewayEffect, ...] = ()
    reads: tuple[tuple[str, int], ...] = ()


@built_open
@attrs.frozen
class Row:
    """A committed command: its place in the tenant's chain, its canonical text and hash.

    ``hash`` is SHA-256 of the hash before, place, moment and ``text``; the first row follows 64 zeros.
    A row that has no place yet stands at 0 and has no hash.
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
    """An effect that no gateway has taken yet, with the command that it is of and its number there.

    ``tries`` have failed, the first of them at ``failing_since``.
    """

    key: str
    number: int
    effect: GatewayEffect
    tries: int = 0
    failing_since: datetime | None = None


@attrs.frozen
class Stored:
    """A document as it is written down: its reference, version and canonical text."""

    ref: str
    version: int
    body: str


@attrs.frozen
class Snapshot:
    """All that one tenant has at one moment: documents by reference, rows by place, effects by age."""

    documents: tuple[Stored, ...] = ()
    rows: tuple[Row, ...] = ()
    waiting: tuple[Pending, ...] = ()

"""A command as rows of the four tables, made ready before anything is locked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import attrs

from salesorders.database.statements import BESIDES
from salesorders.kernel.change import Document, GatewayEffect
from salesorders.kernel.codec import decode, encode, moment_text
from salesorders.storage import Entry, Pending, Row

__all__ = ["Prepared", "lookups", "named_rows", "pending_of", "row_of", "waiting_row"]


def lookups(document: Document) -> set[tuple[str, str]]:
    """Return what a document is found by, name and value; besides its own names it is among all of its kind."""
    return {("all", ""), *document.lookups()}


def row_of(found: Sequence[Any]) -> Row:
    """Return a command row as read: place 0 and no hash where it is not sealed yet."""
    seq, key, body, recorded_at, text, before, hashed, at = found
    when = datetime.fromisoformat(recorded_at or at)
    return Row(seq or 0, key, body, when, text, before or "", hashed or "")


def pending_of(key: str, number: int, effect: str, tries: int, since: str | None) -> Pending:
    """Return an effect that waits, as read."""
    when = None if since is None else datetime.fromisoformat(since)
    return Pending(key, number, decode(effect), tries, when)


@attrs.frozen
class Prepared:
    """A command as rows of the four tables."""

    entry: Entry
    written: list[dict[str, Any]]
    gone: list[dict[str, str]]
    named: list[dict[str, str]]
    effects: list[dict[str, Any]]

    @classmethod
    def of(cls, tenant: str, entry: Entry, keep: Callable[[str, Any], None]) -> Prepared:
        """Return what an entry writes; ``keep`` is told the text of every document."""
        written, gone, named = [], [], []
        for put in entry.puts:
            before, now = put.earlier, put.document
            ref, body = now.ref, encode(now)
            keep(body, now)
            written.append({"tenant": tenant, "ref": ref, "version": put.version + 1, "body": body})
            if before is None:
                named += named_rows(tenant, ref, lookups(now))
            elif before.lookups() != now.lookups():
                old, new = lookups(before), lookups(now)
                gone += named_rows(tenant, ref, old - new)
                named += named_rows(tenant, ref, new - old)
        effects = [
            _effect_row(tenant, entry.key, number, effect)
            for number, effect in enumerate(entry.effects)
        ]
        return cls(entry, written, gone, named, effects)

    @property
    def is_lone(self) -> bool:
        """Whether it is one row and nothing else."""
        return not (self.written or self.effects)

    @property
    def besides(self) -> list[str]:
        """What is written besides documents, by name."""
        return [name for name in BESIDES if getattr(self, name)]

    @property
    def told(self) -> dict[str, str]:
        """Its rows but the command's own, each kind as one JSON text."""
        names = ("written", *self.besides)
        return {name: json.dumps(getattr(self, name), ensure_ascii=False) for name in names}


def _effect_row(tenant: str, key: str, number: int, effect: GatewayEffect) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "key": key,
        "number": number,
        "gateway": effect.gateway,
        "effect": encode(effect),
    }


def waiting_row(tenant: str, item: Pending) -> dict[str, Any]:
    """Return an effect that waited elsewhere as a row of the outbox, with the tries that failed there."""
    since = None if item.failing_since is None else moment_text(item.failing_since)
    row = _effect_row(tenant, item.key, item.number, item.effect)
    return row | {"tries": item.tries, "failing_since": since}


def named_rows(tenant: str, ref: str, named: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Return the names of a document as rows, sorted."""
    kind = ref.partition("/")[0]
    return [
        {"tenant": tenant, "kind": kind, "name": name, "value": value, "ref": ref}
        for name, value in sorted(named)
    ]

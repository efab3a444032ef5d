"""What the store does to a database: one function a port's verb, over one connection. No transaction begins here."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

import attrs

from salesorders.database.failures import FAILURES, left_out
from salesorders.database.link import Link, Sent, Step
from salesorders.database.memo import Memo
from salesorders.database.prepared import (
    Prepared,
    lookups,
    named_rows,
    pending_of,
    row_of,
    waiting_row,
)
from salesorders.database.statements import Statements
from salesorders.kernel.change import Page
from salesorders.kernel.codec import decode, moment_text
from salesorders.kernel.errors import KeyReused, StaleVersion, invalid
from salesorders.storage import Asked, Entry, Pending, Row, Snapshot, Stored, Versioned, sealed

__all__ = ["Units"]

SEALED_AT_ONCE = 1_000
EVERY = 2**62
IN_LINE = 16
Parameters = Mapping[str, Any]


@attrs.frozen
class Units:
    """The store's work in the words of one dialect.

    ``chains``: the database has one writer, so a row gets its place at the commit; otherwise ``seal``
    gives it one. ``in_line``: whoever wants to hold a few documents waits in line for their names first. Not inside
    a host's transaction, which may have a document already and would come behind somebody who waits for it.
    """

    said: Statements
    chains: bool
    in_line: bool = True
    memo: Memo = attrs.field(factory=Memo)

    def _do(self, link: Link, name: str, what: Parameters | list[Any]) -> Sent:
        # A driver takes a detour for many, also where many is one.
        one = what[0] if what.__class__ is list and len(what) == 1 else what
        return link.send(self.said[name], one)

    def _held(self, version: int, body: str) -> Versioned:
        return Versioned(version, self.memo.of(body, decode))

    def read(self, link: Link, tenant: str, refs: Sequence[str]) -> dict[str, Versioned]:
        """Return what is there of ``refs``."""
        asked = {"tenant": tenant, "refs": self.said.listed(refs)}
        return {
            ref: self._held(version, body)
            for ref, version, body in self._do(link, "read", asked).rows
        }

    def find(
        self,
        link: Link,
        tenant: str,
        kind: str,
        name: str,
        value: str,
        after: str,
        limit: int,
    ) -> Page[Versioned]:
        """Return a page of documents under a lookup."""
        asked = {
            "tenant": tenant,
            "kind": kind,
            "name": name,
            "value": value,
            "after": after,
            "most": limit + 1,
        }
        return self._page(self._do(link, "find", asked).rows, limit)

    def _page(self, rows: Sequence[Sequence[Any]], limit: int) -> Page[Versioned]:
        items = tuple(self._held(version, body) for _, version, body in rows[:limit])
        return Page(items, rows[limit - 1][0] if len(rows) > limit else None)

    def answer(self, link: Link, tenant: str, key: str) -> Row | None:
        """Return the row of a key."""
        found = self._do(link, "answer", {"tenant": tenant, "key": key}).first
        return None if found is None else row_of(found)

    def prepared(self, tenant: str, entry: Entry) -> Prepared:
        """Return what a command writes, made ready before anything is locked."""
        return Prepared.of(tenant, entry, self.memo.keep)

    def commit(self, link: Link, tenant: str, ready: Prepared) -> None:
        """Write a command with its documents, lookups and effects."""
        entry = ready.entry
        if self.chains:
            last = self._last(link, tenant)
            row = sealed(entry.key, entry.body, entry.text, entry.at, last)
            self._command(link, tenant, entry, row)
            self._documents(link, tenant, ready)
        elif ready.is_lone:
            self._command(link, tenant, entry, None)
        else:
            asked = {"tenant": tenant, "key": entry.key, "body": entry.body}
            asked |= {"at": moment_text(entry.at), "text": entry.text, **self._reads(entry)}
            if not self._kept(link, asked, ready):
                self._left_out(link, tenant, entry)

    def decide_alone(
        self, link: Link, tenant: str, asked: Asked, decision: Callable[[Inside], Entry]
    ) -> None:
        """Let a command be decided while nobody else writes at all, and write it."""
        if self.answer(link, tenant, asked.key) is not None:
            raise KeyReused(None, "key", "the key has been used")
        alone = Inside(self, link, tenant)
        self.commit(link, tenant, self.prepared(tenant, decision(alone)))

    def decide(
        self,
        link: Link,
        tenant: str,
        asked: Asked,
        refs: Sequence[str],
        decision: Callable[[Inside], Entry],
    ) -> Generator[Step, Sent, None]:
        """Say what holds ``refs``, let the command be decided, and say what writes it."""
        key = {"tenant": tenant, "key": asked.key, "body": asked.body}
        what = key | {"at": moment_text(asked.at), "refs": self.said.listed(refs)}
        # A server keeps a few thousand locks by name, for everybody together; rows keep theirs by themselves.
        name = "line" if self.in_line and len(refs) <= IN_LINE else "hold"
        held = (yield self.said[name], what).rows
        if not held:
            raise KeyReused(None, "key", "the key has been used")
        there = dict.fromkeys(refs) | {ref: self._held(*rest) for ref, *rest in held if ref}
        ready = self.prepared(tenant, decision(Inside(self, link, tenant, there)))
        entry = ready.entry
        decided = {
            "tenant": tenant,
            "key": asked.key,
            "at": moment_text(entry.at),
            "text": entry.text,
            **self._reads(entry),
            **ready.told,
        }
        try:
            yield self.said.whole("decided", ready.besides), decided
        except FAILURES as error:
            _raise_left_out(error, ready)
            raise

    def _kept(self, link: Link, asked: dict[str, Any], ready: Prepared) -> bool:
        """Send a command with all that it writes at once; whether its own row was."""
        try:
            words = self.said.whole("noted", ready.besides)
            return bool(link.send(words, asked | ready.told).first[0])
        except FAILURES as error:
            _raise_left_out(error, ready)
            raise

    def _documents(self, link: Link, tenant: str, ready: Prepared) -> None:
        written = ready.written
        if written and self._do(link, "put", written).rowcount != len(written):
            raise StaleVersion(None, self._stale(link, tenant, written), "it changed since")
        for name, rows in (
            ("forget", ready.gone),
            ("name", ready.named),
            ("queue", ready.effects),
        ):
            if rows:
                self._do(link, name, rows)

    def _command(self, link: Link, tenant: str, entry: Entry, row: Row | None) -> None:
        command: dict[str, Any] = {
            "tenant": tenant,
            "key": entry.key,
            "body": entry.body,
            "at": moment_text(entry.at),
            "text": entry.text,
            "seq": None,
            "recorded_at": None,
            "before": None,
            "hash": None,
        }
        if row is not None:
            command |= {
                "seq": row.seq,
                "recorded_at": moment_text(row.recorded_at),
                "before": row.before,
                "hash": row.hash,
            }
        if not entry.reads:
            done = self._do(link, "command", command)
        else:
            done = self._do(link, "answered", command | self._reads(entry))
        if done.rowcount != 1:
            self._left_out(link, tenant, entry)

    def _left_out(self, link: Link, tenant: str, entry: Entry) -> NoReturn:
        """Say why a command found no place."""
        if entry.reads and self.answer(link, tenant, entry.key) is None:
            raise StaleVersion(None, "", "what it was decided from has changed")
        raise KeyReused(None, "key", "the key has been used")

    def _reads(self, entry: Entry) -> dict[str, str]:
        refs, versions = [ref for ref, _ in entry.reads], [version for _, version in entry.reads]
        return {"reads": self.said.listed(refs), "versions": self.said.listed(versions)}

    def _stale(self, link: Link, tenant: str, written: Sequence[Mapping[str, Any]]) -> str:
        """Return the first document that is not what was to be written."""
        refs = [put["ref"] for put in written]
        asked = {"tenant": tenant, "refs": self.said.listed(refs)}
        there = {ref: rest for ref, *rest in self._do(link, "read", asked).rows}
        missed = (
            put["ref"] for put in written if there.get(put["ref"]) != [put["version"], put["body"]]
        )
        return next(missed, "")

    def _last(self, link: Link, tenant: str) -> Row | None:
        found = self._do(link, "last", {"tenant": tenant}).first
        if found is None:
            return None
        seq, key, recorded_at, hashed = found
        return Row(seq, key, "", datetime.fromisoformat(recorded_at), "", "", hashed)

    def seal(self, link: Link, tenant: str) -> int:
        """Give at most 1,000 rows without a place one each, in order of arrival; return how many."""
        if self.chains:
            return 0
        self._do(link, "lock", {"tenant": tenant})
        last = self._last(link, tenant)
        asked = {"tenant": tenant, "most": SEALED_AT_ONCE}
        chained = []
        for row in map(row_of, self._do(link, "unsealed", asked).rows):
            last = sealed(row.key, row.body, row.text, row.recorded_at, last)
            chained.append(
                {
                    "tenant": tenant,
                    "key": row.key,
                    "seq": last.seq,
                    "recorded_at": moment_text(last.recorded_at),
                    "before": last.before,
                    "hash": last.hash,
                }
            )
        if chained:
            self._do(link, "seal", chained)
        return len(chained)

    def rows(self, link: Link, tenant: str, after: int, limit: int) -> tuple[Row, ...]:
        """Return sealed rows in order."""
        asked = {"tenant": tenant, "after": after, "most": limit}
        return tuple(map(row_of, self._do(link, "rows", asked).rows))

    def pending(
        self, link: Link, tenant: str, limit: int, gateways: Sequence[str] | None
    ) -> tuple[Pending, ...]:
        """Return effects that wait, leased or not."""
        asked: dict[str, Any] = {"tenant": tenant, "most": limit}
        if gateways is None:
            found = self._do(link, "waiting", asked)
        else:
            asked["gateways"] = self.said.listed(gateways)
            found = self._do(link, "waiting_for", asked)
        return tuple(pending_of(*row) for row in found.rows)

    def lease(
        self,
        link: Link,
        tenant: str,
        worker: str,
        now: datetime,
        until: datetime,
        gateways: Sequence[str],
        limit: int,
    ) -> tuple[Pending, ...]:
        """Take effects that nobody holds for ``worker`` until a moment."""
        asked = {
            "tenant": tenant,
            "worker": worker,
            "now": moment_text(now),
            "until": moment_text(until),
            "gateways": self.said.listed(gateways),
            "most": limit,
        }
        taken = sorted(self._do(link, "lease", asked).rows, key=lambda row: int(row[0]))
        return tuple(pending_of(*row) for _, *row in taken)

    def give_back(
        self,
        link: Link,
        tenant: str,
        key: str,
        number: int,
        worker: str,
        failed_at: datetime | None,
    ) -> None:
        """Let others have an effect that ``worker`` holds; one that failed counts it."""
        asked = {"tenant": tenant, "key": key, "number": number, "worker": worker}
        if failed_at is None:
            self._do(link, "give_back", asked)
        else:
            self._do(link, "failed", asked | {"at": moment_text(failed_at)})

    def delivered(self, link: Link, tenant: str, key: str, number: int) -> None:
        """Take an effect out of the outbox."""
        self._do(link, "delivered", {"tenant": tenant, "key": key, "number": number})

    def snapshot(self, link: Link, tenant: str) -> Snapshot:
        """Return all that a tenant has; the transaction around must see one moment."""
        while self.seal(link, tenant):
            pass
        alone = {"tenant": tenant}
        return Snapshot(
            tuple(Stored(*found) for found in self._do(link, "documents", alone).rows),
            self.rows(link, tenant, 0, EVERY),
            self.pending(link, tenant, EVERY, None),
        )

    def restore(self, link: Link, tenant: str, snapshot: Snapshot) -> None:
        """Write what a backup holds into a tenant that has nothing."""
        alone = {"tenant": tenant}
        if self._do(link, "occupied", alone).first:
            invalid("backup.occupied", "tenant", "the tenant is not empty")
        named = []
        for one in snapshot.documents:
            put = {**alone, "ref": one.ref, "version": one.version, "body": one.body}
            self._do(link, "restore", put)
            named += named_rows(tenant, one.ref, lookups(decode(one.body)))
        if named:
            self._do(link, "name", named)
        for row in snapshot.rows:
            entry = Entry(row.key, row.body, row.recorded_at, row.text)
            self._command(link, tenant, entry, row)
        if snapshot.waiting:
            self._do(link, "queue_again", [waiting_row(tenant, one) for one in snapshot.waiting])


def _raise_left_out(error: Exception, ready: Prepared) -> None:
    """Raise ``version.stale`` where a failure says that something is not what the command was made from."""
    ref = left_out(error, [put["ref"] for put in ready.written])
    if ref is not None:
        raise StaleVersion(None, ref, "it changed since it was read") from None


@attrs.frozen
class Inside:
    """What a decision reads with inside the transaction that will write it."""

    units: Units
    link: Link
    tenant: str
    in_hand: Mapping[str, Versioned | None] = attrs.field(factory=dict)

    def read(self, refs: Sequence[str]) -> Mapping[str, Versioned]:
        """Return what is there of ``refs``; what is in hand can't have changed."""
        others = [ref for ref in refs if ref not in self.in_hand]
        there = self.units.read(self.link, self.tenant, others) if others else {}
        return there | {ref: one for ref in refs if (one := self.in_hand.get(ref)) is not None}

    def find(self, kind: str, name: str, value: str, *, after: str, limit: int) -> Page[Versioned]:
        """Return a page of documents under a lookup."""
        return self.units.find(self.link, self.tenant, kind, name, value, after, limit)

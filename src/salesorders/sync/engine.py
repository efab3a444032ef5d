# Generated from salesorders/aio/engine.py by tools/make_sync.py; edit that file and run the tool.
"""Load, decide, commit, answer: the one way in which every verb runs."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import attrs

from salesorders.sync.ports import Clock, Store
from salesorders.sync.sources import Sources
from salesorders.sync.wait import pause
from salesorders.catalog import Seller
from salesorders.governance import check_duty
from salesorders.kernel.actors import Actor
from salesorders.kernel.change import Answer, Ask, Change, Command, Document, Loaded
from salesorders.kernel.codec import parse_json, revive
from salesorders.kernel.errors import (
    ConcurrencyExhausted,
    KeyReused,
    NotAllowed,
    SalesOrdersError,
    StaleVersion,
    invalid,
)
from salesorders.kernel.ids import key_of
from salesorders.kernel.limits import pinned_context
from salesorders.kernel.policy import Dated
from salesorders.lifecycle import Policies, Preview, Setting, UseCase
from salesorders.storage import Entry, Put, Row, Versioned, body_of, entry_text

__all__ = ["Engine"]

R = TypeVar("R")
C = TypeVar("C")
Out = TypeVar("Out")
TRIES = 8
PAGE = 1_000


@attrs.frozen
class Engine:
    """A desk's assembly: store, clock, tenant, seller, currency, policies by day, zone of the business date."""

    store: Store
    clock: Clock
    tenant: str
    seller: Seller
    currency: str
    policies: Dated[Policies]
    zone: ZoneInfo
    sources: Sources = attrs.field(factory=Sources)

    def moment(self) -> datetime:
        """Return the moment in UTC."""
        now = self.clock.now()
        if now.tzinfo is None:
            invalid("moment.naive", "clock", "the clock gives a moment without a zone")
        return now.astimezone(UTC)

    def command(self, actor: Actor, key: str) -> Command:
        """Return a command of this moment."""
        at = self.moment()
        return Command(key, actor, self.tenant, at, at.astimezone(self.zone).date())

    def setting(self, command: Command) -> Setting:
        """Return what holds for a command: the policies in force on its day."""
        return Setting(self.seller, self.currency, self.policies.on(command.today))

    def of_tenant(self, actor: Actor, path: str) -> None:
        """Raise ``actor.tenant`` for an actor of another tenant, who neither reads nor writes here."""
        if actor.tenant is not None and actor.tenant != self.tenant:
            raise NotAllowed("actor.tenant", path, "the actor belongs to another tenant")

    def admitted(self, actor: Actor | None, verb: str) -> Actor:
        """Return the actor, or raise ``actor.missing``, ``actor.tenant`` or ``duty.missing``."""
        return self._admitted(actor, verb)[0]

    def _admitted(self, actor: Actor | None, verb: str) -> tuple[Actor, datetime, date]:
        """Return the actor with the moment and the business date, or raise."""
        if actor is None:
            raise NotAllowed("actor.missing", "by", "say who acts: desk.as_(actor) or by=")
        if not isinstance(actor, Actor):
            invalid("actor.type", "by", f"an Actor is wanted, not {type(actor).__name__}")
        self.of_tenant(actor, "by")
        at = self.moment()
        today = at.astimezone(self.zone).date()
        check_duty(actor, verb, self.policies.on(today).duties)
        return actor, at, today

    def ask(self, use: UseCase[R, C, Out], request: R, actor: Actor) -> Out:
        """Answer a reading verb; nothing is written."""
        command = self.command(actor, "read")
        case, _ = self._load(use, request, command, {})
        with pinned_context():
            return use.decide(request, case, command).outcome

    def run(
        self,
        use: UseCase[R, C, Out],
        request: R,
        *,
        actor: Actor | None,
        key: str | None,
        dry_run: bool,
    ) -> Any:
        """Run a writing verb: the first answer where the key has one, else decide and commit.

        A version that changed meanwhile makes the whole command run again, at most 8 times with a
        growing, jittered pause; then ``concurrency.exhausted`` is raised and nothing was changed.
        """
        by, at, today = self._admitted(actor, use.name)
        command = Command(key_of(key), by, self.tenant, at, today)
        body = body_of(use.name, command.actor, request)
        try:
            return self._run(use, request, command, body, dry_run)
        except ConcurrencyExhausted:
            raise
        except SalesOrdersError:
            # The store refuses a key that was used, whatever else has become of the command since.
            earlier = self.store.answer(self.tenant, command.key)
            if earlier is None:
                raise
            return self._first_answer(earlier, body)

    def _run(
        self, use: UseCase[R, C, Out], request: R, command: Command, body: str, dry_run: bool
    ) -> Any:
        said: dict[tuple[str, ...], Answer] = {}
        for attempt in range(TRIES):
            if attempt:
                pause(random.uniform(0.5, 1.5) * 0.001 * 2**attempt)
            case, held = self._load(use, request, command, said)
            try:
                with pinned_context():
                    change = use.decide(request, case, command)
            except SalesOrdersError:
                if self._moved(use, request, command, held, said):
                    continue
                raise
            if not change.puts and self._moved(use, request, command, held, said):
                continue
            if dry_run:
                return self._previewed(command, body, change)
            try:
                self.store.commit(
                    self.tenant, self._entry(use.name, body, change, held, command)
                )
            except StaleVersion:
                continue
            return change.outcome
        raise ConcurrencyExhausted(None, "key", f"{TRIES} tries met newer versions")

    def _previewed(self, command: Command, body: str, change: Change[Any]) -> Any:
        """Return a preview, or the first answer of a key that was used."""
        earlier = self.store.answer(self.tenant, command.key)
        if earlier is not None:
            return self._first_answer(earlier, body)
        return Preview(change.outcome, change.events)

    def _moved(
        self,
        use: UseCase[R, C, Out],
        request: R,
        command: Command,
        held: dict[str, Versioned],
        said: dict[tuple[str, ...], Answer],
    ) -> bool:
        """Whether what a refusal was made from is there no more.

        Documents are read one after the other, so another command may stand between two of them. What
        is written is compared at the commit; a refusal writes nothing, so it is compared here.
        """
        _, again = self._load(use, request, command, said)
        return {ref: one.version for ref, one in again.items()} != {
            ref: one.version for ref, one in held.items()
        }

    @staticmethod
    def _first_answer(row: Row, body: str) -> Any:
        if row.body != body:
            raise KeyReused(None, "key", "the key was used for something else")
        return revive(parse_json(row.text)["outcome"])

    @staticmethod
    def _entry(
        verb: str, body: str, change: Change[Any], held: dict[str, Versioned], command: Command
    ) -> Entry:
        """The command with its documents, each over the version that it was made from."""
        puts, written = [], []
        for document in sorted(change.puts, key=_place):
            ref = document.ref
            there = held.get(ref)
            if there is None:
                puts.append(Put(0, document))
                written.append((ref, 1))
            else:
                puts.append(Put(there.version, document, there.document))
                written.append((ref, there.version + 1))
        text = entry_text(verb, body, command, change, written)
        return Entry(command.key, body, command.at, text, tuple(puts), change.effects)

    def _load(
        self,
        use: UseCase[R, C, Out],
        request: R,
        command: Command,
        said: dict[tuple[str, ...], Answer],
    ) -> tuple[C, dict[str, Versioned]]:
        """Drive the verb's loading plan; versions stay here, with whoever handed the documents out.

        A source is asked once a command, however often that is tried: ``said`` keeps what was answered.
        """
        held: dict[str, Versioned] = {}
        plan = use.load(request, self.setting(command), command)
        try:
            wanted = next(plan)
            while True:
                wanted = plan.send(self._wave(wanted, held, said))
        except StopIteration as done:
            case: C = done.value
            return case, held

    def _wave(
        self, wanted: Ask, held: dict[str, Versioned], said: dict[tuple[str, ...], Answer]
    ) -> Loaded:
        documents: dict[str, Document] = {}
        if wanted.refs:
            refs = tuple(sorted(set(wanted.refs)))
            there = self.store.read(self.tenant, refs)
            held.update(there)
            documents = {ref: found.document for ref, found in there.items()}
        found = {}
        for kind, name, value in wanted.finds:
            items = self.all(kind, name, value, wanted.most)
            for item in items:
                held.setdefault(item.document.ref, item)
            found[kind, name, value] = tuple(item.document for item in items)
        for question in wanted.questions:
            if question not in said:
                said[question] = self.sources.answer(question)
        return Loaded(documents, found, said)

    def all(self, kind: str, name: str, value: str, most: int) -> list[Versioned]:
        """Return every document under a lookup; more than ``most`` raise ``limit.exceeded``."""
        items: list[Versioned] = []
        after = ""
        while True:
            page = self.store.find(self.tenant, kind, name, value, after=after, limit=PAGE)
            items.extend(page.items)
            if len(items) > most:
                invalid("limit.exceeded", kind, f"more than {most} documents")
            if page.after is None:
                return items
            after = page.after


def _place(document: Document) -> tuple[bool, str]:
    """Refs are written in sorted order, number series last, so that two commands never wait crosswise."""
    ref = document.ref
    return ref.startswith("series/"), ref

"""Load, decide, commit, answer: the one way in which every verb runs."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import attrs

from salesorders.aio.clock import told
from salesorders.aio.in_hand import (
    PAGE,
    InHand,
    Raised,
    Said,
    Seen,
    Turn,
    in_order,
    too_many,
)
from salesorders.aio.ports import Clock, Store
from salesorders.aio.sources import Sources
from salesorders.aio.wait import pause
from salesorders.catalog import Seller
from salesorders.governance import check_duty
from salesorders.kernel.actors import Actor
from salesorders.kernel.change import Ask, Change, Command, Loaded
from salesorders.kernel.codec import parse_json, revive
from salesorders.kernel.errors import (
    ConcurrencyExhausted,
    KeyReused,
    NotAllowed,
    SalesOrdersError,
    StaleVersion,
    StoreError,
    invalid,
)
from salesorders.kernel.ids import key_of
from salesorders.kernel.limits import flag_of, pinned_context
from salesorders.kernel.policy import Dated
from salesorders.lifecycle import Policies, Preview, Setting, UseCase
from salesorders.storage import Ahead, Crowds, Row, Versioned, body_of

__all__ = ["Engine", "answered"]

R = TypeVar("R")
C = TypeVar("C")
Out = TypeVar("Out")
# What was read before it was asked for; None is not there.
Early = dict[str, Versioned | None]
TRIES = 8


@attrs.frozen
class Engine:
    """A desk's assembly: store, clock, tenant, seller, currency, policies by day, zone of the business date.

    ``pause`` waits between two tries of a command.
    """

    store: Store
    clock: Clock
    tenant: str
    seller: Seller
    currency: str
    policies: Dated[Policies]
    zone: ZoneInfo
    pause: Callable[[float], Awaitable[None]] = pause
    sources: Sources = attrs.field(factory=Sources)
    ahead: Ahead | None = attrs.field(init=False)
    crowds: Crowds = attrs.field(factory=Crowds)

    @ahead.default
    def _ahead(self) -> Ahead | None:
        return None if getattr(self.store, "near", False) else Ahead()

    def moment(self) -> datetime:
        """Return the moment in UTC."""
        return told(self.clock.now())

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

    async def ask(self, use: UseCase[R, C, Out], request: R, actor: Actor) -> Out:
        """Answer a reading verb; nothing is written."""
        command = self.command(actor, "read")
        case, _ = await self._load(Turn(use, request, command, "", self.setting(command)))
        with pinned_context():
            return use.decide(request, case, command).outcome

    async def run(
        self,
        use: UseCase[R, C, Out],
        request: R,
        *,
        actor: Actor | None,
        key: str | None,
        dry_run: bool,
    ) -> Any:
        """Run a writing verb: the first answer where the key has one, else decide and commit.

        A version that changed meanwhile makes the whole command run again, with its documents in hand
        where the store can do that, else after a growing, jittered pause. After 8 tries
        ``concurrency.exhausted`` is raised and nothing was changed.
        """
        flag_of(dry_run, "dry_run")
        by, at, today = self._admitted(actor, use.name)
        command = Command(key_of(key), by, self.tenant, at, today)
        body = body_of(use.name, command.actor, request)
        turn = Turn(use, request, command, body, self.setting(command))
        failure: Exception
        try:
            return await self._run(turn, dry_run)
        except ConcurrencyExhausted:
            raise
        except SalesOrdersError as error:
            failure = error
        except Raised as raised:
            failure = raised.error
        if isinstance(failure, SalesOrdersError):
            # The store refuses a key that was used, whatever else has become of the command since.
            earlier = await self.store.answer(self.tenant, command.key)
            if earlier is not None:
                return self._first_answer(earlier, body)
        raise failure

    async def _run(self, turn: Turn, dry_run: bool) -> Any:
        verb, decide = turn.use.name, None if dry_run else getattr(self.store, "decide", None)
        refs: tuple[str, ...] = ()
        known: Mapping[str, Versioned] = {}
        for attempt in range(TRIES):
            if turn.unasked:
                await self._put_to_sources(turn)
            try:
                if refs and decide is not None:
                    hand, known = InHand(turn, refs, known), {}
                    try:
                        await decide(self.tenant, turn.asked, refs, hand)
                    finally:
                        refs = hand.refs
                    if not hand.wrote:
                        self.crowds.over(refs)
                    return hand.outcome
                if attempt:
                    await self.pause(random.uniform(0.5, 1.5) * 0.001 * 2**attempt)
                case, seen = await self._load(turn)
                # What a list holds is not for one command to hold.
                lines = decide is not None and not seen.lists
                line = self.crowds.line(verb, seen.held) if lines else []
                if line:
                    refs, known = in_order(line), seen.held
                    continue
                change = await self._decided(turn, case, seen)
                if change is None:
                    refs = in_order(seen.held)
                    continue
                if dry_run:
                    return await self._previewed(turn, change)
                entry = turn.entry(change, seen)
                try:
                    await self.store.commit(self.tenant, entry)
                except StaleVersion as stale:
                    # Whoever is outrun has these in hand the next time.
                    over = [put.document.ref for put in entry.puts if put.version]
                    refs, known = tuple(over) or in_order(seen.held), seen.held
                    self.crowds.met(verb, over, stale.path)
                    continue
                return change.outcome
            except StaleVersion:
                continue
        raise ConcurrencyExhausted(None, "key", f"{TRIES} tries met newer versions")

    async def _put_to_sources(self, turn: Turn) -> None:
        for question in sorted(turn.unasked):
            turn.said[question] = await self.sources.answer(question)
        turn.unasked.clear()

    async def _decided(self, turn: Turn, case: Any, seen: Seen) -> Change[Any] | None:
        """Decide from what was there; no change where a refusal was made from what has moved on.

        Documents are read one after the other, so another command may stand between two of them. What
        is written, and what a refusal was made from, is compared at the commit; lists, and what raises
        and so commits nothing, are compared here.
        """
        try:
            change = turn.decided(case)
        except Raised:
            # Also where two documents of two moments made nonsense of each other.
            if await self._moved(turn, seen):
                return None
            raise
        moved = seen.lists and not change.puts and await self._moved(turn, seen)
        return None if moved else change

    async def _moved(self, turn: Turn, seen: Seen) -> bool:
        _, again = await self._load(turn)
        return again.versions != seen.versions

    async def _previewed(self, turn: Turn, change: Change[Any]) -> Any:
        """Return a preview, or the first answer of a key that was used."""
        earlier = await self.store.answer(self.tenant, turn.command.key)
        if earlier is not None:
            return self._first_answer(earlier, turn.body)
        return Preview(change.outcome, change.events)

    @staticmethod
    def _first_answer(row: Row, body: str) -> Any:
        if row.body != body:
            raise KeyReused(None, "key", "the key was used for something else")
        return revive(parse_json(row.text)["outcome"])

    async def _load(self, turn: Turn) -> tuple[Any, Seen]:
        """Drive the verb's loading plan; versions stay here, with whoever handed the documents out."""
        seen, early = Seen(), Early()
        plan = turn.use.load(turn.request, turn.setting, turn.command)
        try:
            wanted = next(plan)
            while True:
                wanted = plan.send(await self._wave(wanted, seen, turn.said, early))
        except StopIteration as done:
            return done.value, seen

    async def _wave(self, wanted: Ask, seen: Seen, said: Said, early: Early) -> Loaded:
        there = await self._read(wanted, early)
        found = {}
        for find in wanted.finds:
            found[find] = await self.all(*find, wanted.most)
        for question in wanted.questions:
            if question not in said:
                said[question] = await self.sources.answer(question)
        return seen.gathered(wanted, there, found, said)

    async def _read(self, wanted: Ask, early: Early) -> dict[str, Versioned]:
        """Return what is there of the refs; what they lead to, as far as one can guess, is read ``early``."""
        refs = tuple(sorted(set(wanted.refs)))
        if self.ahead is None:
            return answered(refs, await self.store.read(self.tenant, refs)) if refs else {}
        missing = tuple([ref for ref in refs if ref not in early])
        there: dict[str, Versioned] = {}
        if missing:
            behind = self.ahead.behind(wanted.leading).difference(refs)
            asked = tuple(sorted([*missing, *behind])) if behind else missing
            try:
                there = answered(asked, await self.store.read(self.tenant, asked))
            except SalesOrdersError as error:
                # What can't be read may be what nobody asked for.
                if not behind or (isinstance(error, StoreError) and error.code != "store.answer"):
                    raise
                behind = set()
                there = answered(missing, await self.store.read(self.tenant, missing))
            self.ahead.learn(wanted.leading, there)
            early.update({ref: there.pop(ref, None) for ref in behind})
        if not early:
            return there
        return there | {ref: one for ref in refs if (one := early.get(ref)) is not None}

    async def all(self, kind: str, name: str, value: str, most: int) -> list[Versioned]:
        """Return every document under a lookup; more than ``most`` raise ``limit.exceeded``."""
        items: list[Versioned] = []
        after = ""
        while True:
            page = await self.store.find(self.tenant, kind, name, value, after=after, limit=PAGE)
            items.extend(page.items)
            too_many(kind, items, most)
            if page.after is None:
                return items
            after = page.after


def answered(refs: tuple[str, ...], there: Any) -> dict[str, Versioned]:
    """Return what was asked for; an adapter that answers with something else is told so before it does harm."""
    if there.__class__ is not dict and not isinstance(there, Mapping):
        raise StoreError("store.answer", "", f"a mapping is wanted, not {type(there).__name__}")
    found: dict[str, Versioned] = {}
    for ref in refs:
        if ref not in there:
            continue
        one = there[ref]
        try:
            fits = one.document.ref == ref
        except AttributeError:
            fits = False
        if not fits:
            raise StoreError("store.answer", ref, "the store answers with another document")
        found[ref] = one
    return found

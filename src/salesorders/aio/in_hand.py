"""Deciding a command: once from what was read, and, where somebody was faster, with its documents in hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from salesorders.aio.ports import Reader
from salesorders.kernel.building import built_open
from salesorders.kernel.change import Answer, Ask, Change, Command, Document, Loaded
from salesorders.kernel.errors import StaleVersion, invalid
from salesorders.kernel.limits import pinned_context
from salesorders.lifecycle import Setting, UseCase
from salesorders.storage import Asked, Entry, Put, Versioned, entry_text

__all__ = [
    "PAGE",
    "InHand",
    "Raised",
    "Said",
    "Seen",
    "Turn",
    "in_order",
    "too_many",
]

PAGE = 1_000
Held = dict[str, Versioned]
Find = tuple[str, str, str]
Said = dict[tuple[str, ...], Answer]


def in_order(refs: Iterable[str]) -> tuple[str, ...]:
    """Return refs as they are written and held: sorted, number series last, so that two commands never
    wait crosswise.
    """
    ordered = sorted(refs)
    series = [ref for ref in ordered if ref.startswith("series/")]
    others = [ref for ref in ordered if not ref.startswith("series/")] if series else ordered
    return (*others, *series)


@attrs.frozen
class Seen:
    """What a command has looked at: documents with their versions, references wave by wave, and lists."""

    held: Held = attrs.field(factory=dict)
    waves: list[tuple[str, ...]] = attrs.field(factory=list)
    lists: list[Find] = attrs.field(factory=list)

    def gathered(
        self,
        wanted: Ask,
        there: Mapping[str, Versioned],
        found: Mapping[Find, list[Versioned]],
        said: Said,
    ) -> Loaded:
        """Return the answer to a wave."""
        self.waves.append(wanted.refs)
        self.held.update(there)
        documents = {ref: one.document for ref, one in there.items()}
        lists: dict[Find, tuple[Document, ...]] = {}
        for find, items in found.items():
            self.lists.append(find)
            lists[find] = tuple([item.document for item in items])
            for item in items:
                self.held.setdefault(item.document.ref, item)
        return Loaded(documents, lists, said)

    @property
    def versions(self) -> tuple[tuple[str, int], ...]:
        """What was looked at, by version; 0 for what is not there."""
        refs = sorted({ref for wave in self.waves for ref in wave} | set(self.held))
        return tuple((ref, self.held[ref].version if ref in self.held else 0) for ref in refs)


def too_many(kind: str, items: list[Versioned], most: int) -> None:
    """Raise ``limit.exceeded`` for a list that is longer than whoever asked can bear."""
    if len(items) > most:
        invalid("limit.exceeded", kind, f"more than {most} documents")


class Raised(Exception):
    """What a verb or a host's rule raised, on its way past whoever would take it for a store's own error."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


@built_open
@attrs.frozen
class Turn:
    """A command with all that it is decided from but the documents.

    ``said`` is what sources answered: each is asked once, however often the command is tried. ``unasked`` are
    questions that came up with documents in hand, where nobody is asked anything: they are put before the next try.
    """

    use: UseCase[Any, Any, Any]
    request: Any
    command: Command
    body: str
    setting: Setting
    said: Said = attrs.field(factory=dict)
    unasked: set[tuple[str, ...]] = attrs.field(factory=set)

    @property
    def asked(self) -> Asked:
        """What a store has to know before there is an answer."""
        return Asked(self.command.key, self.body, self.command.at)

    def decided(self, case: Any) -> Change[Any]:
        """Return what happens, or raise :class:`Raised`: a verb's word that the user saw an older document is said,
        not tried again, and a rule's ``OverflowError`` is no database's.
        """
        try:
            with pinned_context():
                return self.use.decide(self.request, case, self.command)
        except Exception as error:  # noqa: BLE001 - whatever a rule raises is raised again, unchanged, by the engine
            raise Raised(error) from None

    def entry(self, change: Change[Any], seen: Seen) -> Entry:
        """Return the command with its documents, each over the version that it was made from.

        What writes no document is good as long as nothing has moved that it was made from.
        """
        held = seen.held
        new: dict[str, Document] = {document.ref: document for document in change.puts}
        puts, written = [], []
        for ref in in_order(new):
            there = held.get(ref)
            version, earlier = (0, None) if there is None else (there.version, there.document)
            puts.append(Put(version, new[ref], earlier))
            written.append((ref, version + 1))
        command = self.command
        text = entry_text(self.use.name, self.body, command, change, written)
        reads = () if puts else seen.versions
        return Entry(command.key, self.body, command.at, text, tuple(puts), change.effects, reads)


@attrs.define
class InHand:
    """A decision for a store's ``decide``: nobody else writes ``refs`` until it is committed.

    Where it turns out that it wants to write others too, it raises ``version.stale``, and ``refs`` has
    grown for the next time: to wait for one document while holding another that stands behind it in
    the order is what deadlocks are made of. ``known`` is what the try before has seen of the rest: it is not read
    again while others wait, and compared at the commit.
    """

    turn: Turn
    refs: tuple[str, ...]
    known: Mapping[str, Versioned] = attrs.field(factory=dict)
    outcome: Any = None
    wrote: bool = False

    def __call__(self, reader: Reader) -> Entry:
        """Load, decide and return what is to be committed."""
        known = {ref: one for ref, one in self.known.items() if ref not in self.refs}
        case, seen = self._loaded(reader, known)
        try:
            change = self.turn.decided(case)
        except Raised:
            self._compared(reader, seen)
            raise
        if not change.puts:
            self._compared(reader, seen)
        entry = self.turn.entry(change, seen)
        self._grow(put.document.ref for put in entry.puts if put.version)
        self.outcome, self.wrote = change.outcome, bool(change.puts)
        asked = {ref for wave in seen.waves for ref in wave}
        leant = sorted((ref, one.version) for ref, one in known.items() if ref in asked)
        return attrs.evolve(entry, reads=tuple(leant)) if leant and change.puts else entry

    def _grow(self, refs: Iterable[str]) -> None:
        """Have all of ``refs`` in hand, or raise."""
        wanted = in_order({*self.refs, *refs})
        if wanted != self.refs:
            self.refs = wanted
            raise StaleVersion(None, "", "more is written than was held")

    def _compared(self, reader: Reader, seen: Seen) -> None:
        """Raise where what a refusal was made from has moved on; what is in hand has not."""
        _, again = self._loaded(reader, {})
        if again.versions != seen.versions:
            self._grow(seen.held)
            raise StaleVersion(None, "", "it changed while it was read")

    def _known(self, wanted: Ask) -> None:
        """A source is asked while nothing is held: what it has not said yet is asked before the next try."""
        self.turn.unasked.update(set(wanted.questions) - set(self.turn.said))
        if self.turn.unasked:
            raise StaleVersion(None, "", "a source is asked first")

    def _loaded(self, reader: Reader, known: Held) -> tuple[Any, Seen]:
        seen = Seen()
        plan = self.turn.use.load(self.turn.request, self.turn.setting, self.turn.command)
        try:
            wanted = next(plan)
            while True:
                self._known(wanted)
                wanted = plan.send(_wave(reader, wanted, seen, self.turn.said, known))
        except StopIteration as done:
            return done.value, seen


def _wave(reader: Reader, wanted: Ask, seen: Seen, said: Said, known: Held) -> Loaded:
    refs = set(wanted.refs)
    others = tuple(sorted(refs.difference(known)))
    there = {ref: known[ref] for ref in sorted(refs.intersection(known))}
    if others:
        there |= reader.read(others)
    found = {find: _all(reader, find, wanted.most) for find in wanted.finds}
    return seen.gathered(wanted, there, found, said)


def _all(reader: Reader, find: Find, most: int) -> list[Versioned]:
    items: list[Versioned] = []
    after: str | None = ""
    while after is not None:
        page = reader.find(*find, after=after, limit=PAGE)
        items.extend(page.items)
        too_many(find[0], items, most)
        after = page.after
    return items

"""What a store promises that lets a command be decided with its documents in hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Any, ClassVar

import pytest
from attrs import evolve

from salesorders.kernel.errors import Conflict, KeyReused, StaleVersion
from salesorders.storage import Asked, Entry, Put, Versioned, follows
from salesorders.testing.stores.asking import (
    AT,
    AT_ONCE,
    Play,
    alike,
    command,
    customer,
    every_effect,
    notices,
    waits,
    written,
)
from salesorders.testing.suite import Suite, promise

__all__ = ["DecidingSuite"]

REF = "customer/C1"
MANY = 1_000
Decision = Callable[[Any], Entry]


def asked(key: str) -> Asked:
    """Return a command that is still to be decided."""
    entry = command(key)
    return Asked(key, entry.body, AT)


def raised(held: Any) -> Put:
    """Return a customer with a limit that is higher by one, over the version that was read."""
    limit = str(int(held.document.credit_limit) + 1)
    return Put(held.version, customer(held.document.id, limit), held.document)


def one_more(key: str, *refs: str) -> Decision:
    """Return a decision that raises customers' limits by one, from what it reads; its text tells their versions."""

    def decided(reader: Any) -> Entry:
        there = reader.read(refs or (REF,))
        puts = [raised(there[ref]) for ref in refs or (REF,)]
        told = " ".join(f"{put.document.ref}={put.version + 1}" for put in puts)
        return command(key, *puts, effects=notices(key), note=told)

    return decided


def once(key: str, decision: Decision, calls: list[str]) -> Decision:
    """Return the same decision; its call is noted, and another one ends whoever would call it for ever."""

    def decided(reader: Any) -> Entry:
        assert key not in calls, f"{key} was decided more than once"
        calls.append(key)
        return decision(reader)

    return decided


def deciding(key: str, *refs: str, decision: Decision | None = None) -> Play:
    """Raise customers' limits by one with the customers in hand."""
    yield "decide", ("main", asked(key), refs, decision or one_more(key, *refs))


def plainly(key: str, calls: list[str]) -> Play:
    """Raise a customer's limit by one with plain commits, as long as others wait to be called; return how often."""
    for done in range(1, MANY):
        yield from written(f"{key}-{done}", (REF,), lambda there: (raised(there[REF]),))
        if len(calls) >= AT_ONCE:
            break
    return done


class DecidingSuite(Suite):
    """Subclass it beside ``StoreSuite`` where the store has ``decide``; ``make`` returns an empty store."""

    port: ClassVar[str] = "store, in hand"

    def _begin(self, *names: str, tenant: str = "main") -> None:
        for name in names or ("C1",):
            self.adapter.commit(tenant, command(f"add-{name}", Put(0, customer(name))))

    def _limit(self) -> int:
        held = self.adapter.read("main", (REF,))[REF]
        return int(held.document.credit_limit)

    def _rows(self) -> int:
        self.adapter.seal("main")
        return len(self.adapter.rows("main", after=0, limit=100))

    def _stale(self, entry: Entry, refs: tuple[str, ...] = (REF,)) -> None:
        """Ask for a decision that was made from something else than what is there."""
        calls: list[str] = []
        decision = once(entry.key, lambda _: entry, calls)
        with pytest.raises(StaleVersion):
            self.adapter.decide("main", asked(entry.key), refs, decision)
        assert calls == [entry.key]
        assert self.adapter.answer("main", entry.key) is None
        assert list(self.adapter.pending("main", limit=9)) == []

    def _versions(self, ref: str) -> list[int]:
        """The versions of a document, in the order of the chain."""
        self.adapter.seal("main")
        rows = self.adapter.rows("main", after=0, limit=100)
        found = (re.search(rf"{ref}=(\d+)", row.text) for row in rows)
        return [int(one.group(1)) for one in found if one]

    @promise("what was decided: it is answered and not there")
    def test_what_is_decided_in_hand_is_committed(self) -> None:
        self._begin()
        self.adapter.decide("main", asked("k"), (REF,), one_more("k"))
        row = self.adapter.answer("main", "k")
        assert (self._limit(), row.key) == (2, "k")
        assert row.text == command("k", note=f"{REF}=2").text
        assert [item.key for item in self.adapter.pending("main", limit=9)] == ["k"]
        assert self._rows() == 2

    @promise("its turn: among many a command is outrun until its patience is at an end")
    def test_nobody_who_has_its_documents_in_hand_is_outrun(self) -> None:
        self._begin()
        calls = [("main", asked(f"k{n}"), (REF,), one_more(f"k{n}")) for n in range(AT_ONCE)]
        answers = self.adapter.at_once("decide", calls)
        assert answers == [None] * AT_ONCE
        assert (self._limit(), self._rows()) == (1 + AT_ONCE, 1 + AT_ONCE)

    @promise("once: a command that comes again while it is decided happens twice")
    def test_a_key_that_was_used_is_not_decided_again(self) -> None:
        self._begin()
        with pytest.raises(KeyReused):
            self.adapter.decide("main", asked("add-C1"), (REF,), one_more("add-C1"))
        assert (self._limit(), self._rows()) == (1, 1)

    @promise("the key: a command that failed can never be sent again")
    def test_a_decision_that_raises_leaves_nothing_behind(self) -> None:
        self._begin()

        def refused(reader: Any) -> Entry:
            reader.read((REF,))
            raise Conflict("order.closed", "order", "it is closed")

        with pytest.raises(Conflict) as said:
            self.adapter.decide("main", asked("k"), (REF,), refused)
        assert said.value.code == "order.closed"
        assert (self.adapter.answer("main", "k"), self._rows()) == (None, 1)
        self.adapter.decide("main", asked("k"), (REF,), one_more("k"))
        assert self._limit() == 2

    @promise("lists inside a decision: a bill is settled that is not there, or one is forgotten")
    def test_a_decision_finds_what_the_store_finds(self) -> None:
        self._begin("C1", "C2")
        old, new = customer("C1"), customer("C1", "7")
        self.adapter.commit("main", command("k1", Put(1, new, old)))
        wanted = {
            ("customer", "all", ""): [Versioned(2, new), Versioned(1, customer("C2"))],
            ("customer", "alias", old.name): [Versioned(2, new)],
            ("customer", "alias", old.name.upper()): [],
            ("customer", "alias", "Customer__1"): [],
            ("item", "alias", old.name): [],
        }
        seen: dict[Any, Any] = {}

        def looked(reader: Any) -> Entry:
            pages = ((place, reader.find(*place, after="", limit=9)) for place in wanted)
            seen.update((place, list(page.items)) for place, page in pages)
            return command("k")

        self.adapter.decide("main", asked("k"), (), looked)
        assert seen == wanted

    @promise("a message: of what a decision says some is not carried, or its end is cut off")
    def test_every_effect_of_a_decision_is_kept(self) -> None:
        entry = command("k", effects=every_effect())
        self.adapter.decide("main", asked("k"), (REF,), lambda _: entry)
        wanted = waits("k", every_effect())
        assert alike(tuple(self.adapter.pending("main", limit=len(wanted))), wanted)

    # --- what a decision answers is compared like any commit

    @promise("the work of whoever wrote first: what is decided in hand is written over it")
    def test_what_a_decision_writes_is_compared(self) -> None:
        self._begin("C1", "C2")
        self.adapter.commit("main", command("k1", Put(1, customer("C1", "5"), customer("C1"))))
        effects = notices("x")
        for n, version in enumerate((0, 1, 3)):
            put = Put(version, customer("C1", "9"), customer("C1") if version else None)
            self._stale(command(f"moved-{n}", put, effects=effects))
        # What nobody holds is compared as well, and one that is stale keeps all of it out.
        both = Put(2, customer("C1", "6"), customer("C1", "5")), Put(0, customer("C2", "9"))
        self._stale(command("both", *both, effects=effects))
        there = self.adapter.read("main", (REF, "customer/C2"))
        assert dict(there) == {
            REF: Versioned(2, customer("C1", "5")),
            "customer/C2": Versioned(1, customer("C2")),
        }

    @promise("a refusal that was never right: it was decided in hand from what had moved on")
    def test_what_a_decision_was_made_from_is_compared(self) -> None:
        self._begin()
        for n, moved in enumerate(((REF, 2), (REF, 0), ("customer/C2", 1))):
            self._stale(evolve(command(f"moved-{n}"), reads=(moved,)))
            self._stale(evolve(command(f"moved-{n}"), reads=(moved,)), refs=())
        seen = ((REF, 1), ("customer/C2", 0))
        self.adapter.decide("main", asked("k"), (REF,), lambda _: evolve(command("k"), reads=seen))
        assert self.adapter.answer("main", "k").key == "k"

    @promise(
        "what everything leans on: an order is decided in hand for an article that was withdrawn"
    )
    def test_what_a_decision_leans_on_is_compared_though_it_writes(self) -> None:
        self._begin("C1", "C2")
        put = Put(1, customer("C1", "5"), customer("C1"))
        for n, moved in enumerate((("customer/C2", 2), ("customer/C2", 0), ("customer/C3", 1))):
            leaning = evolve(command(f"moved-{n}", put, effects=notices("x")), reads=(moved,))
            self._stale(leaning)
        assert self._limit() == 1
        seen = (("customer/C2", 1), ("customer/C3", 0))
        leaning = evolve(command("k", put), reads=seen)
        self.adapter.decide("main", asked("k"), (REF,), lambda _: leaning)
        assert self._limit() == 5

    @promise("the truth: a decision that says that its user saw something older is taken for done")
    def test_a_decision_that_finds_something_stale_is_told(self) -> None:
        self._begin()
        calls: list[str] = []

        def older(reader: Any) -> Entry:
            raise StaleVersion(None, REF, "the user saw another one")

        with pytest.raises(StaleVersion) as said:
            self.adapter.decide("main", asked("k"), (REF,), once("k", older, calls))
        assert (said.value.path, calls) == (REF, ["k"])
        assert (self.adapter.answer("main", "k"), self._rows()) == (None, 1)

    @promise("what a decision uses up: it is asked more than once")
    def test_a_decision_is_called_once(self) -> None:
        self._begin()
        calls: list[str] = []
        keys = [f"k{n}" for n in range(AT_ONCE)]
        decisions = [("main", asked(key), (REF,), once(key, one_more(key), calls)) for key in keys]
        self.adapter.decide(*decisions[0])
        assert calls == keys[:1]
        assert self.adapter.at_once("decide", decisions[1:]) == [None] * (AT_ONCE - 1)
        assert sorted(calls) == keys

    @promise("the first answer: a command decided in hand comes again and is taken for another")
    def test_the_row_is_what_was_decided(self) -> None:
        self._begin()
        # The moment is the same, whichever zone it is told in.
        at = AT.replace(microsecond=123_456).astimezone(timezone(timedelta(hours=1)))
        entry = evolve(command("k", note="\u00e9 \u6771"), at=at)
        self.adapter.decide("main", Asked("k", entry.body, at), (REF,), lambda _: entry)
        self.adapter.seal("main")
        first, row = self.adapter.rows("main", after=0, limit=9)
        told = (row.key, row.body, row.text, row.recorded_at)
        assert told == ("k", entry.body, entry.text, at)
        assert follows(row, first, {"key": "k", "body": entry.body})
        assert self.adapter.answer("main", "k") == row

    @promise("privacy: a decision reads, or writes, another tenant's documents")
    def test_a_decision_is_its_tenants_own(self) -> None:
        self._begin()
        self._begin("C2", tenant="other")
        seen: list[Any] = []

        def looked(reader: Any) -> Entry:
            page = reader.find("customer", "all", "", after="", limit=9)
            there = reader.read((REF, "customer/C2"))
            seen.extend((sorted(there), [held.document.id for held in page.items]))
            return command("add-C1", Put(0, customer("C1", "7")), effects=notices("x"))

        # A key that another tenant used, and a reference that is another one's document.
        self.adapter.decide("other", asked("add-C1"), (REF, "customer/C2"), looked)
        assert seen == [["customer/C2"], ["C2"]]
        assert self._limit() == 1
        assert self.adapter.read("other", (REF,))[REF] == Versioned(1, customer("C1", "7"))
        assert list(self.adapter.pending("main", limit=9)) == []
        assert self._rows() == 1

    @promise("what is new: a command that begins a document can't be decided in hand")
    def test_what_is_not_there_can_be_held(self) -> None:
        seen: list[Any] = []

        def first(reader: Any) -> Entry:
            seen.append(dict(reader.read((REF, "customer/C2"))))
            return command("k", Put(0, customer("C1")))

        self._begin("C2")
        self.adapter.decide("main", asked("k"), (REF, "customer/C2"), first)
        assert seen == [{"customer/C2": Versioned(1, customer("C2"))}]
        assert self.adapter.read("main", (REF,))[REF] == Versioned(1, customer("C1"))

    # --- many at once

    @promise("its turn: who has its documents in hand is outrun by one who has not")
    def test_nobody_in_hand_is_outrun_by_a_plain_commit(self) -> None:
        self._begin()
        keys = [f"in-hand-{n}" for n in range(AT_ONCE)]
        calls: list[str] = []
        held = [deciding(key, REF, decision=once(key, one_more(key), calls)) for key in keys]
        answers = self.adapter.played([*held, *(plainly(f"plain-{n}", calls) for n in range(2))])
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
        count = 1 + AT_ONCE + sum(answers[AT_ONCE:])
        assert (self._limit(), self.adapter.read("main", (REF,))[REF].version) == (count, count)

    @promise("its turn: only the first of two documents is held, and the second is gone")
    def test_all_that_a_command_names_is_held(self) -> None:
        self._begin("C1", "C2")
        wanted = [(REF, "customer/C2") if n % 2 else ("customer/C2",) for n in range(AT_ONCE)]
        plays = [deciding(f"k{n}", *refs) for n, refs in enumerate(wanted)]
        answers = self.adapter.played(plays)
        assert answers == [None] * AT_ONCE
        there = self.adapter.read("main", (REF, "customer/C2"))
        versions = {ref: held.version for ref, held in there.items()}
        assert versions == {REF: 1 + AT_ONCE // 2, "customer/C2": 1 + AT_ONCE}

    @promise("the order of things: the chain tells a later state before an earlier one")
    def test_versions_rise_by_one_along_the_chain(self) -> None:
        self._begin("C1", "C2")
        refs = (REF, "customer/C2")
        plays = [deciding(f"k{n}", *refs[n % 2 :]) for n in range(2 * AT_ONCE)]
        self.adapter.played(plays)
        for ref in refs:
            last = self.adapter.read("main", (ref,))[ref].version
            assert last > AT_ONCE
            assert self._versions(ref) == list(range(2, last + 1))

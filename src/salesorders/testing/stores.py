"""What every store promises, whatever it keeps its documents in. Said to the port itself, blocking or async."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from attrs import evolve

from salesorders.catalog import Customer
from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.codec import digest
from salesorders.kernel.errors import InvalidValue, KeyReused, StaleVersion
from salesorders.receivables import Payment
from salesorders.storage import Entry, Put, Row, Stored, Versioned, follows
from salesorders.testing.suite import Suite, promise

__all__ = ["StoreSuite"]

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AT_ONCE = 8


def customer(name: str, limit: str = "1") -> Customer:
    """Return a customer by its id; ``limit`` tells its versions apart."""
    return Customer(name, f"Customer {name}", country="DE", credit_limit=limit)


def command(key: str, *puts: Put, effects: tuple[GatewayEffect, ...] = ()) -> Entry:
    """Return a command that writes these documents and notes these effects."""
    body = digest(key)
    return Entry(key, body, AT, f'{{"body":"{body}","key":"{key}"}}', puts, effects)


def notices(*kinds: str) -> tuple[GatewayEffect, ...]:
    """Return effects for one gateway."""
    return tuple(GatewayEffect("notices", kind) for kind in kinds)


class StoreSuite(Suite):
    """Subclass it, write ``make`` so that it returns an empty store, and every promise of the port is asked.

    ``concurrent = False`` is for a store that one thread of one process uses at a time.
    """

    port: ClassVar[str] = "store"
    flags: ClassVar[tuple[str, ...]] = ("concurrent",)
    concurrent: ClassVar[bool] = True

    # --- what the promises are asked with

    def _put(self, *names: str, tenant: str = "main") -> None:
        for name in names:
            self.adapter.commit(tenant, command(f"add-{name}", Put(0, customer(name))))

    def _found(self, tenant: str = "main", **page: Any) -> list[str]:
        asked = {"after": "", "limit": 100} | page
        answer = self.adapter.find(tenant, "customer", "all", "", **asked)
        return [held.document.id for held in answer.items]

    def _kinds(self, **asked: Any) -> list[str]:
        return [item.effect.kind for item in self.adapter.pending("main", limit=10, **asked)]

    def _leased(self, worker: str, now: datetime = AT, limit: int = 10) -> list[str]:
        items = self.adapter.lease(
            "main",
            worker=worker,
            now=now,
            until=now + timedelta(minutes=5),
            gateways=("notices",),
            limit=limit,
        )
        return [item.effect.kind for item in items]

    def _rows(self) -> list[Row]:
        self.adapter.seal("main")
        return list(self.adapter.rows("main", after=0, limit=1_000))

    # --- documents

    @promise("what was entered: it can't be found again, or comes back as something else")
    def test_what_was_put_is_read_at_version_one(self) -> None:
        self._put("C1")
        there = self.adapter.read("main", ("customer/C1", "customer/C2"))
        assert dict(there) == {"customer/C1": Versioned(1, customer("C1"))}

    @promise("cents: an amount comes back with other digits than it was written with")
    def test_amounts_come_back_to_the_last_digit(self) -> None:
        amounts = ("0.10", "0.30", "99999999999999.99", "1000000.00")
        for n, amount in enumerate(amounts):
            paid = Payment(
                id=f"P{n}",
                customer="C1",
                currency="EUR",
                amount=Decimal(amount),
                received_on=date(2026, 11, 23),
            )
            self.adapter.commit("main", command(f"pay-{n}", Put(0, paid)))
            (held,) = self.adapter.read("main", (paid.ref,)).values()
            assert (str(held.document.amount), held.document) == (amount, paid)

    @promise("the newest state: an old one comes back")
    def test_the_next_version_takes_the_place_of_the_one_before(self) -> None:
        self._put("C1")
        old, new = customer("C1"), customer("C1", "7")
        self.adapter.commit("main", command("k2", Put(1, new, old)))
        assert dict(self.adapter.read("main", ("customer/C1",))) == {
            "customer/C1": Versioned(2, new)
        }

    @promise(
        "the work of whoever wrote first: stock is sold twice, a limit is passed by two orders"
    )
    def test_another_version_than_the_one_that_is_there_is_stale(self) -> None:
        self._put("C1")
        one = customer("C1", "7")
        for version in (0, 2, 9):
            with pytest.raises(StaleVersion) as raised:
                self.adapter.commit("main", command(f"k{version}", Put(version, one, one)))
            assert raised.value.path == "customer/C1"
            assert self.adapter.answer("main", f"k{version}") is None
        with pytest.raises(StaleVersion):
            self.adapter.commit("main", command("new", Put(1, customer("C9"), customer("C9"))))
        assert self.adapter.read("main", ("customer/C1",))["customer/C1"].version == 1

    @promise("half of what belongs together: goods that left whose stock is still there")
    def test_one_stale_document_keeps_the_whole_command_out(self) -> None:
        self._put("C1")
        puts = (Put(0, customer("A")), Put(0, customer("C1")), Put(0, customer("Z")))
        with pytest.raises(StaleVersion):
            self.adapter.commit("main", command("k2", *puts, effects=notices("x")))
        assert self._found() == ["C1"]
        assert self._kinds() == []
        assert [row.key for row in self._rows()] == ["add-C1"]

    @promise("a refusal that was never right: it was made from what had moved on meanwhile")
    def test_what_an_answer_was_made_from_is_compared_though_nothing_is_written(self) -> None:
        self._put("C1")
        seen = (("customer/C1", 1), ("customer/C2", 0))
        self.adapter.commit("main", evolve(command("k1"), reads=seen))
        for n, moved in enumerate((("customer/C1", 2), ("customer/C1", 0), ("customer/C2", 1))):
            with pytest.raises(StaleVersion):
                self.adapter.commit("main", evolve(command(f"moved-{n}"), reads=(moved,)))
            assert self.adapter.answer("main", f"moved-{n}") is None
        with pytest.raises(KeyReused):
            self.adapter.commit("main", evolve(command("k1"), reads=seen))

    # --- keys and the chain

    @promise("once: a double click is two orders")
    def test_a_key_has_one_row(self) -> None:
        self.adapter.commit("main", command("k"))
        with pytest.raises(KeyReused):
            self.adapter.commit("main", command("k", Put(0, customer("C1")), effects=notices("a")))
        assert (self._found(), self._kinds(), len(self._rows())) == ([], [], 1)

    @promise("the first answer: a repeated command is answered with something else")
    def test_the_row_of_a_key_is_what_was_committed(self) -> None:
        entry = command("k")
        self.adapter.commit("main", entry)
        self.adapter.seal("main")
        row = self.adapter.answer("main", "k")
        told = (row.key, row.body, row.text, row.recorded_at, row.seq)
        assert told == ("k", entry.body, entry.text, AT, 1)
        assert self.adapter.answer("main", "another") is None

    @promise("the proof of what was done: the audit chain is broken, or in another order")
    def test_rows_are_chained_in_the_order_of_their_commits(self) -> None:
        for n in range(5):
            self.adapter.commit("main", command(f"k{n}"))
        rows = self._rows()
        assert [row.key for row in rows] == ["k0", "k1", "k2", "k3", "k4"]
        for before, row in zip([None, *rows], rows, strict=False):
            assert follows(row, before, {"key": row.key, "body": row.body})
        page = self.adapter.rows("main", after=1, limit=3)
        assert [row.key for row in page] == ["k1", "k2", "k3"]
        self.adapter.seal("main")
        assert self._rows() == rows

    # --- lists

    @promise("a document that a list never shows, or shows twice")
    def test_pages_follow_each_other_and_end(self) -> None:
        self._put("b", "a", "d", "c")
        first = self.adapter.find("main", "customer", "all", "", after="", limit=3)
        assert [held.document.id for held in first.items] == ["a", "b", "c"]
        second = self.adapter.find("main", "customer", "all", "", after=first.after, limit=3)
        assert ([held.document.id for held in second.items], second.after) == (["d"], None)
        assert self.adapter.find("main", "customer", "all", "", after="", limit=4).after is None

    @promise("a document that came while a list was read: the next page skips or repeats")
    def test_a_cursor_holds_while_others_write(self) -> None:
        self._put("b", "d")
        first = self.adapter.find("main", "customer", "all", "", after="", limit=1)
        self._put("a", "c")
        assert self._found(after=first.after) == ["c", "d"]

    @promise(
        "the one order that every page and lock relies on: it changes with the machine's language"
    )
    def test_names_are_ordered_by_their_letters_whatever_the_language(self) -> None:
        ids = ["a", "B", "Z", "z", "a-b", "a_b", "a.b", "aB", "A"]
        self._put(*ids)
        assert self._found() == sorted(ids)

    @promise("trust in lists: what is settled still stands among what is open")
    def test_lookups_follow_the_document(self) -> None:
        whole = Payment(
            id="P1",
            customer="C1",
            currency="EUR",
            amount=Decimal("5.00"),
            received_on=date(2026, 11, 23),
        )
        used = whole.allocate("IN-1", Decimal("5.00"))

        def listed(name: str) -> int:
            page = self.adapter.find("main", "payment", name, "C1", after="", limit=9)
            return len(page.items)

        self.adapter.commit("main", command("k1", Put(0, whole)))
        assert (listed("unapplied"), listed("customer")) == (1, 1)
        self.adapter.commit("main", command("k2", Put(1, used, whole)))
        assert (listed("unapplied"), listed("customer")) == (0, 1)

    @promise("privacy: a stranger reads another tenant's customers")
    def test_tenants_do_not_see_each_other(self) -> None:
        self._put("C1")
        self._put("C2", tenant="other")
        assert (self._found(), self._found("other")) == (["C1"], ["C2"])
        assert dict(self.adapter.read("other", ("customer/C1",))) == {}
        assert self.adapter.answer("other", "add-C1") is None
        self.adapter.commit("other", command("add-C1"))

    # --- the outbox

    @promise("a message: an effect that was noted is never carried, or carried for ever")
    def test_effects_wait_oldest_first_until_delivered(self) -> None:
        self.adapter.commit("main", command("k1", effects=notices("a", "b")))
        self.adapter.commit("main", command("k2", effects=notices("c")))
        assert self._kinds() == ["a", "b", "c"]
        self.adapter.delivered("main", "k1", 1)
        self.adapter.delivered("main", "k1", 1)
        assert self._kinds() == ["a", "c"]

    @promise("effects for a gateway that is not there: they hide those that could go")
    def test_only_effects_of_the_named_gateways_are_given(self) -> None:
        both = (GatewayEffect("x", "1"), GatewayEffect("y", "2"))
        self.adapter.commit("main", command("k", effects=both))
        assert self._kinds(gateways=("y", "z")) == ["2"]
        assert self._kinds(gateways=()) == []

    @promise("patience: two workers carry one message at the same time")
    def test_what_one_worker_holds_no_other_gets(self) -> None:
        self.adapter.commit("main", command("k", effects=notices("a", "b", "c")))
        assert self._leased("w1", limit=2) == ["a", "b"]
        assert self._leased("w2") == ["c"]
        assert self._leased("w3") == []

    @promise("a message whose worker died: nobody ever carries it")
    def test_a_lease_that_ended_is_anybodys(self) -> None:
        self.adapter.commit("main", command("k", effects=notices("a")))
        self._leased("w1")
        assert self._leased("w2", AT + timedelta(minutes=4, seconds=59)) == []
        assert self._leased("w2", AT + timedelta(minutes=5)) == ["a"]

    @promise("a message that failed: it waits for a lease, or is taken from who carries it")
    def test_only_the_holder_gives_back(self) -> None:
        self.adapter.commit("main", command("k", effects=notices("a")))
        self._leased("w1")
        self.adapter.give_back("main", "k", 0, worker="w2")
        assert self._leased("w3") == []
        self.adapter.give_back("main", "k", 0, worker="w1")
        assert self._leased("w3") == ["a"]

    # --- backup

    @promise("the backup: what is restored is not what was kept")
    def test_a_snapshot_has_everything_and_restores_into_an_empty_tenant(self) -> None:
        self.adapter.commit("main", command("k1", Put(0, customer("C1")), effects=notices("a")))
        self.adapter.commit("main", command("k2", Put(1, customer("C1", "7"), customer("C1"))))
        taken = self.adapter.snapshot("main")
        assert [(one.ref, one.version) for one in taken.documents] == [("customer/C1", 2)]
        assert isinstance(taken.documents[0], Stored)
        assert (len(taken.rows), len(taken.waiting)) == (2, 1)
        self.adapter.restore("copy", taken)
        assert self.adapter.snapshot("copy") == taken
        assert self._found("copy") == ["C1"]

    @promise("a tenant: a backup is written over what is there")
    def test_nothing_is_restored_over_something(self) -> None:
        self._put("C1")
        taken = self.adapter.snapshot("main")
        with pytest.raises(InvalidValue) as raised:
            self.adapter.restore("main", taken)
        assert raised.value.code == "backup.occupied"

    # --- many at once

    @promise(
        "what the others wrote: of many writers at once more than one wins", needs="concurrent"
    )
    def test_of_many_writers_over_one_version_one_wins(self) -> None:
        self._put("C1")
        calls = [
            ("main", command(f"w{n}", Put(1, customer("C1", str(n)), customer("C1"))))
            for n in range(AT_ONCE)
        ]
        answers = self.adapter.at_once("commit", calls)
        won = [n for n, answer in enumerate(answers) if not isinstance(answer, Exception)]
        lost = [answer for answer in answers if isinstance(answer, Exception)]
        assert len(won) == 1, answers
        assert all(isinstance(answer, StaleVersion) for answer in lost), answers
        there = self.adapter.read("main", ("customer/C1",))["customer/C1"]
        assert there == Versioned(2, customer("C1", str(won[0])))
        assert len(self._rows()) == 2

    @promise(
        "once: one key at many doors at the same time happens more than once", needs="concurrent"
    )
    def test_one_key_at_many_doors_happens_once(self) -> None:
        calls = [("main", command("k", Put(0, customer(f"C{n}")))) for n in range(AT_ONCE)]
        answers = self.adapter.at_once("commit", calls)
        raised = [answer for answer in answers if isinstance(answer, Exception)]
        assert len(raised) == AT_ONCE - 1, answers
        assert all(isinstance(answer, KeyReused | StaleVersion) for answer in raised), answers
        assert (len(self._found()), len(self._rows())) == (1, 1)

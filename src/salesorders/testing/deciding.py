"""What a store promises that lets a command be decided with its documents in hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from salesorders.kernel.errors import Conflict, KeyReused
from salesorders.storage import Asked, Entry, Put
from salesorders.testing.stores.asking import AT, AT_ONCE, command, customer, notices
from salesorders.testing.suite import Suite, promise

__all__ = ["DecidingSuite"]

REF = "customer/C1"
Decision = Callable[[Any], Entry]


def asked(key: str) -> Asked:
    """Return a command that is still to be decided."""
    entry = command(key)
    return Asked(key, entry.body, AT)


def one_more(key: str) -> Decision:
    """Return a decision that raises a customer's limit by one, from what it reads."""

    def decided(reader: Any) -> Entry:
        held = reader.read((REF,))[REF]
        limit = str(int(held.document.credit_limit) + 1)
        put = Put(held.version, customer("C1", limit), held.document)
        return command(key, put, effects=notices(key))

    return decided


class DecidingSuite(Suite):
    """Subclass it beside ``StoreSuite`` where the store has ``decide``; ``make`` returns an empty store."""

    port: ClassVar[str] = "store, in hand"

    def _begin(self) -> None:
        self.adapter.commit("main", command("add-C1", Put(0, customer("C1"))))

    def _limit(self) -> int:
        held = self.adapter.read("main", (REF,))[REF]
        return int(held.document.credit_limit)

    def _rows(self) -> int:
        self.adapter.seal("main")
        return len(self.adapter.rows("main", after=0, limit=100))

    @promise("what was decided: it is answered and not there")
    def test_what_is_decided_in_hand_is_committed(self) -> None:
        self._begin()
        self.adapter.decide("main", asked("k"), (REF,), one_more("k"))
        row = self.adapter.answer("main", "k")
        assert (self._limit(), row.key, row.text) == (2, "k", command("k").text)
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

        with pytest.raises(Conflict) as raised:
            self.adapter.decide("main", asked("k"), (REF,), refused)
        assert raised.value.code == "order.closed"
        assert (self.adapter.answer("main", "k"), self._rows()) == (None, 1)
        self.adapter.decide("main", asked("k"), (REF,), one_more("k"))
        assert self._limit() == 2

    @promise("lists inside a decision: a bill is settled that is not there, or one is forgotten")
    def test_a_decision_finds_what_the_store_finds(self) -> None:
        self._begin()
        seen: list[str] = []

        def looked(reader: Any) -> Entry:
            page = reader.find("customer", "all", "", after="", limit=1)
            seen.extend(held.document.id for held in page.items)
            return command("k")

        self.adapter.decide("main", asked("k"), (), looked)
        assert seen == ["C1"]

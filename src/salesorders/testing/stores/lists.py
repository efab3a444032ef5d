"""Lists are whole, in one order, and a tenant's own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from salesorders.storage import Put
from salesorders.testing.builders import a_payment
from salesorders.testing.stores.asking import MANY, StoreAsking, alike, command, many, notices
from salesorders.testing.suite import promise

__all__ = ["ListPromises"]


class ListPromises(StoreAsking):
    """What is asked of lists."""

    @promise("a document that a list never shows, or shows twice")
    def test_pages_follow_each_other_and_end(self) -> None:
        self._put("b", "a", "d", "c")
        first = self.adapter.find("main", "customer", "all", "", after="", limit=3)
        assert [held.document.id for held in first.items] == ["a", "b", "c"]
        second = self.adapter.find("main", "customer", "all", "", after=first.after, limit=3)
        assert ([held.document.id for held in second.items], second.after) == (["d"], None)
        assert self.adapter.find("main", "customer", "all", "", after="", limit=4).after is None

    @promise("the rest of a long list: after a full page it is said to be at its end")
    def test_long_lists_are_read_to_their_end(self) -> None:
        puts = (Put(0, one) for one in many())
        self.adapter.commit("main", command("k", *puts))
        for limit in (100, 1_000, MANY - 1):
            found: list[str] = []
            after: str | None = ""
            pages = 0
            while after is not None:
                page = self.adapter.find("main", "customer", "all", "", after=after, limit=limit)
                found += [held.document.id for held in page.items]
                after = page.after
                pages += 1
            assert alike(found, [one.id for one in many()])
            assert pages == -(-MANY // limit)
        whole = self.adapter.find("main", "customer", "all", "", after="", limit=MANY)
        assert (len(whole.items), whole.after) == (MANY, None)
        refs = [one.ref for one in many()]
        assert len(self.adapter.read("main", refs)) == MANY

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
        whole = a_payment("5.00", customer="C1")
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

    @promise("a document that a list never shows, because another left the list while it was read")
    def test_a_cursor_holds_while_documents_leave_the_list(self) -> None:
        paid = [a_payment(id=name) for name in ("P1", "P2", "P3")]
        for one in paid:
            self.adapter.commit("main", command(one.id, Put(0, one)))

        def page(after: str) -> Any:
            return self.adapter.find("main", "payment", "unapplied", "C7", after=after, limit=1)

        first = page("")
        used = paid[0].allocate("IN-1", paid[0].amount)
        self.adapter.commit("main", command("used", Put(1, used, paid[0])))
        second = page(first.after)
        assert [one.document.id for one in (*first.items, *second.items)] == ["P1", "P2"]

    @promise("privacy: a stranger reads what another tenant did, or carries its messages")
    def test_tenants_have_their_own_chains_and_effects(self) -> None:
        self.adapter.commit("main", command("k1", effects=notices("a")))
        self.adapter.commit("other", command("k2", effects=notices("b")))
        assert [row.key for row in self._rows()] == ["k1"]
        assert [(row.key, row.seq) for row in self._rows("other")] == [("k2", 1)]
        assert (self._kinds("main"), self._kinds("other")) == (["a"], ["b"])
        assert self._leased("w1") == ["a"]
        assert [row.key for row in self.adapter.snapshot("other").rows] == ["k2"]
        self.adapter.delivered("main", "k2", 0)
        assert self._kinds("other") == ["b"]

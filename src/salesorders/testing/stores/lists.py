"""Lists are whole, in one order, and a tenant's own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from salesorders.catalog import Customer
from salesorders.storage import Put, Versioned
from salesorders.testing.builders import a_payment, an_order
from salesorders.testing.stores.asking import (
    MANY,
    StoreAsking,
    alike,
    command,
    customer,
    many,
    notices,
)
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

    @promise("the right one of two: a name that only looks like another leads to its documents")
    def test_lists_are_told_apart_by_every_letter(self) -> None:
        names = ["a_b", "a-b", "axb", "A_B", "a%", "a", " a", "a ", "á", "a\\_b", "''"]
        for n, name in enumerate(names):
            known = Customer(f"C{n:02d}", f"Customer {n}", country="DE", aliases=(name,))
            self.adapter.commit("main", command(f"k{n}", Put(0, known)))

        def listed(value: str, name: str = "alias", tenant: str = "main") -> list[str]:
            page = self.adapter.find(tenant, "customer", name, value, after="", limit=99)
            return [held.document.id for held in page.items]

        wanted = [[f"C{n:02d}"] for n in range(len(names))]
        assert [listed(name) for name in names] == wanted
        for value in ("%", "_", "A", "A-b", "a__", "a%b", "  a", "", "*"):
            assert listed(value) == [], value
        assert (listed("a", "ALIAS"), listed("a", "a_ias"), listed("a", "alias ")) == ([], [], [])
        self.adapter.restore("copy", self.adapter.snapshot("main"))
        assert [listed(name, tenant="copy") for name in names] == wanted

    @promise("sense in lists: a payment stands among the orders of a customer")
    def test_lists_are_of_one_kind(self) -> None:
        order, paid = an_order(), a_payment()
        self.adapter.commit("main", command("k", Put(0, order), Put(0, paid)))
        for kind, one in (("order", order), ("payment", paid)):
            for name, value in (("customer", "C7"), ("all", "")):
                page = self.adapter.find("main", kind, name, value, after="", limit=9)
                assert list(page.items) == [Versioned(1, one)]
        for kind in ("customer", "ORDER", "order_", "pay", "%", ""):
            page = self.adapter.find("main", kind, "customer", "C7", after="", limit=9)
            assert list(page.items) == [], kind

    @promise("privacy: of two tenants whose names differ in one letter each reads the other's")
    def test_tenants_are_told_apart_by_every_letter(self) -> None:
        # A desk takes no blanks here; a store that takes some away does so in other names too.
        tenants = ["main", "MAIN", "Main", "main.", "ma_n", "ma-n", "main ", " main"]
        for n, tenant in enumerate(tenants):
            mine = customer("C1", str(n))
            said = command("k", Put(0, mine), effects=notices(f"e{n}"), note=tenant)
            self.adapter.commit(tenant, said)
        for n, tenant in enumerate(tenants):
            wanted = Versioned(1, customer("C1", str(n)))
            page = self.adapter.find(tenant, "customer", "all", "", after="", limit=9)
            assert list(page.items) == [wanted]
            assert dict(self.adapter.read(tenant, ("customer/C1",))) == {"customer/C1": wanted}
            assert self.adapter.answer(tenant, "k").text == command("k", note=tenant).text
            assert [row.seq for row in self._rows(tenant)] == [1]
            assert (self._kinds(tenant), self._leased("w", tenant=tenant)) == ([f"e{n}"],) * 2
        for stranger in ("mAIN", "m%", "mai_", "MAIN ", "%"):
            assert dict(self.adapter.read(stranger, ("customer/C1",))) == {}
            assert (self.adapter.answer(stranger, "k"), self._kinds(stranger)) == (None, [])

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

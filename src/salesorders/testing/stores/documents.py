"""Documents come back as they were put, or not at all, and only over the version that was read."""

from __future__ import annotations

import pytest
from attrs import evolve

from salesorders.catalog import Customer, Price
from salesorders.kernel.codec import encode
from salesorders.kernel.errors import KeyReused, StaleVersion
from salesorders.storage import Put, Versioned
from salesorders.testing.builders import a_payment, an_item
from salesorders.testing.stores.asking import StoreAsking, alike, command, customer, notices
from salesorders.testing.suite import promise

__all__ = ["DocumentPromises"]


class DocumentPromises(StoreAsking):
    """What is asked of documents."""

    @promise("what was entered: it can't be found again, or comes back as something else")
    def test_what_was_put_is_read_at_version_one(self) -> None:
        self._put("C1")
        there = self.adapter.read("main", ("customer/C1", "customer/C2"))
        assert dict(there) == {"customer/C1": Versioned(1, customer("C1"))}

    @promise("cents: an amount comes back with other digits than it was written with")
    def test_amounts_come_back_to_the_last_digit(self) -> None:
        amounts = ("0.10", "0.30", "99999999999999.99", "1000000.00")
        for n, amount in enumerate(amounts):
            paid = a_payment(amount, id=f"P{n}")
            self.adapter.commit("main", command(f"pay-{n}", Put(0, paid)))
            (held,) = self.adapter.read("main", (paid.ref,)).values()
            assert (str(held.document.amount), held.document) == (amount, paid)

    @promise("the newest state: an old one comes back")
    def test_the_next_version_takes_the_place_of_the_one_before(self) -> None:
        self._put("C1")
        old, new = customer("C1"), customer("C1", "7")
        self._found()
        self.adapter.commit("main", command("k2", Put(1, new, old)))
        assert dict(self.adapter.read("main", ("customer/C1",))) == {
            "customer/C1": Versioned(2, new)
        }
        # Lists show it too, those by a name that did not change as well.
        for name, value in (("all", ""), ("alias", old.name)):
            page = self.adapter.find("main", "customer", name, value, after="", limit=5)
            assert list(page.items) == [Versioned(2, new)]

    @promise(
        "the work of whoever wrote first: stock is sold twice, a limit is passed by two orders"
    )
    def test_another_version_than_the_one_that_is_there_is_stale(self) -> None:
        # An id may have 64 letters, and a reference some more.
        for name in ("C1", "C" * 64):
            self._put(name)
            one = customer(name, "7")
            for version in (0, 2, 9):
                key = f"{name}-{version}"
                with pytest.raises(StaleVersion) as raised:
                    self.adapter.commit("main", command(key, Put(version, one, one)))
                assert raised.value.path == one.ref
                assert self.adapter.answer("main", key) is None
        with pytest.raises(StaleVersion):
            self.adapter.commit("main", command("new", Put(1, customer("C9"), customer("C9"))))
        assert self.adapter.read("main", ("customer/C1",))["customer/C1"].version == 1

    @promise("a refusal that was never right: it was made from what had moved on meanwhile")
    def test_what_an_answer_was_made_from_is_compared_though_it_is_not_written(self) -> None:
        self._put("C1")
        seen = (("customer/C1", 1), ("customer/C2", 0))
        self.adapter.commit("main", evolve(command("k1"), reads=seen))
        for n, moved in enumerate((("customer/C1", 2), ("customer/C1", 0), ("customer/C2", 1))):
            with pytest.raises(StaleVersion):
                self.adapter.commit("main", evolve(command(f"moved-{n}"), reads=(moved,)))
            assert self.adapter.answer("main", f"moved-{n}") is None
        with pytest.raises(KeyReused):
            self.adapter.commit("main", evolve(command("k1"), reads=seen))
        # As well where something is written.
        put = Put(0, customer("C4"))
        for n, moved in enumerate((("customer/C1", 2), ("customer/C2", 1))):
            with pytest.raises(StaleVersion):
                self.adapter.commit("main", evolve(command(f"over-{n}", put), reads=(moved,)))
        assert dict(self.adapter.read("main", ("customer/C4",))) == {}
        self.adapter.commit("main", evolve(command("k2", put), reads=seen))
        with pytest.raises(KeyReused):
            self.adapter.commit("main", evolve(command("k2", put), reads=seen))

    @promise("half of what belongs together: goods that left whose stock is still there")
    def test_one_stale_document_keeps_the_whole_command_out(self) -> None:
        self._put("C1")
        puts = (Put(0, customer("A")), Put(0, customer("C1")), Put(0, customer("Z")))
        with pytest.raises(StaleVersion):
            self.adapter.commit("main", command("k2", *puts, effects=notices("x")))
        assert self._found() == ["C1"]
        assert self._kinds() == []
        assert [row.key for row in self._rows()] == ["add-C1"]

    @promise("fractions of a cent: a price of six decimals is rounded, and the invoice with it")
    def test_prices_keep_every_digit(self) -> None:
        fine = an_item("FINE", prices=[Price("0.000001"), Price("999999.999999", at_least=7)])
        self.adapter.commit("main", command("k", Put(0, fine)))
        (held,) = self.adapter.read("main", (fine.ref,)).values()
        assert (encode(held.document), held.document) == (encode(fine), fine)

    @promise("the end of a long document: it was cut where a column ended")
    def test_a_long_document_comes_back_whole(self) -> None:
        breaks = [Price(f"{n}.5", at_least=n) for n in range(1, 1_001)]
        long = an_item("LONG", prices=breaks)
        note = "x" * 1_000_000
        self.adapter.commit("main", command("k", Put(0, long), note=note))
        assert alike(self.adapter.read("main", (long.ref,))[long.ref].document, long)
        assert alike(note in self.adapter.answer("main", "k").text, True)

    @promise("names: letters come back as others, or the hash of what was said no longer fits")
    def test_text_comes_back_letter_by_letter(self) -> None:
        names = (
            *("Žluťoučký Kůň", "東京 \N{FOX FACE}", "O'Neil; DROP TABLE x --", '"\\ % _ {0}'),
            *("  blanks  at both ends ", "ALL CAPITALS", "a\nline"),
        )
        for n, name in enumerate(names):
            named = Customer(f"C{n}", name, country="CZ")
            # Composed and decomposed: one letter to the eye, two texts to a hash.
            note = f"{name} \u00e9 e\u0301"
            self.adapter.commit("main", command(f"k{n}", Put(0, named), note=note))
            assert self.adapter.read("main", (named.ref,))[named.ref].document == named
            page = self.adapter.find("main", "customer", "alias", named.name, after="", limit=5)
            assert [held.document for held in page.items] == [named]
            assert self.adapter.answer("main", f"k{n}").text == command(f"k{n}", note=note).text

    @promise("one of two customers: names that differ in one small letter are taken for the same")
    def test_names_are_told_apart_by_every_letter(self) -> None:
        names = ("abc", "ABC", "Abc", "abc.", "a-bc", "a_bc", "ab+c")
        self._put(*names)
        for name in names:
            there = self.adapter.read("main", (f"customer/{name}",))
            assert dict(there) == {f"customer/{name}": Versioned(1, customer(name))}

    @promise("certainty: looking at something changes it")
    def test_reading_changes_nothing(self) -> None:
        self.adapter.commit("main", command("k", Put(0, customer("C1")), effects=notices("a")))
        self.adapter.seal("main")
        before = self.adapter.snapshot("main")
        for _ in range(2):
            self.adapter.read("main", ("customer/C1", "customer/C2"))
            self.adapter.answer("main", "k")
            self._found()
            self._kinds()
            self._rows()
        assert self.adapter.snapshot("main") == before

    @promise("sense: a question about nothing is answered with something")
    def test_what_is_not_there_is_not_there(self) -> None:
        self._put("C1")
        assert dict(self.adapter.read("main", ())) == {}
        assert dict(self.adapter.read("nobody", ("customer/C1",))) == {}
        for kind, name, value in (("order", "all", ""), ("customer", "all", "x")):
            page = self.adapter.find("main", kind, name, value, after="", limit=5)
            assert (list(page.items), page.after) == ([], None)

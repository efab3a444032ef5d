"""What the store in memory refuses before anything is written."""

import pytest

import salesorders as so
from salesorders.storage import Entry, Put
from salesorders.sync import MemoryStore
from salesorders.testing.stores.asking import AT


def test_a_document_over_another_one_says_which() -> None:
    """Or names would be added under which it stands already."""
    store, customer = MemoryStore(), so.Customer("C7", "Nordwind", country="DE")
    store.commit("main", Entry("a", "body", AT, "{}", (Put(0, customer),)))
    with pytest.raises(so.SalesOrdersError) as said:
        store.commit("main", Entry("b", "body", AT, "{}", (Put(1, customer),)))
    assert (said.value.code, said.value.path) == ("store.refused", "customer/C7")
    assert store.answer("main", "b") is None
    found = store.find("main", "customer", "all", "").items
    assert [one.version for one in found] == [1]

"""What every store does, whatever it keeps its documents in: said to the port itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import salesorders as so
from salesorders.kernel.change import GatewayEffect
from salesorders.storage import Entry, Put, Stored, Versioned
from tests.builders import a_customer, a_house

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def command(
    key: str, *puts: Put, effects: tuple[GatewayEffect, ...] = (), at: datetime = AT
) -> Entry:
    body = format(abs(hash(key)), "064x")
    return Entry(key, body, at, f'{{"body":"{body}","key":"{key}"}}', puts, effects)


def notices(*kinds: str) -> tuple[GatewayEffect, ...]:
    return tuple(GatewayEffect("notices", kind) for kind in kinds)


def put_customers(store: Any, tenant: str, *names: str) -> None:
    for name in names:
        store.commit(tenant, command(f"add-{name}", Put(0, a_customer(name))))


def found(store: Any, tenant: str = "main", **page: Any) -> list[str]:
    asked = {"after": "", "limit": 100} | page
    answer = store.find(tenant, "customer", "all", "", **asked)
    return [held.document.id for held in answer.items]


def test_what_was_put_is_read_at_version_one(store: Any) -> None:
    put_customers(store, "main", "C1")
    assert store.read("main", ("customer/C1", "customer/C2")) == {
        "customer/C1": Versioned(1, a_customer("C1"))
    }


def test_the_next_version_takes_the_place_of_the_one_before(store: Any) -> None:
    put_customers(store, "main", "C1")
    old, new = a_customer("C1"), a_customer("C1", limit="7")
    store.commit("main", command("k2", Put(1, new, old)))
    assert store.read("main", ("customer/C1",)) == {"customer/C1": Versioned(2, new)}


@pytest.mark.parametrize("version", [0, 2, 9])
def test_another_version_than_the_one_that_is_there_is_stale(store: Any, version: int) -> None:
    put_customers(store, "main", "C1")
    one = a_customer("C1", limit="7")
    with pytest.raises(so.StaleVersion) as raised:
        store.commit("main", command("k2", Put(version, one, one)))
    assert (raised.value.code, raised.value.path) == ("version.stale", "customer/C1")
    assert store.answer("main", "k2") is None


def test_a_new_version_of_what_is_not_there_is_stale(store: Any) -> None:
    with pytest.raises(so.StaleVersion):
        store.commit("main", command("k", Put(1, a_customer("C1"), a_customer("C1"))))


def test_one_stale_document_keeps_the_whole_command_out(store: Any) -> None:
    put_customers(store, "main", "C1")
    puts = (Put(0, a_customer("A")), Put(0, a_customer("C1")), Put(0, a_customer("Z")))
    with pytest.raises(so.StaleVersion):
        store.commit("main", command("k2", *puts, effects=notices("x")))
    assert found(store) == ["C1"]
    assert store.pending("main", limit=10) == ()


def test_a_key_has_one_row(store: Any) -> None:
    store.commit("main", command("k"))
    with pytest.raises(so.KeyReused):
        store.commit("main", command("k", Put(0, a_customer("C1"))))
    assert found(store) == []


def test_the_row_of_a_key_is_what_was_committed(store: Any) -> None:
    entry = command("k")
    store.commit("main", entry)
    store.seal("main")
    row = store.answer("main", "k")
    assert (row.key, row.body, row.text, row.recorded_at, row.seq) == (
        "k",
        entry.body,
        entry.text,
        AT,
        1,
    )


def test_rows_stand_in_the_order_of_their_commits(store: Any) -> None:
    for n in range(5):
        store.commit("main", command(f"k{n}"))
    store.seal("main")
    assert [row.key for row in store.rows("main", after=1, limit=3)] == ["k1", "k2", "k3"]


def test_pages_follow_each_other_and_end(store: Any) -> None:
    put_customers(store, "main", "b", "a", "d", "c")
    first = store.find("main", "customer", "all", "", after="", limit=3)
    assert [held.document.id for held in first.items] == ["a", "b", "c"]
    second = store.find("main", "customer", "all", "", after=first.after, limit=3)
    assert ([held.document.id for held in second.items], second.after) == (["d"], None)


def test_a_page_that_is_just_full_has_none_behind_it(store: Any) -> None:
    put_customers(store, "main", "a", "b")
    assert store.find("main", "customer", "all", "", after="", limit=2).after is None


def test_a_cursor_holds_while_others_write(store: Any) -> None:
    put_customers(store, "main", "b", "d")
    first = store.find("main", "customer", "all", "", after="", limit=1)
    put_customers(store, "main", "a", "c")
    assert found(store, after=first.after) == ["c", "d"]


def test_names_are_ordered_by_their_letters_whatever_the_language(store: Any) -> None:
    ids = ["a", "B", "Z", "z", "a-b", "a_b", "a.b", "aB", "A"]
    put_customers(store, "main", *ids)
    assert found(store) == sorted(ids)


def test_tenants_do_not_see_each_other(store: Any) -> None:
    put_customers(store, "main", "C1")
    put_customers(store, "other", "C2")
    assert (found(store), found(store, "other")) == (["C1"], ["C2"])
    assert store.read("other", ("customer/C1",)) == {}
    assert store.answer("other", "add-C1") is None


def test_effects_wait_oldest_first_until_delivered(store: Any) -> None:
    store.commit("main", command("k1", effects=notices("a", "b")))
    store.commit("main", command("k2", effects=notices("c")))
    assert [item.effect.kind for item in store.pending("main", limit=10)] == ["a", "b", "c"]
    store.delivered("main", "k1", 1)
    store.delivered("main", "k1", 1)
    assert [item.effect.kind for item in store.pending("main", limit=10)] == ["a", "c"]


def test_only_effects_of_the_named_gateways_are_given(store: Any) -> None:
    store.commit("main", command("k", effects=(GatewayEffect("x", "1"), GatewayEffect("y", "2"))))
    items = store.pending("main", limit=10, gateways=("y", "z"))
    assert [item.effect.kind for item in items] == ["2"]
    assert store.pending("main", limit=10, gateways=()) == ()


def leased(store: Any, worker: str, now: datetime = AT, limit: int = 10) -> list[str]:
    until = now + timedelta(minutes=5)
    items = store.lease(
        "main", worker=worker, now=now, until=until, gateways=("notices",), limit=limit
    )
    return [item.effect.kind for item in items]


def test_what_one_worker_holds_no_other_gets(store: Any) -> None:
    store.commit("main", command("k", effects=notices("a", "b", "c")))
    assert leased(store, "w1", limit=2) == ["a", "b"]
    assert leased(store, "w2") == ["c"]
    assert leased(store, "w3") == []


def test_a_lease_that_ended_is_anybodys(store: Any) -> None:
    store.commit("main", command("k", effects=notices("a")))
    leased(store, "w1")
    assert leased(store, "w2", AT + timedelta(minutes=4, seconds=59)) == []
    assert leased(store, "w2", AT + timedelta(minutes=5)) == ["a"]


def test_only_the_holder_gives_back(store: Any) -> None:
    store.commit("main", command("k", effects=notices("a")))
    leased(store, "w1")
    store.give_back("main", "k", 0, worker="w2")
    assert leased(store, "w3") == []
    store.give_back("main", "k", 0, worker="w1")
    assert leased(store, "w3") == ["a"]


def test_a_lease_is_of_one_tenant_and_of_named_gateways(store: Any) -> None:
    store.commit("other", command("k", effects=notices("a")))
    store.commit("main", command("k", effects=(GatewayEffect("ledger", "b"),)))
    assert leased(store, "w1") == []


def test_a_snapshot_has_everything_and_restores_into_an_empty_tenant(store: Any) -> None:
    effects = notices("a")
    store.commit("main", command("k1", Put(0, a_customer("C1")), effects=effects))
    store.commit("main", command("k2", Put(1, a_customer("C1", limit="7"), a_customer("C1"))))
    taken = store.snapshot("main")
    assert [(one.ref, one.version) for one in taken.documents] == [("customer/C1", 2)]
    assert isinstance(taken.documents[0], Stored)
    store.restore("copy", taken)
    assert store.snapshot("copy") == taken
    assert found(store, "copy") == ["C1"]


def test_nothing_is_restored_over_something(store: Any) -> None:
    put_customers(store, "main", "C1")
    taken = store.snapshot("main")
    with pytest.raises(so.InvalidValue) as raised:
        store.restore("main", taken)
    assert raised.value.code == "backup.occupied"


def test_lookups_follow_the_document(store: Any) -> None:
    house = a_house("sync")
    placed = house.order().unwrap()
    held = house.desk.orders.get(placed.id)
    store.commit("main", command("k1", Put(0, held)))
    assert store.find("main", "order", "backlog", "", after="", limit=9).items
    house.billed(house.shipped(placed))
    done = house.desk.orders.get(placed.id)
    store.commit("main", command("k2", Put(1, done, held)))
    assert not store.find("main", "order", "backlog", "", after="", limit=9).items

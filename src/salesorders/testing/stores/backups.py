"""A backup has everything, and a tenant that was restored goes on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import cache

import pytest
from attrs import evolve

from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.codec import encode
from salesorders.kernel.errors import InvalidValue, KeyReused, SalesOrdersError, StaleVersion
from salesorders.storage import Pending, Put, Row, Snapshot, Stored, follows, sealed
from salesorders.testing.builders import a_payment
from salesorders.testing.stores.asking import (
    AT,
    MANY,
    StoreAsking,
    alike,
    command,
    customer,
    every_effect,
    many,
    notices,
    waits,
)
from salesorders.testing.suite import promise

__all__ = ["BackupPromises"]


@cache
def much() -> Snapshot:
    """Return a backup of a tenant that has more of everything than fits on a page."""
    rows: list[Row] = []
    for number in range(MANY):
        said = command(f"k{number}")
        rows.append(sealed(said.key, said.body, said.text, AT, rows[-1] if rows else None))
    return Snapshot(
        tuple(Stored(one.ref, 3, encode(one)) for one in many()),
        tuple(rows),
        tuple(Pending(row.key, 0, GatewayEffect("notices", row.key)) for row in rows),
    )


class BackupPromises(StoreAsking):
    """What is asked of backups."""

    @promise("the backup: what is restored is not what was kept")
    def test_a_snapshot_has_everything_and_restores_into_an_empty_tenant(self) -> None:
        self.adapter.commit("main", command("k1", Put(0, customer("C1")), effects=notices("a")))
        self.adapter.commit("main", command("k2", Put(1, customer("C1", "7"), customer("C1"))))
        taken = self.adapter.snapshot("main")
        assert taken.documents == (Stored("customer/C1", 2, encode(customer("C1", "7"))),)
        assert [row.text for row in taken.rows] == [command("k1").text, command("k2").text]
        assert taken.waiting == waits("k1", notices("a"))
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
        # An answer that wrote no document is something too, whether it has a place in the chain yet or not.
        self.adapter.commit("asked", command("k", effects=notices("a")))
        self.adapter.delivered("asked", "k", 0)
        for _ in range(2):
            with pytest.raises(InvalidValue) as raised:
                self.adapter.restore("asked", taken)
            assert raised.value.code == "backup.occupied"
            self.adapter.seal("asked")
        assert [row.key for row in self._rows("asked")] == ["k"]

    @promise("the way back: a restore that fails leaves half a tenant, over which none is restored")
    def test_a_restore_that_fails_leaves_nothing_behind(self) -> None:
        self.adapter.commit("main", command("k", Put(0, customer("C1")), effects=notices("a")))
        taken = self.adapter.snapshot("main")
        (document,), (row,), (item,) = taken.documents, taken.rows, taken.waiting
        no_document = Stored("customer/C2", 1, '{"no":"document"}')
        broken = (
            evolve(taken, documents=(document, no_document)),
            evolve(taken, documents=(document, document)),
            evolve(taken, rows=(row, sealed(row.key, row.body, row.text, AT, row))),
            evolve(taken, waiting=(item, item)),
        )
        for n, one in enumerate(broken):
            tenant = f"copy-{n}"
            with pytest.raises(SalesOrdersError):
                self.adapter.restore(tenant, one)
            assert (self._found(tenant), self._waiting(tenant)) == ([], ())
            assert (self.adapter.answer(tenant, "k"), self._rows(tenant)) == (None, [])
            # The tenant is as empty as it was, and takes one that is whole.
            self.adapter.restore(tenant, taken)
            assert self.adapter.snapshot(tenant) == taken

    @promise("what waits: a restored message says less, or begins to fail anew")
    def test_what_waits_after_a_restore_is_what_waited(self) -> None:
        effects, since = every_effect()[:9], AT + timedelta(microseconds=123_456)
        self.adapter.commit("main", command("k", effects=effects))
        for at in (since, since + timedelta(days=1)):
            self._leased("w")
            self.adapter.give_back("main", "k", 1, worker="w", failed_at=at)
            self.adapter.give_back("main", "k", 2, worker="w")
        first, failed, *others = waits("k", effects)
        wanted = (first, evolve(failed, tries=2, failing_since=since), *others)
        # Compared with what was put in: two that lack the same would be alike.
        assert self.adapter.snapshot("main").waiting == wanted
        self.adapter.restore("copy", self.adapter.snapshot("main"))
        assert self._waiting("copy") == wanted
        assert self.adapter.snapshot("copy").waiting == wanted
        assert self._all_leased("copy") == wanted
        # One more try is one more.
        self.adapter.give_back("copy", "k", 1, worker="all", failed_at=since + timedelta(days=2))
        assert self._waiting("copy")[1] == evolve(failed, tries=3, failing_since=since)

    @promise("the day after: what was restored takes a used key again, or finds nothing")
    def test_a_restored_tenant_goes_on_where_it_stopped(self) -> None:
        self.adapter.commit("main", command("k1", Put(0, customer("C1")), effects=notices("a")))
        self.adapter.seal("main")
        self.adapter.restore("copy", self.adapter.snapshot("main"))
        with pytest.raises(KeyReused):
            self.adapter.commit("copy", command("k1"))
        with pytest.raises(StaleVersion):
            self.adapter.commit("copy", command("k2", Put(0, customer("C1"))))
        self.adapter.commit("copy", command("k2", Put(1, customer("C1", "7"), customer("C1"))))
        first, second = self._rows("copy")
        assert follows(second, first, {"key": second.key, "body": second.body})
        assert (self._found("copy"), self._kinds("copy")) == (["C1"], ["a"])
        assert self.adapter.answer("copy", "k1").text == command("k1").text

    @promise("the end of a large backup: it was cut where a page ended")
    def test_a_large_tenant_is_kept_whole(self) -> None:
        self.adapter.restore("main", much())
        assert alike(self.adapter.snapshot("main"), much())
        assert alike(self._found(limit=MANY), [one.id for one in many()])
        assert alike(self._kinds(limit=MANY), [row.key for row in much().rows])
        assert alike(tuple(self.adapter.rows("main", after=0, limit=MANY)), much().rows)
        assert alike(tuple(self.adapter.rows("main", after=MANY - 2, limit=9)), much().rows[-2:])
        self.adapter.commit("main", command("next"))
        self.adapter.seal("main")
        (row,) = self.adapter.rows("main", after=MANY, limit=9)
        assert follows(row, much().rows[-1], {"key": row.key, "body": row.body})

    @promise("the day after: what was restored is in no list but that of all")
    def test_what_was_restored_is_found_by_its_own_names(self) -> None:
        paid = [a_payment("5.00", id=name, customer="C1") for name in ("P1", "P2")]
        used = paid[1].allocate("IN-1", Decimal("5.00"))
        self.adapter.commit("main", command("k1", *(Put(0, one) for one in paid)))
        self.adapter.commit("main", command("k2", Put(1, used, paid[1])))
        self.adapter.restore("copy", self.adapter.snapshot("main"))

        def listed(tenant: str, name: str) -> list[str]:
            page = self.adapter.find(tenant, "payment", name, "C1", after="", limit=9)
            return [held.document.id for held in page.items]

        for tenant in ("main", "copy"):
            assert (listed(tenant, "unapplied"), listed(tenant, "customer")) == (
                ["P1"],
                ["P1", "P2"],
            )
        late = paid[0].allocate("IN-2", Decimal("5.00"))
        self.adapter.commit("copy", command("k3", Put(1, late, paid[0])))
        assert (listed("copy", "unapplied"), listed("main", "unapplied")) == ([], ["P1"])

    @promise("a message that was carried while the backup was taken: it is in no backup")
    def test_what_a_worker_holds_is_kept_too(self) -> None:
        self.adapter.commit("main", command("k", effects=notices("a", "b", "c")))
        assert self._leased("w1", limit=2) == ["a", "b"]
        taken = self.adapter.snapshot("main")
        assert [one.effect.kind for one in taken.waiting] == ["a", "b", "c"]
        self.adapter.restore("copy", taken)
        # Who held it there does not hold it here.
        assert self._leased("w2", tenant="copy") == ["a", "b", "c"]
        assert self._leased("w2") == ["c"]

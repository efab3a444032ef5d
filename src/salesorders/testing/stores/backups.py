"""A backup has everything, and a tenant that was restored goes on."""

from __future__ import annotations

import pytest

from salesorders.kernel.errors import InvalidValue, KeyReused, StaleVersion
from salesorders.storage import Put, Stored, follows
from salesorders.testing.stores.asking import StoreAsking, command, customer, notices
from salesorders.testing.suite import promise

__all__ = ["BackupPromises"]


class BackupPromises(StoreAsking):
    """What is asked of backups."""

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

"""A key is used once, its row is what was said, and rows hold together in one chain."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.errors import KeyReused, StoreError
from salesorders.kernel.money import Money
from salesorders.storage import Put, Versioned, follows
from salesorders.testing.stores.asking import (
    AT,
    StoreAsking,
    command,
    customer,
    notices,
    waits,
)
from salesorders.testing.suite import promise

__all__ = ["CommandPromises"]


class CommandPromises(StoreAsking):
    """What is asked of commands."""

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

    @promise("one of two commands: keys that differ in one letter are taken for the same")
    def test_keys_are_told_apart_by_every_letter(self) -> None:
        long = "k" * 254
        keys = ("web-1", "WEB-1", "web-1/0", "web 1", "web_1", "web%1", f"{long}a", f"{long}b")
        for key in keys:
            self.adapter.commit("main", command(key))
        assert [self.adapter.answer("main", key).key for key in keys] == list(keys)

    @promise("the moment: what happened is told with another time than it was done at")
    def test_moments_keep_their_microseconds(self) -> None:
        at = AT.replace(microsecond=123_456)
        self.adapter.commit("main", command("k", at=at))
        assert [row.recorded_at for row in self._rows()] == [at]
        assert self._rows()[0].recorded_at.utcoffset() == timedelta(0)
        taken = self.adapter.snapshot("main")
        self.adapter.restore("copy", taken)
        found = (*taken.rows, *self._rows("copy"), self.adapter.answer("copy", "k"))
        assert [row.recorded_at for row in found] == [at] * 3

    @promise("the moment: what was done at ten in Berlin is told as done at ten in London")
    def test_a_moment_of_another_zone_is_the_same_moment(self) -> None:
        for n, hours in enumerate((1, -5)):
            zone, tenant = timezone(timedelta(hours=hours)), f"t{n}"
            moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
            there, end = moment.astimezone(zone), (moment + timedelta(minutes=5)).astimezone(zone)
            self.adapter.commit(tenant, command("k", at=there, effects=notices("a")))
            (row,) = self._rows(tenant)
            assert (row.recorded_at, follows(row, None, {"key": "k", "body": row.body})) == (
                moment,
                True,
            )
            asked = {"worker": "w1", "now": there, "until": end, "gateways": ("notices",)}
            assert len(self.adapter.lease(tenant, **asked, limit=9)) == 1
            # The lease ends when it was said to, whichever zone's clock is looked at.
            assert (
                self._leased("w2", moment + timedelta(minutes=4, seconds=59), tenant=tenant) == []
            )
            assert self._leased("w2", moment + timedelta(minutes=5), tenant=tenant) == ["a"]
            self.adapter.give_back(tenant, "k", 0, worker="w2", failed_at=there)
            assert [one.failing_since for one in self._waiting(tenant)] == [moment]

    @promise("the order of things: the chain runs backwards when the clock is set back")
    def test_time_in_the_chain_never_runs_backwards(self) -> None:
        for n, hours in enumerate((0, -1, 2, -400 * 24)):
            self.adapter.commit("main", command(f"k{n}", at=AT + timedelta(hours=hours)))
        rows = self._rows()
        moments = [row.recorded_at for row in rows]
        assert moments == sorted(moments)
        assert moments[0] == AT
        for before, row in zip([None, *rows], rows, strict=False):
            assert follows(row, before, {"key": row.key, "body": row.body})

    @promise("what an effect says: amounts and days are carried as something else")
    def test_what_an_effect_says_is_what_was_committed(self) -> None:
        payload = (
            ("total", Money("99999999999999.99", "EUR")),
            ("quantity", Decimal("0.10")),
            ("due_on", date(2026, 12, 23)),
            ("note", " é "),
            ("nothing", None),
        )
        effect = GatewayEffect("notices", "a", payload)
        self.adapter.commit("main", command("k", effects=(effect,)))
        (item,) = self.adapter.pending("main", limit=5)
        assert (item.key, item.number, item.effect) == ("k", 0, effect)
        assert str(dict(item.effect.payload)["quantity"]) == "0.10"
        # Whoever carries it is told the same, and so is whoever keeps it.
        told = waits("k", (effect,))
        assert self.adapter.snapshot("main").waiting == told
        assert self._all_leased() == told

    @promise("a command whose connection was lost: it is taken for done", needs="lose_connection")
    def test_a_connection_lost_before_the_commit_is_told(self) -> None:
        self._put("C1")
        entry = command("k", Put(1, customer("C1", "7"), customer("C1")), effects=notices("a"))
        self.hooked("lose_connection", "before")
        with pytest.raises(StoreError) as raised:
            self.adapter.commit("main", entry)
        assert raised.value.code in ("store.unknown", "store.unavailable")
        assert (self.adapter.answer("main", "k"), self._kinds()) == (None, [])
        self.adapter.commit("main", entry)
        there = self.adapter.read("main", ("customer/C1",))
        assert there["customer/C1"] == Versioned(2, customer("C1", "7"))

    @promise(
        "a command whose answer was lost: it is taken for failed, and done again",
        needs="lose_connection",
    )
    def test_a_connection_lost_after_the_commit_leaves_the_outcome_open(self) -> None:
        entry = command("k", Put(0, customer("C1")), effects=notices("a"))
        self.hooked("lose_connection", "after")
        with pytest.raises(StoreError) as raised:
            self.adapter.commit("main", entry)
        assert raised.value.code == "store.unknown"
        assert self.adapter.answer("main", "k").text == entry.text
        with pytest.raises(KeyReused):
            self.adapter.commit("main", entry)
        assert (self._found(), self._kinds()) == (["C1"], ["a"])

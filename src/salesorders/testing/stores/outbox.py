"""Effects wait, are given to one worker at a time, and go when they were delivered."""

from __future__ import annotations

from datetime import timedelta

from salesorders.kernel.change import GatewayEffect
from salesorders.testing.stores.asking import (
    AT,
    StoreAsking,
    alike,
    command,
    every_effect,
    notices,
    waits,
)
from salesorders.testing.suite import promise

__all__ = ["OutboxPromises"]


class OutboxPromises(StoreAsking):
    """What is asked of the outbox."""

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
        now = AT + timedelta(microseconds=999_999)
        end = now + timedelta(minutes=5)
        self._leased("w1", now)
        # Neither sooner, when two would carry it, nor later.
        assert self._leased("w2", end - timedelta(microseconds=1)) == []
        assert self._leased("w2", end) == ["a"]

    @promise("a message that failed: it waits for a lease, or is taken from who carries it")
    def test_only_the_holder_gives_back(self) -> None:
        self.adapter.commit("main", command("k", effects=notices("a")))
        self._leased("w1")
        self.adapter.give_back("main", "k", 0, worker="w2")
        assert self._leased("w3") == []
        self.adapter.give_back("main", "k", 0, worker="w1")
        assert self._leased("w3") == ["a"]

    @promise("a message that never goes: its tries are not counted, and nobody is ever told")
    def test_the_tries_that_failed_are_counted_by_who_holds_it(self) -> None:
        self.adapter.commit("main", command("k", effects=notices("a", "b")))
        assert self._tries() == [(0, None), (0, None)]
        first = AT + timedelta(microseconds=123_456)
        later = first + timedelta(microseconds=1)
        # Given back untried, as by a worker that ends, it has failed as often as before.
        for at in (first, None, later, None):
            self._leased("w1")
            self.adapter.give_back("main", "k", 0, worker="w1", failed_at=at)
            self.adapter.give_back("main", "k", 1, worker="w1")
        assert self._tries() == [(2, first), (0, None)]
        # Who does not hold it, or does so no more, counts nothing, and neither does another tenant.
        self.adapter.give_back("main", "k", 0, worker="w1", failed_at=later)
        self._leased("w2")
        self.adapter.give_back("main", "k", 0, worker="w1", failed_at=later)
        self.adapter.give_back("other", "k", 0, worker="w2", failed_at=later)
        assert self._tries() == [(2, first), (0, None)]
        again = [(one.tries, one.failing_since) for one in self._all_leased()]
        assert again == [(2, first), (0, None)]
        self.adapter.delivered("main", "k", 0)
        assert self._tries() == [(0, None)]

    def _tries(self) -> list[tuple[int, object]]:
        return [(one.tries, one.failing_since) for one in self._waiting()]

    @promise("a message that failed some times: it is held back, and neither carried nor given up")
    def test_what_failed_often_is_given_as_before(self) -> None:
        self.adapter.commit("main", command("k", effects=notices("a", "b")))
        often = 30
        for _ in range(often):
            # Whoever carries it says when it is given up, not the store.
            assert self._leased("w") == ["a", "b"]
            self.adapter.give_back("main", "k", 0, worker="w", failed_at=AT)
            self.adapter.give_back("main", "k", 1, worker="w")
        assert self._tries() == [(often, AT), (0, None)]

    @promise("a message: of a command's many some are not kept, or its end is cut off")
    def test_every_effect_of_a_command_is_kept(self) -> None:
        self.adapter.commit("main", command("k", effects=every_effect()))
        wanted = waits("k", every_effect())
        most = len(wanted)
        assert alike(self._waiting(limit=most), wanted)
        assert alike(self.adapter.snapshot("main").waiting, wanted)
        assert alike(self._all_leased(limit=most), wanted)
        # Of two that say the same one is delivered.
        self.adapter.delivered("main", "k", 0)
        assert alike(self._waiting(limit=most), wanted[1:])

    @promise("once: a message that was delivered is carried again")
    def test_what_was_delivered_never_comes_again(self) -> None:
        self.adapter.commit("main", command("k", effects=notices("a", "b")))
        assert self._leased("w1", limit=1) == ["a"]
        late = AT + timedelta(minutes=6)
        assert self._leased("w2", late) == ["a", "b"]
        self.adapter.delivered("main", "k", 0)
        self.adapter.give_back("main", "k", 0, worker="w1")
        self.adapter.give_back("main", "k", 0, worker="w2")
        assert self._leased("w3", late) == []
        assert self._leased("w3", late + timedelta(days=1)) == ["b"]

    @promise("once: two workers carry one message, because a clock was set back")
    def test_a_lease_outlives_a_clock_that_steps_back(self) -> None:
        self.adapter.commit("main", command("k", effects=notices("a")))
        assert self._leased("w1") == ["a"]
        assert self._leased("w2", AT - timedelta(hours=1)) == []
        assert self._leased("w2", AT + timedelta(minutes=4)) == []
        assert self._leased("w2", AT + timedelta(minutes=5)) == ["a"]

    @promise("the order of things: messages go by their names, and a later one before an earlier")
    def test_messages_go_by_age_and_not_by_name(self) -> None:
        # Neither the keys nor the numbers of an effect, read as text, stand in the order of their age.
        of_one = [f"e{number}" for number in range(12)]
        for key, kinds in (("z", ["first"]), ("k", of_one), ("K", ["last"]), ("a", ["newest"])):
            self.adapter.commit("main", command(key, effects=notices(*kinds)))
        kinds = ["first", *of_one, "last", "newest"]
        assert self._kinds(limit=20) == kinds
        assert self._kinds(limit=3, gateways=("notices",)) == kinds[:3]
        assert [one.effect.kind for one in self.adapter.snapshot("main").waiting] == kinds
        assert self._leased("w1", limit=4) == kinds[:4]
        self.adapter.give_back("main", "k", 1, worker="w1")
        assert self._leased("w2", limit=3) == [kinds[2], *kinds[4:6]]
        assert self._leased("w3", limit=20) == kinds[6:]

    @promise("a message behind others: a gateway that is not there holds up all the rest")
    def test_a_limit_counts_only_the_named_gateways(self) -> None:
        others = [GatewayEffect("away", f"a{number}") for number in range(5)]
        self.adapter.commit("main", command("k1", effects=(*others, *notices("x"))))
        self.adapter.commit("main", command("k2", effects=notices("y")))
        assert self._kinds(limit=1, gateways=("notices",)) == ["x"]
        assert self._kinds(limit=2, gateways=("notices",)) == ["x", "y"]
        assert self._leased("w1", limit=1) == ["x"]
        # What somebody holds does not count either.
        assert self._leased("w2", limit=1) == ["y"]
        assert self._leased("w2", limit=1) == []
        assert self._leased("w2", limit=2, gateways=("away",)) == ["a0", "a1"]

    @promise("a message behind another tenant's: what is theirs counts as ours")
    def test_a_limit_counts_only_the_tenants_own(self) -> None:
        self.adapter.commit("other", command("k", effects=notices("o1", "o2", "o3")))
        self.adapter.commit("main", command("k", effects=notices("m1", "m2")))
        assert self._kinds(limit=1) == ["m1"]
        assert self._leased("w1", limit=1) == ["m1"]
        assert self._leased("w2", limit=1) == ["m2"]
        assert self._leased("w2", limit=9, tenant="other") == ["o1", "o2", "o3"]

    @promise("once: another tenant gives back, or takes for delivered, what is not its own")
    def test_tenants_have_their_own_leases(self) -> None:
        for tenant in ("main", "other"):
            self.adapter.commit(tenant, command("k", effects=notices("a", "b")))
            assert self._leased("w1", tenant=tenant) == ["a", "b"]
        self.adapter.give_back("other", "k", 0, worker="w1")
        self.adapter.delivered("other", "k", 1)
        assert self._leased("w2") == []
        assert self._kinds() == ["a", "b"]
        assert self._leased("w2", tenant="other") == ["a"]

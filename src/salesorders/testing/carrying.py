"""What every gateway promises to the relay, whatever it carries effects to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs
import pytest

from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.money import Money
from salesorders.testing.answering import Answering
from salesorders.testing.suite import Suite, hook, promise

__all__ = ["GatewaySuite"]

AT_ONCE = 8
# Keys of a busy hour: more than a window of the last few holds.
MANY = 60


class GatewaySuite(Suite):
    """Subclass it, write ``make`` and ``effects``, and every promise of the port is asked.

    ``effects`` says what the other side had. ``effect(n)`` may give effects that your adapter carries,
    ``go_wrong`` lets the other side fail, ``again`` stands for a restart of your process. A system that
    ``contents`` shows what the other side has of each, which is compared with what ``said(n)`` says in
    the same form; the table names the promises about content where it is not written. ``variants(n)``
    gives effects that are nearly ``effect(n)``: by default one for each field of its payload. A system that
    takes a repeated message for a new one says so with ``remembers_keys = False`` and a reason; its
    adapter then has ``lookup(tenant, key)``, which tells whether an effect was taken. ``concurrent =
    False`` is for an adapter that one thread uses at a time.
    """

    port: ClassVar[str] = "gateway"
    flags: ClassVar[tuple[str, ...]] = ("concurrent", "remembers_keys")
    hooks: ClassVar[tuple[str, ...]] = (
        "effects",
        "effect",
        "variants",
        "contents",
        "said",
        "go_wrong",
        "again",
    )
    concurrent: ClassVar[bool] = True
    remembers_keys: ClassVar[bool] = True

    def effects(self, gateway: Any, tenant: str) -> Sequence[str]:
        """Return the keys of what the other side did for a tenant, oldest first, one for each time it did it."""
        raise TypeError(f"{type(self).__name__} wants effects(gateway, tenant)")

    def effect(self, number: int) -> GatewayEffect:
        """Return an effect that the adapter carries; another one for every ``number``, from 1 to 60."""
        payload = (
            ("order", f"SO-{number}"),
            ("customer", "C7"),
            ("reference", f"PO-{number}"),
            ("total", Money(number, "EUR")),
        )
        return GatewayEffect("notices", "order.confirmed", payload)

    def variants(self, number: int) -> Sequence[GatewayEffect]:
        """Return effects of which most is as in ``effect(number)``, and something that the other side is told is not.

        By default one for each field of the payload that another number changes, with that field of the
        other. Write it where the other side is not told every field.
        """
        effect, other = self._effect(number), self._effect(number + 1)
        changed = dict(other.payload)
        return [
            attrs.evolve(
                effect,
                payload=tuple(
                    (name, changed[name] if name == one else value)
                    for name, value in effect.payload
                ),
            )
            for one, was in effect.payload
            if one in changed and changed[one] != was
        ]

    @hook
    def contents(self, gateway: Any, tenant: str) -> Any:
        """Return what the other side has of each of ``effects``, in their order, in any form that tells it whole."""

    def said(self, number: int) -> Any:
        """Return what the other side has to have of ``effect(number)``, in the form of ``contents``.

        By default the payload as a ``dict``. Write it out, without what the adapter itself translates with.
        """
        return dict(self._effect(number).payload)

    @hook
    def go_wrong(self, gateway: Any, how: str) -> Any:
        """Let the other side fail at the next delivery.

        ``lost_request``: nothing happens there and no answer comes; ``lost_answer``: it happens, and no
        answer comes; ``decline``: it refuses.
        """

    @hook
    def again(self, gateway: Any) -> Any:
        """Return another adapter to the same other side, as after a restart."""

    def _had(self, tenant: str = "main") -> list[str]:
        return list(self.hooked("effects", tenant))

    def _effect(self, number: int) -> GatewayEffect:
        effect: GatewayEffect = self.told("effect", number)
        return effect

    def _deliver(self, key: str, number: int, tenant: str = "main") -> None:
        self.adapter.deliver(tenant, key, self._effect(number))

    def _contents(self) -> list[Any]:
        return list(self.hooked("contents", "main"))

    def _said(self, *numbers: int) -> list[Any]:
        said = [self.told("said", number) for number in numbers]
        assert self.told("said", 1) != self.told("said", 2), "said() tells no effect from another"
        return said

    def _refused(self, key: str, effect: GatewayEffect) -> None:
        with pytest.raises(Exception):  # noqa: B017,PT011 - whatever a gateway raises, the effect stays in the outbox
            self.adapter.deliver("main", key, effect)

    @promise("every message: it is noted as delivered, and nothing happened")
    def test_what_is_delivered_happens(self) -> None:
        for number in (1, 2, 3):
            self._deliver(f"k{number}/0", number)
        assert self._had() == ["k1/0", "k2/0", "k3/0"]

    @promise(
        "once: a repeated message is a second parcel, a second payment", needs="remembers_keys"
    )
    def test_a_key_that_comes_again_is_one_effect(self) -> None:
        for _ in range(3):
            self._deliver("k1/0", 1)
        assert self._had() == ["k1/0"]

    @promise("a message: two orders that look alike are taken for one")
    def test_another_key_is_another_effect_however_alike(self) -> None:
        for key in ("k1/0", "k1/1", "k2/0"):
            self._deliver(key, 1)
        assert self._had() == ["k1/0", "k1/1", "k2/0"]

    @promise("a message: keys that differ in one letter are taken for the same")
    def test_keys_are_told_apart_by_every_letter(self) -> None:
        long = "k" * 254
        keys = ["web-1/0", "WEB-1/0", f"{long}a/0", f"{long}b/0", "web 1/0"]
        for number, key in enumerate(keys, 1):
            self._deliver(key, number)
        assert self._had() == keys

    @promise(
        "certainty: something else under a known key is swallowed, or takes its place",
        needs="remembers_keys",
    )
    def test_another_effect_under_a_known_key_is_refused(self) -> None:
        self._deliver("k1/0", 1)
        self._refused("k1/0", self._effect(2))
        assert self._had() == ["k1/0"]

    @promise(
        "certainty: under a known key a correction is swallowed, and the first amount stays",
        needs="remembers_keys",
    )
    def test_what_is_nearly_the_same_is_refused_under_a_known_key(self) -> None:
        self._deliver("k1/0", 1)
        variants = self.told("variants", 1)
        assert variants, "effect() gives the same for 1 and 2, or variants() gives none"
        for variant in variants:
            self._refused("k1/0", variant)
        assert self._had() == ["k1/0"]

    @promise(
        "once: a message that comes again later is done again, its key is forgotten",
        needs="remembers_keys",
    )
    def test_a_key_is_known_after_many_others(self) -> None:
        keys = [f"k{number}/0" for number in range(1, MANY + 1)]
        for number, key in enumerate(keys, 1):
            self._deliver(key, number)
        for number in (1, 2, MANY // 2):
            self._deliver(keys[number - 1], number)
        self._refused(keys[0], self._effect(2))
        assert self._had() == keys

    @promise("the content: a message goes out empty, or with another amount", needs="contents")
    def test_what_happens_is_what_was_said(self) -> None:
        for number in (1, 2, 3):
            self._deliver(f"k{number}/0", number)
        assert self._contents() == self._said(1, 2, 3)

    @promise(
        "the content: what was taken is changed by what was refused, or came again",
        needs="contents remembers_keys",
    )
    def test_what_was_taken_stays_as_it_was_said(self) -> None:
        self._deliver("k1/0", 1)
        self._refused("k1/0", self._effect(2))
        self._deliver("k2/0", 3)
        assert self._contents() == self._said(1, 3)
        self._deliver("k1/0", 1)
        assert self._contents() == self._said(1, 3)

    @promise("the order of things: a shipment is told before its order", needs="remembers_keys")
    def test_a_late_repetition_leaves_the_order_as_it_was(self) -> None:
        for number in (1, 2, 1, 3):
            self._deliver(f"k{number}/0", number)
        assert self._had() == ["k1/0", "k2/0", "k3/0"]

    @promise("a message of a kind that came later: it is swallowed, and nobody ever knows")
    def test_an_unknown_kind_is_refused(self) -> None:
        known = self._effect(1)
        strange = GatewayEffect(known.gateway, "kit.nobody_knows_this_kind", known.payload)
        self._refused("k1/0", strange)
        assert self._had() == []

    @promise("all that comes after a message that could not go: the adapter is stuck")
    def test_after_a_refusal_the_others_go_on(self) -> None:
        known = self._effect(1)
        strange = GatewayEffect(known.gateway, "kit.nobody_knows_this_kind", known.payload)
        self._refused("k1/0", strange)
        self._deliver("k2/0", 2)
        assert self._had() == ["k2/0"]

    @promise("privacy and a message: tenants are taken for one another")
    def test_tenants_are_kept_apart(self) -> None:
        self._deliver("k1/0", 1)
        self._deliver("k1/0", 2, tenant="other")
        assert (self._had(), self._had("other")) == (["k1/0"], ["k1/0"])
        self._deliver("k2/0", 3, tenant="other")
        assert (self._had(), self._had("other")) == (["k1/0"], ["k1/0", "k2/0"])

    # --- when the other side fails

    @promise("a message: a time-out is taken for a delivery", needs="go_wrong")
    def test_a_request_that_was_lost_is_told_and_may_come_again(self) -> None:
        self.hooked("go_wrong", "lost_request")
        self._refused("k1/0", self._effect(1))
        assert self._had() == []
        self._deliver("k1/0", 1)
        assert self._had() == ["k1/0"]

    @promise("once: a time-out is taken for a failure, and it is done again", needs="go_wrong")
    def test_an_answer_that_was_lost_is_told_and_is_one_effect(self) -> None:
        self.hooked("go_wrong", "lost_answer")
        self._refused("k1/0", self._effect(1))
        assert self._had() == ["k1/0"]
        if self.remembers_keys:
            self._deliver("k1/0", 1)
            assert self._had() == ["k1/0"]

    @promise("a refusal: nobody hears that the other side said no", needs="go_wrong")
    def test_a_refusal_of_the_other_side_is_told(self) -> None:
        self.hooked("go_wrong", "decline")
        self._refused("k1/0", self._effect(1))
        assert self._had() == []
        self._deliver("k1/0", 1)
        assert self._had() == ["k1/0"]

    @promise("once: after a restart everything is done again", needs="again")
    def test_a_restart_forgets_nothing(self) -> None:
        self._deliver("k1/0", 1)
        other = Answering(self.hooked("again"))
        if self.remembers_keys:
            other.deliver("main", "k1/0", self._effect(1))
        else:
            assert other.lookup("main", "k1/0")
        assert self._had() == ["k1/0"]

    @promise("the truth after a time-out: nobody can find out", instead_of="remembers_keys")
    def test_what_was_taken_can_be_looked_up(self) -> None:
        assert not self.adapter.lookup("main", "k1/0")
        self._deliver("k1/0", 1)
        assert self.adapter.lookup("main", "k1/0")
        assert not self.adapter.lookup("main", "k2/0")
        assert not self.adapter.lookup("other", "k1/0")
        for number in range(3, MANY):
            self._deliver(f"k{number}/0", number)
        assert self.adapter.lookup("main", "k1/0")

    # --- many at once

    @promise(
        "once: two workers carry one message at the same time", needs="concurrent remembers_keys"
    )
    def test_one_key_at_once_is_one_effect(self) -> None:
        answers = self.adapter.at_once("deliver", [("main", "k1/0", self._effect(1))] * AT_ONCE)
        assert any(not isinstance(answer, Exception) for answer in answers), answers
        assert self._had() == ["k1/0"]

    @promise("messages: of many at the same time some are lost", needs="concurrent")
    def test_many_at_once_all_happen(self) -> None:
        keys = [f"k{number}/0" for number in range(1, AT_ONCE + 1)]
        calls = [("main", key, self._effect(n)) for n, key in enumerate(keys, 1)]
        answers = self.adapter.at_once("deliver", calls)
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
        assert sorted(self._had()) == sorted(keys)

    @promise(
        "the content: at a busy moment one message goes out with what another says",
        needs="contents concurrent",
    )
    def test_many_at_once_keep_their_content(self) -> None:
        numbers = range(1, AT_ONCE + 1)
        calls = [("main", f"k{number}/0", self._effect(number)) for number in numbers]
        answers = self.adapter.at_once("deliver", calls)
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
        there = dict(zip(self._had(), self._contents(), strict=True))
        assert there == {f"k{number}/0": self._said(number)[0] for number in numbers}

"""A gateway that goes wrong on demand and keeps books of its own, for asking whether ours equal theirs."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import attrs

from salesorders.kernel.change import GatewayEffect, RepeatedEffect
from salesorders.kernel.codec import parse_json, revive
from salesorders.kernel.errors import invalid
from salesorders.storage import Pending, Row

__all__ = [
    "FAULTS",
    "AsyncFakeGateway",
    "FakeGateway",
    "Fault",
    "GatewayDeclined",
    "GatewayPending",
    "carried",
]

# What can go wrong, and what it means for the books of the other side.
FAULTS = {
    "lost_request": "a time-out, and nothing happened there",
    "lost_answer": "a time-out, but it happened there",
    "decline": "they refuse, this once",
    "duplicate": "the message arrives twice",
    "pending": "they decide later: it happens at settle(), till then nobody knows",
    "poison": "they refuse now and for ever",
}
Place = tuple[str, str]


class GatewayDeclined(Exception):
    """The other side refused an effect."""


class GatewayPending(Exception):
    """The other side has not decided yet; the same key is asked again later."""


@attrs.frozen
class Fault:
    """One fault at one address: the ``nth`` time (from 1) that ``point`` is met under ``label``.

    ``label`` is the command's key, ``point`` the effect's kind (``invoice.issued``): an address stays
    where it is when other commands are taken out of a script. ``what`` is one of ``FAULTS``.
    """

    label: str
    point: str
    nth: int
    what: str

    def __attrs_post_init__(self) -> None:
        if self.what not in FAULTS:
            invalid("fault.unknown", "what", f"one of {', '.join(FAULTS)} is wanted")


class FakeGateway:
    """Takes effects as another system would, with its own books, and goes wrong where a script says so.

    ``kinds`` are those that it knows, by default all; another is declined. ``remembers_keys=False`` is a
    system that takes the same message again for another: with it a lost answer becomes a doubled
    effect, as it does out there. Many threads may deliver at once.
    """

    def __init__(
        self,
        faults: Iterable[Fault] = (),
        *,
        kinds: Collection[str] | None = None,
        remembers_keys: bool = True,
    ) -> None:
        self._kinds = kinds
        self._next = ""
        self._script = {(fault.label, fault.point, fault.nth): fault.what for fault in faults}
        self._remembers = remembers_keys
        self._lock = threading.Lock()
        self._met: Counter[tuple[str, str]] = Counter()
        self._books: list[tuple[Place, GatewayEffect]] = []
        self._known: dict[Place, GatewayEffect] = {}
        self._undecided: dict[Place, GatewayEffect] = {}
        self._poisoned: set[Place] = set()
        self.happened: Counter[str] = Counter()
        """How often each kind of fault happened."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        """Take an effect into the books, or go wrong as the script says.

        Raises ``TimeoutError`` where nobody can know, :class:`GatewayDeclined` or
        :class:`GatewayPending`; the latter two also where another effect comes under a known key.
        """
        with self._lock:
            self._take((tenant, key), effect, self._fault(key, effect))

    def _fault(self, key: str, effect: GatewayEffect) -> str:
        label = key.rpartition("/")[0] or key
        self._met[label, effect.kind] += 1
        what = self._next or self._script.get(
            (label, effect.kind, self._met[label, effect.kind]), ""
        )
        self._next = ""
        if what:
            self.happened[what] += 1
        return what

    def _take(self, place: Place, effect: GatewayEffect, fault: str) -> None:
        if fault == "poison":
            self._poisoned.add(place)
        strange = self._kinds is not None and effect.kind not in self._kinds
        if fault == "decline" or place in self._poisoned or strange:
            raise GatewayDeclined(f"{place[1]} is refused")
        if fault == "lost_request":
            raise TimeoutError(f"{place[1]} got no answer")
        if place in self._undecided or (fault == "pending" and place not in self._known):
            self._same(self._undecided.setdefault(place, effect), effect)
            raise GatewayPending(f"{place[1]} is not decided")
        for _ in range(2 if fault == "duplicate" else 1):
            self._enter(place, effect)
        if fault == "lost_answer":
            raise TimeoutError(f"{place[1]} got no answer")

    def _enter(self, place: Place, effect: GatewayEffect) -> None:
        if self._remembers and place in self._known:
            self._same(self._known[place], effect)
            return
        self._known[place] = effect
        self._books.append((place, effect))

    @staticmethod
    def _same(known: GatewayEffect, effect: GatewayEffect) -> None:
        if known != effect:
            raise GatewayDeclined("the key was used for something else")

    def go_wrong(self, what: str) -> None:
        """Let the next delivery go wrong, whichever that is; ``what`` is one of ``FAULTS``."""
        self._next = Fault("", "", 1, what).what

    def heal(self) -> None:
        """Take what was poisoned from now on, as after a repair."""
        with self._lock:
            self._poisoned.clear()

    def settle(self) -> int:
        """Decide what is pending: all of it happens now. Return how many effects that were."""
        with self._lock:
            count = len(self._undecided)
            while self._undecided:
                place = next(iter(self._undecided))
                self._enter(place, self._undecided.pop(place))
            return count

    def effects(self, tenant: str = "main") -> tuple[tuple[str, GatewayEffect], ...]:
        """Return what happened at the other side: keys and effects in order, a doubled one twice."""
        with self._lock:
            return tuple((key, effect) for (whose, key), effect in self._books if whose == tenant)

    def find(self, tenant: str, key: str) -> GatewayEffect | None:
        """Return what happened under a key: the look-up of a system that does not remember keys itself."""
        with self._lock:
            return self._known.get((tenant, key))

    def differences(self, ours: Mapping[str, GatewayEffect], tenant: str = "main") -> list[str]:
        """Return the keys whose effects are not once and alike in both books, sorted; none is what is wanted.

        ``ours`` is what we hold for done, such as ``carried`` gives.
        """
        theirs = Counter(self.effects(tenant))
        mine = Counter(ours.items())
        return sorted({key for key, _ in (theirs - mine) + (mine - theirs)})


class AsyncFakeGateway:
    """The same for async desks: carries into a :class:`FakeGateway`, where everything is asked."""

    def __init__(self, fake: FakeGateway) -> None:
        self.fake = fake

    async def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        """As :meth:`FakeGateway.deliver`."""
        self.fake.deliver(tenant, key, effect)


def carried(
    rows: Iterable[Row], waiting: Iterable[Pending], gateway: str
) -> dict[str, GatewayEffect]:
    """Return what our books say that a gateway has: every committed effect, but for what waits or was given up."""
    left = {
        item.effect.place
        if isinstance(item.effect, RepeatedEffect)
        else f"{item.key}/{item.number}"
        for item in waiting
    }
    found: dict[str, GatewayEffect] = {}
    aside: set[str] = set()
    for row in rows:
        record = parse_json(row.text)
        for number, told in enumerate(record["effects"]):
            effect = revive(told)
            if not isinstance(effect, RepeatedEffect):
                found[f"{row.key}/{number}"] = effect
        for event in record["events"]:
            if event["type"] == "outbox.effect_set_aside/1":
                aside.add(event["place"])
            elif event["type"] == "outbox.effect_put_back/1":
                aside.discard(event["place"])
    return {
        key: effect
        for key, effect in found.items()
        if effect.gateway == gateway and key not in left | aside
    }

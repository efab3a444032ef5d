"""The world around the desk: a clock that is set, a gateway with books of its own, processes that die."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from salesorders.catalog import Seller
from salesorders.credit import ExchangeRate, Score
from salesorders.kernel.actors import Actor
from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.money import Money
from salesorders.lifecycle.setting_aside import letter_of
from salesorders.storage import Entry, Pending
from salesorders.sync import Desk, Relay
from salesorders.sync.credit import CreditReleases
from salesorders.sync.dead_letters import GivingUp
from salesorders.sync.sources import Sources
from salesorders.testing.simulation.documents import MADE, SHARED
from salesorders.testing.simulation.faults import KINDS, Crash, HostError
from salesorders.testing.simulation.in_force import policies
from salesorders.testing.simulation.invariants import Violation
from salesorders.testing.simulation.lending import RATES
from salesorders.testing.simulation.model import Model, Now
from salesorders.testing.simulation.scoring import score_of
from salesorders.testing.simulation.script import Fault, Step
from salesorders.testing.simulation.seen import cents
from salesorders.testing.simulation.store import FaultyStore
from salesorders.testing.simulation.verbs import STAFF

__all__ = ["Clock", "Notices", "World"]

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))
BERLIN = ZoneInfo("Europe/Berlin")
# The moments at which Berlin loses and gains an hour.
CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2027, 10, 31, 1, tzinfo=UTC),
)


class Clock:
    """Stands until it is moved; may speak another zone, no zone, or nonsense."""

    def __init__(self, passing: Callable[[str], str | None]) -> None:
        self._passing = passing
        self.stands = START
        self.zone: Any = UTC

    def now(self) -> Any:
        """Return the moment, unless a fault strikes."""
        kind = self._passing("clock")
        if kind == "clock.naive":
            return self.stands.replace(tzinfo=None)
        if kind == "clock.nonsense":
            return None
        if kind == "clock.raises":
            raise HostError("the host's clock raises")
        return self.stands if self.zone is UTC else self.stands.astimezone(self.zone)

    def move(self, kind: str) -> None:
        """Move as a fault says."""
        if kind == "clock.back":
            self.stands -= timedelta(hours=1)
        elif kind == "clock.forward":
            # The calendar ends at 9999; a run that jumps often stays far from it.
            self.stands += timedelta(days=400)
        elif kind == "clock.zone":
            self.zone = TOKYO if self.zone is UTC else UTC
        elif kind == "clock.summer_time":
            later = [moment for moment in CHANGES if moment > self.stands]
            self.stands = later[0] if later else self.stands + timedelta(minutes=30)


class Notices:
    """A gateway with books of its own: what was done, by key. It knows a key that it has seen."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.book: dict[str, tuple[Any, ...]] = {}
        self.calls = 0
        self.poisoned: set[str] = set()
        self.problems: set[tuple[str, str]] = set()
        self.late: dict[str, GatewayEffect] = {}
        self.held_back: dict[str, GatewayEffect] = {}
        self.repaired = False

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> Any:
        """Do what is asked once, or go wrong before or after it; what was raised is remembered."""
        try:
            return self._delivered(tenant, key, effect)
        except Exception as error:
            self.problems.add((key, type(error).__name__))
            raise

    def _delivered(self, tenant: str, key: str, effect: GatewayEffect) -> Any:
        self.calls += 1
        kind = self._world.passing("deliver")
        if key in self.poisoned and not self.repaired:
            raise HostError("this one always fails")
        if kind is None:
            self._take(tenant, key, effect)
            self._overtaken()
            return None
        return self._wrong(kind, tenant, key, effect)

    def _wrong(self, kind: str, tenant: str, key: str, effect: GatewayEffect) -> Any:
        if kind == "crash.before_gateway":
            raise Crash(kind)
        if kind == "gateway.timeout_before":
            raise TimeoutError("no answer")
        if kind == "gateway.declines":
            raise HostError("declined")
        if kind == "gateway.poison":
            self.poisoned.add(key)
            raise HostError("this one always fails")
        if kind in ("gateway.pending", "gateway.reordered"):
            waiting = self.late if kind == "gateway.pending" else self.held_back
            waiting[key] = effect
            return None
        if kind in ("relay.rival", "relay.expired"):
            self._world.rival(minutes=6 if kind == "relay.expired" else 0)
        if kind == "gateway.reenters":
            self._world.reenter()
        self._take(tenant, key, effect)
        if kind == "gateway.twice":
            self._take(tenant, key, effect)
        if kind == "gateway.timeout_after":
            raise TimeoutError("no answer")
        if kind == "crash.gateway_effect":
            raise Crash(kind)
        return object() if kind == "gateway.garbage" else None

    def _overtaken(self) -> None:
        for key, effect in self.held_back.items():
            self._take(self._world.tenant, key, effect)
        self.held_back.clear()

    def _take(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        # What an effect is about stands first in its payload.
        said = str(effect.payload[0][1])
        if effect.kind == "credit.recheck":
            found: tuple[Any, ...] = (effect.kind, said)
        else:
            found = self._told(effect, self._world.names.get(said, "?"))
        want = self._world.model.effects.get(key)
        if tenant != self._world.tenant or want != found:
            raise Violation(f"I33: the gateway was told {found} for {want}")
        if effect.kind == "credit.recheck":
            self._world.rechecked(tenant, key, effect)
        self.book.setdefault(key, found)

    @staticmethod
    def _told(effect: GatewayEffect, about: str) -> tuple[Any, ...]:
        fields = dict(effect.payload)
        told = [fields[name] for name in ("customer", "total", "number") if name in fields]
        amounts = (cents(one.amount) if isinstance(one, Money) else one for one in told)
        return (effect.kind, about, *amounts)

    def settle(self, *, repaired: bool = True) -> None:
        """Do everything that was taken and is not done yet; once ``repaired`` nothing fails any more."""
        self.repaired = repaired
        self._overtaken()
        for key, effect in self.late.items():
            self._take(self._world.tenant, key, effect)
        self.late.clear()


class Rates:
    """A treasury that knows what some currencies are worth, on any day."""

    def rate(self, source: str, target: str, on: date) -> ExchangeRate | None:
        """Return a rate; of other currencies nobody knows one."""
        known = RATES.get(target)
        if known is None:
            return None
        return ExchangeRate(source, target, Decimal(known[0]) / known[1], on)


class Bureau:
    """A bureau that scores some customers; its scores of a day are those that the model knows."""

    def __init__(self, world: World) -> None:
        self._world = world

    def score(self, customer: str) -> Score | None:
        """Return the newest score of the day that the clock stands at."""
        found = score_of(customer, self._world.now().today)
        return None if found is None else Score(customer, *found)


class World:
    """One store that outlives every process, and the process of the moment with its desks."""

    def __init__(self, store: Any, committed: Callable[[str, Entry], None], tenant: str) -> None:
        self.tenant = tenant
        self.stranger = f"{tenant}-stranger"
        self.model = Model()
        self.names: dict[str, str] = {}
        self.ids: dict[tuple[str, str], str] = {}
        # Every order as the store had it, by name and version: what somebody may still have before him.
        self.pasts: dict[tuple[str, int], Any] = {}
        self._armed: dict[tuple[str, int], str] = {}
        self._passed: dict[str, int] = {}
        self.struck: list[str] = []
        self.crashes = 0
        self.clock = Clock(self.passing)
        self.store = FaultyStore(store, self.passing, committed)
        self.notices = Notices(self)
        self.reenter: Callable[[], None] = lambda: None
        self.recheck: Callable[[str, str, Callable[[], None]], None] = _nothing
        self.give_up: Callable[[Pending, str, str, str, Callable[[], bool]], bool] = _never
        self.workers = 0
        self._stood = self.clock.stands
        self._now: Now | None = None
        self._policies = policies(self.passing)
        self._desks: dict[str, Desk] = {}
        self.start()

    # --- processes

    def start(self) -> None:
        """Start a process: desks over the store that is there."""
        self._desks = {"": self._assembled(self.tenant)}

    def _assembled(self, tenant: str) -> Desk:
        return Desk(
            store=self.store,
            seller=Seller("ACME", country="DE"),
            currency="EUR",
            policies=self._policies,
            sources=Sources(scores=Bureau(self), rates=Rates()),
            gateways={"notices": self.notices},
            clock=self.clock,
            tenant=tenant,
            zone="Europe/Berlin",
            pause=_at_once,
        )

    def die(self) -> None:
        """The process died; another one starts."""
        self.crashes += 1
        self.start()

    def desk(self, by: str) -> Desk:
        """Return the desk with somebody at its counters; tom is of another tenant, and at a desk of it."""
        if by not in self._desks:
            if by == "tom":
                actor = Actor("tom", STAFF["max"], tenant=self.stranger)
                self._desks[by] = self._assembled(self.stranger).as_(actor)
            else:
                self._desks[by] = self._desks[""].as_(Actor(by, STAFF[by]))
        return self._desks[by]

    def relay(self, worker: str) -> Relay:
        """Return a relay of a worker's name."""
        giving_up = GivingUp(self._desks[""].engine)

        def set_aside(item: Pending, place: str, effect: Any, problem: str, at: datetime) -> bool:
            waits = letter_of(self.tenant, f"{item.key}/{item.number}")
            key = f"set-aside:{waits}:{item.tries + 1}"
            answer = partial(giving_up, item, place, effect, problem, at)
            return self.give_up(item, place, problem, key, answer)

        return Relay(
            self.store,
            self.tenant,
            {"notices": self.notices, "credit": self.notices},
            clock=self.clock,
            worker=worker,
            set_aside=set_aside,
        )

    def rival(self, *, minutes: int) -> None:
        """Let another relay run while this one is busy, after so many minutes."""
        self.clock.stands += timedelta(minutes=minutes)
        self.workers += 1
        armed, self._armed = self._armed, {}
        self.relay(f"rival-{self.workers}").run()
        self._armed = armed

    def rechecked(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        """Let held orders be looked at, as the desk's own gateway does it; what strikes the relay strikes not here."""
        armed, self._armed = self._armed, {}
        gateway = CreditReleases(self._desks[""])
        customer = str(effect.payload[0][1])
        self.recheck(key, customer, lambda: gateway.deliver(tenant, key, effect))
        self._armed = armed

    def forward(self, minutes: int) -> None:
        """Let so many minutes pass; what was taken for later is done by then."""
        self.clock.stands += timedelta(minutes=minutes)

    # --- faults

    def arm(self, faults: tuple[Fault, ...]) -> None:
        """Set the faults of a step; passages are counted from 1 again."""
        self._armed = {}
        self._passed = {}
        self.struck = []
        for fault in faults:
            for nth in range(fault.nth, fault.nth + KINDS[fault.kind].lasts):
                self._armed[fault.point, nth] = fault.kind

    def passing(self, point: str) -> str | None:
        """Count a passage and return the fault that strikes there."""
        if not self._armed:
            return None
        nth = self._passed[point] = self._passed.get(point, 0) + 1
        kind = self._armed.get((point, nth))
        if kind is not None:
            self.struck.append(kind)
        return kind

    # --- names

    def now(self) -> Now:
        """Return the moment that the clock stands at."""
        if self._now is None or self._stood is not self.clock.stands:
            self._stood = self.clock.stands
            self._now = Now.of(self._stood)
        return self._now

    def id(self, kind: str, step: Step) -> str:
        """Return the id of the document that an argument names, an unknown one where it is not there."""
        name: str = step.args[kind][1:]
        return self.ids.get((kind, name), f"{kind[:2].upper()}-{name[:40].replace(':', '-')}")

    def learn(self, entry: Entry) -> None:
        """Remember which ids a command gave to what it made."""
        for put in entry.puts:
            kind = put.document.ref.partition("/")[0]
            document: Any = put.document
            if kind in MADE and not put.version:
                self.names[document.id] = entry.key
                self.ids[kind, entry.key] = document.id
            if kind == "payment" and not put.version and document.candidates:
                self.model.offers[entry.key] = [self._offer(one) for one in document.candidates]
            elif kind == "invoice":
                self.model.ranks[entry.key] = document.id
            elif kind == "dead_letter":
                # One effect has one letter, whichever command opened it.
                self.names[document.id] = document.place
                self.ids[kind, document.place] = document.id
            if kind == "order":
                self.model.ids[self.names[document.id]] = document.id
                self.pasts[self.names[document.id], put.version + 1] = document
            elif kind == "stock":
                for receipt in document.receipts:
                    if receipt.id not in self.names:
                        self.names[receipt.id] = entry.key
                        self.ids["receipt", entry.key] = receipt.id

    def _offer(self, candidate: Any) -> list[tuple[str, int, int]]:
        return [
            (self.names[share.invoice], cents(share.amount), cents(share.discount))
            for share in candidate.allocations
        ]

    def refs_of(self, entry: Entry) -> Mapping[tuple[str, str], Any]:
        """Return what a command wrote by the model's names."""
        found = {}
        for put in entry.puts:
            kind, _, name = put.document.ref.partition("/")
            known = self.names.get(name, name) if kind in (*MADE, *SHARED) else name
            found[kind, known] = put
        return found


def _never(item: Pending, place: str, problem: str, key: str, asked: Callable[[], bool]) -> bool:
    """Nobody listens yet."""
    return False


def _nothing(key: str, customer: str, deliver: Callable[[], None]) -> None:
    """Nobody listens yet."""


def _at_once(seconds: float) -> None:
    """Nobody waits here."""

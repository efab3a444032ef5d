"""Where a race is run: what is asked, of which store, by how many at once, and what came back."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

import salesorders as so
from salesorders.inventory import InventoryPolicy
from salesorders.kernel.codec import encode
from salesorders.sync import MemoryStore
from salesorders.sync.relay import Relay
from salesorders.sync.sql import open_store
from salesorders.testing.naive import NaiveStore
from salesorders.testing.watched import WatchedStore
from tests.builders import SELLER, STAFF
from tests.races.looking import seen

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
MASTER = STAFF["max"]
POLICIES = so.Policies(inventory=InventoryPolicy(backorders=False))


@attrs.frozen
class Step:
    """One command of a race: the verb, its key, what it says, who says it, how long after the start."""

    verb: str
    key: str
    what: dict[str, Any] = attrs.field(factory=dict)
    by: str = "max"
    at: timedelta = timedelta()
    tenant: str = "main"


@attrs.frozen
class Answer:
    """What a step was answered: the outcome's name or an error's code, its whole text, how long it took."""

    step: Step
    kind: str
    text: str = ""
    seconds: float = 0.0


@attrs.frozen
class Where:
    """The store of a race, in words that another process understands too.

    ``without`` is what a naive store leaves out; ``pause`` the longest wait, in seconds, that is put
    between what a command reads and what it writes.
    """

    url: str
    isolation: str = "read committed"
    without: tuple[str, ...] = ()
    pause: float = 0.0
    seed: int = 0

    def opened(self, threads: int) -> Any:
        """A store of this place, right in itself; one in memory is new."""
        if self.url == "memory":
            return MemoryStore()
        return open_store(
            self.url, isolation=self.isolation, durable=False, pool=max(5, threads + 1)
        )

    def watched(self, store: Any) -> WatchedStore:
        """The store as this race uses it: counted, with pauses, and wrong where it shall be."""
        chance = random.Random(self.seed)

        def pause() -> None:
            if self.pause:
                time.sleep(chance.uniform(0, self.pause))

        if self.without:
            store = NaiveStore(store, *self.without, pause=max(self.pause, 0.001))
        return WatchedStore(store, before_commit=pause)


@attrs.frozen
class Ran:
    """What the workers of a race tell: their answers, and how often a command was outrun."""

    answers: tuple[Answer, ...]
    outrun: int
    seconds: float


class Desks:
    """One desk for every tenant, moment and person, over one store."""

    def __init__(self, store: Any) -> None:
        self.store = store

    def of(self, by: str = "max", tenant: str = "main", at: timedelta = timedelta()) -> so.Desk:
        """The desk of somebody who may do everything."""
        desk = so.Desk(
            store=self.store,
            seller=SELLER,
            currency="EUR",
            policies=POLICIES,
            clock=so.FixedClock(START + at),
            tenant=tenant,
        )
        return desk.as_(so.Actor(by, roles=MASTER))


def answered(desks: Desks, step: Step) -> Answer:
    """Do a step, once; what was raised is an answer too."""
    began = time.perf_counter()
    try:
        outcome = VERBS[step.verb](desks.of(step.by, step.tenant, step.at), step)
    except so.SalesOrdersError as error:
        return Answer(step, error.code, error.detail, time.perf_counter() - began)
    except Exception as error:  # noqa: BLE001 - a race goes on, and whoever broke down has lost it
        return Answer(step, type(error).__name__, str(error)[:200], time.perf_counter() - began)
    took = time.perf_counter() - began
    if isinstance(outcome, str):
        return Answer(step, "seen", outcome, took)
    return Answer(step, type(outcome).__name__, encode(outcome), took)


def run_threads(store: WatchedStore, shares: Sequence[Sequence[Step]]) -> Ran:
    """Let each share be done by a thread of its own, all from one moment on."""
    desks = Desks(store)
    gate = threading.Barrier(len(shares) + 1)
    answers: list[Answer] = []
    broken: list[BaseException] = []

    def work(share: Sequence[Step]) -> None:
        gate.wait()
        try:
            answers.extend([answered(desks, step) for step in share])
        except BaseException as error:
            broken.append(error)
            raise

    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if broken:
        raise broken[0]
    return Ran(tuple(answers), store.outrun, took)


def dealt(steps: Sequence[Step], hands: int) -> list[list[Step]]:
    """Steps dealt out like cards; nobody's hand is empty as long as there are enough."""
    return [list(steps[n::hands]) for n in range(hands)]


# --- what a step may say; a race adds its verbs here


def _place(desk: so.Desk, step: Step) -> Any:
    what = step.what
    lines = [so.Line(sku, n, discount=what.get("discount")) for sku, n in what["lines"]]
    return desk.orders.place(so.OrderRequest(what.get("customer", "C0"), lines), key=step.key)


def _ship(desk: so.Desk, step: Step) -> Any:
    return desk.shipments.ship(step.what["order"], step.what.get("lines"), key=step.key)


def _pay(desk: so.Desk, step: Step) -> Any:
    what = {"reference": "", "bank_ref": "", **step.what}
    amount = so.Money(what.pop("amount"), "EUR")
    return desk.cash.receive(what.pop("customer", "C0"), amount, key=step.key, **what)


def _apply(desk: so.Desk, step: Step) -> Any:
    what = step.what
    shares = {what["invoice"]: so.Money(what["amount"], "EUR")}
    return desk.cash.apply(what["payment"], shares, key=step.key)


def _amend(desk: so.Desk, step: Step) -> Any:
    what = step.what
    changes = [so.LineChange(line, n) for line, n in what.get("lines", {}).items()]
    add = [so.Line(sku, n) for sku, n in what.get("add", ())]
    return desk.orders.amend(what["order"], changes, add=add, reason="r", key=step.key)


def _cancel(desk: so.Desk, step: Step) -> Any:
    what = step.what
    return desk.orders.cancel(what["order"], what.get("lines"), reason="r", key=step.key)


def _relay(desk: so.Desk, step: Step) -> str:
    """Carry what waits and name it; a relay that dies takes effects and is not heard of again."""
    carried: list[str] = []

    class Consumer:
        def deliver(self, tenant: str, key: str, effect: Any) -> None:
            carried.append(key)

    engine = desk.engine
    if step.what.get("dies"):
        engine.store.lease(
            engine.tenant,
            worker=step.key,
            now=engine.moment(),
            until=engine.moment() + timedelta(minutes=5),
            gateways=("notices",),
            limit=3,
        )
        return ""
    relay = Relay(engine.store, engine.tenant, {"notices": Consumer()}, clock=engine.clock)
    # A consumer that raises or a relay that dies between carrying and noting is at-least-once work.
    with suppress(so.ConcurrencyExhausted):
        relay.run(limit=3)
    return " ".join(carried)


Verb = Callable[[so.Desk, Step], Any]
VERBS: dict[str, Verb] = {
    "place": _place,
    "ship": _ship,
    "pay": _pay,
    "apply": _apply,
    "amend": _amend,
    "cancel": _cancel,
    "close": lambda desk, step: desk.orders.close(step.what["order"], reason="r", key=step.key),
    "reopen": lambda desk, step: desk.orders.reopen(step.what["order"], reason="r", key=step.key),
    "relay": _relay,
    "issue": lambda desk, step: desk.invoices.issue(step.what["shipment"], key=step.key),
    "look": lambda desk, step: seen(desk),
    "unapply": lambda desk, step: desk.cash.unapply(
        step.what["payment"], step.what["invoice"], key=step.key
    ),
    "release": lambda desk, step: desk.orders.release(step.what["order"], reason="r", key=step.key),
    "approve": lambda desk, step: desk.orders.approve(step.what["order"], reason="r", key=step.key),
    "decline": lambda desk, step: desk.orders.decline(step.what["order"], reason="r", key=step.key),
}

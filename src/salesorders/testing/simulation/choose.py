"""From a seed to steps: each seed switches a random half of verbs and faults off, so that the rest meets more often."""

from __future__ import annotations

from typing import Any

from salesorders.testing.simulation.edges import aimed
from salesorders.testing.simulation.faults import KINDS, SECOND, FaultKind
from salesorders.testing.simulation.model import Model, Now
from salesorders.testing.simulation.rooms import VERBS
from salesorders.testing.simulation.rooms.master import founding
from salesorders.testing.simulation.script import Fault, Step
from salesorders.testing.simulation.verbs import Dice, Verb

__all__ = ["Chooser", "faults_for"]

# Without these nothing else can happen; a seed never switches them off.
NEEDED = (
    "orders.place",
    "stock.receive",
    "shipments.ship",
    "invoices.issue",
    "cash.receive",
    "relay.run",
    "clock.forward",
    "read.get",
    "read.find",
)
AGAIN = 0.13
FAULTY = 0.26
# Relays and files are few, and have faults of their own.
OFTEN = {"relay": 0.9, "import": 0.7, "reading": 0.05}
# What fits few steps, or is the only way to other faults: who was outrun decides in hand, and nine kinds strike there.
OUTRUN = {"store.stale": 0.08, "conflict.once": 0.19, "store.serialization": 0.19}
RARE: dict[str, dict[str, float]] = {
    "command": OUTRUN,
    "order": {"policy.raises": 0.2, **OUTRUN},
    "import": {"import.broken": 0.7},
    "reading": {"find.unavailable": 0.36, "crash.finding": 0.3},
}
# How often a second fault comes where a first one opens the way to it, and where a relay goes on to its next effect.
FOLLOWS = 0.85
ONCE_MORE = 0.6


class Chooser:
    """Chooses the next step and its faults by looking at the model, as a sender looks at his own books."""

    def __init__(self, seed: int, faults: bool = True) -> None:
        self.dice = Dice(f"salesorders-{seed}")
        self._number = 0
        self._sent: list[Step] = []
        self._owed: list[Step] = []
        verbs = [v for v in VERBS.values() if v.name in NEEDED or self.dice.chance(0.5)]
        self._verbs = [verb for verb in verbs for _ in range(round(verb.share * 20))]
        kinds = [kind for kind in KINDS.values() if self.dice.chance(0.5)]
        self._on = {kind.name for kind in kinds}
        self._kinds: dict[str, list[FaultKind]] = {
            on: [kind for kind in kinds if on in kind.on] if faults else []
            for on in ("command", "import", "order", "reading", "relay")
        }

    def opening(self) -> list[Step]:
        """Return the first steps: somebody to sell to, and something to sell."""
        steps = [Step("c0", "catalog.add", "ada", "k0", founding())]
        for sku, q in (("BOLT", 400_000), ("FLOUR", 60_000), ("BOOK", 20_000)):
            n = len(steps)
            args = {"sku": sku, "q": q, "site": "BER"}
            steps.append(Step(f"c{n}", "stock.receive", "wim", f"k{n}", args))
        self._number = len(steps)
        return steps

    def owe(self, step: Step) -> None:
        """Note a step whose sender never got an answer, or whose copy is still under way."""
        self._owed.append(step)

    def next(self, model: Model, now: Now) -> tuple[Step, tuple[Fault, ...]]:
        """Return the next step with its faults."""
        label = f"c{self._number}"
        key = f"k{self._number}"
        self._number += 1
        step = self._again(label) if self.dice.chance(AGAIN) else None
        while step is None:
            verb = self.dice.pick(self._verbs)
            chosen = verb.choose(self.dice, model, now)
            if chosen is not None:
                by, args = chosen[0], aimed(self.dice, model, now, verb.name, chosen[1])
                dry = verb.keeps and verb.dry and self.dice.chance(0.04)
                step = Step(label, verb.name, by, key, args, dry)
                if verb.keeps and not dry:
                    self._sent.append(step)
        return step, self._struck(step, VERBS[step.verb], now)

    def _again(self, label: str) -> Step | None:
        """Send something again: mostly what is owed or recent, now and then with another body."""
        if self._owed and self.dice.chance(0.5):
            old = self._owed.pop(0)
        elif self._sent:
            old = self.dice.recent(self._sent)
        else:
            return None
        args: Any = old.args
        if old.verb != "cash.import_statement" and self.dice.chance(0.15):
            return Step(label, old.verb, "max", old.key, args)
        return Step(label, old.verb, old.by, old.key, args)

    def _struck(self, step: Step, verb: Verb, now: Now) -> tuple[Fault, ...]:
        on = _place_of(step)
        if verb.early or not self.dice.chance(OFTEN.get(on, FAULTY)):
            return ()
        kinds = self._kinds[on]
        if not kinds:
            return ()
        kind = self.dice.pick(kinds)
        for rare, chance in RARE.get(on, {}).items():
            if KINDS[rare] in kinds and self.dice.chance(chance):
                kind = KINDS[rare]
        if kind.name == "clock.forward" and (now.today.year > 2031 or self.dice.chance(0.6)):
            return ()
        nth = 1
        if kind.point == "read" or (on == "import" and kind.point == "commit"):
            nth += self.dice.upto(2)
        first = Fault(step.label, kind.point, nth, kind.name)
        return (first, *self._second(first, on))

    def _second(self, first: Fault, on: str) -> tuple[Fault, ...]:
        names = [name for name in SECOND.get(first.kind, ()) if name in self._on]
        if on != "reading" and names and self.dice.chance(FOLLOWS):
            second = KINDS[self.dice.pick(names)]
            return (Fault(first.label, second.point, 1, second.name),)
        if on != "relay" or not self.dice.chance(ONCE_MORE):
            return ()
        second = self.dice.pick(self._kinds[on])
        if second.name.startswith("clock."):
            return ()
        nth = 2 if second.point == first.point else 1
        return (Fault(first.label, second.point, nth, second.name),)


def faults_for(step: Step) -> list[FaultKind]:
    """Return the kinds of fault that fit a step."""
    if VERBS[step.verb].early:
        return []
    on = _place_of(step)
    return [kind for kind in KINDS.values() if on in kind.on]


def _place_of(step: Step) -> str:
    verb = VERBS[step.verb]
    if step.verb == "relay.run":
        return "relay"
    if not verb.keeps or step.dry:
        return "reading"
    if step.verb == "cash.import_statement":
        return "import"
    return "order" if step.verb in ("orders.place", "orders.release") else "command"

"""The same verbs and faults under Hypothesis, which shrinks small runs itself. Needs the extra ``testing``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from salesorders.testing.simulation.choose import Chooser, faults_for
from salesorders.testing.simulation.edges import aimed
from salesorders.testing.simulation.ending import finish
from salesorders.testing.simulation.faults import KINDS
from salesorders.testing.simulation.rooms import VERBS
from salesorders.testing.simulation.run import Run
from salesorders.testing.simulation.script import Fault, Step
from salesorders.testing.simulation.verbs import Dice

__all__ = ["machine"]

ROLLS = st.integers(0, 2**16)
NOTHING = ""


def machine(make: Callable[[], Any]) -> type[RuleBasedStateMachine]:
    """Return a state machine over empty stores from ``make``: ``TestMine = machine(MemoryStore).TestCase``."""

    class Simulated(RuleBasedStateMachine):
        """Sends what Hypothesis chooses, with a fault or none, and recovers in the end."""

        def __init__(self) -> None:
            super().__init__()
            self.run = Run(make())
            self.count = 0
            self.sent: list[Step] = []

        @initialize()
        def open(self) -> None:
            """Somebody to sell to and something to sell."""
            for step in Chooser(0).opening():
                self.run.step(step)

        @rule(
            verb=st.sampled_from(sorted(VERBS)),
            roll=ROLLS,
            kind=st.sampled_from([NOTHING, *sorted(KINDS)]),
        )
        def send(self, verb: str, roll: int, kind: str) -> None:
            """Send one verb; where the model has nothing that it fits, nothing is sent."""
            self.count += 1
            name = f"h{self.count}"
            dice, model, now = Dice(roll), self.run.model, self.run.world.now()
            chosen = VERBS[verb].choose(dice, model, now)
            if chosen is None:
                return
            args = aimed(dice, model, now, verb, chosen[1])
            step = Step(name, verb, chosen[0], f"k-{name}", args)
            if VERBS[verb].keeps:
                self.sent.append(step)
            self.run.step(step, self._struck(step, kind))

        def _struck(self, step: Step, kind: str) -> tuple[Fault, ...]:
            if not kind or KINDS[kind] not in faults_for(step):
                return ()
            return (Fault(step.label, KINDS[kind].point, 1, kind),)

        @precondition(lambda self: bool(self.sent))
        @rule(roll=ROLLS)
        def send_again(self, roll: int) -> None:
            """Send something a second time."""
            self.count += 1
            old = Dice(roll).pick(self.sent)
            self.run.step(Step(f"h{self.count}", old.verb, old.by, old.key, old.args))

        def teardown(self) -> None:
            """Faults stop, and everything is recovered."""
            if self.count:
                finish(self.run)

    return Simulated

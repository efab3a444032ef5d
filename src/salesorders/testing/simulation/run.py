"""One run: steps are sent, faults strike, everything is compared with the model; in the end all is recovered."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_DOWN, Context, Inexact, Rounded, getcontext, localcontext, setcontext
from functools import partial
from typing import Any, TypeVar

import attrs

from salesorders.kernel.errors import SalesOrdersError
from salesorders.storage import Entry
from salesorders.testing.simulation.choose import Chooser
from salesorders.testing.simulation.documents import document_kinds
from salesorders.testing.simulation.ending import finish
from salesorders.testing.simulation.faults import KINDS, Crash, HostError
from salesorders.testing.simulation.giving_up import gives_up
from salesorders.testing.simulation.invariants import Holding, Violation, checked
from salesorders.testing.simulation.matching import unsound
from salesorders.testing.simulation.model import Expected, Given, Now, raises
from salesorders.testing.simulation.rooms import INVARIANTS, VERBS
from salesorders.testing.simulation.rooms.rechecking import RULE, expect_recheck
from salesorders.testing.simulation.rooms.statements import line_commands
from salesorders.testing.simulation.script import Fault, Script, Step
from salesorders.testing.simulation.seen import WIDE, seen
from salesorders.testing.simulation.verbs import STAFF, Verb
from salesorders.testing.simulation.world import World

__all__ = ["Result", "Run", "play", "simulate"]

T = TypeVar("T")
EVERY = 50
TRIES = 24
# What is asked by whom, who gives which command when, and what must come of it.
Sent = tuple[Any, Given, Callable[[], Expected]]
BEGIN = ("clock.back", "clock.forward", "clock.zone", "clock.summer_time")


@attrs.define
class Result:
    """What a run did, how often it looked, and what it found: ``violation`` is empty where all holds."""

    script: Script
    commands: Counter[str] = attrs.field(factory=Counter)
    faults: Counter[str] = attrs.field(factory=Counter)
    crashes: int = 0
    checks: int = 0
    queries: int = 0
    resent: int = 0
    violation: str = ""
    trace: str = ""
    state: str = ""

    @property
    def calls(self) -> int:
        """Every call of a verb: commands, copies of them, queries and what was cut off by a fault."""
        return sum(count for name, count in self.commands.items() if " " not in name)


class Run:
    """A world under a stream of steps."""

    def __init__(self, store: Any, tenant: str = "main") -> None:
        self.world = World(store, self._committed, tenant)
        self.world.reenter = self._reentered
        self.world.recheck = self._rechecks
        self.world.give_up = partial(gives_up, self)
        self.model = self.world.model
        self.result = Result(Script())
        self.first: dict[str, Any] = {}
        self.kept: dict[str, Step] = {}
        self.owed: list[Step] = []
        self._looked: dict[tuple[str, str], Any] = {}
        self._commands: dict[str, Sent] = {}
        self._expected: Expected | None = None
        self._trace = hashlib.sha256()
        self._quiet = getcontext().copy()

    # --- one step

    def step(self, step: Step, faults: Sequence[Fault] = ()) -> None:
        """Send a step until it is answered, and compare everything that comes of it."""
        verb = VERBS[step.verb]
        kinds = {fault.kind for fault in faults}
        self.world.arm(tuple(faults))
        self.world.store.verb = step.verb
        try:
            if "message.lost" in kinds:
                self._count_fault("message.lost")
                self.owed.append(step)
                return
            for kind in BEGIN:
                if kind in kinds:
                    self._count_fault(kind)
                    self.world.clock.move(kind)
            answer = self._answered(step, verb, "context.changed" in kinds)
            for kind in ("answer.lost", "message.twice"):
                if kind in kinds:
                    self._count_fault(kind)
                    answer = self._answered(step, verb, False)
            if "message.late" in kinds:
                self._count_fault("message.late")
                self.owed.append(step)
        except Violation as violation:
            raise Violation(f"{step.label} {step.verb}: {violation}") from violation
        finally:
            self.world.arm(())
        self._trace.update(f"{step.label} {answer!r} {self.world.clock.stands}\n".encode())

    def _answered(self, step: Step, verb: Verb, changed: bool) -> tuple[Any, ...]:
        """Send until there is an answer; a fault may raise what its kind says, and nothing else."""
        for _ in range(TRIES):
            struck = len(self.world.struck)
            now = self.world.now()
            self.model.latest = max(self.model.latest, now.today)
            self.model.latest_at = max(self.model.latest_at, now.at)
            self._expected = None
            self._commands = self._commands_of(step, verb, now)
            self.result.commands[f"{step.verb}"] += 1
            outcome, view = self._sent(step, verb, changed)
            changed = False
            new = self.world.struck[struck:]
            for kind in dict.fromkeys(new):
                # One that lasts is one fault, however often it strikes.
                self.result.faults[kind] += 1
            if view is None or self._excused(view, new):
                continue
            self._compare(step, verb, now, outcome, view)
            return view
        raise Violation(f"{TRIES} tries gave no answer")

    def _sent(self, step: Step, verb: Verb, changed: bool) -> tuple[Any, tuple[Any, ...] | None]:
        """Call the desk; no answer is ``None``."""
        if changed:
            self._count_fault("context.changed")
            setcontext(Context(prec=6, rounding=ROUND_DOWN, traps=[Inexact, Rounded]))
        try:
            outcome = verb.send(self.world, step)
        except Crash:
            self.world.die()
            self.result.crashes += 1
            return None, None
        except HostError:
            return None, None
        except SalesOrdersError as error:
            return None, ("raises", error.code)
        except Violation:
            raise
        except Exception as error:
            said = f"{type(error).__name__} reaches the host: {error}"
            raise Violation(said) from error
        finally:
            if changed:
                setcontext(self._quiet.copy())
        if type(outcome).__name__ == "Preview":
            return outcome, ("Preview", *verb.read(outcome.outcome, self.world.names))
        return outcome, verb.read(outcome, self.world.names)

    @staticmethod
    def _excused(view: tuple[Any, ...], struck: Iterable[str]) -> bool:
        codes = {code for kind in struck for code in KINDS[kind].codes}
        return view[0] == "raises" and view[1] in codes

    def _count_fault(self, kind: str) -> None:
        self.result.faults[kind] += 1

    # --- what is wanted

    def body(self, step: Step) -> Any:
        """What is asked by whom: a key stands for one of these."""
        return (step.verb, step.by, step.args)

    def _commands_of(self, step: Step, verb: Verb, now: Now) -> dict[str, Sent]:
        if not verb.keeps or step.dry:
            return {}
        if step.verb == "cash.import_statement":
            lines = line_commands(self.model, step, now)
            given = (step.by, "cash.receive", now.at)
            return {key: ((key, step.by), given, expect) for key, expect in lines.items()}
        given = (step.by, step.verb, now.at)
        return {step.key: (self.body(step), given, lambda: self._fresh(step, verb, now))}

    def _fresh(self, step: Step, verb: Verb, now: Now) -> Expected:
        if verb.duty and verb.duty not in STAFF[step.by]:
            return raises("duty.missing")
        return verb.expect(self.model, step, now)

    def _wanted(self, step: Step, verb: Verb, now: Now) -> Expected:
        if verb.early:
            return verb.expect(self.model, step, now)
        if verb.duty and verb.duty not in STAFF[step.by]:
            return raises("duty.missing")
        if step.verb != "cash.import_statement" and step.key in self.model.answers and verb.keeps:
            body, view = self.model.answers[step.key]
            return Expected(view) if body == self.body(step) else raises("key.reused")
        expected = verb.expect(self.model, step, now)
        if step.dry and not expected.raised:
            masked = ("?" if part == step.key else part for part in expected.view)
            return Expected(("Preview", *masked))
        return expected

    def _compare(
        self, step: Step, verb: Verb, now: Now, outcome: Any, view: tuple[Any, ...]
    ) -> None:
        expected = self._expected or self._wanted(step, verb, now)
        self.result.checks += 1
        if not verb.keeps:
            self.result.queries += 1
        self.result.commands[f"{step.verb} {view[0]}"] += 1
        if view != expected.view:
            raise Violation(f"answered {view!r}, wanted {expected.view!r}")
        if verb.keeps and not step.dry and not expected.raised:
            if step.key in self.first:
                self.result.checks += 1
                if step.verb != "cash.import_statement" and self.first[step.key] != outcome:
                    raise Violation("I39: the key has another answer now")
            else:
                self.first[step.key] = outcome
                self.kept[step.key] = step

    # --- what the store has taken

    def _committed(self, tenant: str, entry: Entry) -> None:
        """The store has committed: the model follows, and each document is compared."""
        if tenant != self.world.tenant:
            raise Violation(f"I44: a commit for {tenant}")
        if entry.key not in self._commands:
            raise Violation(f"a commit under the key {entry.key}, which nobody sent")
        if entry.key in self.model.answers:
            raise Violation("I39: the key has a second effect")
        body, given, expect = self._commands[entry.key]
        expected = expect()
        if expected.change is None:
            raise Violation(f"committed, but {expected.view!r} was wanted")
        before = len(self.model.effects) + self.model.repeated
        written = self.model.commit(entry.key, body, given, expected)
        if not entry.key.startswith("statement:"):
            self._expected = expected
        self.world.learn(entry)
        if entry.key in self.model.offers and (wrong := unsound(self.model, entry.key)):
            raise Violation(f"I26: {wrong}")
        found = self.world.refs_of(entry)
        if found.keys() != set(written):
            raise Violation(f"wrote {sorted(found)}, wanted {sorted(written)}")
        for ref, put in found.items():
            self._look(ref, put.version + 1, put.document)
        if len(entry.effects) != len(self.model.effects) + self.model.repeated - before:
            raise Violation("I40: another number of effects than changes call for")

    def _look(self, ref: tuple[str, str], version: int, document: Any) -> None:
        """Compare a document with the model, and its version with the number of its changes (I41)."""
        self.result.checks += 2
        if version != self.model.versions.get(ref):
            raise Violation(f"I41: {ref} is at version {version}, {self.model.versions.get(ref)}")
        view, want = seen(document, self.world.names), self.model.view(ref)
        if view != want:
            raise Violation(f"{ref} is {view!r}, wanted {want!r}")
        self._looked[ref] = document

    def check(self) -> None:
        """Compare everything that lies in the store, and ask every invariant."""
        now = self.world.now()
        holding = Holding(self.world.store.inner, self.world.tenant, self.world.names)
        count = 0
        for kind in document_kinds():
            for version, document in holding.versioned(kind):
                count += 1
                name = document.ref.partition("/")[2]
                ref = (kind, self.world.names.get(name, name))
                if self._looked.get(ref) is document:
                    self.result.checks += 1
                    if version != self.model.versions[ref]:
                        raise Violation(f"I41: {ref} is at version {version}")
                else:
                    self._look(ref, version, document)
        if count != len(self.model.versions):
            raise Violation(f"{count} documents, wanted {len(self.model.versions)}")
        with localcontext(WIDE):
            for invariant in INVARIANTS:
                self.result.checks += 1
                checked(invariant, self.model, holding, now)

    def signature(self) -> Any:
        """Every document with its version, the rows and what waits: what repeating must not change."""
        store, tenant = self.world.store.inner, self.world.tenant
        holding = Holding(store, tenant, self.world.names)
        versions = [
            (document.ref, version)
            for kind in document_kinds()
            for version, document in holding.versioned(kind)
        ]
        store.seal(tenant)
        rows = [row.seq for row in store.rows(tenant, after=0, limit=100_000)]
        return versions, rows, len(store.pending(tenant, limit=100_000))

    def _rechecks(self, key: str, customer: str, deliver: Callable[[], None]) -> None:
        """A relay has held orders looked at, under the key of what made room."""
        now, args = self.world.now(), {"customer": customer}
        body = ("credit.recheck", RULE, customer)
        given = (RULE, "credit.recheck", now.at)
        sent = (body, given, lambda: expect_recheck(self.model, key, args, RULE, now))
        self.inside({key: sent}, deliver)

    def inside(self, commands: dict[str, Sent], do: Callable[[], T]) -> T:
        """Let something be done within a step that has commands of its own."""
        kept = self._commands, self._expected
        self._commands = commands
        try:
            return do()
        finally:
            self._commands, self._expected = kept

    def resend(self) -> None:
        """Send every key that was answered once more."""
        before = self.result.calls
        for step in self.kept.values():
            self.step(step)
        self.result.resent = self.result.calls - before

    def _reentered(self) -> None:
        """A gateway gives a command of its own while it is called."""
        self.world.workers += 1
        n = self.world.workers
        args = {"sku": "BOLT", "q": 1_000, "site": "BER"}
        step = Step(f"inner-{n}", "stock.receive", "wim", f"inner-{n}", args)
        verb = VERBS[step.verb]
        sent = self._commands_of(step, verb, self.world.now())
        self.inside(sent, lambda: verb.send(self.world, step))

    # --- a whole run

    def play(self, script: Script) -> Result:
        """Play a script to its end and through recovery."""
        self.result.script = script
        faults: dict[str, list[Fault]] = {}
        for fault in script.faults:
            faults.setdefault(fault.label, []).append(fault)

        def go() -> None:
            for number, step in enumerate(script.steps, 1):
                self._counted(number, step, faults.get(step.label, ()))

        return self._guarded(go)

    def generate(self, seed: int, steps: int, *, faults: bool = True) -> Result:
        """Choose and play so many steps of a seed; the result's script plays the same again."""
        chooser = Chooser(seed, faults)
        chosen: list[Step] = []
        struck: list[Fault] = []

        def go() -> None:
            for step in chooser.opening()[:steps]:
                chosen.append(step)
                self._counted(len(chosen), step, ())
            while len(chosen) < steps:
                step, strikes = chooser.next(self.model, self.world.now())
                chosen.append(step)
                struck.extend(strikes)
                before = len(self.owed)
                self._counted(len(chosen), step, strikes)
                for owed in self.owed[before:]:
                    chooser.owe(owed)

        result = self._guarded(go)
        result.script = Script(seed, tuple(chosen), tuple(struck))
        return result

    def _counted(self, number: int, step: Step, faults: Sequence[Fault]) -> None:
        self.step(step, faults)
        if number % EVERY == EVERY - 1:
            self.check()

    def _guarded(self, go: Callable[[], object]) -> Result:
        try:
            go()
            finish(self)
        except Violation as violation:
            self.result.violation = str(violation)
        self.result.trace = self._trace.hexdigest()
        return self.result

    def told(self, state: str) -> None:
        """Keep the hash of the end."""
        self.result.state = state
        self._trace.update(state.encode())


def play(script: Script, store: Any, *, tenant: str = "main") -> Result:
    """Play a script on a store; the result says what is wrong, if anything."""
    return Run(store, tenant).play(script)


def simulate(
    seed: int, steps: int, store: Any, *, tenant: str = "main", faults: bool = True
) -> Result:
    """Choose and play so many steps of a seed on a store, for a tenant that has nothing there yet."""
    return Run(store, tenant).generate(seed, steps, faults=faults)

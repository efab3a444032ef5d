"""Dead letters: what the relay gives up, and what a person does with it; the model calls one by its effect's key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from salesorders.testing.simulation.documents import SHARED, register_document
from salesorders.testing.simulation.invariants import Holding
from salesorders.testing.simulation.model import Expected, Model, Now, Ref, answers, raises
from salesorders.testing.simulation.rooms.reading import reading_verb
from salesorders.testing.simulation.script import Step
from salesorders.testing.simulation.seen import seen
from salesorders.testing.simulation.verbs import Choice, Dice, Verb, by_role, codes_of

__all__ = [
    "DAYS",
    "INVARIANTS",
    "KIND",
    "RELAY",
    "SET_ASIDE",
    "TRIES",
    "VERBS",
    "expect_set_aside",
    "is_due",
    "letters_of",
]

KIND = "dead_letter"
# What the policy of the simulation says.
TRIES, DAYS = 2, 1
# Who gives up by rule, and with which verb.
RELAY, SET_ASIDE = "relay", "dead_letters.set_aside"


def letters_of(model: Model) -> dict[str, dict[str, Any]]:
    """Return the letters that there must be."""
    return model.books.setdefault(KIND, {})


def is_due(tries: int, since: datetime, at: datetime) -> bool:
    """Whether the relay gives up after so many tries, the first of them at a moment."""
    return tries >= TRIES and at - since >= timedelta(days=DAYS)


def expect_set_aside(
    model: Model, place: str, problem: str, tries: int, since: datetime, now: Now
) -> Expected:
    """Return what giving an effect up must answer and change: it opens the effect's one letter."""
    earlier = letters_of(model).get(place)
    if earlier and earlier["state"] == "open":
        return answers("SetAside", place)

    def change() -> Sequence[Ref]:
        letter = {"problem": problem, "tries": tries, "since": since, "at": now.at}
        if earlier:
            letter |= {"tries": earlier["tries"] + tries, "since": earlier["since"]}
        letters_of(model)[place] = {**letter, "state": "open", "by": ""}
        return [(KIND, place)]

    return Expected(("SetAside", place), change)


# --- what a person does


def _choose(dice: Dice, model: Model, now: Now) -> Choice | None:
    letters = letters_of(model)
    waiting = [place for place, letter in letters.items() if letter["state"] == "open"]
    if not letters and not dice.chance(0.02):
        return None
    place = dice.pick(waiting) if waiting and dice.chance(0.8) else dice.pick([*letters, "nothing"])
    return by_role(dice, "operations"), {KIND: f"@{place}"}


def _deciding(verb: str, state: str, view: str, share: float) -> Verb:
    def send(world: Any, step: Step) -> Any:
        decide = getattr(world.desk(step.by).dead_letters, verb)
        return decide(world.id(KIND, step), reason=step.reason, key=step.key, dry_run=step.dry)

    def expect(model: Model, step: Step, now: Now) -> Expected:
        place = step.args[KIND][1:]
        letter = letters_of(model).get(place)
        if letter is None:
            return raises("dead_letter.unknown")
        if letter["state"] != "open":
            return answers("Rejected", ("dead_letter.not_open",))

        def change() -> Sequence[Ref]:
            letters_of(model)[place] = {**letter, "state": state, "by": step.by}
            if state == "put_back":
                model.repeated += 1
                model.waiting += 1
            return [(KIND, place)]

        return Expected((view, place), change)

    def read(outcome: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
        if type(outcome).__name__ == "Rejected":
            return ("Rejected", codes_of(outcome))
        return (type(outcome).__name__, names[outcome.letter.id])

    return Verb(
        name=f"dead_letters.{verb}",
        choose=_choose,
        send=send,
        expect=expect,
        read=read,
        share=share,
        duty="operations",
    )


# --- the list


def _choose_list(dice: Dice, model: Model) -> Mapping[str, Any]:
    states = ["open", "open", "put_back", "dismissed"]
    return {"state": dice.pick(states)} if dice.chance(0.7) else {"gateway": "notices"}


def _send_list(world: Any, step: Step) -> Any:
    items = world.desk(step.by).dead_letters.find(limit=1_000, **step.args).items
    return tuple(sorted(seen(one, world.names) for one in items))


def _expect_list(model: Model, step: Step, now: Now) -> Expected:
    found = []
    for place, letter in letters_of(model).items():
        gateway = "credit" if model.effects[place][0] == "credit.recheck" else "notices"
        names = {"state": letter["state"]}
        if letter["state"] == "open":
            names["gateway"] = gateway
        if step.args.items() <= names.items():
            found.append(model.view((KIND, place)))
    return answers("read", tuple(sorted(found)))


# --- what must hold


def _what_is_given_up_is_kept(model: Model, holding: Holding, now: Now) -> None:
    """F16, I40: every letter is of an effect that a command called for, and that failed often enough."""
    for place, letter in letters_of(model).items():
        assert place in model.effects, place
        assert letter["tries"] >= TRIES, place


def _wanted(model: Model, place: str) -> tuple[Any, ...]:
    letter = letters_of(model)[place]
    told = (letter["problem"], letter["tries"], letter["since"], letter["at"])
    return (place, model.effects[place][0], *told, letter["state"], letter["by"])


def _read(letter: Any, names: Mapping[str, str]) -> tuple[Any, ...]:
    told = (letter.problem, letter.tries, letter.failing_since, letter.set_aside_at)
    return (letter.place, letter.effect.kind, *told, letter.state, letter.by)


register_document(KIND, _wanted, _read, made=False)
if KIND not in SHARED:
    SHARED.append(KIND)

VERBS = (
    _deciding("retry", "put_back", "PutBack", 8),
    _deciding("dismiss", "dismissed", "Dismissed", 6),
    reading_verb("dead_letters.find", _choose_list, _send_list, _expect_list, 1),
)
INVARIANTS = (_what_is_given_up_is_kept,)

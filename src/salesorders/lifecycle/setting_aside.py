"""What the relay can't deliver: set aside after the policy's tries and days, put back or dismissed by a person."""

from __future__ import annotations

from datetime import datetime

import attrs

from salesorders.kernel.actors import reason_of
from salesorders.kernel.change import (
    Ask,
    Change,
    Command,
    GatewayEffect,
    Loading,
    Outcome,
    RepeatedEffect,
)
from salesorders.kernel.decision import refuse
from salesorders.kernel.events import stored
from salesorders.kernel.ids import derived_id, ident_of
from salesorders.lifecycle.outcomes import Rejected
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.outbox import DeadLetter, EffectDismissed, EffectPutBack, EffectSetAside

__all__ = [
    "DISMISS",
    "RETRY",
    "SET_ASIDE",
    "Dismissed",
    "LetterRequest",
    "PutBack",
    "SetAside",
    "SetAsideRequest",
    "letter_of",
]


@stored("outcome.set_aside/1")
@attrs.frozen
class SetAside(Outcome[DeadLetter]):
    """The relay gave an effect up; it stands in a dead letter."""

    letter: DeadLetter

    def unwrap(self) -> DeadLetter:
        """Return the letter."""
        return self.letter


@stored("outcome.put_back/1")
@attrs.frozen
class PutBack(Outcome[DeadLetter]):
    """A dead letter's effect waits for the relay again."""

    letter: DeadLetter

    def unwrap(self) -> DeadLetter:
        """Return the letter."""
        return self.letter


@stored("outcome.dismissed/1")
@attrs.frozen
class Dismissed(Outcome[DeadLetter]):
    """A dead letter's effect is not carried any more."""

    letter: DeadLetter

    def unwrap(self) -> DeadLetter:
        """Return the letter."""
        return self.letter


def _letter(value: str) -> str:
    return ident_of(value, "id")


@attrs.frozen
class SetAsideRequest:
    """An effect that was carried under the key ``place`` and failed so often, the last time with ``problem``."""

    place: str
    effect: GatewayEffect
    problem: str
    tries: int
    failing_since: datetime


@attrs.frozen
class LetterRequest:
    """A dead letter and why it shall go again, or never."""

    letter: str = attrs.field(converter=_letter)
    reason: str = attrs.field(converter=reason_of)


def load_place(
    request: SetAsideRequest, setting: Setting, command: Command
) -> Loading[DeadLetter | None]:
    """Ask for the letter that the effect has already, where it was given up before."""
    ref = f"dead_letter/{letter_of(command.tenant, request.place)}"
    loaded = yield Ask((ref,))
    return loaded.get(DeadLetter, ref)


def letter_of(tenant: str, place: str) -> str:
    """Return the id of the letter of an effect: one effect has one, however often it is given up."""
    return derived_id("DL", tenant, place, "DL")


def set_aside(
    request: SetAsideRequest, case: DeadLetter | None, command: Command
) -> Change[SetAside]:
    """Make the letter, or open it again; one that is open already stays as it is."""
    if case is not None and case.is_open:
        return Change(SetAside(case))
    if case is None:
        letter = DeadLetter(
            letter_of(command.tenant, request.place),
            request.place,
            request.effect,
            request.problem,
            request.tries,
            request.failing_since,
            command.at,
        )
    else:
        letter = case.again(request.problem, request.tries, command.at)
    effect = letter.effect
    fact = EffectSetAside(
        letter.id, letter.place, effect.gateway, effect.kind, letter.problem, letter.tries
    )
    return Change(SetAside(letter), (letter,), (fact,))


def load_letter(request: LetterRequest, setting: Setting, command: Command) -> Loading[DeadLetter]:
    """Ask for the letter."""
    ref = f"dead_letter/{request.letter}"
    loaded = yield Ask((ref,))
    return loaded.need(DeadLetter, ref, "id")


def retry(request: LetterRequest, case: DeadLetter, command: Command) -> Change[PutBack | Rejected]:
    """Put the effect back into the outbox, behind what waits there, under the key that it always had."""
    if not case.is_open:
        return _not_open(case)
    letter = case.ended("put_back", command.actor.id, request.reason)
    effect = case.effect
    again = RepeatedEffect(effect.gateway, effect.kind, effect.payload, case.place)
    fact = EffectPutBack(case.id, case.place, request.reason)
    return Change(PutBack(letter), (letter,), (fact,), (again,))


def dismiss(
    request: LetterRequest, case: DeadLetter, command: Command
) -> Change[Dismissed | Rejected]:
    """Decide that the effect will not be carried: it was done by hand, or must not be done any more."""
    if not case.is_open:
        return _not_open(case)
    letter = case.ended("dismissed", command.actor.id, request.reason)
    fact = EffectDismissed(case.id, case.place, request.reason)
    return Change(Dismissed(letter), (letter,), (fact,))


def _not_open(letter: DeadLetter) -> Change[Rejected]:
    found = refuse("dead_letter.not_open", "id", letter=letter.id, state=letter.state)
    return Change(Rejected((found,)))


SET_ASIDE = UseCase("dead_letters.set_aside", load_place, set_aside)
RETRY = UseCase("dead_letters.retry", load_letter, retry)
DISMISS = UseCase("dead_letters.dismiss", load_letter, dismiss)

"""What a verb is to the simulation: how one is chosen, sent, expected and read back."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import attrs

from salesorders.testing.simulation.model import Expected, Model, Now
from salesorders.testing.simulation.script import Step

__all__ = ["STAFF", "Dice", "Verb", "by_role", "codes_of"]

T = TypeVar("T")

# Persons by the roles that they have. Nobody has none; max has all, to show that roles do not replace four eyes.
STAFF: dict[str, tuple[str, ...]] = {
    "ada": ("master-data",),
    "ann": ("sales",),
    "sam": ("sales", "sales-manager"),
    "bob": ("sales-manager",),
    "ben": ("credit",),
    "wim": ("warehouse",),
    "fay": ("billing",),
    "kai": ("cash",),
    "oli": ("operations",),
    "max": (
        "master-data",
        "sales",
        "sales-manager",
        "credit",
        "warehouse",
        "billing",
        "cash",
        "operations",
    ),
    "eve": (),
}


class Dice:
    """Chance of a seed, the same on every Python: all of it comes from ``Random.random``."""

    def __init__(self, seed: int | str) -> None:
        self._next = random.Random(seed).random

    def chance(self, share: float) -> bool:
        """Answer true in so many of all cases."""
        return self._next() < share

    def upto(self, most: int) -> int:
        """Return a whole number from 0 to ``most`` - 1."""
        return int(self._next() * most)

    def pick(self, values: Sequence[T]) -> T:
        """Return one of the values."""
        return values[int(self._next() * len(values))]

    def recent(self, values: Sequence[T], last: int = 12) -> T:
        """Return one of the last few values, mostly, or any."""
        return self.pick(values[-last:] if self.chance(0.8) else values)


Choice = tuple[str, Mapping[str, Any]]


@attrs.frozen(kw_only=True)
class Verb:
    """One verb of the desk.

    ``choose`` gives who and with which arguments, or ``None`` where nothing fits. ``send`` calls the desk.
    ``expect`` says what the model wants, ``read`` puts an answer into the model's words. ``duty`` is the role
    that it takes, empty where anybody may; a verb that ``keeps`` is a command with a key. ``early``: it is
    refused as malformed, before key and duty are looked at. ``share`` is how often it is chosen.
    """

    name: str
    choose: Callable[[Dice, Model, Now], Choice | None]
    send: Callable[[Any, Step], Any]
    expect: Callable[[Model, Step, Now], Expected]
    read: Callable[[Any, Mapping[str, str]], tuple[Any, ...]]
    share: float
    duty: str = ""
    keeps: bool = True
    early: bool = False
    dry: bool = True


def by_role(dice: Dice, role: str) -> str:
    """Return who sends a command: mostly somebody with the role, now and then somebody without."""
    if dice.chance(0.02):
        return dice.pick(list(STAFF))
    holders = [name for name, roles in STAFF.items() if role in roles]
    return holders[0] if dice.chance(0.65) else dice.pick(holders)


def codes_of(outcome: Any) -> tuple[str, ...]:
    """Return the codes of what refuses, sorted."""
    return tuple(sorted({f.code for f in outcome.findings if f.effect.value == "refuse"}))

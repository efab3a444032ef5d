"""The rooms of the house: each module is one capability with its commands, its part of the model and what it checks.

A new capability is a new module here, with ``VERBS`` and ``INVARIANTS``, named in ``ROOMS``.
"""

from __future__ import annotations

from typing import Any

from salesorders.testing.simulation.invariants import Invariant
from salesorders.testing.simulation.rooms import (
    amending,
    applying,
    arranging,
    asking,
    billing,
    carrying,
    cash,
    dead_letters,
    disputing,
    ending,
    holds,
    intake,
    limits,
    master,
    orders,
    reading,
    rechecking,
    reopening,
    reports,
    reversing,
    shipping,
    statements,
    stock,
    strangers,
)
from salesorders.testing.simulation.verbs import Verb

__all__ = ["INVARIANTS", "ROOMS", "VERBS"]

ROOMS: tuple[Any, ...] = (
    master,
    limits,
    arranging,
    orders,
    intake,
    holds,
    rechecking,
    amending,
    ending,
    reopening,
    stock,
    shipping,
    billing,
    cash,
    applying,
    reversing,
    disputing,
    statements,
    reading,
    asking,
    reports,
    carrying,
    dead_letters,
    strangers,
)
VERBS: dict[str, Verb] = {verb.name: verb for room in ROOMS for verb in room.VERBS}
INVARIANTS: tuple[Invariant, ...] = tuple(
    invariant for room in ROOMS for invariant in getattr(room, "INVARIANTS", ())
)

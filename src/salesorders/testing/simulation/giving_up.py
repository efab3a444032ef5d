"""A relay asks whether an effect that failed again is given up (F16)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from salesorders.storage import Pending
from salesorders.testing.simulation.invariants import Violation
from salesorders.testing.simulation.rooms.dead_letters import (
    RELAY,
    SET_ASIDE,
    expect_set_aside,
    is_due,
)

if TYPE_CHECKING:
    from salesorders.testing.simulation.run import Run, Sent

__all__ = ["gives_up"]


def gives_up(
    run: Run, item: Pending, place: str, problem: str, key: str, giving_up: Callable[[], bool]
) -> bool:
    """Let the library answer, and raise where it gives up too soon or too late, or what has not failed.

    What the effect says of its tries was compared when it was leased.
    """
    world, now = run.world, run.world.now()
    if (place, problem) not in world.notices.problems:
        raise Violation(f"F16: {place} is said to fail with {problem}, which no gateway raised")
    tries, first = item.tries + 1, item.failing_since or now.at
    due = is_due(tries, first, now.at)
    sent: dict[str, Sent] = {}
    if due:
        sent[key] = (
            (SET_ASIDE, place),
            (RELAY, SET_ASIDE, now.at),
            lambda: expect_set_aside(run.model, place, problem, tries, first, now),
        )
    gone = run.inside(sent, giving_up)
    if gone != due:
        raise Violation(f"F16: {place} is {'' if gone else 'not '}given up after {tries} tries")
    return gone

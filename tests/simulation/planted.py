"""Every planted bug, by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.simulation import (
    planted_cash,
    planted_changes,
    planted_credit,
    planted_horizon,
    planted_letters,
    planted_papers,
    planted_shell,
    planted_standing,
    planted_trade,
)
from tests.simulation.planting import PLANTED

__all__ = [
    "PLANTED",
    "bug",
    "planted_cash",
    "planted_changes",
    "planted_credit",
    "planted_horizon",
    "planted_letters",
    "planted_papers",
    "planted_shell",
    "planted_standing",
    "planted_trade",
]


@contextmanager
def bug(name: str) -> Iterator[None]:
    """The library with one of the bugs in it."""
    with PLANTED[name][1]():
        yield

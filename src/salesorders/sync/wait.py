"""Pausing, and running blocking work. Written by hand on both sides of the twin."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["in_thread", "pause"]

P = ParamSpec("P")
R = TypeVar("R")


def pause(seconds: float) -> None:
    """Wait for so long."""
    time.sleep(seconds)


def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a blocking function: here, at once."""
    return function(*args, **kwargs)

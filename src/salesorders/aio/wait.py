"""Pausing, and running blocking work beside the loop. Written by hand on both sides of the twin."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

__all__ = ["answered", "in_thread", "pause", "suits", "takes", "within"]

P = ParamSpec("P")
R = TypeVar("R")


async def pause(seconds: float) -> None:
    """Let others run for so long."""
    await asyncio.sleep(seconds)


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a blocking function in a thread and return what it returns."""
    return await asyncio.to_thread(function, *args, **kwargs)


async def within(seconds: float, ask: Callable[..., Awaitable[R]], *args: Any) -> R:
    """Return what ``ask`` answers; raises ``TimeoutError`` where that takes longer."""
    async with asyncio.timeout(seconds):
        return await ask(*args)


def takes(function: object) -> bool:
    """Whether ``function`` can be asked here: whether it waits or not shows when it is called."""
    return callable(function)


def suits(reading: Callable[..., Any]) -> bool:
    """Whether a store that reads so is waited for: a wrapper only shows it once it is asked, for nothing."""
    if inspect.iscoroutinefunction(reading):
        return True
    answer = reading("", ())
    if inspect.iscoroutine(answer):
        answer.close()
    return inspect.isawaitable(answer)


async def answered(answer: Any) -> Any:
    """Wait for an answer of a host's; one that is there already is taken as it is."""
    return await answer if inspect.isawaitable(answer) else answer

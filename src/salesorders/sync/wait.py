"""Pausing, and running blocking work. Written by hand on both sides of the twin."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, ParamSpec, TypeVar

__all__ = ["answered", "in_thread", "pause", "suits", "takes", "within"]

P = ParamSpec("P")
R = TypeVar("R")


def pause(seconds: float) -> None:
    """Wait for so long."""
    time.sleep(seconds)


def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a blocking function: here, at once."""
    return function(*args, **kwargs)


def within(seconds: float, ask: Callable[..., R], *args: Any) -> R:
    """Return what ``ask`` answers; raises ``TimeoutError`` where that takes longer.

    It is asked in a thread of its own, which is left alone when it is late: its answer is nobody's.
    """
    answers: SimpleQueue[tuple[R | None, BaseException | None]] = SimpleQueue()

    def asked() -> None:
        try:
            answers.put((ask(*args), None))
        except BaseException as fault:  # noqa: BLE001 - carried over to whoever asked
            answers.put((None, fault))

    Thread(target=asked, daemon=True).start()
    try:
        answer, fault = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if fault is not None:
        raise fault
    return answer  # type: ignore[return-value]  # None only where that was the answer


def takes(function: object) -> bool:
    """Whether ``function`` can be asked here: one that has to be waited for cannot."""
    return callable(function) and not inspect.iscoroutinefunction(function)


def suits(reading: Callable[..., Any]) -> bool:
    """Whether a store that reads so is one for which nobody has to wait."""
    return not inspect.iscoroutinefunction(reading)


def answered(answer: Any) -> Any:
    """Return an answer of a host's; raises ``TypeError`` for one that somebody would have to wait for."""
    if inspect.isawaitable(answer):
        if inspect.iscoroutine(answer):
            answer.close()
        raise TypeError("it has to be waited for, and nobody waits here")
    return answer

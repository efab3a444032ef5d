"""Calling adapters of either twin the same way: a coroutine is run to its end, many calls at once are many."""

from __future__ import annotations

import asyncio
import atexit
import inspect
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

__all__ = ["Answering", "Play", "at_once", "finished"]

# Calls of an adapter (its verb, positional and named arguments) in the order in which they are made. What
# each answers or raises is sent back in. The verb ``pause`` lets the others run for so many seconds.
Play = Generator[tuple[Any, ...], Any, Any]

# Seconds that a thread runs before another one may.
HURRIED = 1e-6

# One loop for the whole run: connections of an async driver belong to the loop that opened them.
_LOOP = asyncio.new_event_loop()
atexit.register(_LOOP.close)


def finished(value: Any) -> Any:
    """Return the answer of a call of either twin."""
    if not inspect.isawaitable(value):
        return value

    async def waited() -> Any:
        return await value

    if threading.current_thread() is threading.main_thread():
        return _LOOP.run_until_complete(waited())
    return asyncio.run(waited())


# The verb that tells which twin an adapter is, whatever its port.
_VERBS = ("commit", "deliver", "now")


class Answering:
    """An adapter whose calls answer at once, whether they are coroutines or not."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)
        if not callable(method):
            return method
        return lambda *args, **kwargs: finished(method(*args, **kwargs))

    def at_once(self, name: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Call a method with each of the arguments, all at the same time; what was raised is an answer too."""
        method = getattr(self.inner, name)
        return at_once([(method, each) for each in arguments])

    def played(self, plays: Sequence[Play]) -> list[Any]:
        """Play several at the same time and return what each of them returned or raised."""
        if any(inspect.iscoroutinefunction(getattr(self.inner, verb, None)) for verb in _VERBS):
            return at_once([(_played, (self.inner, play, asyncio.sleep)) for play in plays])
        return at_once([(_blocking, (self.inner, play)) for play in plays])

    def done(self) -> None:
        """Close the adapter, where it can be closed."""
        closing = getattr(self.inner, "close", None)
        if closing is not None:
            finished(closing())


def at_once(calls: Sequence[tuple[Callable[..., Any], tuple[Any, ...]]]) -> list[Any]:
    """Run calls at the same time: coroutines together, others in a thread each."""
    if all(inspect.iscoroutinefunction(method) for method, _ in calls):

        async def gathered() -> list[Any]:
            started = (method(*each) for method, each in calls)
            return list(await asyncio.gather(*started, return_exceptions=True))

        answers: list[Any] = _LOOP.run_until_complete(gathered())
        return answers
    gate = threading.Barrier(len(calls))

    def one(method: Callable[..., Any], each: tuple[Any, ...]) -> Any:
        gate.wait()
        return _caught(method, each)

    usual = sys.getswitchinterval()
    # A call of a store in memory is over before its thread has to make way: here it makes way all the time.
    sys.setswitchinterval(HURRIED)
    try:
        with ThreadPoolExecutor(len(calls)) as pool:
            running = [pool.submit(one, method, each) for method, each in calls]
            return [call.result() for call in running]
    finally:
        sys.setswitchinterval(usual)


async def _played(inner: Any, play: Play, pause: Callable[[float], Any]) -> Any:
    step: Callable[[], Any] = play.__next__
    while True:
        try:
            verb, positional, *named = step()
        except StopIteration as end:
            return end.value
        method = pause if verb == "pause" else getattr(inner, verb)
        try:
            answer = method(*positional, **(named[0] if named else {}))
            if inspect.isawaitable(answer):
                answer = await answer
        except Exception as error:  # noqa: BLE001 - what a call raises goes into the play
            answer = error
        step = _next(play, answer)


def _blocking(inner: Any, play: Play) -> Any:
    # A coroutine whose calls wait for nothing comes to its end in one step, without a loop.
    try:
        _played(inner, play, sleep).send(None)
    except StopIteration as end:
        return end.value
    raise TypeError(f"{type(inner).__name__}: some of its calls are coroutines and some are not")


def _next(play: Play, answer: Any) -> Callable[[], Any]:
    """What takes the play on by one step."""
    if isinstance(answer, Exception):
        return lambda: play.throw(answer)
    return lambda: play.send(answer)


def _caught(method: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return method(*arguments)
    except Exception as error:  # noqa: BLE001 - what a call raises is its answer, looked at by the suite
        return error

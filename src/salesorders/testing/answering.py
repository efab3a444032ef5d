"""Calling adapters of either twin the same way: a coroutine is run to its end, many calls at once are many."""

from __future__ import annotations

import asyncio
import atexit
import inspect
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

__all__ = ["Answering", "finished"]

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
    with ThreadPoolExecutor(len(calls)) as pool:
        running = [pool.submit(_caught, method, each) for method, each in calls]
        return [call.result() for call in running]


def _caught(method: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return method(*arguments)
    except Exception as error:  # noqa: BLE001 - what a call raises is its answer, looked at by the suite
        return error

"""Calling adapters of either twin the same way: a coroutine is run to its end, many calls at once are many."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

__all__ = ["Answering"]

Call = Callable[[], Any]


class Answering:
    """An adapter whose calls answer at once, whether they are coroutines or not; one loop for all of them."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._runner: asyncio.Runner | None = None

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if not callable(method):
            return method
        return lambda *args, **kwargs: self._finished(method(*args, **kwargs))

    def _finished(self, answer: Any) -> Any:
        return self._loop(answer) if inspect.isawaitable(answer) else answer

    def _loop(self, awaitable: Any) -> Any:
        if self._runner is None:
            self._runner = asyncio.Runner()

        async def waited() -> Any:
            return await awaitable

        return self._runner.run(waited())

    def at_once(self, name: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Call a method with each of the arguments, all at the same time; what was raised is an answer too."""
        method = getattr(self._inner, name)
        if inspect.iscoroutinefunction(method):
            return self._together(method, arguments)
        with ThreadPoolExecutor(len(arguments)) as pool:
            calls = [pool.submit(_caught, method, each) for each in arguments]
            return [call.result() for call in calls]

    def _together(
        self, method: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]
    ) -> list[Any]:
        async def gathered() -> list[Any]:
            calls = (method(*each) for each in arguments)
            return list(await asyncio.gather(*calls, return_exceptions=True))

        answers: list[Any] = self._loop(gathered())
        return answers

    def done(self) -> None:
        """Close the adapter, where it can be closed, and the loop."""
        closing = getattr(self._inner, "close", None)
        if closing is not None:
            self._finished(closing())
        if self._runner is not None:
            self._runner.close()


def _caught(method: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return method(*arguments)
    except Exception as error:  # noqa: BLE001 - what a call raises is its answer, looked at by the suite
        return error

"""What suites share: promises with what a user would lose, and a subclass that can't take one away quietly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ClassVar, TypeVar

import pytest

from salesorders.testing.answering import Answering

__all__ = ["BrokenPromise", "Suite", "promise"]

S = TypeVar("S", bound="Suite")
Test = Callable[[S], None]


class BrokenPromise(AssertionError):
    """An adapter does not keep a promise; the text says what a user would lose."""


def promise(loss: str, *, needs: str = "") -> Callable[[Test[S]], Test[S]]:
    """Mark a test of a suite as a promise: ``loss`` says what a user loses without it.

    ``needs`` names a flag of the suite; where an adapter declares that flag as false, with a reason, the
    promise is not asked of it and the table says so.
    """

    def marked(test: Test[S]) -> Test[S]:
        @wraps(test)
        def kept(self: S) -> None:
            if needs and not getattr(self, needs):
                pytest.skip(f"declared: {self.reasons[needs]}")
            try:
                test(self)
            except (Exception, pytest.fail.Exception) as error:
                raise BrokenPromise(f"a user would lose: {loss}") from error

        vars(kept)["loss"] = loss
        return kept

    return marked


class Suite:
    """A suite of promises over one port. Subclass it, name the class ``Test...`` and write ``make``.

    A weaker adapter sets a flag to ``False`` and says why in ``reasons``; a promise can be neither overridden
    nor marked as skipped.
    """

    port: ClassVar[str] = ""
    flags: ClassVar[tuple[str, ...]] = ()
    reasons: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if cls.__module__.startswith("salesorders.testing."):
            return
        for name in vars(cls):
            inherited = any(hasattr(getattr(base, name, None), "loss") for base in cls.__bases__)
            if inherited or name in ("pytestmark", "flags", "port"):
                raise TypeError(f"{cls.__name__}.{name}: a promise can't be overridden or marked")
        for flag in cls.flags:
            if not getattr(cls, flag) and not cls.reasons.get(flag):
                raise TypeError(f"{cls.__name__}.reasons[{flag!r}]: say why the promise is weaker")
        unknown = sorted(set(cls.reasons) - {flag for flag in cls.flags if not getattr(cls, flag)})
        if unknown:
            raise TypeError(
                f"{cls.__name__}.reasons: {', '.join(unknown)} is not declared as false"
            )

    def make(self) -> Any:
        """Return a new adapter with nothing in it; called once for every promise."""
        raise TypeError(f"{type(self).__name__} wants a make() that returns the adapter")

    _made: Answering | None = None

    @property
    def adapter(self) -> Any:
        """What ``make`` gives, made when a promise first asks for it; its coroutines are run to their end."""
        if self._made is None:
            self._made = Answering(self.make())
        return self._made

    def teardown_method(self) -> None:
        """Called by pytest after each promise."""
        if self._made is not None:
            self._made.done()
            self._made = None

    @classmethod
    def promises(cls) -> dict[str, str]:
        """Return the name of every promise with what a user would lose without it."""
        found = {name: getattr(cls, name) for name in dir(cls) if name.startswith("test_")}
        return {name: test.loss for name, test in found.items() if hasattr(test, "loss")}

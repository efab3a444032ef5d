"""What suites share: promises with what a user would lose, and a subclass that can't take one away quietly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, ClassVar, TypeVar
from unittest import SkipTest

import pytest

from salesorders.testing.answering import Answering, finished

__all__ = ["BrokenPromise", "NothingProved", "Suite", "hook", "promise"]

S = TypeVar("S", bound="Suite")
Test = Callable[[S], None]
F = TypeVar("F", bound=Callable[..., Any])
# Besides what the kit itself has: names with which a class is made to answer for another.
NEVER = ("pytestmark", "__test__", "__init__", "__new__", "__getattribute__", "__init_subclass__")


# What ends a test quietly.
QUIET = (SkipTest, pytest.skip.Exception, pytest.xfail.Exception)
# The shortest sentence that can be a reason.
LETTERS = 10


class BrokenPromise(AssertionError):
    """An adapter does not keep a promise; the text says what a user would lose."""


class NothingProved(AssertionError):
    """A promise was not asked because whatever it is asked with ended the test quietly."""

    @classmethod
    def of(cls, suite: type[Suite], why: object) -> NothingProved:
        """Say which suite, why, and how a weaker promise is declared."""
        flags = " or ".join(f"`{flag} = False`" for flag in suite.flags) or "no flag of this suite"
        return cls(
            f"{suite.__name__} was skipped from inside ({why}): an adapter that can't be made proves nothing."
            f" What yours promises less of is declared on the class, {flags} with a sentence in `reasons`;"
            " where there is nothing to make it with, mark the class as skipped and the table names it."
        )


def promise(loss: str, *, needs: str = "", instead_of: str = "") -> Callable[[Test[S]], Test[S]]:
    """Mark a test of a suite as a promise: ``loss`` says what a user loses without it.

    ``needs`` names flags and hooks of the suite, with blanks between: where an adapter declares a flag as
    false, with a reason, or has not written a hook, the promise is not asked of it and the table says so.
    ``instead_of`` names a flag too: the weaker promise that is asked only where that is false.
    """

    def marked(test: Test[S]) -> Test[S]:
        @wraps(test)
        def kept(self: S) -> None:
            why = type(self).unasked().get(test.__name__)
            if why:
                pytest.skip(why)
            try:
                test(self)
            except QUIET as quiet:
                raise NothingProved.of(type(self), quiet) from quiet
            except (Exception, pytest.fail.Exception) as error:
                raise BrokenPromise(f"a user would lose: {loss}") from error

        vars(kept).update(loss=loss, needs=needs, instead_of=instead_of)
        return kept

    return marked


def hook(function: F) -> F:
    """Mark a method of a suite that an integrator may write, and without which some promises are not asked."""
    vars(function)["unwritten"] = True
    return function


def _is_sentence(reason: object) -> bool:
    text = reason.strip() if isinstance(reason, str) else ""
    return len(text) >= LETTERS and " " in text


def _is_kit(cls: type) -> bool:
    return cls is object or cls.__module__.startswith("salesorders.testing.")


class Suite:
    """A suite of promises over one port. Subclass it, name the class ``Test...`` and write ``make``.

    A weaker adapter sets a flag to ``False`` and says why in ``reasons``, in a sentence. Besides those,
    ``make`` and the hooks nothing of a suite can be overridden, and a promise can't be marked as skipped.
    A ``make`` or a fixture that skips fails. What was not asked, for whatever reason, stands in the
    table as not proved.
    """

    port: ClassVar[str] = ""
    flags: ClassVar[tuple[str, ...]] = ()
    hooks: ClassVar[tuple[str, ...]] = ()
    reasons: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if _is_kit(cls):
            return
        mine = {"make", "reasons", *cls.flags, *cls.hooks}
        ours = {name for base in cls.__mro__ if _is_kit(base) for name in vars(base)}
        closed = {name for name in ours - mine if not name.startswith("__")}
        for base in cls.__mro__:
            names = () if _is_kit(base) else vars(base)
            for name in names:
                if name in closed or name in NEVER:
                    raise TypeError(
                        f"{base.__name__}.{name}: a suite can't be overridden or marked"
                    )
        for flag in cls.flags:
            if not getattr(cls, flag) and not _is_sentence(cls.reasons.get(flag)):
                raise TypeError(
                    f"{cls.__name__}.reasons[{flag!r}]: say in a sentence why the promise is weaker,"
                    f" {LETTERS} characters at least with a blank in them"
                )
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
            self._made = Answering(finished(self.make()))
        return self._made

    def hooked(self, name: str, *arguments: Any) -> Any:
        """Return what a hook answers of the adapter itself, whether it is a coroutine or not."""
        return self.told(name, self.adapter.inner, *arguments)

    def told(self, name: str, *arguments: Any) -> Any:
        """Return what a hook answers that is not asked about the adapter."""
        return finished(getattr(self, name)(*arguments))

    def teardown_method(self) -> None:
        """Called by pytest after each promise."""
        if self._made is not None:
            self._made.done()
            self._made = None

    @classmethod
    def _kit_promises(cls) -> Iterator[tuple[str, Any]]:
        """The promises as the kit has them, whatever was done to the class since."""
        found: dict[str, Any] = {}
        for base in filter(_is_kit, cls.__mro__):
            for name, test in vars(base).items():
                if hasattr(test, "loss"):
                    found.setdefault(name, test)
        return iter(found.items())

    @classmethod
    def is_promise(cls, name: str, test: object) -> bool:
        """Whether a test is the kit's own promise of that name, and not one that was put in its place."""
        return dict(cls._kit_promises()).get(name) is test

    @classmethod
    def promises(cls) -> dict[str, str]:
        """Return the name of every promise with what a user would lose without it."""
        return {name: test.loss for name, test in cls._kit_promises()}

    @classmethod
    def wanted(cls) -> list[str]:
        """Return the names of the promises that count for this adapter: without weaker ones than it gives."""
        return [name for name, test in cls._kit_promises() if not cls._gives_more(test)]

    @classmethod
    def _gives_more(cls, test: Any) -> bool:
        return bool(test.instead_of and getattr(cls, test.instead_of))

    @classmethod
    def unasked(cls) -> dict[str, str]:
        """Return the promises that are not asked of this adapter, with the reason that was declared."""
        found = {}
        for name, test in cls._kit_promises():
            if cls._gives_more(test):
                found[name] = f"more is promised: {test.instead_of}"
            lacks = [why for need in test.needs.split() if (why := cls._lacks(need))]
            if lacks:
                found[name] = lacks[0]
        return found

    @classmethod
    def _lacks(cls, need: str) -> str:
        there = getattr(cls, need)
        if hasattr(there, "unwritten"):
            return f"no {need}() was written"
        return "" if there else f"declared: {cls.reasons.get(need, 'no reason given')}"

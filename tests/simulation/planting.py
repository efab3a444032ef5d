"""Planting a bug: it takes one promise out of the library, in this process only, and puts it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from inspect import getsource, isfunction, signature, unwrap
from pkgutil import resolve_name
from typing import Any
from unittest.mock import patch

from salesorders.credit import CreditPolicy

Plant = Callable[[], Any]
PLANTED: dict[str, tuple[str, Plant]] = {}


def planted(says: str) -> Callable[[Plant], Plant]:
    """Register a context manager that plants a bug."""

    def register(plant: Plant) -> Plant:
        PLANTED[plant.__name__] = (says, contextmanager(plant))
        return plant

    return register


@contextmanager
def replaced(*pairs: tuple[str, Any]) -> Iterator[None]:
    """Names of modules or classes that stand for something else as long as the block runs."""
    with ExitStack() as stack:
        for target, value in pairs:
            real = resolve_name(f"salesorders.{target}")
            if isfunction(real) and isfunction(value):
                _called_alike(target, real, value)
            stack.enter_context(patch(f"salesorders.{target}", value))
        yield


@contextmanager
def rewritten(target: str, old: str, new: str) -> Iterator[None]:
    """A function of a module with other words in it as long as the block runs."""
    real = resolve_name(f"salesorders.{target}")
    source = getsource(real)
    if source.count(old) != 1:
        raise TypeError(f"{target}: {old!r} stands there {source.count(old)} times")
    made: dict[str, Any] = {}
    exec(source.replace(old, new), unwrap(real).__globals__, made)
    with replaced((target, made[real.__name__])):
        yield


def _called_alike(target: str, real: Any, value: Any) -> None:
    """Raise ``TypeError`` where what stands for a function can't be called as that one is."""
    wanted = [one for one in signature(real).parameters.values() if one.default is one.empty]
    named = {one.name: None for one in wanted if one.kind is one.KEYWORD_ONLY}
    placed = [one for one in wanted if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    try:
        signature(value).bind(*placed, **named)
    except TypeError as error:
        raise TypeError(f"{target}: {error}") from None


@contextmanager
def credit_rules(rules: tuple[Any, ...]) -> Iterator[None]:
    """Every credit policy that is made as long as the block runs asks these rules and no others."""
    real = CreditPolicy.__attrs_post_init__

    def made(self: Any) -> None:
        object.__setattr__(self, "rules", rules)
        real(self)

    with patch.object(CreditPolicy, "__attrs_post_init__", made):
        yield

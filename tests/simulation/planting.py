"""Planting a bug: it takes one promise out of the library, in this process only, and puts it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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
            stack.enter_context(patch(f"salesorders.{target}", value))
        yield


@contextmanager
def credit_rules(rules: tuple[Any, ...]) -> Iterator[None]:
    """Every credit policy that is made as long as the block runs asks these rules and no others."""
    real = CreditPolicy.__attrs_post_init__

    def made(self: Any) -> None:
        object.__setattr__(self, "rules", rules)
        real(self)

    with patch.object(CreditPolicy, "__attrs_post_init__", made):
        yield

"""The conformance kit: suites that prove an adapter, to be subclassed with one ``make``. Needs the extra ``testing``.

pytest collects a subclass like any test class. At the end of the run a table says what was proved, and
what was not because it was skipped, failed, or declared as a weaker promise.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesorders.testing.sources import RateSourceSuite, ScoreSourceSuite
    from salesorders.testing.stores import StoreSuite
    from salesorders.testing.suite import BrokenPromise, Suite, promise

__all__ = [
    "BrokenPromise",
    "RateSourceSuite",
    "ScoreSourceSuite",
    "StoreSuite",
    "Suite",
    "promise",
]

# Imported when first used: pytest loads the table's plugin in every run, also where no suite is.
_HOMES = {
    "BrokenPromise": "suite",
    "RateSourceSuite": "sources",
    "ScoreSourceSuite": "sources",
    "StoreSuite": "stores",
    "Suite": "suite",
    "promise": "suite",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'salesorders.testing' has no attribute {name!r}")
    return getattr(import_module(f"salesorders.testing.{_HOMES[name]}"), name)

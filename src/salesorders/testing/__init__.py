"""The conformance kit: suites that prove an adapter, to be subclassed with one ``make``. Needs the extra ``testing``.

Besides: ``builders`` (a small trading house), ``strategies`` and ``laws`` for Hypothesis, ``gateways`` that go
wrong on demand, ``scripts`` of a trading day.

pytest collects a subclass like any test class. At the end of the run a table says what was proved, and
what was not because it was skipped, failed, or declared as a weaker promise.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesorders.testing.carrying import GatewaySuite
    from salesorders.testing.clocks import ClockSuite
    from salesorders.testing.deciding import DecidingSuite
    from salesorders.testing.desks import DeskSuite
    from salesorders.testing.gateways import AsyncFakeGateway, FakeGateway, Fault
    from salesorders.testing.naive import NaiveStore
    from salesorders.testing.posting import LedgerGatewaySuite, Posted
    from salesorders.testing.sources import RateSourceSuite, ScoreSourceSuite
    from salesorders.testing.stores import StoreSuite
    from salesorders.testing.suite import BrokenPromise, Suite, hook, promise
    from salesorders.testing.watched import WatchedStore

__all__ = [
    "AsyncFakeGateway",
    "BrokenPromise",
    "ClockSuite",
    "DecidingSuite",
    "DeskSuite",
    "FakeGateway",
    "Fault",
    "GatewaySuite",
    "LedgerGatewaySuite",
    "NaiveStore",
    "Posted",
    "RateSourceSuite",
    "ScoreSourceSuite",
    "StoreSuite",
    "Suite",
    "WatchedStore",
    "hook",
    "promise",
]

# Imported when first used: pytest loads the table's plugin in every run, also where no suite is.
_HOMES = {
    "desks": "DeskSuite",
    "gateways": "AsyncFakeGateway FakeGateway Fault",
    "carrying": "GatewaySuite",
    "clocks": "ClockSuite",
    "deciding": "DecidingSuite",
    "naive": "NaiveStore",
    "watched": "WatchedStore",
    "posting": "LedgerGatewaySuite Posted",
    "sources": "RateSourceSuite ScoreSourceSuite",
    "stores": "StoreSuite",
    "suite": "BrokenPromise Suite hook promise",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}
# Modules that are doors of their own.
MODULES = ("builders", "gateways", "laws", "scripts", "strategies")


def __getattr__(name: str) -> Any:
    if name in MODULES:
        return import_module(f"salesorders.testing.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'salesorders.testing' has no attribute {name!r}")
    return getattr(import_module(f"salesorders.testing.{_HOME[name]}"), name)

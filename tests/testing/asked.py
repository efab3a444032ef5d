"""Every suite of the kit, with adapters that keep its promises and adapters that are wrong on purpose."""

from collections.abc import Callable
from functools import cache
from typing import Any

import attrs

from salesorders.testing import (
    BrokenPromise,
    ClockSuite,
    DecidingSuite,
    DeskSuite,
    GatewaySuite,
    LedgerGatewaySuite,
    RateSourceSuite,
    ScoreSourceSuite,
    StoreSuite,
)
from salesorders.testing.posting import posting
from tests.testing import (
    wrong_clocks,
    wrong_crowds,
    wrong_deciding,
    wrong_desks,
    wrong_gateways,
    wrong_ledgers,
    wrong_limits,
    wrong_moments,
    wrong_names,
    wrong_sources,
    wrong_stores,
    wrong_texts,
    wrong_waiting,
)


@attrs.frozen
class Kit:
    """A suite, what makes it ask an adapter of a class, and adapters of both sorts."""

    suite: Any
    hooked: Callable[[Any], dict[str, Any]]
    right: tuple[Any, ...]
    wrong: tuple[Any, ...]

    def over(self, adapter: Any) -> Any:
        """The suite as an integrator of this adapter would write it."""
        return type("Asked", (self.suite,), {"make": lambda _: adapter(), **self.hooked(adapter)})


def _store(adapter: Any) -> dict[str, Any]:
    if not hasattr(adapter, "lose"):
        return {}
    return {"lose_connection": lambda _, store, when: store.lose(when)}


def _gateway(adapter: Any) -> dict[str, Any]:
    keyless: dict[str, Any] = {}
    if issubclass(adapter, wrong_gateways.AsyncRight):
        keyless = {
            "effect": lambda self, n: _later(GatewaySuite.effect(self, n)),
            "variants": lambda self, n: _later(GatewaySuite.variants(self, n)),
            "said": lambda self, n: _later(GatewaySuite.said(self, n)),
        }
    if issubclass(adapter, wrong_gateways.Keyless):
        keyless = {"remembers_keys": False, "reasons": {"remembers_keys": "an old system"}}
    return {
        "effects": lambda _, gateway, tenant: gateway.had(tenant),
        "contents": lambda _, gateway, tenant: gateway.contents(tenant),
        "go_wrong": lambda _, gateway, how: gateway.go_wrong(how),
        "again": lambda _, gateway: gateway.again(),
        **keyless,
    }


async def _later(answer: Any) -> Any:
    return answer


def _ledger(adapter: Any) -> dict[str, Any]:
    awaited: dict[str, Any] = {}
    if issubclass(adapter, wrong_ledgers.AsyncLedger):
        # What needs no adapter may have to be fetched from the other side as well.
        awaited = {
            "handed": lambda _, fields: _later(posting(fields)),
            "account": lambda _, role: _later(role),
        }
    return {
        "posted": lambda _, ledger, tenant: ledger.posted(tenant),
        "go_wrong": lambda _, ledger, how: ledger.go_wrong(how),
        "again": lambda _, ledger: ledger.again(),
        "close_period": lambda _, ledger, tenant, until: ledger.close_up_to(tenant, until),
        **awaited,
    }


def _nothing(adapter: Any) -> dict[str, Any]:
    return {}


def _bureau(adapter: Any) -> dict[str, Any]:
    return dict(wrong_sources.BUREAU)


def _bank(adapter: Any) -> dict[str, Any]:
    return dict(wrong_sources.BANK)


KITS = {
    "store": Kit(
        StoreSuite,
        _store,
        (wrong_texts.Breakable,),
        (
            *wrong_stores.WRONG,
            *wrong_texts.WRONG,
            *wrong_crowds.WRONG,
            *wrong_limits.WRONG,
            *wrong_moments.WRONG,
            *wrong_names.WRONG,
            *wrong_waiting.WRONG,
            wrong_desks.DropsTheAnswer,
        ),
    ),
    "deciding": Kit(
        DecidingSuite, _nothing, tuple(wrong_deciding.RIGHT), tuple(wrong_deciding.WRONG)
    ),
    "gateway": Kit(
        GatewaySuite, _gateway, tuple(wrong_gateways.RIGHT), tuple(wrong_gateways.WRONG)
    ),
    "ledger": Kit(
        LedgerGatewaySuite, _ledger, tuple(wrong_ledgers.RIGHT), tuple(wrong_ledgers.WRONG)
    ),
    "desk": Kit(DeskSuite, _nothing, tuple(wrong_desks.RIGHT), tuple(wrong_desks.WRONG)),
    "scores": Kit(
        ScoreSourceSuite, _bureau, tuple(wrong_sources.RIGHT), tuple(wrong_sources.WRONG)
    ),
    "rates": Kit(
        RateSourceSuite, _bank, tuple(wrong_sources.RIGHT_RATES), tuple(wrong_sources.WRONG_RATES)
    ),
    "clock": Kit(ClockSuite, _nothing, tuple(wrong_clocks.RIGHT), tuple(wrong_clocks.WRONG)),
}


@cache
def broken(port: str, adapter: Any) -> dict[str, str]:
    """The promises that an adapter breaks, with what is said of each."""
    said = {}
    suite = KITS[port].over(adapter)
    for name in sorted(set(suite.promises()) - set(suite.unasked())):
        asked = suite()
        try:
            getattr(asked, name)()
        except BrokenPromise as error:
            said[name] = str(error)
        finally:
            asked.teardown_method()
    return said

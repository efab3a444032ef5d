"""The kit catches every wrong adapter, says what a user would lose, and can't be quietly weakened."""

import subprocess
import sys
from typing import Any

import pytest

from salesorders import testing
from salesorders.credit import ExchangeRate
from salesorders.testing import GatewaySuite, RateSourceSuite, StoreSuite
from tests.testing import wrong_gateways
from tests.testing.asked import KITS, broken
from tests.testing.wrong_sources import TODAY

RIGHT = [(port, adapter) for port, kit in KITS.items() for adapter in kit.right]
WRONG = [(port, adapter) for port, kit in KITS.items() for adapter in kit.wrong]


def named(pairs: list[tuple[str, Any]]) -> list[str]:
    return [f"{port}-{adapter.__name__}" for port, adapter in pairs]


def test_every_suite_of_the_kit_has_adapters_of_both_sorts() -> None:
    suites = {getattr(testing, name) for name in testing.__all__ if name.endswith("Suite")}
    assert {kit.suite for kit in KITS.values()} == suites - {testing.Suite}
    assert all(kit.right and kit.wrong for kit in KITS.values())


def test_the_kit_is_reached_through_the_front_door_and_loaded_only_then() -> None:
    asked = """
import sys
import salesorders as so
loaded = {"pytest", "hypothesis", "salesorders.testing"} & set(sys.modules)
assert not loaded, loaded
so.testing
loaded = {"pytest", "hypothesis"} & set(sys.modules)
assert not loaded, loaded
assert so.testing.StoreSuite.promises()
assert so.testing.laws.money_laws and so.testing.builders.a_house
try:
    so.testing.StockSuite
except AttributeError as error:
    print("no", error)
"""
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("no module"), done.stderr


@pytest.mark.parametrize(("port", "adapter"), RIGHT, ids=named(RIGHT))
def test_a_right_adapter_breaks_nothing(port: str, adapter: Any) -> None:
    assert broken(port, adapter) == {}


@pytest.mark.parametrize(("port", "adapter"), WRONG, ids=named(WRONG))
def test_a_wrong_adapter_is_caught_and_the_loss_is_said(port: str, adapter: Any) -> None:
    said = broken(port, adapter)
    assert said
    assert all(text.startswith("a user would lose: ") for text in said.values())


def promises(port: str, names: Any) -> set[Any]:
    """The tests themselves: a suite that promises more shares those of the one below it."""
    return {getattr(KITS[port].suite, name) for name in names}


@pytest.mark.parametrize("port", KITS)
def test_every_promise_is_broken_by_some_wrong_adapter(port: str) -> None:
    """A test that no wrong adapter fails would prove nothing."""
    caught = set()
    for other, kit in KITS.items():
        if issubclass(KITS[port].suite, kit.suite):
            for adapter in kit.wrong:
                caught |= promises(other, broken(other, adapter))
    assert promises(port, KITS[port].suite.promises()) - caught == set()


@pytest.mark.parametrize("port", KITS)
def test_every_promise_is_kept_by_some_right_adapter(port: str) -> None:
    kept = set()
    for other, kit in KITS.items():
        if issubclass(KITS[port].suite, kit.suite):
            for adapter in kit.right:
                asked = set(kit.suite.promises()) - set(kit.over(adapter).unasked())
                kept |= promises(other, asked - set(broken(other, adapter)))
    assert promises(port, KITS[port].suite.promises()) - kept == set()


def test_a_promise_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="test_a_key_has_one_row"):
        type("Mine", (StoreSuite,), {"test_a_key_has_one_row": lambda self: None})
    with pytest.raises(TypeError, match="test_a_key_has_one_row"):
        type("Mine", (StoreSuite,), {"test_a_key_has_one_row": None})
    beside = type("Beside", (), {"test_a_key_has_one_row": lambda self: None})
    with pytest.raises(TypeError, match="test_a_key_has_one_row"):
        type("Mine", (beside, StoreSuite), {})


def test_a_suite_cannot_be_marked_as_skipped() -> None:
    marked = type("Marked", (), {"pytestmark": pytest.mark.skip})
    with pytest.raises(TypeError, match="pytestmark"):
        type("Mine", (StoreSuite,), {"pytestmark": pytest.mark.skip})
    with pytest.raises(TypeError, match="pytestmark"):
        type("Mine", (marked, StoreSuite), {})


@pytest.mark.parametrize(
    "name",
    [
        "adapter",
        "teardown_method",
        "_put",
        "promises",
        "__test__",
        "port",
        "__getattribute__",
        "__init_subclass__",
    ],
)
def test_what_a_promise_is_asked_with_cannot_be_replaced(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        type("Mine", (StoreSuite,), {name: None})


def test_a_weaker_promise_needs_its_reason() -> None:
    with pytest.raises(TypeError, match="concurrent"):
        type("Mine", (StoreSuite,), {"concurrent": False})
    with pytest.raises(TypeError, match="concurrent"):
        type("Mine", (StoreSuite,), {"reasons": {"concurrent": "but it is"}})


@pytest.mark.parametrize("reason", [" ", "x", "why not?", "unnecessary", "    x     ", 10, None])
def test_a_reason_is_a_sentence(reason: Any) -> None:
    with pytest.raises(TypeError, match=r"'concurrent'.*in a sentence"):
        type("Mine", (StoreSuite,), {"concurrent": False, "reasons": {"concurrent": reason}})


def test_a_bank_whose_pairs_are_all_known_both_ways_has_to_say_so() -> None:
    there = ExchangeRate("USD", "EUR", "0.9200", TODAY)
    back = ExchangeRate("EUR", "USD", "1.0850", TODAY)
    own = {"rates": (there, back), "missing": ("EUR", "ISK")}
    asked: Any = type("Mine", (RateSourceSuite,), own)
    with pytest.raises(testing.BrokenPromise) as raised:
        asked().test_a_rate_is_never_turned_round()
    assert "one way only" in str(raised.value.__cause__)
    said = {"one_way": False, "reasons": {"one_way": "the bank tells every pair both ways"}}
    weaker: Any = type("Mine", (asked,), said)
    assert "test_a_rate_is_never_turned_round" in weaker.unasked()


def test_effects_and_contents_that_tell_nothing_apart_prove_nothing() -> None:
    own = {
        "make": lambda _: wrong_gateways.Right(),
        "effects": lambda _, gateway, tenant: gateway.had(tenant),
        "contents": lambda _, gateway, tenant: ["" for _ in gateway.had(tenant)],
        "said": lambda _, number: "",
        "variants": lambda _, number: [],
    }
    asked: Any = type("Mine", (GatewaySuite,), own)
    for name in (
        "test_what_happens_is_what_was_said",
        "test_what_is_nearly_the_same_is_refused_under_a_known_key",
    ):
        with pytest.raises(testing.BrokenPromise):
            getattr(asked(), name)()

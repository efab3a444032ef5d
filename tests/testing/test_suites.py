"""The kit catches every wrong store, says what a user would lose, and can't be quietly weakened."""

from functools import cache
from typing import Any

import pytest

from salesorders.testing import BrokenPromise, StoreSuite
from tests.testing import wrong_crowds, wrong_stores, wrong_texts

PROMISES = StoreSuite.promises()
WRONG = [*wrong_stores.WRONG, *wrong_texts.WRONG, *wrong_crowds.WRONG]


def suite_over(store: Any) -> type[StoreSuite]:
    how = {"make": lambda self: store()}
    if hasattr(store, "lose"):
        how["lose_connection"] = lambda self, store, when: store.lose(when)
    return type("Asked", (StoreSuite,), how)


@cache
def broken(store: Any) -> dict[str, str]:
    """The promises that a store breaks, with what is said of each."""
    said = {}
    for name in set(PROMISES) - set(suite_over(store).unasked()):
        suite = suite_over(store)()
        try:
            getattr(suite, name)()
        except BrokenPromise as error:
            said[name] = str(error)
        finally:
            suite.teardown_method()
    return said


def test_a_right_store_breaks_nothing() -> None:
    assert broken(wrong_texts.Breakable) == {}


@pytest.mark.parametrize("store", WRONG)
def test_a_wrong_store_is_caught_and_the_loss_is_said(store: Any) -> None:
    said = broken(store)
    assert said
    assert all(text.startswith("a user would lose: ") for text in said.values())


def test_every_promise_is_broken_by_some_wrong_store() -> None:
    """A test that no wrong adapter fails would prove nothing."""
    caught = {name for store in WRONG for name in broken(store)}
    assert set(PROMISES) - caught == set()


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
    "name", ["adapter", "teardown_method", "_put", "promises", "__test__", "port"]
)
def test_what_a_promise_is_asked_with_cannot_be_replaced(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        type("Mine", (StoreSuite,), {name: None})


def test_a_weaker_promise_needs_its_reason() -> None:
    with pytest.raises(TypeError, match="concurrent"):
        type("Mine", (StoreSuite,), {"concurrent": False})
    with pytest.raises(TypeError, match="concurrent"):
        type("Mine", (StoreSuite,), {"reasons": {"concurrent": "but it is"}})

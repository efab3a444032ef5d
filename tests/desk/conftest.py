"""The same house on both twins, over a store that keeps values and one that keeps text."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import House, a_house

MakeHouse = Callable[..., House]
COMBINATIONS = [("sync", False), ("sync", True), ("aio", False), ("aio", True)]


# Long tables run on two of the four, which have both twins and both kinds of store.
TABLES = ("test_duties", "test_dry_run")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for a house on every combination of twin and store."""
    if "make_house" not in metafunc.fixturenames:
        return
    chosen = COMBINATIONS[::3] if metafunc.module.__name__.endswith(TABLES) else COMBINATIONS
    names = [f"{twin}-{'text' if encoded else 'values'}" for twin, encoded in chosen]
    metafunc.parametrize("make_house", chosen, ids=names, indirect=True)


@pytest.fixture
def make_house(request: pytest.FixtureRequest) -> MakeHouse:
    """Makes houses of one twin and kind of store."""
    twin, encoded = request.param

    def make(**more: Any) -> House:
        return a_house(twin, encoded=encoded, **more)

    return make


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    """500 bolts in Berlin, sold to C7 with a limit of 5,000."""
    return make_house()

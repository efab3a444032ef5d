"""The same house on both twins, over a store that keeps values and one that keeps text."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import House, a_house

MakeHouse = Callable[..., House]
COMBINATIONS = [("sync", False), ("sync", True), ("aio", False), ("aio", True)]


@pytest.fixture(
    params=COMBINATIONS,
    ids=["sync-values", "sync-text", "aio-values", "aio-text"],
)
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

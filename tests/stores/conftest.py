"""What the tests of stores share."""

from typing import Any

import pytest

from tests.builders import TWINS, Blocking, a_house
from tests.storing import KINDS, Stores

EVERY = [(twin, kind) for kind in KINDS for twin in TWINS]
SQL = [(twin, kind) for twin, kind in EVERY if kind in ("sqlite", "postgres")]


def named(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{twin}-{kind}" for twin, kind in pairs]


@pytest.fixture(params=EVERY, ids=named(EVERY))
def store(request: pytest.FixtureRequest, any_store: Stores) -> Any:
    """Every kind of store on both twins, empty; its calls answer at once."""
    return Blocking(any_store.make(*request.param), iter(()), lambda: None)


@pytest.fixture(params=SQL, ids=named(SQL))
def sql_house(request: pytest.FixtureRequest, any_store: Stores) -> Any:
    """A house over a database; ``url`` is where it lies."""
    twin, kind = request.param
    url = any_store.url(kind)
    house: Any = a_house(twin, store=any_store.opened(twin, url))
    house.url = url
    return house

"""Where races run: every store, threads of this process, and two processes that are started once."""

from collections.abc import Iterator

import pytest

from tests.races.crew import Crew, crew
from tests.races.ground import Where
from tests.storing import Stores

GROUNDS = {
    "memory": ("memory", "read committed"),
    "sqlite": ("sqlite", "read committed"),
    "postgres": ("postgres", "read committed"),
    "serializable": ("postgres", "serializable"),
}
FILES = ["sqlite", "postgres"]
PAUSE = 0.002


def a_place(name: str, any_store: Stores) -> Where:
    kind, isolation = GROUNDS[name]
    url = kind if kind == "memory" else any_store.url(kind)
    return Where(url, isolation, pause=PAUSE, seed=1)


@pytest.fixture(params=GROUNDS)
def where(request: pytest.FixtureRequest, any_store: Stores) -> Where:
    """A store of every kind."""
    return a_place(request.param, any_store)


@pytest.fixture(params=[*FILES, "serializable"])
def shared(request: pytest.FixtureRequest, any_store: Stores) -> Where:
    """A store of every kind that processes can share."""
    return a_place(request.param, any_store)


@pytest.fixture(scope="session")
def two() -> Iterator[Crew]:
    """Two processes."""
    with crew(2) as made:
        yield made

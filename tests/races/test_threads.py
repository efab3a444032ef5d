"""Every race by threads over every store: nobody loses; and over stores that are wrong on purpose somebody does."""

from random import Random

import pytest

from tests.races.ground import Desks, Where, dealt, run_threads
from tests.races.races import RACES, End, Race
from tests.storing import Stores

THREADS = 8
SEEDS = 6
GROUNDS = {
    "memory": ("memory", "read committed"),
    "sqlite": ("sqlite", "read committed"),
    "postgres": ("postgres", "read committed"),
    "serializable": ("postgres", "serializable"),
}


def lost(race: Race, where: Where, threads: int = THREADS) -> list[str]:
    """What is wrong at the end of a race."""
    store = where.opened(threads)
    try:
        race.ready(Desks(store), race.small)
        steps = race.steps(race.small, Random(where.seed))
        ran = run_threads(where.watched(store), dealt(steps, threads))
        end = End(race.small, ran, Desks(store))
        return race.broken(end)
    finally:
        if where.url != "memory":
            store.close()


@pytest.fixture(params=GROUNDS)
def where(request: pytest.FixtureRequest, any_store: Stores) -> Where:
    kind, isolation = GROUNDS[request.param]
    url = kind if kind == "memory" else any_store.url(kind)
    return Where(url, isolation, pause=0.002, seed=1)


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)
def test_nobody_loses(race: Race, where: Where) -> None:
    assert lost(race, where) == []


NAIVE = [(race, fault) for race in RACES for fault in race.faults]


@pytest.mark.parametrize("kind", ["memory", "sqlite", "postgres"])
@pytest.mark.parametrize(
    ("race", "fault"), NAIVE, ids=[f"{race.name}-{'+'.join(fault)}" for race, fault in NAIVE]
)
def test_a_naive_store_loses(
    race: Race, fault: tuple[str, ...], kind: str, any_store: Stores
) -> None:
    for seed in range(SEEDS):
        url = kind if kind == "memory" else any_store.url(kind)
        if lost(race, Where(url, without=fault, pause=0.004, seed=seed)):
            return
    pytest.fail(f"{SEEDS} races found nothing wrong without {' and '.join(fault)}")

"""Every race over every store: nobody loses; and over stores that are wrong on purpose somebody does."""

import attrs
import pytest

from tests.races.course import Race
from tests.races.crew import Crew
from tests.races.ground import Where
from tests.races.races import RACES
from tests.races.running import raced
from tests.storing import Stores

THREADS = 8
SEEDS = 12
# Every fault in memory; the first of each race in databases too.
NAIVE = [
    (race, fault, kind)
    for race in RACES
    for n, fault in enumerate(race.faults)
    for kind in (("memory", "sqlite", "postgres") if not n else ("memory",))
]


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)
def test_nobody_loses_among_eight_threads(race: Race, where: Where) -> None:
    assert raced(race, where, threads=THREADS).broken == []


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)
def test_nobody_loses_among_two_processes_of_four_threads(
    race: Race, shared: Where, two: Crew
) -> None:
    assert raced(race, shared, threads=4, crew=two).broken == []


@pytest.mark.parametrize(
    ("race", "fault", "kind"),
    NAIVE,
    ids=[f"{race.name}-{'+'.join(fault)}-{kind}" for race, fault, kind in NAIVE],
)
def test_a_naive_store_loses(
    race: Race, fault: tuple[str, ...], kind: str, any_store: Stores
) -> None:
    assert lost(race, fault, kind, any_store)


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)
def test_a_naive_store_loses_among_processes(race: Race, any_store: Stores, two: Crew) -> None:
    assert lost(race, race.faults[0], "postgres", any_store, two)


def lost(
    race: Race, fault: tuple[str, ...], kind: str, any_store: Stores, crew: Crew | None = None
) -> bool:
    """Whether somebody loses in one of so many races over a store that leaves something out."""
    naive = Where(kind, without=fault, pause=0.004)
    for seed in range(SEEDS):
        url = kind if kind == "memory" else any_store.url(kind)
        where = attrs.evolve(naive, url=url, seed=seed)
        if raced(race, where, threads=THREADS // 2 if crew else THREADS, crew=crew).broken:
            return True
    return False

"""What is done to one order at once ends as if it had been done in some order (T4)."""

import attrs
import pytest

from tests.races.conftest import FILES
from tests.races.crew import Crew
from tests.races.ground import Where
from tests.races.serial import SCENES, out_of_order, serial_ends
from tests.storing import Stores

ROUNDS = 6


@pytest.mark.parametrize("scene", SCENES)
def test_what_happens_to_one_order_at_once_happens_in_some_order(scene: str, where: Where) -> None:
    assert out_of_order(scene, where, ROUNDS) == []


@pytest.mark.parametrize("scene", SCENES)
def test_the_order_matters_in_every_scene(scene: str) -> None:
    assert len(serial_ends(scene, "round-0")) > 1


@pytest.mark.parametrize("scene", SCENES)
def test_the_same_holds_for_processes(scene: str, shared: Where, two: Crew) -> None:
    assert out_of_order(scene, shared, ROUNDS // 2, two) == []


@pytest.mark.parametrize("scene", ["open", "changed"])
@pytest.mark.parametrize("kind", ["memory", *FILES])
@pytest.mark.parametrize("fault", [("versions",), ("versions", "transaction")], ids="+".join)
def test_without_versions_an_order_ends_as_no_order_of_commands_does(
    fault: tuple[str, ...], kind: str, scene: str, any_store: Stores
) -> None:
    url = kind if kind == "memory" else any_store.url(kind)
    naive = Where(url, without=fault, pause=0.004)
    assert out_of_order(scene, attrs.evolve(naive, seed=1), 4 * ROUNDS)


@pytest.mark.parametrize("kind", FILES)
def test_processes_lose_it_without_versions_too(kind: str, any_store: Stores, two: Crew) -> None:
    naive = Where(any_store.url(kind), without=("versions",), pause=0.004, seed=1)
    assert out_of_order("changed", naive, 2 * ROUNDS, two)

"""A worker that is killed at any moment leaves nothing half done, and its work can be sent again (T11)."""

import attrs
import pytest

from tests.races.ground import Where
from tests.races.killed import survived
from tests.storing import Stores


def test_workers_that_are_killed_every_200_ms_lose_nothing(shared: Where) -> None:
    died, wrong = survived(attrs.evolve(shared, pause=0.006), orders=30, kills=5)
    assert wrong == []
    assert died >= 3


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_without_a_transaction_a_killed_worker_leaves_half_an_order(
    kind: str, any_store: Stores
) -> None:
    for seed in range(4):
        where = Where(any_store.url(kind), without=("transaction",), pause=0.004, seed=seed)
        if survived(where, orders=12, kills=2)[1]:
            return
    pytest.fail("nothing was half done")

"""The same script on every store ends in the same state (I47), and other stores hold under faults too."""

import pytest

from salesorders.sync import MemoryStore
from salesorders.testing.simulation import play, simulate
from tests.storing import Stores


@pytest.mark.parametrize("kind", ["text", "sqlite", "postgres"])
def test_one_script_ends_alike_on_every_store(kind: str, any_store: Stores) -> None:
    for seed in range(2 if kind == "postgres" else 5):
        memory = simulate(seed, 90, MemoryStore())
        here = play(memory.script, any_store.make("sync", kind))
        assert (here.violation, here.state, here.trace) == ("", memory.state, memory.trace), seed
        any_store.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_database_holds_many_tenants_of_one_simulation(kind: str, any_store: Stores) -> None:
    store = any_store.make("sync", kind)
    for seed in range(20, 23):
        assert simulate(seed, 60, store, tenant=f"t{seed}").violation == ""

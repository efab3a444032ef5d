"""The same house on both twins, over every kind of store."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import House, a_house
from tests.storing import KINDS, Stores

MakeHouse = Callable[..., House]
# A run that is about something else may name fewer kinds.
NAMED = os.environ.get("SALESORDERS_TEST_STORES", " ".join(KINDS)).split()
EVERY = [(twin, kind) for kind in KINDS if kind in NAMED for twin in ("sync", "aio")]
# Long tables run on two of the eight, which have both twins and two kinds of store.
TABLES = ("test_duties", "test_dry_run")
FEW = [("sync", "values"), ("aio", "text")]
# Tampering reaches into memory here; databases are tampered with by SQL in tests/stores.
INSIDE = ("test_audit",)
MEMORY = ("values", "text")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for a house on every combination of twin and store."""
    if "make_house" not in metafunc.fixturenames:
        return
    chosen = EVERY
    if metafunc.module.__name__.endswith(TABLES):
        chosen = FEW
    elif metafunc.module.__name__.endswith(INSIDE):
        chosen = [(twin, kind) for twin, kind in EVERY if kind in MEMORY]
    names = [f"{twin}-{kind}" for twin, kind in chosen]
    metafunc.parametrize("make_house", chosen, ids=names, indirect=True)


@pytest.fixture
def make_house(request: pytest.FixtureRequest) -> MakeHouse:
    """Makes houses of one twin and kind of store."""
    twin, kind = request.param
    if kind in ("values", "text"):
        return lambda **more: a_house(twin, encoded=kind == "text", **more)
    made: Stores = request.getfixturevalue("any_store")

    def make(**more: Any) -> House:
        return a_house(twin, store=more.pop("store", None) or made.make(twin, kind), **more)

    return make


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    """500 bolts in Berlin, sold to C7 with a limit of 5,000."""
    return make_house()

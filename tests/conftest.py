"""What every test may ask for, and the ground they all stand on."""

import decimal
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.storing import Stores, stores

ROOT = Path(__file__).parents[1]

settings.register_profile("dev", print_blob=True)
settings.register_profile(
    "ci", deadline=None, derandomize=True, max_examples=50, print_blob=True, database=None
)
settings.load_profile(os.environ.get("SALESORDERS_HYPOTHESIS_PROFILE", "dev"))

PRECISION = os.environ.get("SALESORDERS_TEST_PREC")


def pytest_configure() -> None:
    """Threads that tests start begin with the same few digits as the tests themselves."""
    if PRECISION:
        decimal.DefaultContext.prec = int(PRECISION)


@pytest.fixture(autouse=True)
def host_precision() -> Iterator[None]:
    """A host may run with any decimal context; ours is pinned, so no result may depend on it."""
    if not PRECISION:
        yield
        return
    context = decimal.getcontext()
    before, context.prec = context.prec, int(PRECISION)
    yield
    decimal.getcontext().prec = before


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data: bank statements, e-invoices, order books written by others."""
    named = os.environ.get("SALESORDERS_DATA")
    golden = os.environ.get("SALESORDERS_GOLDEN")
    candidates = [ROOT.parent / "shared" / "data"]
    if golden:
        candidates.insert(0, Path(golden).parent / "data")
    if named:
        candidates = [Path(named)]
    for folder in candidates:
        if folder.is_dir():
            return folder
    pytest.skip("the folder of real data is not here; SALESORDERS_DATA may name it")


@pytest.fixture(scope="session")
def all_stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Every kind of store, and one server for all of them."""
    with stores(tmp_path_factory.mktemp("stores")) as made:
        yield made


@pytest.fixture
def any_store(all_stores: Stores) -> Iterator[Stores]:
    """Every kind of store; what a test opened is closed behind it."""
    yield all_stores
    all_stores.close()

"""What every store that is shipped promises: the conformance kit's own suite, over each kind and both twins."""

from typing import Any

import pytest

from salesorders.testing import DecidingSuite, StoreSuite
from tests.storing import KINDS, Stores


class Shipped:
    """A store of one kind and twin, empty."""

    kind = ""
    twin = ""

    @pytest.fixture(autouse=True)
    def _lent(self, any_store: Stores) -> None:
        self.stores = any_store

    def make(self) -> Any:
        return self.stores.make(self.twin, self.kind)


def shipped(suite: type, name: str, twin: str, kind: str) -> type:
    return type(name, (Shipped, suite), {"twin": twin, "kind": kind})


for a_kind in KINDS:
    for a_twin in ("sync", "aio"):
        for a_suite, a_name in (
            (StoreSuite, f"Test_{a_kind}_{a_twin}"),
            (DecidingSuite, f"Test_{a_kind}_{a_twin}_in_hand"),
        ):
            globals()[a_name] = shipped(a_suite, a_name, a_twin, a_kind)

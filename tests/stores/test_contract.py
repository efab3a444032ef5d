"""What every store that is shipped promises: the conformance kit's own suite, over each kind and both twins."""

from typing import Any

import pytest

from salesorders.testing import StoreSuite
from tests.storing import KINDS, Stores


class Shipped(StoreSuite):
    """A store of one kind and twin, empty."""

    kind = ""
    twin = ""

    @pytest.fixture(autouse=True)
    def _lent(self, any_store: Stores) -> None:
        self.stores = any_store

    def make(self) -> Any:
        return self.stores.make(self.twin, self.kind)


def shipped(twin: str, kind: str) -> type[Shipped]:
    return type(f"Test_{kind}_{twin}", (Shipped,), {"twin": twin, "kind": kind})


for a_kind in KINDS:
    for a_twin in ("sync", "aio"):
        found = shipped(a_twin, a_kind)
        globals()[found.__name__] = found

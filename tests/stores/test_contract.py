"""What every store that is shipped promises: the conformance kit's own suite, over each kind and both twins."""

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from salesorders.testing import DecidingSuite, DeskSuite, StoreSuite
from tests.storing import KINDS, Stores


class Lent:
    """Stores of one kind and twin, empty."""

    kind = ""
    twin = ""

    @pytest.fixture(autouse=True)
    def _lent(self, any_store: Stores) -> None:
        self.stores = any_store

    def make(self) -> Any:
        return self.stores.make(self.twin, self.kind)


class Shipped(Lent, StoreSuite):
    """What a store promises."""


class InHand(Lent, DecidingSuite):
    """What a store promises where a command is decided with its documents in hand."""


class UnderADesk(Lent, DeskSuite):
    """What a desk over a store promises."""


class Connected(Shipped):
    """A store over a connection, which can be lost."""

    def lose_connection(self, store: Any, when: str) -> None:
        runner = getattr(store._runner, "_other", store._runner)
        engine = getattr(runner._engine, "sync_engine", runner._engine)
        point = "before_cursor_execute" if when == "before" else "after_cursor_execute"

        def lost(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            # What ends a command: one statement is all of it on PostgreSQL.
            if statement == "COMMIT" or statement.startswith("WITH noted"):
                event.remove(engine, point, lost)
                raise OperationalError(statement, None, ConnectionError("the line is dead"))

        event.listen(engine, point, lost)


def shipped(twin: str, kind: str, suite: Any) -> Any:
    if suite is Shipped and kind in ("sqlite", "postgres"):
        suite = Connected
    return type(f"Test_{kind}_{twin}_{suite.port}", (suite,), {"twin": twin, "kind": kind})


for a_kind in KINDS:
    for a_twin in ("sync", "aio"):
        for a_suite in (Shipped, InHand, UnderADesk):
            found = shipped(a_twin, a_kind, a_suite)
            globals()[found.__name__] = found

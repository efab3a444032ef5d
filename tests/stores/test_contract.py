"""What every store that is shipped promises: the conformance kit's own suite, over each kind and both twins."""

import os
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from salesorders.testing import DecidingSuite, DeskSuite, StoreSuite
from tests.servers import is_installed
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


# What was skipped while a store is made would fail: a class is marked as a whole, and the table names it.
without_server = pytest.mark.skip(reason="there is no PostgreSQL here")
missing = () if is_installed() or os.environ.get("CI") else ("postgres",)


def shipped(twin: str, kind: str, suite: Any) -> Any:
    if suite is Shipped and kind in ("sqlite", "postgres"):
        suite = Connected
    made = type(f"Test_{kind}_{twin}_{suite.port}", (suite,), {"twin": twin, "kind": kind})
    return without_server(made) if kind in missing else made


for a_kind in KINDS:
    for a_twin in ("sync", "aio"):
        for a_suite in (Shipped, InHand, UnderADesk):
            found = shipped(a_twin, a_kind, a_suite)
            globals()[found.__name__] = found

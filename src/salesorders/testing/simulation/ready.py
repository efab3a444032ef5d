"""What failed, made as short as it gets, with the test that plays it again on a store where it fails."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from salesorders.sync import MemoryStore
from salesorders.testing.simulation.run import Result
from salesorders.testing.simulation.shrink import ready_test, shrink, way_of

__all__ = ["ready"]

# A file is made for every trial, which takes some tenths of a second: so many, and so long.
MOST_FILES = 200
MOST_SECONDS = 60.0
AS_IT_WAS = (
    "It came again neither in memory nor in a file of its own, so this is the whole run, not shrunk; what the"
    " database held of other tenants, or does otherwise than SQLite, may be a part of it."
)


def ready(failed: Result, where: str) -> str:
    """Return what a run found and a test of it: shrunk in memory, else on SQLite, else as it was.

    ``where`` is the store on which it failed: ``memory``, ``text`` or a database's URL.
    """
    if where in ("memory", "text"):
        short, found = shrink(failed.script, partial(MemoryStore, encoded=where == "text"))
        words = found.violation or failed.violation
        return f"{words}\n\n{ready_test(short, words, where)}"
    short, found = shrink(failed.script, MemoryStore)
    if _alike(found, failed):
        return f"{found.violation}\n\n{ready_test(short, found.violation)}"
    with _files() as fresh:
        short, found = shrink(failed.script, fresh, most=MOST_FILES, seconds=MOST_SECONDS)
    if _alike(found, failed):
        return f"{found.violation}\n\n{ready_test(short, found.violation, 'sqlite')}"
    kind = "sqlite" if where.startswith("sqlite") else "database"
    test = ready_test(failed.script, failed.violation, kind)
    return f"{failed.violation}\n{AS_IT_WAS}\n\n{test}"


def _alike(found: Result, failed: Result) -> bool:
    """Whether it is the same that is wrong, and not something else on the way."""
    return bool(found.violation) and way_of(found) == way_of(failed)


@contextmanager
def _files() -> Iterator[Any]:
    """A call that opens a store in a new file, and closes and removes the one before it."""
    from salesorders.sync.sql import open_store

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path, opened = Path(folder) / "trial.db", list[Any]()

        def close() -> None:
            while opened:
                opened.pop().close()
            for left in Path(folder).glob("trial.db*"):
                left.unlink(missing_ok=True)

        def fresh() -> Any:
            close()
            opened.append(open_store(f"sqlite:///{path}", durable=False))
            return opened[0]

        try:
            yield fresh
        finally:
            close()

# Generated from salesorders/aio/backup.py by tools/make_sync.py; edit that file and run the tool.
"""The backup counter: one tenant as one canonical text, out of any store and into any other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from salesorders.sync.wait import pause
from salesorders.kernel.errors import ConcurrencyExhausted, StaleVersion
from salesorders.storage import Snapshot, backup_lines, read_backup, state_hash
from salesorders.tables import Writable, takes_text

if TYPE_CHECKING:
    from salesorders.sync.desk import Desk

__all__ = ["BackedUp", "Backup"]

TRIES = 8


@attrs.frozen
class BackedUp:
    """What a backup holds: how many documents, command rows and waiting effects, and the state's hash."""

    documents: int
    rows: int
    waiting: int
    state: str


class Backup:
    """Writes the tenant down and reads it back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def write(self, out: Writable) -> BackedUp:
        """Write the tenant as it stands at one moment to ``out``, an open text file.

        The same state gives the same text, whichever store it lies in. It holds all that the tenant
        has, names and bank accounts too: keep it as you keep the database. Raises ``file.type``.
        """
        takes_text(out, "out")
        snapshot = self._snapshot()
        for line in backup_lines(snapshot):
            out.write(line)
        return _told(snapshot)

    def read(self, lines: Iterable[str]) -> BackedUp:
        """Write what a backup holds into this tenant, which must be empty; all of it or nothing.

        Raises ``backup.format``, ``backup.cut`` or ``backup.changed`` for what is no whole backup and
        ``backup.occupied`` for a tenant that has something. Actors and policies are the host's.
        """
        snapshot = read_backup(lines)
        engine = self._desk.engine
        engine.store.restore(engine.tenant, snapshot)
        return _told(snapshot)

    def state_hash(self) -> str:
        """Return one hash over all documents with their versions."""
        return state_hash(self._snapshot())

    def _snapshot(self) -> Snapshot:
        engine = self._desk.engine
        for attempt in range(TRIES):
            try:
                return engine.store.snapshot(engine.tenant)
            except StaleVersion:
                pause(0.001 * 2**attempt)
        raise ConcurrencyExhausted(None, "tenant", f"{TRIES} tries met another writer")


def _told(snapshot: Snapshot) -> BackedUp:
    return BackedUp(
        len(snapshot.documents), len(snapshot.rows), len(snapshot.waiting), state_hash(snapshot)
    )

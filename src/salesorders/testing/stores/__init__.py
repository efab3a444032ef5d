"""What every store promises, whatever it keeps its documents in. Said to the port itself, blocking or async."""

from __future__ import annotations

from typing import ClassVar

from salesorders.testing.stores.backups import BackupPromises
from salesorders.testing.stores.commands import CommandPromises
from salesorders.testing.stores.crowds import CrowdPromises
from salesorders.testing.stores.documents import DocumentPromises
from salesorders.testing.stores.lists import ListPromises
from salesorders.testing.stores.outbox import OutboxPromises

__all__ = ["StoreSuite"]


class StoreSuite(
    DocumentPromises,
    CommandPromises,
    ListPromises,
    OutboxPromises,
    BackupPromises,
    CrowdPromises,
):
    """Subclass it, write ``make`` so that it returns an empty store, and every promise of the port is asked.

    ``concurrent = False`` is for a store that one thread of one process uses at a time. Write
    ``lose_connection(store, when)`` where the connection can be cut in a test: the next commit of ``store``
    then fails, ``when`` it was ``"before"`` the other side kept it or ``"after"``.
    """

    port: ClassVar[str] = "store"

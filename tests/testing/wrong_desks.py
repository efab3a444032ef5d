"""Stores that do no harm until a desk stands over them, and those that do it there too."""

from typing import Any

from salesorders.kernel.change import GatewayEffect
from salesorders.storage import Pending
from salesorders.sync import MemoryStore
from tests.testing import wrong_stores


class DropsTheAnswer(MemoryStore):
    """Answers are kept for a day, and this one's day is short."""

    def answer(self, tenant: str, key: str) -> Any:
        return None


class NotesFailures(MemoryStore):
    """Somebody shall be told when a command failed."""

    def answer(self, tenant: str, key: str) -> Any:
        row = super().answer(tenant, key)
        if row is None:
            effect = GatewayEffect("notices", "command.failed")
            self._of(tenant).pending[key, 99] = Pending(key, 99, effect)
        return row


RIGHT: list[Any] = [MemoryStore]
WRONG: list[Any] = [
    DropsTheAnswer,
    NotesFailures,
    wrong_stores.OneTenant,
    wrong_stores.LostOutbox,
    wrong_stores.RowByRow,
    wrong_stores.CheckThenWrite,
    wrong_stores.TriesForgotten,
]

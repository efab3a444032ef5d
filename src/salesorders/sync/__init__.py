# Generated from salesorders/aio/__init__.py by tools/make_sync.py; edit that file and run the tool.
"""The desk, in two twins: coroutines in ``aio``, and the same as blocking calls in ``sync``.

Read ``ports.py``, ``in_hand.py``, ``engine.py``, ``desk.py``; then one counter a file. ``memory.py`` is the store in
this process, ``relay.py`` carries effects outside.
"""

from salesorders.sync.audit import Verified
from salesorders.sync.backup import BackedUp
from salesorders.sync.cash import StatementResult
from salesorders.sync.clock import FixedClock, SystemClock
from salesorders.sync.desk import Desk
from salesorders.sync.memory import MemoryStore
from salesorders.sync.ports import Clock, Deciding, Gateway, Reader, Store
from salesorders.sync.relay import Relay, Relayed
from salesorders.sync.sources import RateSource, ScoreSource, Sources

__all__ = [
    "BackedUp",
    "Clock",
    "Deciding",
    "Desk",
    "FixedClock",
    "Gateway",
    "MemoryStore",
    "RateSource",
    "Reader",
    "Relay",
    "Relayed",
    "ScoreSource",
    "Sources",
    "StatementResult",
    "Store",
    "SystemClock",
    "Verified",
]

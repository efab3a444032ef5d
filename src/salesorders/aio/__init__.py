"""The desk, in two twins: coroutines in ``aio``, and the same as blocking calls in ``sync``.

Read ``ports.py``, ``in_hand.py``, ``engine.py``, ``desk.py``; then one counter a file. ``memory.py`` is the store in
this process, ``relay.py`` carries effects outside.
"""

from salesorders.aio.audit import Verified
from salesorders.aio.backup import BackedUp
from salesorders.aio.cash import StatementResult
from salesorders.aio.clock import FixedClock, SystemClock
from salesorders.aio.desk import Desk
from salesorders.aio.memory import MemoryStore
from salesorders.aio.ports import Clock, Deciding, Gateway, Reader, Store
from salesorders.aio.relay import Relay, Relayed
from salesorders.aio.sources import RateSource, ScoreSource, Sources

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

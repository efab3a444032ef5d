"""Looking back: the same questions put to what happened, under other policies.

Read ``history.py``, then ``replay.py``.
"""

from salesorders.analytics.history import CreditHistory, PastOrder
from salesorders.analytics.replay import Replay, Replayed, replay

__all__ = ["CreditHistory", "PastOrder", "Replay", "Replayed", "replay"]

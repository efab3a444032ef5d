"""What becomes of effects that no gateway takes: set aside as dead letters, put back or dismissed by a person.

Read ``model.py``, ``policy.py``, then ``events.py``. The relay itself is of the shell.
"""

from salesorders.outbox.events import EffectDismissed, EffectPutBack, EffectSetAside
from salesorders.outbox.model import DeadLetter
from salesorders.outbox.policy import RelayPolicy

__all__ = ["DeadLetter", "EffectDismissed", "EffectPutBack", "EffectSetAside", "RelayPolicy"]

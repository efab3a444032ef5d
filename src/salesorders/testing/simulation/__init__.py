"""Order to cash under every fault: seeded, replayable, compared with a model that is written without the library.

Read ``script.py`` (what a run is), ``model.py`` and ``rooms/`` (what must come of it), ``faults.py``, ``run.py``.
"""

from __future__ import annotations

from salesorders.testing.simulation.run import Result, Run, play, simulate
from salesorders.testing.simulation.script import Fault, Script, Step

__all__ = ["Fault", "Result", "Run", "Script", "Step", "play", "simulate"]

"""Scripts: what a run did, step by step, with the place of every fault. A script plays the same again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import attrs

__all__ = ["Fault", "Script", "Step", "reason_of"]


def reason_of(key: str) -> str:
    """Return the reason that stands behind a key."""
    return f"as {key} says"


@attrs.frozen
class Step:
    """One call of a verb: ``by`` whom, under which ``key`` (empty for reading), with plain ``args``.

    ``label`` names the step for ever, whatever is taken out before it. An argument ``"@k12"`` is the
    document that the command under key ``k12`` made.
    """

    label: str
    verb: str
    by: str = ""
    key: str = ""
    args: Mapping[str, Any] = attrs.field(factory=dict)
    dry: bool = False

    @property
    def reason(self) -> str:
        """Why it is asked, where a reason is wanted: no two keys say the same."""
        return reason_of(self.key)


@attrs.frozen
class Fault:
    """A fault and its address: the ``nth`` time that the step ``label`` passes ``point``."""

    label: str
    point: str
    nth: int
    kind: str


@attrs.frozen
class Script:
    """Steps and faults; ``seed`` says where they came from."""

    seed: int = 0
    steps: tuple[Step, ...] = ()
    faults: tuple[Fault, ...] = ()

    def to_text(self) -> str:
        """Return the script as text, one step or fault a line."""
        steps = [
            [s.label, s.verb, s.by, s.key, dict(s.args), *([True] if s.dry else [])]
            for s in self.steps
        ]
        faults = [list(attrs.astuple(fault)) for fault in self.faults]
        return "\n".join(
            json.dumps(line, sort_keys=True) for line in ([self.seed], *steps, *faults)
        )

    @classmethod
    def from_text(cls, text: str) -> Script:
        """Read what :meth:`to_text` wrote."""
        lines = [json.loads(line) for line in text.split("\n") if line.strip()]
        steps = tuple(Step(*line) for line in lines[1:] if isinstance(line[-1], dict | bool))
        faults = tuple(Fault(*line) for line in lines[1:] if isinstance(line[-1], str))
        return cls(int(lines[0][0]), steps, faults)

"""An effect that was given up, until somebody decides what becomes of it."""

from __future__ import annotations

from datetime import datetime

import attrs

from salesorders.kernel.change import GatewayEffect, changed
from salesorders.kernel.events import stored

__all__ = ["DeadLetter"]


@stored("outbox.dead_letter/1")
@attrs.frozen
class DeadLetter:
    """An effect that no gateway took, with the key ``place`` under which it is carried, the same at every try.

    ``tries`` failed in all since ``failing_since``, the last with ``problem``, the name of what was raised: its
    text stays with the gateway, which may have secrets in it. ``state`` is ``open`` until somebody (``by``)
    puts it back or dismisses it, and says why (``reason``); one that was put back may be set aside again.
    """

    id: str
    place: str
    effect: GatewayEffect
    problem: str
    tries: int
    failing_since: datetime
    set_aside_at: datetime
    state: str = "open"
    by: str = ""
    reason: str = ""

    @property
    def ref(self) -> str:
        """The text key under which the letter is stored."""
        return f"dead_letter/{self.id}"

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Names under which it is found: its state, and the gateway while it is open."""
        state = ("state", self.state)
        return (state, ("gateway", self.effect.gateway)) if self.is_open else (state,)

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet what becomes of it."""
        return self.state == "open"

    def again(self, problem: str, tries: int, at: datetime) -> DeadLetter:
        """Return the letter open again: it was put back, and so many more tries failed."""
        fields = {"problem": problem, "tries": self.tries + tries, "set_aside_at": at}
        return changed(self, **fields, state="open", by="", reason="")

    def ended(self, state: str, by: str, reason: str) -> DeadLetter:
        """Return the letter as somebody decided."""
        return changed(self, state=state, by=by, reason=reason)

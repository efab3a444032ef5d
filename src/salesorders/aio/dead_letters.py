"""The counter of dead letters, and what sets an effect aside when the relay gives it up."""

from __future__ import annotations

from datetime import datetime

from salesorders.aio.counter import Counter
from salesorders.aio.engine import Engine
from salesorders.governance import ANYONE
from salesorders.kernel.actors import HOST, Actor
from salesorders.kernel.change import GatewayEffect
from salesorders.lifecycle import (
    DISMISS,
    RETRY,
    SET_ASIDE,
    Dismissed,
    LetterRequest,
    PutBack,
    Rejected,
    SetAsideRequest,
)
from salesorders.lifecycle.setting_aside import letter_of
from salesorders.outbox import DeadLetter
from salesorders.storage import Pending

__all__ = ["DeadLetters", "GivingUp"]


class DeadLetters(Counter[DeadLetter]):
    """Effects that no gateway took. ``find`` by ``state=`` (``open``, ``put_back``, ``dismissed``) or, of the
    open ones, by ``gateway=``.
    """

    kind = "dead_letter"
    lookups = ("state", "gateway")

    async def retry(
        self,
        letter: str,
        *,
        reason: str,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> PutBack | Rejected:
        """Put an effect back: the relay carries it again, under the key that the gateway knows it by."""
        return await self._run(RETRY, LetterRequest(letter, reason), key, by, dry_run)

    async def dismiss(
        self,
        letter: str,
        *,
        reason: str,
        key: str | None = None,
        by: Actor | None = None,
        dry_run: bool = False,
    ) -> Dismissed | Rejected:
        """Decide that an effect is not carried any more: it was done by hand, or must not be done now."""
        return await self._run(DISMISS, LetterRequest(letter, reason), key, by, dry_run)


class GivingUp:
    """Asks the policy whether an effect that failed again is given up, and writes its dead letter."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def __call__(
        self, item: Pending, place: str, effect: GatewayEffect, problem: str, at: datetime
    ) -> bool:
        """Return whether the effect stands in a dead letter now, so that it may leave the outbox."""
        engine = self._engine
        tries, since = item.tries + 1, item.failing_since or at
        policies = engine.policies.on(engine.command(HOST, "relay").today)
        if not policies.relay.gives_up(tries, since, at):
            return False
        roles = policies.duties.roles_for(SET_ASIDE.name)
        # Who gives up by rule is no person and borrows no person's name.
        relay = Actor("relay", [role for role in roles if role != ANYONE])
        request = SetAsideRequest(place, effect, problem, tries, since)
        waits = letter_of(engine.tenant, f"{item.key}/{item.number}")
        # Where it is given up again after another try, that is another command.
        key = f"set-aside:{waits}:{tries}"
        await engine.run(SET_ASIDE, request, actor=relay, key=key, dry_run=False)
        return True

"""Facts about effects that no gateway took."""

from __future__ import annotations

import attrs

from salesorders.kernel.events import stored

__all__ = ["EffectDismissed", "EffectPutBack", "EffectSetAside"]


@stored("outbox.effect_set_aside/1")
@attrs.frozen
class EffectSetAside:
    """The relay gave an effect up after so many tries in all."""

    letter: str
    place: str
    gateway: str
    kind: str
    problem: str
    tries: int


@stored("outbox.effect_put_back/1")
@attrs.frozen
class EffectPutBack:
    """Somebody put an effect back: the relay carries it again, under its own key."""

    letter: str
    place: str
    reason: str


@stored("outbox.effect_dismissed/1")
@attrs.frozen
class EffectDismissed:
    """Somebody decided that an effect will not be carried any more."""

    letter: str
    place: str
    reason: str

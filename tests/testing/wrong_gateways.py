"""Gateways that each break one promise, over a fake other side."""

import threading
import time
from contextlib import suppress
from typing import Any

from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.money import Money
from salesorders.testing import FakeGateway

KINDS = ("order.confirmed", "shipment.left", "invoice.issued")


class Right(FakeGateway):
    """The fake itself, as an adapter that keeps every promise."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"kinds": KINDS} | more)

    def had(self, tenant: str) -> list[str]:
        return [key for key, _ in self.effects(tenant)]

    def contents(self, tenant: str) -> list[Any]:
        return [dict(effect.payload) for _, effect in self.effects(tenant)]

    def again(self) -> Any:
        return self


class AsyncRight:
    """The same for async hosts."""

    def __init__(self) -> None:
        self.other_side = Right()
        self.had = self.other_side.had
        self.contents = self.other_side.contents
        self.go_wrong = self.other_side.go_wrong

    async def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        self.other_side.deliver(tenant, key, effect)

    def again(self) -> Any:
        other = AsyncRight()
        other.other_side = self.other_side
        return other


class Forgetful(Right):
    """Sends whatever it is given; the other side has no keys."""

    def __init__(self) -> None:
        super().__init__(remembers_keys=False)


class Overwrites(Right):
    """The first effect under a key counts, and another is taken for it."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        super().deliver(tenant, key, self.find(tenant, key) or effect)


class ByOrder(Right):
    """Under a known key it looks at the order alone: another total is taken for the same."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        known = self.find(tenant, key)
        same = known is not None and known.payload[0] == effect.payload[0]
        super().deliver(tenant, key, known if known and same else effect)


class LastFive(Forgetful):
    """Looks among the last five messages whether a key came before."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        last = dict(self.effects(tenant)[-5:])
        if last.get(key, effect) != effect:
            raise ValueError("the key was used for something else")
        if key not in last:
            super().deliver(tenant, key, effect)


class ForNothing(Right):
    """Every total goes out as 0."""

    def contents(self, tenant: str) -> list[Any]:
        return [told | {"total": Money(0, "EUR")} for told in super().contents(tenant)]


class Empty(Right):
    """The payload stays here."""

    def contents(self, tenant: str) -> list[Any]:
        return [{} for _ in super().contents(tenant)]


class WritesThenRefuses(Right):
    """Another effect under a known key is refused, after it was written over the first."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[Any, GatewayEffect] = {}

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        if effect.kind in KINDS:
            self.written[tenant, key] = effect
        super().deliver(tenant, key, effect)

    def contents(self, tenant: str) -> list[Any]:
        return [dict(self.written[tenant, key].payload) for key in self.had(tenant)]


class OneDraft(WritesThenRefuses):
    """All threads fill in the same draft of a message."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        super().deliver(tenant, key, effect)
        self.draft = effect
        time.sleep(0.01)
        self.written[tenant, key] = self.draft


class ByContent(Right):
    """What looks alike is the same."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        if effect not in [known for _, known in self.effects(tenant)]:
            super().deliver(tenant, key, effect)


class LastTouched(Right):
    """A repetition is the newest thing that happened."""

    def __init__(self) -> None:
        super().__init__()
        self.touched: list[str] = []

    def had(self, tenant: str) -> list[str]:
        return sorted(super().had(tenant), key=self.touched.index)

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        self.touched = [*(known for known in self.touched if known != key), key]
        super().deliver(tenant, key, effect)


class SwallowsTheUnknown(Right):
    """Kinds that it does not know are none of its business."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        if effect.kind in KINDS:
            super().deliver(tenant, key, effect)


class Stuck(Right):
    """After a failure a circuit opens, and nobody closes it."""

    broken = False

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        if self.broken:
            raise ConnectionError("the circuit is open")
        try:
            super().deliver(tenant, key, effect)
        except Exception:
            self.broken = True
            raise


class OneTenant(Right):
    """The tenant is somebody else's problem."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        super().deliver("main", key, effect)


class ShortKeys(Right):
    """A reference field of 35 characters."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        super().deliver(tenant, key[:35], effect)


class SwallowsTimeouts(Right):
    """A time-out is logged."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        with suppress(TimeoutError):
            super().deliver(tenant, key, effect)


class FailedForGood(Right):
    """A time-out is a failure, and a failure is final."""

    def __init__(self) -> None:
        super().__init__()
        self.failed: set[str] = set()

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        if key in self.failed:
            raise ValueError(f"{key} failed")
        try:
            super().deliver(tenant, key, effect)
        except TimeoutError:
            self.failed.add(key)
            raise


class TriesAgainInside(Right):
    """A time-out is tried again at once, under a key of its own."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        try:
            super().deliver(tenant, key, effect)
        except TimeoutError:
            super().deliver(tenant, f"{key}-2", effect)
            raise


class SwallowsRefusals(Right):
    """What the other side refuses is logged."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        try:
            super().deliver(tenant, key, effect)
        except TimeoutError:
            raise
        except Exception:
            if effect.kind not in KINDS or self.find(tenant, key):
                raise


class InThisProcess(Forgetful):
    """Remembers keys itself, until it is started again."""

    def __init__(self, other_side: Any = None) -> None:
        super().__init__()
        self.other_side = other_side or self
        self.seen: dict[Any, GatewayEffect] = {}

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        if self.seen.setdefault((tenant, key), effect) is effect:
            FakeGateway.deliver(self.other_side, tenant, key, effect)

    def again(self) -> Any:
        return InThisProcess(self)


class LooksThenSends(Forgetful):
    """Looks whether it is there, and sends it then."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        known = self.find(tenant, key)
        time.sleep(0.01)
        if known is None:
            super().deliver(tenant, key, effect)


class DropsWhenBusy(Right):
    """One at a time; the others are told that all is well."""

    def __init__(self) -> None:
        super().__init__()
        self.door = threading.Lock()

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        if self.door.acquire(blocking=False):
            try:
                time.sleep(0.005)
                super().deliver(tenant, key, effect)
            finally:
                self.door.release()


class OnlySays(Right):
    """Says that it delivered, and does nothing."""

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        """Nothing."""


class Keyless(Forgetful):
    """A right adapter to a system without keys: it says so, and can look up."""

    def lookup(self, tenant: str, key: str) -> bool:
        return self.find(tenant, key) is not None


class LooksUpTheLastPage(Keyless):
    """Looks up among what the first page of a list shows."""

    def lookup(self, tenant: str, key: str) -> bool:
        return key in self.had(tenant)[-20:]


class LooksUpNothing(Keyless):
    """Looks up by a reference that nobody wrote there."""

    def lookup(self, tenant: str, key: str) -> bool:
        return False


RIGHT: list[Any] = [Right, AsyncRight, Keyless]
WRONG: list[Any] = [
    Forgetful,
    Overwrites,
    ByOrder,
    LastFive,
    ForNothing,
    Empty,
    WritesThenRefuses,
    OneDraft,
    ByContent,
    LastTouched,
    SwallowsTheUnknown,
    Stuck,
    OneTenant,
    ShortKeys,
    SwallowsTimeouts,
    FailedForGood,
    TriesAgainInside,
    SwallowsRefusals,
    InThisProcess,
    LooksThenSends,
    DropsWhenBusy,
    OnlySays,
    LooksUpTheLastPage,
    LooksUpNothing,
]

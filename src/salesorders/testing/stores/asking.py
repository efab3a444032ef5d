"""What the promises of a store are asked with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, ClassVar

from salesorders.catalog import Customer
from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.codec import digest, quoted
from salesorders.kernel.errors import StaleVersion
from salesorders.storage import Entry, Pending, Put, Row
from salesorders.testing.answering import Play
from salesorders.testing.suite import Suite, hook

__all__ = [
    "AT",
    "AT_ONCE",
    "MANY",
    "Play",
    "StoreAsking",
    "alike",
    "command",
    "customer",
    "every_effect",
    "many",
    "notices",
    "waits",
    "written",
]

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AT_ONCE = 8
# More than a page of any list in the library.
MANY = 1_050
# Each round of many writers lets one through at least, so this is never reached by a store that moves on.
TRIES = 1_000


def customer(name: str, limit: str = "1") -> Customer:
    """Return a customer by its id; ``limit`` tells its versions apart."""
    return Customer(name, f"Customer {name}", country="DE", credit_limit=limit)


@cache
def many() -> tuple[Customer, ...]:
    """Return more customers than fit on a page, in order of their references."""
    return tuple(customer(f"{number:04d}") for number in range(MANY))


def command(
    key: str, *puts: Put, effects: tuple[GatewayEffect, ...] = (), at: datetime = AT, note: str = ""
) -> Entry:
    """Return a command that writes these documents and notes these effects."""
    body = digest(key)
    more = f',"note":{quoted(note)}' if note else ""
    text = f'{{"body":"{body}","key":{quoted(key)}{more}}}'
    return Entry(key, body, at, text, puts, effects)


def notices(*kinds: str) -> tuple[GatewayEffect, ...]:
    """Return effects for one gateway."""
    return tuple(GatewayEffect("notices", kind) for kind in kinds)


@cache
def every_effect() -> tuple[GatewayEffect, ...]:
    """Return effects of one command: two that say the same, a long one, and more than any list holds at once."""
    alike_twice = (GatewayEffect("notices", "alike", (("order", "O1"),)),) * 2
    long = GatewayEffect("notices", "long", (("note", "x" * 100_000),))
    return (*alike_twice, long, *notices(*(f"m{number}" for number in range(MANY))))


def waits(key: str, effects: Sequence[GatewayEffect]) -> tuple[Pending, ...]:
    """Return what waits of a command when none of its effects has been tried."""
    return tuple(Pending(key, number, effect) for number, effect in enumerate(effects))


def alike(found: object, wanted: object) -> bool:
    """Whether two long values are equal; an assertion over them would compare them line by line for minutes."""
    return found == wanted


def written(key: str, refs: Sequence[str], change: Any) -> Play:
    """Read documents, write what ``change`` makes of them, and begin again where another was first."""
    for attempt in range(TRIES):
        held = yield "read", ("main", tuple(refs))
        puts = change(held)
        if not attempt:
            # Everybody has read before anybody writes.
            yield "pause", (0.01,)
        try:
            yield "commit", ("main", command(key, *puts))
        except StaleVersion:
            continue
        return puts
    raise AssertionError(f"{key} never had its turn")


class StoreAsking(Suite):
    """Shorthands over the port."""

    flags: ClassVar[tuple[str, ...]] = ("concurrent",)
    hooks: ClassVar[tuple[str, ...]] = ("lose_connection",)
    concurrent: ClassVar[bool] = True

    @hook
    def lose_connection(self, store: Any, when: str) -> Any:
        """Let the connection break at the next commit of ``store``: ``when`` is ``before`` or ``after`` it counts."""

    def _put(self, *names: str, tenant: str = "main") -> None:
        for name in names:
            self.adapter.commit(tenant, command(f"add-{name}", Put(0, customer(name))))

    def _found(self, tenant: str = "main", **page: Any) -> list[str]:
        asked = {"after": "", "limit": 100} | page
        answer = self.adapter.find(tenant, "customer", "all", "", **asked)
        return [held.document.id for held in answer.items]

    def _kinds(self, tenant: str = "main", **asked: Any) -> list[str]:
        asked = {"limit": 10} | asked
        return [item.effect.kind for item in self.adapter.pending(tenant, **asked)]

    def _leased(
        self,
        worker: str,
        now: datetime = AT,
        limit: int = 10,
        tenant: str = "main",
        gateways: Sequence[str] = ("notices",),
    ) -> list[str]:
        items = self.adapter.lease(
            tenant,
            worker=worker,
            now=now,
            until=now + timedelta(minutes=5),
            gateways=gateways,
            limit=limit,
        )
        return [item.effect.kind for item in items]

    def _waiting(self, tenant: str = "main", limit: int = 100) -> tuple[Pending, ...]:
        return tuple(self.adapter.pending(tenant, limit=limit))

    def _all_leased(self, tenant: str = "main", limit: int = 100) -> tuple[Pending, ...]:
        """Take everything for one worker, for ever and a day."""
        asked = {"worker": "all", "now": AT + timedelta(days=9), "until": AT + timedelta(days=10)}
        return tuple(self.adapter.lease(tenant, **asked, gateways=("notices",), limit=limit))

    def _rows(self, tenant: str = "main") -> list[Row]:
        self.adapter.seal(tenant)
        return list(self.adapter.rows(tenant, after=0, limit=1_000))

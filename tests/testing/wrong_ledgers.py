"""A ledger of another system with an adapter to it, and such that each break one promise."""

import math
import time
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.limits import exact
from salesorders.ledger import ROLES
from salesorders.testing import Posted
from tests.testing.wrong_gateways import Right

TODAY = date(2027, 1, 5)


class Ledger(Right):
    """Takes entries that balance, on open days, to accounts that it has, whole."""

    def __init__(self) -> None:
        super().__init__(kinds=("entry.posted",))
        self.closed: dict[str, date] = {}

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        if effect.kind == "entry.posted" and self.find(tenant, key) != effect:
            self.check(tenant, dict(effect.payload))
        super().deliver(tenant, key, effect)

    @exact
    def check(self, tenant: str, fields: dict[str, Any]) -> None:
        lines = fields["lines"]
        if not lines or sum(debit - credit for _, debit, credit in lines):
            raise ValueError("it does not balance")
        if fields["on"] <= self.closed.get(tenant, date.min):
            raise ValueError("the period is closed")
        if not {role for role, *_ in lines} <= set(ROLES):
            raise ValueError("no such account")

    def posted(self, tenant: str) -> Sequence[Posted]:
        return [self.shown(key, dict(effect.payload)) for key, effect in self.effects(tenant)]

    def shown(self, key: str, fields: dict[str, Any]) -> Posted:
        return Posted(key, fields["on"], fields["currency"], fields["lines"])

    def close_up_to(self, tenant: str, until: date) -> None:
        self.closed[tenant] = until


class AsyncLedger:
    """The same for async hosts: whatever is asked of it is awaited."""

    def __init__(self) -> None:
        self.other_side = Ledger()

    async def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        self.other_side.deliver(tenant, key, effect)

    async def posted(self, tenant: str) -> Sequence[Posted]:
        return self.other_side.posted(tenant)

    async def go_wrong(self, how: str) -> None:
        self.other_side.go_wrong(how)

    async def again(self) -> Any:
        other = AsyncLedger()
        other.other_side = self.other_side
        return other

    async def close_up_to(self, tenant: str, until: date) -> None:
        self.other_side.close_up_to(tenant, until)


class Unchecked(Ledger):
    """Whatever comes is posted."""

    def check(self, tenant: str, fields: dict[str, Any]) -> None:
        """Nothing."""


class Tolerant(Ledger):
    """What is off by less than one is a matter of rounding."""

    tolerated = Decimal("0.995")

    @exact
    def check(self, tenant: str, fields: dict[str, Any]) -> None:
        off = sum(debit - credit for _, debit, credit in fields["lines"])
        if abs(off) <= self.tolerated and fields["lines"]:
            (role, debit, credit), *lines = fields["lines"]
            even = (role, debit - off, credit) if debit else (role, debit, credit + off)
            fields = fields | {"lines": (even, *lines)}
        super().check(tenant, fields)


class TolerantOfACent(Tolerant):
    """A cent is nothing."""

    tolerated = Decimal("0.01")


class ChecksCents(Tolerant):
    """Whether it balances is asked to two decimals, whatever the currency."""

    tolerated = Decimal("0.005")


class ChecksFloats(Tolerant):
    """Whether it balances is asked of floats: of a large entry they hold no cents."""

    def check(self, tenant: str, fields: dict[str, Any]) -> None:
        debits = sum(float(debit) for _, debit, _ in fields["lines"])
        self.tolerated = Decimal(math.ulp(debits))
        super().check(tenant, fields)


class Suspense(Ledger):
    """What has no account goes to one for later."""

    def check(self, tenant: str, fields: dict[str, Any]) -> None:
        known = [
            (role if role in ROLES else "ROUNDING", *sides) for role, *sides in fields["lines"]
        ]
        super().check(tenant, fields | {"lines": tuple(known)})


class NeverClosed(Ledger):
    """Periods are a matter of the month-end sheet."""

    def close_up_to(self, tenant: str, until: date) -> None:
        """Nothing."""


class Floats(Ledger):
    """Amounts are numbers of the programming language."""

    def shown(self, key: str, fields: dict[str, Any]) -> Posted:
        lines: Any = tuple((role, float(d), float(c)) for role, d, c in fields["lines"])
        return attrs.evolve(super().shown(key, fields), lines=lines)


class TwoDecimals(Ledger):
    """Every currency has cents."""

    def shown(self, key: str, fields: dict[str, Any]) -> Posted:
        lines = tuple((role, round(d, 2), round(c, 2)) for role, d, c in fields["lines"])
        return attrs.evolve(super().shown(key, fields), lines=lines)


class OnTheDayItCame(Ledger):
    """Entries are posted today."""

    def shown(self, key: str, fields: dict[str, Any]) -> Posted:
        return attrs.evolve(super().shown(key, fields), on=TODAY)


class Edited(Ledger):
    """A reversal deletes the entry that it takes back."""

    def posted(self, tenant: str) -> Sequence[Posted]:
        told = [(key, dict(effect.payload)) for key, effect in self.effects(tenant)]
        undone = {fields["reverses"] for _, fields in told}
        return [self.shown(key, fields) for key, fields in told if fields["entry"] not in undone]


class TotalsRead(Ledger):
    """Debits and credits are two running totals, read, raised and written by whoever comes."""

    def __init__(self) -> None:
        super().__init__()
        self.total = Decimal(0)
        self.lost = Decimal(0)

    def deliver(self, tenant: str, key: str, effect: GatewayEffect) -> None:
        before = self.total
        super().deliver(tenant, key, effect)
        time.sleep(0.005)
        if self.total != before:
            self.lost += 1
        self.total = before + 1

    def posted(self, tenant: str) -> Sequence[Posted]:
        first, *others = super().posted(tenant) or [None]
        if first is None or not self.lost:
            return super().posted(tenant)
        (role, debit, credit), *lines = first.lines
        short = (role, debit + self.lost, credit)
        return [attrs.evolve(first, lines=(short, *lines)), *others]


RIGHT: list[Any] = [Ledger, AsyncLedger]
WRONG: list[Any] = [
    Unchecked,
    Tolerant,
    TolerantOfACent,
    ChecksCents,
    ChecksFloats,
    Suspense,
    NeverClosed,
    Floats,
    TwoDecimals,
    OnTheDayItCame,
    Edited,
    TotalsRead,
]

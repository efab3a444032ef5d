"""One signature for every verb: what it loads, and what it decides.

``load`` is a generator that asks in waves and returns the case; ``decide`` is a pure function of
request, case and command. The shell drives the first and commits what the second answers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Generic, TypeVar

import attrs

from salesorders.billing import BillingPolicy
from salesorders.catalog import Seller
from salesorders.credit import CreditPolicy
from salesorders.fulfilment import FulfilmentPolicy
from salesorders.governance import AuthorityPolicy, DutyPolicy
from salesorders.inventory import InventoryPolicy
from salesorders.kernel.change import Change, Command, Loading
from salesorders.kernel.errors import invalid
from salesorders.kernel.policy import Dated
from salesorders.ledger import DEFAULT_CHART, Chart
from salesorders.outbox import RelayPolicy
from salesorders.pricing import PricingPolicy
from salesorders.receivables import MatchingPolicy

__all__ = ["Policies", "Setting", "UseCase", "dated_policies"]

R = TypeVar("R")
C = TypeVar("C")
O_co = TypeVar("O_co", covariant=True)


@attrs.frozen(kw_only=True)
class Policies:
    """Everything that a host may set, as one frozen bundle; each part knows its own version."""

    duties: DutyPolicy = attrs.field(factory=DutyPolicy)
    authority: AuthorityPolicy = attrs.field(factory=AuthorityPolicy)
    pricing: PricingPolicy = attrs.field(factory=PricingPolicy)
    credit: CreditPolicy = attrs.field(factory=CreditPolicy)
    inventory: InventoryPolicy = attrs.field(factory=InventoryPolicy)
    fulfilment: FulfilmentPolicy = attrs.field(factory=FulfilmentPolicy)
    billing: BillingPolicy = attrs.field(factory=BillingPolicy)
    matching: MatchingPolicy = attrs.field(factory=MatchingPolicy)
    relay: RelayPolicy = attrs.field(factory=RelayPolicy)
    chart: Chart = DEFAULT_CHART

    def __attrs_post_init__(self) -> None:
        """Raise ``policies.type`` for a part that is something else: it would fail at somebody's order."""
        for name, kind in _KINDS.items():
            part = getattr(self, name)
            if not isinstance(part, kind):
                told = f"{kind.__name__} is wanted, not {type(part).__name__}"
                invalid("policies.type", f"policies.{name}", told)


_KINDS: dict[str, type] = {
    "duties": DutyPolicy,
    "authority": AuthorityPolicy,
    "pricing": PricingPolicy,
    "credit": CreditPolicy,
    "inventory": InventoryPolicy,
    "fulfilment": FulfilmentPolicy,
    "billing": BillingPolicy,
    "matching": MatchingPolicy,
    "relay": RelayPolicy,
    "chart": Chart,
}


def dated_policies(policies: Policies | Dated[Policies] | None) -> Dated[Policies]:
    """Return policies by their first day; one bundle is in force always."""
    one = Policies() if policies is None else policies
    told = one if isinstance(one, Dated) else Dated({date.min: one})
    for version in told.versions:
        if not isinstance(version, Policies):
            invalid(
                "policies.type", "policies", f"Policies are wanted, not {type(version).__name__}"
            )
    return told


@attrs.frozen
class Setting:
    """What holds for a whole command: who sells, in which currency, under which policies."""

    seller: Seller
    currency: str
    policies: Policies


@attrs.frozen
class UseCase(Generic[R, C, O_co]):
    """A verb: its name (which names the duty), what it loads and what it decides."""

    name: str
    load: Callable[[R, Setting, Command], Loading[C]]
    decide: Callable[[R, C, Command], Change[O_co]]


AnyUseCase = UseCase[Any, Any, Any]

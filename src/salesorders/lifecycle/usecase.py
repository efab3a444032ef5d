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


def dated_policies(policies: Policies | Dated[Policies] | None) -> Dated[Policies]:
    """Return policies by their first day; one bundle is in force always."""
    if isinstance(policies, Dated):
        return policies
    if policies is not None and not isinstance(policies, Policies):
        invalid("policies.type", "policies", f"Policies are wanted, not {type(policies).__name__}")
    return Dated({date.min: policies or Policies()})


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

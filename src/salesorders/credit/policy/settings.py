"""How credit is checked, as versioned data: which rules, in which order, with which numbers, at which checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from salesorders.credit.model import CreditAccount
from salesorders.credit.policy.ageing import within_oldest_item, within_overdue_share
from salesorders.credit.policy.limits import (
    exposure_is_known,
    limit_is_set,
    within_bucket_limits,
    within_document_maximum,
    within_limit,
)
from salesorders.credit.policy.standing import (
    account_is_open,
    prepayment_covers,
    risk_class_may_buy,
    score_is_enough,
    terms_as_agreed,
)
from salesorders.credit.requests import CHECKPOINTS, CreditRequest
from salesorders.kernel.calendar import WorkCalendar, add_months, days_after
from salesorders.kernel.decision import Finding
from salesorders.kernel.errors import invalid, shown
from salesorders.kernel.ids import text_of, texts_of
from salesorders.kernel.limits import decimal_of, flag_of, rate_of, tuple_of, whole_of
from salesorders.kernel.policy import PolicyVersion, version_of

__all__ = ["CHAIN_RULES", "RULES", "CreditPolicy", "Exclusion", "Horizon", "Rule"]

Rule = Callable[[CreditRequest, CreditAccount, "CreditPolicy"], Finding | None]

RULES: tuple[Rule, ...] = (
    account_is_open,
    limit_is_set,
    exposure_is_known,
    within_limit,
    within_bucket_limits,
    within_document_maximum,
    within_overdue_share,
    within_oldest_item,
    risk_class_may_buy,
    score_is_enough,
    terms_as_agreed,
    prepayment_covers,
)
# Asked of every group and pool above too.
CHAIN_RULES = frozenset({account_is_open, exposure_is_known, within_limit, within_bucket_limits})
# A rule that only speaks where a host set something; where nothing is set, it is not even called.
_NEEDS: dict[Rule, Callable[[CreditPolicy], bool]] = {
    exposure_is_known: lambda policy: policy.asks_by_date,
    within_document_maximum: lambda policy: policy.document_maximum is not None,
    within_overdue_share: lambda policy: policy.overdue_share_percent_max is not None,
    within_oldest_item: lambda policy: policy.oldest_item_days_max is not None,
    risk_class_may_buy: lambda policy: bool(policy.risk_classes_referred),
    score_is_enough: lambda policy: policy.score_min is not None,
    terms_as_agreed: lambda policy: policy.terms_change_holds,
}


@attrs.frozen
class Horizon:
    """How far ahead open orders count: ``months``, then ``days``; working days where a ``calendar`` is given."""

    days: int = 0
    months: int = 0
    calendar: WorkCalendar | None = None

    def __attrs_post_init__(self) -> None:
        whole_of(self.days, "horizon.days", most=3660)
        whole_of(self.months, "horizon.months", most=120)
        if self.calendar is not None and not isinstance(self.calendar, WorkCalendar):
            invalid("calendar.type", "horizon.calendar", "a WorkCalendar is wanted")

    def last(self, on: date) -> date:
        """Return the last day of planned goods issue that counts on a day."""
        if on == date.min:
            return date.max  # no day was said: everything counts
        after = add_months(on, self.months) if self.months else on
        if self.calendar is not None:
            return self.calendar.add_days(after, self.days)
        return days_after(after, self.days)


def _amount_max(value: object) -> Decimal | None:
    return _at_least_0(value, "exclusion.amount_max")


def _customers(value: object) -> tuple[str, ...]:
    return texts_of(value, "exclusion.customers")


def _risk_classes(value: object) -> tuple[str, ...]:
    return texts_of(value, "exclusion.risk_classes")


def _exclusion_checkpoints(value: object) -> tuple[str, ...]:
    return _known_checkpoints(value, "exclusion.checkpoints")


def _overrides(value: object) -> tuple[str, ...]:
    return texts_of(value, "exclusion.overrides")


@attrs.frozen
class Exclusion:
    """Orders that go on although a rule would hold them: all conditions given here have to be met.

    ``amount_max`` is of the order, in the account's currency. ``overrides`` names the codes that it
    overrides, all of them where it is empty; what is refused stays refused.
    """

    name: str
    amount_max: Decimal | None = attrs.field(default=None, converter=_amount_max)
    customers: tuple[str, ...] = attrs.field(default=(), converter=_customers)
    risk_classes: tuple[str, ...] = attrs.field(default=(), converter=_risk_classes)
    checkpoints: tuple[str, ...] = attrs.field(default=(), converter=_exclusion_checkpoints)
    overrides: tuple[str, ...] = attrs.field(default=(), converter=_overrides)

    def __attrs_post_init__(self) -> None:
        text_of(self.name, "exclusion.name")
        if (self.amount_max, self.customers, self.risk_classes) == (None, (), ()):
            invalid(
                "credit.exclusion", "exclusion", "say which orders: by amount, customer or class"
            )

    def fits(self, request: CreditRequest, account: CreditAccount) -> bool:
        """Whether an order of this account is meant."""
        if self.amount_max is not None and (
            request.amount > self.amount_max
            or request.currency not in ("", account.exposure.currency)
        ):
            return False
        return (
            (not self.customers or account.customer in self.customers)
            and (not self.risk_classes or account.risk_class in self.risk_classes)
            and (not self.checkpoints or request.checkpoint in self.checkpoints)
        )


def _at_least_0(value: object, path: str) -> Decimal | None:
    if value is None:
        return None
    number = decimal_of(value, path, code="money")
    if number < 0:
        invalid("money.negative", path, "a maximum is at least 0")
    return number


def _known_checkpoints(value: object, path: str) -> tuple[str, ...]:
    names = texts_of(value, path)
    for name in names:
        if name not in CHECKPOINTS:
            invalid("credit.checkpoint", path, f"{shown(name)} is none of {', '.join(CHECKPOINTS)}")
    return names


def _document_maximum(value: object) -> Decimal | None:
    return _at_least_0(value, "document_maximum")


def _release_tolerance(value: object) -> Decimal:
    return rate_of(value, "release_tolerance_percent")


def _approvers(value: object) -> tuple[str, ...]:
    return texts_of(value, "approvers")


def _checkpoints(value: object) -> tuple[str, ...]:
    return _known_checkpoints(value, "checkpoints")


def _limit_percent(value: object) -> Decimal:
    return rate_of(value, "limit_percent", most="1000")


def _overdue_share(value: object) -> Decimal | None:
    return None if value is None else rate_of(value, "overdue_share_percent_max")


def _referred(value: object) -> tuple[str, ...]:
    return texts_of(value, "risk_classes_referred")


def _score_min(value: object) -> Decimal | None:
    return None if value is None else decimal_of(value, "score_min")


def _exclusions(value: object) -> tuple[Exclusion, ...]:
    parts = tuple_of(value, "exclusions")
    for index, part in enumerate(parts):
        if not isinstance(part, Exclusion):
            invalid("value.type", f"exclusions[{index}]", "an Exclusion is wanted")
    return parts


def _by_class(value: object) -> tuple[tuple[str, CreditPolicy], ...]:
    pairs: dict[str, CreditPolicy] = {}
    for index, part in enumerate(tuple_of(value, "by_class")):
        path = f"by_class[{index}]"
        pair: tuple[Any, ...] = tuple_of(part, path, most=2)
        if len(pair) != 2 or not isinstance(pair[1], CreditPolicy):
            invalid("value.type", path, "a risk class and its CreditPolicy are wanted")
        name = text_of(pair[0], path)
        if name in pairs:
            invalid("credit.risk_class", path, f"{shown(name)} stands twice")
        pairs[name] = pair[1]
    return tuple(pairs.items())


def _rules(value: object) -> tuple[Rule, ...]:
    parts = tuple_of(value, "rules")
    for index, part in enumerate(parts):
        if not callable(part):
            invalid("value.type", f"rules[{index}]", "a function is wanted")
    return parts


@attrs.frozen
class CreditPolicy:
    """How credit is checked. Every number is ``None`` where its rule shall not be asked.

    ``document_maximum``: largest gross value of one order; ``release_hours``: how long a release by hand
    stays good, 72; ``release_tolerance_percent``: how far the released value may be exceeded later, 0;
    ``release_window_days``: how many days sooner than planned the goods may leave under it, any;
    ``approvers``: the roles named in cures.

    ``checkpoints``: what is asked, each by the same rules; ``horizon``: how far ahead open orders count,
    all of them; ``limit_percent``: how much of the limit may be used, 100; ``disputed_counts``: whether
    contested items do, yes; ``overdue_share_percent_max`` of the open items more than ``overdue_share_days``
    late; ``oldest_item_days_max``; ``risk_classes_referred``: always held; ``score_min``: the bureau's
    score that is wanted; ``terms_change_holds``; ``rate_age_days_max`` of an exchange rate.

    No verb of a desk asks at ``allocate``: an order claims its stock and its credit in one step, so there is
    no later moment until backorders are run; it is for hosts that call ``decide_credit`` themselves. A desk
    asks at ``currency_change`` where the limits get another currency; its orders are in that of the books.
    For ``terms_change_holds`` it compares the customer's terms of the day with the ``terms`` that
    ``credit.arrange`` gave the account.

    ``exclusions`` are tried in order, the first that fits decides; ``by_class``: other policies by risk
    class; ``releases_automatically``: whether money lets held orders go by itself, no; ``best_fit``:
    whether later ones may pass one that does not fit, no; ``rules``: the rules, in the order in which they report.
    """

    version: PolicyVersion = attrs.field(default=PolicyVersion("credit"), converter=version_of)
    document_maximum: Decimal | None = attrs.field(default=None, converter=_document_maximum)
    release_hours: int = 72
    release_tolerance_percent: Decimal = attrs.field(
        default=Decimal(0), converter=_release_tolerance
    )
    approvers: tuple[str, ...] = attrs.field(default=("credit",), converter=_approvers)
    release_window_days: int | None = None
    checkpoints: tuple[str, ...] = attrs.field(
        default=tuple(name for name in CHECKPOINTS if name not in ("allocate", "ship")),
        converter=_checkpoints,
    )
    horizon: Horizon | None = None
    limit_percent: Decimal = attrs.field(default=Decimal(100), converter=_limit_percent)
    disputed_counts: bool = True
    overdue_share_percent_max: Decimal | None = attrs.field(default=None, converter=_overdue_share)
    overdue_share_days: int = 30
    oldest_item_days_max: int | None = None
    risk_classes_referred: tuple[str, ...] = attrs.field(default=(), converter=_referred)
    score_min: Decimal | None = attrs.field(default=None, converter=_score_min)
    terms_change_holds: bool = False
    rate_age_days_max: int | None = None
    exclusions: tuple[Exclusion, ...] = attrs.field(default=(), converter=_exclusions)
    by_class: tuple[tuple[str, CreditPolicy], ...] = attrs.field(default=(), converter=_by_class)
    releases_automatically: bool = False
    best_fit: bool = False
    rules: tuple[Rule, ...] = attrs.field(default=RULES, repr=False, converter=_rules)
    #: The rules that have something to say under this policy.
    asked: tuple[Rule, ...] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        whole_of(self.release_hours, "release_hours", least=1, most=100_000)
        whole_of(self.overdue_share_days, "overdue_share_days", most=3660)
        for name in ("disputed_counts", "terms_change_holds", "releases_automatically", "best_fit"):
            flag_of(getattr(self, name), name)
        for name in ("release_window_days", "oldest_item_days_max", "rate_age_days_max"):
            days = getattr(self, name)
            if days is not None:
                whole_of(days, name, most=3660)
        if self.horizon is not None and not isinstance(self.horizon, Horizon):
            invalid("credit.horizon", "horizon", "a Horizon is wanted")
        asked = tuple(rule for rule in self.rules if rule not in _NEEDS or _NEEDS[rule](self))
        object.__setattr__(self, "asked", asked)

    @property
    def asks_by_date(self) -> bool:
        """Whether a rule needs to know when goods leave or items fall due."""
        return (
            self.horizon is not None
            or self.overdue_share_percent_max is not None
            or self.oldest_item_days_max is not None
        )

    @property
    def keeps_days(self) -> bool:
        """Whether accounts keep totals by day: this policy or that of a class asks by date."""
        return self.asks_by_date or any(policy.keeps_days for _, policy in self.by_class)

    @property
    def asks_score(self) -> bool:
        """Whether this policy or that of a class wants a score."""
        return self.score_min is not None or any(policy.asks_score for _, policy in self.by_class)

    def of(self, risk_class: str) -> CreditPolicy:
        """Return the policy for a risk class: its own, or this one."""
        for name, policy in self.by_class:
            if name == risk_class:
                return policy
        return self

"""What a host may set: which roles hold which duty, and how far each may discount."""

from __future__ import annotations

from decimal import Decimal

import attrs

from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import text_of, texts_of
from salesorders.kernel.limits import rate_of, tuple_of
from salesorders.kernel.messages import register
from salesorders.kernel.policy import PolicyVersion, version_of

__all__ = ["ANYONE", "DEFAULT_DUTIES", "AuthorityLevel", "AuthorityPolicy", "DutyPolicy"]

ANYONE = "*"
# One word per counter or per verb; the longest that fits decides.
DEFAULT_DUTIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("audit", (ANYONE,)),
    ("cash", ("cash",)),
    ("catalog", ("master-data",)),
    ("contracts", ("master-data",)),
    ("credit.arrange", ("master-data",)),
    ("credit.open", ("master-data",)),
    ("credit.recheck", ("credit",)),
    ("credit.recount", ("credit",)),
    ("credit.set_limit", ("master-data",)),
    ("dead_letters", ("operations",)),
    ("invoices", ("billing",)),
    ("ledger", ("accounting",)),
    ("orders", ("sales",)),
    ("orders.approve", ("sales-manager",)),
    ("orders.decline", ("sales-manager",)),
    ("orders.release", ("credit",)),
    ("returns", ("warehouse",)),
    ("shipments", ("warehouse",)),
    ("stock", ("warehouse",)),
)

register(
    {
        "governance.discount": "May this discount be given?",
        "governance.approval": "May this actor approve?",
        "discount.authority": "{discount} % off list on {what} is more than {allowed} % for {actor}.",
        "discount.authority/cure": "{approvers} may approve it; or lower the discount to {to} %.",
        "discount.within": "{discount} % off list on {what} is within {allowed} %.",
        "discount.no_list_price": "{what} has no list price, so its discount counts as the highest level.",
        "discount.no_list_price/cure": "{approvers} may approve it; or give the item a list price.",
        "approval.own": "{actor} made or changed this document and can't let it go.",
        "approval.own/cure": "It has to be {who}.",
        "approval.given": "{actor} approves: {reason}",
    }
)


def _duties(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    read = []
    for index, pair in enumerate(tuple_of(value, "duties")):
        path = f"duties[{index}]"
        parts = tuple_of(pair, path)
        if len(parts) != 2:
            invalid("value.type", path, "a verb or counter is wanted, with the roles that hold it")
        read.append((text_of(parts[0], f"{path}[0]"), texts_of(parts[1], f"{path}[1]")))
    return tuple(read)


def _levels(value: object) -> tuple[AuthorityLevel, ...]:
    levels = tuple_of(value, "levels")
    for index, level in enumerate(levels):
        if not isinstance(level, AuthorityLevel):
            invalid("value.type", f"levels[{index}]", "an AuthorityLevel is wanted")
    return levels


def _role(value: str) -> str:
    return text_of(value, "role")


@attrs.frozen
class DutyPolicy:
    """Which roles hold the duty for a counter (``orders``) or a verb (``orders.release``).

    ``duties`` are pairs of a counter or verb and its roles; of two for one name the later counts. The most specific
    entry counts; ``*`` means anyone; what is not named is nobody's. Raises ``value.type``, also for
    one role as text, which would be taken for its letters.
    """

    version: PolicyVersion = attrs.field(default=PolicyVersion("duties"), converter=version_of)
    duties: tuple[tuple[str, tuple[str, ...]], ...] = attrs.field(
        default=DEFAULT_DUTIES, converter=_duties
    )

    def roles_for(self, verb: str) -> tuple[str, ...]:
        """Return the roles that hold the duty of ``verb``."""
        named = dict(self.duties)
        return named.get(verb, named.get(verb.partition(".")[0], ()))


def _percent(value: object) -> Decimal | None:
    return None if value is None else rate_of(value, "discount_percent_max")


@attrs.frozen
class AuthorityLevel:
    """A role and the largest discount off list it may give, in percent; ``None`` is without bound."""

    role: str = attrs.field(converter=_role)
    discount_percent_max: Decimal | None = attrs.field(converter=_percent)


@attrs.frozen
class AuthorityPolicy:
    """How far each role may discount: by default sales to 10 %, sales managers above.

    The discount is what is taken off the list price of a line after every line allowance and its share
    of the document's; charges don't make up for it. A line without list price counts as the highest level.
    """

    version: PolicyVersion = attrs.field(default=PolicyVersion("authority"), converter=version_of)
    levels: tuple[AuthorityLevel, ...] = attrs.field(
        default=(AuthorityLevel("sales", Decimal(10)), AuthorityLevel("sales-manager", None)),
        converter=_levels,
    )

    def most(self, roles: frozenset[str]) -> Decimal | None:
        """Return the largest discount that any of ``roles`` may give: 0 where none is named, ``None`` without bound."""
        found = [level.discount_percent_max for level in self.levels if level.role in roles]
        return (
            None
            if None in found
            else max((percent for percent in found if percent is not None), default=Decimal(0))
        )

    def may_give(self, percent: Decimal | None) -> tuple[str, ...]:
        """Return the roles that may give ``percent`` (``None``: the highest level only), least authority first."""
        reach = [
            (
                level.discount_percent_max is None,
                level.discount_percent_max or Decimal(0),
                level.role,
            )
            for level in self.levels
            if level.discount_percent_max is None
            or (percent is not None and level.discount_percent_max >= percent)
        ]
        return tuple(role for _, _, role in sorted(reach))

"""Setting limits: base, temporary or of a bucket, in a currency of their own, and with an end."""

from __future__ import annotations

from datetime import date

import attrs

from salesorders.credit import (
    Accounts,
    BucketLimit,
    CreditAccount,
    CreditChain,
    CreditLimit,
    Evidence,
    Exposure,
    LimitSet,
    TemporaryLimit,
)
from salesorders.credit.events import AccountOpened
from salesorders.kernel.calendar import date_of
from salesorders.kernel.change import Ask, Change, Command, Loading, changed
from salesorders.kernel.decision import Finding, refuse
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import ident_of, text_of
from salesorders.kernel.limits import decimal_of
from salesorders.kernel.messages import register
from salesorders.kernel.money import currency_of
from salesorders.lifecycle.crediting import eased, load_evidence, with_above
from salesorders.lifecycle.outcomes import LimitChanged, Rejected
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.lifecycle.watching import watched

__all__ = ["OPEN_ACCOUNT", "SET_LIMIT", "LimitRequest", "OpenRequest"]

register({"credit.exists": "{id} is a credit account already."})


def _customer(value: str) -> str:
    return ident_of(value, "customer")


def _account(value: str) -> str:
    return ident_of(value, "account")


def _limit(value: object) -> str | None:
    if value is None or value == "unlimited":
        return value
    return str(decimal_of(value, "limit", code="money"))


def _reason(value: str) -> str:
    return text_of(value, "reason", blank=True)


def _since(value: object) -> date | None:
    return None if value is None else date_of(value, "since")


def _until(value: object) -> date | None:
    return None if value is None else date_of(value, "until")


def _currency(value: object) -> str:
    return "" if value == "" else currency_of(value)


@attrs.frozen
class LimitRequest:
    """A new credit limit: an amount, ``"unlimited"`` or ``None`` for "not set".

    ``temporary`` puts an amount on top from ``since`` (today) to ``until`` (not before today), both
    included; 0 takes those that begin on ``since`` away, and needs no ``until``. ``bucket`` sets the limit
    of one bucket, ``None`` takes it away. ``until`` alone is the last day of the base limit. ``currency``
    is the limits' own; blank leaves it.
    """

    customer: str = attrs.field(converter=_customer)
    limit: str | None = attrs.field(default=None, converter=_limit)
    reason: str = attrs.field(default="", converter=_reason)
    temporary: bool = False
    bucket: str = ""
    since: date | None = attrs.field(default=None, converter=_since)
    until: date | None = attrs.field(default=None, converter=_until)
    currency: str = attrs.field(default="", converter=_currency)

    def __attrs_post_init__(self) -> None:
        if self.temporary and self.bucket:
            invalid("credit.limit_kind", "bucket", "a limit is temporary or of a bucket, not both")
        if self.since is not None and not self.temporary:
            invalid("credit.limit_kind", "since", "only a temporary limit has a first day")
        if self.bucket and self.limit == "unlimited":
            invalid(
                "credit.limit_kind", "limit", "a bucket's limit is an amount; None takes it away"
            )
        if self.bucket and self.until is not None:
            invalid("credit.limit_kind", "until", "a bucket's limit has no end")


@attrs.frozen
class LimitCase:
    """The account whose limit is set with those above, its limits in their new currency, and what sources say."""

    setting: Setting
    accounts: Accounts
    evidence: Evidence
    moved: bool = False


def load_limit(request: LimitRequest, setting: Setting, command: Command) -> Loading[LimitCase]:
    """Ask for the account, and for the rate that its limit would need."""
    ref = f"credit/{request.customer}"
    loaded = yield Ask((ref,))
    account = loaded.need(CreditAccount, ref, "customer")
    moved = bool(request.currency) and request.currency != account.currency
    if moved:
        if request.temporary or request.bucket:
            invalid("credit.limit_kind", "currency", "a base limit sets the currency of all")
        runs = any(one.until >= command.today for one in account.temporary)
        if runs or account.bucket_limits:
            told = "there are limits in the old one, temporary or of a bucket: take them away first"
            invalid("credit.limit_kind", "currency", told)
        own = "" if request.currency == account.exposure.currency else request.currency
        account = changed(account, limit_currency=own, temporary=())
    evidence = yield from load_evidence(account, setting, command, "limit_cut")
    accounts = yield from with_above(account)
    return LimitCase(setting, accounts, evidence, moved)


def set_limit(request: LimitRequest, case: LimitCase, command: Command) -> Change[LimitChanged]:
    """Set the limit. Orders that are released stay so; where the exposure is above it, no goods leave unasked."""
    account, event = _limited(request, case.accounts.own, command)
    policy = case.setting.policies.credit
    remarks: tuple[Finding, ...] = ()
    moments = {"limit_cut", "currency_change"} if case.moved else {"limit_cut"}
    asked = not moments.isdisjoint(policy.of(account.risk_class).checkpoints)
    if asked or account.watched:
        now = CreditChain(account, case.accounts.above)
        inherits = now.inherits_limit(command.today)
        account, found = watched(account, policy, case.evidence, command, inherits=inherits)
        remarks = found if asked else ()
    change = Change(LimitChanged(account, remarks), (account,), (event,))
    return eased(change, account.customer, policy)


def _limited(
    request: LimitRequest, account: CreditAccount, command: Command
) -> tuple[CreditAccount, LimitSet]:
    """Return the account with the limit, and the fact."""
    name, reason, currency = account.customer, request.reason, account.limit_currency
    if request.temporary:
        since = request.since or command.today
        limit = CreditLimit.of(request.limit, account.currency)
        if limit.kind != "amount":
            invalid("credit.limit_kind", "limit", "a temporary limit is an amount")
        if account.limit.kind == "not_set" and limit.amount:
            invalid("credit.limit_kind", "limit", "there is no limit that it could come on top of")
        until = request.until if limit.amount or request.until else since
        extra = TemporaryLimit(limit.amount, since, until, reason)
        if extra.amount and extra.until < command.today:
            invalid("credit.span", "until", f"it would have ended before {command.today}")
        # What has ended is not kept; what begins on the same day is replaced.
        others = [
            one
            for one in account.temporary
            if one.until >= command.today and one.since != extra.since
        ]
        after = changed(account, temporary=(*others, *([extra] if extra.amount else [])))
        event = LimitSet(
            name, str(limit), "not set", reason, "temporary", since, extra.until, currency
        )
        return after, event
    if request.bucket:
        limits = {one.bucket: one for one in account.bucket_limits}
        before = limits.pop(request.bucket, None)
        if request.limit is not None:
            amount = CreditLimit.of(request.limit, account.currency).amount
            limits[request.bucket] = BucketLimit(request.bucket, amount)
        after = changed(account, bucket_limits=tuple(limits[name] for name in sorted(limits)))
        was = "not set" if before is None else f"{before.amount:f}"
        event = LimitSet(
            name, request.limit or "not set", was, reason, request.bucket, currency=currency
        )
        return after, event
    limit = CreditLimit.of(request.limit, account.currency, until=request.until)
    event = LimitSet(
        name,
        str(limit),
        str(account.limit),
        reason,
        until=request.until,
        currency=currency,
    )
    return changed(account, limit=limit), event


# --- groups and pools


@attrs.frozen
class OpenRequest:
    """A credit account that is no customer's: a group, or a pool that several share."""

    account: str = attrs.field(converter=_account)
    limit: str | None = attrs.field(default=None, converter=_limit)
    currency: str = attrs.field(default="", converter=_currency)


@attrs.frozen
class OpenCase:
    """Whether there is one already."""

    setting: Setting
    known: bool


def load_open(request: OpenRequest, setting: Setting, command: Command) -> Loading[OpenCase]:
    """Ask whether the account exists."""
    ref = f"credit/{request.account}"
    loaded = yield Ask((ref,))
    return OpenCase(setting, loaded.get(CreditAccount, ref) is not None)


def open_account(
    request: OpenRequest, case: OpenCase, command: Command
) -> Change[LimitChanged | Rejected]:
    """Open an account with nothing on it."""
    if case.known:
        return Change(Rejected((refuse("credit.exists", "account", id=request.account),)))
    books = case.setting.currency
    own = "" if request.currency in ("", books) else request.currency
    limit = CreditLimit.of(request.limit, own or books)
    account = CreditAccount(request.account, limit, Exposure(books), own)
    if case.setting.policies.credit.keeps_days:
        account = account.dated()
    event = AccountOpened(account.customer, str(limit))
    return Change(LimitChanged(account), (account,), (event,))


SET_LIMIT = UseCase("credit.set_limit", load_limit, set_limit)
OPEN_ACCOUNT = UseCase("credit.open", load_open, open_account)

"""Credit, for the model: limits, groups and pools, what is over and who is stopped; sums over members.

An account is a dict: its ``limit`` (cents, ``"unlimited"`` or ``None``), its last day ``until`` and its ``currency``,
``temporary`` limits as (cents, first day, last day), ``buckets`` with a limit each, the accounts ``within``
which it counts, and what its own customer owes by bucket.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import attrs

from salesorders.testing.simulation.arithmetic import half_up

__all__ = [
    "BUCKETS",
    "EASY",
    "EASY_FROM",
    "RATES",
    "STRICT",
    "Terms",
    "above",
    "below",
    "chain",
    "converted",
    "exposure",
    "family",
    "fresh",
    "has_ended",
    "held_in",
    "inherits",
    "is_released",
    "limit_on",
    "over",
    "recounted",
    "released",
    "room",
    "ships_on",
    "standing",
    "stands_over",
    "stopped_by",
    "stops",
    "terms_on",
    "waits_for",
]

Account = dict[str, Any]
Accounts = Mapping[str, Account]

# The model's word for each bucket, and the library's.
BUCKETS = {
    "ordered": "open_orders",
    "delivered": "delivered_unbilled",
    "items": "open_items",
    "disputed": "disputed",
    "unapplied": "unapplied",
}
# What one unit of the books is worth in a limit's currency, as a fraction; of others nobody knows a rate.
RATES = {"USD": (5, 4)}


@attrs.frozen
class Terms:
    """How a release by hand reaches, in percent and days, and whether room lets held orders go by itself."""

    tolerance: int
    window: int | None
    by_itself: bool


STRICT = Terms(0, None, False)
EASY = Terms(10, 2, True)
# From this day on another policy is in force.
EASY_FROM = date(2026, 3, 4)


def terms_on(today: date) -> Terms:
    """Return what is in force on a day."""
    return EASY if today >= EASY_FROM else STRICT


def fresh(limit: Any, currency: str = "") -> Account:
    """Return an account with nothing on it."""
    stands = {"limit": limit, "until": None, "currency": currency, "temporary": (), "buckets": {}}
    return {**stands, "within": (), "watched": False, "waiting": 0, **dict.fromkeys(BUCKETS, 0)}


# --- groups and pools


def above(accounts: Accounts, name: str) -> set[str]:
    """Return every account in whose limits one counts too."""
    found: set[str] = set()
    for one in accounts[name]["within"]:
        found |= {one} | above(accounts, one)
    return found


def chain(accounts: Accounts, name: str) -> list[str]:
    """Return an account and everything above it."""
    return [name, *sorted(above(accounts, name))] if accounts[name]["within"] else [name]


def below(accounts: Accounts, name: str) -> set[str]:
    """Return every account that counts in one."""
    members = {one for one, account in accounts.items() if name in account["within"]}
    return members.union(*(below(accounts, one) for one in members))


def family(accounts: Accounts, name: str) -> set[str]:
    """Return who shares a limit with one, and every account in which those count."""
    shared = set(chain(accounts, name))
    members = shared.union(*(below(accounts, one) for one in shared))
    return members.union(*(above(accounts, one) for one in members))


def held_in(accounts: Accounts, name: str, bucket: str) -> int:
    """Return what an account and everybody below it have in a bucket."""
    everybody = [name, *below(accounts, name)]
    return sum(int(accounts[one][bucket]) for one in everybody)


def exposure(accounts: Accounts, name: str) -> int:
    """Return what is owed or will be, by an account and everybody below it."""
    owed = 0
    for one in [name, *below(accounts, name)]:
        account = accounts[one]
        owed += account["ordered"] + account["delivered"] + account["items"] + account["disputed"]
        # Cash that waits for an order is nobody's to buy with.
        owed -= account["unapplied"] - account["waiting"]
    return owed


def recounted(model: Any, name: str, *, alone: bool = False) -> tuple[int, ...]:
    """Return every bucket of an account from the documents of everybody who counts in it, or of its own ``alone``."""
    own = {name} if alone else {name, *below(model.accounts, name)}
    gross = sum(
        order["sums"].gross
        for order in model.orders.values()
        if order["customer"] in own and not order["gates"]
    )
    left = [one for one in model.shipments.values() if one["customer"] in own]
    unbilled = sum(one["sums"].gross for one in left if not one["invoice"])
    owed = [key for key, invoice in model.invoices.items() if invoice["customer"] in own]
    disputed = sum(model.disputed_of(key) for key in owed)
    items = sum(model.open_of(key) for key in owed) - disputed
    cash = sum(model.left_of(key) for key, p in model.payments.items() if p["customer"] in own)
    return (gross - sum(one["sums"].gross for one in left), unbilled, items, disputed, cash)


# --- limits


def limit_on(account: Account, today: date) -> Any:
    """Return the limit of a day: the base while it runs, with every temporary one that counts."""
    limit = account["limit"]
    if account["until"] is not None and today > account["until"]:
        return None
    if isinstance(limit, int):
        limit += sum(more for more, since, until in account["temporary"] if since <= today <= until)
    return limit


def converted(account: Account, amount: int) -> int | None:
    """Return an amount of the books in an account's currency; nothing where there is no rate."""
    if not account["currency"]:
        return amount
    rate = RATES.get(account["currency"])
    return None if rate is None else half_up(amount * rate[0], rate[1])


def has_ended(account: Account, today: date) -> bool:
    """Whether there was a limit, and its last day has passed."""
    return (
        account["limit"] is not None and account["until"] is not None and today > account["until"]
    )


def over(
    accounts: Accounts,
    name: str,
    more: int,
    today: date,
    leaving: int = 0,
    *,
    alone: bool = False,
) -> set[str]:
    """Return what so much more would be above: the ``limit``, a ``bucket``; ``rate`` where nobody can tell.

    ``leaving``: goods of so much leave, which makes what is delivered larger, and what will be billed.
    ``alone``: no order is looked at, so that the account has to fit every bucket.
    """
    account = accounts[name]
    limit = limit_on(account, today)
    found = set()
    if isinstance(limit, int):
        after = converted(account, exposure(accounts, name) + more)
        if after is None:
            found.add("rate")
        elif after > limit:
            found.add("limit")
    for bucket, most in account["buckets"].items():
        # An order makes the bucket of orders larger, goods that leave the others: no other bucket stops them.
        held, added = held_in(accounts, name, bucket), more if bucket == "ordered" else leaving
        if bucket == "items" and leaving:
            held += held_in(accounts, name, "delivered")
        if added <= 0 and not alone:
            continue
        parts = (converted(account, part) for part in (held, added))
        there = [part for part in parts if part is not None]
        if len(there) < 2:
            found.add("rate")
        elif sum(there) > most:
            found.add("bucket")
    return found


def inherits(accounts: Accounts, name: str, today: date) -> bool:
    """Whether no limit was ever set for an account, and one above it runs."""
    names = above(accounts, name) if accounts[name]["limit"] is None else ()
    return any(limit_on(accounts[one], today) is not None for one in names)


def stands_over(accounts: Accounts, name: str, today: date, *, without: bool) -> bool:
    """Whether an account by itself is over a limit; ``without``: it may owe without having one."""
    account = accounts[name]
    if over(accounts, name, 0, today, alone=True):
        return True
    owes = exposure(accounts, name) > 0 and limit_on(account, today) is None
    return owes and (account["limit"] is not None or not without)


def room(accounts: Accounts, name: str, today: date) -> int | None:
    """Return what the tightest limit of an account and those above it leaves, in that limit's own currency.

    ``None`` where none is an amount, or one has no rate.
    """
    left: list[tuple[Fraction, int]] = []
    for one in chain(accounts, name):
        limit = limit_on(accounts[one], today)
        if not isinstance(limit, int):
            continue
        counted = converted(accounts[one], exposure(accounts, one))
        if counted is None:
            return None
        own, books = RATES.get(accounts[one]["currency"], (1, 1))
        left.append((Fraction((limit - counted) * books, own), limit - counted))
    return min(left, key=lambda pair: pair[0])[1] if left else None


def stopped_by(accounts: Accounts, customer: str, more: int, today: date) -> set[str]:
    """Return the accounts that do not let a customer have so much more.

    A customer for whom no limit was ever set lives on what was set above; a limit that has ended is none.
    """
    return {name for name, _ in stops(accounts, customer, more, today)}


def waits_for(accounts: Accounts, customer: str, more: int, today: date) -> set[str]:
    """Return the accounts that an order keeps full: none where it waits for anything else than room as well."""
    found = stops(accounts, customer, more, today)
    return (
        {name for name, _ in found} if {why for _, why in found} <= {"limit", "bucket"} else set()
    )


def stops(
    accounts: Accounts, customer: str, more: int, today: date, leaving: int = 0
) -> set[tuple[str, str]]:
    """Return who does not let a customer have so much more, and why."""
    names = chain(accounts, customer)
    found = set()
    if all(accounts[name]["limit"] is None for name in names):
        found.add((customer, "unset"))
    for name in names:
        account = accounts[name]
        if has_ended(account, today):
            found.add((name, "ended"))
        for why in over(accounts, name, more, today, leaving):
            found.add((customer if why == "rate" else name, why))
    return found


def standing(accounts: Accounts, name: str) -> list[Any]:
    """Return what a decision is made of, of an account and those above it: without an amount, no debts."""
    told = []
    for one in chain(accounts, name):
        account = accounts[one]
        limits = [account[part] for part in ("limit", "until", "currency", "temporary", "buckets")]
        bounded = isinstance(account["limit"], int) or account["temporary"] or account["buckets"]
        owed = [exposure(accounts, one), *(account[bucket] for bucket in BUCKETS)]
        told.append((one, limits, (*owed, account["waiting"]) if bounded else None))
    return told


# --- releases


def ships_on(order: Mapping[str, Any]) -> date:
    """Return the day on which the first goods that are open are planned to leave, or are wanted."""
    lines = [line for line in order["lines"] if line["q"] > line["shipped"] + line["cancelled"]]
    days: list[date] = [
        min((on for _, on, _ in line["claimed"]), default=line["on"])
        for line in lines or order["lines"]
    ]
    return min(days)


def released(order: Mapping[str, Any], by: str, at: datetime, today: date) -> tuple[Any, ...]:
    """Return a release by hand: who gave it, up to what, until when and for goods that leave from when on."""
    terms = terms_on(today)
    amount = half_up(order["sums"].gross * (100 + terms.tolerance), 100)
    first = None if terms.window is None else ships_on(order) - timedelta(days=terms.window)
    return ("credit", by, amount, at + timedelta(hours=72), first)


def is_released(
    order: Mapping[str, Any], gate: str, at: datetime, leaving: date | None = None
) -> bool:
    """Whether somebody let an order go for what it is worth now, and that still stands."""
    return any(
        given == gate
        and order["sums"].gross <= amount
        and (until is None or at < until)
        and (leaving is None or first is None or leaving >= first)
        for given, _, amount, until, first in order["released"]
    )

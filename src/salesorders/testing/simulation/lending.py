"""Credit, for the model: limits, groups and pools, what is over and who is stopped; sums over members.

An account is a dict: its ``limit`` (cents, ``"unlimited"`` or ``None``), its last day ``until`` and its ``currency``,
``temporary`` limits as (cents, first day, last day), ``buckets`` with a limit each, the accounts ``within``
which it counts, what its own customer owes by bucket, and the ``days`` on which what was ordered leaves.
Its ``class`` says how far ahead orders count. ``status`` says
open, on_hold or blocked.
``collateral`` is (id, cents, percent of it, first day, last day).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import attrs

from salesorders.testing.simulation import scoring
from salesorders.testing.simulation.arithmetic import half_up
from salesorders.testing.simulation.horizon import Days, last_day, plus, up_to, worth

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
    "closed",
    "converted",
    "counted",
    "exposure",
    "family",
    "fresh",
    "has_ended",
    "held_in",
    "horizon",
    "inherits",
    "is_released",
    "limit_on",
    "over",
    "pledged",
    "redated",
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
    stands |= {
        "within": (),
        "watched": False,
        "status": "open",
        "since": None,
        "class": "",
        "days": {},
        "collateral": (),
    }
    return {**stands, "waiting": 0, **dict.fromkeys(BUCKETS, 0)}


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


def pledged(account: Account, today: date) -> int:
    """Return what collateral is good for on a day: nothing before its first or after its last."""
    return sum(
        half_up(amount * percent, 100)
        for _, amount, percent, since, until in account["collateral"]
        if since <= today <= until
    )


def counted(accounts: Accounts, name: str, today: date, last: date | None) -> int:
    """Return what of an exposure counts: less what secures open items, without what leaves after the ``last`` day."""
    owed = exposure(accounts, name)
    if accounts[name]["collateral"]:
        owed -= min(held_in(accounts, name, "items"), pledged(accounts[name], today))
    if last is not None:
        for one in [name, *below(accounts, name)]:
            owed -= sum(amount for on, amount in accounts[one]["days"].items() if on > last)
    return owed


def horizon(accounts: Accounts, name: str, today: date) -> date | None:
    """Return the last day on which orders of an account leave that count today; ``None`` where all do."""
    return last_day(accounts[name]["class"], today)


def redated(account: Account, before: Days, after: Days) -> None:
    """What an order counts for on an account by day is ``after`` now."""
    if before != after:
        account["days"] = plus(plus(account["days"], before, -1), after)


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
    more: Days,
    today: date,
    last: date | None,
    leaving: int = 0,
    *,
    alone: bool = False,
) -> set[str]:
    """Return what so much more would be above: the ``limit``, a ``bucket``; ``rate`` where nobody can tell.

    ``more`` leaves on its days; after the ``last`` one it does not count for the limit.
    ``leaving``: goods of so much leave, which makes what is delivered larger, and what will be billed.
    ``alone``: no order is looked at, so that the account has to fit every bucket.
    """
    account = accounts[name]
    limit = limit_on(account, today)
    found = set()
    if isinstance(limit, int):
        after = converted(account, counted(accounts, name, today, last) + up_to(more, last))
        if after is None:
            found.add("rate")
        elif after > limit:
            found.add("limit")
    for bucket, most in account["buckets"].items():
        # An order makes the bucket of orders larger, goods that leave the others: no other bucket stops them.
        held, added = held_in(accounts, name, bucket), leaving
        if bucket == "ordered":
            added = worth(more)
        if bucket == "items" and leaving:
            held += held_in(accounts, name, "delivered")
        if added <= 0 and not alone:
            continue
        there = converted(account, held + added)
        if there is None:
            found.add("rate")
        elif there > most:
            found.add("bucket")
    return found


def inherits(accounts: Accounts, name: str, today: date) -> bool:
    """Whether no limit was ever set for an account, and one above it runs."""
    names = above(accounts, name) if accounts[name]["limit"] is None else ()
    return any(limit_on(accounts[one], today) is not None for one in names)


def stands_over(accounts: Accounts, name: str, today: date, *, without: bool) -> bool:
    """Whether an account by itself is over a limit; ``without``: it may owe without having one."""
    account = accounts[name]
    if over(accounts, name, {}, today, horizon(accounts, name, today), alone=True):
        return True
    owes = exposure(accounts, name) > 0 and limit_on(account, today) is None
    return owes and (account["limit"] is not None or not without)


def room(accounts: Accounts, name: str, today: date) -> int | None:
    """Return what the tightest limit of an account and those above it leaves, in that limit's own currency.

    ``None`` where none is an amount, or one has no rate.
    """
    last = horizon(accounts, name, today)
    left: list[tuple[Fraction, int]] = []
    for one in chain(accounts, name):
        limit = limit_on(accounts[one], today)
        if not isinstance(limit, int):
            continue
        owed = converted(accounts[one], counted(accounts, one, today, last))
        if owed is None:
            return None
        own, books = RATES.get(accounts[one]["currency"], (1, 1))
        left.append((Fraction((limit - owed) * books, own), limit - owed))
    return min(left, key=lambda pair: pair[0])[1] if left else None


def stopped_by(accounts: Accounts, customer: str, more: Days, today: date) -> set[str]:
    """Return the accounts that do not let a customer have so much more.

    A customer for whom no limit was ever set lives on what was set above; a limit that has ended is none.
    """
    return {name for name, _ in stops(accounts, customer, more, today)}


def shut(accounts: Accounts, customer: str) -> list[tuple[str, datetime]]:
    """Return what an account and those above it are, where they are not open, and since when."""
    told = [accounts[name] for name in chain(accounts, customer)]
    return [(one["status"], one["since"]) for one in told if one["status"] != "open"]


def closed(accounts: Accounts, customer: str) -> set[str]:
    """The same without since when: ``on_hold``, ``blocked``."""
    return {one[0] for one in shut(accounts, customer)}


def waits_for(accounts: Accounts, customer: str, more: Days, today: date) -> set[str]:
    """Return the accounts that an order keeps full: none where it waits for anything else than room as well."""
    found = stops(accounts, customer, more, today)
    return (
        {name for name, _ in found} if {why for _, why in found} <= {"limit", "bucket"} else set()
    )


def stops(
    accounts: Accounts, customer: str, more: Days, today: date, leaving: int = 0
) -> set[tuple[str, str]]:
    """Return who does not let a customer have so much more, and why; his own horizon counts for all."""
    names, last = chain(accounts, customer), horizon(accounts, customer, today)
    found = set()
    if scoring.stops(accounts[customer]["class"], customer, today):
        found.add((customer, "person"))
    if all(accounts[name]["limit"] is None for name in names):
        found.add((customer, "unset"))
    for name in names:
        account = accounts[name]
        if account["status"] != "open":
            found.add((name, account["status"]))
        if has_ended(account, today):
            found.add((name, "ended"))
        for why in over(accounts, name, more, today, last, leaving):
            found.add((customer if why == "rate" else name, why))
    return found


def standing(accounts: Accounts, name: str, today: date) -> list[Any]:
    """Return what a decision is made of, of an account and those above it: without an amount, no debts."""
    last, own = horizon(accounts, name, today), accounts[name]["class"]
    told: list[Any] = [own if own in scoring.CLASSES else ""]
    for one in chain(accounts, name):
        account = accounts[one]
        limits = [account[part] for part in ("limit", "until", "currency", "temporary", "buckets")]
        bounded = isinstance(account["limit"], int) or account["temporary"] or account["buckets"]
        owed = [last, counted(accounts, one, today, last), *(account[bucket] for bucket in BUCKETS)]
        told.append(
            (one, account["status"], limits, (*owed, account["waiting"]) if bounded else None)
        )
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


def released(
    order: Mapping[str, Any], by: str, at: datetime, today: date, *, opened: bool
) -> tuple[Any, ...]:
    """Return a release by hand: who gave it, up to what, until when and for goods that leave from when on.

    ``opened``: he let it go although an account was on hold.
    """
    terms, gross = terms_on(today), order["sums"].gross
    amount = half_up(gross * (100 + terms.tolerance), 100)
    first = None if terms.window is None else ships_on(order) - timedelta(days=terms.window)
    return ("credit", by, amount, at + timedelta(hours=72), first, opened)


def is_released(
    order: Mapping[str, Any],
    gate: str,
    at: datetime,
    leaving: date | None = None,
    shut: Collection[tuple[str, datetime]] = (),
) -> bool:
    """Whether somebody let an order go for what it is worth now, and that still stands.

    ``shut`` is what its accounts are that are not open: one that was put on hold since, or blocked, is news.
    """
    return any(
        given == gate
        and order["sums"].gross <= amount
        and (until is None or at < until)
        and (leaving is None or first is None or leaving >= first)
        and (opened or not shut)
        and all(why == "on_hold" and on <= until - timedelta(hours=72) for why, on in shut)
        for given, _, amount, until, first, opened in order["released"]
    )

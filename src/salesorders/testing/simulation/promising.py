"""What can be promised, for the model: a level is a dict, a balance a sum over days, nothing is cached.

A level holds ``on_hand``, ``receipts`` (name to day and quantity), ``claims`` (day to quantity) and
``held``: reservations as (order, line, day, quantity, expires).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from salesorders.testing.simulation.model import Model, Now, Ref
from salesorders.testing.simulation.units import in_base

__all__ = [
    "Balance",
    "claim",
    "given_back",
    "less",
    "level_of",
    "levels_of",
    "put_levels",
    "release_holder",
    "unclaimed",
]

Part = tuple[str, date, int]
HORIZON = timedelta(days=365)
LATE = timedelta(days=7)
HOLD = timedelta(hours=72)


def levels_of(model: Model, order: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the level of every item of an order at every site that holds it."""
    skus = {line["sku"] for line in order["lines"]}
    places = [(sku, site) for sku in sorted(skus) for site in model.sites.get(sku, ())]
    return {place: model.levels[place] for place in places if place in model.levels}


def level_of(model: Model, sku: str, site: str) -> dict[str, Any]:
    """Return the level of an item at a site, a new one where it has never been there."""
    found = model.levels.get((sku, site))
    return found or {"on_hand": 0, "receipts": {}, "claims": {}, "held": []}


class Balance:
    """What of a level is free on each day, counted anew at every question."""

    def __init__(self, level: Mapping[str, Any], now: Now) -> None:
        self.changes: dict[date, int] = {now.today: level["on_hand"]}
        for on, q in level["receipts"].values():
            if on >= now.today - LATE:
                self.draw(max(on, now.today), -q)
        for on, q in level["claims"].items():
            self.draw(max(on, now.today), q)
        for _, _, on, q, expires in level["held"]:
            if now.at < expires:
                self.draw(max(on, now.today), q)

    def draw(self, on: date, q: int) -> None:
        """Take so much off a day."""
        self.changes[on] = self.changes.get(on, 0) - q

    def free(self, on: date) -> int:
        """Return what may be promised for a day: the least balance of it and every later day, 0 at least."""
        balance, least = 0, None
        for day in sorted(self.changes):
            if day > on and least is None:
                least = balance
            balance += self.changes[day]
            if day >= on:
                least = balance if least is None else min(least, balance)
        return max(0, balance if least is None else least)

    def rising(self, first: date, last: date) -> list[tuple[date, int]]:
        """Return what is free on ``first`` and on each day up to ``last`` on which it is more."""
        steps = [(first, self.free(first))]
        for day in sorted(self.changes):
            if first < day <= last and (free := self.free(day)) > steps[-1][1]:
                steps.append((day, free))
        return steps


def _plan(
    sources: Sequence[tuple[str, Balance]], line: Mapping[str, Any], asked: int, now: Now
) -> list[Part]:
    first, last = max(line["on"], now.today), now.today + HORIZON
    if first > last:
        return []
    if line["complete"]:
        days = [
            (day, n, site)
            for n, (site, balance) in enumerate(sources)
            for day, free in balance.rising(first, last)
            if free >= asked
        ]
        return [(site, day, asked) for day, _, site in sorted(days)[:1]]
    for site, balance in sources:
        if balance.free(first) >= asked:
            return [(site, first, asked)]
    whole = [
        _spread(site, balance, asked, line, first, last)
        for site, balance in sources
        if balance.free(last) >= asked
    ]
    if whole:
        return min(whole, key=lambda plan: plan[-1][1])
    parts: list[Part] = []
    for site, balance in sorted(sources, key=lambda source: -source[1].free(last)):
        parts += _spread(site, balance, asked - sum(q for _, _, q in parts), line, first, last)
        if sum(q for _, _, q in parts) >= asked:
            break
    return parts


def _spread(
    site: str, balance: Balance, asked: int, line: Mapping[str, Any], first: date, last: date
) -> list[Part]:
    parts: list[Part] = []
    got = 0
    for day, free in balance.rising(first, last):
        upto = asked if free >= asked else free - free % line["lot"] if line["lot"] else free
        if upto > got:
            parts.append((site, day, upto - got))
            got = upto
    return parts


def claim(
    model: Model,
    order: dict[str, Any],
    levels: Mapping[tuple[str, str], dict[str, Any]],
    now: Now,
    expires: datetime | None,
    wanted: Mapping[str, int] | None = None,
) -> dict[tuple[str, str], dict[str, Any]]:
    """Promise every open line of an order out of ``levels`` and claim it; return the levels that changed.

    The lines get their ``confirmed`` and ``claimed`` schedule; with ``expires`` the claims are reservations.
    With ``wanted`` only so much of each line is promised, beside what it has.
    """
    balances: dict[tuple[str, str], Balance] = {}
    drawn: dict[tuple[str, str], list[tuple[str, date, int]]] = {}
    for line in order["lines"]:
        open_ = line["q"] - line["shipped"] - line["cancelled"]
        asked = in_base(line, open_ if wanted is None else wanted.get(line["id"], 0))
        if not asked:
            continue
        sku = line["sku"]
        if not line["stocked"]:
            parts: list[Part] = [("", max(line["on"], now.today), asked)]
        else:
            sources = []
            for site in model.sites.get(sku, ()):
                if (sku, site) in levels:
                    if (sku, site) not in balances:
                        balances[sku, site] = Balance(levels[sku, site], now)
                    sources.append((site, balances[sku, site]))
            parts = _plan(sources, line, asked, now) if sources else []
            for site, on, q in parts:
                balances[sku, site].draw(on, q)
                drawn.setdefault((sku, site), []).append((line["id"], on, q))
        for schedule in ("confirmed", "claimed"):
            line[schedule] = list(parts) if wanted is None else _joined(line[schedule], parts)
    changed = {}
    for place, draws in drawn.items():
        old = levels[place]
        level = changed[place] = {
            **old,
            "claims": dict(old["claims"]),
            "held": [part for part in old["held"] if now.at < part[4]],
        }
        for line_id, on, q in draws:
            if expires is None:
                level["claims"][on] = level["claims"].get(on, 0) + q
            else:
                level["held"].append((order["key"], line_id, on, q, expires))
    return changed


def _joined(schedule: Sequence[Part], more: Sequence[Part]) -> list[Part]:
    sums: dict[tuple[str, date], int] = {}
    for site, on, q in (*schedule, *more):
        sums[site, on] = sums.get((site, on), 0) + q
    return sorted(((site, on, q) for (site, on), q in sums.items()), key=lambda part: part[1])


def _earliest(schedule: list[Part], most: int) -> list[Part]:
    if sum(q for _, _, q in schedule) <= most:
        return schedule
    kept = []
    for site, on, q in sorted(schedule, key=lambda part: part[1]):
        took = min(q, most)
        most -= took
        if took:
            kept.append((site, on, took))
    return kept


def less(line: dict[str, Any], q: int) -> None:
    """Cancel so much of what is open of a line: the latest promises go first."""
    line["cancelled"] += q
    in_force = line["q"] - line["cancelled"]
    line["confirmed"] = _earliest(line["confirmed"], in_base(line, in_force))
    line["claimed"] = _earliest(line["claimed"], in_base(line, in_force - line["shipped"]))


def unclaimed(line: dict[str, Any]) -> None:
    """Take the promises for what is open off a line."""
    line["confirmed"] = _earliest(line["confirmed"], in_base(line, line["shipped"]))
    line["claimed"] = []


def given_back(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    levels: Mapping[tuple[str, str], dict[str, Any]],
    now: Now,
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return all levels, without what ``before`` claims there and ``after`` does not."""
    name, until = before["key"], after["held_until"]
    if before["gates"]:
        found = {place: release_holder(level, name) for place, level in levels.items()}
        if until is not None and now.at < until:
            for line in after["lines"]:
                for site, on, q in line["claimed"] if line["stocked"] else ():
                    found[line["sku"], site]["held"].append((name, line["id"], on, q, until))
        return found
    found = dict(levels)
    for line, then in zip(after["lines"], before["lines"], strict=False):
        kept: dict[tuple[str, date], int] = {}
        for site, on, q in line["claimed"]:
            kept[site, on] = kept.get((site, on), 0) + q
        for site, on, q in _joined(then["claimed"], ()) if line["stocked"] else ():
            if q > kept.get((site, on), 0):
                level = found[line["sku"], site]
                claims = {**level["claims"], on: level["claims"][on] - q + kept.get((site, on), 0)}
                claims = {day: left for day, left in claims.items() if left}
                found[line["sku"], site] = {**level, "claims": claims}
    return found


def release_holder(level: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the level without an order's reservations."""
    return {**level, "held": [part for part in level["held"] if part[0] != key]}


def put_levels(model: Model, levels: Mapping[tuple[str, str], dict[str, Any]]) -> list[Ref]:
    """Store levels in the model and name them."""
    model.levels.update(levels)
    return [("stock", f"{sku}@{site}") for sku, site in levels]

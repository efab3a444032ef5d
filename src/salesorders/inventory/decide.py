"""What can be promised: wants against stock, line after line, each on what the others left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import attrs

from salesorders.inventory.model import Reservation, ScheduleLine, StockLevel, level_ref
from salesorders.inventory.model.parts import aware
from salesorders.inventory.policy import InventoryPolicy, Running
from salesorders.inventory.requests import Want
from salesorders.kernel.decision import Effect, Fact, Finding
from salesorders.kernel.limits import exact
from salesorders.tables import Table

__all__ = ["Promise", "availability", "promise"]

ZERO = Decimal(0)
Part = tuple[str, date, Decimal]
Sources = list[tuple[str, Running]]
Facts = dict[str, Fact]


@attrs.frozen
class Promise:
    """What was confirmed: schedule lines in the order of the wants, changed levels by ref."""

    schedule: tuple[ScheduleLine, ...] = ()
    levels: Mapping[str, StockLevel] = attrs.field(factory=dict)
    findings: tuple[Finding, ...] = ()

    @exact
    def confirmed(self, line: str) -> Decimal:
        """Return how much of a line was confirmed, in base units."""
        return sum((part.quantity for part in self.schedule if part.line == line), ZERO)


@exact
def promise(
    levels: Mapping[str, StockLevel],
    wants: Sequence[Want],
    sites: Mapping[str, tuple[str, ...]],
    *,
    today: date,
    at: datetime,
    policy: InventoryPolicy,
    holder: str,
    expires_at: datetime | None = None,
) -> Promise:
    """Confirm wants in their order, each on the balance that the earlier ones left.

    ``levels`` by ref, ``sites`` by item in the order in which they are asked. From the later of the
    requested day and today:

    1. the first site that has all of it on that very day;
    2. else, of the sites that can give all of it by the horizon, in one or more dates, the one that
       is done first;
    3. else the site that can give most, then the next, each from its earliest day.

    So a line is split over sites only where no site can ever give it all; ties go to the site that
    is listed first. A ``complete`` want, and every want where the policy allows no ``partial``,
    gets the first day and site that has all at once, or nothing. What is confirmed is claimed
    firmly, or reserved for ``holder`` where ``expires_at`` (exclusive) is given. What is not stays
    open, with one of the findings ``stock.short``, ``stock.none``, ``stock.horizon``; all of them
    let pass, and refuse where the policy takes no ``backorders``.
    """
    moment = (today, aware(at, "at"), policy)
    last = policy.last_day(today)
    balances: dict[str, Running] = {}
    schedule: list[ScheduleLine] = []
    findings: list[Finding] = []
    for index, want in enumerate(wants):
        path = want.path or f"lines[{index}]"
        first = max(want.requested_on, today)
        if want.requested_on < today:
            findings.append(_past(want, path, first))
        if not want.stocked:
            schedule.append(ScheduleLine(want.line, want.sku, "", first, want.quantity))
            continue
        sources = _sources(want.sku, sites.get(want.sku, ()), levels, balances, moment)
        if not sources:
            findings.append(_none(want, path, policy))
            continue
        if first > last:
            findings.append(_beyond(want, path, policy, last))
            continue
        got = ZERO
        for site, on, quantity in _covered(want, sources, first, last, policy):
            balances[level_ref(want.sku, site)].draw(on, quantity)
            schedule.append(ScheduleLine(want.line, want.sku, site, on, quantity))
            got += quantity
        if got < want.quantity:
            held = [levels[level_ref(want.sku, site)] for site, _ in sources]
            findings.append(_short(want, path, got, held, today, policy))
    changed = _changed(levels, schedule, holder, at, expires_at)
    return Promise(tuple(schedule), changed, tuple(findings))


def _sources(
    sku: str,
    sites: Sequence[str],
    levels: Mapping[str, StockLevel],
    balances: dict[str, Running],
    moment: tuple[date, datetime, InventoryPolicy],
) -> Sources:
    sources = []
    for site in sites:
        ref = level_ref(sku, site)
        running = balances.get(ref)
        if running is None:
            level = levels.get(ref)
            if level is None:
                continue
            running = balances[ref] = Running(level, *moment)
        sources.append((site, running))
    return sources


def _covered(
    want: Want, sources: Sources, first: date, last: date, policy: InventoryPolicy
) -> list[Part]:
    if want.complete or not policy.partial:
        return _at_once(want, sources, first, last)
    return _parts(want, sources, first, last)


def _at_once(want: Want, sources: Sources, first: date, last: date) -> list[Part]:
    best: Part | None = None
    for site, running in sources:
        if running.on(last) < want.quantity:
            continue
        on = next(day for day, free in running.from_day(first, last) if free >= want.quantity)
        if best is None or on < best[1]:
            best = (site, on, want.quantity)
    return [] if best is None else [best]


def _parts(want: Want, sources: Sources, first: date, last: date) -> list[Part]:
    asked = want.quantity
    for site, running in sources:
        if running.on(first) >= asked:
            return [(site, first, asked)]
    able = [(site, running) for site, running in sources if running.on(last) >= asked]
    if able:
        plans = [_by_day(site, running, asked, want.step, first, last) for site, running in able]
        return min(plans, key=lambda plan: plan[-1][1])  # the first listed where days are equal
    parts: list[Part] = []
    rest = asked
    for site, running in sorted(sources, key=lambda source: -source[1].on(last)):
        plan = _by_day(site, running, rest, want.step, first, last)
        parts += plan
        rest -= sum((quantity for _, _, quantity in plan), ZERO)
        if rest <= 0:
            break
    return parts


def _by_day(
    site: str, running: Running, asked: Decimal, step: Decimal, first: date, last: date
) -> list[Part]:
    parts: list[Part] = []
    got = ZERO
    for day, free in running.from_day(first, last):
        upto = asked if free >= asked else free - free % step if step else free
        if upto > got:
            parts.append((site, day, upto - got))
            got = upto
    return parts


def _changed(
    levels: Mapping[str, StockLevel],
    schedule: Sequence[ScheduleLine],
    holder: str,
    at: datetime,
    expires_at: datetime | None,
) -> dict[str, StockLevel]:
    drawn: dict[str, list[ScheduleLine]] = {}
    for part in schedule:
        if part.site:
            drawn.setdefault(level_ref(part.sku, part.site), []).append(part)
    changed: dict[str, StockLevel] = {}
    for ref, parts in drawn.items():
        level = levels[ref].tidy(at)
        if expires_at is None:
            changed[ref] = level.with_claims((p.on, p.quantity) for p in parts)
        else:
            until = aware(expires_at, "expires_at")
            held = (Reservation(holder, p.line, p.on, p.quantity, until) for p in parts)
            changed[ref] = level.with_reservations(held)
    return changed


# --- what is said about a want


def _past(want: Want, path: str, first: date) -> Finding:
    facts: Facts = {"line": want.line, "requested_on": want.requested_on, "checked_from": first}
    return Finding("date.past", Effect.ALLOW, f"{path}.requested_on", facts)


def _open(policy: InventoryPolicy) -> Effect:
    """What becomes of an order of which something stays open."""
    return Effect.ALLOW if policy.backorders else Effect.REFUSE


def _none(want: Want, path: str, policy: InventoryPolicy) -> Finding:
    facts: Facts = {"line": want.line, "sku": want.sku, "asked": want.quantity}
    return Finding("stock.none", _open(policy), f"{path}.sku", facts)


def _beyond(want: Want, path: str, policy: InventoryPolicy, last: date) -> Finding:
    facts: Facts = {"line": want.line, "sku": want.sku, "requested_on": want.requested_on}
    parameters: Facts = {"horizon_days": policy.horizon_days, "horizon_on": last}
    cure: Facts = {"ask_on": want.requested_on - timedelta(days=policy.horizon_days)}
    return Finding("stock.horizon", _open(policy), f"{path}.requested_on", facts, parameters, cure)


def _short(
    want: Want,
    path: str,
    got: Decimal,
    levels: Sequence[StockLevel],
    today: date,
    policy: InventoryPolicy,
) -> Finding:
    coming = [receipt.on for level in levels for receipt in level.receipts if receipt.on > today]
    cure: Facts = {"next_receipt": min(coming)} if coming else {}
    facts: Facts = {
        "line": want.line,
        "sku": want.sku,
        "asked": want.quantity,
        "confirmed": got,
    }
    parameters: Facts = {
        "horizon_days": policy.horizon_days,
        "past_due_receipt_days": policy.past_due_receipt_days,
        "complete": want.complete or not policy.partial,
    }
    return Finding("stock.short", _open(policy), f"{path}.quantity", facts, parameters, cure)


# --- for people


@exact
def availability(
    levels: Sequence[StockLevel], today: date, at: datetime, policy: InventoryPolicy
) -> Table:
    """Return a table with a row for every item, site and day on which more becomes available.

    The first row of a level is today's and says what is on hand and claimed.
    """
    last = policy.last_day(today)
    rows: list[tuple[str | Decimal | date | None, ...]] = []
    notes: list[str] = []
    for level in sorted(levels, key=lambda level: (level.sku, level.site)):
        (_, free), *later = Running(level, today, at, policy).from_day(today, last)
        held = (level.on_hand, level.safety, level.claimed, level.reserved(at))
        rows.append((level.sku, level.site, today, *held, free))
        rows += [(level.sku, level.site, day, *(None,) * 4, more) for day, more in later]
        uncovered = -level.uncommitted(today, at=at)
        if uncovered > 0:
            notes.append(f"{level.sku} at {level.site}: {uncovered:f} is promised and not covered.")
    columns = ("item", "site", "from", "on hand", "safety", "claimed", "reserved", "available")
    return Table(f"Availability on {today.isoformat()}", columns, tuple(rows), tuple(notes))

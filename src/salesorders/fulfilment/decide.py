"""What leaves which site now: confirmed, really there, and as the customer takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter

import attrs

from salesorders.fulfilment.model import ShipmentLine
from salesorders.fulfilment.policy import FulfilmentPolicy
from salesorders.fulfilment.requests import OpenLine, ShipRequest
from salesorders.kernel.decision import Effect, Fact, Finding, refuse
from salesorders.kernel.limits import LIMITS, exact
from salesorders.kernel.quantity import convert, is_whole

__all__ = ["ShipmentPlan", "plan_shipment"]

ZERO = Decimal(0)
HUNDRED = Decimal(100)

OnHand = Mapping[tuple[str, str], Decimal]
Spare = Mapping[tuple[str, str], Sequence[tuple[date, Decimal]]]
Facts = dict[str, Fact]


@attrs.frozen
class ShipmentPlan:
    """What would leave: the site, a line for each claim that is used, and every finding.

    Where a finding refuses, ``lines`` is empty.
    """

    site: str
    lines: tuple[ShipmentLine, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether nothing refuses."""
        return all(finding.effect is Effect.ALLOW for finding in self.findings)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the findings that refuse."""
        return frozenset(f.code for f in self.findings if f.effect is not Effect.ALLOW)


@attrs.frozen
class _Task:
    """One order line that is to be shipped: how much is asked, and where that was said."""

    line: OpenLine
    asked: Decimal
    path: str
    named: bool

    @property
    def effect(self) -> Effect:
        """What was named must be had; of what was not, only as much as can be."""
        return Effect.REFUSE if self.named else Effect.ALLOW


@exact
def plan_shipment(
    request: ShipRequest,
    open_lines: Sequence[OpenLine],
    on_hand: OnHand,
    *,
    today: date,
    policy: FulfilmentPolicy,
    ship_complete: bool = False,
    spare: Spare | None = None,
) -> ShipmentPlan:
    """Return what of an order leaves one site today.

    ``open_lines`` are all lines of the order; ``on_hand`` by (sku, site) is what is really there,
    in base units. Claims planned for a later day leave today only as far as others do not need the
    goods before it: ``spare`` by (sku, site) is what is left on each day from today on, all claims
    met, each figure good until the next day; without it they stay. The site is the one that is
    named, else the one from which most lines, then most base units can leave, then the first by
    name. Lines draw on one balance per item in the order's sequence, each on its earliest claims
    first.

    Quantities that are named are shipped exactly or refused; of unnamed ones as much as can be.
    ``ship_complete``: every open line in full or nothing (I12). Findings that refuse:
    ``shipment.unknown_line``, ``shipment.quantity``, ``shipment.fraction``, ``shipment.over``
    (cumulative over all shipments), ``shipment.short``, ``shipment.early``, ``shipment.partial``,
    ``shipment.complete``, ``shipment.nothing``. Credit and holds are not looked at here.
    """
    tasks, findings = _tasks(request, open_lines, policy)
    sites = {site for task in tasks for site, _, _ in task.line.confirmed if site}
    if request.site:
        site = request.site
        tried = _try(tasks, site, on_hand, today, spare or {})
    else:
        trials = {s: _try(tasks, s, on_hand, today, spare or {}) for s in sorted(sites) or [""]}
        site = max(trials, key=lambda s: trials[s].weight)  # the first by name where equal
        tried = trials[site]
    findings += tried.findings
    if ship_complete:
        findings += _complete(request, open_lines, tried)
    refused = any(finding.effect is Effect.REFUSE for finding in findings)
    if not tried.lines and not refused:
        findings.append(refuse("shipment.nothing", "lines", order=request.order, site=site))
    return ShipmentPlan(site, () if refused else tuple(tried.lines), tuple(findings))


# --- what is asked


def _tasks(
    request: ShipRequest, open_lines: Sequence[OpenLine], policy: FulfilmentPolicy
) -> tuple[list[_Task], list[Finding]]:
    if not request.lines:
        return [_Task(o, o.open, f"lines[{o.line}]", False) for o in open_lines if o.open], []
    known = {line.line: line for line in open_lines}
    asked: dict[str, Decimal] = {}
    paths: dict[str, str] = {}
    findings: list[Finding] = []
    for index, wanted in enumerate(request.lines):
        path = f"lines[{index}]"
        facts: Facts = {"order": request.order, "line": wanted.line, "asked": wanted.quantity}
        if wanted.line not in known:
            code, where = "shipment.unknown_line", f"{path}.line"
            findings.append(Finding(code, Effect.REFUSE, where, facts))
        elif wanted.quantity <= 0:
            code, where = "shipment.quantity", f"{path}.quantity"
            findings.append(Finding(code, Effect.REFUSE, where, facts))
        else:
            asked[wanted.line] = asked.get(wanted.line, ZERO) + wanted.quantity
            paths.setdefault(wanted.line, path)
    tasks = []
    for line in open_lines:
        if line.line in asked:
            task = _Task(line, asked[line.line], paths[line.line], True)
            wrong = _wrong(task, policy)
            findings += wrong
            if not wrong:
                tasks.append(task)
    return tasks, findings


def _wrong(task: _Task, policy: FulfilmentPolicy) -> list[Finding]:
    line, path = task.line, f"{task.path}.quantity"
    facts: Facts = {
        "line": line.line,
        "unit": line.unit,
        "asked": task.asked,
        "ordered": line.ordered,
        "cancelled": line.cancelled,
        "shipped": line.shipped,
        "open": line.open,
    }
    findings = []
    if is_whole(line.unit) and task.asked % 1:
        findings.append(Finding("shipment.fraction", Effect.REFUSE, path, facts))
    due = line.ordered - line.cancelled
    beyond = due * policy.over_percent / HUNDRED
    most = max(ZERO, due + (beyond - beyond % 1 if is_whole(line.unit) else beyond) - line.shipped)
    if task.asked > most:
        parameters: Facts = {"over_percent": policy.over_percent}
        cure: Facts = {"most": most}
        findings.append(Finding("shipment.over", Effect.REFUSE, path, facts, parameters, cure))
    if line.whole_only and task.asked < line.open:
        findings.append(Finding("shipment.partial", Effect.REFUSE, path, facts))
    return findings


# --- what can leave a site


@attrs.define
class _Trial:
    """What one site can ship of the tasks; lives inside one computation."""

    lines: list[ShipmentLine] = attrs.field(factory=list)
    findings: list[Finding] = attrs.field(factory=list)
    shipped: dict[str, Decimal] = attrs.field(factory=dict)
    base: Decimal = ZERO

    @property
    def weight(self) -> tuple[int, Decimal]:
        """By which sites are compared: lines, then base units."""
        return len(self.shipped), self.base


def _try(tasks: Sequence[_Task], site: str, on_hand: OnHand, today: date, spare: Spare) -> _Trial:
    trial = _Trial()
    here: dict[str, Decimal] = {}  # what is left on hand by item
    curves: dict[str, list[tuple[date, Decimal]]] = {}  # what others leave, by item and day
    for task in tasks:
        line = task.line
        if line.sku not in here:
            here[line.sku] = on_hand.get((line.sku, site), ZERO)
            curves[line.sku] = list(spare.get((line.sku, site), ()))
        there = here[line.sku]
        claims, waiting = _usable(line, site, today, curves[line.sku])
        extra = _extra(task, curves[line.sku])
        stocked = any(claim_site for claim_site, _, _ in claims)
        free = sum([quantity for _, _, quantity in claims], extra) if claims else ZERO
        available = min(free, there) if stocked else free
        can = _in_unit(line, available, task.asked)
        if can < task.asked:
            trial.findings += _why(task, can, site, there, waiting)
        if can <= 0 or (can < task.asked and (task.named or line.whole_only)):
            continue
        parts = _parts(line, can, claims)
        trial.lines += parts
        trial.shipped[line.line] = can
        for part in parts:
            trial.base += part.base_quantity
            if part.site:
                here[line.sku] -= part.base_quantity
                left = _drawn(curves[line.sku], part.planned_on, part.claimed)
                curves[line.sku] = _drawn(left, date.max, part.over) if part.over else left
    return trial


def _extra(task: _Task, curve: list[tuple[date, Decimal]]) -> Decimal:
    """What is asked beyond the open quantity, as far as it is nobody else's where that is known."""
    line = task.line
    if task.asked <= line.open:
        return ZERO
    extra = _base(line, task.asked) - _base(line, line.open)
    return min(extra, max(ZERO, min((left for _, left in curve), default=extra)))


def _usable(
    line: OpenLine, site: str, today: date, curve: list[tuple[date, Decimal]]
) -> tuple[list[tuple[str, date, Decimal]], list[tuple[date, Decimal]]]:
    """The claims that may leave now, earliest first, and those that have to wait for their day."""
    usable, waiting = [], []
    claims = [claim for claim in line.confirmed if claim[0] in (site, "")]
    if len(claims) > 1:
        claims.sort(key=itemgetter(1))
    for claim_site, on, quantity in claims:
        take = quantity
        if claim_site and on > today:
            least = min((balance for day, balance in curve if day < on), default=ZERO)
            take = max(ZERO, min(quantity, least))
            curve = _drawn(curve, on, take)
        if take:
            usable.append((claim_site, on, take))
        if take < quantity:
            waiting.append((on, quantity - take))
    return usable, waiting


def _drawn(
    curve: list[tuple[date, Decimal]], on: date, quantity: Decimal
) -> list[tuple[date, Decimal]]:
    """What is left on each day when goods leave today that were claimed for ``on``."""
    if len(curve) == 1 and curve[0][0] >= on:
        return curve
    return [(day, balance - quantity if day < on else balance) for day, balance in curve]


def _why(
    task: _Task, can: Decimal, site: str, there: Decimal, waiting: list[tuple[date, Decimal]]
) -> list[Finding]:
    line = task.line
    facts: Facts = {
        "line": line.line,
        "sku": line.sku,
        "site": site,
        "unit": line.unit,
        "asked": task.asked,
        "open": line.open,
        "available": can,
        "confirmed": sum((q for where, _, q in line.confirmed if where in (site, "")), ZERO),
        "on_hand": there,
    }
    path = f"{task.path}.quantity"
    short: Facts = {"available": can} if can else {}
    findings = [Finding("shipment.short", task.effect, path, facts, cure=short)]
    if waiting:
        day: Facts = {"planned_on": waiting[0][0]}
        findings.append(Finding("shipment.early", task.effect, path, facts, cure=day))
    if line.whole_only and can:
        findings.append(Finding("shipment.partial", task.effect, path, facts))
    return findings


def _parts(
    line: OpenLine, can: Decimal, claims: Sequence[tuple[str, date, Decimal]]
) -> list[ShipmentLine]:
    """One shipment line for each claim; their quantities add up to ``can`` exactly."""
    base = left = _base(line, can)
    used: list[tuple[str, date, Decimal]] = []
    for site, on, quantity in claims:
        take = min(left, quantity)
        if take > 0:
            used.append((site, on, take))
            left -= take
    parts: list[ShipmentLine] = []
    done = base_done = ZERO
    for index, (site, on, take) in enumerate(used):
        over = left if index + 1 == len(used) else ZERO
        base_done += take + over
        # The cumulative share less what went before, so that the parts telescope to the whole.
        upto = can if base_done == base else _units(line, base_done)
        parts.append(
            ShipmentLine(line.line, line.sku, upto - done, line.unit, take + over, on, site, over)
        )
        done = upto
    return parts


def _complete(request: ShipRequest, open_lines: Sequence[OpenLine], tried: _Trial) -> list[Finding]:
    short = tuple(o.line for o in open_lines if tried.shipped.get(o.line, ZERO) < o.open)
    if not short:
        return []
    return [refuse("shipment.complete", "lines", order=request.order, lines=short)]


# --- units


def _base(line: OpenLine, quantity: Decimal) -> Decimal:
    """What ``quantity`` more of the line is in base units; what went before and it add up."""
    if line.factor == 1:
        return quantity
    before = convert(line.shipped, line.factor, LIMITS.scale)
    return convert(line.shipped + quantity, line.factor, LIMITS.scale) - before


def _units(line: OpenLine, base: Decimal) -> Decimal:
    return convert(base, 1 / line.factor, LIMITS.scale, "ROUND_DOWN")


def _in_unit(line: OpenLine, available: Decimal, asked: Decimal) -> Decimal:
    """How much of ``asked`` the base units on offer make up; never a cut piece."""
    if available >= _base(line, asked):
        return asked
    units = available if line.factor == 1 else _units(line, available)
    return units - units % 1 if is_whole(line.unit) else units

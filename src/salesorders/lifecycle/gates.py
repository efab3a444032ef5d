"""The gates an order passes: price, discount authority, credit; and the claims once it has passed them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import attrs

from salesorders.amounts import Adjustment, Amounts, Tax
from salesorders.credit import NO_EVIDENCE, Accounts, Evidence, decide_credit
from salesorders.governance import DiscountedLine, DiscountRequest, decide_discount
from salesorders.inventory import Promise, StockLevel, StockSites, Want, promise
from salesorders.kernel.change import Command, changed
from salesorders.kernel.decision import Decision, Effect, Finding
from salesorders.kernel.limits import exact
from salesorders.kernel.messages import register
from salesorders.kernel.money import exponent_of, split
from salesorders.kernel.quantity import is_whole
from salesorders.lifecycle.crediting import credit_claimed, credit_request
from salesorders.lifecycle.dating import counted_days, with_days
from salesorders.lifecycle.usecase import Policies
from salesorders.orders import Hold, Order, OrderLine, ScheduleLine

__all__ = [
    "Claims",
    "claim",
    "claim_all",
    "credit_request",
    "discount_request",
    "gate_holds",
    "merged",
    "promise_all",
    "refused",
    "want_of",
]

ZERO = Decimal(0)

register(
    {
        "orders.place": "May this order go on?",
        "orders.document": "Is the buyer's document understood?",
        "pricing.deviation": "Does the buyer's price agree with ours?",
        "credit.limit_elsewhere": "The limit of {id} is set by credit.set_limit.",
        "price.drift": "The total shown was {shown}; priced again it is {total}.",
        "price.drift/cure": "Show the customer the new total.",
        "customer.retired": "{id} no longer buys here.",
        "unit.mismatch": "{sku} is sold in {item_unit}, not in {unit}.",
        "quantity.fractional_unit": "{quantity} {unit} of {sku} can't be: the unit is indivisible.",
        "order.held": "{order} is held by {gates}.",
        "order.not_held": "{order} is not held by {gate}.",
    }
)


@exact
def discount_request(subject: str, amounts: Amounts) -> DiscountRequest:
    """Translate amounts for governance: list worth and everything taken off, the document's share by line."""
    lines = amounts.lines
    shares = [ZERO] * len(lines)
    for adjustment in amounts.adjustments:
        if not adjustment.charge:
            shares = [
                sum(pair, ZERO) for pair in zip(shares, _shared(adjustment, amounts), strict=True)
            ]
    discounted = []
    for line, share in zip(lines, shares, strict=True):
        off = sum((a.amount for a in line.adjustments if not a.charge), share)
        listed = None
        if line.price_list is not None:
            listed = line.price_list * line.quantity / line.per
            off += max(ZERO, listed - line.price * line.quantity / line.per)
        discounted.append(DiscountedLine(line.id, listed, off))
    return DiscountRequest(subject, tuple(discounted))


def _shared(allowance: Adjustment, amounts: Amounts) -> tuple[Decimal, ...]:
    """A document allowance follows the lines that bear its tax, or all where none does."""
    lines = amounts.lines
    worth = [max(line.net, ZERO) for line in lines]
    same = [
        net if _bears(line.tax, allowance.tax) else ZERO
        for net, line in zip(worth, lines, strict=True)
    ]
    weights = same if any(same) else worth
    if not any(weights):
        return (ZERO,) * len(lines)
    return split(allowance.amount, weights, exponent_of(amounts.currency))


def _bears(tax: Tax, wanted: Tax | None) -> bool:
    return wanted is not None and (tax.category, tax.rate) == (wanted.category, wanted.rate)


def gate_holds(
    order: Order,
    remarks: tuple[Finding, ...],
    account: Accounts,
    policies: Policies,
    command: Command,
    evidence: Evidence = NO_EVIDENCE,
) -> tuple[Hold, ...]:
    """Ask every gate and return the holds of those that do not let pass. None stops at another's answer."""
    at = command.at
    decisions = _remarked(order, remarks, policies, at)
    if any(line.adjustments or line.price_list != line.price for line in order.amounts.lines) or (
        order.amounts.adjustments
    ):
        asked = discount_request(order.ref, order.amounts)
        given = decide_discount(asked, command.actor, policies.authority, at)
        decisions.append(("authority", given))
    request = credit_request(order, command, policies.credit, evidence)
    credit = decide_credit(request, account, policies.credit, at)
    decisions.append(("credit", credit))
    return tuple(Hold(gate, decision) for gate, decision in decisions if not decision.allowed)


def _remarked(
    order: Order, remarks: tuple[Finding, ...], policies: Policies, at: datetime
) -> list[tuple[str, Decision]]:
    """What the buyer's document and its prices refer to somebody; nothing where nothing is."""
    asked = [finding for finding in remarks if finding.effect is Effect.REFER]
    prices = tuple(finding for finding in asked if finding.code.startswith("price."))
    others = tuple(finding for finding in asked if finding not in prices)
    version = policies.pricing.version
    questions = (
        ("document", "orders.document", others),
        ("price", "pricing.deviation", prices),
    )
    return [
        (gate, Decision(question, order.ref, version, at, found))
        for gate, question, found in questions
        if found
    ]


def merged(order: Order, command: Command, policies: Policies) -> Decision:
    """Return one decision of everything that holds the order, for people."""
    findings = tuple(finding for hold in order.holds for finding in hold.decision.findings)
    version = (
        order.holds[0].decision.policy if len(order.holds) == 1 else policies.authority.version
    )
    return Decision("orders.place", order.ref, version, command.at, findings)


@attrs.frozen
class Claims:
    """What claiming gave: the order with its schedule, the levels that changed, the account, facts and remarks."""

    order: Order
    levels: tuple[StockLevel, ...]
    account: Accounts | None
    events: tuple[object, ...]
    findings: tuple[Finding, ...]


def claim_all(
    order: Order,
    account: Accounts,
    levels: Mapping[str, StockLevel],
    sites: Mapping[str, StockSites],
    policies: Policies,
    command: Command,
) -> Claims:
    """Promise and claim stock: firmly, with credit, where the order goes on; with an expiry where it is held."""
    answer = promise_all(order, levels, sites, policies, command)
    return claim(order, answer, account, policies, command)


def promise_all(
    order: Order,
    levels: Mapping[str, StockLevel],
    sites: Mapping[str, StockSites],
    policies: Policies,
    command: Command,
) -> Promise:
    """Promise what is open of an order; for a while only where it is held."""
    return promise(
        levels,
        [want_of(line, line.open) for line in order.lines if line.open],
        {sku: entry.sites for sku, entry in sites.items()},
        today=command.today,
        at=command.at,
        policy=policies.inventory,
        holder=order.id,
        expires_at=_held_until(order, policies, command),
    )


def _held_until(order: Order, policies: Policies, command: Command) -> datetime | None:
    return policies.inventory.hold_until(command.at) if order.is_held else None


def claim(
    order: Order, answer: Promise, account: Accounts, policies: Policies, command: Command
) -> Claims:
    """Claim what was promised, and credit where the order goes on."""
    held = order.is_held
    until = _held_until(order, policies, command)
    claimed = changed(order.with_lines(_scheduled(order, answer)), held_until=until)
    events: tuple[object, ...] = ()
    after = None
    if not held:
        on = None
        if account.is_dated:
            claimed = with_days(claimed)
            on = counted_days(claimed)
        after = account.claim(order.amounts.gross, on)
        gross = order.amounts.gross
        events = (credit_claimed(order, gross, after, policies.credit, command),)
    return Claims(claimed, tuple(answer.levels.values()), after, events, answer.findings)


def refused(findings: tuple[Finding, ...]) -> bool:
    """Whether something is refused among findings."""
    return any(finding.effect is Effect.REFUSE for finding in findings)


def want_of(line: OrderLine, quantity: Decimal) -> Want:
    """Return what is wanted of stock for so much of a line."""
    # Part of a line in cartons of 12 is confirmed in whole cartons.
    step = (
        Decimal(line.factor.numerator)
        if line.factor.denominator == 1 and is_whole(line.unit)
        else ZERO
    )
    base = line.in_base(quantity)
    return Want(line.id, line.sku, base, line.requested_on, line.stocked, line.complete, step=step)


def _scheduled(order: Order, answer: Promise) -> dict[str, OrderLine]:
    schedules: dict[str, list[ScheduleLine]] = {line.id: [] for line in order.lines if line.open}
    for entry in answer.schedule:
        schedules[entry.line].append(ScheduleLine(entry.site, entry.on, entry.quantity))
    lines = {line.id: line for line in order.lines}
    return {
        line_id: changed(lines[line_id], confirmed=tuple(schedule), claimed=tuple(schedule))
        for line_id, schedule in schedules.items()
    }

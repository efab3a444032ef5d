"""The gates, asked again: what a changed order needs before the change is made, and what it then claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import attrs

from salesorders.amounts import AllowanceCharge, AmountLine
from salesorders.credit import Accounts, decide_credit
from salesorders.governance import DiscountedLine, DiscountRequest, decide_discount
from salesorders.inventory import StockLevel, promise
from salesorders.kernel.change import Command, changed
from salesorders.kernel.decision import Decision, Effect, Finding, refuse
from salesorders.kernel.limits import exact
from salesorders.kernel.messages import register
from salesorders.lifecycle.ahead import waiting, with_own_cash
from salesorders.lifecycle.changing import (
    ChangeCase,
    credit_again,
    given_back,
    moved,
)
from salesorders.lifecycle.crediting import (
    credit_released,
    credit_request,
    released_for,
)
from salesorders.lifecycle.gates import claim_all, discount_request, refused, want_of
from salesorders.lifecycle.watching import watched_all
from salesorders.orders import Hold, Order, OrderLine, ScheduleLine
from salesorders.pricing import PricedWant, PriceRequest, price

__all__ = ["Passed", "Proposal", "at_path", "listed", "passed", "terms_fixed", "wanting"]

ZERO = Decimal(0)

register(
    {
        "orders.amend": "May this change be made?",
        "orders.reopen": "May this order be opened again?",
        "order.terms_fixed": "Something of {order} has left: the terms it was cut from stay as they are.",
        "order.terms_fixed/cure": "Make it {as}, or settle the difference after billing.",
    }
)


@attrs.frozen(kw_only=True)
class Proposal:
    """A changed order before the gates are asked: ``after`` in place of ``before``.

    ``holds`` are those that the order has, or comes back with. ``touched`` are the lines whose discount is judged,
    ``list_prices`` today's for those that grew. ``wanted`` is what is to be promised, by line.
    """

    question: str
    before: Order
    after: Order
    holds: tuple[Hold, ...]
    touched: frozenset[str]
    list_prices: Mapping[str, AmountLine]
    wanted: Mapping[str, Decimal]
    remarks: tuple[Finding, ...] = ()


@attrs.frozen
class Passed:
    """What the change comes to: the order with its claims, the account, the levels, facts and remarks."""

    order: Order
    account: Accounts
    levels: Mapping[str, StockLevel]
    facts: tuple[object, ...]
    findings: tuple[Finding, ...]


def listed(
    lines: Iterable[tuple[str, OrderLine, tuple[AllowanceCharge, ...], AmountLine]],
    case: ChangeCase,
) -> tuple[dict[str, AmountLine], tuple[Finding, ...]]:
    """Price lines at today's list, each given with its path, its terms and its amounts so far."""
    wants, paths, findings = [], [], []
    for path, line, asked, amounts in lines:
        item = case.items.get(line.sku)
        if item is None:
            findings.append(refuse("item.unknown", f"{path}.sku", id=line.sku))
        else:
            paths.append(path)
            wants.append(
                PricedWant(line.id, item, line.in_force, line.unit, asked, tax=amounts.tax)
            )
    if not wants:
        return {}, tuple(findings)
    sheet = price(PriceRequest(case.setting.currency, tuple(wants)), case.setting.policies.pricing)
    findings += [at_path(finding, paths) for finding in sheet.findings]
    return {line.id: line for line in sheet.amounts.lines}, tuple(findings)


def at_path(finding: Finding, paths: list[str]) -> Finding:
    """Return a finding about ``lines[i]`` with the i-th of ``paths`` in its place."""
    place, closing, rest = finding.path.partition("]")
    if not closing or not place.startswith("lines["):
        return finding
    return changed(finding, path=paths[int(place.removeprefix("lines["))] + rest)


def passed(proposal: Proposal, case: ChangeCase, command: Command) -> Passed | Decision:
    """Ask every gate that the change concerns; claim where all let pass, else say what does not.

    What was held stays as it is, changed, while a gate holds it: it claims nothing until it is let go.
    """
    if proposal.holds:
        return _held(proposal, case, command)
    before, after = proposal.before, proposal.after
    asked = [_prices(proposal, case, command)]
    if proposal.touched and not (
        proposal.question == "orders.reopen" and released_for(after, "authority", command)
    ):
        asked.append(_authority(proposal, proposal.touched, case, command))
    credit = credit_again(before, after, case, command, proposal.question)
    if credit is not None:
        asked.append(credit)
    findings = tuple(f for one in asked if not one.allowed for f in one.findings)
    if findings:
        version = next(one.policy for one in asked if not one.allowed)
        return Decision(proposal.question, before.ref, version, command.at, findings)
    levels, facts = given_back(before, after, case.stock.levels, command)
    after, levels, remarks = _promised(after, proposal.wanted, levels, case, command)
    if refused(remarks):
        return _out_of_stock(proposal, remarks, case, command)
    after, account, moves = moved(
        before, after, case.account, case.setting.policies.credit, command
    )
    return Passed(after, account, levels, (*facts, *moves), (*proposal.remarks, *remarks))


def _out_of_stock(
    proposal: Proposal, findings: tuple[Finding, ...], case: ChangeCase, command: Command
) -> Decision:
    """What is not there is not promised: the order stays as it is."""
    version = case.setting.policies.inventory.version
    return Decision(proposal.question, proposal.before.ref, version, command.at, findings)


def _prices(proposal: Proposal, case: ChangeCase, command: Command) -> Decision:
    asked = tuple(f for f in proposal.remarks if f.effect is Effect.REFER)
    version = case.setting.policies.pricing.version
    return Decision("pricing.deviation", proposal.before.ref, version, command.at, asked)


@exact
def _authority(
    proposal: Proposal, touched: frozenset[str], case: ChangeCase, command: Command
) -> Decision:
    """What grew is judged against today's list where that is dearer than the price it keeps (H1)."""
    amounts = proposal.after.amounts
    judged = changed(
        amounts, lines=tuple(_against(line, proposal.list_prices) for line in amounts.lines)
    )
    request = discount_request(proposal.after.ref, judged)
    lines = tuple(
        line if line.line in touched else DiscountedLine(line.line, ZERO, ZERO)
        for line in request.lines
    )
    return decide_discount(
        DiscountRequest(request.subject, lines),
        command.actor,
        case.setting.policies.authority,
        command.at,
    )


def _against(line: AmountLine, list_prices: Mapping[str, AmountLine]) -> AmountLine:
    there = list_prices.get(line.id)
    if there is None or there.price_list is None or line.price_list is None:
        return line
    today = there.price_list * line.per / there.per
    return changed(line, price_list=today) if today > line.price_list else line


def _held(proposal: Proposal, case: ChangeCase, command: Command) -> Passed | Decision:
    policies, after = case.setting.policies, proposal.after
    held_by = {hold.gate: hold for hold in proposal.holds}
    prices = _prices(proposal, case, command)
    holds = [hold for gate, hold in held_by.items() if gate not in ("authority", "credit", "price")]
    # What was not agreed on before is not agreed on by a change: it stands beside what is new.
    open_prices = held_by["price"].decision.findings if "price" in held_by else ()
    prices = changed(prices, findings=(*open_prices, *prices.findings))
    if not prices.allowed:
        holds.append(Hold("price", prices))
    touched = proposal.touched
    if "authority" in held_by:
        touched = frozenset(line.id for line in after.lines)
    authority = _authority(proposal, touched, case, command)
    if not authority.allowed:
        holds.append(Hold("authority", authority))
    if not credit_released(after, case.account, policies.credit, command):
        asked = credit_request(after, command, policies.credit, case.evidence, proposal.before)
        account = with_own_cash(proposal.before, after, case.account)
        credit = decide_credit(asked, account, policies.credit, command.at)
        if not credit.allowed:
            holds.append(Hold("credit", credit))
    after = changed(after, holds=tuple(holds))
    own = {ref: level.release_holder(after.id) for ref, level in case.stock.levels.items()}
    account, moves = waiting(proposal.before, after, case.account)
    if moves and after.holds and not proposal.before.holds:
        # Cash that others may have bought with waits for this order again.
        account, _ = watched_all(account, policies.credit, case.evidence, command, "reopen")
    claims = claim_all(after, account, own, case.stock.sites, policies, command)
    # An order that waits on and wants no more may lack its stock until it is let go.
    if refused(claims.findings) and (any(proposal.wanted.values()) or not after.is_held):
        return _out_of_stock(proposal, claims.findings, case, command)
    levels = {**own, **{level.ref: level for level in claims.levels}}
    account = account if claims.account is None else claims.account
    findings = (*proposal.remarks, *claims.findings)
    return Passed(claims.order, account, levels, (*moves, *claims.events), findings)


def _promised(
    order: Order,
    wanted: Mapping[str, Decimal],
    levels: Mapping[str, StockLevel],
    case: ChangeCase,
    command: Command,
) -> tuple[Order, dict[str, StockLevel], tuple[Finding, ...]]:
    """Promise and claim what is wanted beyond the claims that the order keeps."""
    wants = [want_of(line, wanted[line.id]) for line in order.lines if wanted.get(line.id)]
    answer = promise(
        levels,
        wants,
        {sku: entry.sites for sku, entry in case.stock.sites.items()},
        today=command.today,
        at=command.at,
        policy=case.setting.policies.inventory,
        holder=order.id,
    )
    schedules: dict[str, list[ScheduleLine]] = {want.line: [] for want in wants}
    for entry in answer.schedule:
        schedules[entry.line].append(ScheduleLine(entry.site, entry.on, entry.quantity))
    lines = {
        line_id: order.line(line_id).with_claims(schedule)
        for line_id, schedule in schedules.items()
    }
    return order.with_lines(lines), {**levels, **answer.levels}, answer.findings


def terms_fixed(order: Order, path: str) -> Finding:
    """Refuse what would change the terms that shipments were cut from: they would not add up any more."""
    facts = {"order": order.id}
    return Finding("order.terms_fixed", Effect.REFUSE, path, facts, {}, {"as": "a new order"})


def wanting(line: OrderLine, more: Decimal, case: ChangeCase) -> tuple[OrderLine, Decimal]:
    """Return a line with what of it is to be promised: what is new, or all where it comes at once or not at all."""
    if line.complete or not case.setting.policies.inventory.partial:
        return line.unclaimed(), line.open
    return line, more

"""Amending: a change is a proposal; every gate that it concerns is asked again, then all of it is made or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from salesorders.catalog import Address
from salesorders.kernel.actors import reason_of
from salesorders.kernel.calendar import date_of
from salesorders.kernel.change import Change, Command, Loading, changed
from salesorders.kernel.decision import Decision, Effect, Finding, refuse
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import text_of
from salesorders.kernel.limits import exact, flag_of, tuple_of
from salesorders.kernel.messages import register
from salesorders.lifecycle.changing import (
    ChangeCase,
    load_change,
    notice,
    order_id,
    put_with,
    with_maker,
)
from salesorders.lifecycle.crediting import eased
from salesorders.lifecycle.naming import as_seen, order_seen
from salesorders.lifecycle.outcomes import Amended, Held, Rejected
from salesorders.lifecycle.proposing import Draft
from salesorders.lifecycle.regating import Passed, Proposal, passed
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.orders import Line, LineChange, Order, OrderAmended

__all__ = ["AMEND", "AmendRequest"]

register(
    {
        "amend.nothing": "{order} is like that already.",
        "amend.ship_to_unbilled": "Of {order} something left that is not billed and would get the new address.",
        "amend.ship_to_unbilled/cure": "Bill lines {unbilled} first.",
    }
)


def _changes(values: Iterable[LineChange]) -> tuple[LineChange, ...]:
    changes = tuple_of(values, "changes")
    seen: set[str] = set()
    for index, change in enumerate(changes):
        if not isinstance(change, LineChange):
            invalid("amend.type", f"changes[{index}]", "a LineChange is wanted")
        if change.line in seen:
            invalid("line.duplicate", f"changes[{index}].line", "a line stands twice")
        seen.add(change.line)
    return changes


def _added(values: Iterable[Line]) -> tuple[Line, ...]:
    lines = tuple_of(values, "add")
    for index, line in enumerate(lines):
        if not isinstance(line, Line):
            invalid("order.line_type", f"add[{index}]", "a Line is wanted")
    return lines


def _on(value: object) -> date | None:
    return None if value is None else date_of(value, "requested_on")


def _ship_to(value: Address | None) -> Address | None:
    if value is not None and not isinstance(value, Address):
        invalid("address.type", "ship_to", f"an Address is wanted, not {type(value).__name__}")
    return value


def _name(value: str | None) -> str | None:
    return None if value is None else text_of(value, "ship_to_name", most=200, blank=True)


def _reprice(value: bool) -> bool:
    return flag_of(value, "reprice")


@attrs.frozen
class AmendRequest:
    """What shall be different about an order, for a reason; what is not named stays.

    ``requested_on`` is for every line with something open that names no day of its own. ``reprice``
    prices lines of which nothing has left at today's list; else only what is added is. ``seen`` is the
    order as the user saw it, or its fingerprint, where that matters.
    """

    order: str = attrs.field(converter=order_id)
    reason: str = attrs.field(converter=reason_of)
    changes: tuple[LineChange, ...] = attrs.field(default=(), converter=_changes)
    add: tuple[Line, ...] = attrs.field(default=(), converter=_added)
    requested_on: date | None = attrs.field(default=None, converter=_on)
    ship_to: Address | None = attrs.field(default=None, converter=_ship_to)
    ship_to_name: str | None = attrs.field(default=None, converter=_name)
    reprice: bool = attrs.field(default=False, converter=_reprice)
    seen: str = attrs.field(default="", converter=order_seen)


def load_amend(request: AmendRequest, setting: Setting, command: Command) -> Loading[ChangeCase]:
    """First the order, then its account, its items with the new ones and where they lie, then the stock there."""
    added = {line.sku for line in request.add}
    case = yield from load_change(request, setting, command, added=added, priced=True)
    return case


def _same(after: Order, before: Order) -> bool:
    """Whether nothing is asked for that is not so already: amounts follow from lines and what was agreed on."""
    figures = {name: getattr(before, name) for name in ("amounts", "agreed", "cut_from")}
    return after.terms == before.terms and changed(after, **figures) == before


@exact
def amend(
    request: AmendRequest, case: ChangeCase, command: Command
) -> Change[Amended | Held | Rejected]:
    """Change the order where every gate lets the change pass.

    ``Held`` leaves the order as it was, and says what would let the change pass. An order that was held
    already claims nothing, so it is changed at once, and goes on where nothing holds it any more.
    """
    before = case.order
    as_seen(before, request.seen)
    if ended := _ended(before):
        return Change(Rejected((ended,)))
    draft, after = _drafted(request, case, command)
    prices = draft.list_prices()
    if any(finding.effect is Effect.REFUSE for finding in draft.findings):
        return Change(Rejected(tuple(draft.findings)))
    if _same(after, before):
        return Change(Rejected((refuse("amend.nothing", "changes", order=before.id),)))
    proposal = Proposal(
        question=AMEND.name,
        before=before,
        after=with_maker(after, command),
        holds=before.holds,
        touched=frozenset(draft.touched),
        list_prices=prices,
        wanted=draft.wanted,
        remarks=tuple(draft.findings),
    )
    answer = passed(proposal, case, command)
    if isinstance(answer, Decision):
        if answer.effect is Effect.REFUSE:
            return Change(Rejected(answer.findings))
        return Change(Held(before, answer))
    return _made(request, answer, case, command)


def _ended(order: Order) -> Finding | None:
    """What was closed or cancelled as a whole is opened again first."""
    if not order.is_closed and any(line.in_force for line in order.lines):
        return None
    return Finding(
        "order.ended",
        Effect.REFUSE,
        "order",
        {"order": order.id, "status": order.status},
        {},
        {"verb": "orders.reopen"},
    )


def _drafted(request: AmendRequest, case: ChangeCase, command: Command) -> tuple[Draft, Order]:
    before = case.order
    draft = Draft(before, case, command)
    dated = {change.line for change in request.changes if change.requested_on is not None}
    for index, change in enumerate(request.changes):
        draft.change(f"changes[{index}]", change)
    if request.requested_on is not None:
        for line in before.lines:
            if line.id not in dated:
                draft.date(line.id, request.requested_on)
    if request.reprice:
        draft.reprice()
    draft.add(
        [
            line if line.requested_on else changed(line, requested_on=request.requested_on)
            for line in request.add
        ]
    )
    order = draft.order()
    if request.ship_to is not None or request.ship_to_name is not None:
        unbilled = tuple(line.id for line in before.lines if line.invoiced < line.shipped)
        if unbilled:
            facts, cure = {"order": before.id}, {"unbilled": unbilled}
            draft.findings.append(
                Finding("amend.ship_to_unbilled", Effect.REFUSE, "ship_to", facts, {}, cure)
            )
        name = before.ship_to_name if request.ship_to_name is None else request.ship_to_name
        order = changed(order, ship_to=request.ship_to or before.ship_to, ship_to_name=name)
    return draft, order


def _made(
    request: AmendRequest, answer: Passed, case: ChangeCase, command: Command
) -> Change[Amended]:
    before, order = case.order, answer.order
    quantities = {line.id: line.in_force for line in before.lines}
    event = OrderAmended(
        order.id,
        order.customer,
        command.actor.id,
        request.reason,
        command.today,
        order.amounts.gross - before.amounts.gross,
        tuple(
            (line.id, line.in_force)
            for line in order.lines
            if line.in_force != quantities.get(line.id)
        ),
    )
    change = Change(
        Amended(order, answer.findings),
        put_with(order, answer.account, answer.levels, case, command),
        (event, *answer.facts),
        (notice("order.amended", order),),
    )
    lowered = order.amounts.gross < before.amounts.gross
    return eased(change, order.customer, case.setting.policies.credit) if lowered else change


AMEND = UseCase("orders.amend", load_amend, amend)

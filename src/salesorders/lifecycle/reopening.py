"""Reopening: what was cancelled or closed is wanted again, which raises what is owed, so every gate is asked (P02)."""

from __future__ import annotations

import attrs

from salesorders.kernel.actors import reason_of
from salesorders.kernel.change import Change, Command, Loading, changed
from salesorders.kernel.decision import Decision, Effect, refuse
from salesorders.kernel.limits import exact
from salesorders.kernel.messages import register
from salesorders.lifecycle.changing import (
    ChangeCase,
    load_change,
    notice,
    order_id,
    put_with,
    with_maker,
)
from salesorders.lifecycle.naming import as_seen, order_seen
from salesorders.lifecycle.outcomes import Held, Rejected, Reopened
from salesorders.lifecycle.regating import Proposal, listed, passed, terms_fixed, wanting
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.orders import OrderReopened

__all__ = ["REOPEN", "ReopenRequest"]

register({"order.nothing_to_reopen": "Nothing of {order} was cancelled or closed: it is {status}."})


@attrs.frozen
class ReopenRequest:
    """Undo the last cancelling or closing of an order, for a reason."""

    order: str = attrs.field(converter=order_id)
    reason: str = attrs.field(converter=reason_of)
    seen: str = attrs.field(default="", converter=order_seen)


def load_reopen(request: ReopenRequest, setting: Setting, command: Command) -> Loading[ChangeCase]:
    """First the order, then its account, items and where they lie, then the stock there."""
    case = yield from load_change(request, setting, command, priced=True)
    return case


@exact
def reopen(
    request: ReopenRequest, case: ChangeCase, command: Command
) -> Change[Reopened | Held | Rejected]:
    """Bring back what the last ``cancel`` or ``close`` took off, where every gate lets it pass.

    It is promised anew from today on. An order that was held when it ended comes back, held where a
    gate still asks for more; any other stays ended then, and the answer says what would open it.
    """
    before = case.order
    as_seen(before, request.seen)
    if not before.endings:
        finding = refuse("order.nothing_to_reopen", "order", order=before.id, status=before.status)
        return Change(Rejected((finding,)))
    proposal = _proposed(case, command)
    if isinstance(proposal, Rejected):
        return Change(proposal)
    answer = passed(proposal, case, command)
    if isinstance(answer, Decision):
        if answer.effect is Effect.REFUSE:
            return Change(Rejected(answer.findings))
        return Change(Held(before, answer))
    order = answer.order
    event = OrderReopened(
        order.id,
        order.customer,
        command.actor.id,
        request.reason,
        command.today,
        order.amounts.gross - before.amounts.gross,
        before.endings[-1].lines,
    )
    return Change(
        Reopened(order, answer.findings),
        put_with(order, answer.account, answer.levels, case, command),
        (event, *answer.facts),
        (notice("order.reopened", order),),
    )


def _proposed(case: ChangeCase, command: Command) -> Proposal | Rejected:
    """The order with what its last ending took off, or why it can't have it."""
    before = case.order
    ending = before.endings[-1]
    lines, wanted = {}, {}
    for line_id, part in ending.lines:
        line = before.line(line_id).reopen(part)
        if not before.may_hold(line_id, line.in_force):
            return Rejected((terms_fixed(before, "order"),))
        lines[line_id], wanted[line_id] = wanting(line, part, case)
    after = with_maker(changed(before.resized(lines), endings=before.endings[:-1]), command)
    again = [
        (f"lines[{index}]", line, (), after.amounts.line(line.id))
        for index, line in enumerate(after.lines)
        if line.id in wanted
    ]
    prices, findings = listed(again, case)
    refused = [finding for finding in findings if finding.effect is Effect.REFUSE]
    if case.customer.retired:
        refused.append(refuse("customer.retired", "order", id=case.customer.id))
    if refused:
        return Rejected(tuple(refused))
    return Proposal(
        question=REOPEN.name,
        before=before,
        after=after,
        holds=before.holds or ending.holds,
        touched=frozenset(wanted),
        list_prices=prices,
        wanted=wanted,
    )


REOPEN = UseCase("orders.reopen", load_reopen, reopen)

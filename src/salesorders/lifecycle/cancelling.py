"""Cancelling and closing: what is open will not come, and all that it had claimed is free again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

import attrs

from salesorders.kernel.actors import reason_of
from salesorders.kernel.change import Change, Command, Document, Loading, changed
from salesorders.kernel.decision import Effect, Fact, Finding, refuse
from salesorders.kernel.errors import invalid
from salesorders.kernel.ids import ident_of
from salesorders.kernel.limits import exact, tuple_of
from salesorders.kernel.messages import register
from salesorders.kernel.quantity import is_whole, quantity_of
from salesorders.lifecycle.ahead import waiting
from salesorders.lifecycle.changing import (
    ChangeCase,
    given_back,
    load_change,
    moved,
    notice,
    order_id,
    put_with,
    with_maker,
)
from salesorders.lifecycle.crediting import eased
from salesorders.lifecycle.naming import as_seen, by_line, order_seen
from salesorders.lifecycle.outcomes import Cancelled, Closed, Rejected
from salesorders.lifecycle.usecase import Setting, UseCase
from salesorders.orders import Ending, Order, OrderCancelled, OrderClosed

__all__ = ["CANCEL", "CLOSE", "CancelLine", "CancelRequest", "CloseRequest", "cancel_lines"]

register(
    {
        "cancel.over": "Of line {line} {quantity} {unit} can't be cancelled: {shipped} {unit} left already.",
        "cancel.over/cure": "Cancel at most {open}.",
    }
)


def _line(value: str) -> str:
    return ident_of(value, "line")


def _quantity(value: object) -> Decimal:
    return quantity_of(value, "quantity")


@attrs.frozen
class CancelLine:
    """So much of one line, in the line's unit."""

    line: str = attrs.field(converter=_line)
    quantity: Decimal = attrs.field(converter=_quantity)


def cancel_lines(lines: object) -> tuple[CancelLine, ...]:
    """Return quantities by line id as lines, ordered by id; raises ``cancel.lines``, and what is wrong with any."""
    if not isinstance(lines, Mapping):
        invalid("cancel.lines", "lines", "line ids with quantities are wanted")
    if not lines:
        invalid("cancel.lines", "lines", "say which lines, or None for all that is open")
    return by_line(lines, CancelLine)


def _lines(values: Iterable[CancelLine]) -> tuple[CancelLine, ...]:
    lines = tuple_of(values, "lines")
    seen: set[str] = set()
    for index, line in enumerate(lines):
        if line.line in seen:
            invalid("cancel.twice", f"lines[{index}].line", "a line stands twice")
        seen.add(line.line)
    return lines


@attrs.frozen
class CancelRequest:
    """Cancel these quantities of an order's lines, or all that is open where none is named.

    ``seen`` is the order as the user saw it, or its fingerprint, where that matters.
    """

    order: str = attrs.field(converter=order_id)
    reason: str = attrs.field(converter=reason_of)
    lines: tuple[CancelLine, ...] = attrs.field(default=(), converter=_lines)
    seen: str = attrs.field(default="", converter=order_seen)


@attrs.frozen
class CloseRequest:
    """Close an order: what is open of it will not come."""

    order: str = attrs.field(converter=order_id)
    reason: str = attrs.field(converter=reason_of)
    seen: str = attrs.field(default="", converter=order_seen)


def load_ending(
    request: CancelRequest | CloseRequest, setting: Setting, command: Command
) -> Loading[ChangeCase]:
    """First the order, then its account and where its items lie, then the stock there."""
    case = yield from load_change(request, setting, command)
    return case


def cancel(
    request: CancelRequest, case: ChangeCase, command: Command
) -> Change[Cancelled | Rejected]:
    """Cancel what is open: claims, reservations and credit are free in the same step. No gate can hold it."""
    as_seen(case.order, request.seen)
    findings = _findings(request, case.order)
    if findings:
        return Change(Rejected(findings))
    quantities = {line.line: line.quantity for line in request.lines} or _open(case.order)
    order, puts, events = _ended(case, "cancelled", quantities, request.reason, command)
    change = Change(Cancelled(order), puts, events, (notice("order.cancelled", order),))
    return eased(change, order.customer, case.setting.policies.credit)


def close(request: CloseRequest, case: ChangeCase, command: Command) -> Change[Closed | Rejected]:
    """Close the order short: what is open counts as cancelled, what has left stays as it is."""
    as_seen(case.order, request.seen)
    quantities = _open(case.order)
    if not quantities:
        return Change(Rejected((_nothing_open(case.order),)))
    order, puts, events = _ended(case, "closed", quantities, request.reason, command)
    change = Change(Closed(order), puts, events, (notice("order.closed", order),))
    return eased(change, order.customer, case.setting.policies.credit)


def _open(order: Order) -> dict[str, Decimal]:
    return {line.id: line.open for line in order.lines if line.open}


def _nothing_open(order: Order) -> Finding:
    return refuse("order.nothing_open", "order", order=order.id, status=order.status)


@exact
def _findings(request: CancelRequest, order: Order) -> tuple[Finding, ...]:
    if not _open(order):
        return (_nothing_open(order),)
    lines = {line.id: line for line in order.lines}
    findings = []
    for index, asked in enumerate(request.lines):
        line = lines.get(asked.line)
        if line is None:
            path = f"lines[{index}].line"
            findings.append(refuse("order.unknown_line", path, line=asked.line, order=order.id))
            continue
        path, quantity = f"lines[{index}].quantity", asked.quantity
        if quantity > line.open:
            facts: dict[str, Fact] = {
                "line": line.id,
                "quantity": quantity,
                "unit": line.unit,
                "shipped": line.shipped,
            }
            cure = {"open": line.open}
            findings.append(Finding("cancel.over", Effect.REFUSE, path, facts, {}, cure))
        elif is_whole(line.unit) and quantity % 1:
            findings.append(
                refuse(
                    "quantity.fractional_unit",
                    path,
                    sku=line.sku,
                    quantity=quantity,
                    unit=line.unit,
                )
            )
    return tuple(findings)


@exact
def _ended(
    case: ChangeCase,
    kind: Literal["cancelled", "closed"],
    quantities: dict[str, Decimal],
    reason: str,
    command: Command,
) -> tuple[Order, tuple[Document, ...], tuple[object, ...]]:
    before = case.order
    lines = {
        line.id: line.cancel(quantities[line.id]) for line in before.lines if line.id in quantities
    }
    order = before.resized(lines)
    gone = not any(line.open for line in order.lines)
    taken = tuple((line.id, quantities[line.id]) for line in before.lines if line.id in quantities)
    ending = Ending(
        kind, taken, command.today, command.actor.id, reason, before.holds if gone else ()
    )
    order = with_maker(changed(order, endings=(*before.endings, ending)), command)
    if gone:
        order = changed(order, holds=(), held_until=None)
    levels, facts = given_back(before, order, case.stock.levels, command)
    no_facts: tuple[object, ...] = ()
    account, moves = case.account, no_facts
    if not before.is_held:
        order, account, moves = moved(
            before, order, case.account, case.setting.policies.credit, command
        )
    elif gone:
        account, moves = waiting(before, order, case.account)
    fact = OrderCancelled if kind == "cancelled" else OrderClosed
    event = fact(
        order.id,
        order.customer,
        command.actor.id,
        reason,
        command.today,
        before.amounts.gross - order.amounts.gross,
        taken,
    )
    return order, put_with(order, account, levels, case, command), (event, *facts, *moves)


CANCEL = UseCase("orders.cancel", load_ending, cancel)
CLOSE = UseCase("orders.close", load_ending, close)

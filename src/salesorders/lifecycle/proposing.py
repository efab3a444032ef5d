"""What an order would be after a change: quantities, dates, terms, new lines. Nothing is asked or claimed yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import attrs

from salesorders.amounts import (
    Adjustment,
    AllowanceCharge,
    AmountLine,
    line_net,
    with_lines,
)
from salesorders.kernel.change import Command, changed
from salesorders.kernel.decision import Effect, Fact, Finding, refuse
from salesorders.kernel.errors import invalid
from salesorders.kernel.limits import exact
from salesorders.kernel.messages import register
from salesorders.kernel.money import Money, rounded
from salesorders.kernel.quantity import is_whole
from salesorders.lifecycle.changing import ChangeCase
from salesorders.lifecycle.quoting import priced, reference_findings
from salesorders.lifecycle.regating import at_path, listed, terms_fixed, wanting
from salesorders.orders import Line, LineChange, Order, OrderLine, OrderRequest

__all__ = ["Draft"]

ZERO = Decimal(0)
DISCOUNT = "95"  # UNCL5189: what a line's discount is called

register(
    {
        "amend.below_shipped": "Of line {line} {shipped} {unit} left already; {quantity} is less.",
        "amend.below_shipped/cure": "Ask for at least {least}; what has left comes back as a return.",
    }
)


@attrs.define
class Draft:
    """An order being changed. ``findings`` that refuse mean that it can't be; ``order`` is what it would be."""

    before: Order
    case: ChangeCase
    command: Command
    lines: dict[str, OrderLine] = attrs.field(init=False)
    fresh: dict[str, AmountLine] = attrs.field(factory=dict, init=False)
    grown: dict[str, str] = attrs.field(factory=dict, init=False)
    touched: set[str] = attrs.field(factory=set, init=False)
    wanted: dict[str, Decimal] = attrs.field(factory=dict, init=False)
    findings: list[Finding] = attrs.field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        self.lines = {line.id: line for line in self.before.lines}

    @exact
    def change(self, path: str, asked: LineChange) -> None:
        """Change one line."""
        line = self.lines.get(asked.line)
        if line is None:
            self._refuse("order.unknown_line", f"{path}.line", line=asked.line)
            return
        if asked.quantity is not None and not self._quantity(path, line, asked.quantity):
            return
        if asked.requested_on is not None:
            self.date(line.id, asked.requested_on)
        if asked.discount is not None:
            self._discount(path, self.lines[line.id], asked.discount)

    def _quantity(self, path: str, line: OrderLine, quantity: Decimal) -> bool:
        """Set what is in force of a line; answers whether that can be."""
        if quantity % 1 and is_whole(line.unit):
            facts: dict[str, Fact] = {"sku": line.sku, "quantity": quantity, "unit": line.unit}
            self._refuse("quantity.fractional_unit", f"{path}.quantity", **facts)
            return False
        if quantity < line.shipped:
            facts = {"line": line.id, "shipped": line.shipped, "unit": line.unit}
            facts["quantity"], facts["invoiced"] = quantity, line.invoiced
            self.findings.append(
                Finding(
                    "amend.below_shipped",
                    Effect.REFUSE,
                    f"{path}.quantity",
                    facts,
                    {},
                    {"least": line.shipped},
                )
            )
            return False
        if quantity < line.in_force:
            self._shrink(line, line.in_force - quantity)
        elif quantity > line.in_force:
            more = quantity - line.in_force
            if not self._grows(path, line, quantity):
                return False
            self.lines[line.id], self.wanted[line.id] = wanting(
                changed(line, ordered=line.ordered + more), more, self.case
            )
        return True

    def _shrink(self, line: OrderLine, less: Decimal) -> None:
        """Take some off; what comes at once or not at all may come, or come earlier, when it is less."""
        in_time = (entry.quantity for entry in line.claimed if entry.on <= line.requested_on)
        late = sum(in_time, ZERO) < line.in_base(line.open)
        line = line.cancel(less)
        again, wanted = wanting(line, ZERO, self.case)
        if late and wanted:
            line, self.wanted[line.id] = again, wanted
        self.lines[line.id] = line

    def _grows(self, path: str, line: OrderLine, quantity: Decimal) -> bool:
        self.grown[line.id] = path
        self.touched.add(line.id)
        if self.before.may_hold(line.id, quantity):
            return True
        self.findings.append(terms_fixed(self.before, f"{path}.quantity"))
        return False

    def _fixed(self, line_is: bool, path: str) -> bool:
        """Whether terms can't change any more: parts were cut from them that have to add up (I22)."""
        fixed = self.before.is_started and (line_is or bool(self.before.terms.adjustments))
        if fixed:
            self.findings.append(terms_fixed(self.before, path))
        return fixed

    def date(self, line_id: str, on: date) -> None:
        """Want what is open of a line by another day: it is promised anew, all of it."""
        line = self.lines[line_id]
        if on != line.requested_on and line.open:
            self.lines[line_id] = changed(line.unclaimed(), requested_on=on)
            self.wanted[line_id] = line.open

    def _discount(self, path: str, line: OrderLine, discount: AllowanceCharge) -> None:
        if self._fixed(line.shipped > 0, f"{path}.discount"):
            return
        there = self.fresh.get(line.id) or self.before.terms.line(line.id)
        currency = self.before.terms.currency
        worth = rounded(there.price * line.in_force / there.per, currency)
        others = [
            asked for asked in _asked(there, currency) if asked.charge or asked.code != DISCOUNT
        ]
        settled = [asked.settle(worth, currency) for asked in (discount, *others)]
        adjustments = tuple(one for one in settled if one.amount or one.code != DISCOUNT)
        net = line_net(line.in_force, there.price, there.per, adjustments, currency)
        if net < 0:
            facts: dict[str, Fact] = {"sku": line.sku, "net": Money(net, currency)}
            self._refuse("price.line_negative", f"{path}.discount", **facts)
            return
        self.touched.add(line.id)
        self.fresh[line.id] = attrs.evolve(
            there, quantity=line.in_force, net=net, adjustments=adjustments
        )

    def add(self, asked: Sequence[Line]) -> None:
        """Add lines, at today's prices."""
        if not asked or self._fixed(False, "add"):
            return
        numbers = [int(name) for name in self.lines if name.isdecimal() and name.isascii()]
        first, added = max(numbers, default=0) + 1, []
        for index, line in enumerate(asked):
            name = line.id or str(first + index)
            if name in self.lines:
                invalid("line.duplicate", f"add[{index}].id", "two lines have one id")
            added.append(changed(line, id=name))
        request = OrderRequest(self.before.customer, added)
        paths = [f"add[{index}]" for index in range(len(added))]
        found = reference_findings(request, self.case.customer, self.case.items)
        if not found:
            sheet = priced(request, self.case.items, self.case.setting)
            found = list(sheet.findings)
            self.fresh.update((line.id, line) for line in sheet.amounts.lines)
        self.findings += [at_path(finding, paths) for finding in found]
        if not any(finding.effect is Effect.REFUSE for finding in found):
            for line in added:
                self._new(line)

    def _new(self, asked: Line) -> None:
        item = self.case.items[asked.sku]
        unit = asked.unit or item.unit
        line = OrderLine(
            asked.id or "",
            asked.sku,
            asked.quantity,
            unit,
            item.factor(unit),
            asked.requested_on or self.command.today,
            complete=asked.complete,
            stocked=item.stocked,
        )
        self.lines[line.id], self.wanted[line.id] = line, line.open
        self.touched.add(line.id)

    def reprice(self) -> None:
        """Price again, at today's list and on the same terms, every line of which nothing has left."""
        if self._fixed(False, "reprice"):
            return
        currency = self.before.terms.currency
        fresh = [
            (f"lines[{index}]", self.lines[line.id], _asked(there, currency), there)
            for index, line in enumerate(self.before.lines)
            if not line.shipped and self.lines[line.id].in_force
            for there in (self.fresh.get(line.id) or self.before.terms.line(line.id),)
        ]
        lines, findings = listed(fresh, self.case)
        self.findings += findings
        self.fresh.update(lines)
        self.touched.update(lines)

    def list_prices(self) -> dict[str, AmountLine]:
        """Return today's list for the lines that grew; an item that is sold no more refuses."""
        grown = [
            (path, self.lines[name], (), self.before.terms.line(name))
            for name, path in self.grown.items()
        ]
        lines, findings = listed(grown, self.case)
        self.findings += [f for f in findings if f.effect is Effect.REFUSE]
        if (self.grown or self.fresh) and self.case.customer.retired:
            self._refuse("customer.retired", "order", id=self.case.customer.id)
        return lines

    def order(self) -> Order:
        """Return what the order would be."""
        new = [line for name, line in self.lines.items() if name not in _names(self.before)]
        order = changed(self.before, lines=(*self.before.lines, *new))
        if self.fresh:
            whole = with_lines(self.before.terms, self.fresh.values())
            order = (
                changed(order, cut_from=whole) if order.is_started else changed(order, agreed=whole)
            )
        order = order.resized(self.lines)
        for group in order.amounts.groups:
            if group.base < 0:
                net = Money(group.base, order.amounts.currency)
                self._refuse("price.document_negative", "changes", net=net, tax=str(group.tax))
        return order

    def _refuse(self, code: str, path: str, **facts: Fact) -> None:
        self.findings.append(refuse(code, path, **{"order": self.before.id, **facts}))


def _names(order: Order) -> set[str]:
    return {line.id for line in order.lines}


def _asked(line: AmountLine, currency: str) -> tuple[AllowanceCharge, ...]:
    """The allowances and charges of a line as they were asked for: percentages of its worth, or amounts."""
    worth = rounded(line.price * line.quantity / line.per, currency)
    return tuple([_ask(adjustment, worth) for adjustment in line.adjustments])


def _ask(adjustment: Adjustment, worth: Decimal) -> AllowanceCharge:
    if adjustment.percent is not None and adjustment.base == worth:
        return AllowanceCharge(
            adjustment.charge, None, adjustment.percent, adjustment.reason, adjustment.code
        )
    return AllowanceCharge(
        adjustment.charge, adjustment.amount, None, adjustment.reason, adjustment.code
    )

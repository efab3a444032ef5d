"""Taking a part of a document so that all parts add up to the whole, to the minor unit.

Each part is the cumulative share up to and including it less the cumulative share before it. The
parts of any complete partition therefore telescope to the whole, in whatever order they are taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import attrs

from salesorders.amounts.model import (
    HUNDRED,
    ZERO,
    Adjustment,
    AmountLine,
    Amounts,
    TaxGroup,
    totalled,
)
from salesorders.kernel.errors import invalid, shown
from salesorders.kernel.limits import exact
from salesorders.kernel.money import rounded

__all__ = ["portion"]


@exact
def portion(whole: Amounts, taken: Mapping[str, Decimal], take: Mapping[str, Decimal]) -> Amounts:
    """Return what ``take`` (line id to quantity) is worth after ``taken`` was taken before.

    Line worth and every allowance and charge follow quantity; the document's own follow the net
    worth of the lines that bear the same tax, or of all where none does; VAT is the cumulative tax
    less the tax of before, so it may differ from base x rate by at most one minor unit on a part
    (see decision 0003). Lines that are not taken are left out. Raises ``quantity.over`` where more
    is taken than there is and ``line.unknown``.
    """
    known = {line.id for line in whole.lines}
    for line_id in (*taken, *take):
        if line_id not in known:
            invalid("line.unknown", "lines", f"{shown(line_id)} is no line here")
    for index, line in enumerate(whole.lines):
        now, then = take.get(line.id, ZERO), taken.get(line.id, ZERO)
        if now < 0 or then < 0 or now + then > line.quantity:
            invalid(
                "quantity.over",
                f"lines[{index}].quantity",
                f"line {line.id} holds {line.quantity} in all",
            )
    before = _UpTo.of(whole, taken)
    after = _UpTo.of(
        whole, {line.id: taken.get(line.id, ZERO) + take.get(line.id, ZERO) for line in whole.lines}
    )
    lines = tuple(
        _line(line, taken.get(line.id, ZERO), take[line.id], whole.currency)
        for line in whole.lines
        if take.get(line.id)
    )
    adjustments = tuple(
        part
        for index, adjustment in enumerate(whole.adjustments)
        if (
            part := _resized(adjustment, after.adjustments[index] - before.adjustments[index])
        ).amount
    )
    touched = {(line.tax.category, line.tax.rate) for line in lines}
    groups = []
    for group in whole.groups:
        key = (group.tax.category, group.tax.rate)
        base, tax = after.bases[key] - before.bases[key], after.taxes[key] - before.taxes[key]
        if base or tax or key in touched:
            groups.append(TaxGroup(group.tax, base, tax))
    lines_net = sum((line.net for line in lines), ZERO)
    allowances = sum((a.amount for a in adjustments if not a.charge), ZERO)
    charges = sum((a.amount for a in adjustments if a.charge), ZERO)
    return totalled(
        whole.currency, lines, adjustments, tuple(groups), (lines_net, allowances, charges)
    )


@attrs.frozen
class _UpTo:
    """What the first so many units of every line are worth together."""

    adjustments: tuple[Decimal, ...]
    bases: dict[tuple[str, Decimal], Decimal]
    taxes: dict[tuple[str, Decimal], Decimal]

    @classmethod
    def of(cls, whole: Amounts, quantities: Mapping[str, Decimal]) -> _UpTo:
        currency = whole.currency
        nets = {(group.tax.category, group.tax.rate): ZERO for group in whole.groups}
        wholes = dict(nets)
        for line in whole.lines:
            key = (line.tax.category, line.tax.rate)
            nets[key] += _line_up_to(line, quantities.get(line.id, ZERO), currency)
            wholes[key] += line.net
        started = any(quantities.get(line.id, ZERO) > 0 for line in whole.lines)
        bases = dict(nets)
        amounts = []
        for adjustment in whole.adjustments:
            key = ("", ZERO)
            if adjustment.tax is not None:
                key = (adjustment.tax.category, adjustment.tax.rate)
            if wholes.get(key):
                amount = _share(adjustment.amount, nets[key], wholes[key], currency)
            elif whole.lines_net:
                # No line bears its tax: it follows all of them.
                net = sum(nets.values(), ZERO)
                amount = _share(adjustment.amount, net, whole.lines_net, currency)
            else:
                # Lines that are all free bear no share: whatever is taken first bears it whole.
                amount = adjustment.amount if started else ZERO
            amounts.append(amount)
            if adjustment.tax is not None:
                bases[key] += amount * (1 if adjustment.charge else -1)
        taxes = {key: rounded(base * key[1] / HUNDRED, currency) for key, base in bases.items()}
        return cls(tuple(amounts), bases, taxes)


def _share(amount: Decimal, part: Decimal, whole: Decimal, currency: str) -> Decimal:
    return amount if part == whole else rounded(amount * part / whole, currency)


def _adjusted_up_to(line: AmountLine, quantity: Decimal, currency: str) -> tuple[Decimal, ...]:
    """Each allowance and charge of the first so many units, in proportion to their rounded worth.

    Cut where the worth is cut, an allowance never takes more off a part than the part is worth.
    """
    part, whole = _worth(line, quantity, currency), _worth(line, line.quantity, currency)
    if not whole:
        part, whole = quantity, line.quantity
    return tuple(_share(a.amount, part, whole, currency) for a in line.adjustments)


def _worth(line: AmountLine, quantity: Decimal, currency: str) -> Decimal:
    return rounded(line.price * quantity / line.per, currency)


def _line_up_to(line: AmountLine, quantity: Decimal, currency: str) -> Decimal:
    if quantity == line.quantity:
        return line.net
    shares = zip(line.adjustments, _adjusted_up_to(line, quantity, currency), strict=True)
    return sum((s if a.charge else -s for a, s in shares), _worth(line, quantity, currency))


def _line(line: AmountLine, before: Decimal, take: Decimal, currency: str) -> AmountLine:
    if take == line.quantity:
        return line
    after = before + take
    shares = zip(
        line.adjustments,
        _adjusted_up_to(line, after, currency),
        _adjusted_up_to(line, before, currency),
        strict=True,
    )
    parts = (_resized(a, now - then) for a, now, then in shares)
    net = _line_up_to(line, after, currency) - _line_up_to(line, before, currency)
    return attrs.evolve(
        line, quantity=take, net=net, adjustments=tuple(part for part in parts if part.amount)
    )


def _resized(adjustment: Adjustment, amount: Decimal) -> Adjustment:
    if amount == adjustment.amount:
        return adjustment
    return attrs.evolve(adjustment, amount=amount, percent=None, base=None)

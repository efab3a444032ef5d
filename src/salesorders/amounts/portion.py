"""Taking a part of a document so that all parts add up to the whole, to the minor unit.

Each part is the cumulative share up to and including it less the cumulative share before it. The
parts of any complete partition therefore telescope to the whole, in whatever order they are taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from salesorders.kernel.change import changed
from salesorders.kernel.errors import invalid, shown
from salesorders.kernel.limits import exact
from salesorders.kernel.money import NOTHING, rounded

__all__ = ["portion"]


@exact
def portion(whole: Amounts, taken: Mapping[str, Decimal], take: Mapping[str, Decimal]) -> Amounts:
    """Return what ``take`` (line id to quantity) is worth after ``taken`` was taken before.

    A line's allowances and charges follow its worth; the document's own follow the net worth of the
    lines that bear the same tax, or of all where none does. Allowances of one kind are cut together,
    so that no part is worth less than nothing. VAT is the cumulative tax less the tax of before, so
    it may differ from base x rate by at most one minor unit on a part (see decision 0003). Lines that
    are not taken are left out. Raises ``quantity.over`` where more is taken than there is and
    ``line.unknown``.
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
    if all(line.quantity == take.get(line.id) for line in whole.lines):
        if all(a.amount for a in whole.adjustments):
            return whole
        return changed(whole, adjustments=tuple(a for a in whole.adjustments if a.amount))
    before = _UpTo.of(whole, taken)
    after = _UpTo.of(
        whole, {line.id: taken.get(line.id, ZERO) + take.get(line.id, ZERO) for line in whole.lines}
    )
    lines = tuple(
        _line(line, taken.get(line.id, ZERO), take[line.id], whole.currency)
        for line in whole.lines
        if take.get(line.id)
    )
    adjustments = _parts(whole.adjustments, before.adjustments, after.adjustments)
    touched = {(line.tax.category, line.tax.rate) for line in lines}
    groups = []
    for group in whole.groups:
        key = (group.tax.category, group.tax.rate)
        base, tax = after.bases[key] - before.bases[key], after.taxes[key] - before.taxes[key]
        if base or tax or key in touched:
            groups.append(TaxGroup(group.tax, base, tax))
    nothing = NOTHING[whole.currency]
    lines_net = sum((line.net for line in lines), nothing)
    allowances = sum((a.amount for a in adjustments if not a.charge), nothing)
    charges = sum((a.amount for a in adjustments if a.charge), nothing)
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
        net = sum(nets.values(), ZERO)
        cuts = []
        for adjustment in whole.adjustments:
            key = _kind(adjustment)[1:]
            if wholes.get(key):
                cuts.append((nets[key], wholes[key]))
            elif whole.lines_net:
                cuts.append((net, whole.lines_net))  # no line bears its tax: it follows all of them
            else:
                # Lines that are all free bear no share: whatever is taken first bears it whole.
                cuts.append((Decimal(started), Decimal(1)))
        amounts = _shares(whole.adjustments, cuts, currency)
        bases = dict(nets)
        for adjustment, amount in zip(whole.adjustments, amounts, strict=True):
            bases[_kind(adjustment)[1:]] += amount if adjustment.charge else -amount
        taxes = {key: rounded(base * key[1] / HUNDRED, currency) for key, base in bases.items()}
        return cls(amounts, bases, taxes)


def _share(amount: Decimal, part: Decimal, whole: Decimal, currency: str) -> Decimal:
    return amount if part == whole else rounded(amount * part / whole, currency)


def _kind(adjustment: Adjustment) -> tuple[bool, str, Decimal]:
    """Charge or allowance, and the VAT category and rate that it bears (none on a line)."""
    tax = adjustment.tax
    return (
        (adjustment.charge, "", ZERO)
        if tax is None
        else (adjustment.charge, tax.category, tax.rate)
    )


def _shares(
    adjustments: Sequence[Adjustment], cuts: Sequence[tuple[Decimal, Decimal]], currency: str
) -> tuple[Decimal, ...]:
    """Each adjustment's share of what lies before its cut (part, whole).

    Those of one kind are cut as one sum and told apart afterwards: cut one by one, three allowances
    could together take a minor unit more off a part than it is worth.
    """
    sums: dict[tuple[bool, str, Decimal], tuple[Decimal, Decimal]] = {}
    shares = []
    for adjustment, (part, whole) in zip(adjustments, cuts, strict=True):
        kind = _kind(adjustment)
        total, given = sums.get(kind, (ZERO, ZERO))
        total += adjustment.amount
        upto = _share(total, part, whole, currency)
        shares.append(upto - given)
        sums[kind] = (total, upto)
    return tuple(shares)


def _parts(
    adjustments: Sequence[Adjustment], before: Sequence[Decimal], after: Sequence[Decimal]
) -> tuple[Adjustment, ...]:
    """What lies between two cuts of every adjustment; one that would fall below 0 is borne by its kind."""
    amounts = [now - then for then, now in zip(before, after, strict=True)]
    for index, amount in enumerate(amounts):
        kind = _kind(adjustments[index])
        alike = [n for n, a in enumerate(adjustments) if n != index and _kind(a) == kind]
        largest = max(alike, key=lambda n: amounts[n], default=index)
        if amount < 0 <= amounts[largest] + amount:
            amounts[largest] += amount
            amounts[index] = ZERO
    return tuple(
        _resized(a, amount) for a, amount in zip(adjustments, amounts, strict=True) if amount
    )


def _adjusted_up_to(line: AmountLine, quantity: Decimal, currency: str) -> tuple[Decimal, ...]:
    """Each allowance and charge of the first so many units, in proportion to their rounded worth."""
    part, whole = _worth(line, quantity, currency), _worth(line, line.quantity, currency)
    if not whole:
        part, whole = quantity, line.quantity
    return _shares(line.adjustments, [(part, whole)] * len(line.adjustments), currency)


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
    parts = _parts(
        line.adjustments,
        _adjusted_up_to(line, before, currency),
        _adjusted_up_to(line, after, currency),
    )
    net = _line_up_to(line, after, currency) - _line_up_to(line, before, currency)
    return attrs.evolve(line, quantity=take, net=net, adjustments=parts)


def _resized(adjustment: Adjustment, amount: Decimal) -> Adjustment:
    if amount == adjustment.amount:
        return adjustment
    return attrs.evolve(adjustment, amount=amount, percent=None, base=None)

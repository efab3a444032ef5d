"""What a document is worth at other quantities, on the terms that were agreed for it.

The answer depends on the terms and the quantities alone, never on the way there: down and up again is
where it began, to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import attrs

from salesorders.amounts.model import (
    HUNDRED,
    ZERO,
    Adjustment,
    AmountLine,
    Amounts,
    amounts_of,
    line_net,
    line_worth,
)
from salesorders.amounts.portion import portion
from salesorders.kernel.limits import exact
from salesorders.kernel.money import rounded

__all__ = ["first_units", "line_at", "resized", "with_lines"]


@exact
def resized(agreed: Amounts, quantities: Mapping[str, Decimal]) -> Amounts:
    """Return the document at ``quantities`` by line id, 0 where a line is not named; every line is kept.

    Unit prices stay. A percentage is taken anew; an amount is given in full from the worth for which it
    was agreed on, and below that in proportion. No part is worth less than nothing where none was.
    """
    if all(quantities.get(line.id, ZERO) == line.quantity for line in agreed.lines):
        return _plain(agreed)
    currency = agreed.currency
    lines = tuple(line_at(line, quantities.get(line.id, ZERO), currency) for line in agreed.lines)
    part, whole = sum((line.net for line in lines), ZERO), agreed.lines_net
    worth = (part, whole)
    if not whole:
        part, whole = Decimal(any(line.quantity for line in lines)), Decimal(1)
    room: dict[tuple[str, Decimal], Decimal] = {}
    for line in lines:
        key = (line.tax.category, line.tax.rate)
        room[key] = room.get(key, ZERO) + line.net
    return _plain(
        amounts_of(currency, lines, _cut(agreed.adjustments, part, whole, worth, room, currency))
    )


def _plain(amounts: Amounts) -> Amounts:
    """What an amount was agreed on for is kept with the terms only, not on the document."""
    if all(a.base is None or a.percent is not None for a in amounts.adjustments):
        return amounts
    plain = (
        a if a.percent is not None else attrs.evolve(a, base=None) for a in amounts.adjustments
    )
    return attrs.evolve(amounts, adjustments=tuple(plain))


@exact
def line_at(line: AmountLine, quantity: Decimal, currency: str) -> AmountLine:
    """Return a line at another quantity, at its own unit price and terms."""
    if quantity == line.quantity:
        return line
    worth = line_worth(quantity, line.price, line.per, currency)
    part, whole = worth, line_worth(line.quantity, line.price, line.per, currency)
    of = (part, whole)
    if not whole and line.quantity:
        part, whole = quantity, line.quantity
    adjustments = _cut(line.adjustments, part, whole, of, {("", ZERO): worth}, currency)
    net = line_net(quantity, line.price, line.per, adjustments, currency)
    return attrs.evolve(line, quantity=quantity, net=net, adjustments=adjustments)


def _cut(
    adjustments: Sequence[Adjustment],
    part: Decimal,
    whole: Decimal,
    worth: tuple[Decimal, Decimal],
    room: dict[tuple[str, Decimal], Decimal],
    currency: str,
) -> tuple[Adjustment, ...]:
    """Each adjustment at ``part`` of ``whole``; allowances together take no more than there is ``room``.

    ``worth`` is what a percentage is taken of now, and what it was agreed on for: 0 where nothing was left.
    """
    sized = [_sized(adjustment, part, whole, worth, currency) for adjustment in adjustments]
    for adjustment in sized:
        if adjustment.charge:
            room[_key(adjustment)] = room.get(_key(adjustment), ZERO) + adjustment.amount
    for index, adjustment in enumerate(sized):
        if not adjustment.charge:
            left = max(room.get(_key(adjustment), ZERO), ZERO)
            if adjustment.amount > left:
                sized[index] = attrs.evolve(adjustment, amount=left, percent=None, base=None)
            room[_key(adjustment)] = left - sized[index].amount
    return tuple(sized)


def _sized(
    adjustment: Adjustment,
    part: Decimal,
    whole: Decimal,
    worth: tuple[Decimal, Decimal],
    currency: str,
) -> Adjustment:
    now, then = worth
    if adjustment.percent is not None and adjustment.base == then:
        return attrs.evolve(
            adjustment, base=now, amount=rounded(now * adjustment.percent / HUNDRED, currency)
        )
    full = whole if adjustment.base is None else adjustment.base
    if part >= full:
        return adjustment
    amount = rounded(adjustment.amount * part / full, currency)
    return attrs.evolve(adjustment, amount=amount, percent=None, base=None)


def _key(adjustment: Adjustment) -> tuple[str, Decimal]:
    return ("", ZERO) if adjustment.tax is None else (adjustment.tax.category, adjustment.tax.rate)


@exact
def with_lines(agreed: Amounts, others: Iterable[AmountLine]) -> Amounts:
    """Return the terms with ``others`` in place of the lines of the same id, or after them.

    The document's percentages then stand for the new lines too; its amounts stay as they were, for the
    worth for which they were agreed on.
    """
    lines = {line.id: line for line in agreed.lines}
    lines.update((line.id, line) for line in others)
    lines_net = sum((line.net for line in lines.values()), ZERO)
    adjustments = []
    for adjustment in agreed.adjustments:
        if adjustment.percent is not None and adjustment.base == agreed.lines_net:
            amount = rounded(lines_net * adjustment.percent / HUNDRED, agreed.currency)
            adjustments.append(attrs.evolve(adjustment, base=lines_net, amount=amount))
        elif adjustment.base is None:
            adjustments.append(attrs.evolve(adjustment, base=agreed.lines_net))
        else:
            adjustments.append(adjustment)
    return amounts_of(agreed.currency, tuple(lines.values()), adjustments)


def first_units(whole: Amounts, quantities: Mapping[str, Decimal]) -> Amounts:
    """Return what the first so many units of every line are worth, as parts are cut; every line is kept.

    For a document of which parts were cut already (:func:`portion`): they and what is cut later add
    up to it.
    """
    if all(quantities.get(line.id) == line.quantity for line in whole.lines):
        return whole
    part = portion(whole, {}, quantities)
    there = {line.id: line for line in part.lines}
    lines = tuple(
        there.get(line.id) or attrs.evolve(line, quantity=ZERO, net=ZERO, adjustments=())
        for line in whole.lines
    )
    return attrs.evolve(part, lines=lines)

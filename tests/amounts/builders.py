"""Documents to add up and to take apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction

from hypothesis import strategies as st

from salesorders.amounts import (
    Adjustment,
    AmountLine,
    Amounts,
    Tax,
    allowance,
    amounts_of,
    charge,
    line_net,
    portion,
    tax_of,
)
from salesorders.kernel.money import exponent_of, rounded

# The tests themselves may run under few digits, as a host may.
WIDE = Context(prec=60)
S19, S10, S7, ZERO_RATED, EXEMPT = (Tax.parse(text) for text in ("S19", "S10", "S7", "Z", "E"))
CURRENCIES = ("EUR", "JPY", "KWD")


def added(parts: Sequence[Decimal]) -> Fraction:
    """The exact sum, whatever the decimal context."""
    return sum(map(Fraction, parts), Fraction(0))


def a_line(
    line_id: str = "1",
    quantity: object = 1,
    price: object = "10.00",
    *,
    tax: Tax = S19,
    per: object = 1,
    adjustments: Sequence[Adjustment] = (),
    currency: str = "EUR",
) -> AmountLine:
    """One line, with the net that its parts make."""
    q, p, base = Decimal(str(quantity)), Decimal(str(price)), Decimal(str(per))
    net = line_net(q, p, base, adjustments, currency)
    return AmountLine(
        line_id, "BOLT", "Bolt", q, "H87", p, net, tax, base, p, tuple(adjustments), "list"
    )


def a_document(
    *lines: AmountLine, adjustments: Sequence[Adjustment] = (), currency: str = "EUR"
) -> Amounts:
    """Lines added up."""
    return amounts_of(currency, lines, adjustments)


def groups_of(amounts: Amounts) -> dict[tuple[str, Decimal], tuple[Decimal, Decimal]]:
    """(category, rate) to (base, tax)."""
    return {
        (group.tax.category, group.tax.rate): (group.base, group.amount) for group in amounts.groups
    }


def totals_of(amounts: Amounts) -> tuple[Decimal, ...]:
    """Every total of a document."""
    return (
        amounts.lines_net,
        amounts.allowances,
        amounts.charges,
        amounts.net,
        amounts.tax,
        amounts.gross,
    )


def in_parts(whole: Amounts, takes: Sequence[Mapping[str, Decimal]]) -> list[Amounts]:
    """The parts of a document, taken one after the other."""
    taken: dict[str, Decimal] = {}
    parts = []
    for take in takes:
        parts.append(portion(whole, taken, take))
        taken = {
            line.id: WIDE.add(taken.get(line.id, Decimal(0)), take.get(line.id, Decimal(0)))
            for line in whole.lines
        }
    return parts


taxes = st.sampled_from([S19, S10, S7, tax_of("S", "5.5"), ZERO_RATED, EXEMPT])


@st.composite
def _adjusted(
    draw: st.DrawFn, worth: Decimal, currency: str, tax: Tax | None, most: int
) -> tuple[Adjustment, ...]:
    """Up to ``most`` allowances and charges; the allowances together never exceed the worth."""
    made = []
    for _ in range(draw(st.integers(0, most))):
        percent = draw(st.integers(0, 100 // most))
        if draw(st.booleans()):
            asked = (allowance if draw(st.booleans()) else charge)(f"{percent}%")
        else:
            unit = Decimal(1).scaleb(-exponent_of(currency), WIDE)
            part = WIDE.divide(WIDE.multiply(worth, Decimal(percent)), Decimal(100))
            asked = (allowance if draw(st.booleans()) else charge)(
                part.quantize(unit, "ROUND_FLOOR", WIDE)
            )
        made.append(asked.settle(worth, currency, tax))
    return tuple(made)


@st.composite
def amount_lines(draw: st.DrawFn, line_id: str, currency: str, most: int = 2) -> AmountLine:
    """A line: whole or cut quantity, a price of up to four decimals, maybe free, maybe adjusted."""
    quantity = Decimal(draw(st.integers(1, 60))).scaleb(
        -draw(st.sampled_from([0, 0, 0, 1, 3])), WIDE
    )
    price = Decimal(draw(st.just(0) | st.integers(1, 3_000_000))).scaleb(
        -draw(st.integers(0, 4)), WIDE
    )
    per = Decimal(draw(st.sampled_from([1, 1, 7, 144])))
    exactly = WIDE.divide(WIDE.multiply(price, quantity), per)
    worth = rounded(exactly, currency)
    adjustments = draw(_adjusted(worth, currency, None, most))
    net = line_net(quantity, price, per, adjustments, currency)
    return AmountLine(
        line_id,
        "BOLT",
        "Bolt",
        quantity,
        "H87",
        price,
        net,
        draw(taxes),
        per,
        price,
        adjustments,
        "list",
    )


@st.composite
def documents(draw: st.DrawFn, most_lines: int = 4, most_adjustments: int = 2) -> Amounts:
    """Lines of several rates with allowances and charges of their own and of the document.

    A document allowance is never more than the lines of its category are worth.
    """
    currency = draw(st.sampled_from(CURRENCIES))
    count = draw(st.integers(1, most_lines))
    lines = [draw(amount_lines(str(n), currency, most_adjustments)) for n in range(1, count + 1)]
    adjustments: list[Adjustment] = []
    if most_adjustments:
        for tax in draw(st.lists(st.sampled_from(lines), max_size=2, unique_by=lambda x: x.tax)):
            nets = [line.net for line in lines if line.tax == tax.tax]
            base = Decimal(0)
            for net in nets:
                base = WIDE.add(base, net)
            adjustments += draw(_adjusted(base, currency, tax.tax, most_adjustments))
    return amounts_of(currency, lines, adjustments)


@st.composite
def partitions(draw: st.DrawFn, whole: Amounts) -> list[dict[str, Decimal]]:
    """A complete partition of every line's quantity into up to five parts, in any order."""
    count = draw(st.integers(1, 5))
    takes: list[dict[str, Decimal]] = [{} for _ in range(count)]
    for line in whole.lines:
        digits = -min(0, int(line.quantity.as_tuple().exponent)) + draw(st.sampled_from([0, 0, 2]))
        units = int(line.quantity.scaleb(digits, WIDE))
        cuts = sorted(draw(st.lists(st.integers(0, units), min_size=count - 1, max_size=count - 1)))
        for take, low, high in zip(takes, [0, *cuts], [*cuts, units], strict=True):
            if high > low or draw(st.booleans()):
                take[line.id] = Decimal(high - low).scaleb(-digits, WIDE)
    return draw(st.permutations(takes))

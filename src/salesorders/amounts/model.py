"""What a document is worth: lines, allowances and charges, VAT groups and totals.

The arithmetic is that of EN 16931 (BR-CO-10 to BR-CO-17): every part is rounded on its own, every
total adds parts that are already rounded. Computed once, then frozen with the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

import attrs

from salesorders.kernel.building import built_open
from salesorders.kernel.codec import Told
from salesorders.kernel.errors import invalid, shown
from salesorders.kernel.ids import text_of
from salesorders.kernel.limits import decimal_of, exact, rate_of
from salesorders.kernel.money import MINOR_UNIT, NOTHING, Money, amount_of, rounded

__all__ = [
    "Adjustment",
    "AllowanceCharge",
    "AmountLine",
    "Amounts",
    "Tax",
    "TaxGroup",
    "allowance",
    "amounts_of",
    "charge",
    "line_net",
    "tax_of",
]

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
# UNCL5305 as EN 16931 uses it: S standard, Z zero, E exempt, AE reverse charge, K intra-community,
# G export, O outside the scope, L Canary Islands, M Ceuta and Melilla.
CATEGORIES = ("S", "Z", "E", "AE", "K", "G", "O", "L", "M")
_UNTAXED = ("Z", "E", "AE", "K", "G", "O")
_REASONS = {
    "E": "Exempt from VAT",
    "AE": "Reverse charge",
    "K": "Intra-community supply",
    "G": "Export outside the EU",
    "O": "Not subject to VAT",
}


@attrs.frozen
class Tax:
    """A VAT category (UNCL5305) with its rate in percent and, where no tax is charged, the reason.

    >>> Tax.parse("S19")
    Tax(category='S', rate=Decimal('19'), reason='')
    """

    category: str
    rate: Decimal = ZERO
    reason: str = ""

    @classmethod
    def parse(cls, text: str, path: str = "tax") -> Tax:
        """Read ``S19``, ``S 7.5``, ``Z``, ``AE``; raises ``tax.category`` or ``tax.rate``."""
        written = text_of(text, path, most=20)
        letters = written.rstrip("0123456789.% ")
        return tax_of(letters or written, written[len(letters) :].strip(" %") or "0", path=path)

    @property
    def is_charged(self) -> bool:
        """Whether tax is charged at all in this category."""
        return self.category not in _UNTAXED

    def __str__(self) -> str:
        return f"{self.category} {self.rate:f} %"


def tax_of(category: object, rate: object, reason: str = "", path: str = "tax") -> Tax:
    """Build a checked :class:`Tax`.

    ``rate`` is a percentage: 20, never 0.20 (a rate above 0 and below 1 is refused as
    ``tax.rate``). Categories other than S, L and M carry rate 0; E, AE, K, G and O get their
    usual reason where none is given.
    """
    if category not in CATEGORIES:
        invalid(
            "tax.category", f"{path}.category", f"{shown(category)} is no VAT category of UNCL5305"
        )
    assert isinstance(category, str)
    percent = rate_of(rate, f"{path}.rate")
    if ZERO < percent < 1:
        invalid(
            "tax.rate", f"{path}.rate", f"{shown(percent)} % looks like a fraction; 20 means 20 %"
        )
    if category in _UNTAXED and percent:
        invalid("tax.rate", f"{path}.rate", f"category {category} goes with rate 0")
    if category == "S" and not percent:
        invalid("tax.rate", f"{path}.rate", "category S needs a rate above 0; Z is the zero rate")
    why = text_of(reason, f"{path}.reason", blank=True) or _REASONS.get(category, "")
    return _tax(category, percent, why)


# Taxes are few: one value of each is compared by being the same.
_tax = lru_cache(maxsize=1_000)(Tax)


@attrs.frozen
class Adjustment:
    """An allowance or a charge, on a line or on the document.

    ``amount`` is not negative, in the document's currency; ``charge`` says whether it is added or
    taken off. ``percent`` and ``base`` are kept where the amount was made from them. ``tax`` is
    named for the document's own; a line's follow the line. ``code`` is UNCL5189 (allowance) or
    UNCL7161 (charge).
    """

    charge: bool
    amount: Decimal
    reason: str = ""
    code: str = ""
    percent: Decimal | None = None
    base: Decimal | None = None
    tax: Tax | None = None

    @property
    def signed(self) -> Decimal:
        """The amount as it is added: negative for an allowance."""
        return self.amount if self.charge else self.amount.copy_negate()


@built_open
@attrs.frozen
class AmountLine:
    """One line's worth: ``net = round(price / per x quantity) + charges - allowances``, parts rounded alone.

    ``price`` is the net unit price (up to six decimals, not rounded to the minor unit) for ``per``
    units; ``price_list`` is the unit price before any discount, from which authority is judged.
    ``source`` says where the price came from (``list from 100``).
    """

    id: str
    sku: str
    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    net: Decimal
    tax: Tax
    per: Decimal = Decimal(1)
    price_list: Decimal | None = None
    adjustments: tuple[Adjustment, ...] = ()
    source: str = ""


@attrs.frozen
class TaxGroup:
    """One (category, rate) of a document: what is taxed and how much tax that makes."""

    tax: Tax
    base: Decimal
    amount: Decimal


@built_open
@attrs.frozen
class Amounts(Told):
    """Lines, document allowances and charges, VAT groups and totals in one currency.

    Made by :func:`amounts_of`; totals are stored, not computed again.
    """

    currency: str
    lines: tuple[AmountLine, ...]
    adjustments: tuple[Adjustment, ...]
    groups: tuple[TaxGroup, ...]
    lines_net: Decimal
    allowances: Decimal
    charges: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal

    @property
    def total(self) -> Money:
        """What the buyer owes for it, with tax."""
        return Money(self.gross, self.currency)

    def line(self, line_id: str) -> AmountLine:
        """Return the line of that id; raises ``line.unknown``."""
        for line in self.lines:
            if line.id == line_id:
                return line
        invalid("line.unknown", "line", f"{shown(line_id)} is no line here")


def line_worth(quantity: Decimal, price: Decimal, per: Decimal, currency: str) -> Decimal:
    """Return round(price / base quantity x quantity), before allowances and charges; for callers under ``exact``."""
    exactly = price * quantity if per == ONE else price * quantity / per
    return exactly.quantize(MINOR_UNIT[currency])


@exact
def line_net(
    quantity: Decimal,
    price: Decimal,
    per: Decimal,
    adjustments: Iterable[Adjustment],
    currency: str,
) -> Decimal:
    """BT-131: round(price / base quantity x quantity) plus charges less allowances."""
    worth = line_worth(quantity, price, per, currency)
    return sum((adjustment.signed for adjustment in adjustments), worth)


@exact
def amounts_of(
    currency: str, lines: Sequence[AmountLine], adjustments: Sequence[Adjustment] = ()
) -> Amounts:
    """Add up a document. Lines are rounded already; document adjustments each need a ``tax``.

    VAT is rounded once per (category, rate), half away from zero. The result does not depend on
    the order of the lines. Raises ``adjustment.tax`` where one names no VAT category.
    """
    return summed(currency, lines, adjustments)


def summed(
    currency: str, lines: Sequence[AmountLine], adjustments: Sequence[Adjustment]
) -> Amounts:
    """Return :func:`amounts_of` for callers under ``exact``."""
    sums: dict[tuple[str, Decimal], tuple[Tax, Decimal]] = {}
    allowances = charges = NOTHING[currency]
    lines_net = _add_lines(sums, lines, NOTHING[currency])
    for index, adjustment in enumerate(adjustments):
        if adjustment.tax is None:
            invalid(
                "adjustment.tax",
                f"adjustments[{index}].tax",
                "a document allowance or charge needs a VAT category",
            )
        _add(sums, adjustment.tax, adjustment.signed)
        if adjustment.charge:
            charges += adjustment.amount
        else:
            allowances += adjustment.amount
    minor = MINOR_UNIT[currency]
    groups = tuple(
        [
            TaxGroup(tax, base, (base * tax.rate / HUNDRED).quantize(minor))
            for _, (tax, base) in sorted(sums.items())
        ]
    )
    return totalled(
        currency, tuple(lines), tuple(adjustments), groups, (lines_net, allowances, charges)
    )


def _add_lines(
    sums: dict[tuple[str, Decimal], tuple[Tax, Decimal]],
    lines: Sequence[AmountLine],
    nothing: Decimal,
) -> Decimal:
    """Add lines to their groups, those of one and the same tax in a row at once; return their sum."""
    total, worth, tax = nothing, nothing, None
    for line in lines:
        if line.tax is not tax:
            if tax is not None:
                _add(sums, tax, worth)
                total += worth
            tax, worth = line.tax, nothing
        worth += line.net
    if tax is not None:
        _add(sums, tax, worth)
    return total + worth


def _add(sums: dict[tuple[str, Decimal], tuple[Tax, Decimal]], tax: Tax, worth: Decimal) -> None:
    """Add to a group, which has one exemption reason: the first by name, whatever order the lines stand in."""
    key = (tax.category, tax.rate)
    known = sums.get(key)
    if known is not None:
        named, base = known
        tax, worth = (tax if tax.reason < named.reason else named), base + worth
    sums[key] = (tax, worth)


def totalled(
    currency: str,
    lines: tuple[AmountLine, ...],
    adjustments: tuple[Adjustment, ...],
    groups: tuple[TaxGroup, ...],
    sums: tuple[Decimal, Decimal, Decimal],
) -> Amounts:
    """Return amounts of sums at the minor unit (net of lines, allowances, charges); for callers under ``exact``."""
    lines_net, allowances, charges = sums
    tax = sum([group.amount for group in groups], NOTHING[currency])
    net = lines_net - allowances + charges
    return Amounts(
        currency, lines, adjustments, groups, lines_net, allowances, charges, net, tax, net + tax
    )


@attrs.frozen
class AllowanceCharge:
    """An allowance or charge as it is asked for: an amount, or a percentage of what it is put on.

    A percentage of a line is of its worth before adjustments; one of the document is of the sum of
    the lines. ``tax`` is wanted for a document's own where its lines are taxed differently.
    """

    charge: bool
    amount: Decimal | None = None
    percent: Decimal | None = None
    reason: str = ""
    code: str = ""
    base: Decimal | None = None
    tax: Tax | None = None

    @exact
    def settle(self, worth: Decimal, currency: str, tax: Tax | None = None) -> Adjustment:
        """Return the adjustment that this makes of ``worth``, at the minor unit."""
        reason = self.reason or ("Charge" if self.charge else "Discount")
        if self.amount is not None:
            return Adjustment(
                self.charge,
                amount_of(self.amount, currency, "adjustments.amount"),
                reason,
                self.code,
                self.percent,
                self.base,
                tax,
            )
        percent = self.percent if self.percent is not None else ZERO
        base = self.base if self.base is not None else worth
        return Adjustment(
            self.charge,
            rounded(base * percent / HUNDRED, currency),
            reason,
            self.code,
            percent,
            base,
            tax,
        )


def allowance(
    value: object,
    reason: str = "",
    *,
    code: str = "",
    tax: Tax | None = None,
    path: str = "allowance",
) -> AllowanceCharge:
    """Return an allowance of an amount (``"12.50"``) or a percentage (``"5%"``)."""
    return _asked(False, value, AllowanceCharge(False, None, None, reason, code, None, tax), path)


def charge(
    value: object,
    reason: str = "",
    *,
    code: str = "",
    tax: Tax | None = None,
    path: str = "charge",
) -> AllowanceCharge:
    """Return a charge of an amount (``"12.50"``) or a percentage (``"5%"``)."""
    return _asked(True, value, AllowanceCharge(True, None, None, reason, code, None, tax), path)


def _asked(is_charge: bool, value: object, named: AllowanceCharge, path: str) -> AllowanceCharge:
    why = text_of(named.reason, f"{path}.reason", most=200, blank=True)
    code = text_of(named.code, f"{path}.code", most=20, blank=True)
    if named.tax is not None and not isinstance(named.tax, Tax):
        invalid("tax.type", f"{path}.tax", f"a Tax is wanted, not {type(named.tax).__name__}")
    if isinstance(value, str) and value.endswith("%"):
        return AllowanceCharge(is_charge, None, rate_of(value, path), why, code, None, named.tax)
    amount = decimal_of(value, path, code="money")
    if amount < 0:
        invalid("money.negative", path, "an allowance or charge is stated without a sign")
    return AllowanceCharge(is_charge, amount, None, why, code, None, named.tax)

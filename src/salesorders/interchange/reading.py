"""Reading one value at a time, so that a document's faults are listed instead of raised.

A :class:`Reading` turns text of the document into values of the trade; what it can't take becomes
a finding with the path of the field, and the value is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

import salesorders.interchange.messages  # noqa: F401  # what the findings say
from salesorders.amounts import Adjustment, Tax, tax_of
from salesorders.catalog import price_of
from salesorders.interchange.xml import Node
from salesorders.kernel.calendar import date_of
from salesorders.kernel.decision import Effect, Fact, Finding
from salesorders.kernel.errors import InvalidValue, shown
from salesorders.kernel.ids import text_of
from salesorders.kernel.limits import LIMITS, decimal_of, round_to
from salesorders.kernel.money import exponent_of, rounded
from salesorders.kernel.quantity import quantity_of, unit_alias, unit_of

__all__ = ["Reading", "day_text", "plain_number"]

V = TypeVar("V")
HUNDRED = Decimal(100)
_BARE_POINT = re.compile(r"([+-]?)(?:\.([0-9]{1,40})|([0-9]{1,40})\.)\Z", re.ASCII)
_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})\Z", re.ASCII)
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
# The taxes whose categories are those of UNCL5305; other taxes are not VAT under another name.
_SCHEMES = ("VAT", "GST")


def plain_number(text: str) -> str:
    """Return ``.5`` and ``5.``, which XML allows, as ``0.5`` and ``5.0``; the rest as it is."""
    found = _BARE_POINT.match(text)
    if not found:
        return text
    sign, decimals, whole = found.groups()
    return f"{sign}{whole or '0'}.{decimals or '0'}"


def day_text(text: str) -> str:
    """Return the day of an XML date or moment: no time of day and no offset to UTC."""
    day, clock, _ = text.partition("T")
    return day if clock else _ZONE.sub("", day)


class Reading:
    """Collects the findings of one document; ``currency`` is its own, ``""`` where unknown."""

    def __init__(self, currency: str = "") -> None:
        self.currency = currency
        self.findings: list[Finding] = []

    def found(self, effect: Effect, code: str, path: str, **facts: Fact) -> None:
        """Add a finding."""
        self.findings.append(Finding(code, effect, path, facts))

    def allow(self, code: str, path: str, **facts: Fact) -> None:
        """Add a warning."""
        self.found(Effect.ALLOW, code, path, **facts)

    def refer(self, code: str, path: str, **facts: Fact) -> None:
        """Add what a person has to look at."""
        self.found(Effect.REFER, code, path, **facts)

    def refuse(self, code: str, path: str, **facts: Fact) -> None:
        """Add what makes the document unacceptable."""
        self.found(Effect.REFUSE, code, path, **facts)

    def taken(
        self, take: Callable[[str, str], V], text: str, path: str, effect: Effect = Effect.REFUSE
    ) -> V | None:
        """Return ``take(text, path)``, or add its error as a finding and return ``None``."""
        try:
            return take(text, path)
        except InvalidValue as error:
            self.found(effect, error.code, path, written=shown(text), detail=error.detail)
            return None

    def text(self, written: str, path: str, most: int = LIMITS.text) -> str:
        """Return people's text, cut at ``most`` characters and without invisible ones."""
        if len(written) > most:
            self.allow("text.too_long", path, length=len(written), most=most)
            written = written[:most]
        try:
            return text_of(written, path, most=most, blank=True)
        except InvalidValue as error:
            self.allow(error.code, path, written=shown(written))
            kept = "".join(c for c in written if unicodedata.category(c)[0] != "C")
            return unicodedata.normalize("NFC", kept)[:most].strip()

    def ident(self, written: str, path: str) -> str:
        """Return a partner's own number: any visible text of at most 64 characters."""
        if len(written) > LIMITS.ident:
            self.refuse("id.too_long", path, written=shown(written), most=LIMITS.ident)
            return ""
        return self.text(written, path, LIMITS.ident)

    def number(self, written: str, path: str, code: str) -> Decimal | None:
        """Return a number; blank text is no number and no finding."""
        if not written:
            return None
        return self.taken(
            lambda text, at: decimal_of(text, at, code=code), plain_number(written), path
        )

    def money(self, node: Node | None, path: str, effect: Effect = Effect.REFER) -> Decimal | None:
        """Return an amount in the document's currency; ``effect`` is that of surplus decimals."""
        if node is None or not node.text():
            return None
        currency = node.attribute("currencyID")
        if currency and self.currency and currency != self.currency:
            self.refuse("currency.mixed", path, written=shown(currency), currency=self.currency)
            return None
        number = self.number(node.text(), path, "money")
        if number is None or not self.currency:
            return number
        short = round_to(number, exponent_of(self.currency))
        if short == number:
            return short
        self.found(effect, "money.precision", path, written=number, taken=short)
        return short if effect is not Effect.ALLOW else number

    def price(self, node: Node, path: str) -> Decimal | None:
        """Return a unit price; raises nothing, finds ``price.negative`` and the like."""
        currency = node.attribute("currencyID")
        if currency and self.currency and currency != self.currency:
            self.refuse("currency.mixed", path, written=shown(currency), currency=self.currency)
            return None
        return self.taken(price_of, plain_number(node.text()), path)

    def quantity(self, node: Node, path: str) -> Decimal | None:
        """Return a quantity above 0."""
        return self.taken(quantity_of, plain_number(node.text()), path)

    def unit(self, written: str, path: str) -> str:
        """Return the listed unit code, with a warning where an alias was mapped, else ``""``."""
        if not written:
            self.refuse("unit.missing", path)
            return ""
        code = self.taken(unit_of, written, path)
        if code and unit_alias(written):
            self.allow("unit.alias", path, written=shown(written), unit=code)
        return code or ""

    def day(self, written: str, path: str) -> date | None:
        """Return a date; a zone after it is dropped, because the trade means the buyer's day."""
        if not written:
            return None
        return self.taken(date_of, day_text(written), path, Effect.REFER)

    def flag(self, written: str, path: str, effect: Effect = Effect.ALLOW) -> bool | None:
        """Return ``true``, ``1``, ``false`` or ``0`` as what it says."""
        answer = _FLAGS.get(written.lower())
        if written and answer is None:
            self.found(effect, "flag.text", path, written=shown(written))
        return answer

    def tax(self, nodes: list[Node], path: str) -> Tax | None:
        """Return the VAT category of a line or adjustment, else ``None`` with a finding."""
        if len(nodes) > 1:
            self.refer("tax.several", path, count=len(nodes))
            return None
        category = nodes[0].text("ID") if nodes else ""
        written = nodes[0].text("Percent") if nodes else ""
        if not category or (category == "S" and not written):
            self.allow("tax.missing", path, category=shown(category))
            return None
        scheme = nodes[0].one("TaxScheme")
        named = f"{scheme.text('ID')} {scheme.text('TaxTypeCode')}".upper() if scheme else ""
        if named.strip() and not any(known in named for known in _SCHEMES):
            self.refer("tax.scheme", path, written=shown(named.strip()))
            return None
        reason = self.text(nodes[0].text("TaxExemptionReason"), f"{path}.reason")
        try:
            return tax_of(category, plain_number(written or "0"), reason, path)
        except InvalidValue as error:
            self.refer(error.code, error.path, written=shown(f"{category} {written}"))
            return None

    def adjustment(self, node: Node, path: str, *, taxed: bool = False) -> Adjustment | None:
        """Return an allowance or charge; one that can't be read is left out, with a finding."""
        charge = _FLAGS.get(node.text("ChargeIndicator").lower())
        if charge is None:
            self.refuse(
                "adjustment.indicator",
                f"{path}.charge",
                written=shown(node.text("ChargeIndicator")),
            )
        base = self.money(node.one("BaseAmount"), f"{path}.base")
        factor = self.number(node.text("MultiplierFactorNumeric"), f"{path}.percent", "rate")
        amount = self._amount(node, base, factor, path)
        tax = self.tax(node.all("TaxCategory"), f"{path}.tax") if taxed else None
        if charge is None or amount is None:
            return None
        percent = None
        if base is not None and factor is not None:
            percent = self._percent(amount, base, factor, path)
        return Adjustment(
            charge,
            amount,
            self.text(node.text("AllowanceChargeReason"), f"{path}.reason"),
            self.ident(node.text("AllowanceChargeReasonCode"), f"{path}.code"),
            percent,
            None if percent is None else base,
            tax,
        )

    def _amount(
        self, node: Node, base: Decimal | None, factor: Decimal | None, path: str
    ) -> Decimal | None:
        stated = node.one("Amount")
        if stated is not None and stated.text():
            amount = self.money(stated, f"{path}.amount")
        elif base is None or factor is None or not self.currency:
            self.refuse("adjustment.amount_missing", f"{path}.amount")
            return None
        else:
            amount = rounded(base * factor / HUNDRED, self.currency)
            self.refer("adjustment.amount_missing", f"{path}.amount", taken=amount)
        if amount is not None and amount < 0:
            self.refuse("money.negative", f"{path}.amount", written=amount)
            return None
        return amount

    def _percent(
        self, amount: Decimal, base: Decimal, factor: Decimal, path: str
    ) -> Decimal | None:
        """Return the factor as a percentage. UBL says factor (0.05), EN 16931 percentage (5)."""
        if not self.currency:
            return None
        for percent in (factor, factor * HUNDRED):
            if rounded(base * percent / HUNDRED, self.currency) == amount:
                return percent
        computed = rounded(base * factor / HUNDRED, self.currency)
        self.allow("adjustment.contradict", path, stated=amount, computed=computed)
        return None

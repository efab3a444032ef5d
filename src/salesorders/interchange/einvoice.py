"""What EN 16931 will miss in an invoice, found before it is written.

Each finding refuses and names the rule of the standard as the fact ``rule``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import salesorders.interchange.messages  # noqa: F401  # what the findings say
from salesorders.billing import IssuedInvoice
from salesorders.catalog import Party
from salesorders.interchange.code_lists import COUNTRIES, CURRENCIES, VAT_PREFIXES
from salesorders.kernel.decision import Finding, refuse
from salesorders.kernel.errors import SalesOrdersError, shown, summed_up
from salesorders.kernel.limits import exact, round_to
from salesorders.kernel.quantity import CODES

__all__ = ["EInvoiceIncomplete", "check_einvoice"]

OUTSIDE = "O"
EINVOICE_DECIMALS = 2
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\Z", re.ASCII)
# Categories whose seller needs a VAT id, with the rule that says so.
_SELLER_RULES = {
    "S": "BR-S-02",
    "Z": "BR-Z-02",
    "E": "BR-E-02",
    "AE": "BR-AE-02",
    "K": "BR-IC-02",
    "G": "BR-G-02",
    "L": "BR-AF-02",
    "M": "BR-AG-02",
}


class EInvoiceIncomplete(SalesOrdersError):
    """An invoice can't be written as EN 16931 wants it; ``findings`` lists everything it lacks."""

    code = "einvoice.incomplete"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__(None, findings[0].path if findings else "", summed_up(findings))

    def __reduce__(self) -> tuple[type[EInvoiceIncomplete], tuple[tuple[Finding, ...]]]:
        return (type(self), (self.findings,))


@exact
def check_einvoice(invoice: IssuedInvoice, *, seller_iban: str = "") -> tuple[Finding, ...]:
    """Return everything that EN 16931 will miss or refuse in ``invoice``; nothing means: write it.

    ``seller_iban`` stands in for the invoice's own. Codes: ``einvoice.no_lines``,
    ``einvoice.currency``, ``einvoice.decimals`` (an amount with more than two decimals, as KWD
    may have), ``einvoice.seller_vat_id``, ``einvoice.seller_id``, ``einvoice.buyer_vat_id``,
    ``einvoice.buyer_id``, ``einvoice.vat_id_prefix``, ``einvoice.country``,
    ``einvoice.deliver_to``, ``einvoice.mixed_outside_scope``, ``einvoice.tax``,
    ``einvoice.line_name``, ``einvoice.line_id``, ``einvoice.unit``, ``einvoice.price``,
    ``einvoice.iban``.
    """
    return (
        *_amounts(invoice),
        *_lines(invoice),
        *_categories(invoice),
        *_party(invoice.seller, "seller"),
        *_party(invoice.buyer, "buyer"),
        *_places(invoice),
        *_iban(seller_iban or invoice.iban, "seller_iban" if seller_iban else "iban"),
    )


def categories_of(invoice: IssuedInvoice) -> frozenset[str]:
    """Return the VAT categories that the invoice uses."""
    amounts = invoice.amounts
    used = [line.tax.category for line in amounts.lines]
    used += [a.tax.category for a in amounts.adjustments if a.tax is not None]
    used += [group.tax.category for group in amounts.groups]
    return frozenset(used)


def _amounts(invoice: IssuedInvoice) -> Iterator[Finding]:
    amounts = invoice.amounts
    if amounts.currency not in CURRENCIES:
        yield refuse(
            "einvoice.currency", "amounts.currency", rule="BR-CL-04", currency=amounts.currency
        )
    stated: list[tuple[str, Decimal]] = [
        (f"amounts.{name}", getattr(amounts, name))
        for name in ("lines_net", "allowances", "charges", "net", "tax", "gross")
    ]
    for n, group in enumerate(amounts.groups):
        at = f"amounts.groups[{n}]"
        stated += [(f"{at}.base", group.base), (f"{at}.amount", group.amount)]
    for n, adjustment in enumerate(amounts.adjustments):
        at = f"amounts.adjustments[{n}]"
        stated.append((f"{at}.amount", adjustment.amount))
        if adjustment.tax is None:
            yield refuse("einvoice.tax", f"{at}.tax", rule="BR-32")
    for n, line in enumerate(amounts.lines):
        stated.append((f"amounts.lines[{n}].net", line.net))
        stated += [
            (f"amounts.lines[{n}].adjustments[{m}].amount", adjustment.amount)
            for m, adjustment in enumerate(line.adjustments)
        ]
    for path, amount in stated:
        if round_to(amount, EINVOICE_DECIMALS) != amount:
            yield refuse(
                "einvoice.decimals", path, rule="BR-DEC", amount=amount, most=EINVOICE_DECIMALS
            )


def _lines(invoice: IssuedInvoice) -> Iterator[Finding]:
    if not invoice.amounts.lines:
        yield refuse("einvoice.no_lines", "amounts.lines", rule="BR-16")
    for n, line in enumerate(invoice.amounts.lines):
        at = f"amounts.lines[{n}]"
        if not line.id.strip():
            yield refuse("einvoice.line_id", f"{at}.id", rule="BR-21")
        if not (line.name.strip() or line.sku.strip()):
            yield refuse("einvoice.line_name", f"{at}.name", rule="BR-25")
        if line.unit not in CODES:
            yield refuse("einvoice.unit", f"{at}.unit", rule="BR-CL-23", unit=shown(line.unit))
        if line.price < 0:
            yield refuse("einvoice.price", f"{at}.price", rule="BR-27", price=line.price)


def _categories(invoice: IssuedInvoice) -> Iterator[Finding]:
    used = categories_of(invoice)
    seller, buyer = invoice.seller, invoice.buyer
    if OUTSIDE in used and len(used) > 1:
        others = tuple(sorted(used - {OUTSIDE}))
        yield refuse(
            "einvoice.mixed_outside_scope", "amounts.groups", rule="BR-O-11", others=others
        )
    if OUTSIDE in used and not seller.registration:
        yield refuse("einvoice.seller_id", "seller.registration", rule="BR-CO-26")
    for category, rule in _SELLER_RULES.items():
        if category in used and not seller.vat_id:
            yield refuse("einvoice.seller_vat_id", "seller.vat_id", rule=rule, category=category)
    if "AE" in used and not (buyer.vat_id or buyer.registration):
        yield refuse("einvoice.buyer_id", "buyer.vat_id", rule="BR-AE-02", category="AE")
    if "K" in used and not buyer.vat_id:
        yield refuse("einvoice.buyer_vat_id", "buyer.vat_id", rule="BR-IC-02", category="K")
    if "K" in used and invoice.ship_to is None:
        yield refuse("einvoice.deliver_to", "ship_to", rule="BR-IC-12", category="K")


def _party(party: Party, path: str) -> Iterator[Finding]:
    if party.vat_id and party.vat_id[:2] not in VAT_PREFIXES:
        written = shown(party.vat_id[:2])
        yield refuse("einvoice.vat_id_prefix", f"{path}.vat_id", rule="BR-CO-09", written=written)


def _places(invoice: IssuedInvoice) -> Iterator[Finding]:
    parties = {"seller": invoice.seller, "buyer": invoice.buyer, "ship_to": invoice.ship_to}
    for path, party in parties.items():
        if party is not None and party.address.country not in COUNTRIES:
            at, country = f"{path}.address.country", shown(party.address.country)
            yield refuse("einvoice.country", at, rule="BR-CL-14", country=country)


def iban_digits(iban: str) -> str:
    """Return an IBAN without blanks, in capitals."""
    return "".join(iban.split()).upper()


def _iban(written: str, path: str) -> Iterator[Finding]:
    iban = iban_digits(written)
    if not iban:
        return
    if _IBAN.match(iban):
        moved = iban[4:] + iban[:4]
        if int("".join(str(int(c, 36)) for c in moved)) % 97 == 1:
            return
    yield refuse("einvoice.iban", path, rule="BR-50")

"""What a buyer's order document says, as it says it, with everything that was found wrong in it.

Nothing here is trusted yet: the findings say what a reader could not take, mapped or doubts. A
host turns a document without a refusing finding into a request.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

import attrs

from salesorders.amounts import Adjustment, Tax
from salesorders.kernel.decision import Effect, Finding

__all__ = [
    "DocumentAddress",
    "DocumentLine",
    "DocumentParty",
    "ItemIds",
    "OrderDocument",
    "StatedTotals",
]

ONE = Decimal(1)


def free_line_id(number: int, taken: Collection[str]) -> str:
    """Return an id for a line that brings none: its number, or the next one that no line has."""
    while str(number) in taken:
        number += 1
    return str(number)


@attrs.frozen(kw_only=True)
class DocumentAddress:
    """A place as the document names it; every part may be empty, ``country`` is as written."""

    name: str = ""
    location_id: str = ""
    location_scheme: str = ""
    street: str = ""
    additional: str = ""
    city: str = ""
    postal_code: str = ""
    region: str = ""
    country: str = ""


@attrs.frozen(kw_only=True)
class DocumentParty:
    """A party as the document names it.

    ``name`` is the registered one where the document has it, ``trade_name`` the one in use.
    ``ids`` are (scheme, id) pairs of ISO 6523 (``("0088", "7300010000001")``), the scheme ``""``
    where none is named; ``customer_id`` is the number under which the seller knows the buyer;
    ``vat_id`` is raw, with or without the letters of its country.
    """

    name: str = ""
    trade_name: str = ""
    ids: tuple[tuple[str, str], ...] = ()
    customer_id: str = ""
    vat_id: str = ""
    registration: str = ""
    registration_scheme: str = ""
    endpoint: str = ""
    endpoint_scheme: str = ""
    address: DocumentAddress | None = None
    contact: str = ""
    telephone: str = ""
    email: str = ""


@attrs.frozen(kw_only=True)
class ItemIds:
    """The names of one item: the seller's, the buyer's, and a standard one with its scheme."""

    seller: str = ""
    buyer: str = ""
    standard: str = ""
    standard_scheme: str = ""


@attrs.frozen(kw_only=True)
class DocumentLine:
    """One line of an order document.

    ``unit`` is the listed code that ``unit_as_written`` stands for, ``""`` where it is unknown.
    ``price`` is the net unit price for ``price_per`` units, ``None`` where none can be had;
    ``price_list`` is the unit price before the price's own allowance. ``net_stated`` is the
    document's own line amount, ``net`` the one that price, quantity and adjustments give.
    """

    id: str
    item: ItemIds = ItemIds()
    name: str = ""
    description: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_as_written: str = ""
    price: Decimal | None = None
    price_per: Decimal = ONE
    price_list: Decimal | None = None
    tax: Tax | None = None
    adjustments: tuple[Adjustment, ...] = ()
    net: Decimal | None = None
    net_stated: Decimal | None = None
    requested_on: date | None = None
    requested_until: date | None = None
    partial_delivery: bool | None = None
    note: str = ""
    accounting_cost: str = ""


@attrs.frozen(kw_only=True)
class StatedTotals:
    """The totals that the document states, each ``None`` where it states none."""

    lines_net: Decimal | None = None
    allowances: Decimal | None = None
    charges: Decimal | None = None
    tax_exclusive: Decimal | None = None
    tax: Decimal | None = None
    tax_inclusive: Decimal | None = None
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    payable: Decimal | None = None


@attrs.frozen(kw_only=True)
class OrderDocument:
    """A purchase order as a buyer sent it.

    ``number`` is the buyer's own (BT-13 of the later invoice), ``sales_order`` ours where the
    buyer names it; ``requested_on`` is the earliest day on which delivery is asked for,
    ``requested_until`` the latest. ``currency`` is ``""`` where the document does not settle it.
    ``findings`` lists everything: ALLOW is a warning, REFER wants a person, REFUSE can't be taken.
    """

    number: str
    issued_on: date | None = None
    currency: str = ""
    buyer: DocumentParty = DocumentParty()
    seller: DocumentParty | None = None
    bill_to: DocumentParty | None = None
    ship_to: DocumentAddress | None = None
    requested_on: date | None = None
    requested_until: date | None = None
    valid_until: date | None = None
    buyer_reference: str = ""
    accounting_cost: str = ""
    sales_order: str = ""
    quotation: str = ""
    contract: str = ""
    note: str = ""
    terms: str = ""
    lines: tuple[DocumentLine, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    stated: StatedTotals = StatedTotals()
    findings: tuple[Finding, ...] = ()

    @property
    def effect(self) -> Effect:
        """The strongest effect among the findings; ALLOW where there is none."""
        effects = (finding.effect for finding in self.findings)
        return max(effects, key=lambda effect: effect.weight, default=Effect.ALLOW)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all findings."""
        return frozenset(finding.code for finding in self.findings)

    def with_findings(self, findings: Iterable[Finding]) -> OrderDocument:
        """Return the same document with these findings."""
        return attrs.evolve(self, findings=tuple(findings))

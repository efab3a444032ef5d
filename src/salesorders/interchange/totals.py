"""Comparing the totals that a document states with what its own lines give.

The arithmetic is that of EN 16931, BR-CO-10 to BR-CO-17.
"""

from __future__ import annotations

from decimal import Decimal

from salesorders.amounts import AmountLine, amounts_of
from salesorders.interchange.document import DocumentLine, OrderDocument
from salesorders.interchange.reading import Reading

__all__ = ["compare_totals"]

ZERO = Decimal(0)


def compare_totals(reading: Reading, order: OrderDocument, *, complete: bool) -> None:
    """Add ``totals.contradict`` for every stated total that the document's own parts contradict.

    Lines are compared one by one. Totals are compared where every line has a worth and nothing was
    left out (``complete``); tax where every line and adjustment names its VAT category, else the
    stated tax is taken for the sums that hold it, and without one those are not compared.
    """

    def compare(name: str, stated: Decimal | None, computed: Decimal | None) -> None:
        if stated is not None and computed is not None and stated != computed:
            reading.allow("totals.contradict", name, stated=stated, computed=computed)

    for n, line in enumerate(order.lines):
        compare(f"lines[{n}].net_stated", line.net_stated, line.net)
    nets = [line.net for line in order.lines if line.net is not None]
    if not complete or not nets or len(nets) < len(order.lines):
        return
    stated = order.stated
    lines_net = sum(nets, ZERO)
    allowances = sum((a.amount for a in order.adjustments if not a.charge), ZERO)
    charges = sum((a.amount for a in order.adjustments if a.charge), ZERO)
    net = lines_net - allowances + charges
    compare("stated.lines_net", stated.lines_net, lines_net)
    compare("stated.allowances", stated.allowances, allowances)
    compare("stated.charges", stated.charges, charges)
    compare("stated.tax_exclusive", stated.tax_exclusive, net)
    computed = _tax(order)
    compare("stated.tax", stated.tax, computed)
    tax = stated.tax if computed is None else computed
    if tax is None:
        return
    compare("stated.tax_inclusive", stated.tax_inclusive, net + tax)
    payable = net + tax - (stated.prepaid or ZERO) + (stated.rounding or ZERO)
    compare("stated.payable", stated.payable, payable)


def _tax(order: OrderDocument) -> Decimal | None:
    """Return the VAT of the document, ``None`` where a line or an adjustment names no category."""
    lines = [_amount_line(line) for line in order.lines]
    known = [line for line in lines if line is not None]
    if len(known) < len(lines) or any(a.tax is None for a in order.adjustments):
        return None
    return amounts_of(order.currency, known, order.adjustments).tax


def _amount_line(line: DocumentLine) -> AmountLine | None:
    if line.tax is None or line.price is None or line.quantity is None or line.net is None:
        return None
    return AmountLine(
        line.id,
        line.item.seller,
        line.name,
        line.quantity,
        line.unit,
        line.price,
        line.net,
        line.tax,
    )

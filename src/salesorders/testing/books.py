"""Whether a house's books agree with its documents, added up again from scratch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from salesorders.credit import recomputed
from salesorders.kernel.limits import exact
from salesorders.ledger import Entry
from salesorders.orders import Order

if TYPE_CHECKING:
    from salesorders.testing.builders import House

__all__ = ["books_agree"]

ZERO = Decimal(0)


@exact
def books_agree(house: House) -> None:
    """Raise where exposure, receivables, unapplied cash, stock claims or ledger are not what documents say."""
    accounts = {account.customer: account for account in house.documents("credit")}
    for name, account in accounts.items():
        members = [name, *(other for other in accounts if name in _above(accounts, other))]
        shares = [share for member in members for share in _credit_shares(house, member)]
        assert account.exposure == recomputed(account.exposure.currency, shares), name
    items, payments = house.documents("receivable"), house.documents("payment")
    ledger = house.desk.ledger
    assert ledger.balance("AR") == _sum(item.open for item in items)
    assert -ledger.balance("UNAPPLIED") == _sum(payment.unapplied for payment in payments)
    entries: list[Entry] = ledger.entries()
    for entry in entries:
        assert _sum(line.signed for line in entry.lines) == 0
    records = ledger.trial_balance().to_records()
    assert _sum((record["debit"] or ZERO) - (record["credit"] or ZERO) for record in records) == 0
    orders = house.documents("order")
    for order in orders:
        _order_adds_up(order)
        assert order.paid_ahead == _paid_ahead(order, items, payments), order.id
    _stock_agrees(house, orders)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def _credit_shares(house: House, customer: str) -> Iterator[tuple[str, Decimal]]:
    """What every document of a customer adds to which bucket."""
    for order in house.documents("order"):
        if order.customer == customer and not order.holds:
            yield "open_orders", order.amounts.gross
    for shipment in house.documents("shipment"):
        if shipment.customer == customer:
            yield "open_orders", -shipment.amounts.gross
            if not shipment.invoice:
                yield "delivered_unbilled", shipment.amounts.gross
    for item in house.documents("receivable"):
        if item.customer == customer:
            yield "open_items", item.open - item.disputed
            yield "disputed", item.disputed
    for payment in house.documents("payment"):
        if payment.customer == customer:
            yield "unapplied", payment.unapplied
    for order in house.documents("order"):
        if order.customer == customer:
            yield "paid_ahead", _waits(order)
            yield "unapplied", -_waits(order)


def _above(accounts: Mapping[str, Any], name: str) -> set[str]:
    """Every group and pool in which an account counts."""
    near = set(accounts[name].within)
    return near | {far for one in near for far in _above(accounts, one)}


def _stock_agrees(house: House, orders: list[Order]) -> None:
    claims = list(_claims(orders))
    moment = house.clock.now()
    for level in house.documents("stock"):
        here = [claim for claim in claims if claim[:2] == (level.sku, level.site)]
        assert level.claimed == _sum(quantity for _, _, quantity in here), level.ref
        assert level.claimed + level.reserved(moment) >= 0 or not here
        supply = level.on_hand + _sum(receipt.quantity for receipt in level.receipts)
        assert level.claimed <= supply, level.ref


def _claims(orders: list[Order]) -> Iterator[tuple[str, str, Decimal]]:
    for order in orders:
        for line in order.lines:
            if line.stocked and not order.holds:
                for claim in line.claimed:
                    yield line.sku, claim.site, claim.quantity


def _waits(order: Order) -> Decimal:
    """Cash that waits for an order: nobody else buys with it until the order counts for as much, or is over."""
    if order.holds:
        return order.paid_ahead
    live = any(line.open for line in order.lines)
    return max(order.paid_ahead - order.amounts.gross, ZERO) if live else ZERO


def _paid_ahead(order: Order, items: list[Any], payments: list[Any]) -> Decimal:
    """What came in for an order, less what settled invoices of other orders."""
    elsewhere = {item.invoice for item in items if item.order != order.id}
    return _sum(
        payment.amount
        - _sum(part.amount for part in payment.allocations if part.invoice in elsewhere)
        for payment in payments
        if payment.order == order.id and not payment.reversed_on
    )


def _order_adds_up(order: Order) -> None:
    for line in order.lines:
        assert line.ordered == line.open + line.shipped + line.cancelled
        assert 0 <= line.invoiced <= line.shipped <= line.ordered

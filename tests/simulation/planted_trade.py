"""Bugs of the trade: stock, credit, shipping, billing, cash, ledger and reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from salesorders.credit.model import CreditAccount
from salesorders.inventory.model.level import StockLevel
from salesorders.inventory.policy import Running
from salesorders.kernel.change import changed
from salesorders.orders import Order, OrderLine
from salesorders.receivables.model import OpenItem
from tests.simulation.planting import planted, replaced

ZERO = Decimal(0)
CENT = Decimal("0.01")


# --- orders, stock, credit


@planted("a reservation still counts at the moment it ends")
def expiry_inclusive() -> Iterator[None]:
    def counts(expires_at: Any, at: Any) -> bool:
        return expires_at is None or at <= expires_at

    names = ("inventory.model.parts", "credit.model.envelope")
    with replaced(*((f"{name}.unexpired", counts) for name in names)):
        yield


@planted("a limit that is cut lets goods leave that are over it")
def unwatched_cut() -> Iterator[None]:
    def never(account: Any, policy: Any, evidence: Any, command: Any, **more: Any) -> Any:
        return account, ()

    with replaced(("lifecycle.limiting.watched", never)):
        yield


@planted("a payment that is taken back lets goods leave that are over the limit")
def unwatched_reversal() -> Iterator[None]:
    def never(accounts: Any, *more: Any) -> Any:
        return accounts, ()

    with replaced(("lifecycle.reversing.watched_all", never)):
        yield


@planted("cash that settles what had been secured lets goods leave that are over the limit")
def unwatched_application() -> Iterator[None]:
    def never(accounts: Any, *more: Any, **asked: Any) -> Any:
        return accounts, ()

    with replaced(("lifecycle.applying.watched_all", never)):
        yield


@planted("who pays what brings the account back stays watched")
def watched_after_payment() -> Iterator[None]:
    with replaced(("lifecycle.paying.unwatched", _as_it_is)):
        yield


@planted("an order that is made smaller leaves the account watched that it brings back")
def watched_after_cancelling() -> Iterator[None]:
    with replaced(("lifecycle.changing.unwatched", _as_it_is)):
        yield


def _as_it_is(accounts: Any, *more: Any) -> Any:
    return accounts


@planted("two lines of one item are each promised all of it")
def two_lines_one_item() -> Iterator[None]:
    with patch.object(Running, "draw", lambda self, day, quantity: None):
        yield


@planted("a declined order's stock stays reserved")
def claim_not_released() -> Iterator[None]:
    with patch.object(StockLevel, "release_holder", lambda self, holder: self):
        yield


@planted("a placed order claims no credit")
def credit_not_claimed() -> Iterator[None]:
    with patch.object(CreditAccount, "claim", lambda self, amount, on=None: self):
        yield


def _exclusive(request: Any, account: Any, policy: Any) -> Any:
    """The limit is compared with >=."""
    from salesorders.credit.policy import limits

    more = changed(request, amount=request.amount + CENT)
    return limits.within_limit(more, account, policy)


@planted("an order of exactly what is left of a limit is held")
def limit_exclusive() -> Iterator[None]:
    from salesorders.credit.policy import CreditPolicy, within_limit

    real = CreditPolicy.__attrs_post_init__

    def init(self: Any) -> None:
        real(self)
        asked = tuple(_exclusive if rule is within_limit else rule for rule in self.asked)
        object.__setattr__(self, "asked", asked)

    with patch.object(CreditPolicy, "__attrs_post_init__", init):
        yield


@planted("an account that owes exactly its limit is over it")
def watched_exclusive() -> Iterator[None]:
    with replaced(("lifecycle.watching.within_limit", _exclusive)):
        yield


@planted("a released order's credit is claimed twice")
def release_twice() -> Iterator[None]:
    from salesorders.lifecycle.gates import claim_all

    def twice(order: Any, account: Any, *rest: Any) -> Any:
        return claim_all(order, account.claim(order.amounts.gross), *rest)

    with replaced(("lifecycle.releasing.claim_all", twice)):
        yield


@planted("who made an order may let it go")
def no_four_eyes() -> Iterator[None]:
    def nobody(checker: Any, makers: Any) -> list[Any]:
        return []

    with replaced(("governance.decide.four_eyes", nobody), ("credit.decide.four_eyes", nobody)):
        yield


@planted("exactly the discount that may be given may not be")
def authority_exclusive() -> Iterator[None]:
    from salesorders.governance.policy import AuthorityPolicy

    real = AuthorityPolicy.most

    def most(self: Any, roles: Any) -> Any:
        percent = real(self, roles)
        return percent if percent is None else percent - Decimal("0.01")

    with patch.object(AuthorityPolicy, "most", most):
        yield


@planted("unapplied cash does not lower what a customer owes")
def exposure_without_cash() -> Iterator[None]:
    from salesorders.credit.model import Exposure

    total = property(lambda self: self.open_orders + self.delivered_unbilled + self.open_items)
    with patch.object(Exposure, "total", total):
        yield


@planted("what is missing of a planned receipt is forgotten")
def receipt_forgotten() -> Iterator[None]:
    real = StockLevel.arrive

    def arrive(self: Any, receipt_id: str, quantity: Any = None) -> Any:
        level = real(self, receipt_id, quantity)
        left = tuple(r for r in level.receipts if r.id != receipt_id)
        return changed(level, receipts=left)

    with patch.object(StockLevel, "arrive", arrive):
        yield


# --- shipping and billing


@planted("more may be shipped than was ordered")
def over_ship() -> Iterator[None]:
    def ship(self: Any, quantity: Any, base: Any, site: str, on: Any) -> Any:
        return changed(self, shipped=self.shipped + quantity, claimed=())

    with (
        replaced(("fulfilment.decide._wrong", lambda task, policy: [])),
        patch.object(OrderLine, "ship", ship),
    ):
        yield


@planted("what left stays claimed")
def claim_not_consumed() -> Iterator[None]:
    def ship(self: Any, quantity: Any, base: Any, site: str, on: Any) -> Any:
        return changed(self, shipped=self.shipped + quantity)

    with patch.object(OrderLine, "ship", ship):
        yield


@planted("every part is rounded by itself")
def rounding_per_part() -> Iterator[None]:
    from salesorders.amounts import portion

    def alone(whole: Any, taken: Mapping[str, Any], take: Mapping[str, Any]) -> Any:
        return portion(whole, {}, take)

    with replaced(("lifecycle.shipping.portion", alone)):
        yield


@planted("a shipment may be billed twice")
def invoice_twice() -> Iterator[None]:
    from salesorders.lifecycle import invoicing

    def unbilled(request: Any, case: Any, command: Any) -> Any:
        shipment = changed(case.shipment, invoice="")
        return invoicing.issue(request, changed(case, shipment=shipment), command)

    def invoice(self: Any, quantity: Any) -> Any:
        return changed(self, invoiced=self.invoiced + quantity)

    use = changed(invoicing.ISSUE, decide=unbilled)
    with replaced(("sync.invoices.ISSUE", use)), patch.object(OrderLine, "invoice", invoice):
        yield


@planted("a number is left out")
def number_gap() -> Iterator[None]:
    from salesorders.billing.model import NumberSeries

    real = NumberSeries.draw

    def draw(self: Any, on: Any) -> Any:
        return real(changed(self, last=self.last + (self.last == 1)), on)

    with patch.object(NumberSeries, "draw", draw):
        yield


@planted("a number is given twice")
def number_twice() -> Iterator[None]:
    from salesorders.billing.model import NumberSeries

    real = NumberSeries.draw

    def draw(self: Any, on: Any) -> Any:
        number, series = real(self, on)
        return number, changed(series, last=max(1, series.last - (series.last == 3)))

    with patch.object(NumberSeries, "draw", draw):
        yield


# --- cash, ledger, reports


@planted("cash is taken off the account twice")
def double_apply() -> Iterator[None]:
    real = CreditAccount.settle

    def settle(self: Any, amount: Any, discount: Any = ZERO, due_on: Any = None) -> Any:
        once = real(self, amount, discount, due_on)
        twice = changed(once.exposure, open_items=once.exposure.open_items - amount)
        return changed(once, exposure=twice)

    with patch.object(CreditAccount, "settle", settle):
        yield


@planted("a payment may settle another customer's invoice")
def other_customer() -> Iterator[None]:
    from salesorders.lifecycle import applying

    def apply(request: Any, case: Any, command: Any) -> Any:
        items = tuple(changed(item, customer=case.payment.customer) for item in case.items)
        return applying.apply(request, changed(case, items=items), command)

    with replaced(("sync.cash.APPLY", changed(applying.APPLY, decide=apply))):
        yield


@planted("taking an application back forgets its discount")
def unapply_forgets() -> Iterator[None]:
    real = CreditAccount.unsettle

    def unsettle(self: Any, amount: Any, discount: Any = ZERO, due_on: Any = None) -> Any:
        return real(self, amount, ZERO, due_on)

    with patch.object(CreditAccount, "unsettle", unsettle):
        yield


@planted("the last day of a discount earns none")
def discount_exclusive() -> Iterator[None]:
    real = OpenItem.discount_on

    def discount_on(self: Any, value_date: Any, part: Any = None) -> Any:
        if value_date == self.discount_until:
            return ZERO.quantize(Decimal("0.01"))
        return real(self, value_date, part)

    with patch.object(OpenItem, "discount_on", discount_on):
        yield


@planted("an entry need not balance, and taxes are not posted")
def journal_unbalanced() -> Iterator[None]:
    from salesorders.ledger.model import Entry

    with (
        patch.object(Entry, "__attrs_post_init__", lambda self: None),
        replaced(("ledger.decide._taxes", lambda groups, currency, party: [])),
    ):
        yield


@planted("an item is a day overdue on its due date")
def ageing_off_by_one() -> Iterator[None]:
    def bucket(days: int, edges: Any) -> int:
        return sum(days >= edge for edge in (0, *edges))

    with replaced(("receivables.ageing._bucket", bucket)):
        yield


@planted("an item changes its column on the last day in it, of 30, 60 and 90")
def ageing_edges() -> Iterator[None]:
    def bucket(days: int, edges: Any) -> int:
        return 0 if days <= 0 else 1 + sum(days >= edge for edge in edges)

    with replaced(("receivables.ageing._bucket", bucket)):
        yield


@planted("a hold that was let go comes back")
def hold_stays() -> Iterator[None]:
    def without(self: Any, gate: str, release: Any) -> Any:
        return changed(self, releases=(*self.releases, release))

    with patch.object(Order, "without_hold", without):
        yield

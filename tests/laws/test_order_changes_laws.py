"""Laws of changing orders: inverses are exact, refusals leave nothing, and after any sequence the books agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

import salesorders as so
from tests.builders import DAY, House, a_customer, a_house, an_item, books_agree

ZERO = Decimal(0)
MANAGER = so.Actor("bob", roles={"sales", "sales-manager"})
FEW = settings(max_examples=60, deadline=None)

quantities = st.integers(1, 150)
discounts = st.sampled_from([None, None, "5%", "33.3%", "0.07", "1.10"])
lines = st.builds(
    lambda sku, quantity, discount, late, complete: so.Line(
        sku,
        quantity,
        discount=discount if sku != "GIFT" else None,
        requested_on=DAY + timedelta(days=late),
        complete=complete,
    ),
    st.sampled_from(["BOLT", "ODD", "HOUR", "GIFT"]),
    st.integers(5, 150),
    discounts,
    st.sampled_from([0, 0, 3, 20]),
    st.sampled_from([False, False, True]),
)
requests = st.builds(
    lambda lines, off: so.OrderRequest(
        "C7", lines, adjustments=[] if off is None else [so.allowance(off)]
    ),
    st.lists(lines, min_size=1, max_size=3),
    st.sampled_from([None, None, "2%", "0.50"]),
)


def a_shop(limit: object = "unlimited", *, later: str = "BER") -> House:
    """Items with odd prices, several taxes and stock that comes in parts, some of it at site ``later``."""
    house = a_house("sync", stock=90, limit=limit)
    house.ada.catalog.add(
        an_item("ODD", "0.333", tax="S7"),
        an_item("HOUR", "12.345", tax="S19", stocked=False, unit="HUR"),
        an_item("GIFT", "0", tax="Z"),
        a_customer("C8"),
    )
    for sku in ("ODD", "GIFT"):
        house.wim.stock.receive(sku, 50, site="HAM")
        house.wim.stock.plan_receipt(sku, 100, site=later, on=DAY + timedelta(days=5))
    house.wim.stock.plan_receipt("BOLT", 70, site="BER", on=DAY + timedelta(days=2))
    return house


def claims(house: House) -> dict[str, Any]:
    """Firm claims by day and live reservations, whoever has them."""
    now = house.clock.now()
    return {
        level.ref: (level.demand, level.on_hand, level.reserved(now))
        for level in house.documents("stock")
    }


def around(house: House) -> tuple[Any, ...]:
    """Everything but the orders and the audit."""
    return (
        claims(house),
        house.exposure(),
        house.desk.ledger.entries(),
        house.documents("receivable"),
    )


@FEW
@given(requests, st.sampled_from(["unlimited", "100", 0]), st.booleans())
def test_placing_and_cancelling_leaves_stock_credit_and_ledger_as_before(
    request: so.OrderRequest, limit: object, close: bool
) -> None:
    """P18."""
    house = a_shop(limit)
    before = around(house)
    outcome = house.ann.orders.place(request)
    if isinstance(outcome, so.Rejected):
        return
    verb = house.ann.orders.close if close else house.ann.orders.cancel
    order = verb(outcome.order.id, reason="r").unwrap()
    assert around(house) == before
    assert order.amounts.gross == 0
    books_agree(house)
    again = house.ann.orders.reopen(order.id, reason="r", by=MANAGER)
    if isinstance(again, so.Reopened):
        assert again.order.amounts == outcome.order.amounts
        books_agree(house)


@FEW
@given(requests, st.data())
def test_there_and_back_restores_exposure_and_claims(
    request: so.OrderRequest, data: st.DataObject
) -> None:
    """With one site and line an item; of several, another may be found to have the rest sooner."""
    assume(len({line.sku for line in request.lines}) == len(request.lines))
    house = a_shop(later="HAM")
    outcome = house.ann.orders.place(request, by=MANAGER)
    if not isinstance(outcome, so.Placed):
        return
    order = outcome.order
    before = claims(house), house.exposure(), order.amounts.gross
    chosen = data.draw(st.lists(st.sampled_from(order.lines), min_size=1, unique_by=lambda o: o.id))
    there = [so.LineChange(line.id, data.draw(st.integers(0, 300))) for line in chosen]
    back = [so.LineChange(line.id, line.ordered) for line in chosen]
    add = [so.Line("GIFT", 3)] if data.draw(st.booleans()) else []
    amend = house.ann.orders.amend
    first = amend(order.id, there, add=add, reason="r", by=MANAGER)
    books_agree(house)
    if not isinstance(first, so.Amended) or not any(line.in_force for line in first.order.lines):
        return
    back += [so.LineChange(line.id, 0) for line in first.order.lines[len(order.lines) :]]
    second = amend(order.id, back, reason="r", by=MANAGER)
    if isinstance(second, so.Rejected):
        assert {f.code for f in second.findings} == {"amend.nothing"}
    now = house.desk.orders.get(order.id)
    assert (claims(house), house.exposure(), now.amounts.gross) == before
    books_agree(house)


@FEW
@given(requests, st.data())
def test_a_refused_or_held_change_leaves_every_document_as_it_was(
    request: so.OrderRequest, data: st.DataObject
) -> None:
    house = a_shop(data.draw(st.sampled_from(["unlimited", "60", 0])))
    outcome = house.ann.orders.place(request)
    if isinstance(outcome, so.Rejected):
        return
    name = outcome.order.id
    before = house.state()
    changes = data.draw(
        st.lists(
            st.builds(
                so.LineChange,
                st.sampled_from(["1", "2", "9"]),
                st.one_of(st.none(), st.integers(0, 10**6)),
                discounts,
            ),
            max_size=2,
            unique_by=lambda change: change.line,
        )
    )
    try:
        answer = house.ann.orders.amend(name, changes, reason="r", add=data.draw(st.lists(lines)))
    except so.SalesOrdersError:
        answer = None
    if not isinstance(answer, so.Amended):
        assert house.state()[0] == before[0]
        assert house.state()[2] == before[2]
    books_agree(house)


@FEW
@given(
    st.integers(1, 40_000),
    st.integers(0, 20),
    st.sampled_from(["first", "both", "none"]),
    st.booleans(),
)
def test_receiving_and_reversing_leaves_receivables_exposure_and_books_as_before(
    cents: int, days: int, named: str, known: bool
) -> None:
    """P28."""
    house = a_shop()
    invoices = [house.sold(60), house.sold(30)]
    house.clock.advance(days=days)
    text = {"first": invoices[0].number, "both": " ".join(i.number for i in invoices)}
    before = around(house)[1], house.documents("receivable"), trial_balance(house)
    amount = so.Money(Decimal(cents).scaleb(-2), "EUR")
    outcome = house.kai.cash.receive(
        "C7" if known else "", amount, reference=text.get(named, "thanks")
    )
    if outcome.payment.candidates and outcome.payment.customer:
        house.kai.cash.apply(outcome.payment.id, candidate=0)
    books_agree(house)
    house.kai.cash.reverse(outcome.payment.id, reason="bounced").unwrap()
    assert (around(house)[1], house.documents("receivable"), trial_balance(house)) == before
    books_agree(house)


def trial_balance(house: House) -> dict[str, Decimal]:
    roles = ("AR", "UNAPPLIED", "CASH", "DISCOUNT", "TAX_OUT", "REVENUE", "UNBILLED_AR")
    return {role: house.desk.ledger.balance(role) for role in roles}


# --- any sequence


class Run:
    """One order after the other verb; what a verb refuses is no matter, what it leaves is."""

    def __init__(self, house: House, draw: Callable[[Any], Any]) -> None:
        self.house, self.draw = house, draw
        self.verbs: dict[str, Callable[[], Any]] = {
            "place": self.place,
            "ship": self.ship,
            "bill": self.bill,
            "amend": self.amend,
            "cancel": self.cancel,
            "close": self.close,
            "reopen": self.reopen,
            "pay": self.pay,
            "unapply": self.unapply,
            "reverse": self.reverse,
            "wait": lambda: self.house.clock.advance(days=2),
        }

    def some(self, kind: str) -> Any:
        there = self.house.documents(kind)
        return self.draw(st.sampled_from(there)) if there else None

    def place(self) -> Any:
        return self.house.ann.orders.place(self.draw(requests))

    def ship(self) -> Any:
        order = self.some("order")
        line = self.draw(st.sampled_from(order.lines))
        part = self.draw(st.integers(1, 60))
        return self.house.wim.shipments.ship(
            order.id, self.draw(st.sampled_from([None, {line.id: part}]))
        )

    def bill(self) -> Any:
        shipment = self.some("shipment")
        return shipment and self.house.fay.invoices.issue(shipment.id)

    def amend(self) -> Any:
        order = self.some("order")
        line = self.draw(st.sampled_from(order.lines))
        change = so.LineChange(
            line.id,
            self.draw(st.one_of(st.none(), st.integers(0, 200))),
            self.draw(discounts),
            requested_on=self.draw(st.sampled_from([None, DAY + timedelta(days=4)])),
        )
        return self.house.ann.orders.amend(
            order.id,
            [change],
            add=self.draw(st.lists(lines, max_size=1)),
            reprice=self.draw(st.booleans()),
            reason="r",
            by=self.draw(st.sampled_from([None, MANAGER])),
        )

    def cancel(self) -> Any:
        order = self.some("order")
        line = self.draw(st.sampled_from(order.lines))
        part = {line.id: self.draw(st.integers(1, 40))}
        return self.house.ann.orders.cancel(
            order.id, self.draw(st.sampled_from([None, part, part])), reason="r"
        )

    def close(self) -> Any:
        return self.house.ann.orders.close(self.some("order").id, reason="r")

    def reopen(self) -> Any:
        return self.house.ann.orders.reopen(
            self.some("order").id, reason="r", by=self.draw(st.sampled_from([None, MANAGER]))
        )

    def pay(self) -> Any:
        invoice = self.some("invoice")
        if invoice is None:
            return None
        amount = so.Money(Decimal(self.draw(st.integers(1, 20_000))).scaleb(-2), "EUR")
        return self.house.kai.cash.receive(
            "C7",
            self.draw(st.sampled_from([invoice.total, amount])) if invoice.total.amount else amount,
            reference=invoice.number,
        )

    def unapply(self) -> Any:
        payment = self.some("payment")
        if payment is None or not payment.allocations:
            return None
        return self.house.kai.cash.unapply(payment.id, payment.allocations[0].invoice)

    def reverse(self) -> Any:
        payment = self.some("payment")
        return payment and self.house.kai.cash.reverse(payment.id, reason="r")


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_after_any_sequence_the_books_agree_and_all_parts_add_up(data: st.DataObject) -> None:
    """I09, I15, I20, I22, I24, I25, I26, I27, I31, and each order is worth its shipments and what is open."""
    house = a_shop(data.draw(st.sampled_from(["unlimited", "unlimited", "150"])))
    run = Run(house, data.draw)
    run.place()
    if not house.documents("order"):
        return
    names = sorted(run.verbs)
    for verb in data.draw(st.lists(st.sampled_from(names), min_size=3, max_size=12)):
        outcome = run.verbs[verb]()
        note(f"{verb}: {type(outcome).__name__}")
        books_agree(house)
        parts_add_up(house)


def parts_add_up(house: House) -> None:
    worth: dict[str, Decimal] = {}
    for shipment in house.documents("shipment"):
        gross = shipment.amounts.gross
        worth[shipment.order] = worth.get(shipment.order, ZERO) + gross
    for order in house.documents("order"):
        left = worth.get(order.id, ZERO)
        assert left + order.amounts_open == order.amounts.gross
        if not any(line.open for line in order.lines):
            assert left == order.amounts.gross
        for line in order.lines:
            assert line.open >= 0
            assert line.cancelled >= 0
            confirmed = sum((entry.quantity for entry in line.confirmed), ZERO)
            assert confirmed <= line.in_base(line.in_force)
            claimed = sum((entry.quantity for entry in line.claimed), ZERO)
            assert claimed <= line.in_base(line.open)
        assert len(order.makers) == len(set(order.makers))
    for payment in house.documents("payment"):
        if payment.reversed_on is None:
            assert payment.amount == payment.allocated + payment.unapplied + payment.refunded
    for item in house.documents("receivable"):
        assert 0 <= item.open <= item.amount
    entries = {entry.id: entry for entry in house.desk.ledger.entries()}
    taken_back = [entry.reverses for entry in entries.values() if entry.reverses]
    assert len(taken_back) == len(set(taken_back))
    assert set(taken_back) <= set(entries)

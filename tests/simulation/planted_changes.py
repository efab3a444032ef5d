"""Bugs of changing orders and of taking payments back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from salesorders.credit.model import CreditAccount
from salesorders.kernel.change import changed
from salesorders.kernel.decision import Effect
from salesorders.orders import Order, OrderLine
from salesorders.receivables.model import OpenItem
from tests.simulation.planting import planted, replaced

ZERO = Decimal(0)
VERBS = ("amending", "cancelling", "reopening")


@planted("what a cancelled order claimed stays claimed")
def cancel_keeps_claim() -> Iterator[None]:
    def given_back(before: Any, after: Any, levels: Any, command: Any) -> Any:
        return dict(levels), ()

    with replaced(("lifecycle.cancelling.given_back", given_back)):
        yield


@planted("a cancelled order's credit is released twice")
def credit_released_twice() -> Iterator[None]:
    from salesorders.lifecycle import changing

    def moved(before: Any, after: Any, account: Any, *rest: Any) -> Any:
        order, account, facts = changing.moved(before, after, account, *rest)
        open_orders = account.exposure.open_orders
        less = min(open_orders, before.amounts.gross - after.amounts.gross)
        exposure = changed(account.exposure, open_orders=open_orders - less)
        return order, changed(account, exposure=exposure), facts

    with replaced(("lifecycle.cancelling.moved", moved)):
        yield


@planted("an order that nobody released frees credit when it is cancelled")
def held_frees_credit() -> Iterator[None]:
    held = property(lambda self: False)
    real = CreditAccount.unclaim

    def unclaim(self: Any, amount: Any, on: Any = None) -> Any:
        return real(self, min(amount, self.exposure.open_orders), on)

    from salesorders.lifecycle import cancelling, changing

    def ended(case: Any, *rest: Any) -> Any:
        with patch.object(CreditAccount, "unclaim", unclaim), patch.object(Order, "is_held", held):
            order, puts, events = real_ended(case, *rest)
        return order, puts, events

    real_ended = cancelling._ended

    def given_back(before: Any, after: Any, levels: Any, command: Any) -> Any:
        with patch.object(Order, "is_held", property(lambda self: bool(self.holds))):
            return changing.given_back(before, after, levels, command)

    with replaced(
        ("lifecycle.cancelling._ended", ended),
        ("lifecycle.cancelling.given_back", given_back),
    ):
        yield


@planted("a change is made though credit holds it")
def amended_over_limit() -> Iterator[None]:
    with replaced(("lifecycle.regating.credit_again", lambda *case: None)):
        yield


@planted("a discount is given by a change that nobody may give")
def amended_beyond_authority() -> Iterator[None]:
    from salesorders.lifecycle import regating

    def touching_nothing(proposal: Any, touched: Any, case: Any, command: Any) -> Any:
        return real(proposal, frozenset(), case, command)

    real = regating._authority
    with replaced(("lifecycle.regating._authority", touching_nothing)):
        yield


@planted("what grows keeps its old price without anybody's authority")
def grown_at_old_price() -> Iterator[None]:
    with replaced(("lifecycle.regating._against", lambda line, prices: line)):
        yield


@planted("what the user saw is no matter")
def seen_ignored() -> Iterator[None]:
    with replaced(*((f"lifecycle.{name}.as_seen", lambda order, seen: None) for name in VERBS)):
        yield


@planted("an order is opened again and no gate is asked")
def reopened_without_gates() -> Iterator[None]:
    from salesorders.kernel.decision import Decision
    from salesorders.lifecycle import regating, reopening

    def passed(proposal: Any, case: Any, command: Any) -> Any:
        free = changed(proposal, holds=(), touched=frozenset())
        with replaced(("lifecycle.regating.credit_again", lambda *case: None)):
            answer = regating.passed(free, case, command)
        assert not isinstance(answer, Decision)
        return answer

    assert reopening.passed is regating.passed
    with replaced(("lifecycle.reopening.passed", passed)):
        yield


@planted("what is opened again may be opened once more")
def reopened_twice() -> Iterator[None]:
    def reopen(self: Any, quantity: Any) -> Any:
        return changed(self, cancelled=max(ZERO, self.cancelled - quantity))

    from salesorders.lifecycle import reopening

    def proposed(case: Any, command: Any) -> Any:
        found = real(case, command)
        if isinstance(found, reopening.Rejected):
            return found
        return changed(found, after=changed(found.after, endings=case.order.endings))

    real = reopening._proposed
    with (
        patch.object(OrderLine, "reopen", reopen),
        replaced(("lifecycle.reopening._proposed", proposed)),
    ):
        yield


@planted("less of a line takes the earliest promises")
def cancel_takes_first() -> Iterator[None]:
    from salesorders.orders import lines

    def latest(schedule: Any, most: Any) -> Any:
        last_first = tuple(changed(part, on=part.on) for part in reversed(schedule))
        kept, left = [], most
        for part in sorted(last_first, key=lambda part: part.on, reverse=True):
            quantity = min(part.quantity, left)
            left -= quantity
            if quantity > 0:
                kept.append(changed(part, quantity=quantity))
        return tuple(sorted(kept, key=lambda part: part.on))

    assert callable(lines._earliest)
    with replaced(("orders.lines._earliest", latest)):
        yield


@planted("who changed an order may let it go")
def changer_is_no_maker() -> Iterator[None]:
    names = ("amending", "reopening")
    with replaced(
        *((f"lifecycle.{name}.with_maker", lambda order, command: order) for name in names)
    ):
        yield


@planted("a payment that bounced leaves its items settled")
def reversed_without_item() -> Iterator[None]:
    from salesorders.lifecycle import reversing

    def reverse(request: Any, case: Any, command: Any) -> Any:
        with patch.object(OpenItem, "unapply", lambda self, payment: self):
            return reversing.reverse(request, case, command)

    with replaced(("sync.cash.REVERSE", changed(reversing.REVERSE, decide=reverse))):
        yield


@planted("a payment that bounced still counts as cash on account")
def reversed_keeps_cash() -> Iterator[None]:
    with patch.object(CreditAccount, "unreceive", lambda self, amount: self):
        yield


@planted("a payment bounces as often as it is said")
def reversed_twice() -> Iterator[None]:
    from salesorders.receivables.model import Payment

    def reverse(self: Any, on: Any, entry: str = "") -> Any:
        return changed(self, reversed_on=on, reversal=entry)

    with (
        replaced(("lifecycle.reversing._findings", lambda payment, on, today: ())),
        patch.object(Payment, "reverse", reverse),
    ):
        yield


@planted("only one of several items is opened again")
def reversed_one_item() -> Iterator[None]:
    from salesorders.lifecycle import reversing
    from salesorders.receivables.model import Payment

    def first(request: Any, case: Any, command: Any) -> Any:
        items = dict(list(case.items.items())[:1])
        return reversing.reverse(request, changed(case, items=items), command)

    def reverse(self: Any, on: Any, entry: str = "") -> Any:
        return changed(self, reversed_on=on, reversal=entry, allocations=())

    with (
        replaced(("sync.cash.REVERSE", changed(reversing.REVERSE, decide=first))),
        patch.object(Payment, "reverse", reverse),
    ):
        yield


@planted("a person is offered one way twice")
def one_way_twice() -> Iterator[None]:
    from salesorders.receivables.decide import _Case

    def held(self: Any, notes: Any, candidates: Any = ()) -> Any:
        ranked = sorted(candidates, key=lambda c: (len(c.invoices), c.discount, c.invoices))
        return self._answer(Effect.REFER, notes, self.payment.customer, (), tuple(ranked)[:20])

    with patch.object(_Case, "held", held):
        yield


@planted("a declined order's part is opened again past its gates")
def declined_reopens() -> Iterator[None]:
    from salesorders.lifecycle import releasing

    def decline(request: Any, case: Any, command: Any) -> Any:
        change = releasing.decline(request, case, command)
        if not change.puts:
            return change
        order = changed(change.puts[0], endings=case.order.endings)
        return changed(change, puts=(order, *change.puts[1:]))

    with replaced(("sync.orders.DECLINE", changed(releasing.DECLINE, decide=decline))):
        yield

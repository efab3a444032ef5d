"""An amendment is a proposal: every gate that it concerns is asked again, and it is made whole or not at all."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

import salesorders as so
from tests.builders import DAY, House, an_item, codes, refusal

ZERO = Decimal(0)
MANAGER = so.Actor("bob", roles={"sales", "sales-manager"})


@pytest.fixture
def checked(house: House) -> House:
    house.checked = True
    return house


def more(line: str = "1", quantity: object = None, discount: object = None, **day: Any) -> Any:
    return [so.LineChange(line, quantity, discount, **day)]


def amended(house: House, order: Any, *changes: Any, **how: Any) -> Any:
    named = [change for given in changes for change in given]
    return house.ann.orders.amend(order.id, named, reason="customer called", **how)


def unchanged(house: House, call: Callable[[], Any]) -> Any:
    """The answer of a call that must leave every document as it was (I45)."""
    before = house.state()
    outcome = call()
    after = house.state()
    assert (after[0], after[2]) == (before[0], before[2])
    return outcome


def test_more_of_a_line_claims_only_what_is_more(checked: House) -> None:
    order = checked.order().unwrap()
    outcome = amended(checked, order, more(quantity=150))
    assert isinstance(outcome, so.Amended)
    line = outcome.order.lines[0]
    assert (line.ordered, line.in_force, line.open) == (150, 150, 150)
    assert str(outcome.order.total) == "EUR 142.80"
    assert checked.exposure().open_orders == Decimal("142.80")
    assert checked.level().claimed == 150
    shipment = checked.shipped(outcome.order)
    assert shipment.amounts.total == outcome.order.total


def test_less_of_a_line_counts_as_cancelled_and_the_line_stays(checked: House) -> None:
    order = checked.order().unwrap()
    order = amended(checked, order, more(quantity=100)).unwrap()
    assert (order.lines[0].ordered, order.lines[0].cancelled) == (120, 20)
    order = amended(checked, order, more(quantity=0), add=[so.Line("BOLT", 5)]).unwrap()
    assert [line.in_force for line in order.lines] == [0, 5]
    assert [line.id for line in order.lines] == ["1", "2"]


def test_there_and_back_is_as_if_nothing_was(checked: House) -> None:
    order = checked.order(discount="3%").unwrap()
    before = checked.exposure(), checked.level(), order.amounts
    order = amended(checked, order, more(quantity=7)).unwrap()
    order = amended(checked, order, more(quantity=200)).unwrap()
    order = amended(checked, order, more(quantity=120)).unwrap()
    assert (checked.exposure(), checked.level(), order.amounts) == before
    assert order.agreed is None


def test_a_price_stays_as_it_was_agreed(checked: House) -> None:
    order = checked.order().unwrap()
    checked.ada.catalog.change(an_item("BOLT", "0.85"))
    order = amended(checked, order, more(quantity=130)).unwrap()
    assert order.amounts.line("1").price == Decimal("0.80")


def test_what_is_new_is_priced_today_and_again_only_on_request(checked: House) -> None:
    order = checked.order().unwrap()
    checked.ada.catalog.change(an_item("BOLT", "0.70"))
    order = amended(checked, order, add=[so.Line("BOLT", 10)]).unwrap()
    assert [line.price for line in order.amounts.lines] == [Decimal("0.80"), Decimal("0.70")]
    order = amended(checked, order, reprice=True).unwrap()
    assert [line.price for line in order.amounts.lines] == [Decimal("0.70"), Decimal("0.70")]


def test_h1_a_frozen_price_is_no_way_around_authority(checked: House) -> None:
    """What grows below today's list is a discount that somebody gives."""
    order = checked.order().unwrap()
    checked.ada.catalog.change(an_item("BOLT", "1.00"))
    outcome = unchanged(checked, lambda: amended(checked, order, more(quantity=130)))
    assert isinstance(outcome, so.Held)
    assert codes(outcome) == {"discount.authority"}
    assert outcome.decision.question == "orders.amend"
    assert outcome.order == order
    assert isinstance(amended(checked, order, more(quantity=100)), so.Amended)
    assert isinstance(amended(checked, order, more(quantity=130), by=MANAGER), so.Amended)


def test_p01_an_amendment_asks_credit_about_the_amended_order(make_house: Any) -> None:
    house = make_house(limit="120")
    house.checked = True
    order = house.order().unwrap()
    outcome = unchanged(house, lambda: amended(house, order, more(quantity=127)))
    assert codes(outcome) == {"credit.limit"}
    finding = next(f for f in outcome.findings if f.code == "credit.limit")
    assert finding.fact("exposure_after") == so.Money("120.90", "EUR")
    assert isinstance(amended(house, order, more(quantity=126)), so.Amended)


def test_p01_what_lowers_the_exposure_is_never_blocked(make_house: Any) -> None:
    house = make_house(limit="200")
    house.checked = True
    order = house.order().unwrap()
    house.ada.credit.set_limit("C7", 0)
    assert isinstance(amended(house, order, more(quantity=119)), so.Amended)
    assert isinstance(amended(house, order, more(discount="1%")), so.Amended)
    later = more(requested_on=DAY + timedelta(days=3))
    assert isinstance(amended(house, order, later), so.Amended)
    assert codes(amended(house, order, more(quantity=120))) == {"credit.limit"}


def test_an_envelope_covers_an_amendment_inside_it(make_house: Any) -> None:
    policy = so.CreditPolicy(release_tolerance_percent=Decimal(10))
    house = make_house(limit=0, policies=so.Policies(credit=policy))
    house.checked = True
    order = house.ben.orders.release(house.order().order.id, reason="r").unwrap()
    assert isinstance(amended(house, order, more(quantity=132)), so.Amended)
    assert codes(amended(house, order, more(quantity=133))) == {"credit.limit"}


def test_a_discount_is_asked_for_again_and_only_where_it_changed(checked: House) -> None:
    order = checked.order(discount="20%").order
    order = checked.bob.orders.approve(order.id, reason="r").unwrap()
    order = amended(checked, order, add=[so.Line("BOLT", 5)]).unwrap()
    held = unchanged(checked, lambda: amended(checked, order, more("2", discount="11%")))
    assert [f.path for f in held.findings if f.effect is so.Effect.REFER] == [
        "lines[1]",
        "document",
    ]
    order = amended(checked, order, more("2", discount="10%")).unwrap()
    order = amended(checked, order, more("2", discount="0%")).unwrap()
    assert order.amounts.line("2").adjustments == ()


def test_p19_never_less_than_what_has_left(checked: House) -> None:
    order = checked.order().unwrap()
    checked.billed(checked.shipped(order, {"1": 50}))
    outcome = unchanged(checked, lambda: amended(checked, order, more(quantity=49)))
    assert codes(outcome) == {"amend.below_shipped"}
    (finding,) = outcome.findings
    assert (finding.path, finding.fact("least")) == ("changes[0].quantity", Decimal(50))
    order = amended(checked, order, more(quantity=50)).unwrap()
    assert (order.fulfilment, order.billing, order.is_open) == ("shipped", "invoiced", False)


def test_what_has_left_keeps_its_amounts_and_all_parts_add_up(checked: House) -> None:
    checked.ada.catalog.add(so.Item("ODD", "Odd", prices=[so.Price("0.333")], tax="S19"))
    checked.wim.stock.receive("ODD", 100, site="BER")
    order = checked.order(10, sku="ODD").unwrap()
    parts = [checked.shipped(order, {"1": 3})]
    checked.billed(parts[0])
    for quantity in (8, 17, 13):
        order = amended(checked, order, more(quantity=quantity)).unwrap()
        parts.append(checked.shipped(order, {"1": 1}))
    order = amended(checked, order, add=[so.Line("ODD", 7)]).unwrap()
    parts += [checked.shipped(order, {"1": 2, "2": 2}), checked.shipped(order)]
    assert sum((part.amounts.gross for part in parts), ZERO) == order.amounts.gross
    assert str(order.amounts.net) == "6.66"
    assert checked.exposure().open_orders == 0


def test_terms_of_what_has_left_stay(checked: House) -> None:
    request = so.OrderRequest("C7", [so.Line("BOLT", 50, discount="5%"), so.Line("BOLT", 60)])
    order = checked.ann.orders.place(request).unwrap()
    checked.shipped(order, {"1": 10})
    for changes in (more(discount="6%"), more(quantity=51)):
        outcome = unchanged(checked, lambda changes=changes: amended(checked, order, changes))
        assert codes(outcome) == {"order.terms_fixed"}
    order = amended(checked, order, more("2", 70, "5%")).unwrap()
    order = amended(checked, order, more(quantity=40)).unwrap()
    order = amended(checked, order, more(quantity=50)).unwrap()
    checked.shipped(order)
    assert checked.exposure().open_orders == 0


def test_terms_of_the_whole_document_stay_once_something_has_left(checked: House) -> None:
    request = so.OrderRequest("C7", [so.Line("BOLT", 120)], adjustments=[so.allowance("2%")])
    order = checked.ann.orders.place(request).unwrap()
    order = amended(checked, order, add=[so.Line("BOLT", 7)]).unwrap()
    assert order.amounts.adjustments[0].amount == Decimal("2.06")
    checked.shipped(order, {"1": 10})
    outcome = amended(checked, order, add=[so.Line("BOLT", 1)])
    assert [(f.code, f.path) for f in outcome.findings] == [("order.terms_fixed", "add")]
    assert codes(amended(checked, order, reprice=True)) == {"order.terms_fixed"}
    order = amended(checked, order, more(quantity=100)).unwrap()
    checked.shipped(order)
    assert checked.exposure().open_orders == 0


def test_an_amount_off_is_given_in_full_from_the_worth_it_was_agreed_on(checked: House) -> None:
    request = so.OrderRequest("C7", [so.Line("BOLT", 120)], adjustments=[so.allowance("6.00")])
    order = checked.ann.orders.place(request).unwrap()
    off = [order.amounts.adjustments[0].amount]
    for quantity in (60, 240, 120):
        order = amended(checked, order, more(quantity=quantity)).unwrap()
        off.append(order.amounts.adjustments[0].amount)
    assert off == [Decimal(6), Decimal(3), Decimal(6), Decimal(6)]


def test_another_day_is_promised_anew(make_house: Any) -> None:
    house = make_house(stock=120, limit="unlimited")
    house.checked = True
    later = DAY + timedelta(days=9)
    order = house.order().unwrap()
    order = amended(house, order, requested_on=later).unwrap()
    assert [(entry.on, entry.quantity) for entry in order.lines[0].claimed] == [(later, 120)]
    order = amended(house, order, more(requested_on=DAY)).unwrap()
    assert [(entry.on, entry.quantity) for entry in order.lines[0].claimed] == [(DAY, 120)]
    house.shipped(order)


def test_what_is_not_there_is_remarked_and_not_claimed(make_house: Any) -> None:
    house = make_house(stock=130, limit="unlimited")
    house.checked = True
    order = house.order().unwrap()
    outcome = amended(house, order, more(quantity=150))
    assert "stock.short" in {finding.code for finding in outcome.findings}
    assert house.level().claimed == 130
    assert house.desk.reports.backlog().to_records()[0]["open"] == 150


def test_a_line_that_comes_at_once_is_promised_as_a_whole(make_house: Any) -> None:
    house = make_house(stock=130, limit="unlimited")
    house.checked = True
    house.wim.stock.plan_receipt("BOLT", 100, site="BER", on=DAY + timedelta(days=5))
    order = house.ann.orders.place(
        so.OrderRequest("C7", [so.Line("BOLT", 120, complete=True)])
    ).unwrap()
    order = amended(house, order, more(quantity=150)).unwrap()
    (entry,) = order.lines[0].claimed
    assert (entry.on, entry.quantity) == (DAY + timedelta(days=5), 150)


def test_what_comes_at_once_comes_earlier_when_it_is_less(make_house: Any) -> None:
    house = make_house(stock=130, limit="unlimited")
    house.checked = True
    house.wim.stock.plan_receipt("BOLT", 100, site="BER", on=DAY + timedelta(days=5))
    request = so.OrderRequest("C7", [so.Line("BOLT", 150, complete=True)])
    order = house.ann.orders.place(request).unwrap()
    order = amended(house, order, more(quantity=130)).unwrap()
    assert [(entry.on, entry.quantity) for entry in order.lines[0].claimed] == [(DAY, 130)]


def test_a_release_still_covers_a_held_order_that_became_less(make_house: Any) -> None:
    house = make_house(limit=0)
    house.checked = True
    order = house.order(discount="20%").order
    house.ben.orders.release(order.id, reason="r")
    order = amended(house, order, more(quantity=100)).unwrap()
    assert [hold.gate for hold in order.holds] == ["authority"]
    order = amended(house, order, more(quantity=130)).unwrap()
    assert [hold.gate for hold in order.holds] == ["authority", "credit"]


def test_where_it_goes_changes_once_what_has_left_is_billed(checked: House) -> None:
    address = so.Address(street="Weg 1", city="Bonn", postal_code="53111", country="DE")
    order = checked.order().unwrap()
    first = checked.shipped(order, {"1": 50})
    outcome = unchanged(checked, lambda: amended(checked, order, ship_to=address))
    assert [(f.code, f.path) for f in outcome.findings] == [("amend.ship_to_unbilled", "ship_to")]
    checked.billed(first)
    order = amended(checked, order, ship_to=address, ship_to_name="Site").unwrap()
    invoice = checked.billed(checked.shipped(order))
    assert (invoice.ship_to.name, invoice.ship_to.address) == ("Site", address)


def test_a_held_order_is_changed_at_once_and_goes_on_where_nothing_holds_it(checked: House) -> None:
    order = checked.order(discount="20%").order
    order = amended(checked, order, more(quantity=100)).unwrap()
    assert [hold.gate for hold in order.holds] == ["authority"]
    assert checked.exposure().total == 0
    assert checked.level().reserved(checked.clock.now()) == 100
    order = amended(checked, order, more(discount="5%")).unwrap()
    assert (order.holds, order.held_until) == ((), None)
    assert checked.exposure().open_orders == order.amounts.gross
    assert (checked.level().claimed, checked.level().reservations) == (100, ())
    checked.shipped(order)


def test_a_price_that_was_not_agreed_on_is_not_agreed_on_by_a_change(make_house: Any) -> None:
    pricing = attrs.evolve(so.Policies().pricing, deviation_holds=True)
    house = make_house(policies=so.Policies(pricing=pricing))
    house.checked = True
    cheap = [so.Line("BOLT", 120, price="0.70")]
    order = house.ann.orders.place(so.OrderRequest("C7", cheap)).order
    order = amended(house, order, add=[so.Line("BOLT", 5, price="0.60")]).unwrap()
    (hold,) = order.holds
    assert (hold.gate, len(hold.decision.findings)) == ("price", 2)
    other = house.order().unwrap()
    held = unchanged(house, lambda: amended(house, other, add=[so.Line("BOLT", 5, price="0.60")]))
    assert codes(held) == {"price.deviates"}


def test_i19_who_changed_an_order_does_not_let_it_go(checked: House) -> None:
    order = checked.order(discount="20%").order
    amended(checked, order, more(discount="30%"), by=so.Actor("max", roles={"sales"})).unwrap()
    assert codes(checked.max.orders.approve(order.id, reason="mine")) == {"approval.own"}
    assert isinstance(checked.bob.orders.approve(order.id, reason="r"), so.Placed)


def test_an_order_that_ended_is_opened_before_it_is_changed(checked: House) -> None:
    gone, closed = checked.order().unwrap(), checked.order().unwrap()
    checked.shipped(closed, {"1": 1})
    checked.ann.orders.cancel(gone.id, reason="r")
    checked.ann.orders.close(closed.id, reason="r")
    for order in (gone, closed):
        outcome = unchanged(
            checked, lambda order=order: amended(checked, order, more(quantity=130))
        )
        assert codes(outcome) == {"order.ended"}


def test_every_reason_against_a_change_is_told_at_once(checked: House) -> None:
    order = checked.order().unwrap()
    checked.shipped(order, {"1": 50})
    changes = [so.LineChange("1", 10), so.LineChange("9", 1)]
    add = [so.Line("NUT", 1), so.Line("BOLT", 1, unit="KGM")]
    outcome = unchanged(checked, lambda: amended(checked, order, changes, add=add))
    assert [(f.code, f.path) for f in outcome.findings] == [
        ("amend.below_shipped", "changes[0].quantity"),
        ("order.unknown_line", "changes[1].line"),
        ("item.unknown", "add[0].sku"),
        ("unit.mismatch", "add[1].unit"),
    ]


def test_no_change_is_no_amendment(checked: House) -> None:
    order = checked.order().unwrap()
    for changes in ((), more(), more(quantity=120), more(requested_on=DAY)):
        assert codes(amended(checked, order, changes)) == {"amend.nothing"}


def test_what_is_sold_no_more_does_not_grow_but_shrinks(checked: House) -> None:
    order = checked.order().unwrap()
    checked.ada.catalog.retire("item/BOLT")
    assert codes(amended(checked, order, more(quantity=121))) == {"item.retired"}
    assert isinstance(amended(checked, order, more(quantity=119)), so.Amended)


def test_a_discount_beyond_the_line_is_refused(checked: House) -> None:
    order = checked.order(1).unwrap()
    outcome = amended(checked, order, more(discount="2.00"))
    assert [(f.code, f.path) for f in outcome.findings] == [
        ("price.line_negative", "changes[0].discount")
    ]


def test_two_who_change_what_they_saw_do_not_overwrite_each_other(checked: House) -> None:
    """B78: the second looks again."""
    seen = checked.order().unwrap()
    amended(checked, seen, more(quantity=130), seen=seen).unwrap()
    again = refusal(lambda: amended(checked, seen, more(quantity=110), seen=seen.fingerprint))
    assert again == {"version.stale"}
    now = checked.desk.orders.get(seen.id)
    assert isinstance(amended(checked, now, more(quantity=110), seen=now), so.Amended)


def test_a_line_stands_once_in_a_change(checked: House) -> None:
    order = checked.order().unwrap()
    twice = [so.LineChange("1", 1), so.LineChange("1", 2)]
    assert refusal(lambda: amended(checked, order, twice)) == {"line.duplicate"}
    own = [so.Line("BOLT", 1, id="1")]
    assert refusal(lambda: amended(checked, order, add=own)) == {"line.duplicate"}


def test_the_change_stays_with_the_facts(checked: House) -> None:
    order = checked.order().unwrap()
    amended(checked, order, more(quantity=100), add=[so.Line("BOLT", 5)]).unwrap()
    (event,) = [e for e in checked.events() if type(e).__name__ == "OrderAmended"]
    assert (event.by, event.reason) == ("ann", "customer called")
    assert event.lines == (("1", Decimal(100)), ("2", Decimal(5)))
    now = checked.desk.orders.get(order.id)
    assert event.gross_by == now.amounts.gross - order.amounts.gross
    assert checked.desk.reports.kpis(DAY, DAY)["booked"].value == now.amounts.gross

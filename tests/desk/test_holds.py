"""Orders that are held: who may let them go, what they reserve, and what they never claim."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

import salesorders as so
from tests.builders import House, a_customer, a_request, an_item, codes

ZERO = Decimal(0)


def held_by_discount(house: House, **more: Any) -> Any:
    outcome = house.order(discount="20%", **more)
    assert isinstance(outcome, so.Held)
    return outcome


def gates(order: Any) -> list[str]:
    return [hold.gate for hold in order.holds]


def test_a_discount_within_authority_goes_on(house: House) -> None:
    assert isinstance(house.order(discount="10%"), so.Placed)


def test_a_discount_above_authority_is_held_with_approvers_and_cure(house: House) -> None:
    outcome = held_by_discount(house)
    assert codes(outcome) == {"discount.authority"}
    finding = next(f for f in outcome.findings if f.code == "discount.authority")
    assert finding.fact("approvers") == ("sales-manager",)
    assert finding.fact("to") == Decimal(10)
    assert finding.path == "lines[0]"
    with pytest.raises(so.Refused) as refused:
        outcome.unwrap()
    assert refused.value.findings == outcome.findings


def test_a_hair_above_authority_is_held(house: House) -> None:
    assert isinstance(house.order(discount="10.01%"), so.Held)


def test_many_small_allowances_count_together(house: House) -> None:
    line = so.Line("BOLT", 120, discount="6%", adjustments=[so.allowance("3%")])
    request = so.OrderRequest("C7", [line], adjustments=[so.allowance("2%")])
    assert codes(house.ann.orders.place(request)) == {"discount.authority"}


def test_a_charge_does_not_make_up_for_a_discount(house: House) -> None:
    line = so.Line("BOLT", 120, discount="20%", adjustments=[so.charge("20%")])
    assert codes(house.ann.orders.place(so.OrderRequest("C7", [line]))) == {"discount.authority"}


def test_a_sales_manager_needs_no_approval(house: House) -> None:
    outcome = house.order(discount="50%", by=so.Actor("bob", roles={"sales", "sales-manager"}))
    assert isinstance(outcome, so.Placed)


def test_an_approval_claims_credit_and_stock(house: House) -> None:
    house.checked = True
    order = held_by_discount(house).order
    assert house.exposure().open_orders == 0
    outcome = house.bob.orders.approve(order.id, reason="big customer")
    assert isinstance(outcome, so.Placed)
    assert gates(outcome.order) == []
    assert [given.by for given in outcome.order.releases] == ["bob"]
    assert house.exposure().open_orders == order.amounts.gross
    assert (house.level().claimed, house.level().reservations) == (Decimal(120), ())


@pytest.mark.parametrize("verb", ["approve", "release"])
def test_the_maker_lets_nothing_go_even_with_every_role(house: House, verb: str) -> None:
    house.ada.credit.set_limit("C7", 0)
    order = house.max.orders.place(
        a_request(discount="99%"), by=so.Actor("max", roles={"sales"})
    ).order
    before = house.exposure(), house.level()
    outcome = getattr(house.max.orders, verb)(order.id, reason="mine")
    assert isinstance(outcome, so.Rejected)
    assert codes(outcome) == {"approval.own"}
    assert next(f for f in outcome.findings if f.code == "approval.own").path == "by"
    assert house.desk.orders.get(order.id) == order
    assert (house.exposure(), house.level()) == before


def test_an_approver_without_enough_authority_leaves_it_held(make_house: Any) -> None:
    levels = (so.AuthorityLevel("sales", 10), so.AuthorityLevel("sales-manager", 15))
    house = make_house(policies=so.Policies(authority=so.AuthorityPolicy(levels=levels)))
    order = held_by_discount(house).order
    outcome = house.bob.orders.approve(order.id, reason="r")
    assert isinstance(outcome, so.Held)
    assert codes(outcome) == {"discount.authority"}
    assert house.desk.orders.get(order.id) == order


def test_what_is_not_held_cannot_be_let_go(house: House) -> None:
    order = house.order().unwrap()
    for call in (house.bob.orders.approve, house.bob.orders.decline, house.ben.orders.release):
        assert codes(call(order.id, reason="r")) == {"order.not_held"}


def test_a_credit_hold_is_not_approved_and_a_discount_hold_not_released(make_house: Any) -> None:
    house = make_house(limit=0)
    order = house.order().order
    assert codes(house.bob.orders.approve(order.id, reason="r")) == {"order.not_held"}
    house.ada.credit.set_limit("C7", "unlimited")
    other = held_by_discount(house).order
    assert codes(house.ben.orders.release(other.id, reason="r")) == {"order.not_held"}


def test_an_order_over_the_limit_is_held_with_excess_and_approvers(make_house: Any) -> None:
    house = make_house(limit="100")
    outcome = house.order()
    assert codes(outcome) == {"credit.limit"}
    finding = next(f for f in outcome.findings if f.code == "credit.limit")
    assert finding.fact("excess") == so.Money("14.24", "EUR")
    assert finding.fact("approvers") == ("credit",)


def test_an_order_exactly_at_the_limit_goes_on(make_house: Any) -> None:
    assert isinstance(make_house(limit="114.24").order(), so.Placed)
    assert isinstance(make_house(limit="114.23").order(), so.Held)


def test_a_limit_that_is_not_set_holds_every_order(make_house: Any) -> None:
    assert codes(make_house(limit=None).order(1)) == {"credit.no_limit"}


def test_a_limit_of_nothing_holds_everything_and_is_not_unlimited(make_house: Any) -> None:
    for zero in (0, "0", "0.00", Decimal("-0")):
        house = make_house(limit=zero)
        assert codes(house.order(1)) == {"credit.limit"}
        assert house.desk.credit.get("C7").limit != so.UNLIMITED


def test_a_limit_of_nothing_lets_an_order_worth_nothing_pass(make_house: Any) -> None:
    house = make_house(limit=0)
    house.ada.catalog.add(an_item("GIFT", "0"))
    house.wim.stock.receive("GIFT", 1, site="BER")
    assert isinstance(house.order(1, sku="GIFT"), so.Placed)


def test_an_unlimited_customer_is_never_held_by_credit(make_house: Any) -> None:
    assert isinstance(make_house(limit="unlimited", stock=0).order(10**9), so.Placed)


def test_a_release_claims_credit_and_stock(make_house: Any) -> None:
    house = make_house(limit=0)
    house.checked = True
    order = house.order().order
    assert house.level().claimed == 0
    assert house.level().reserved(house.clock.now()) == 120
    outcome = house.ben.orders.release(order.id, reason="paid by wire")
    assert isinstance(outcome, so.Placed)
    assert house.exposure().open_orders == order.amounts.gross
    assert (house.level().claimed, house.level().reservations) == (Decimal(120), ())
    house.shipped(outcome.order)


def test_held_orders_claim_no_credit(make_house: Any) -> None:
    house = make_house(limit="200", stock=5_000)
    for _ in range(3):
        held_by_discount(house)
    assert house.exposure().total == 0
    assert isinstance(house.order(), so.Placed)


def test_a_raised_limit_does_not_let_a_held_order_go_by_itself(make_house: Any) -> None:
    house = make_house(limit=0)
    order = house.order().order
    house.ada.credit.set_limit("C7", "unlimited")
    assert house.desk.orders.get(order.id).is_held


def test_a_reservation_of_a_held_order_keeps_the_goods_from_others(make_house: Any) -> None:
    house = make_house(limit="unlimited", stock=120)
    held_by_discount(house)
    house.clock.advance(hours=71, minutes=59)
    later = house.order().unwrap()
    assert all(claim.on > house.clock.now().date() for claim in later.lines[0].claimed)


def test_a_reservation_ends_at_exactly_72_hours(make_house: Any) -> None:
    house = make_house(limit="unlimited", stock=120)
    held = held_by_discount(house).order
    assert held.held_until == house.clock.now() + timedelta(hours=72)
    house.clock.advance(hours=72)
    other = house.order().unwrap()
    assert [(c.on, c.quantity) for c in other.lines[0].claimed] == [
        (house.clock.now().date(), Decimal(120))
    ]
    house.shipped(other)


def test_an_approval_after_expiry_promises_again(make_house: Any) -> None:
    house = make_house(limit="unlimited", stock=120)
    house.checked = True
    held = held_by_discount(house).order
    house.clock.advance(hours=72)
    house.shipped(house.order().unwrap())
    order = house.bob.orders.approve(held.id, reason="r").unwrap()
    assert all(claim.on > house.clock.now().date() for claim in order.lines[0].claimed)
    assert isinstance(house.wim.shipments.ship(order.id), so.Rejected)
    assert house.level().on_hand == 0


def test_an_order_held_by_both_gates_needs_both(make_house: Any) -> None:
    for first, second in (("approve", "release"), ("release", "approve")):
        house = make_house(limit=0)
        house.checked = True
        order = held_by_discount(house).order
        assert sorted(gates(order)) == ["authority", "credit"]
        people = {"approve": house.bob, "release": house.ben}
        half = getattr(people[first].orders, first)(order.id, reason="r")
        assert isinstance(half, so.Held)
        assert len(gates(half.order)) == 1
        assert house.exposure().total == 0
        assert codes(house.wim.shipments.ship(order.id)) == {"order.held"}
        whole = getattr(people[second].orders, second)(order.id, reason="r")
        assert isinstance(whole, so.Placed)
        assert house.exposure().open_orders == order.amounts.gross


def test_a_release_that_grew_old_is_asked_again(make_house: Any) -> None:
    house = make_house(limit=0)
    order = held_by_discount(house).order
    house.ben.orders.release(order.id, reason="r")
    house.clock.advance(hours=72)
    outcome = house.bob.orders.approve(order.id, reason="r")
    assert isinstance(outcome, so.Held)
    assert gates(outcome.order) == ["credit"]
    assert isinstance(house.ben.orders.release(order.id, reason="again"), so.Placed)


def test_an_approval_asks_credit_again(make_house: Any) -> None:
    house = make_house(limit="100")
    held = held_by_discount(house).order
    assert gates(held) == ["authority"]
    house.order(60).unwrap()
    outcome = house.bob.orders.approve(held.id, reason="r")
    assert codes(outcome) == {"credit.limit"}
    assert house.exposure().open_orders == Decimal("71.40")


@pytest.mark.parametrize("limit", [0, "unlimited"])
def test_a_decline_frees_everything(make_house: Any, limit: object) -> None:
    house = make_house(limit=limit, stock=120)
    house.checked = True
    order = held_by_discount(house).order
    declined = house.bob.orders.decline(order.id, reason="no").unwrap()
    assert (declined.status, declined.is_open, declined.held_until) == ("cancelled", False, None)
    assert house.level().reservations == ()
    assert house.exposure().total == 0
    assert (declined.lines[0].cancelled, declined.amounts.gross) == (120, 0)
    assert house.desk.orders.find(held="").items == ()
    assert len(house.desk.orders.find(done="").items) == 1
    assert codes(house.wim.shipments.ship(order.id)) != set()
    for call in (house.bob.orders.decline, house.bob.orders.approve, house.ben.orders.release):
        assert codes(call(order.id, reason="r")) == {"order.not_held"}


def test_a_decline_leaves_other_reservations_alone(make_house: Any) -> None:
    house = make_house(limit="unlimited", stock=240)
    first, second = held_by_discount(house).order, held_by_discount(house).order
    house.bob.orders.decline(first.id, reason="no")
    assert [r.holder for r in house.level().reservations] == [second.id]


def test_open_holds_lists_gate_and_codes(house: House) -> None:
    order = held_by_discount(house).order
    (record,) = house.desk.reports.open_holds().to_records()
    assert (record["order"], record["gate"], record["why"]) == (
        order.id,
        "authority",
        "discount.authority",
    )


def test_a_dearer_total_than_the_one_shown_is_held(house: House) -> None:
    quote = house.ann.orders.price("C7", [so.Line("BOLT", 120)])
    house.ada.catalog.change(an_item("BOLT", "0.90"))
    outcome = house.ann.orders.place(quote)
    assert codes(outcome) == {"price.drift"}
    assert isinstance(house.bob.orders.approve(outcome.order.id, reason="agreed"), so.Placed)


def test_a_cheaper_total_than_the_one_shown_goes_on(house: House) -> None:
    quote = house.ann.orders.price("C7", [so.Line("BOLT", 120)])
    house.ada.catalog.change(an_item("BOLT", "0.70"))
    outcome = house.ann.orders.place(quote)
    assert isinstance(outcome, so.Placed)
    assert "price.drift" in {finding.code for finding in outcome.findings}


def test_a_retired_customer_or_item_takes_no_new_order(house: House) -> None:
    house.ada.catalog.add(a_customer("C8"))
    house.ada.catalog.retire("customer/C8")
    assert codes(house.order(customer="C8")) == {"customer.retired"}
    house.ada.catalog.retire("item/BOLT")
    assert codes(house.order()) == {"item.retired"}


def test_the_reason_of_a_release_stays_with_the_facts(make_house: Any) -> None:
    house = make_house(limit=0)
    order = house.order().order
    house.ben.orders.release(order.id, reason="paid by wire")
    (released,) = [e for e in house.events() if type(e).__name__ == "OrderReleased"]
    assert (released.by, released.gate, released.reason) == ("ben", "credit", "paid by wire")


@pytest.mark.parametrize("verb", ["release", "approve", "decline"])
@pytest.mark.parametrize("how", ["order", "fingerprint"])
def test_nobody_lets_go_or_declines_what_became_another_order(
    make_house: Any, verb: str, how: str
) -> None:
    house = make_house(limit="0")
    order = house.order(10, discount="20%" if verb == "approve" else "0%").order
    grown = house.ann.orders.amend(order.id, [so.LineChange("1", 90)], reason="more").order
    who = getattr(house, "ben" if verb == "release" else "bob").orders
    seen = order if how == "order" else order.fingerprint
    before = house.state()
    with pytest.raises(so.StaleVersion) as caught:
        getattr(who, verb)(order.id, reason="r", seen=seen)
    assert (caught.value.code, caught.value.path) == ("version.stale", "seen")
    assert house.state() == before
    answer = getattr(who, verb)(order.id, reason="r", seen=grown)
    assert not isinstance(answer, so.Rejected)

"""Limits of every kind, checkpoints, groups and pools through the desk."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

import salesorders as so
from salesorders.credit import Collateral
from tests.builders import DAY, House, codes
from tests.desk.conftest import MakeHouse
from tests.desk.credit_house import a_group, euros, hundreds, policies, worth

# --- limits


def test_a_temporary_limit_counts_on_its_days_and_not_the_day_after(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="100"))
    house.ada.credit.set_limit("C7", "100", temporary=True, until=DAY + timedelta(days=1))
    assert isinstance(worth(house), so.Placed)
    house.clock.advance(days=1)
    assert isinstance(worth(house), so.Placed)
    house.clock.advance(days=1)
    assert codes(worth(house)) == {"credit.limit"}


def test_a_temporary_limit_that_would_have_ended_is_refused(house: House) -> None:
    before, since = house.state(), DAY - timedelta(days=3)
    with pytest.raises(so.InvalidValue) as caught:
        house.ada.credit.set_limit(
            "C7", "100", temporary=True, since=since, until=DAY - timedelta(days=1)
        )
    assert (caught.value.code, caught.value.path) == ("credit.span", "until")
    assert house.state() == before


def test_a_temporary_limit_is_taken_away_without_a_last_day(house: House) -> None:
    house.ada.credit.set_limit("C7", "100", temporary=True, until=DAY)
    assert house.ada.credit.set_limit("C7", 0, temporary=True).account.temporary == ()


def test_what_was_released_under_a_temporary_limit_stays_so(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "0")
    house.ada.credit.set_limit("C7", "100", temporary=True, until=DAY)
    order = worth(house).unwrap()
    house.clock.advance(days=1)
    assert isinstance(house.wim.shipments.ship(order.id), so.Shipped)


def test_a_bucket_has_a_limit_of_its_own_and_loses_it(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "100", bucket="open_orders")
    first = worth(house).unwrap()
    assert codes(worth(house)) == {"credit.bucket_limit"}
    house.shipped(first)
    assert isinstance(worth(house), so.Placed)
    house.ada.credit.set_limit("C7", None, bucket="open_orders")
    assert house.desk.credit.get("C7").bucket_limits == ()


def test_a_bucket_without_a_limit_is_one_that_has_none(house: House) -> None:
    hundreds(house)
    with pytest.raises(so.InvalidValue) as caught:
        house.ada.credit.set_limit("C7", "unlimited", bucket="open_orders")
    assert (caught.value.code, caught.value.path) == ("credit.limit_kind", "limit")
    assert house.desk.credit.get("C7").bucket_limits == ()


def test_a_bucket_limit_stops_the_goods_that_would_fill_it(make_house: MakeHouse) -> None:
    house = hundreds(make_house(policies=policies(checkpoints=("confirm", "ship"))))
    order = worth(house, 4).unwrap()
    house.ada.credit.set_limit("C7", "100", bucket="delivered_unbilled")
    stopped = house.wim.shipments.ship(order.id)
    assert codes(stopped) == {"shipment.credit", "credit.bucket_limit"}
    part = house.wim.shipments.ship(order.id, {"1": 1})
    assert isinstance(part, so.Shipped)
    assert isinstance(house.wim.shipments.ship(order.id, {"1": 1}), so.Rejected)
    house.billed(part.shipment)
    assert isinstance(house.wim.shipments.ship(order.id, {"1": 1}), so.Shipped)


def test_items_above_their_limit_hold_no_order(house: House) -> None:
    hundreds(house)
    order = worth(house, 4).unwrap()
    house.ada.credit.set_limit("C7", "100", bucket="open_items")
    house.billed(house.shipped(order))
    assert isinstance(worth(house), so.Placed)


def test_a_limit_may_end(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "1000", until=DAY)
    assert isinstance(worth(house), so.Placed)
    house.clock.advance(days=1)
    assert codes(worth(house)) == {"credit.limit_expired"}


def test_a_limit_of_a_group_that_has_ended_lets_nobody_buy_without_one(
    make_house: MakeHouse,
) -> None:
    for own in (None, "1000"):
        house = a_group(make_house(limit=own), "1000", "C7")
        house.ada.credit.set_limit("GROUP", "1000", until=DAY)
        assert isinstance(worth(house), so.Placed)
        house.clock.advance(days=1)
        unset = {"credit.no_limit"} if own is None else set()
        assert codes(worth(house)) == {"credit.limit_expired"} | unset


def test_a_payment_taken_back_says_over_which_limit_of_the_day_it_leaves_whom(
    make_house: MakeHouse,
) -> None:
    house = a_group(make_house(limit="100"), "200", "C7")
    house.ada.credit.set_limit("C7", "900", temporary=True, until=DAY)
    paid = house.kai.cash.receive("C7", euros(300)).payment
    for _ in range(3):
        worth(house).unwrap()
    back = house.kai.cash.reverse(paid.id, reason="it bounced")
    (said,) = back.findings
    assert (said.code, said.fact("customer")) == ("payment.over_limit", "GROUP")


def test_a_limit_cut_says_where_it_hurts_and_no_goods_leave_unasked(house: House) -> None:
    hundreds(house)
    order = worth(house, 2).unwrap()
    cut = house.ada.credit.set_limit("C7", "100")
    assert codes(cut) == {"credit.limit"}
    stopped = house.wim.shipments.ship(order.id)
    assert codes(stopped) == {"shipment.credit", "credit.limit"}
    assert house.desk.orders.get(order.id).status == "open"
    house.kai.cash.receive("C7", euros(100))
    assert isinstance(house.wim.shipments.ship(order.id), so.Shipped)


def test_what_was_stopped_at_the_door_may_be_released_ahead_by_somebody_else(house: House) -> None:
    hundreds(house)
    order = worth(house, 2).unwrap()
    house.ada.credit.set_limit("C7", "100")
    own = house.hand("ann", "credit").orders.release(order.id, reason="mine")
    assert codes(own) == {"approval.own"}
    assert isinstance(house.ben.orders.release(order.id, reason="agreed by phone"), so.Placed)
    house.clock.advance(hours=72)
    assert codes(house.wim.shipments.ship(order.id)) >= {"shipment.credit"}  # the envelope ended
    house.ben.orders.release(order.id, reason="again")
    assert isinstance(house.wim.shipments.ship(order.id), so.Shipped)


def test_nothing_is_released_ahead_of_which_no_goods_are_left(house: House) -> None:
    hundreds(house)
    order = worth(house, 2).unwrap()
    house.shipped(order, {"1": 1})
    house.ann.orders.cancel(order.id, reason="enough").unwrap()
    house.ada.credit.set_limit("C7", "0")
    before = house.state()[0]
    assert codes(house.ben.orders.release(order.id, reason="r")) == {"order.not_held"}
    assert house.state()[0] == before


def test_collateral_that_has_ended_is_refused_with_its_place(house: House) -> None:
    good, ended = (
        so.Collateral(name, "100", DAY - timedelta(days=9), DAY - timedelta(days=days))
        for name, days in (("G1", 0), ("G2", 1))
    )
    assert codes(house.ada.credit.arrange("C7", collateral=[good])) == set()
    before = house.state()
    with pytest.raises(so.InvalidValue) as caught:
        house.ada.credit.arrange("C7", collateral=[good, ended])
    assert (caught.value.code, caught.value.path) == ("credit.span", "collateral[1].valid_to")
    assert house.state() == before


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"limit": None}, "credit.no_limit"),
        ({"limit": "500", "until": DAY - timedelta(days=1)}, "credit.limit_expired"),
    ],
)
def test_a_limit_that_is_withdrawn_or_ended_is_cut(
    house: House, how: dict[str, Any], code: str
) -> None:
    hundreds(house)
    nothing = house.ada.credit.set_limit("C7", **how)
    assert (codes(nothing), nothing.account.watched) == (set(), False)
    house.ada.credit.set_limit("C7", "500")
    order = worth(house, 2).unwrap()
    gone = house.ada.credit.set_limit("C7", **how)
    assert (codes(gone), gone.account.watched) == ({code}, True)
    assert codes(house.wim.shipments.ship(order.id)) == {"shipment.credit", code}
    house.ada.credit.set_limit("C7", "500")
    assert isinstance(house.wim.shipments.ship(order.id), so.Shipped)


def test_a_limit_that_ended_meanwhile_lets_no_goods_leave_unasked(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "500", until=DAY)
    first, second = worth(house).unwrap(), worth(house).unwrap()
    assert isinstance(house.wim.shipments.ship(first.id), so.Shipped)
    house.clock.advance(days=1)
    stopped = house.wim.shipments.ship(second.id)
    assert codes(stopped) == {"shipment.credit", "credit.limit_expired"}
    assert isinstance(house.ben.orders.release(second.id, reason="agreed"), so.Placed)
    assert isinstance(house.wim.shipments.ship(second.id), so.Shipped)


def test_a_member_whose_own_limit_is_withdrawn_lives_on_the_groups(house: House) -> None:
    a_group(house, "500", "C7", "C8")
    order = worth(house).unwrap()
    assert codes(house.ada.credit.set_limit("C7", None)) == set()
    assert not house.desk.credit.get("C7").watched
    assert isinstance(house.wim.shipments.ship(order.id), so.Shipped)
    other = worth(house).unwrap()
    gone = house.ada.credit.set_limit("GROUP", None)
    assert (codes(gone), gone.account.watched) == ({"credit.no_limit"}, True)
    assert "credit.no_limit" in codes(house.wim.shipments.ship(other.id))


def test_a_raised_limit_ends_the_watch(house: House) -> None:
    hundreds(house)
    worth(house, 2)
    house.ada.credit.set_limit("C7", "100")
    assert house.desk.credit.get("C7").watched
    assert codes(house.ada.credit.set_limit("C7", "200")) == set()
    assert not house.desk.credit.get("C7").watched


def test_goods_are_asked_for_when_they_leave_where_the_policy_says_so(
    make_house: MakeHouse,
) -> None:
    house = hundreds(make_house(policies=policies(checkpoints=("confirm", "ship"))))
    order = worth(house).unwrap()
    house.ada.credit.arrange("C7", status="on_hold")
    assert "credit.account_on_hold" in codes(house.wim.shipments.ship(order.id))
    house.ada.credit.arrange("C7", status="open")
    assert isinstance(house.wim.shipments.ship(order.id), so.Shipped)


def test_a_checkpoint_that_is_not_named_is_not_asked(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="0", policies=policies(checkpoints=("ship",))))
    order = worth(house).unwrap()
    assert "credit.limit" in codes(house.wim.shipments.ship(order.id))


def test_goods_that_leave_sooner_are_not_asked_for_where_pull_in_is_no_checkpoint(
    make_house: MakeHouse,
) -> None:
    for checkpoints, answer in ((("confirm", "pull_in"), so.Rejected), (("confirm",), so.Shipped)):
        near = policies(horizon=so.Horizon(days=10), checkpoints=checkpoints)
        house = hundreds(make_house(limit="100", policies=near))
        worth(house)
        later = worth(house, requested_on=DAY + timedelta(days=90)).unwrap()
        assert isinstance(house.wim.shipments.ship(later.id), answer)


def test_a_blocked_account_refuses_orders_and_releases(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "0")
    held = worth(house).order
    house.ada.credit.arrange("C7", status="blocked", reason="insolvent")
    assert isinstance(worth(house), so.Rejected)
    assert codes(worth(house)) >= {"credit.account_blocked"}
    refused = house.ben.orders.release(held.id, reason="please")
    assert isinstance(refused, so.Rejected)
    assert codes(refused) == {"credit.account_blocked"}


def test_a_blocked_account_lets_no_goods_leave_and_one_on_hold_asks(house: House) -> None:
    hundreds(house)
    order = worth(house).unwrap()
    house.ada.credit.arrange("C7", status="blocked")
    stopped = house.wim.shipments.ship(order.id)
    assert codes(stopped) == {"shipment.credit", "credit.account_blocked"}
    house.ada.credit.arrange("C7", status="on_hold")
    assert "credit.account_on_hold" in codes(house.wim.shipments.ship(order.id))
    assert isinstance(house.ben.orders.release(order.id, reason="agreed"), so.Placed)
    assert isinstance(house.wim.shipments.ship(order.id), so.Shipped)


@pytest.mark.parametrize("status", ["blocked", "on_hold"])
def test_a_release_does_not_cover_an_account_that_was_closed_after_it(
    make_house: MakeHouse, status: str
) -> None:
    lenient = policies(release_tolerance_percent=Decimal(50))
    house = hundreds(make_house(limit="0", policies=lenient))
    order = worth(house, 2).order
    house.ben.orders.release(order.id, reason="agreed").unwrap()
    house.ada.credit.arrange("C7", status=status)
    code = f"credit.account_{status}"
    assert code in codes(house.wim.shipments.ship(order.id))
    more = [so.LineChange("1", 3)]
    assert code in codes(house.ann.orders.amend(order.id, more, reason="more"))
    house.ada.credit.arrange("C7", status="open")
    assert isinstance(house.wim.shipments.ship(order.id), so.Shipped)


@pytest.mark.parametrize("closed", ["C7", "GROUP"])
def test_a_release_over_a_hold_does_not_cover_the_next_one(house: House, closed: str) -> None:
    """It was given for one reason; the account, or the group above it, is on hold for another since."""
    a_group(house, "1000", "C7")
    hundreds(house)
    order = worth(house, 2).unwrap()
    house.ada.credit.arrange("C7", status="on_hold")
    house.ben.orders.release(order.id, reason="seen").unwrap()
    assert isinstance(house.wim.shipments.ship(order.id, {"1": 1}), so.Shipped)
    house.clock.advance(hours=1)
    house.ada.credit.arrange("C7", status="open")
    house.ada.credit.arrange(closed, status="on_hold")
    assert "credit.account_on_hold" in codes(house.wim.shipments.ship(order.id))
    house.ada.credit.arrange(closed, status="open")
    assert isinstance(house.wim.shipments.ship(order.id), so.Shipped)


def test_an_account_tells_since_when_it_is_closed(house: House) -> None:
    since = []
    for status in ("on_hold", "on_hold", "blocked", "open"):
        house.clock.advance(minutes=1)
        since.append(house.ada.credit.arrange("C7", status=status).unwrap().closed_at)
    first, again, blocked, opened = since
    assert (again, blocked - first, opened) == (first, timedelta(minutes=2), None)


def test_collateral_that_is_taken_away_leaves_the_account_watched(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "100")
    house.billed(house.shipped(worth(house).unwrap()))
    guarantee = Collateral("G1", Decimal(100), DAY, DAY + timedelta(days=90))
    house.ada.credit.arrange("C7", collateral=[guarantee])
    order = worth(house).unwrap()
    gone = house.ada.credit.arrange("C7", collateral=[])
    assert (codes(gone), gone.unwrap().watched) == ({"credit.limit"}, True)
    assert "credit.limit" in codes(house.wim.shipments.ship(order.id))
    house.ada.credit.arrange("C7", collateral=[guarantee])
    assert isinstance(house.wim.shipments.ship(order.id), so.Shipped)


# --- groups and pools


def test_a_group_that_a_customer_moves_into_above_its_limit_is_watched(house: House) -> None:
    a_group(house, "100", "C8")
    order = worth(house, 5).unwrap()
    moved = house.ada.credit.arrange("C7", within=["GROUP"])
    assert codes(moved) == {"credit.limit"}
    assert house.desk.credit.get("GROUP").watched
    assert codes(house.wim.shipments.ship(order.id)) == {"shipment.credit", "credit.limit"}
    house.ada.credit.arrange("C7", within=[])
    assert isinstance(house.wim.shipments.ship(order.id), so.Shipped)


def test_a_customer_without_a_limit_that_leaves_its_group_is_watched(house: House) -> None:
    a_group(house, "500", "C7")
    house.ada.credit.set_limit("C7", None)
    order = worth(house).unwrap()
    assert codes(house.ada.credit.arrange("C7", within=[])) == {"credit.no_limit"}
    assert "credit.no_limit" in codes(house.wim.shipments.ship(order.id))


def test_members_share_the_limit_of_their_group(house: House) -> None:
    a_group(house, "200", "C7", "C8")
    first = worth(house).unwrap()
    assert isinstance(worth(house, customer="C8"), so.Placed)
    assert codes(worth(house, customer="C8")) == {"credit.limit"}
    invoice = house.billed(house.shipped(first))
    house.kai.cash.receive("C7", invoice.balance, reference=invoice.number).unwrap()
    assert house.exposure("GROUP").total == 100
    assert isinstance(worth(house, customer="C8"), so.Placed)


def test_an_account_that_moves_takes_what_it_owes_with_it(house: House) -> None:
    a_group(house, "500", "C8")
    worth(house, 3)
    house.ada.credit.arrange("C7", within=["GROUP"]).unwrap()
    assert house.exposure("GROUP").open_orders == 300
    house.ada.credit.open("POOL", "1000")
    house.ada.credit.arrange("GROUP", within=["POOL"]).unwrap()
    assert house.exposure("POOL").open_orders == 300
    house.ada.credit.arrange("C7", within=[]).unwrap()
    assert house.exposure("GROUP").total == house.exposure("POOL").total == 0


def test_nothing_counts_in_itself_or_twice(house: House) -> None:
    a_group(house, "500", "C7")
    house.ada.credit.open("POOL", "1000")
    house.ada.credit.arrange("GROUP", within=["POOL"]).unwrap()
    cycle = house.ada.credit.arrange("POOL", within=["GROUP"])
    assert codes(cycle) == {"credit.within_cycle"}
    assert codes(house.ada.credit.arrange("C7", within=["C7"])) == {"credit.within_cycle"}
    twice = house.ada.credit.arrange("C7", within=["GROUP", "POOL"])
    assert codes(twice) == {"credit.within_twice"}
    assert codes(house.ada.credit.open("POOL", "1")) == {"credit.exists"}


def test_a_customer_without_a_limit_lives_on_the_groups(house: House) -> None:
    a_group(house, "100", "C7")
    house.ada.credit.set_limit("C7", None)
    assert isinstance(worth(house), so.Placed)
    assert codes(worth(house)) == {"credit.limit"}

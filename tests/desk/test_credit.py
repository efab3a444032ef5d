"""Credit through the desk: limits of every kind, groups and pools, checkpoints, sources, releases by themselves."""

import random
import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

import salesorders as so
from salesorders.credit import recomputed
from salesorders.kernel.limits import exact
from tests.builders import DAY, House, a_customer, a_house, an_item, books_agree, codes
from tests.desk.conftest import MakeHouse

EUR = "EUR"
ZERO = Decimal(0)


def hundreds(house: House, *customers: so.Customer) -> House:
    """Something that costs 100 a piece, without tax and stock."""
    house.ada.catalog.add(an_item("HUNDRED", "100", tax="Z", stocked=False), *customers)
    return house


def worth(house: House, n: int = 1, customer: str = "C7", **more: Any) -> Any:
    house.clock.advance(minutes=1)
    return house.order(n, sku="HUNDRED", customer=customer, **more)


def euros(amount: object) -> so.Money:
    return so.Money(amount, EUR)


def policies(**credit: Any) -> so.Policies:
    return so.Policies(credit=so.CreditPolicy(**credit))


# --- limits


def test_a_temporary_limit_counts_on_its_days_and_not_the_day_after(make_house: MakeHouse) -> None:
    house = hundreds(make_house(limit="100"))
    house.ada.credit.set_limit("C7", "100", temporary=True, until=DAY + timedelta(days=1))
    assert isinstance(worth(house), so.Placed)
    house.clock.advance(days=1)
    assert isinstance(worth(house), so.Placed)
    house.clock.advance(days=1)
    assert codes(worth(house)) == {"credit.limit"}


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


def test_a_limit_may_end(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "1000", until=DAY)
    assert isinstance(worth(house), so.Placed)
    house.clock.advance(days=1)
    assert codes(worth(house)) == {"credit.limit_expired"}


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


# --- groups and pools


def a_group(house: House, limit: object = "200", *members: str) -> House:
    hundreds(house, *(a_customer(name, "unlimited") for name in members if name != "C7"))
    house.ada.credit.open("GROUP", limit).unwrap()
    for name in members:
        house.ada.credit.arrange(name, within=["GROUP"]).unwrap()
    return house


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


# --- sources


class Bureau:
    def __init__(self, answer: Any = None, twin: str = "sync") -> None:
        self.answer, self.twin, self.asked = answer, twin, 0

    def score(self, customer: str) -> Any:
        self.asked += 1
        if self.twin == "aio":
            return self._later()
        return self._now()

    async def _later(self) -> Any:
        import asyncio

        if self.answer == "slow":
            await asyncio.sleep(5)
        return self._now()

    def _now(self) -> Any:
        if self.answer == "slow":
            time.sleep(0.3)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Rates(Bureau):
    def rate(self, source: str, target: str, on: date) -> Any:
        return self.score(source)


def a_score(value: object, days: int = 30, customer: str = "C7") -> so.Score:
    return so.Score(customer, value, DAY - timedelta(days=60), DAY + timedelta(days=days), "bureau")


@pytest.mark.parametrize(
    ("answer", "code", "why"),
    [
        (a_score(700), None, None),
        (a_score(300), "credit.score", None),
        (a_score(700, -1), "credit.score_stale", None),
        (None, "credit.score_missing", "unknown"),
        ("slow", "credit.score_missing", "time out"),
        (OSError("no line"), "credit.score_missing", "failed"),
        (a_score(700, customer="C8"), "credit.score_missing", "failed"),
        (700, "credit.score_missing", "failed"),
    ],
    ids=["good", "low", "stale", "none", "slow", "broken", "of another", "a number"],
)
@pytest.mark.parametrize("twin", ["sync", "aio"])
def test_a_bureau_is_asked_and_what_goes_wrong_holds(
    twin: str, answer: Any, code: str, why: str
) -> None:
    bureau = Bureau(answer, twin)
    sources = so.Sources(scores=bureau, seconds=0.05)
    if twin == "aio":
        from salesorders import aio

        sources = aio.Sources(scores=bureau, seconds=0.05)
    house = hundreds(a_house(twin, sources=sources, policies=policies(score_min=Decimal(500))))
    outcome = worth(house)
    assert codes(outcome) == ({code} if code else set())
    assert bureau.asked == 1
    if why:
        (finding,) = (f for f in outcome.findings if f.code == code)
        assert finding.fact("why") == why
    if code == "credit.score":
        hold = house.desk.orders.get(outcome.order.id).holds[0]
        kept = next(f for f in hold.decision.findings if f.code == code)
        assert (kept.fact("score"), kept.fact("source")) == (300, "bureau")


def test_no_bureau_where_one_is_wanted_holds() -> None:
    house = hundreds(a_house(policies=policies(score_min=Decimal(500))))
    (finding,) = (f for f in worth(house).findings if f.code == "credit.score_missing")
    assert finding.fact("why") == "no source"


def test_a_limit_in_another_currency_asks_for_the_rate_and_keeps_it() -> None:
    rates = Rates(so.ExchangeRate("EUR", "USD", "1.10", DAY))
    house = hundreds(a_house(sources=so.Sources(rates=rates)))
    house.ada.credit.set_limit("C7", "200", currency="USD")
    assert isinstance(worth(house), so.Placed)
    held = worth(house)
    (finding,) = (f for f in held.findings if f.code == "credit.limit")
    assert finding.fact("exposure_after") == so.Money("220.00", "USD")
    assert (finding.fact("rate_EUR"), finding.fact("rate_EUR_on")) == (Decimal("1.10"), DAY)
    rates.answer = None
    assert codes(worth(house)) == {"credit.rate_missing"}


def test_a_default_desk_asks_nobody() -> None:
    bureau = Rates(OSError("asked"))
    house = hundreds(a_house(sources=so.Sources(scores=bureau, rates=bureau)))
    house.shipped(worth(house).unwrap())
    assert bureau.asked == 0


# --- releases by themselves


def automatic(**more: Any) -> so.Policies:
    return policies(releases_automatically=True, **more)


def carried(house: House) -> None:
    house.blocking(house.raw).relay.run()


def test_a_payment_releases_the_oldest_held_orders_while_there_is_room(
    make_house: MakeHouse,
) -> None:
    house = hundreds(make_house(limit="300", policies=automatic()))
    house.sold(3, sku="HUNDRED")
    orders = [worth(house, n).order for n in (2, 1, 1)]
    seen = []
    for _ in range(3):
        house.kai.cash.receive("C7", euros(150))
        carried(house)
        carried(house)  # a second time changes nothing
        seen.append([house.desk.orders.get(order.id).status for order in orders])
    # 150 are not enough for the oldest, and nothing passes it.
    assert seen == [["held"] * 3, ["open", "open", "held"], ["open"] * 3]
    assert house.exposure().open_orders == 400


def test_no_later_order_passes_one_that_does_not_fit_unless_the_policy_says_so(
    make_house: MakeHouse,
) -> None:
    for best_fit, wanted in ((False, ["held", "held"]), (True, ["held", "open"])):
        house = hundreds(make_house(limit="0", policies=automatic(best_fit=best_fit)))
        orders = [worth(house, n).order for n in (3, 1)]
        house.ada.credit.set_limit("C7", "100")
        carried(house)
        assert [house.desk.orders.get(order.id).status for order in orders] == wanted


def test_a_release_by_rule_keeps_its_decision_and_overrides_nothing(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "0")
    order = worth(house).order
    house.ada.credit.set_limit("C7", "100")
    outcome = house.ben.credit.recheck("C7")
    assert outcome.unwrap() == (order.id,)
    (given,) = house.desk.orders.get(order.id).releases
    assert (given.gate, given.amount, given.decision.allowed) == ("credit", ZERO, True)


def test_money_of_one_member_releases_orders_of_another(make_house: MakeHouse) -> None:
    house = a_group(make_house(policies=automatic()), "100", "C7", "C8")
    worth(house)
    waits = worth(house, customer="C8").order
    house.kai.cash.receive("C7", euros(100))
    carried(house)
    assert house.desk.orders.get(waits.id).status == "open"
    assert house.exposure("GROUP").total == 100


def test_nothing_releases_itself_by_default(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "0")
    order = worth(house).order
    house.kai.cash.receive("C7", euros(500))
    carried(house)
    assert house.desk.orders.get(order.id).status == "held"


def test_an_order_that_another_gate_holds_too_stays_held(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "0")
    order = worth(house, discount="50%").order
    house.ada.credit.set_limit("C7", "unlimited")
    house.ben.credit.recheck("C7")
    held = house.desk.orders.get(order.id)
    assert [hold.gate for hold in held.holds] == ["authority"]
    assert house.exposure().total == 0
    assert isinstance(house.bob.orders.approve(order.id, reason="r"), so.Placed)


def test_stock_that_was_reserved_is_promised_to_the_released_order(make_house: MakeHouse) -> None:
    house = make_house(limit="0")
    house.checked = True
    orders = [house.order(200).order for _ in range(3)]
    house.ada.credit.set_limit("C7", "unlimited")
    house.ben.credit.recheck("C7")
    claimed = [
        sum(claim.quantity for claim in house.desk.orders.get(order.id).lines[0].claimed)
        for order in orders
    ]
    assert claimed == [200, 200, 100]


# --- what if, sheets, worklist


def test_what_if_answers_without_writing(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "150")
    worth(house)
    held = worth(house).order
    before = house.state()
    answer = house.desk.credit.what_if(held.id)
    assert (answer.decision.allowed, answer.payment) == (False, euros("50.00"))
    assert house.desk.credit.what_if(held.id, pays=euros("50.00")).decision.allowed
    assert not house.desk.credit.what_if(held.id, pays=euros("49.99")).decision.allowed
    assert house.desk.credit.what_if(held.id, limit="200").decision.allowed
    assert house.desk.credit.what_if(held.id, amount=euros(50)).decision.allowed
    assert house.state() == before


def test_if_it_shipped_after_the_horizon_it_could_go() -> None:
    house = hundreds(a_house(limit="100", policies=policies(horizon=so.Horizon(days=30))))
    worth(house)
    held = worth(house).order
    late = DAY + timedelta(days=31)
    assert not house.desk.credit.what_if(held.id).decision.allowed
    assert house.desk.credit.what_if(held.id, ships_on=late).decision.allowed
    assert isinstance(worth(house, requested_on=late), so.Placed)


def test_goods_that_leave_sooner_than_planned_are_asked_for() -> None:
    house = hundreds(a_house(limit="100", policies=policies(horizon=so.Horizon(days=30))))
    worth(house)
    later = worth(house, requested_on=DAY + timedelta(days=60)).unwrap()
    assert codes(house.wim.shipments.ship(later.id)) >= {"shipment.credit", "credit.limit"}
    house.kai.cash.receive("C7", euros(100))
    assert isinstance(house.wim.shipments.ship(later.id), so.Shipped)


def test_a_sheet_shows_buckets_limits_holds_and_what_is_behind(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "400")
    house.ada.credit.set_limit("C7", "100", temporary=True, until=DAY)
    worth(house)
    house.shipped(worth(house).unwrap())
    house.sold(1, sku="HUNDRED")
    house.kai.cash.receive("C7", euros("30.00"))
    held = worth(house, 4).order
    sheet = house.desk.credit.sheet("C7")
    assert sheet.position.total == 270
    assert (sheet.headroom, sheet.percent_used) == (euros("230.00"), Decimal("54.00"))
    assert [one.order for one in sheet.held] == [held.id]
    assert sheet.held[0].payment == euros("170.00")
    behind = sheet.behind().to_records()
    assert {row["bucket"]: row["EUR"] for row in behind} == {
        "open_orders": 100,
        "delivered_unbilled": 100,
        "open_items": 100,
        "unapplied": 30,
    }
    assert recomputed(EUR, sheet.documents) == house.exposure()
    for text in (str(sheet), sheet._repr_html_()):
        assert held.id in text
        assert "temporary" in text


def test_the_worklist_ranks_by_value_and_by_what_would_do(house: House) -> None:
    hundreds(house, a_customer("C8", "0"), a_customer("C9", None))
    house.ada.credit.set_limit("C7", "450")
    big, small, hopeless = (
        worth(house, 5).order,
        worth(house, 1, "C8").order,
        worth(house, 2, "C9").order,
    )
    by_value = [one.order for one in house.desk.credit.worklist().ranked]
    assert by_value == [big.id, hopeless.id, small.id]
    work = house.desk.credit.worklist("payment")
    assert [one.order for one in work.ranked] == [big.id, small.id, hopeless.id]
    assert [one.payment for one in work.ranked] == [euros("50.00"), euros("100.00"), None]
    assert work.to_records()[0]["rank"] == 1
    assert big.id in str(work)
    assert big.id in work._repr_html_()


def test_use_over_time_ends_at_what_is_owed_now(house: House) -> None:
    hundreds(house)
    house.ada.credit.set_limit("C7", "500")
    worth(house, 2)
    house.clock.advance(days=1)
    invoice = house.sold(1, sku="HUNDRED")
    house.clock.advance(days=1)
    house.ada.credit.set_limit("C7", "600")
    house.kai.cash.receive("C7", euros("98.00"), reference=invoice.number)
    house.kai.cash.receive("", euros("10.00"), payer_name="Wer?")
    usage = house.desk.credit.usage("C7")
    assert [point.exposure for point in usage.points] == [200, 300, 200]
    assert usage.points[-1].exposure == house.exposure().total
    assert [point.limit for point in usage.points] == [500, 500, 600]
    assert usage.to_records()[1]["% used"] == Decimal("60.00")


# --- I20: running totals equal a count from scratch after anything


@exact
def counts_agree(house: House) -> None:
    """Every account equals its documents and members, buckets and days (I20), and recounting changes nothing."""
    books_agree(house)
    for account in house.documents("credit"):
        if account.is_dated:
            by_day = (account.orders_by_day, account.items_by_day)
            sums = [sum((day.amount for day in days), ZERO) for days in by_day]
            assert sums == [account.exposure.open_orders, account.exposure.open_items]
        again = house.ben.credit.recount(account.customer)
        assert again.differences == ()
        assert again.unwrap() == account


DATED = policies(horizon=so.Horizon(days=30), oldest_item_days_max=60, releases_automatically=True)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["plain", "dated"])
def test_i20_running_totals_equal_a_recount_after_any_sequence(kind: str, seed: int) -> None:
    chance = random.Random(seed)
    house = a_house(limit="3000", stock=400, policies=DATED if kind == "dated" else None)
    hundreds(house, a_customer("C8", "700"), a_customer("C9", None))
    house.ada.credit.open("GROUP", "2500")
    house.ada.credit.open("POOL", "unlimited")
    for _ in range(45):
        one_step(house, chance)
    counts_agree(house)


def one_step(house: House, chance: random.Random) -> None:
    customer = chance.choice(["C7", "C8", "C9"])
    verb = chance.choice(
        ["order"] * 4
        + ["ship"] * 4
        + ["bill"] * 3
        + ["pay"] * 3
        + ["release", "limit", "group", "undo", "day"]
    )
    orders = house.documents("order")
    house.clock.advance(minutes=1)
    if verb == "order":
        soon = house.clock.now().date() + timedelta(days=chance.randrange(60))
        sku = chance.choice(["BOLT", "HUNDRED"])
        number = chance.randint(1, 5) * (20 if sku == "BOLT" else 1)
        house.order(number, sku=sku, customer=customer, requested_on=soon)
    elif verb == "ship" and orders:
        order = chance.choice(orders)
        line = order.lines[0]
        part = max(Decimal(1), line.open // 2) if chance.random() < 0.5 else line.open
        if part:
            house.wim.shipments.ship(order.id, {line.id: part})
    elif verb == "bill":
        unbilled = [one for one in house.documents("shipment") if not one.invoice]
        if unbilled:
            house.fay.invoices.issue(chance.choice(unbilled).id)
    elif verb == "pay":
        items = [one for one in house.documents("receivable") if one.open]
        if items:
            item = chance.choice(items)
            part = item.open if chance.random() < 0.6 else (item.open / 2).quantize(Decimal("0.01"))
            house.kai.cash.receive(item.customer, euros(part or item.open), reference=item.number)
        else:
            house.kai.cash.receive(customer, euros(50))
    elif verb == "release":
        held = [one for one in orders if one.holds]
        if held:
            house.ben.orders.release(chance.choice(held).id, reason="r")
    elif verb == "limit":
        house.ada.credit.set_limit(customer, chance.choice(["0", "500", "4000", "unlimited", None]))
        carried(house)
    elif verb == "group":
        target = chance.choice([[], ["GROUP"], ["POOL"], ["GROUP", "POOL"]])
        house.ada.credit.arrange(chance.choice([customer, "GROUP"]), within=target)
    elif verb == "undo":
        settled = [one for one in house.documents("payment") if one.allocations]
        if settled:
            payment = chance.choice(settled)
            house.kai.cash.unapply(payment.id, payment.allocations[0].invoice)
    else:
        house.clock.advance(days=chance.randint(1, 9))


def test_days_begin_where_an_account_is_recounted() -> None:
    """A policy that asks by date meets accounts that kept none: they hold until they are counted."""
    from salesorders.sync import MemoryStore

    store = MemoryStore()
    before = hundreds(a_house(store=store, limit="1000"))
    order = worth(before).unwrap()
    house = House(store=store, policies=DATED, prefix="later")
    assert codes(worth(house)) == {"credit.exposure_unknown"}
    assert house.ben.credit.recount("C7").differences == ()
    assert isinstance(worth(house), so.Placed)
    house.billed(house.shipped(house.desk.orders.get(order.id)))
    counts_agree(house)


def test_the_account_grows_with_days_and_not_with_documents() -> None:
    house = hundreds(a_house(limit="unlimited"))
    for _ in range(5):
        worth(house)
    account = house.desk.credit.get("C7")
    assert (account.orders_by_day, account.items_by_day) == (None, None)
    house = hundreds(a_house(limit="unlimited", policies=DATED))
    for _ in range(5):
        worth(house)
    assert len(house.desk.credit.get("C7").orders_by_day) == 1

"""Everything that is stored comes back from the codec as it was."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

import salesorders as so
from salesorders.interchange import OrderDocument
from salesorders.kernel.codec import revive
from salesorders.kernel.events import name_of, stored_names
from tests.builders import DAY, House, a_customer, a_house, a_line, an_item, round_trips

# Stored names that no verb writes yet; each gets a verb, or goes.
NOT_YET = {
    "inventory.stock_claimed/1",
    "inventory.stock_reserved/1",
    "receivables.item_closed/1",
}


def a_full_run(house: House) -> None:
    """One of everything: every verb, every kind of outcome."""
    address = so.Address(street="Weg 1", city="Köln", postal_code="50667", country="DE")
    house.ada.catalog.add(
        an_item("HOUR", "90.123456", stocked=False, unit="HUR", tax="S7"),
        an_item("MUG", "0.99", units={"XCT": 12, "XPP": "0.333333333333"}, cost="0.10"),
        a_customer("C8", limit=None, aliases=("Ümläut GmbH", "0088:123")),
        a_customer("C9", limit="0", terms="net 30 eom", vat_id="DE999999999"),
        a_customer("CU", limit="unlimited"),
    )
    house.ada.catalog.change(an_item("HOUR", "91", stocked=False, unit="HUR", tax="AE"))
    house.ada.credit.set_limit("C8", "12.50", reason="ok")
    house.wim.stock.receive("MUG", 100, site="BER")
    house.wim.stock.plan_receipt("BOLT", 100, site="HAM", on=DAY + timedelta(days=3))
    house.wim.stock.adjust("BOLT", "-1", site="BER", reason="lost")
    request = so.OrderRequest(
        "CU",
        [
            a_line(12, discount="5%", price="0.79", requested_on=DAY + timedelta(days=1)),
            a_line("1.5", "HOUR", adjustments=[so.charge("4.99", "Travel")]),
            a_line(2, "MUG", unit="XCT", complete=True, id="line-3"),
        ],
        reference="PO 1",
        adjustments=[so.allowance("1%", "Loyal")],
        ship_to=address,
        ship_to_name="Lager",
        note="Größe",
    )
    order = house.ann.orders.place(request).unwrap()
    while isinstance(shipped := house.wim.shipments.ship(order.id), so.Shipped):
        house.billed(shipped.shipment)
    house.order(customer="NOBODY")
    house.ann.orders.intake(OrderDocument(number="PO-9"))
    held = house.order(customer="C9", discount="50%").order
    house.bob.orders.approve(held.id, reason="r")
    house.ben.orders.release(held.id, reason="r")
    declined = house.order(customer="C9").order
    house.bob.orders.decline(declined.id, reason="r")
    first, second = house.sold(), house.sold()
    proposed = house.kai.cash.receive("C7", first.total).payment
    house.kai.cash.apply(proposed.id, candidate=0)
    house.kai.cash.unapply(proposed.id, proposed.candidates[0].invoices[0])
    house.kai.cash.receive("C7", so.Money("111.96", "EUR"), reference=second.number, bank_ref="B1")
    unknown = house.kai.cash.receive("", so.Money("1.00", "EUR"), payer_name="Wer?").payment
    house.kai.cash.reverse(unknown.id, reason="r")
    house.kai.cash.dispute(first.id, so.Money("0.01", "EUR"), reason="wet")
    ahead = house.ann.orders.place(so.OrderRequest("CU", [a_line(1)], prepaid=True)).order
    house.kai.cash.receive("CU", ahead.total, order=ahead.id)
    house.ben.credit.recheck("CU")
    changed_orders(house, address)
    house.ada.credit.open("GROUP", "unlimited")
    house.ada.credit.arrange("C7", within=["GROUP"], risk_class="A", reason="of the group")
    house.ada.credit.set_limit("C7", "10", temporary=True, until=DAY, reason="fair")
    house.ben.credit.recheck("C7")
    house.ben.credit.recount("C7")
    house.ada.catalog.retire("item/HOUR")
    house.ada.catalog.retire("customer/C8")


def changed_orders(house: House, address: so.Address) -> None:
    """One of every way in which an order changes."""
    request = so.OrderRequest("CU", [a_line(120)], adjustments=[so.allowance("3.00")])
    order = house.ann.orders.place(request).unwrap()
    amend, cancel = house.ann.orders.amend, house.ann.orders.cancel
    changes = [so.LineChange("1", 130, "3%", requested_on=DAY + timedelta(days=2))]
    amend(order.id, changes, add=[a_line(3, "MUG")], ship_to=address, reason="r").unwrap()
    assert isinstance(amend(order.id, [so.LineChange("1", discount="50%")], reason="r"), so.Held)
    cancel(order.id, {"1": 30}, reason="r").unwrap()
    house.shipped(order, {"2": 1})
    house.ann.orders.close(order.id, reason="r").unwrap()
    house.ann.orders.reopen(order.id, reason="r").unwrap()
    held = house.order(customer="C9").order
    cancel(held.id, reason="r").unwrap()


class Deaf:
    """A gateway that takes nothing."""

    def deliver(self, tenant: str, key: str, effect: Any) -> None:
        raise ConnectionError


def dead_letters(house: House) -> None:
    """Everything is given up; one letter is put back and one dismissed."""
    house.desk.relay.run()
    first, second, *_ = house.desk.dead_letters.find(state="open").items
    house.oli.dead_letters.retry(first.id, reason="r").unwrap()
    house.oli.dead_letters.dismiss(second.id, reason="r").unwrap()


@pytest.fixture(scope="module", params=["sync", "aio"])
def full(request: pytest.FixtureRequest) -> House:
    policies = so.Policies(relay=so.RelayPolicy(tries=1, days=0))
    encoded = request.param == "aio"
    deaf = {"notices": Deaf()}
    house = a_house(request.param, encoded=encoded, gateways=deaf, policies=policies)
    house.checked = True
    a_full_run(house)
    dead_letters(house)
    return house


def everything(house: House) -> list[Any]:
    outcomes = [revive(record["outcome"]) for record in house.records()]
    effects = [revive(effect) for record in house.records() for effect in record["effects"]]
    return [*house.documents(), *house.events(), *outcomes, *effects]


def test_every_stored_value_round_trips(full: House) -> None:
    for value in everything(full):
        round_trips(value)


def test_a_full_run_meets_every_stored_name(full: House) -> None:
    seen = {name_of(type(value)) for value in everything(full)}
    ours = {
        name for name, cls in stored_names().items() if cls.__module__.startswith("salesorders.")
    }
    assert ours - seen == NOT_YET


def test_answers_come_back_equal_to_what_was_answered_first(full: House) -> None:
    request = so.OrderRequest("C7", [a_line(7, discount="3%")])
    first = full.ann.orders.place(request, key="again")
    assert full.ann.orders.place(request, key="again") == first


def test_the_chain_of_a_full_run_is_whole(full: House) -> None:
    assert full.desk.audit.verify()


def test_text_and_values_give_one_state() -> None:
    hashes = set()
    for twin in ("sync", "aio"):
        for encoded in (False, True):
            house = a_house(twin, encoded=encoded)
            a_full_run(house)
            hashes.add((house.desk.backup.state_hash(), house.desk.audit.verify().head))
    assert len(hashes) == 1


def test_amounts_keep_their_cents(full: House) -> None:
    for item in full.documents("receivable"):
        assert item.amount == item.amount.quantize(Decimal("0.01"))
        assert str(item.amount)[-3] == "."

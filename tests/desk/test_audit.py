"""The chain of commands is whole, and says where it is not."""

from collections.abc import Callable
from datetime import date
from typing import Any

import attrs
import pytest

import salesorders as so
from salesorders.storage import row_hash
from tests.builders import BOLT, House, finished


def tampered(house: House, change: Callable[[list[Any]], None]) -> Any:
    """What verifying says after somebody changed the rows behind the desk's back."""
    rows = house.raw_store._tenants[house.tenant].rows
    change(rows)
    return house.desk.audit.verify()


def replaced(number: int, **fields: Any) -> Callable[[list[Any]], None]:
    def change(rows: list[Any]) -> None:
        rows[number - 1] = attrs.evolve(rows[number - 1], **fields)

    return change


@pytest.fixture
def busy(house: House) -> House:
    for _ in range(3):
        house.sold(1)
    return house


def test_an_untouched_chain_verifies(busy: House) -> None:
    verified = busy.desk.audit.verify()
    assert verified
    assert (verified.rows, verified.broken_at) == (len(busy.rows()), None)
    assert verified.head == busy.rows()[-1].hash
    assert busy.desk.audit.verify(head=verified.head)


def test_an_empty_chain_verifies(make_house: Any) -> None:
    house = make_house(tenant="empty")
    house.raw_store._tenants.clear()
    assert house.desk.audit.verify()


def test_a_changed_text_is_found(busy: House) -> None:
    text = busy.rows()[3].text
    verified = tampered(busy, replaced(4, text=text.replace("BOLT", "GOLD")))
    assert (bool(verified), verified.broken_at) == (False, 4)


def test_a_changed_hash_is_found(busy: House) -> None:
    assert tampered(busy, replaced(4, hash="f" * 64)).broken_at == 4


def test_a_text_with_its_own_new_hash_is_found_at_the_next_row(busy: House) -> None:
    row = busy.rows()[3]
    text = row.text.replace("BOLT", "GOLD")
    own = row_hash(row.seq, row.recorded_at, text, row.before)
    assert tampered(busy, replaced(4, text=text, hash=own)).broken_at == 5


def test_a_changed_key_or_body_is_found(busy: House) -> None:
    key = busy.rows()[3].key
    assert tampered(busy, replaced(4, key="other")).broken_at == 4
    tampered(busy, replaced(4, key=key))
    assert tampered(busy, replaced(4, body="f" * 64)).broken_at == 4


def test_two_rows_that_changed_places_are_found(busy: House) -> None:
    def swap(rows: list[Any]) -> None:
        rows[2], rows[3] = rows[3], rows[2]

    assert tampered(busy, swap).broken_at == 3


def test_a_row_that_is_missing_is_found(busy: House) -> None:
    assert tampered(busy, lambda rows: rows.__delitem__(2)).broken_at == 3


def test_a_cut_tail_shows_against_a_head_from_outside(busy: House) -> None:
    head = busy.desk.audit.verify().head
    assert tampered(busy, lambda rows: rows.pop())
    assert not busy.desk.audit.verify(head=head)


def test_an_earlier_head_from_outside_still_holds(busy: House) -> None:
    head = busy.desk.audit.verify().head
    busy.sold(1)
    assert busy.desk.audit.verify(head=head)
    assert not busy.desk.audit.verify(head="f" * 64)


def test_time_in_the_chain_never_runs_backwards(house: House) -> None:
    house.order()
    house.clock.advance(hours=-5)
    house.order()
    stamps = [row.recorded_at for row in house.rows()]
    assert stamps == sorted(stamps)
    assert house.records()[-1]["at"] < stamps[-1].isoformat()


def test_history_names_who_wrote_what(house: House) -> None:
    order = house.order(discount="50%", key="web-1").order
    house.bob.orders.approve(order.id, reason="r", key="web-1-ok")
    records = house.desk.audit.history(order.ref).to_records()
    assert [(r["actor"], r["verb"], r["version"], r["key"]) for r in records] == [
        ("ann", "orders.place", 1, "web-1"),
        ("bob", "orders.approve", 2, "web-1-ok"),
    ]


def test_versions_count_committed_changes(busy: House) -> None:
    refs = {ref for record in busy.records() for ref, _ in record["puts"]}
    held = busy.store.read(busy.tenant, tuple(refs))
    for ref in refs:
        versions = [v for record in busy.records() for put, v in record["puts"] if put == ref]
        assert versions == list(range(1, len(versions) + 1))
        assert held[ref].version == len(versions)


def test_explain_says_who_when_and_why(house: House) -> None:
    house.order(discount="50%", key="web-1")
    text = house.desk.audit.explain("web-1")
    for part in ("orders.place", "ann", "2026-11-23", "Held", "discount.authority"):
        assert part in text


def test_what_credit_let_pass_is_explained_by_what_it_was_measured_by(house: House) -> None:
    house.ada.credit.set_limit("C7", "500")
    order = house.order(100, key="web-2").unwrap()
    text = house.desk.audit.explain("web-2")
    assert "credit.claimed" in text
    for told in (str(order.total), f"limit {house.desk.credit.get('C7').limit}", "credit v1"):
        assert told in text
    more = [so.LineChange("1", 120)]
    house.ann.orders.amend(order.id, more, reason="r", key="web-3").unwrap()
    after = house.desk.credit.get("C7").exposure
    assert f"is then {so.Money(after.total, 'EUR')}" in house.desk.audit.explain("web-3")


def test_a_release_is_explained_by_its_reason_and_what_it_overrode(house: House) -> None:
    house.ada.credit.set_limit("C7", "100")
    held = house.order(200, key="web-2").order
    house.ben.orders.release(held.id, reason="wire seen", key="let-go")
    text = house.desk.audit.explain("let-go")
    assert "  credit.released: " in text
    assert ("wire seen" in text, "Overrides: credit.limit" in text) == (True, True)


def test_a_release_of_an_order_that_goes_on_is_explained_too(house: House) -> None:
    order = house.order(200).unwrap()
    house.ada.credit.set_limit("C7", "100")
    house.ben.orders.release(order.id, reason="wire seen", key="let-go")
    text = house.desk.audit.explain("let-go")
    assert ("wire seen" in text, "Overrides: credit.limit" in text) == (True, True)


def test_an_approval_of_two_gates_is_explained_once(house: House) -> None:
    quote = house.ann.orders.price("C7", [so.Line("BOLT", 10, discount="20%")])
    house.ada.catalog.change(attrs.evolve(BOLT, prices=[so.Price("1.20")]))
    held = house.ann.orders.place(quote).order
    assert {hold.gate for hold in held.holds} == {"authority", "price"}
    house.bob.orders.approve(held.id, reason="opening offer", key="let-go").unwrap()
    text = house.desk.audit.explain("let-go")
    assert (text.count("approval.given"), text.count("opening offer")) == (1, 1)


def test_what_was_released_before_is_not_told_again(house: House) -> None:
    house.ada.credit.set_limit("C7", "5")
    held = house.order(10, discount="20%").order
    house.ben.orders.release(held.id, reason="wire seen")
    house.bob.orders.approve(held.id, reason="opening offer", key="let-go")
    text = house.desk.audit.explain("let-go")
    assert ("opening offer" in text, "wire seen" in text) == (True, False)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, ("(base)", "5000.00", "300.00")),
        ({"temporary": True, "until": date(2026, 12, 31)}, ("(temporary)", "2026-12-31")),
        ({"bucket": "open_items"}, ("(open_items)", "not set")),
    ],
)
def test_a_limit_that_was_set_is_explained_by_its_reason(
    house: House, more: dict[str, Any], told: tuple[str, ...]
) -> None:
    house.ada.credit.set_limit("C7", "300", reason="paid well", key="limit-1", **more)
    text = house.desk.audit.explain("limit-1")
    for part in ("  credit.limit_set: ", "Reason: paid well", *told):
        assert part in text


def test_what_was_arranged_is_explained(house: House) -> None:
    house.ada.credit.arrange("C7", status="on_hold", risk_class="D", key="both")
    house.ada.credit.open("GROUP", key="group")
    house.ada.credit.arrange("C7", within=["GROUP"], collateral=[], key="in")
    explain = house.desk.audit.explain
    assert "credit.arranged: Arranged for C7: risk_class D, status on_hold." in explain("both")
    assert "credit.arranged: Arranged for C7: collateral, within GROUP." in explain("in")


def test_an_account_that_is_over_its_limit_is_told_without_an_order(house: House) -> None:
    house.order(10).unwrap()
    cut = house.ada.credit.set_limit("C7", "1", reason="bad news", key="cut").unwrap()
    assert cut.watched
    text = house.desk.audit.explain("cut")
    assert "credit.limit: The exposure of C7 comes to" in text
    assert "may release it" not in text


def test_whatever_is_given_a_reason_tells_it(house: House) -> None:
    order = house.order(10).unwrap()
    house.ann.orders.cancel(order.id, reason="customer called", key="off")
    house.ada.credit.arrange("C7", status="on_hold", reason="bad news", key="held")
    explain = house.desk.audit.explain
    assert "Reason: customer called" in explain("off")
    assert "Reason: bad news" in explain("held")


def test_every_command_can_be_explained(busy: House) -> None:
    for row in busy.rows():
        assert busy.desk.audit.explain(row.key)


def test_an_unknown_key_has_nothing_to_explain(house: House) -> None:
    with pytest.raises(so.NotFound) as refused:
        house.desk.audit.explain("nobody")
    assert (refused.value.code, refused.value.path) == ("key.unknown", "key")


def test_tenants_have_chains_of_their_own(house: House, make_house: Any) -> None:
    other = make_house(store=house.raw_store, tenant="other")
    other.sold()
    tampered(other, replaced(2, hash="f" * 64))
    assert not other.desk.audit.verify()
    assert house.desk.audit.verify()


def test_the_chain_is_the_same_wherever_the_same_was_done(make_house: Any) -> None:
    def head() -> str:
        house = make_house()
        house.sold()
        return str(finished(house.desk.audit.verify()).head)

    assert head() == head()

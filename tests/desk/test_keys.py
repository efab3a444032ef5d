"""A key has one effect; the same question under it gets the first answer."""

from typing import Any

import pytest

import salesorders as so
from tests.builders import House, a_request

BAD_KEYS = [
    (None, "key.type"),
    (5, "key.type"),
    (b"k", "key.type"),
    ("", "key.blank"),
    ("   ", "key.blank"),
    ("k" * 256, "key.too_long"),
    ("a\nb", "key.characters"),
    ("a\x00", "key.characters"),
    (" k", "key.characters"),
    ("schlüssel", "key.characters"),
]


def test_the_same_question_again_gets_the_first_answer_and_writes_nothing(house: House) -> None:
    first = house.order(key="web-1")
    before = house.state()
    assert house.order(key="web-1") == first
    assert house.state() == before


def test_the_first_answer_stays_even_where_the_world_moved_on(house: House) -> None:
    first = house.order(key="web-1")
    house.shipped(first.unwrap())
    again = house.order(key="web-1")
    assert again == first
    assert again.unwrap().fulfilment == "unshipped"


def test_a_rejection_is_kept_under_its_key_as_well(house: House) -> None:
    first = house.order(customer="NOBODY", key="web-1")
    before = house.state()
    assert isinstance(first, so.Rejected)
    assert house.order(customer="NOBODY", key="web-1") == first
    assert house.state() == before


def test_another_body_under_a_key_is_refused(house: House) -> None:
    house.order(120, key="web-1")
    before = house.state()
    with pytest.raises(so.KeyReused) as refused:
        house.order(121, key="web-1")
    assert (refused.value.code, refused.value.path) == ("key.reused", "key")
    assert house.state() == before


def test_another_actor_under_a_key_is_refused(house: House) -> None:
    house.order(key="web-1")
    with pytest.raises(so.KeyReused, match=r"key\.reused"):
        house.max.orders.place(a_request(), key="web-1")


def test_another_verb_under_a_key_is_refused(house: House) -> None:
    order = house.order(key="web-1").unwrap()
    with pytest.raises(so.KeyReused, match=r"key\.reused"):
        house.wim.shipments.ship(order.id, key="web-1")


def test_equal_numbers_are_one_body(house: House) -> None:
    first = house.order("120", key="web-1")
    assert house.order("120.00", key="web-1") == first


def test_one_key_serves_two_tenants(house: House, make_house: Any) -> None:
    other = make_house(store=house.raw_store, tenant="other")
    mine, theirs = house.order(key="web-1").unwrap(), other.order(key="web-1").unwrap()
    assert mine.id != theirs.id


@pytest.mark.parametrize(("key", "code"), BAD_KEYS)
def test_a_malformed_key_is_refused(house: House, key: Any, code: str) -> None:
    before = house.state()
    with pytest.raises(so.InvalidValue) as refused:
        house.order(key=key)
    assert (refused.value.code, refused.value.path) == (code, "key")
    assert house.state() == before


def test_the_longest_key_is_taken(house: House) -> None:
    assert isinstance(house.order(key="k" * 255), so.Placed)


def test_a_new_id_comes_from_the_key(make_house: Any) -> None:
    ids = {make_house().order(key="web-1").unwrap().id for _ in range(2)}
    assert len(ids) == 1

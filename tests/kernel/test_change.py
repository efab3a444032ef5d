"""Commands in, changes out."""

from datetime import UTC, date, datetime

import pytest

from salesorders.kernel.actors import Actor
from salesorders.kernel.change import Ask, Change, Command, Loaded, Outcome, Page
from salesorders.kernel.decision import refuse
from salesorders.kernel.errors import NotFound, Refused

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_command(key="web-1", tenant="north"):
    return Command(key, Actor("ann", "sales"), tenant, NOON, date(2026, 11, 23))


def test_a_retry_names_the_same_things():
    assert a_command().new_id("SO", 2) == a_command().new_id("SO", 2)


@pytest.mark.parametrize(
    "other",
    [
        a_command().new_id("SO", 1),
        a_command().new_id("IN"),
        a_command(key="web-2").new_id("SO"),
        a_command(tenant="south").new_id("SO"),
    ],
)
def test_another_thing_kind_key_or_tenant_has_another_id(other):
    assert other != a_command().new_id("SO")


def test_an_id_begins_with_its_kind():
    assert a_command().new_id("SO").startswith("SO-")


def test_another_actor_or_moment_under_the_same_key_names_the_same_things():
    other = Command("web-1", Actor("bob"), "north", NOON.replace(hour=1), date(2026, 1, 1))
    assert other.new_id("SO") == a_command().new_id("SO")


def test_an_outcome_without_result_raises_what_was_found():
    class Turned(Outcome[int]):
        findings = (refuse("item.retired", "lines[0].sku", sku="BOLT"),)

    with pytest.raises(Refused) as caught:
        Turned().unwrap()
    assert [finding.code for finding in caught.value.findings] == ["item.retired"]
    assert caught.value.code == "outcome.refused"


def test_what_is_not_there_is_none_or_an_error_by_its_kind():
    loaded = Loaded({"item/A": 1})
    assert loaded.get(int, "item/A") == 1
    assert loaded.get(int, "item/B") is None
    with pytest.raises(NotFound) as caught:
        loaded.need(int, "item/B", "lines[0].sku")
    assert (caught.value.code, caught.value.path) == ("item.unknown", "lines[0].sku")


def test_what_was_not_found_is_an_empty_tuple():
    loaded = Loaded({}, {("order", "customer", "C7"): (1, 2)})
    assert loaded.all(int, "order", "customer", "C7") == (1, 2)
    assert loaded.all(int, "order", "customer", "C8") == ()


def test_the_defaults_ask_nothing_and_change_nothing():
    assert (Ask().refs, Ask().finds, Page().items, Page().after) == ((), (), (), None)
    assert Change(1) == Change(1, (), (), ())

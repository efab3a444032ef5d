"""The chain tells commands in an order in which they can have happened, also where some were decided in hand."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import salesorders as so
from tests.builders import House, a_house, an_item
from tests.storing import Stores

KINDS = ["values", "sqlite", "postgres"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_goes_up_by_one_along_the_chain(any_store: Stores, kind: str) -> None:
    house: Any = a_house(
        "sync", store=any_store.make("sync", kind), stock=10_000, limit="unlimited"
    )
    shipments = [house.shipped(house.order(1, key=f"o{n}").unwrap()).id for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        done = pool.map(lambda n: house.fay.invoices.issue(shipments[n], key=f"i{n}"), range(40))
        assert all(isinstance(answer, so.Issued) for answer in done)
    versions: dict[str, int] = {}
    for row in house.rows():
        for ref, version in json.loads(row.text)["puts"]:
            assert version == versions.get(ref, 0) + 1, (row.seq, ref)
            versions[ref] = version
    assert house.desk.audit.verify()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", [OverflowError, UnicodeError, KeyError])
def test_what_a_rule_raises_is_raised_also_in_hand(
    any_store: Stores, kind: str, wrong: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    store: Any = any_store.make("sync", kind)
    house: Any = a_house("sync", store=store)
    other = House("sync", store=store, prefix="other")
    met = []

    def rule(*_: Any) -> Any:
        met.append(1)
        if len(met) == 1:
            other.ada.catalog.add(an_item("NUT"), key="meanwhile")
            other.order(1, key="faster").unwrap()
        else:
            raise wrong("of the host's own")
        return None

    monkeypatch.setattr("salesorders.lifecycle.placing.reference_findings", lambda *_: rule() or ())
    with pytest.raises(wrong):
        house.order(1, key="mine")
    monkeypatch.undo()
    assert house.order(1, key="mine").unwrap()

"""What waits is in a backup as it waits: with the tries that failed, and since when."""

import json
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

import salesorders as so
from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.codec import canonical, digest
from salesorders.storage import Pending, Put, Snapshot, backup_lines, read_backup, sealed
from salesorders.sync import MemoryStore
from salesorders.testing.stores.asking import AT, command, customer, notices
from tests.builders import Blocking
from tests.storing import KINDS, Stores

SINCE = AT + timedelta(microseconds=7)
ASKED = {"worker": "w", "now": AT, "until": AT + timedelta(minutes=5), "gateways": ("notices",)}


def after_failures(store: Any) -> Any:
    """A store in which the second of two effects failed twice."""
    store.commit("main", command("k", effects=notices("a", "b")))
    for at in (SINCE, SINCE + timedelta(days=1)):
        store.lease("main", **ASKED, limit=9)
        store.give_back("main", "k", 1, worker="w", failed_at=at)
        store.give_back("main", "k", 0, worker="w")
    return store


def written(waiting: dict[str, Any]) -> list[str]:
    """A backup of one effect that waits, as a file holds it."""
    lines = [canonical(one) + "\n" for one in ({"format": "salesorders.tenant/1"}, waiting)]
    end = {"documents": 0, "hash": digest("".join(lines)), "rows": 0, "waiting": 1}
    return [*lines, canonical({"end": end}) + "\n"]


def waiting(**more: Any) -> list[str]:
    (plain,) = (
        json.loads(line)["waiting"]
        for line in backup_lines(Snapshot(waiting=(Pending("k", 0, GatewayEffect("x", "a")),)))
        if line.startswith('{"waiting"')
    )
    return written({"waiting": plain | more})


@pytest.mark.parametrize("kind", KINDS)
def test_tries_that_failed_go_with_a_backup_into_any_store(any_store: Stores, kind: str) -> None:
    lines = list(backup_lines(after_failures(MemoryStore()).snapshot("main")))
    there: Any = Blocking(any_store.make("sync", kind), iter(()), lambda: None)
    there.restore("main", read_backup(lines))
    told = [(one.tries, one.failing_since) for one in there.pending("main", limit=9)]
    assert told == [(0, None), (2, SINCE)]
    assert list(backup_lines(there.snapshot("main"))) == lines


def test_tries_that_failed_are_in_the_backup_of_any_store(store: Any) -> None:
    taken = read_backup(backup_lines(after_failures(store).snapshot("main")))
    assert [(one.tries, one.failing_since) for one in taken.waiting] == [(0, None), (2, SINCE)]


def test_a_backup_of_a_release_that_kept_no_tries_is_read_without_any() -> None:
    (item,) = read_backup(waiting()).waiting
    assert (item.tries, item.failing_since) == (0, None)


def test_a_backup_holds_one_moment_in_one_way() -> None:
    (item,) = read_backup(waiting(tries=1, failing_since="2026-03-02T10:00:00+01:00")).waiting
    told = "".join(backup_lines(Snapshot(waiting=(item,))))
    assert '"failing_since":"2026-03-02T09:00:00.000000+00:00"' in told


@pytest.mark.parametrize(
    "more",
    [
        {"tries": 1},
        {"failing_since": SINCE.isoformat()},
        {"tries": 0, "failing_since": SINCE.isoformat()},
        {"tries": -1},
        {"tries": -1, "failing_since": SINCE.isoformat()},
        {"tries": True, "failing_since": SINCE.isoformat()},
        {"tries": "2", "failing_since": SINCE.isoformat()},
        {"tries": None},
        {"tries": 1, "failing_since": datetime(2026, 3, 2, 10).isoformat()},  # noqa: DTZ001  # without a zone
        {"tries": 1, "failing_since": "yesterday"},
        {"tries": 1, "failing_since": 7},
    ],
)
def test_tries_that_cannot_be_are_no_backup(more: dict[str, Any]) -> None:
    with pytest.raises(so.InvalidValue) as raised:
        read_backup(waiting(**more))
    assert raised.value.code == "backup.format"


def test_what_is_there_twice_is_no_backup() -> None:
    store = MemoryStore()
    store.commit("main", command("k", Put(0, customer("C1")), effects=notices("a")))
    taken = store.snapshot("main")
    (document,), (row,), (item,) = taken.documents, taken.rows, taken.waiting
    twice = (
        attrs.evolve(taken, documents=(document, document)),
        attrs.evolve(taken, rows=(row, sealed(row.key, row.body, row.text, AT, row))),
        attrs.evolve(taken, waiting=(item, item)),
    )
    for one, path in zip(twice, ("document", "row", "effect"), strict=True):
        with pytest.raises(so.InvalidValue) as raised:
            read_backup(backup_lines(one))
        assert (raised.value.code, raised.value.path) == ("backup.changed", path)

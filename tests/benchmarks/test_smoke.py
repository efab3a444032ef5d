"""Every benchmark starts, does its work in small, and prints the JSON that it promises. No time is looked at."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.storing import Stores

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
if not BENCHMARKS.exists():
    pytest.skip("the benchmarks stand in the checkout only", allow_module_level=True)


def printed(name: str, *arguments: str) -> list[dict[str, Any]]:
    command = [sys.executable, str(BENCHMARKS / name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("store", ["memory", "sqlite:///"])
def test_a_cycle_prints_every_figure(store: str) -> None:
    (found,) = printed(
        "order_cycle.py", "--orders", "10", "--lines", "2", "--store", store, "--json"
    )
    assert (found["orders"], found["lines"]) == (10, 2)
    assert {
        "orders_per_s",
        "lines_per_s",
        "cpu_ms_per_order",
        "wall_ms_per_order",
        "sql_per_order",
        "bytes_per_order",
        "stages",
    } <= set(found)
    assert (found["sql_per_order"] > 0) == (store != "memory")


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_second_cycle_at_one_database_does_all_of_it_again(any_store: Stores, kind: str) -> None:
    how = ("--orders", "5", "--store", any_store.url(kind), "--json")
    first, second = (printed("order_cycle.py", *how)[0] for _ in range(2))
    # Where keys were used before, their answers would be counted for work.
    assert second["sql_per_order"] == first["sql_per_order"]


def test_the_floors_are_measured() -> None:
    found = printed("floors.py", "--orders", "3", "--long", "10")
    assert [next(iter(line)) for line in found] == ["store", "price", "start", "growth"]


def test_processes_lose_nothing() -> None:
    found = printed(
        "processes.py", "--store", "sqlite", "--processes", "1", "2", "--orders", "2", "--json"
    )
    assert [(line["processes"], line["orders"], line["lost"]) for line in found] == [
        (1, 2, 0),
        (2, 4, 0),
    ]


def test_credit_is_measured_and_its_races_are_won_by_ten() -> None:
    (found,) = printed(
        "credit.py", "--documents", "20", "200", "--held", "5", "--orders", "20", "--json"
    )
    assert set(found["assessment_us"]) == {"20", "200"}
    assert found["recount_ms"]["orders"] == 20
    assert found["automatic_release"]["held"] == 5
    for race in ("threads_memory", "threads_sqlite", "processes_sqlite"):
        assert (found[race]["released"], found[race]["claimed"]) == (10, "1000.00")


RACE = ("--small", "--repeats", "1", "--json", "--races")


def test_races_in_processes_are_won() -> None:
    found = printed(
        "races.py", "--store", "sqlite:///", "--processes", "2", "--threads", "2", *RACE, "T1", "T4"
    )
    assert [(line["race"], line["violations"]) for line in found] == [("T1", 0), ("T4", 0)]
    assert (found[0]["sold"], found[0]["oversold"], found[0]["duplicates"]) == (10, 0, 20)


def test_races_over_a_naive_store_are_lost() -> None:
    (found,) = printed("races.py", "--naive", "--pause", "0.004", *RACE, "T1")
    assert found["violations"] > 0


@pytest.mark.parametrize("store", ["memory", "sqlite:///"])
def test_the_relay_carries_every_effect(store: str) -> None:
    (found,) = printed("relay.py", "--store", store, "--effects", "50", "--json")
    assert found["effects"] == 50
    assert found["effects_per_s"] > 0


def test_buyers_are_answered_both_ways(any_store: Stores) -> None:
    url = any_store.url("postgres")
    small = ("--buyers", "20", "--units", "4", "--processes", "2", "--repeats", "1")
    (found,) = printed("buyers.py", "--store", url, *small, "--json")
    assert {"desk_per_s", "by_hand_per_s", "ratio"} <= set(found)


def test_a_run_of_nothing_is_refused() -> None:
    command = [sys.executable, str(BENCHMARKS / "order_cycle.py"), "--orders", "0"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2

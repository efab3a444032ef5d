"""Several processes at one database: nothing is lost, nothing happens twice, a killed one does no harm."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.builders import House, books_agree
from tests.stores.worker import prepare
from tests.storing import Stores

ROOT = Path(__file__).parents[2]
KINDS = ["sqlite", "postgres"]


def started(*arguments: str) -> "subprocess.Popen[str]":
    path = os.pathsep.join([str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stores.worker", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.PIPE,
        text=True,
    )


def ended_well(processes: list[Any]) -> None:
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said[-2000:]


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, any_store: Stores) -> str:
    where = any_store.url(request.param)
    prepare(where, stock=30)
    return where


def house_at(url: str, any_store: Stores) -> House:
    return House("sync", store=any_store.opened("sync", url))


def test_four_processes_sell_and_bill_together(url: str, any_store: Stores) -> None:
    ended_well([started("sell", url, f"w{n}", "5") for n in range(4)])
    house = house_at(url, any_store)
    numbers = sorted(invoice.number for invoice in house.desk.invoices.find(limit=100).items)
    assert numbers == [f"INV-2026-{n:06d}" for n in range(1, 21)]
    assert house.level().on_hand == 10
    assert house.desk.audit.verify().rows == 2 + 60
    books_agree(house)


def test_a_killed_process_leaves_nothing_half_done_and_its_work_can_be_sent_again(
    url: str, any_store: Stores
) -> None:
    for pause in (0.9, 1.1, 1.3):
        killed = started("sell", url, "w", "20")
        time.sleep(pause)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
    ended_well([started("sell", url, "w", "20")])
    house = house_at(url, any_store)
    assert len(house.desk.orders.find(limit=100).items) == 20
    assert house.level().on_hand == 10
    assert house.desk.audit.verify().rows == 2 + 60
    books_agree(house)


def test_three_relays_carry_every_effect_once(url: str, any_store: Stores, tmp_path: Path) -> None:
    ended_well([started("sell", url, "w", "12")])
    house = house_at(url, any_store)
    waiting = {f"{i.key}/{i.number}" for i in house.store.pending("main", limit=1_000)}
    files = [tmp_path / f"r{n}" for n in range(3)]
    ended_well([started("relay", url, str(file), "40") for file in files])
    carried = [line for file in files if file.exists() for line in file.read_text().split()]
    assert sorted(carried) == sorted(waiting)
    assert house.store.pending("main", limit=10) == ()

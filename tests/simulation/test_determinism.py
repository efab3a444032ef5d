"""The same seed is the same run (F34): twice, under every hash seed, in any locale, on every Python that is here."""

import os
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

import salesorders as so
from salesorders.sync import MemoryStore
from salesorders.testing.simulation import simulate
from tests.builders import a_house, a_line

SEEDS = range(3)
STEPS = 100
PROGRAM = f"""
import locale
from salesorders.sync import MemoryStore
from salesorders.testing.simulation import simulate
locale.setlocale(locale.LC_ALL, "")
for seed in range({len(SEEDS)}):
    print(simulate(seed, {STEPS}, MemoryStore()).trace)
"""


def traces() -> list[str]:
    return [simulate(seed, STEPS, MemoryStore()).trace for seed in SEEDS]


def elsewhere(python: str, hash_seed: str, **more: str) -> list[str]:
    """The traces that another interpreter gives, with our packages on its path."""
    folders = [Path(module.__file__ or "").parents[1] for module in (so, attrs)]
    env = {
        **os.environ,
        "PYTHONHASHSEED": hash_seed,
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        **more,
    }
    answer = subprocess.run(
        [python, "-c", PROGRAM], env=env, capture_output=True, text=True, timeout=120, check=True
    )
    return answer.stdout.split()


def found(version: str) -> str:
    """Another Python, by its usual name or where pyenv keeps it; skips where there is none."""
    folders = (Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python")
    for python in (f"python{version}", *map(str, folders)):
        try:
            probe = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
            said = subprocess.run(probe, capture_output=True, text=True, timeout=20, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        if said.stdout.strip() == version:
            return python
    pytest.skip(f"there is no Python {version} here")


def test_a_seed_twice_is_one_trace() -> None:
    assert traces() == traces()


@pytest.mark.parametrize("hash_seed", ["0", "1", "random"])
def test_the_hash_seed_changes_nothing(hash_seed: str) -> None:
    assert elsewhere(sys.executable, hash_seed) == traces()


def test_a_locale_without_letters_of_its_own_changes_nothing() -> None:
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert elsewhere(sys.executable, "random", **bare) == traces()


def test_the_order_of_a_hosts_dict_changes_nothing() -> None:
    ends = []
    for way in (1, -1):
        house = a_house()
        lines = [a_line(9) for _ in range(11)]
        order = house.ann.orders.place(so.OrderRequest("C7", lines), key="o").unwrap()
        names, euro = ("1", "2", "11"), so.Money("1", "EUR")
        parcels = [
            house.shipped(order, dict.fromkeys(names[::turn], 3), key="s") for turn in (way, -way)
        ]
        assert [line.order_line for line in parcels[0].lines] == ["1", "2", "11"]
        cancelled = [
            house.ann.orders.cancel(order.id, dict.fromkeys(names[::turn], 2), reason="r", key="c")
            for turn in (way, -way)
        ]
        ids = [house.billed(parcels[0], key="i").id, house.sold(9).id]
        house.kai.cash.receive("C7", so.Money("2", "EUR"), key="p")
        (payment,) = house.desk.cash.find().items
        applied = [
            house.kai.cash.apply(payment.id, dict.fromkeys(ids[::turn], euro), key="a")
            for turn in (way, -way)
        ]
        # Under its key it is the same command either way round.
        for first, again in (parcels, cancelled, applied):
            assert first == again
        assert isinstance(applied[0], so.Applied)
        ends.append((house.desk.backup.state_hash(), house.desk.audit.verify().head))
    assert ends[0] == ends[1]


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_another_python_runs_the_same(version: str) -> None:
    assert elsewhere(found(version), "random") == traces()

"""The same seed is the same run: twice, under every hash seed, on every Python that is here."""

import os
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

import salesorders
from salesorders.sync import MemoryStore
from salesorders.testing.simulation import simulate

SEEDS = range(3)
STEPS = 100
PROGRAM = f"""
from salesorders.sync import MemoryStore
from salesorders.testing.simulation import simulate
for seed in range({len(SEEDS)}):
    print(simulate(seed, {STEPS}, MemoryStore()).trace)
"""


def traces() -> list[str]:
    return [simulate(seed, STEPS, MemoryStore()).trace for seed in SEEDS]


def elsewhere(python: str, hash_seed: str) -> list[str]:
    """The traces that another interpreter gives, with our packages on its path."""
    folders = [Path(module.__file__ or "").parents[1] for module in (salesorders, attrs)]
    env = {
        **os.environ,
        "PYTHONHASHSEED": hash_seed,
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
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


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_another_python_runs_the_same(version: str) -> None:
    assert elsewhere(found(version), "random") == traces()

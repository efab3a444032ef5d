"""The import contracts hold, and each of them is awake: a planted violation is caught."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

LAYERS = "Imports go downwards only, and siblings do not know each other"
PURITY = "The pure half asks nobody for time, chance or the world"
DIALECTS = "Only interchange speaks XML and in-memory files"
BRIDGE = "Only wait.py touches the event loop"
ROLES = "Inside a capability the files are read from requests to decide"


def lint(root: Path) -> tuple[bool, set[str], str]:
    """Whether all contracts are kept, the names of those broken, and all that was printed."""
    run = "from importlinter.cli import lint_imports_command as run; run()"
    answer = subprocess.run(
        [sys.executable, "-c", run, "--config", "pyproject.toml", "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "200", "NO_COLOR": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    printed = answer.stdout + answer.stderr
    contracts = (LAYERS, PURITY, DIALECTS, BRIDGE, ROLES)
    broken = {name for name in contracts if f"{name} BROKEN" in printed}
    return answer.returncode == 0, broken, printed


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The library and its contracts, where a violation does no harm."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
    )
    return tmp_path


def plant(root: Path, module: str, line: str) -> None:
    """Add a line to a module, making the module and its packages where they are not there."""
    path = root / "src" / Path(*module.split("."))
    if path.is_dir():
        target = path / "__init__.py"
    else:
        target = path.with_suffix(".py")
        target.parent.mkdir(parents=True, exist_ok=True)
        for folder in target.relative_to(root / "src").parents:
            if folder != Path():
                (root / "src" / folder / "__init__.py").touch()
    text = target.read_text("utf-8") if target.exists() else ""
    target.write_text(f"{text}\n{line}\n", "utf-8")


def broken_by(root: Path, module: str, line: str) -> set[str]:
    plant(root, module, line)
    return lint(root)[1]


def test_the_library_keeps_every_contract() -> None:
    kept, _, printed = lint(ROOT)
    assert kept, printed


def test_a_planted_import_of_credit_in_orders_is_caught(copy: Path) -> None:
    assert LAYERS in broken_by(copy, "salesorders.orders.planted", "import salesorders.credit")


def test_a_planted_import_of_orders_in_lifecycle_is_allowed(copy: Path) -> None:
    assert not broken_by(copy, "salesorders.lifecycle.planted", "import salesorders.orders")


def test_a_planted_import_of_catalog_in_the_kernel_is_caught(copy: Path) -> None:
    assert LAYERS in broken_by(copy, "salesorders.kernel.planted", "import salesorders.catalog")


def test_a_planted_import_of_the_shell_in_lifecycle_is_caught(copy: Path) -> None:
    assert LAYERS in broken_by(copy, "salesorders.lifecycle.planted", "import salesorders.aio")


def test_a_planted_import_of_the_front_door_in_a_capability_is_caught(copy: Path) -> None:
    plant(copy, "salesorders", "from salesorders.aio import planted_desk")
    plant(copy, "salesorders.aio", "planted_desk = 1")
    assert LAYERS in broken_by(copy, "salesorders.credit.planted", "import salesorders")


def test_a_package_that_no_layer_names_is_caught(copy: Path) -> None:
    assert LAYERS in broken_by(copy, "salesorders.surprise.thing", "x = 1")


def test_a_planted_import_of_the_twin_in_the_async_shell_is_caught(copy: Path) -> None:
    plant(copy, "salesorders.sync.planted", "x = 1")
    line = "from salesorders.sync import planted"
    assert LAYERS in broken_by(copy, "salesorders.aio.planted", line)


def test_the_bridge_alone_may_import_the_twin(copy: Path) -> None:
    plant(copy, "salesorders.sync.planted", "x = 1")
    line = "from salesorders.sync import planted"
    assert LAYERS in broken_by(copy, "salesorders.aio.running", line)


def test_each_planted_import_of_the_outside_in_pricing_is_caught(copy: Path) -> None:
    outside = {"asyncio", "logging", "os", "pathlib", "random", "secrets", "socket", "sqlalchemy"}
    outside |= {"subprocess", "threading", "time", "uuid"}
    for module in outside:
        plant(copy, f"salesorders.pricing.planted_{module}", f"import {module}")
    printed = lint(copy)[2]
    missed = {m for m in outside if f"salesorders.pricing.planted_{m} -> {m}" not in printed}
    assert not missed, printed


def test_an_import_of_the_outside_hidden_in_a_function_is_caught(copy: Path) -> None:
    line = "def now():\n    from time import time\n    return time()"
    assert PURITY in broken_by(copy, "salesorders.kernel.planted", line)


def test_a_planted_import_of_the_clock_in_the_shell_is_allowed(copy: Path) -> None:
    assert not broken_by(copy, "salesorders.aio.planted", "import time")


def test_a_planted_import_of_lxml_in_billing_is_caught(copy: Path) -> None:
    assert DIALECTS in broken_by(copy, "salesorders.billing.planted", "import lxml")


def test_a_planted_import_of_lxml_in_interchange_is_allowed(copy: Path) -> None:
    assert not broken_by(copy, "salesorders.interchange.planted", "from lxml import etree")


def test_a_planted_import_of_asyncio_in_the_desk_is_caught(copy: Path) -> None:
    assert BRIDGE in broken_by(copy, "salesorders.aio.planted", "import asyncio")


@pytest.mark.parametrize(
    ("role", "other"),
    [
        ("model", "decide"),
        ("model", "policy"),
        ("policy", "decide"),
        ("events", "decide"),
        ("events", "policy"),
        ("requests", "model"),
        ("requests", "decide"),
    ],
)
def test_a_role_that_imports_a_later_one_is_caught(copy: Path, role: str, other: str) -> None:
    plant(copy, f"salesorders.credit.{other}", "planted = 1")
    line = f"from salesorders.credit.{other} import planted as planted_too"
    assert ROLES in broken_by(copy, f"salesorders.credit.{role}", line)

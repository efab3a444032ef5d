"""The notebook on credit policies runs as a script over our sample, and over a folder of the reader's own."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"

NORTHWIND = {
    "salesorder.csv": (
        "entityId,customerId,orderDate,requiredDate,shippedDate,freight\n"
        "10,1,2006-07-04 00:00:00.000,2006-08-01 00:00:00.000,2006-07-16 00:00:00.000,2.38\n"
        "11,1,2006-09-05 00:00:00.000,2006-10-16 00:00:00.000,NULL,1.00\n"
    ),
    "orderdetail.csv": "entityId,orderId,unitPrice,quantity,discount\n1,10,10,2,0.05\n2,10,1,1,0\n3,11,9.9,10,0\n",
}


def run(*arguments: str) -> str:
    if find_spec("marimo") is None:
        pytest.skip("marimo is not installed")
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "credit_policies.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(text: str) -> dict[str, list[str]]:
    found = re.findall(r"^(today|gentle|watchful) +(\d+) +(\d+) ", text, re.MULTILINE)
    return {name: [orders, held] for name, orders, held in found}


def test_three_policies_stand_side_by_side_over_the_sample():
    found = rows(run())
    assert set(found) == {"today", "gentle", "watchful"}
    assert {orders for orders, _ in found.values()} == {"60"}
    assert len({held for _, held in found.values()}) == 3


def test_orders_of_another_folder_are_read(tmp_path):
    for name, text in NORTHWIND.items():
        (tmp_path / name).write_text(text)
    found = rows(run("--data", str(tmp_path)))
    assert {orders for orders, _ in found.values()} == {"2"}


def test_a_dump_is_added_up_with_discount_and_freight(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import past_orders

    for name, text in NORTHWIND.items():
        (tmp_path / name).write_text(text)
    first, second = past_orders.read(tmp_path).orders
    assert (str(first.amount), str(second.amount)) == ("22.38", "100.00")
    assert (str(first.due_on), str(first.paid_on)) == ("2006-08-15", "2006-08-22")
    assert second.shipped_on is None


def test_a_folder_without_orders_is_said_to_hold_none(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import past_orders

    with pytest.raises(SystemExit, match="neither"):
        past_orders.read(tmp_path)

"""How far from the floor: each figure over the least that the same work could take, measured in the same run.

- ``store``: CPU that a cycle takes on an SQLite file beyond memory, over bare ``sqlite3`` sending the same
  statements with the same values;
- ``price``: pricing five lines with their trace, over a loop of plain ``Decimal`` arithmetic and rounding;
- ``import``: ``import salesorders`` in a new interpreter, over an interpreter that imports nothing;
- ``first``: milliseconds from a new interpreter's first line to a desk in memory that can work;
- ``flat`` and ``linear``: CPU of the last tenth of 10,000 orders over the first tenth, and CPU a line at
  500 lines over that at 50.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.ground import furnished, opened, steps_of
from benchmarks.order_cycle import measured

import salesorders as so
from salesorders.pricing import PricedWant, PriceRequest, price

FIRST_DESK = """
import time
began = time.perf_counter()
import salesorders as so
so.Desk.in_memory(seller=so.Seller("ACME", country="DE"), currency="EUR")
print((time.perf_counter() - began) * 1000)
"""


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def store_over_raw(orders: int) -> dict[str, float]:
    """Beyond memory, over the same statements sent by ``sqlite3`` alone; the median of three rounds.

    The raw statements of a cycle are sent right after the same cycle in memory, so that both find the processor's
    caches as a program that also does something else leaves them.
    """
    rounds = [_store_round(orders) for _ in range(3)]
    return {
        "memory_ms": round(statistics.median(r[0] for r in rounds), 2),
        "sqlite_ms": round(statistics.median(r[1] for r in rounds), 2),
        "raw_ms": round(statistics.median(r[2] for r in rounds), 2),
        "ratio": round(statistics.median((r[1] - r[0]) / r[2] for r in rounds), 2),
    }


def _store_round(orders: int) -> tuple[float, float, float]:
    with tempfile.TemporaryDirectory(prefix="floors") as folder:
        before, cycles = _statements(f"sqlite:///{folder}/heard.db", orders)
        # The same tables, empty but for the migration, as the first database had them.
        opened(f"sqlite:///{folder}/raw.db").close()
        raw = sqlite3.connect(f"{folder}/raw.db", isolation_level=None)
        raw.execute("PRAGMA synchronous = NORMAL")
        _replay(raw, before)
        memory, sent = _cycles("memory", orders, lambda n: _replay(raw, cycles[n]))
        raw.close()
        ours, _ = _cycles(f"sqlite:///{folder}/ours.db", orders)
    return memory, ours, sent


def _cycles(store: str, orders: int, between: Callable[[int], object] = int) -> tuple[float, float]:
    """CPU milliseconds of a cycle, and of what is done between two."""
    with opened(store) as desk:
        clerks = furnished(desk)
        for n in range(10):
            _play(clerks, n, "warm")
        taken = beside = 0.0
        for n in range(orders):
            taken += cpu_of(lambda n=n: _play(clerks, n, ""))
            beside += cpu_of(lambda n=n: between(n))
    return taken / orders * 1000, beside / orders * 1000


Heard = list[tuple[str, Any, bool]]


def _statements(store: str, orders: int) -> tuple[Heard, list[Heard]]:
    """Every statement that a desk sends: to begin with, and for each cycle."""
    from sqlalchemy import Engine, event

    heard: Heard = []

    def listening(_c: Any, _k: Any, words: str, values: Any, _x: Any, many: bool) -> None:
        heard.append((words, values, many))

    event.listen(Engine, "before_cursor_execute", listening)
    with opened(store) as desk:
        heard.clear()  # the tables
        clerks = furnished(desk)
        for n in range(10):
            _play(clerks, n, "warm")
        before, cycles = list(heard), []
        for n in range(orders):
            heard.clear()
            _play(clerks, n, "")
            cycles.append(list(heard))
    event.remove(Engine, "before_cursor_execute", listening)
    return before, cycles


def _play(clerks: dict[str, so.Desk], n: int, name: str) -> None:
    for _ in steps_of(clerks, n, 5, name):
        pass


def _replay(raw: sqlite3.Connection, heard: Heard) -> None:
    for words, values, many in heard:
        if words.startswith("PRAGMA"):
            continue
        if many:
            raw.executemany(words, values)
        else:
            raw.execute(words, values).fetchall()


def price_over_loop(rounds: int = 300) -> dict[str, float]:
    """Pricing five lines with breaks, VAT and trace: the verb and its rule, over two plain loops.

    ``loop`` does the arithmetic and forgets it; ``told`` keeps what a person would ask about, a dict for each
    line and each group, as a host without a library would.
    """
    clerks = furnished(opened("memory"))
    wanted = [(f"P{n:03}", 3 + n) for n in range(5)]
    items = {sku: clerks["sales"].catalog.get(sku) for sku, _ in wanted}
    breaks = {sku: [(price.at_least, price.value) for price in items[sku].prices] for sku in items}
    rates = {sku: items[sku].tax.rate for sku in items}
    request = PriceRequest(
        "EUR",
        tuple(
            PricedWant(str(n), items[sku], Decimal(quantity), items[sku].unit)
            for n, (sku, quantity) in enumerate(wanted)
        ),
    )
    policy = so.Policies().pricing
    cent = Decimal("0.01")

    def verb() -> None:
        for _ in range(rounds):
            clerks["sales"].orders.price("C00", [so.Line(sku, n) for sku, n in wanted])

    def rule() -> None:
        for _ in range(rounds):
            price(request, policy)

    def loop() -> None:
        for _ in range(rounds):
            bases: dict[Decimal, Decimal] = {}
            for sku, pieces in wanted:
                quantity, value = Decimal(pieces), Decimal(0)
                for least, reached in breaks[sku]:
                    if least <= quantity:
                        value = reached
                net = (value * quantity).quantize(cent, ROUND_HALF_UP)
                bases[rates[sku]] = bases.get(rates[sku], Decimal(0)) + net
            for rate, base in bases.items():
                assert (base * rate / 100).quantize(cent, ROUND_HALF_UP) + base > 0

    def told() -> None:
        for _ in range(rounds):
            lines, bases = [], {}
            for n, (sku, pieces) in enumerate(wanted):
                item, quantity, value, least = items[sku], Decimal(pieces), Decimal(0), Decimal(0)
                for least_there, reached in breaks[sku]:
                    if least_there <= quantity:
                        value, least = reached, least_there
                net = (value * quantity).quantize(cent, ROUND_HALF_UP)
                bases[rates[sku]] = bases.get(rates[sku], Decimal(0)) + net
                line = {"line": str(n), "sku": sku, "name": item.name, "quantity": quantity}
                line |= {"unit": item.unit, "price": value, "list": value, "net": net}
                line |= {"vat": rates[sku], "source": f"list from {least}" if least else "list"}
                lines.append(line)
            groups = []
            for rate, base in bases.items():
                vat = (base * rate / 100).quantize(cent, ROUND_HALF_UP)
                groups.append({"vat": rate, "base": base, "amount": vat})
            net = sum((line["net"] for line in lines), Decimal(0))
            vat = sum((group["amount"] for group in groups), Decimal(0))
            kept = {"lines": lines, "groups": groups, "net": net, "vat": vat, "gross": net + vat}
            assert kept["gross"] > 0

    runs = [(cpu_of(verb), cpu_of(rule), cpu_of(loop), cpu_of(told)) for _ in range(5)]
    return {
        "verb_us": round(statistics.median(run[0] for run in runs) / rounds * 1e6, 1),
        "rule_us": round(statistics.median(run[1] for run in runs) / rounds * 1e6, 1),
        "loop_us": round(statistics.median(run[2] for run in runs) / rounds * 1e6, 1),
        "told_us": round(statistics.median(run[3] for run in runs) / rounds * 1e6, 1),
        "rule_to_loop": round(statistics.median(run[1] / run[2] for run in runs), 1),
        "rule_to_told": round(statistics.median(run[1] / run[3] for run in runs), 1),
    }


def start_up() -> dict[str, float]:
    """New interpreters: bare, importing us, and making a first desk, all with their bytecode at hand."""
    with tempfile.TemporaryDirectory(prefix="bytecode") as folder:
        env = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        _started(FIRST_DESK, env)
        return _start_up(env)


def _started(code: str, env: dict[str, str]) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout


def _start_up(env: dict[str, str]) -> dict[str, float]:
    def seconds(code: str) -> float:
        began = time.perf_counter()
        _started(code, env)
        return time.perf_counter() - began

    pairs = [(seconds("import salesorders"), seconds("pass")) for _ in range(7)]
    desks = [float(_started(FIRST_DESK, env)) for _ in range(7)]
    return {
        "import_ms": round(statistics.median(p[0] for p in pairs) * 1000, 1),
        "bare_ms": round(statistics.median(p[1] for p in pairs) * 1000, 1),
        "ratio": round(statistics.median(p[0] / p[1] for p in pairs), 2),
        "first_desk_ms": round(statistics.median(desks), 1),
    }


def growth(orders: int) -> dict[str, Any]:
    """Whether a cycle stays as quick as it was, and a line as cheap."""
    flat = measured("memory", orders, 5)
    few, many = measured("memory", 60, 50), measured("memory", 12, 500)
    return {
        "orders": orders,
        "last_tenth_to_first": flat["last_tenth_to_first"],
        "ms_a_line_at_50": round(few["cpu_ms_per_order"] / 50, 3),
        "ms_a_line_at_500": round(many["cpu_ms_per_order"] / 500, 3),
    }


def main(arguments: list[str] | None = None) -> int:
    """The command line: one line of JSON for each floor."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orders", type=int, default=200, help="cycles for the store's floor")
    parser.add_argument("--long", type=int, default=10_000, help="cycles for the growth")
    options = parser.parse_args(arguments)
    print(json.dumps({"store": store_over_raw(options.orders)}))
    print(json.dumps({"price": price_over_loop()}))
    print(json.dumps({"start": start_up()}))
    print(json.dumps({"growth": growth(options.long)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

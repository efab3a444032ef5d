"""A thousand buyers for a hundred units from eight processes, beside the least that a database could be asked.

``python benchmarks/buyers.py --store postgresql`` sells a hundred units of one article to a thousand
buyers, twice in turn: through the desk, and by hand with a key row, a conditional ``UPDATE`` and a row for
the reservation in one transaction. Every buyer is answered, those who come too late too. The server answers when a
commit is on the disk, as PostgreSQL does unless it is told otherwise; ``--unsafe`` tells it otherwise.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
import time
from collections import Counter
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.ground import SELLER
from benchmarks.processes import served

import salesorders as so
from salesorders.inventory import InventoryPolicy

CONTEXT = multiprocessing.get_context("spawn")
POLICIES = so.Policies(inventory=InventoryPolicy(backorders=False))
TABLES = """
DROP TABLE IF EXISTS hand_stock, hand_keys, hand_reservations;
CREATE TABLE hand_stock (sku text PRIMARY KEY, free int NOT NULL CHECK (free >= 0));
CREATE TABLE hand_keys (key text PRIMARY KEY, answer text NOT NULL);
CREATE TABLE hand_reservations (buyer text PRIMARY KEY, sku text NOT NULL, quantity int NOT NULL);
"""
WARM = 20
TAKE = "UPDATE hand_stock SET free = free - 1 WHERE sku = %s AND free >= 1"


def opened(url: str, tenant: str) -> so.Desk:
    """A desk that takes no backorders."""
    return so.Desk.open(
        url,
        seller=SELLER,
        currency="EUR",
        clock=so.FixedClock(date(2026, 3, 2)),
        policies=POLICIES,
        tenant=tenant,
    ).as_(so.Actor("shop", roles={"master-data", "warehouse", "sales"}))


def furnished(url: str, tenant: str, buyers: int, units: int) -> None:
    """One article, so many units of it, and every buyer as a customer."""
    desk = opened(url, tenant)
    for sku in ("BOLT", "NUT"):
        item = so.Item(sku, f"{sku} M8", prices=[so.Price("1.00")], tax="S19")
        desk.catalog.add(item, key=sku).unwrap()
    for first in range(0, buyers, 100):
        some = range(first, min(first + 100, buyers))
        customers = [
            so.Customer(f"C{n}", f"Buyer {n}", country="DE", credit_limit="1000") for n in some
        ]
        desk.catalog.add(*customers, key=f"customers-{first}").unwrap()
    desk.stock.receive("BOLT", units, site="BER", key="stock").unwrap()
    desk.stock.receive("NUT", 1_000, site="BER", key="nuts").unwrap()
    desk.engine.store.close()


def with_desk(pipe: Connection, url: str, tenant: str, mine: range) -> None:
    """What a process does through the desk."""
    desk = opened(url, tenant)
    # A shop that sells so much at once has been open for a while: it has sold, and said no, before.
    for n in range(WARM):
        nuts = so.Line("NUT", 1 if n % 2 else 10_000)
        desk.orders.place(so.OrderRequest("C0", [nuts]), key=f"warm{mine.start}-{n}")
    pipe.send("ready")
    pipe.recv()
    kinds: Counter[str] = Counter()
    for n in mine:
        request = so.OrderRequest(f"C{n}", [so.Line("BOLT", 1)])
        try:
            kinds[type(desk.orders.place(request, key=f"k{n}")).__name__] += 1
        except so.SalesOrdersError as error:
            kinds[error.code] += 1
    pipe.send(kinds)
    desk.engine.store.close()


def by_hand(pipe: Connection, url: str, tenant: str, mine: range) -> None:
    """What a process does with three statements."""
    import psycopg

    kinds: Counter[str] = Counter()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for n in range(WARM):
            taken(connection, f"warm{mine.start}-{n}", "NUT" if n % 2 else "NONE")
        pipe.send("ready")
        pipe.recv()
        for n in mine:
            kinds[taken(connection, f"k{n}", "BOLT")] += 1
        pipe.send(kinds)


def taken(connection: Any, key: str, sku: str) -> str:
    """Take a unit for whoever comes with a key, and note what he was told."""
    with connection.transaction(), connection.cursor() as cursor:
        first = "INSERT INTO hand_keys VALUES (%s, %s) ON CONFLICT DO NOTHING"
        cursor.execute(first, (key, ""))
        if cursor.rowcount != 1:
            return "repeated"
        cursor.execute(TAKE, (sku,))
        sold = cursor.rowcount == 1
        if sold:
            row = (key, sku, 1)
            cursor.execute("INSERT INTO hand_reservations VALUES (%s, %s, %s)", row)
        answer = "Placed" if sold else "Rejected"
        cursor.execute("UPDATE hand_keys SET answer = %s WHERE key = %s", (answer, key))
    return answer


def raced(
    work: Any, url: str, tenant: str, buyers: int, processes: int
) -> tuple[Counter[str], float]:
    """The answers that all processes together gave, and how many a second."""
    pipes, members = [], []
    for n in range(processes):
        ours, theirs = CONTEXT.Pipe()
        member = CONTEXT.Process(
            target=work, args=(theirs, url, tenant, range(n, buyers, processes)), daemon=True
        )
        member.start()
        pipes.append(ours)
        members.append(member)
    for pipe in pipes:
        pipe.recv()
    began = time.perf_counter()
    for pipe in pipes:
        pipe.send("go")
    kinds: Counter[str] = Counter()
    for pipe in pipes:
        kinds += pipe.recv()
    took = time.perf_counter() - began
    for member in members:
        member.join()
    return kinds, buyers / took


def hand_furnished(url: str, units: int) -> None:
    """Three tables."""
    import psycopg

    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for sentence in TABLES.strip().split(";"):
            if sentence.strip():
                connection.execute(sentence)
        connection.execute("INSERT INTO hand_stock VALUES ('BOLT', %s), ('NUT', 1000)", (units,))


def measured(url: str, buyers: int, units: int, processes: int, repeats: int) -> dict[str, Any]:
    """Both ways in turn; raises where one sold too much, too little, or left somebody without an answer."""
    wanted = {"Placed": units, "Rejected": buyers - units}
    rates: dict[str, list[float]] = {"desk": [], "by_hand": []}
    for repeat in range(repeats):
        hand_furnished(url, units)
        furnished(url, f"t{repeat}", buyers, units)
        for name, work in (("by_hand", by_hand), ("desk", with_desk)):
            kinds, rate = raced(work, url, f"t{repeat}", buyers, processes)
            if kinds != wanted:
                raise AssertionError(f"{name}: {dict(kinds)}")
            rates[name].append(rate)
    ratios = [desk / hand for desk, hand in zip(rates["desk"], rates["by_hand"], strict=True)]
    return {
        "buyers": buyers,
        "units": units,
        "processes": processes,
        "desk_per_s": round(statistics.median(rates["desk"])),
        "by_hand_per_s": round(statistics.median(rates["by_hand"])),
        "ratio": round(statistics.median(ratios), 2),
    }


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--store", default="postgresql", help="postgresql or a URL of one")
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--buyers", type=int, default=1_000)
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--unsafe",
        action="store_true",
        help="let the server that is started flush nothing to the disk",
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with served(options.store, durable=not options.unsafe) as url:
        found = measured(url, options.buyers, options.units, options.processes, options.repeats)
    told = "  ".join(f"{name} {value}" for name, value in found.items())
    print(json.dumps(found) if options.json else told)
    return 0


if __name__ == "__main__":
    sys.exit(main())

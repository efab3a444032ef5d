"""Credit: what one assessment, one recount, fifty orders at once and a run over held orders take.

``python benchmarks/credit.py --json`` prints one line of JSON. ``--documents`` names how many open documents
an account has when it is assessed; the races run on threads in memory and on processes over a file.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import salesorders as so
from salesorders.credit import CreditLimit, ExposureEntry, decide_credit, recomputed
from salesorders.credit.model.exposure import day_totals
from salesorders.kernel.change import changed
from salesorders.lifecycle import exposure_entries

SELLER = so.Seller("ACME", country="DE", vat_id="DE123456788")
TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAYS = 365
STRICT = so.CreditPolicy(
    document_maximum=Decimal(10**6),
    horizon=so.Horizon(months=2),
    overdue_share_percent_max=Decimal(50),
    oldest_item_days_max=400,
)


def best(call: Callable[[], Any], times: int, rounds: int = 7) -> float:
    """CPU seconds of one call: the best of several rounds."""
    found = []
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(times):
            call()
        found.append((time.process_time() - start) / times)
    return min(found)


def entries(count: int) -> list[ExposureEntry]:
    """Open documents of one customer, half of them orders, half items, over a year each."""
    day = timedelta(days=1)
    return [
        ExposureEntry("open_orders", Decimal("119.00"), f"order/{n}", TODAY + n % DAYS * day)
        if n % 2
        else ExposureEntry(
            "open_items", Decimal("59.50"), f"item/{n}", TODAY + (n % DAYS - 180) * day
        )
        for n in range(count)
    ]


def the_account(count: int) -> so.CreditAccount:
    """An account with so many open documents, whose totals by day are kept."""
    there = entries(count)
    return so.CreditAccount(
        "C7",
        CreditLimit.of(10**12, "EUR"),
        recomputed("EUR", there),
        orders_by_day=day_totals(there, "open_orders"),
        items_by_day=day_totals(there, "open_items"),
    )


def assessments(counts: list[int]) -> dict[str, dict[str, float]]:
    """Microseconds of one assessment by number of open documents, under the default and a strict policy."""
    request = so.CreditRequest("SO-1", "C7", Decimal(119), TODAY, on=TODAY)
    found: dict[str, dict[str, float]] = {}
    for count in counts:
        dated = the_account(count)
        plain = changed(dated, orders_by_day=None, items_by_day=None)
        asked = (("default", plain, so.CreditPolicy()), ("strict", dated, STRICT))
        found[str(count)] = {
            name: round(best(partial(decide_credit, request, account, policy, NOON), 500) * 1e6, 1)
            for name, account, policy in asked
        }
    return found


def recount(count: int) -> float:
    """Milliseconds to add an account up from so many orders, buckets and days; it must agree with the account."""
    with opened("memory") as desk:
        furnished(desk, "unlimited")
        for n in range(count):
            placed(desk, n)
        orders: list[Any] = []
        after = ""
        while after is not None:
            page = desk.orders.find(customer="C7", limit=1_000, after=after)
            orders += page.items
            after = page.after
        kept = desk.credit.exposure("C7")

    def again() -> so.Exposure:
        there = exposure_entries(orders, (), (), ())
        day_totals(there, "open_orders")
        day_totals(there, "open_items")
        return recomputed("EUR", there)

    if again() != kept or len(orders) != count:
        raise AssertionError(f"{again()} was counted and {kept} is kept")
    return round(best(again, 3) * 1000, 2)


# --- fifty orders of 100 against 1,000


def opened(url: str, policies: so.Policies | None = None) -> so.Desk:
    """A desk in memory or over a file."""
    how: dict[str, Any] = {"seller": SELLER, "currency": "EUR", "policies": policies}
    clock = so.FixedClock(TODAY)
    if url == "memory":
        return so.Desk.in_memory(clock=clock, **how)
    return so.Desk.open(url, durable=False, clock=clock, **how)


def furnished(desk: so.Desk, limit: object) -> None:
    """Something for 100, a customer, and a group that shares the limit."""
    ada = desk.as_(so.Actor("ada", roles=["master-data"]))
    ada.catalog.add(
        so.Item("HUNDRED", "Hundred", prices=[so.Price("100")], tax="Z"),
        so.Customer("C7", "Seven", country="DE", credit_limit=limit),
        so.Customer("C8", "Eight", country="DE", credit_limit="unlimited"),
        key="master",
    ).unwrap()
    wim = desk.as_(so.Actor("wim", roles=["warehouse"]))
    wim.stock.receive("HUNDRED", 10**6, site="BER", key="stock").unwrap()


def placed(desk: so.Desk, n: int) -> bool:
    """Place one order of 100, however often it is outrun."""
    ann = desk.as_(so.Actor("ann", roles=["sales"]))
    while True:
        try:
            request = so.OrderRequest("C7", [so.Line("HUNDRED", 1)])
            return isinstance(ann.orders.place(request, key=f"o-{n}"), so.Placed)
        except so.ConcurrencyExhausted:
            continue


def on_threads(url: str, workers: int = 8) -> dict[str, Any]:
    """Fifty orders on threads of one process."""
    with opened(url) as desk:
        furnished(desk, "1000")
        start = time.perf_counter()
        with ThreadPoolExecutor(workers) as pool:
            answers = list(pool.map(lambda n: placed(desk, n), range(50)))
        took = time.perf_counter() - start
        claimed = desk.credit.exposure("C7").open_orders
    return raced(sum(answers), claimed, took)


def a_worker(url: str, first: int, orders: int, answers: Any) -> None:
    """One process: its share of the orders."""
    with opened(url) as desk:
        answers.put(sum(placed(desk, n) for n in range(first, first + orders)))


def on_processes(url: str, workers: int = 5) -> dict[str, Any]:
    """Fifty orders on processes over one file."""
    with opened(url) as desk:
        furnished(desk, "1000")
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    share = 50 // workers
    crew = [
        context.Process(target=a_worker, args=(url, n * share, share, answers))
        for n in range(workers)
    ]
    start = time.perf_counter()
    for one in crew:
        one.start()
    released = sum(answers.get() for _ in crew)
    for one in crew:
        one.join()
    took = time.perf_counter() - start
    with opened(url) as desk:
        claimed = desk.credit.exposure("C7").open_orders
    return raced(released, claimed, took)


def raced(released: int, claimed: Decimal, took: float) -> dict[str, Any]:
    """Exactly ten, or the run is not what it says."""
    if released != 10 or claimed != 1000:
        raise AssertionError(f"{released} were released for {claimed}")
    return {"released": released, "claimed": str(claimed), "seconds": round(took, 3)}


# --- a run over held orders


def automatic_release(held: int, url: str = "memory") -> dict[str, Any]:
    """Seconds to release so many held orders of one customer in one command."""
    with opened(url) as desk:
        furnished(desk, "0")
        ann = desk.as_(so.Actor("ann", roles=["sales"]))
        for n in range(held):
            ann.orders.place(so.OrderRequest("C7", [so.Line("HUNDRED", 1)]), key=f"o-{n}")
        ada = desk.as_(so.Actor("ada", roles=["master-data"]))
        ada.credit.set_limit("C7", "unlimited", key="limit").unwrap()
        ben = desk.as_(so.Actor("ben", roles=["credit"]))
        start, cpu = time.perf_counter(), time.process_time()
        released = ben.credit.recheck("C7", most=max(held, 1), key="recheck").unwrap()
        took, cpu = time.perf_counter() - start, time.process_time() - cpu
        if len(released) != held:
            raise AssertionError(f"{len(released)} of {held} were released")
    return {"held": held, "seconds": round(took, 3), "cpu_seconds": round(cpu, 3)}


def measured(
    documents: list[int], held: int, counted: int = 2_000, *, races: bool = True
) -> dict[str, Any]:
    """Everything, as one record."""
    record: dict[str, Any] = {
        "assessment_us": assessments(documents),
        "recount_ms": {"orders": counted, "ms": recount(counted)},
        "automatic_release": automatic_release(held),
    }
    if races:
        with tempfile.TemporaryDirectory(prefix="credit") as folder:
            record["threads_memory"] = on_threads("memory")
            record["threads_sqlite"] = on_threads(f"sqlite:///{folder}/threads.db")
            record["processes_sqlite"] = on_processes(f"sqlite:///{folder}/processes.db")
    return record


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--documents", type=int, nargs="+", default=[20, 2_000, 200_000])
    parser.add_argument("--held", type=int, default=1_000)
    parser.add_argument("--orders", type=int, default=2_000, help="orders that are recounted")
    parser.add_argument("--no-races", action="store_true", help="leave out threads and processes")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    options = parser.parse_args(arguments)
    found = measured(options.documents, options.held, options.orders, races=not options.no_races)
    if options.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:20} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

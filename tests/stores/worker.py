"""A process of its own at a database: sells, bills or relays until told otherwise. Run by test_processes."""

import sys
import time
from pathlib import Path
from typing import Any

import salesorders as so
from tests.builders import BOLT, SELLER, a_customer


def desk_of(url: str, gateways: Any = None) -> so.Desk:
    return so.Desk.open(
        url,
        seller=SELLER,
        currency="EUR",
        gateways=gateways,
        policies=None,
        clock=so.FixedClock(__import__("datetime").date(2026, 11, 23)),
    )


def sell(url: str, name: str, orders: int) -> None:
    """Place, ship and bill orders of one bolt, each step under a key that a second run would use again."""
    desk = desk_of(url)
    everything = so.Actor(name, roles=["sales", "warehouse", "billing"])
    desk = desk.as_(everything)
    for n in range(orders):
        order = patient(lambda n=n: desk.orders.place(request(), key=f"{name}-{n}")).unwrap()
        shipment = patient(lambda o=order: desk.shipments.ship(o.id, key=f"s-{o.id}")).unwrap()
        patient(lambda s=shipment: desk.invoices.issue(s.id, key=f"i-{s.id}")).unwrap()
    desk.close()


def request() -> so.OrderRequest:
    return so.OrderRequest("C7", [so.Line("BOLT", 1)])


def patient(call: Any) -> Any:
    while True:
        try:
            return call()
        except so.ConcurrencyExhausted:
            time.sleep(0.01)


class Noted:
    """A gateway that writes every key that it was given into a file of its process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def deliver(self, tenant: str, key: str, effect: Any) -> None:
        with self.path.open("a") as file:
            file.write(f"{key}\n")


def relay(url: str, path: str, runs: int) -> None:
    """Carry what waits, a few effects a time."""
    desk = desk_of(url, {"notices": Noted(Path(path))})
    for _ in range(runs):
        if not desk.relay.run(limit=3).delivered:
            time.sleep(0.01)
    desk.close()


def prepare(url: str, stock: int) -> None:
    """Master data and stock for everybody."""
    desk = desk_of(url).as_(so.Actor("ada", roles=["master-data", "warehouse"]))
    desk.catalog.add(BOLT, a_customer(limit="unlimited"), key="master")
    desk.stock.receive("BOLT", stock, site="BER", key="stock")
    desk.close()


if __name__ == "__main__":
    verb, where, *rest = sys.argv[1:]
    if verb == "sell":
        sell(where, rest[0], int(rest[1]))
    else:
        relay(where, rest[0], int(rest[1]))

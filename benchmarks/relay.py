"""How many effects a second the relay carries to a gateway that does nothing, from an outbox that is full.

``python benchmarks/relay.py --store memory``, ``sqlite:///`` (a file) or ``postgresql`` (a server for the run).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.ground import opened
from benchmarks.processes import served

from salesorders.kernel.change import GatewayEffect
from salesorders.kernel.codec import digest
from salesorders.storage import Entry
from salesorders.sync import Relay


class Counting:
    """A gateway that remembers what it was given."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def deliver(self, tenant: str, key: str, effect: Any) -> None:
        """Take an effect."""
        self.keys.append(key)


def filled(store: Any, effects: int) -> None:
    """So many commands, each with an effect such as an order's confirmation."""
    at = opened("memory").engine.moment()
    for n in range(effects):
        payload = (("order", f"SO-{n:013}"), ("customer", "C1"), ("reference", ""))
        body = digest(str(n))
        text = f'{{"body":"{body}","key":"k{n}"}}'
        effect = GatewayEffect("notices", "order.confirmed", payload)
        store.commit("main", Entry(f"k{n}", body, at, text, (), (effect,)))


def measured(store: str, effects: int) -> dict[str, Any]:
    """One run; raises where an effect was not carried exactly once."""
    desk = opened(store)
    filled(desk.engine.store, effects)
    gateway = Counting()
    relay = Relay(desk.engine.store, "main", {"notices": gateway}, clock=desk.engine.clock)
    began = time.perf_counter()
    done = relay.run(limit=effects)
    took = time.perf_counter() - began
    if done.delivered != effects or len(set(gateway.keys)) != effects:
        raise AssertionError(f"{done.delivered} delivered, {len(set(gateway.keys))} keys")
    return {
        "store": store.partition(":")[0],
        "effects": effects,
        "effects_per_s": round(effects / took),
    }


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--store", default="memory", help="memory, sqlite:///, postgresql or a URL")
    parser.add_argument("--effects", type=int, default=5_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    names = {"sqlite:///": "sqlite"}
    store = names.get(options.store, options.store)
    with nullcontext(store) if store == "memory" else served(store) as url:
        found = measured(url, options.effects)
    told = "  ".join(f"{name} {value}" for name, value in found.items())
    print(json.dumps(found) if options.json else told)
    return 0


if __name__ == "__main__":
    sys.exit(main())

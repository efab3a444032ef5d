"""Draws ``docs/pictures/``: the house, an order's way, and the states of orders and payments.

``python tools/make_pictures.py`` writes them, ``--check`` lists what differs and exits 1. Nothing is
drawn from memory: the layers come from the import contract, the way from one order that is taken over
the desk, the states from every sequence of a few verbs that is played to it.
"""

import argparse
import inspect
import json
import sys
import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from drawing import LETTER, Drawing
from plays import CLERKS, ORDER_VERBS, PAYMENT_VERBS, Play, edges

ROOT = Path(__file__).parents[1]
PAGES = Path("docs/pictures")


def said(package: str) -> str:
    """The first sentence of a package's docstring."""
    text = inspect.getdoc(import_module(f"salesorders.{package}")) or ""
    return text.split("\n")[0].split(". ")[0].rstrip(".").replace("``", "")


def house() -> str:
    """The layers of the import contract, the highest first, each package with what it says of itself."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = contract["tool"]["importlinter"]["contracts"][0]["layers"]
    drawing = Drawing("The house: who may import whom, downwards only")
    top = 34.0
    drawing.words(16, 22, drawing.title, "head")
    for layer in layers:
        names = [name.strip() for name in layer.split("|")]
        built = [name for name in names if not name.startswith("(")]
        if not built:
            continue
        height = 24.0 + 15 * len(built)
        drawing.box(16, top, 720, height, "strong" if "kernel" in built else "box")
        for line, name in enumerate(built):
            foot = top + 22 + 15 * line
            drawing.words(30, foot, name, "head")
            drawing.words(150, foot, said(name), "small")
        top += height + 8
    return drawing.svg()


def way() -> str:
    """One order over the desk: for each verb who says it, what is written, what is booked, what follows outside."""
    play = Play()
    began = len(play.desk.engine.store.rows("main"))
    order = play.order(100)
    shipment = play.at["wim"].shipments.ship(order.id, key="ship").unwrap()
    invoice = play.at["fay"].invoices.issue(shipment.id, key="issue").unwrap()
    play.at["kai"].cash.receive("C7", invoice.total, reference=invoice.number, key="pay").unwrap()
    rows = [json.loads(row.text) for row in play.desk.engine.store.rows("main")[began:]]
    drawing = Drawing("An order's way: four commands, what each writes, books and sends")
    drawing.words(16, 22, drawing.title, "head")
    x = 16.0
    for number, row in enumerate(rows):
        parts = [
            (row["verb"], "head"),
            (f"{row['actor']}, {CLERKS[row['actor']]}", "small"),
            ("", ""),
            ("writes", "head"),
            *(
                (kind, "small")
                for kind in sorted({ref.partition("/")[0] for ref, _ in row["puts"]})
            ),
            ("", ""),
            ("happened", "head"),
            *((event["type"].partition("/")[0], "small") for event in row["events"]),
            ("", ""),
            ("follows outside", "head"),
            *((f"{effect['gateway']}: {effect['kind']}", "small") for effect in row["effects"]),
        ]
        if not row["effects"]:
            parts.append(("nothing", "small"))
        width = 24 + max(LETTER * len(text) for text, _ in parts)
        drawing.box(x, 36, width, 16 + 16 * len(parts), "strong" if number == 0 else "box")
        for line, (text, kind) in enumerate(parts):
            drawing.words(x + 12, 56 + 16 * line, text, kind)
        if number < len(rows) - 1:
            drawing.arrow((x + width, 52), (x + width + 28, 52))
        x += width + 28
    return drawing.svg()


def states(kind: str, verbs: dict[str, Callable[[Play], object]]) -> str:
    """A staircase of statuses: down by what is done, up by what is undone."""
    found = edges(kind, verbs)
    names = [""]
    for _, to in found:
        if to not in names:
            names.append(to)
    drawing = Drawing(
        f"The states of an {kind}" if kind[0] in "aeiou" else f"The states of a {kind}"
    )
    drawing.words(16, 22, drawing.title, "head")
    into = {name: arriving(names, found, name) for name in names}
    place, low = {}, 40.0
    for number, name in enumerate(names):
        height = 14 + 17 * max(1, *(len(side) for side in into[name]))
        place[name] = (16.0 + 175 * number, low, height)
        low += height + 26
    for name, (x, y, height) in place.items():
        drawing.box(x, y, 120, height, "strong" if name else "box")
        drawing.words(x + 60, y + height / 2 + 4, name or "not there", "head", "middle")
        if (name, name) in found:
            stays = f"stays: {', '.join(found[name, name])}"
            drawing.words(x + 128, y + height - 2, stays, "label")
        before, behind = into[name]
        for line, source in enumerate(before):
            from_x, from_y, from_height = place[source]
            enters = y + 16 + 17 * line
            rail = from_x + 14 + 12 * (names.index(name) - names.index(source))
            drawing.arrow((rail, from_y + from_height), (rail, enters), (x, enters))
            drawing.words(x - 10, enters - 3, ", ".join(found[source, name]), "label", "end")
        for line, source in enumerate(behind):
            from_x, from_y, _ = place[source]
            enters = y + 16 + 17 * line
            rail = from_x + 110 - 12 * (names.index(source) - names.index(name))
            drawing.arrow((rail, from_y), (rail, enters), (x + 120, enters))
            drawing.words(x + 130, enters - 3, ", ".join(found[source, name]), "label")
    return drawing.svg()


def arriving(
    names: list[str], found: dict[tuple[str, str], list[str]], name: str
) -> tuple[list[str], list[str]]:
    """The statuses from which one is reached: those that stand before it, and those behind."""
    at = names.index(name)
    sources = [start for start, end in found if end == name and start != name]
    before = sorted(
        (one for one in sources if names.index(one) < at), key=names.index, reverse=True
    )
    behind = sorted((one for one in sources if names.index(one) > at), key=names.index)
    return before, behind


MAKERS: dict[str, Callable[[], str]] = {
    "house.svg": house,
    "way.svg": way,
    "order-states.svg": lambda: states("order", ORDER_VERBS),
    "payment-states.svg": lambda: states("payment", PAYMENT_VERBS),
}


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if anything differs"
    )
    options = parser.parse_args(arguments)
    differing = []
    for name, make in MAKERS.items():
        path = ROOT / PAGES / name
        drawn = make()
        if path.exists() and path.read_text("utf-8") == drawn:
            continue
        differing.append(name)
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(drawn, "utf-8")
    for name in differing:
        print(f"{PAGES / name}: {'differs' if options.check else 'written'}")
    return 1 if options.check and differing else 0


if __name__ == "__main__":
    sys.exit(main())

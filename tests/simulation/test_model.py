"""The model is independent: it counts by itself, and calls nothing of what it judges."""

import ast
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from salesorders.testing import simulation
from salesorders.testing.simulation import documents, model, seen
from salesorders.testing.simulation.arithmetic import half_up, off_list, part_of, priced, shared_out
from salesorders.testing.simulation.documents import document_kinds, register_document
from salesorders.testing.simulation.promising import less
from salesorders.testing.simulation.resizing import first_units, grown_off_list, resized
from salesorders.testing.simulation.units import ONE, in_base, list_price, sold_in, units_in

FOLDER = Path(simulation.__file__ or "").parent
HERE = "salesorders.testing.simulation"
ROOMS = sorted((FOLDER / "rooms").glob("[a-z]*.py"))
# A name that is imported stands for (module, name there).
Names = dict[str, tuple[str, str]]


def imported(path: Path) -> Names:
    found: Names = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {(a.asname or a.name.partition(".")[0]): (a.name, "") for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found |= {(a.asname or a.name): (module, a.name) for a in node.names}
    return {name: of for name, of in found.items() if of[0].startswith("salesorders")}


def of_the_model() -> set[str]:
    """Every module of the simulation that a room leans on, and whatever that leans on."""
    found: set[str] = set()
    paths = [*ROOMS, FOLDER / "edges.py"]
    while paths:
        for module, name in imported(paths.pop()).values():
            inside = module.removeprefix(HERE).strip(".").split(".")[0]
            modules = {inside or name} if module.startswith(HERE) else set()
            fresh = modules - found - {"rooms"}
            found |= fresh
            paths += [FOLDER / f"{one}.py" for one in fresh]
    return found | {"edges"}


MODEL = sorted(of_the_model())


def test_what_the_rooms_lean_on_is_the_model() -> None:
    assert {"arithmetic", "model", "promising", "matching", "script", "seen", "verbs"} <= {*MODEL}
    assert not {"world", "store", "run", "ending"} & {*MODEL}


@pytest.mark.parametrize("name", MODEL)
def test_the_model_imports_nothing_of_the_library(name: str) -> None:
    modules = {module for module, _ in imported(FOLDER / f"{name}.py").values()}
    assert [module for module in modules if not module.startswith(HERE)] == []


def defined(path: Path) -> dict[str, ast.stmt]:
    """What a module defines, by name: functions, classes and constants."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {t.id: node for t in targets if isinstance(t, ast.Name)}
    return found


def reached(path: Path, names: set[str]) -> set[str]:
    """What of the library ``names`` of a room come to, however many of its and other rooms' names lie between."""
    own, foreign, seen_names = defined(path), imported(path), set[str]()
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        seen_names.add(name)
        if name in own:
            used = {node.id for node in ast.walk(own[name]) if isinstance(node, ast.Name)}
            waiting |= used - seen_names
        elif name in foreign:
            module, there = foreign[name]
            if module.startswith(f"{HERE}.rooms."):
                other = FOLDER / "rooms" / f"{module.rpartition('.')[2]}.py"
                found |= reached(other, {there})
            elif not module.startswith(HERE):
                found.add(f"{module}.{there}")
    return found


def expecting(path: Path) -> set[str]:
    """The functions of a room that are given the model."""
    return {
        name
        for name, node in defined(path).items()
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(of, ast.Name) and of.id == "Model"
            for argument in node.args.args
            for of in ast.walk(argument)
        )
    }


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_a_room_expects_without_the_library(path: Path) -> None:
    """Rooms send to the library, but what they expect comes to nothing that is imported from it."""
    assert reached(path, expecting(path)) == set()


def test_what_is_sent_does_come_to_the_library() -> None:
    """So the test above would see it: through another function, and through another room."""
    rooms = FOLDER / "rooms"
    assert "salesorders.orders.OrderRequest" in reached(rooms / "orders.py", {"_send_place"})
    assert "salesorders.kernel.money.Money" in reached(rooms / "statements.py", {"_send"})


@pytest.mark.parametrize(
    ("over", "under", "want"), [(5, 10, 1), (4, 10, 0), (15, 10, 2), (-5, 10, -1), (0, 3, 0)]
)
def test_halves_go_away_from_zero(over: int, under: int, want: int) -> None:
    assert half_up(over, under) == want


def test_shares_add_up_and_the_first_of_equals_gets_the_rest() -> None:
    assert shared_out(100, [1, 1, 1]) == [34, 33, 33]


def a_line(q: int, price: int = 1_000, percent: int = 0) -> dict[str, object]:
    return {"id": "1", "q": q, "price": price, "percent": percent, "amount": None, "tax": ("S", 19)}


def test_an_order_is_worth_what_a_person_counts() -> None:
    # 120 at 1.00 less 5 % is 114.00; 2 % off the document is 2.28; 19 % of 111.72 is 21.23.
    total, allowance, bears = priced([a_line(120_000, percent=500)], 200)
    assert (total.net, total.tax, total.gross, allowance, bears) == (
        11_172,
        2_123,
        13_295,
        228,
        ("S", 19),
    )


def test_the_authority_is_asked_about_everything_off_list() -> None:
    lines = [a_line(100_000, percent=1_000)]
    _, allowance, bears = priced(lines, 1_000)
    assert off_list(lines, allowance, bears) == [1_900, 1_900]


def test_parts_add_up_to_the_whole() -> None:
    lines = [a_line(3_000, price=333, percent=300)]
    total, allowance, bears = priced(lines, 500)
    order = {"lines": lines, "sums": total, "allowance": allowance, "bears": bears}
    parts = [part_of(order, {"1": 1_000 * n}, {"1": 1_000})[0] for n in range(3)]
    assert sum(part.gross for part in parts) == total.gross
    assert sum(part.net for part in parts) == total.net


def terms(*lines: dict[str, Any], percent: int = 0) -> dict[str, Any]:
    total, allowance, bears = priced(lines, percent)
    whole = {"lines": list(lines), "percent": percent, "sums": total}
    return {**whole, "allowance": allowance, "bears": bears}


def test_a_percentage_follows_the_quantity_and_an_amount_is_given_in_proportion_below() -> None:
    line = {**a_line(120_000, percent=500), "id": "1"}
    other = {**a_line(100_000), "id": "2", "percent": 0, "amount": 333}
    whole = terms(line, other)
    # 60.00 less 5 % is 57.00; 50.00 less half of 3.33, which is 1.67, is 48.33.
    half = resized(whole, {"1": 60_000, "2": 50_000})
    assert [one["net"] for one in half["lines"]] == [5_700, 4_833]
    # 240.00 less 5 % is 228.00; 200.00 less 3.33 in full is 196.67.
    double = resized(whole, {"1": 240_000, "2": 200_000})
    assert [one["net"] for one in double["lines"]] == [22_800, 19_667]
    assert resized(whole, {"1": 120_000, "2": 100_000}) is whole


def test_the_first_units_and_the_rest_add_up() -> None:
    whole = terms({**a_line(3_000, price=333, percent=300), "id": "1"}, percent=500)
    kept = first_units(whole, {"1": 2_000})
    rest, _ = part_of(whole, {"1": 2_000}, {"1": 1_000})
    assert kept["sums"].gross + rest.gross == whole["sums"].gross


def test_what_grew_is_judged_against_todays_dearer_list() -> None:
    # 100 kept at 1.00 where the list says 1.25 are 20 % below it; cheaper lists change nothing.
    whole = terms({**a_line(100_000), "id": "1"})
    assert grown_off_list(whole, {"1"}, {"1": 1_250}) == [2_000, 2_000]
    assert grown_off_list(whole, {"1"}, {"1": 900}) == []
    assert grown_off_list(whole, set(), {"1": 1_250}) == []


def test_less_of_a_line_takes_the_latest_promises() -> None:
    first, then = date(2026, 3, 2), date(2026, 3, 9)
    parts = [("BER", first, 30_000), ("BER", then, 50_000)]
    line: dict[str, Any] = {"q": 80_000, "cancelled": 0, "shipped": 0, "factor": ONE}
    line |= {"claimed": parts, "confirmed": parts}
    less(line, 60_000)
    assert line["claimed"] == line["confirmed"] == [("BER", first, 20_000)]


def test_a_room_brings_a_kind_of_document_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for table in (model.VIEWS, seen.VIEWS):
        monkeypatch.setitem(table, "parcel", None)
    monkeypatch.setattr(documents, "MADE", [*documents.MADE])
    register_document("parcel", lambda kept, name: kept.books["parcel"][name]["weight"], weight_of)
    kept = model.Model()
    kept.books["parcel"] = {"k1": {"weight": (7,)}}
    assert "parcel" in document_kinds()
    assert kept.view(("parcel", "k1")) == seen.seen(Parcel(), {}) == (7,)
    assert "parcel" in documents.MADE


class Parcel:
    ref = "parcel/PA-1"
    weight = 7


def weight_of(parcel: Parcel, names: object) -> tuple[int]:
    return (parcel.weight,)


def test_cartons_sacks_and_thousands_are_converted_exactly() -> None:
    item: dict[str, Any] = {
        "unit": "H87",
        "units": {"XCT": (12, 1), "XSA": (25, 2), "MIL": (1_000, 1)},
        "prices": [(0, 1299), (100_000, 805)],
    }
    carton, sack, many = (sold_in(item, unit) for unit in ("XCT", "XSA", "MIL"))
    assert [line["lot"] for line in (carton, sack, many)] == [12_000, 0, 0]
    assert [line["step"] for line in (carton, sack, many)] == [1_000, 1_000, 0]
    assert in_base(carton, 3_000) == 36_000
    assert in_base(sack, 3_000) == 37_500
    assert units_in(sack, 30_000) == 2_400
    assert units_in(carton, 1_000) == Fraction(83_333_333_333, 10**9)
    assert list_price(item, sack, 1_000) == Fraction(25 * 1299, 2)
    assert list_price(item, carton, 9_000) == 12 * 805

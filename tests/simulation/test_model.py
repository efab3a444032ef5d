"""The model is independent: it counts by itself, and calls nothing of what it judges."""

import ast
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from salesorders.testing import simulation
from salesorders.testing.simulation import documents, model, seen
from salesorders.testing.simulation.arithmetic import half_up, off_list, part_of, priced, shared_out
from salesorders.testing.simulation.documents import document_kinds, register_document
from salesorders.testing.simulation.promising import less
from salesorders.testing.simulation.resizing import first_units, grown_off_list, resized

FOLDER = Path(simulation.__file__ or "").parent
ALONE = (
    "arithmetic",
    "changing",
    "matching",
    "model",
    "promising",
    "proposing",
    "resizing",
    "script",
)
HERE = "salesorders.testing.simulation"


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {module for module in modules if module and module.startswith("salesorders")}


@pytest.mark.parametrize("name", ALONE)
def test_the_model_imports_nothing_of_the_library(name: str) -> None:
    assert all(module.startswith(HERE) for module in imported(FOLDER / f"{name}.py"))


@pytest.mark.parametrize(
    "path", sorted((FOLDER / "rooms").glob("*.py")), ids=lambda path: path.stem
)
def test_a_room_expects_without_the_library(path: Path) -> None:
    """Rooms send to the library, but what they expect names nothing that is imported from it."""
    tree = ast.parse(path.read_text("utf-8"))
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("salesorders")
        and not (node.module or "").startswith(HERE)
        for alias in node.names
    }
    expecting = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(a.annotation, ast.Name) and a.annotation.id == "Model"
            for a in node.args.args
        )
    ]
    for function in expecting:
        names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        assert not names & foreign, function.name


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
    line = {"q": 80_000, "cancelled": 0, "shipped": 0, "claimed": parts, "confirmed": parts}
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

"""Expected numbers from outside, one test for each case.

``SALESORDERS_GOLDEN`` names the folder with the JSON files, each an object with a list of cases.
Files that a case names lie below the parent of that folder. ``areas.py`` says what a case is
checked with; where the folder, the file or the check is not there, the test is skipped and says
why.
"""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import pytest

FOLDER = os.environ.get("SALESORDERS_GOLDEN")

#: Which key of a case says what it is about; files without one are an area by themselves.
AREA_KEYS = {"erp_cases.json": "area", "ifrs15_cases.json": "topic"}
#: Which keys of a case hold its answer; the others are its inputs.
ANSWERS = {"expected", "recomputed", "recomputed_all", "must_fire"}
#: Statements name control figures one by one, beside the file and where it comes from.
STATEMENT_INPUTS = {"file", "format", "source"}


class Case(NamedTuple):
    """One case: which area it belongs to, what goes in, what must come out."""

    id: str
    area: str
    inputs: dict[str, Any]
    expected: Any


def golden_file(name: str) -> Path:
    """A file that a case names."""
    if FOLDER is None:
        raise LookupError("SALESORDERS_GOLDEN is not set")
    return Path(FOLDER).resolve().parent / name


def case_of(file: str, record: dict[str, Any]) -> Case:
    """One record of one file, its inputs and its answer apart."""
    name = str(record.get("id") or record["file"])
    stem = file.removesuffix(".json").removesuffix("_cases")
    if "inputs" in record:
        area = f"{stem}/{record[AREA_KEYS[file]]}"
        return Case(name, area, record["inputs"], record["expected"])
    if file == "bank_statements.json":
        inputs = {key: record[key] for key in STATEMENT_INPUTS}
        figures = {key: record[key] for key in record.keys() - STATEMENT_INPUTS}
        return Case(name, stem, inputs, figures)
    inputs = {key: value for key, value in record.items() if key not in ANSWERS}
    return Case(name, stem, inputs, {key: record[key] for key in ANSWERS & record.keys()})


def skipped(name: str, reason: str) -> Any:
    """A parameter that stands for what cannot be tested here."""
    return pytest.param(None, id=name, marks=pytest.mark.skip(reason=reason))


def cases(file: str, areas: dict[str, Any], left_out: dict[str, str]) -> list[Any]:
    """One parameter a case; those that cannot be checked are skipped with the reason."""
    if not FOLDER:
        return [skipped("unset", "SALESORDERS_GOLDEN names no folder of expected numbers")]
    path = Path(FOLDER) / file
    if not path.is_file():
        return [skipped("absent", f"{file} is not in the folder SALESORDERS_GOLDEN names")]
    found: list[Any] = []
    for record in json.loads(path.read_text("utf-8"))["cases"]:
        case = case_of(file, record)
        if case.area not in areas:
            found.append(skipped(case.id, f"the area {case.area!r} is not built"))
        elif case.id in left_out:
            found.append(skipped(case.id, left_out[case.id]))
        else:
            found.append(pytest.param(case, id=case.id))
    return found

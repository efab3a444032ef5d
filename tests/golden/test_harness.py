"""The harness itself: nothing is dropped in silence."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.golden import harness


def a_folder(tmp_path: Path, file: str, *records: dict[str, Any]) -> str:
    folder = tmp_path / "golden"
    folder.mkdir()
    (folder / file).write_text(json.dumps({"about": "made up", "cases": list(records)}))
    return str(folder)


def reasons(params: list[Any]) -> list[str]:
    return [mark.kwargs["reason"] for param in params for mark in param.marks]


def test_an_unset_folder_is_one_skip_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harness, "FOLDER", None)
    (reason,) = reasons(harness.cases("erp_cases.json", {}, {}))
    assert "SALESORDERS_GOLDEN" in reason


def test_an_absent_file_is_one_skip_with_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(harness, "FOLDER", str(tmp_path))
    (reason,) = reasons(harness.cases("erp_cases.json", {}, {}))
    assert "erp_cases.json" in reason


def test_a_case_of_an_area_that_is_not_built_is_skipped_by_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    record = {"id": "x-1", "area": "dunning", "inputs": {}, "expected": {}}
    monkeypatch.setattr(harness, "FOLDER", a_folder(tmp_path, "erp_cases.json", record))
    (reason,) = reasons(harness.cases("erp_cases.json", {}, {}))
    assert reason == "the area 'erp/dunning' is not built"


def test_a_case_of_a_built_area_is_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    record = {"id": "x-1", "area": "dunning", "inputs": {"a": "1"}, "expected": {"b": "2"}}
    monkeypatch.setattr(harness, "FOLDER", a_folder(tmp_path, "erp_cases.json", record))
    (param,) = harness.cases("erp_cases.json", {"erp/dunning": print}, {})
    assert param.values == (harness.Case("x-1", "erp/dunning", {"a": "1"}, {"b": "2"}),)
    assert not param.marks


def test_a_file_a_case_names_lies_below_the_parent_of_the_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(harness, "FOLDER", str(tmp_path / "golden"))
    assert harness.golden_file("data/bank/a.xml") == tmp_path / "data" / "bank" / "a.xml"

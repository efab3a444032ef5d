"""Small files, short functions, and names that say something."""

import ast
import re

from tests.architecture.tree import ROOT, SOURCE, modules, parsed, said

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
KERNEL_MODULES_MAX = 15
CODE = ("src", "tests", "tools", "examples")

#: The nouns of the capabilities. What is about one of them is that capability's, not everybody's.
NOUNS = {
    "billing",
    "catalog",
    "contract",
    "credit",
    "customer",
    "dunning",
    "fulfilment",
    "inventory",
    "invoice",
    "item",
    "ledger",
    "order",
    "payment",
    "price",
    "pricing",
    "receivable",
    "return",
    "revenue",
    "shipment",
    "stock",
}


def test_no_file_is_longer_than_a_reader_keeps_in_mind() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in modules(*CODE)}
    faults = [
        said(path, lines, f"{lines} lines, {FILE_LINES_MAX} allowed")
        for path, lines in lengths.items()
        if lines > FILE_LINES_MAX
    ]
    assert not faults, "\n".join(faults)


def test_no_function_is_longer_than_a_screen() -> None:
    faults = []
    for path in modules(*CODE):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES_MAX:
                    faults.append(said(path, node.lineno, f"{node.name} has {lines} lines"))
    assert not faults, "\n".join(faults)


def test_the_kernel_stays_small() -> None:
    inside = [path for path in (SOURCE / "kernel").iterdir() if path.suffix in {"", ".py"}]
    found = [path.name for path in inside if not path.stem.startswith("__")]
    assert len(found) <= KERNEL_MODULES_MAX, sorted(found)


def test_no_kernel_module_is_about_one_capability() -> None:
    named = {path.stem for path in (SOURCE / "kernel").rglob("*.py")}
    words = {word.removesuffix("s") for name in named for word in name.split("_")}
    assert not words & {noun.removesuffix("s") for noun in NOUNS}


def test_no_module_is_named_after_nothing() -> None:
    empty = {"utils", "util", "common", "helpers", "misc", "base"}
    assert not [path for path in modules(*CODE) if {path.stem, path.parent.name} & empty]


def test_nothing_is_left_for_later() -> None:
    # Put together here, so that this file does not find itself.
    later = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "raise NotImpl" + "emented"]))
    faults = [
        said(path, number, line.strip())
        for path in modules(*CODE)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if later.search(line)
    ]
    assert not faults, "\n".join(faults)


def test_the_checkout_is_where_these_tests_think() -> None:
    assert (ROOT / "pyproject.toml").is_file()

"""Sentences: every code that a rule may report has one."""

import ast
import functools
import importlib
import pkgutil
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import salesorders
from salesorders.kernel import messages
from salesorders.kernel.messages import register, registered, sentence, shown_fact
from salesorders.kernel.money import Money

for module in pkgutil.walk_packages(salesorders.__path__, "salesorders."):
    importlib.import_module(module.name)

ROOT = Path(salesorders.__file__).parent
MAKERS = {"allow", "refer", "refuse", "Finding"}
# The twin says what its source says.
SOURCES = [path for path in sorted(ROOT.rglob("*.py")) if "sync" not in path.parts]


def texts_of(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts_of(node.body)
        yield from texts_of(node.orelse)


@functools.cache
def calls() -> tuple[tuple[str, ast.Call], ...]:
    """Every call in the source, with the name of what is called."""
    return tuple(_calls())


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func
                if isinstance(called, ast.Name):
                    yield called.id, node
                elif isinstance(called, ast.Attribute):
                    yield called.attr, node


@functools.cache
def used() -> dict[str, list[ast.Call]]:
    """Every code of a finding that the source names, with where it is made."""
    found: dict[str, list[ast.Call]] = {}
    for name, call in calls():
        if name in MAKERS and call.args:
            for code in texts_of(call.args[0]):
                found.setdefault(code, []).append(call)
    return found


def questions() -> set[str]:
    return {
        text
        for name, call in calls()
        if name == "Decision" and call.args
        for text in texts_of(call.args[0])
    }


def test_the_scan_finds_what_it_looks_for():
    assert {"price.missing", "credit.limit", "approval.own"} <= used().keys()
    assert {"credit.order", "governance.discount"} <= questions()


@pytest.mark.parametrize("code", sorted(used()))
def test_every_code_of_a_finding_has_a_sentence(code):
    assert code in registered()


@pytest.mark.parametrize("question", sorted(questions()))
def test_every_question_has_a_sentence(question):
    assert question in registered()


def names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", sorted(used()))
def test_a_sentence_asks_only_for_facts_that_the_rule_gives(code):
    template = registered().get(code)
    for call in used()[code]:
        given = {keyword.arg for keyword in call.keywords}
        plain = len(call.args) <= 2 and None not in given
        is_short = not (isinstance(call.func, ast.Name) and call.func.id == "Finding")
        if template and plain and is_short:
            assert names_in(template) <= given, f"line {call.lineno}"


@pytest.mark.parametrize("code", sorted(registered()))
def test_a_sentence_names_facts_and_no_attributes_or_indexes(code):
    for _, name, spec, conversion in string.Formatter().parse(registered()[code]):
        assert name is None or name.isidentifier()
        assert not spec
        assert not conversion


def test_a_cure_that_does_not_know_its_facts_is_not_said():
    facts = {"excess": Decimal(5), "approvers": ("credit",)}
    assert "5" in sentence("credit.limit/cure", {**facts, "payment": Decimal(7)})
    assert sentence("credit.limit/cure", facts) == ""
    assert sentence("credit.limit/cure", {**facts, "payment": None}) == ""


def test_every_cure_belongs_to_a_sentence():
    codes = registered()
    assert [c for c in codes if c.endswith("/cure") and c.removesuffix("/cure") not in codes] == []


@pytest.fixture
def catalogue(monkeypatch):
    monkeypatch.setattr(messages, "_CATALOGUE", {"en": {}})


def test_a_code_without_sentence_is_shown_with_its_facts(catalogue):
    assert sentence("x.y", {"a": Decimal("1.5"), "b": "c"}) == "x.y (a 1.5, b c)"
    assert sentence("x.y", {}) == "x.y"
    assert sentence("x.y/cure", {"a": 1}) == ""


def test_the_most_specific_locale_speaks(catalogue):
    register({"x": "english"})
    register({"x": "deutsch"}, "de")
    register({"x": "österreichisch"}, "de_AT")
    locales = ("de_AT", "de_CH", "de", "fr", "en_GB")
    spoken = [sentence("x", {}, locale) for locale in locales]
    assert spoken == ["österreichisch", "deutsch", "deutsch", "english", "english"]


def test_a_fact_that_is_missing_is_shown_and_does_not_fail(catalogue):
    register({"x": "{a} and {b}"})
    assert sentence("x", {"a": 1}) == "1 and None"


@pytest.mark.parametrize("template", ["{a.__class__}", "{a[0]}", "{a!r}", "{a:>999}"])
def test_a_template_reaches_no_attributes_and_no_formats(catalogue, template):
    register({"x": template})
    assert sentence("x", {"a": "1"}) in {"1", "None"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Money("1200.50", "EUR"), "EUR 1,200.50"),
        (Decimal("0.0000001"), "0.0000001"),
        (date(2026, 11, 3), "2026-11-03"),
        (datetime(2026, 11, 3, 12, tzinfo=UTC), "2026-11-03 12:00 UTC"),
        (("a", "b"), "a, b"),
        (frozenset({"b", "a"}), "a, b"),
        ((), "nobody"),
        ("x" * 100, "x" * 77 + "..."),
    ],
)
def test_a_fact_is_shown_as_people_read_it(value, text):
    assert shown_fact(value) == text


def test_a_moment_keeps_its_hour_in_every_locale():
    assert "12" in shown_fact(datetime(2026, 11, 3, 12, tzinfo=UTC), "de")

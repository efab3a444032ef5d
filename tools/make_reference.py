"""Writes the reference pages that are lists: ``docs/reference/`` rules, errors, counters, policies, ports, kit.

``python tools/make_reference.py`` writes them, ``--check`` lists what differs and exits 1. Everything is
taken from the library itself: sentences from its catalogue, verbs and duties from the desk, codes of
findings and errors from the calls that make them.
"""

import argparse
import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import attrs
from reference_pages import (
    BAD_INPUT_PAGE,
    COUNTERS_PAGE,
    ERRORS_PAGE,
    MADE,
    POLICIES_PAGE,
    PORTS_PAGE,
    RULES_PAGE,
)

sys.path.insert(0, str(Path(__file__).parents[1]))

from kit_page import kit
from tests.bad_input.order_cases import CASES, NO_DOOR

import salesorders
from salesorders import aio, storage
from salesorders.aio.counter import Counter
from salesorders.catalog import Seller
from salesorders.database.failures import SENTENCES
from salesorders.kernel import limits
from salesorders.kernel.errors import SalesOrdersError
from salesorders.kernel.messages import registered
from salesorders.kernel.policy import PolicyVersion
from salesorders.ledger import Chart
from salesorders.lifecycle import Policies

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "salesorders"
PAGES = Path("docs/reference")
HOLE = re.compile(r"\{(\w+)\}")
COUNTERS = [
    "catalog",
    "orders",
    "credit",
    "stock",
    "shipments",
    "invoices",
    "cash",
    "ledger",
    "dead_letters",
    "reports",
    "audit",
    "backup",
]


def import_everything() -> None:
    """Import every module, so that every sentence is registered and every error class is known."""
    for module in pkgutil.walk_packages(salesorders.__path__, "salesorders."):
        importlib.import_module(module.name)


def calls() -> Iterator[tuple[str, str, list[str]]]:
    """Yield (function, code, other words) for each call whose first argument is a dotted code."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "sync" in path.relative_to(SOURCE).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                words = [arg.attr for arg in node.args[1:] if isinstance(arg, ast.Attribute)]
                yield name, first.value, words


def number_codes() -> Iterator[str]:
    """The codes of ``decimal_of`` for each first word that it is called with."""
    lines = inspect.getsource(limits)
    ends = re.findall(r'invalid\(\s*f"\{code\}\.(\w+)"', lines)
    source = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    for first in {"number", *re.findall(r'decimal_of\([^\n]*code="(\w+)"', source)}:
        yield from (f"{first}.{end}" for end in ends)


def effects() -> dict[str, set[str]]:
    """The codes of findings, each with the effects that are written down where it is made."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, code, words in calls():
        if name in ("allow", "refer", "refuse"):
            found[code].add(name)
        elif name == "Finding":
            found[code].update(word.lower() for word in words if word.isupper())
    return found


def paragraph(thing: object) -> str:
    """The first paragraph of a docstring on one line, without markup of its own."""
    text = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text)
    return text.replace("``", "`").replace("|", "\\|")


def spoken(template: str) -> str:
    """A sentence for the page: what will be filled in, in italics."""
    return HOLE.sub(r"*\1*", template)


def rules() -> str:
    """One heading for each code that a finding or decision speaks with."""
    sentences = registered()
    made = effects()
    groups: dict[str, list[str]] = defaultdict(list)
    for code in sorted(code for code in sentences if not code.endswith("/cure")):
        groups[code.partition(".")[0]].append(code)
    parts = []
    for group, codes in groups.items():
        parts.append(f"## {group}\n")
        for code in codes:
            text = spoken(sentences[code])
            effect = f" ({', '.join(sorted(made[code]))})" if len(made.get(code, ())) == 1 else ""
            if text.endswith("?"):
                effect = " (question)"
            parts.append(f"(rule-{dashed(code)})=\n### {code}\n\n{text}{effect}\n")
            if cure := sentences.get(f"{code}/cure"):
                parts.append("Cure: " + spoken(cure) + "\n")
    return RULES_PAGE + "\n".join(parts)


def error_classes() -> list[type[SalesOrdersError]]:
    """The base class and all below it, each after the one it derives from."""
    found: list[type[SalesOrdersError]] = []

    def add(cls: type[SalesOrdersError]) -> None:
        if cls not in found:
            found.append(cls)
        for below in sorted(cls.__subclasses__(), key=lambda cls: cls.__name__):
            if below.__module__.startswith("salesorders."):
                add(below)

    add(SalesOrdersError)
    return found


def errors() -> str:
    """The classes, and the codes that each is raised with."""
    by_class: dict[str, set[str]] = defaultdict(set)
    classes = error_classes()
    names = {cls.__name__ for cls in classes} | {"invalid"}
    for name, code, _ in calls():
        if name in names and re.fullmatch(r"[a-z_]+\.[a-z_]+", code):
            by_class["InvalidValue" if name == "invalid" else name].add(code)
    rows = []
    for cls in classes:
        where = f"{cls.__module__}.{cls.__qualname__}"
        above = cls.__bases__[0].__name__
        rows.append(f"| {{py:class}}`~{where}` | `{above}` | `{cls.code}` | {paragraph(cls)} |")
    by_class["InvalidValue"].update(number_codes())
    by_class["StoreError"].update(SENTENCES)
    by_class["NotFound"].update(f"{kind}.unknown" for kind in kinds())
    lists = []
    defaults = {cls.code for cls in classes}
    for cls in classes:
        codes = by_class[cls.__name__] - defaults | {cls.code}
        listed = "\n\n".join(
            f"(error-{dashed(code)})=\n`{code}`{' (default)' if code == cls.code else ''}"
            for code in sorted(codes)
        )
        lists.append(f"### {cls.__name__}\n\n{listed}\n")
    return ERRORS_PAGE.format(classes="\n".join(rows), codes="\n".join(lists))


def kinds() -> set[str]:
    """What the documents are called by whose counters they are asked for."""
    return {
        cls.kind for cls in Counter.__subclasses__() if isinstance(getattr(cls, "kind", None), str)
    } | {"document"}


def dashed(code: str) -> str:
    """A code as it stands in an anchor."""
    return re.sub(r"[._]", "-", code)


def said(method: Callable[..., Any]) -> str:
    """What a method answers, for a table cell."""
    annotation = str(inspect.signature(method).return_annotation)
    # A name that its module gives to a union is spelled out.
    union = getattr(sys.modules[method.__module__], annotation, None)
    parts = [part.__name__ for part in get_args(union)] or annotation.split("|")
    return " / ".join(f"`{part.strip()}`" for part in parts)


def counters() -> str:
    """Every verb of every counter: what it answers and whose duty it is."""
    desk = aio.Desk.in_memory(seller=Seller("Nobody", country="DE"), currency="EUR")
    duties = Policies().duties
    papers, writing, reading = [], [], []
    for name in COUNTERS:
        counter = type(getattr(desk, name))
        if issubclass(counter, Counter):
            (document,) = get_args(counter.__orig_bases__[0])  # type: ignore[attr-defined]  # typeshed doesn't know it
            papers.append(f"| `{name}` | `{document.__name__}` | {paragraph(counter)} |")
        for verb, method in vars(counter).items():
            if not inspect.isfunction(method) or verb[0] == "_" or verb in ("get", "find"):
                continue
            keyed = "key" in inspect.signature(method).parameters and name != "audit"
            duty = keyed or (name, verb) == ("orders", "price")
            # cash.import_statement runs cash.receive for each credit: the duty of the same roles.
            roles = (
                ", ".join(f"`{role}`" for role in duties.roles_for(f"{name}.{verb}"))
                if duty
                else "-"
            )
            row = f"| `{name}.{verb}` | {roles} | {said(method)} | {paragraph(method)} |"
            (writing if keyed else reading).append(row)
    return COUNTERS_PAGE.format(
        papers="\n".join(papers), writing="\n".join(writing), reading="\n".join(reading)
    )


def shown_default(value: object) -> str:
    """A default for a table cell."""
    if isinstance(value, PolicyVersion):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple) and value and inspect.isfunction(value[0]):
        return ", ".join(each.__name__ for each in value)
    if isinstance(value, tuple) and value and attrs.has(type(value[0])):
        return ", ".join(" ".join(str(part) for part in attrs.astuple(each)) for each in value)
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return "see {doc}`counters`"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def policies() -> str:
    """Every policy of the bundle with its fields and defaults."""
    bundle = Policies()
    parts = []
    for field in attrs.fields(Policies):
        policy: Any = getattr(bundle, field.name)
        where = f"{type(policy).__module__}.{type(policy).__qualname__}"
        parts.append(f"## {field.name}\n\n{{py:class}}`~{where}`: {paragraph(type(policy))}\n")
        if isinstance(policy, Chart):
            parts.append("| role | account | name |\n| --- | --- | --- |")
            parts += [f"| `{a.role}` | {a.code} | {a.name} |" for a in policy.accounts]
        else:
            parts.append("| field | default |\n| --- | --- |")
            parts += [
                f"| `{each.name}` | {shown_default(getattr(policy, each.name))} |"
                for each in attrs.fields(type(policy))
                if each.init
            ]
        parts.append("")
    return POLICIES_PAGE + "\n".join(parts)


def ports() -> str:
    """The protocols that a host may implement, method by method."""
    parts = []
    for port in (
        aio.Store,
        aio.Deciding,
        aio.Reader,
        aio.Clock,
        aio.Gateway,
        aio.ScoreSource,
        aio.RateSource,
    ):
        parts.append(
            f"## {port.__name__}\n\n{{py:class}}`~salesorders.aio.{port.__name__}`: {paragraph(port)}\n"
        )
        text = " ".join(" ".join((inspect.getdoc(port) or "").split("\n\n")[1:]).split())
        parts += [text.replace("``", "`") + "\n"] if text else []
        for name, method in inspect.getmembers(port, inspect.isfunction):
            if name.startswith("_"):
                continue
            signature = (
                str(inspect.signature(method))
                .replace("'", "")
                .replace("(self, ", "(")
                .replace("(self)", "()")
            )
            waits = "async " if inspect.iscoroutinefunction(method) else ""
            parts.append(
                f"`{waits}{name}{signature}`\n: {' '.join((inspect.getdoc(method) or '').split()).replace('``', '`')}\n"
            )
    parts.append(
        "## Values that travel\n\n"
        + "\n".join(
            f"{{py:class}}`~salesorders.storage.{cls.__name__}`\n: {paragraph(cls)}\n"
            for cls in (
                storage.Versioned,
                storage.Put,
                storage.Entry,
                storage.Row,
                storage.Pending,
                storage.Snapshot,
                storage.Stored,
            )
        )
    )
    return PORTS_PAGE + "\n".join(parts)


def bad_input() -> str:
    """The cases of the tests' table, and why a number has none."""
    rows = []
    for case in CASES:
        path = f"`{case.path}`" if case.path else ""
        rows.append(f"| B{case.number:02} | {case.what} | `{case.code}` | {path} |")
    numbers = {case.number for case in CASES}
    count = (
        f"{len(CASES)} rows for {len(numbers)} of {len(numbers) + len(NO_DOOR)} kinds of bad input; "
        f"the others have tests of their own or no door yet."
    )
    others = "\n".join(f"| B{number:02} | {why} |" for number, why in sorted(NO_DOOR.items()))
    return BAD_INPUT_PAGE.format(count=count, cases="\n".join(rows), others=others)


MAKERS: dict[str, Callable[[], str]] = {
    "rules.md": rules,
    "errors.md": errors,
    "counters.md": counters,
    "policies.md": policies,
    "ports.md": ports,
    "bad-input.md": bad_input,
    "kit.md": kit,
}


def pages() -> dict[Path, str]:
    """Every page by its path in the checkout."""
    import_everything()
    return {PAGES / name: MADE + make().rstrip("\n") + "\n" for name, make in MAKERS.items()}


def differing(root: Path) -> list[Path]:
    """The pages that are not what the library says today."""
    return [
        path
        for path, text in pages().items()
        if not (root / path).is_file() or (root / path).read_text("utf-8") != text
    ]


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 where a page differs"
    )
    if parser.parse_args(arguments).check:
        stale = differing(ROOT)
        for path in stale:
            print(f"{path} is not what tools/make_reference.py makes of the library")
        return 1 if stale else 0
    for path, text in pages().items():
        (ROOT / path).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

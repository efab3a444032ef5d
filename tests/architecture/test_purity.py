"""What import contracts cannot see: a clock, a file, a float inside a pure function."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.tree import SOURCE, parsed, pure_modules, said

#: Calls of a plain name that reach outside, or leave exact arithmetic.
NAMES = {
    "__import__",
    "breakpoint",
    "compile",
    "eval",
    "exec",
    "exit",
    "float",
    "input",
    "open",
    "print",
}
#: Calls of an attribute that ask the machine what time it is.
CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp"}
DATES = {"date", "datetime", "dt"}
#: The decimal context belongs to the caller. One module may borrow it, and gives it back.
CONTEXTS = {"setcontext"}
LENDER = "kernel/limits.py"
#: Put functions together from the fields of our own classes, as attrs does; nothing of a user's goes in.
WRITER = "kernel/codec/writing.py"
BUILDER = "kernel/building.py"
LENT = {
    (LENDER, "calls setcontext()"),
    *((source, f"calls {name}()") for source in (WRITER, BUILDER) for name in ("exec", "compile")),
}


def impurities(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name) if name in NAMES | CONTEXTS:
                yield node.lineno, f"calls {name}()"
            case ast.Attribute(attr=name, value=ast.Name(id=owner) | ast.Attribute(attr=owner)) if (
                name in CLOCKS and owner in DATES
            ):
                yield node.lineno, f"asks {owner}.{name}() for the time"
            case ast.Attribute(attr=name) if name in CONTEXTS:
                yield node.lineno, f"calls {name}()"


def test_no_pure_module_reaches_outside() -> None:
    faults = [
        said(path, line, words)
        for path in pure_modules()
        for line, words in impurities(parsed(path))
        if (path.relative_to(SOURCE).as_posix(), words) not in LENT
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "dt.date.today()",
        "print('x')",
        "open('x')",
        "input()",
        "eval('1')",
        "exec('1')",
        "float('1')",
        "decimal.setcontext(ours)",
    ],
)
def test_a_planted_call_of_the_outside_is_seen(code: str) -> None:
    assert len(list(impurities(ast.parse(f"def rule():\n    return {code}")))) == 1


@pytest.mark.parametrize("code", ["isinstance(x, float)", "account.open(amount)", "so.now"])
def test_what_only_looks_like_it_is_left_alone(code: str) -> None:
    assert not list(impurities(ast.parse(code)))


def test_the_pure_half_is_found_and_the_shell_is_no_part_of_it() -> None:
    folders = {path.relative_to(SOURCE).parts[0] for path in pure_modules()}
    assert "kernel" in folders
    assert not folders & {"aio", "sync", "testing"}

"""The source tree as these tests see it."""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "salesorders"
SHELLS = {"aio", "database", "sync", "testing"}


def modules(*folders: str) -> list[Path]:
    """Every Python file below these folders of the checkout, the generated twin left out."""
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not is_generated(path)
    ]


def is_generated(path: Path) -> bool:
    """Whether tools/make_sync.py wrote this file."""
    return path.is_relative_to(SOURCE / "sync") and path.name not in {"running.py", "wait.py"}


def pure_modules() -> list[Path]:
    """The half of the library that asks nobody for time, chance or the world."""
    return [
        path
        for path in modules("src/salesorders")
        if path.relative_to(SOURCE).parts[0] not in SHELLS
    ]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """Line number and text of every comment."""
    text = path.read_text("utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def said(path: Path, line: int, words: str) -> str:
    """One fault as editors like it: file, line, what."""
    return f"{path.relative_to(ROOT)}:{line}: {words}"

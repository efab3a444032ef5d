"""Writes the blocking twin: ``src/salesorders/sync`` from ``src/salesorders/aio``.

``python tools/make_sync.py`` writes it, ``--check`` lists what differs and exits 1. What happens
to a file:

- ``async`` and ``await`` go, and so do brackets that only held an ``await`` together;
- names change as ``RENAMED`` says, and any other ``AsyncThing`` becomes ``Thing``;
- ``Awaitable[X]`` and ``Coroutine[Any, Any, X]`` become ``X``;
- ``salesorders.aio`` becomes ``salesorders.sync``, in strings and comments too;
- in docstrings, and other strings that span lines, the same is done to examples and to code in
  backticks; ``asyncio.run(...)`` around an example goes;
- a line that ends in ``# sync: omit`` goes.

The same bytes come out on every Python and with or without a formatter.
"""

import argparse
import ast
import re
import sys
import tokenize
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

SOURCE = Path("src/salesorders/aio")
TWIN = Path("src/salesorders/sync")

#: Written by hand on both sides, because the two have nothing in common.
BY_HAND = {"running.py", "wait.py"}

HEADER = (
    "# Generated from salesorders/aio/{name} by tools/make_sync.py; "
    "edit that file and run the tool.\n"
)

RENAMED = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "AbstractAsyncContextManager": "AbstractContextManager",
    "StopAsyncIteration": "StopIteration",
    "aclose": "close",
    "aclosing": "closing",
    "aiter": "iter",
    "anext": "next",
    "asynccontextmanager": "contextmanager",
    "create_async_engine": "create_engine",
}
#: Types that only async code has; what they promise takes their place.
UNWRAPPED = {"Awaitable", "Coroutine"}
OMIT = re.compile(r"#\s*sync:\s*omit\b")
ASYNC_NAME = re.compile(r"_*Async(?=[A-Z])")


class Unconvertible(Exception):
    """A file of aio/ says something the generator has no blocking words for."""


class Edit(NamedTuple):
    """Replace the text between two offsets."""

    start: int
    end: int
    text: str


def renamed(name: str) -> str:
    """The blocking side's word for a name."""
    if name in RENAMED:
        return RENAMED[name]
    return ASYNC_NAME.sub(lambda found: found.group().removesuffix("Async"), name, count=1)


def blocking(source: str, name: str) -> str:
    """The blocking twin of one module's text, with its header."""
    source = "".join(line for line in source.splitlines(keepends=True) if not OMIT.search(line))
    try:
        text = without_doubled_imports(rewritten(source, Code(source)))
        ast.parse(text)
    except (SyntaxError, tokenize.TokenError) as fault:
        raise Unconvertible(f"{name}: the twin would not be Python: {fault}") from fault
    return HEADER.format(name=name) + text


def rewritten(source: str, code: "Code") -> str:
    """The text with every edit made; one inside a stretch that goes altogether is not needed."""
    parts, at = [], 0
    for edit in sorted(code.edits()):
        if edit.start >= at:
            parts += [source[at : edit.start], edit.text]
            at = edit.end
    return "".join([*parts, source[at:]])


class Code:
    """The tokens of one module, and what must change about them."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = [
            token
            for token in tokenize.generate_tokens(StringIO(source).readline)
            if token.type not in {tokenize.INDENT, tokenize.DEDENT}
        ]
        self.lines = [0]
        for line in source.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.imports = {
            row
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.ImportFrom)
            for row in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        }

    def start(self, index: int) -> int:
        """The offset where a token begins."""
        row, column = self.tokens[index].start
        return self.lines[row - 1] + column

    def end(self, index: int) -> int:
        """The offset behind a token."""
        row, column = self.tokens[index].end
        return self.lines[row - 1] + column

    def text(self, index: int) -> str:
        """The token at an index, or nothing beyond the ends."""
        return self.tokens[index].string if 0 <= index < len(self.tokens) else ""

    def closing(self, index: int) -> int:
        """The token that closes the bracket at an index."""
        depth = 0
        for at in range(index, len(self.tokens)):
            if self.tokens[at].type == tokenize.OP:
                depth += (self.text(at) in "([{") - (self.text(at) in ")]}")
                if depth == 0:
                    return at
        raise Unconvertible(f"a bracket is never closed: {self.tokens[index].line.strip()}")

    def edits(self) -> Iterator[Edit]:
        """Every change, in no particular order."""
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            if is_f_string_start(token):
                last = self.f_string_end(index)
                yield self.string(self.start(index), self.end(last), docstring=False)
                index = last
            elif token.type == tokenize.STRING:
                alone = self.stands_alone(index)
                yield self.string(self.start(index), self.end(index), docstring=alone)
            elif token.type == tokenize.COMMENT:
                yield self.string(self.start(index), self.end(index), docstring=False)
            elif token.type == tokenize.NAME:
                yield from self.name(index)
            index += 1

    def name(self, index: int) -> Iterator[Edit]:
        """What becomes of one name or keyword."""
        text = self.text(index)
        if text in {"async", "await"}:
            yield Edit(self.start(index), self.start(index + 1), "")
            if text == "await":
                yield from self.needless_brackets(index)
        elif text in UNWRAPPED:
            yield from self.unwrapped(index)
        elif text == "AsyncGenerator" and self.text(index + 1) == "[":
            # The blocking kind names a third type: what the generator returns in the end.
            last = self.closing(index + 1)
            yield Edit(self.start(index), self.end(index), "Generator")
            yield Edit(self.start(last), self.start(last), ", None")
        elif text == "aio" and (
            self.follows(index, "salesorders", ".")
            or self.follows(index, "from", "salesorders", "import")
        ):
            yield Edit(self.start(index), self.end(index), "sync")
        elif text == "asyncio" and self.follows(index, "from", "sqlalchemy", ".", "ext", "."):
            yield Edit(self.start(index - 3), self.end(index), "")
        elif (other := renamed(text)) != text:
            yield Edit(self.start(index), self.end(index), other)

    def follows(self, index: int, *words: str) -> bool:
        """Whether these tokens stand just before an index."""
        return [self.text(at) for at in range(index - len(words), index)] == list(words)

    def needless_brackets(self, index: int) -> Iterator[Edit]:
        """``(await desk.get(ref)).total``: without the await, the brackets hold nothing."""
        if self.text(index - 1) != "(" or self.calls(index - 1):
            return
        last = self.closing(index - 1)
        one_line = self.tokens[index - 1].start[0] == self.tokens[last].start[0]
        if one_line and self.is_chain(index + 1, last):
            yield Edit(self.start(index - 1), self.end(index - 1), "")
            yield Edit(self.start(last), self.end(last), "")

    def calls(self, index: int) -> bool:
        """Whether the bracket at an index belongs to what stands before it."""
        before = self.tokens[index - 1] if index else None
        return before is not None and (before.string in {")", "]", "}"} or is_operand(before))

    def is_chain(self, first: int, last: int) -> bool:
        """Whether tokens are one name with its dots, calls and subscripts, and no operator."""
        at, after_name = first, False
        while at < last:
            if self.text(at) in {"(", "["} and after_name:
                at = self.closing(at)
            elif self.text(at) == "." and after_name:
                after_name = False
            elif self.tokens[at].type == tokenize.NAME and not after_name:
                after_name = True
            else:
                return False
            at += 1
        return after_name

    def unwrapped(self, index: int) -> Iterator[Edit]:
        """``Awaitable[X]`` is ``X``; ``Coroutine[A, B, X]`` too; an imported name of them goes."""
        if self.text(index + 1) == "[":
            last = self.closing(index + 1)
            first, at = index + 2, index + 2
            while at < last:
                if self.text(at) in {"(", "[", "{"}:
                    at = self.closing(at)
                elif self.text(at) == ",":
                    first = at + 1
                at += 1
            yield Edit(self.start(index), self.start(first), "")
            yield Edit(self.start(last), self.end(last), "")
        elif self.tokens[index].start[0] not in self.imports:
            raise Unconvertible(f"{self.text(index)} needs its [type]: {self.tokens[index].line}")
        elif self.text(index + 1) == ",":
            after = index + 2
            while self.tokens[after].type == tokenize.NL:
                after += 1
            yield Edit(self.start(index), self.start(after), "")
        elif self.text(index - 1) == ",":
            yield Edit(self.start(index - 1), self.end(index), "")
        else:
            row = self.tokens[index].start[0]
            yield Edit(self.lines[row - 1], self.lines[row], "")

    def stands_alone(self, index: int) -> bool:
        """Whether a string is a statement, as docstrings are, or spans lines as they do."""
        quiet = {tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT}
        before = index == 0 or self.tokens[index - 1].type in quiet
        after = index + 1 == len(self.tokens) or self.tokens[index + 1].type in quiet
        return (before and after) or "\n" in self.text(index)

    def f_string_end(self, index: int) -> int:
        """The end of an f-string, which newer Pythons cut into tokens and older ones do not."""
        depth = 0
        for at in range(index, len(self.tokens)):
            kind = tokenize.tok_name[self.tokens[at].type]
            depth += kind.endswith("STRING_START")
            depth -= kind.endswith("STRING_END")
            if depth == 0:
                return at
        raise Unconvertible(f"an f-string never ends: {self.tokens[index].line}")

    def string(self, start: int, end: int, *, docstring: bool) -> Edit:
        """A string or comment: the package's name always, examples and code only in docstrings."""
        text = self.source[start:end].replace("salesorders.aio", "salesorders.sync")
        return Edit(start, end, prose(text) if docstring else text)


def is_f_string_start(token: tokenize.TokenInfo) -> bool:
    """Whether Python 3.12 or newer begins an f-string here; Python 3.11 has no such token."""
    return tokenize.tok_name[token.type].endswith("STRING_START")


def is_operand(token: tokenize.TokenInfo) -> bool:
    """Whether a bracket behind this token calls it."""
    keywords = {"return", "in", "not", "and", "or", "is", "if", "else", "elif", "while", "assert"}
    words = keywords | {"yield", "lambda", "await", "del", "raise", "from"}
    return token.type == tokenize.NAME and token.string not in words


EXAMPLE = re.compile(r"^(\s*)(>>>|\.\.\.) (.*)$")
INLINE = re.compile(r"(`+)([^`]+)\1")
WORD = re.compile(r"\b_*(?:[A-Za-z]\w*)\b")


def prose(text: str) -> str:
    """A docstring: its examples, its code in backticks, and the names in its sentences."""
    lines = []
    for line in text.split("\n"):
        if found := EXAMPLE.match(line):
            indent, prompt, code = found.groups()
            if code.strip() == "import asyncio":
                continue
            lines.append(f"{indent}{prompt} {said_blocking(without_run(code))}")
        else:
            lines.append(INLINE.sub(lambda span: said_blocking(span.group()), line))
    return WORD.sub(lambda word: renamed(word.group()), "\n".join(lines))


def said_blocking(code: str) -> str:
    """A snippet of code without its async words."""
    code = re.sub(r"\basync (?=def |with |for )", "", code)
    return re.sub(r"\bawait (?=\S)", "", code)


def without_run(code: str) -> str:
    """``asyncio.run(f(x))`` is ``f(x)``, where the call begins and ends on the same line."""
    while (at := code.find("asyncio.run(")) >= 0:
        depth, first = 1, at + len("asyncio.run(")
        for last in range(first, len(code)):
            depth += (code[last] == "(") - (code[last] == ")")
            if depth == 0:
                break
        else:
            return code
        code = code[:at] + code[first:last] + code[last + 1 :]
    return code


def without_doubled_imports(text: str) -> str:
    """``import Iterator, Iterator``, left where both kinds were imported, names it once."""
    lines = text.splitlines(keepends=True)
    statements = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    for node in sorted(statements, key=lambda node: node.lineno, reverse=True):
        names = [f"{n.name} as {n.asname}" if n.asname else n.name for n in node.names]
        kept = list(dict.fromkeys(names))
        if kept != names and node.end_lineno:
            indent = " " * node.col_offset
            module = "." * node.level + (node.module or "")
            line = f"{indent}from {module} import {', '.join(kept)}\n"
            if len(line) > 100:
                parts = "".join(f"{indent}    {name},\n" for name in kept)
                line = f"{indent}from {module} import (\n{parts}{indent})\n"
            lines[node.lineno - 1 : node.end_lineno] = [line]
    return "".join(lines)


def files_of(folder: Path) -> dict[str, Path]:
    """Every file below a folder by its name there, caches left out."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def faults(root: Path) -> list[str]:
    """One line for each file of the twin that is not what the generator makes."""
    sources, twins = files_of(root / SOURCE), files_of(root / TWIN)
    found = []
    for name, path in sources.items():
        if name not in twins:
            found.append(f"missing: {TWIN / name}")
        elif name not in BY_HAND and twins[name].read_text("utf-8") != blocking(
            path.read_text("utf-8"), name
        ):
            found.append(f"stale or edited by hand: {TWIN / name}")
    found += [f"extra: {TWIN / name}" for name in twins if name not in sources]
    return found


def write(root: Path) -> list[str]:
    """Write every generated file, take away what has no source; the names of what changed."""
    sources, twins = files_of(root / SOURCE), files_of(root / TWIN)
    changed = []
    for name, path in sources.items():
        if name in BY_HAND:
            continue
        text, target = blocking(path.read_text("utf-8"), name), root / TWIN / name
        if name not in twins or twins[name].read_text("utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8", newline="\n")
            changed.append(f"wrote: {TWIN / name}")
    for name in twins.keys() - sources.keys() - BY_HAND:
        twins[name].unlink()
        changed.append(f"removed: {TWIN / name}")
    return changed


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 where all is well, 1 where ``--check`` found a fault."""
    parser = argparse.ArgumentParser(description="Write the blocking twin of salesorders.aio.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on a fault")
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[1], help="the checkout")
    options = parser.parse_args(arguments)
    try:
        said = faults(options.root) if options.check else write(options.root)
    except Unconvertible as fault:
        said, options.check = [str(fault)], True
    for line in said:
        print(line, file=sys.stderr if options.check else sys.stdout)
    return 1 if options.check and said else 0


if __name__ == "__main__":
    sys.exit(main())

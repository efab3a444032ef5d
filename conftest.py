"""Runs the README's Python blocks and the examples in the library's docstrings."""

from doctest import ELLIPSIS

from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

pytest_collect_file = SybilCollection(
    [
        Sybil(
            parsers=[DocTestParser(optionflags=ELLIPSIS)],
            patterns=[f"src/salesorders/{'*/' * depth}*.py" for depth in range(4)],
            document_types={".py": PythonDocStringDocument},
        ),
        Sybil(parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["README.md"]),
    ]
).pytest()

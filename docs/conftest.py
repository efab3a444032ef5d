"""Every Python block of every page is run, top to bottom, each page in a namespace of its own."""

from doctest import ELLIPSIS

from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS), SkipParser()],
    pattern="*.md",
    excludes=["_build/*", "reference/packages/*", "decisions/template.md"],
).pytest()

"""The reference page of the conformance kit: every suite with its promises, and what the shipped stores prove."""

import ast
import inspect
import itertools
import re
import textwrap
from typing import Any

from tests.stores import test_contract
from tests.testing.asked import KITS

from salesorders import testing
from salesorders.testing import Suite

PAGE = """# The conformance kit

What `salesorders.testing` holds an adapter to; how it is used stands in {doc}`../how-to/write-an-adapter`. A suite is
subclassed with a `make` that returns a new adapter, blocking or async. A promise that needs a flag or a hook is not
asked where the flag is declared as false or the hook is not written: the table at the end of a run names it as not
proved. In the project's own tests every promise is broken by one at least of {wrong} adapters that are wrong on
purpose.

"""
PROVED = """## What the shipped stores prove

```console
python -m pytest tests/stores/test_contract.py -q
```

Asked in every run of the tests, of both twins each: `proved` is what is asked, and none may be broken. *values* and
*text* are the two ways in which the store in memory keeps documents.

| store | port | proved | not asked | why not |
| --- | --- | ---: | ---: | --- |
{rows}
"""


def suites() -> list[type[Suite]]:
    """The suites behind the kit's door, by name."""
    names = sorted(name for name in testing.__all__ if name.endswith("Suite") and name != "Suite")
    return [getattr(testing, name) for name in names]


def sentence(name: str) -> str:
    """A promise as it is said."""
    return name.removeprefix("test_").replace("_", " ")


def first_line(thing: object) -> str:
    """The first paragraph of a docstring for a table cell."""
    text = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    return re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text).replace("``", "`")


def _said_of_attributes(suite: type[Suite]) -> dict[str, str]:
    """What stands below each attribute of a suite, which Python itself does not keep."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(suite))).body
    assert isinstance(body, ast.ClassDef)
    return {
        field.target.id: text.value.value
        for field, text in itertools.pairwise(body.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def _asked_where(test: Any) -> str:
    needs = [f"`{need}`" for need in test.needs.split()]
    if test.instead_of:
        needs.append(f"not `{test.instead_of}`")
    return ", ".join(needs) or "always"


def _suite(suite: type[Suite]) -> str:
    below: Any = suite.__mro__[1]
    shared = set(below.promises()) if below in suites() else set()
    where = f"{suite.__module__}.{suite.__qualname__}"
    parts = [f"## {suite.__name__}\n\n{{py:class}}`~{where}`, port *{suite.port}*.\n"]
    parts.append(" ".join((inspect.getdoc(suite) or "").split()).replace("``", "`") + "\n")
    if shared:
        parts.append(f"Besides the {len(shared)} promises of `{below.__name__}`:\n")
    parts.append("| promise | or else a user loses | asked |\n| --- | --- | --- |")
    for name, loss in suite.promises().items():
        if name not in shared:
            asked = _asked_where(getattr(suite, name))
            parts.append(f"| {sentence(name)} | {loss} | {asked} |")
    parts.append("")
    said = _said_of_attributes(suite)
    told = [(name, said.get(name) or first_line(getattr(suite, name))) for name in suite.hooks]
    if told:
        parts.append("| written by the integrator | |\n| --- | --- |")
        parts += [f"| `{name}` | {text} |" for name, text in told]
        parts.append("")
    return _plain("\n".join(parts))


def _plain(text: str) -> str:
    return re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text)


def _proved() -> str:
    rows = {}
    for cls in vars(test_contract).values():
        if isinstance(cls, type) and issubclass(cls, Suite) and getattr(cls, "kind", ""):
            unasked = cls.unasked()
            count = len(cls.promises()) - len(unasked)
            whys = ", ".join(sorted(set(unasked.values()))) or "-"
            row = f"| {cls.kind} | {cls.port} | {count} | {len(unasked)} | {whys} |"
            rows[cls.port, cls.kind] = row
    return PROVED.format(rows="\n".join(rows[key] for key in sorted(rows)))


def kit() -> str:
    """The page."""
    wrong = sum(len(each.wrong) for each in KITS.values())
    return PAGE.replace("{wrong}", str(wrong)) + "\n".join(map(_suite, suites())) + "\n" + _proved()

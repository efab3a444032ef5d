"""How the pages are built: ``sphinx-build -n -W docs docs/_build/html``."""

import importlib
import pkgutil
import shutil
import tomllib
from pathlib import Path
from typing import Any

from docutils.nodes import Element, TextElement
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import salesorders

HERE = Path(__file__).parent

project = "salesorders"
author = "The salesorders developers"
copyright = f"2026, {author}"
# From the checkout, so that the pages build from a tree that is not installed, too.
release = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]["version"]
version = ".".join(release.split(".")[:2])

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "decisions/template.md"]
html_theme = "furo"
html_title = f"salesorders {version}"
language = "en"

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_class_signature = "mixed"
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88

nitpicky = True
# No inventory is fetched, for the build must work without a network. So names of other projects
# cannot be checked; neither can private names, type variables and what an annotation says without
# its package. Our own names, written in full, are.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!salesorders)[a-z_]+(\.\w+)+"),
    (r"py:mod", r"(?!salesorders)\w+"),
    (r"py:(class|obj|data|exc)", r"(?!salesorders\.)[\w.~]+"),
    (r"py:(class|obj|data)", r"salesorders\..*\.[A-Z](_co|_contra)?"),
    (r"py:.*", r"salesorders\.(\w+\.)*_\w+.*"),
    # The parts that the store's suite is put together from.
    (r"py:class", r"salesorders\.testing\.stores\.\w+\.\w+Promises"),
]

MODULE = """
```{{eval-rst}}
.. automodule:: {name}
   :members:
```
"""
FRONT = """# salesorders

```{{eval-rst}}
.. automodule:: salesorders
   :no-members:
```

| name | described under |
| --- | --- |
{rows}
"""


def packages() -> list[str]:
    """Every package of the library, and the library itself."""
    found = [
        f"salesorders.{module.name}"
        for module in pkgutil.iter_modules(salesorders.__path__)
        if module.ispkg and not module.name.startswith("_")
    ]
    return ["salesorders", *sorted(found)]


def open_door(name: str) -> None:
    """Load what a lazy door promises, so that autodoc finds it."""
    door = importlib.import_module(name)
    for promised in getattr(door, "__all__", ()):
        setattr(door, promised, getattr(door, promised))


def front_page() -> str:
    """The front door repeats names of other doors: it lists them, and they are described there."""
    rows = []
    for name in sorted(salesorders.__all__):
        home = getattr(getattr(salesorders, name), "__module__", "salesorders")
        rows.append(f"| `{name}` | `{home}` |")
    return FRONT.format(rows="\n".join(rows))


def package_page(name: str) -> str:
    """What a door promises; where it re-exports nothing, its modules are the doors."""
    package = importlib.import_module(name)
    described = [name]
    if not getattr(package, "__all__", ()):
        modules = pkgutil.iter_modules(package.__path__)
        described += [f"{name}.{module.name}" for module in modules if module.name[0] != "_"]
    described += [f"{name}.{module}" for module in getattr(package, "MODULES", ())]
    return f"# {name}\n" + "".join(MODULE.format(name=each) for each in described)


def write_reference() -> None:
    """One page a package, made anew at each build, so that none is forgotten."""
    folder = HERE / "reference" / "packages"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in packages():
        open_door(name)
        page = front_page() if name == "salesorders" else package_page(name)
        (folder / f"{name}.md").write_text(page, "utf-8")


write_reference()


def through_the_door(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: TextElement
) -> Element | None:
    """``salesorders.kernel.money.Money`` is documented as ``salesorders.kernel.Money``."""
    root, *inside = node.get("reftarget", "").split(".")
    if node.get("refdomain") != "py" or root != "salesorders":
        return None
    python: Any = env.get_domain("py")
    for last in range(len(inside) - 1, 0, -1):
        for door in range(last):
            target = ".".join([root, *inside[:door], *inside[last:]])
            if target in python.objects:
                page = node.get("refdoc", "")
                kind = node.get("reftype", "obj")
                resolved: Element | None = python.resolve_xref(
                    env, page, app.builder, kind, target, node, shown
                )
                return resolved
    return None


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("missing-reference", through_the_door)

"""The table at the end of a pytest run: what was proved of which adapter. Loaded by pytest through an entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

__all__ = ["pytest_collection_modifyitems", "pytest_terminal_summary"]

PROPERTY = "salesorders.promise"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note which tests are promises, and of which suite; a report carries it, also between processes."""
    for item in items:
        cls: Any = getattr(item, "cls", None)
        function = getattr(item, "function", None)
        if cls is not None and hasattr(function, "loss"):
            item.user_properties.append((PROPERTY, (cls.__name__, cls.port)))


def proved(stats: dict[str, list[Any]]) -> dict[tuple[str, str], dict[str, list[str]]]:
    """Return for every suite the promises by how they ended."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for ended in ("passed", "failed", "error", "skipped"):
        for report in stats.get(ended, []):
            suite = dict(getattr(report, "user_properties", ())).get(PROPERTY)
            if suite is not None:
                by_end = found.setdefault((suite[0], suite[1]), {})
                by_end.setdefault(ended, []).append(report.nodeid.rpartition("::")[2])
    return found


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table; nothing where no suite ran."""
    found = proved(terminalreporter.stats)
    if not found:
        return
    terminalreporter.section("promises")
    terminalreporter.write_line(
        f"{'adapter':34} {'port':10} {'proved':>6} {'broken':>6} {'not asked':>9}"
    )
    for (suite, port), ends in sorted(found.items()):
        broken = len(ends.get("failed", [])) + len(ends.get("error", []))
        kept, unasked = len(ends.get("passed", [])), len(ends.get("skipped", []))
        terminalreporter.write_line(f"{suite:34} {port:10} {kept:6} {broken:6} {unasked:9}")
        for name in ends.get("skipped", []):
            terminalreporter.write_line(f"    not proved: {name}")

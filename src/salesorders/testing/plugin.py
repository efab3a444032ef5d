"""The table at the end of a pytest run: what was proved of which adapter. Loaded by pytest through an entry point.

It counts what a suite promises, not what ran: a promise that was skipped, deselected, marked, replaced or
never collected stands there as not proved.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import Any

import pytest

__all__ = [
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_pycollect_makeitem",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
]

PROPERTY = "salesorders.promise"
# Names that are listed for each reason; the others are counted.
LISTED = 10
# Past what marks and conftests say before a test: what skips from there on is what the adapter is made with.
BEGUN = pytest.StashKey[bool]()
# Name, port and module of a suite.
Key = tuple[str, str, str]
# What became of a promise -> how the table counts it; whatever else pytest calls it, it is not proved.
COUNTED = {"passed": "proved", "failed": "broken", "error": "broken"}


def _key(cls: Any) -> Key:
    return cls.__name__, cls.port, cls.__module__


def _is_suite(obj: object) -> bool:
    # Not imported here: this plugin is loaded in every run, also where no suite is.
    suite = getattr(sys.modules.get("salesorders.testing.suite"), "Suite", None)
    return suite is not None and isinstance(obj, type) and issubclass(obj, suite)


class Suites:
    """The suites of this run, each with its promises."""

    def __init__(self) -> None:
        self.classes: list[Any] = []
        self.told: dict[Key, list[str]] = {}

    def known(self) -> dict[Key, list[str]]:
        """Return every suite that could have been asked, also of other processes."""
        # A class with classes below it is what they share.
        own = [cls for cls in self.classes if not cls.__subclasses__()]
        return self.told | {_key(cls): cls.wanted() for cls in own}


def pytest_configure(config: pytest.Config) -> None:
    """Begin with no suites."""
    vars(config)["_salesorders"] = Suites()


def _suites(config: Any) -> Suites:
    found: Suites = config._salesorders
    return found


def pytest_pycollect_makeitem(collector: Any, name: str, obj: object) -> None:
    """Note every suite that a test module defines, whether pytest will collect it or not."""
    if not isinstance(obj, type) or not _is_suite(obj):
        return
    classes = _suites(collector.config).classes
    if not obj.__module__.startswith("salesorders.testing.") and obj not in classes:
        classes.append(obj)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note which tests are promises, and of which suite; a report carries it, also between processes."""
    for item in items:
        cls: Any = getattr(item, "cls", None)
        name, function = getattr(item, "originalname", ""), getattr(item, "function", None)
        if _is_suite(cls) and cls.is_promise(name, function):
            item.user_properties.append((PROPERTY, _key(cls)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note that nothing that was said beforehand skips this test."""
    item.stash[BEGUN] = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a promise fail whose fixtures skip: an adapter that can't be made proves nothing."""
    report = yield
    begun = call.when == "setup" and item.stash.get(BEGUN, False)
    if begun and report.skipped and call.excinfo and PROPERTY in dict(item.user_properties):
        nothing = sys.modules["salesorders.testing.suite"].NothingProved
        report.outcome = "failed"
        report.longrepr = (
            f"{nothing.__name__}: {nothing.of(getattr(item, 'cls', None), call.excinfo.value)}"
        )
        vars(report).pop("wasxfail", None)
    return report


def pytest_sessionfinish(session: Any) -> None:
    """Hand the suites of a worker process over to the one that prints."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        known = _suites(session.config).known()
        output["salesorders"] = [[*key, kept] for key, kept in known.items()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take what a worker process told."""
    for name, port, module, kept in getattr(node, "workeroutput", {}).get("salesorders", []):
        _suites(node.config).told[name, port, module] = kept


def ended(stats: dict[str, list[Any]]) -> dict[Key, dict[str, tuple[str, str]]]:
    """Return for every suite what became of its promises: how the table counts it, and why."""
    found: dict[Key, dict[str, tuple[str, str]]] = {}
    for end, reports in stats.items():
        for report in reports:
            suite = dict(getattr(report, "user_properties", ())).get(PROPERTY)
            if suite is None or (end == "" and report.outcome == "passed"):
                continue
            name = report.nodeid.rpartition("::")[2].partition("[")[0]
            name_of, port, module = suite
            promises = found.setdefault((name_of, port, module), {})
            # Whatever was worst counts: a promise may be asked more than once, and break when it ends.
            if promises.get(name, ("proved",))[0] == "proved":
                promises[name] = _counted(end, report), _why(end, report)
    return found


def _is_unmade(report: Any) -> bool:
    """Whether a promise failed because its adapter was not made, or what it is made with skipped."""
    crash = getattr(getattr(report, "longrepr", None), "reprcrash", None)
    told = str(crash.message if crash else getattr(report, "longrepr", ""))
    return told.partition(":")[0].rpartition(".")[2] == "NothingProved"


def _counted(end: str, report: Any) -> str:
    return "not asked" if _is_unmade(report) else COUNTED.get(end, "not asked")


def _why(end: str, report: Any) -> str:
    if _is_unmade(report):
        return "its adapter was not made"
    said = getattr(report, "longrepr", None)
    if end == "skipped" and isinstance(said, tuple):
        return str(said[2]).removeprefix("Skipped: ")
    return end


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the table; nothing where there is no suite."""
    known = _suites(config).known()
    found = ended(terminalreporter.stats)
    if not (known or found):
        return
    terminalreporter.section("promises")
    line = terminalreporter.write_line
    line(f"{'adapter':34} {'port':10} {'proved':>6} {'broken':>6} {'not asked':>9}")
    for suite in sorted(known | found):
        wanted = known.get(suite, list(found.get(suite, ())))
        came = found.get(suite, {})
        ends = {name: came.get(name, ("not asked", "it did not run")) for name in wanted}
        counts = [
            sum(counted == column for counted, _ in ends.values())
            for column in ("proved", "broken", "not asked")
        ]
        line(f"{suite[0]:34} {suite[1]:10} {counts[0]:6} {counts[1]:6} {counts[2]:9}")
        if counts[2] == len(ends):
            line("    not proved: anything; no promise was asked")
            continue
        for why, names in _unproved(ends).items():
            for name in names[:LISTED]:
                line(f"    not proved: {name} ({why})")
            if len(names) > LISTED:
                line(f"    not proved: {len(names) - LISTED} more ({why})")


def _unproved(ends: dict[str, tuple[str, str]]) -> dict[str, list[str]]:
    """The promises that were not asked, by why."""
    found: dict[str, list[str]] = {}
    for name, (counted, why) in ends.items():
        if counted == "not asked":
            found.setdefault(why, []).append(name)
    return found

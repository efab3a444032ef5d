# Generated from salesorders/aio/history.py by tools/make_sync.py; edit that file and run the tool.
"""Reading command rows back: facts for reports, one page of rows at a time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from salesorders.kernel.codec import parse_json, revive
from salesorders.lifecycle import Fact
from salesorders.storage import Row

if TYPE_CHECKING:
    from salesorders.sync.engine import Engine

__all__ = ["all_rows", "facts", "record_of"]

PAGE = 1_000


def all_rows(engine: Engine) -> list[Row]:
    """Return every command row of the tenant, in order."""
    rows: list[Row] = []
    engine.store.seal(engine.tenant)
    while True:
        page = engine.store.rows(engine.tenant, after=len(rows), limit=PAGE)
        rows.extend(page)
        if len(page) < PAGE:
            return rows


def record_of(row: Row) -> dict[str, Any]:
    """Return a row's plain record."""
    record: dict[str, Any] = parse_json(row.text)
    return record


def facts(engine: Engine) -> list[Fact]:
    """Return every fact of the tenant with the moment of its command."""
    found: list[Fact] = []
    for row in all_rows(engine):
        record = record_of(row)
        at = datetime.fromisoformat(record["at"])
        on = at.astimezone(engine.zone).date()
        found.extend(Fact(at, on, revive(event)) for event in record["events"])
    return found
